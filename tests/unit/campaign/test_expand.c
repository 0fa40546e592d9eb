/* Every command in every state. */
#include "expand.h"

#include <criterion/criterion.h>
#include <stdlib.h>

Test(expand, each_state_sees_each_command_once)
{
    struct expand *x = calloc(1, sizeof *x);
    struct outcome *o = calloc(1, sizeof *o);
    struct target *t = target_new();
    struct buffer out = {0};
    cr_assert(x && o && t);
    t->recipient = "alice@example.test";
    t->domain = "example.test";
    o->answers[0] = (struct answer){.asked = VERB_EHLO, .code = 250, .certain = true, .act = 0};
    o->answers[1] = (struct answer){.asked = VERB_NOOP, .code = 250, .certain = true, .act = 1};
    o->answers[2] = (struct answer){.asked = VERB_MAIL, .code = 501, .certain = true, .act = 2}; /* changes nothing */
    o->count = 3;
    struct bytes text = BYTES("EHLO a\r\nNOOP\r\nMAIL x\r\n");
    expand_note(x, text, o);
    size_t count = 0, behind_hello = 0, resets = 0;
    while (expand_next(x, t, &out)) {
        struct bytes made = buffer_bytes(&out);
        count++;
        cr_expect(bytes_starts(made, BYTES("EHLO a\r\n")));
        behind_hello += bytes_ends(made, BYTES("\r\nNOOP\r\nMAIL x\r\n"));
        resets += bytes_find(made, BYTES("RSET\r\n")) != BYTES_NONE;
        cr_expect(bytes_ends(made, BYTES("MAIL x\r\n")), "the session goes on");
    }
    cr_expect_gt(count, 40);
    cr_expect_eq(resets, 2);
    cr_expect_gt(behind_hello, count / 3);
    expand_note(x, text, o);
    cr_expect_not(expand_next(x, t, &out), "a state that is known");
    buffer_free(&out);
    target_free(t);
    expand_free(x);
    free(x);
    free(o);
}
