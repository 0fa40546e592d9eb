/* Where two servers differ. */
#include "against.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

enum { ANSWERS = 4 };
static const struct {
    const char *what;
    struct answer a[ANSWERS], b[ANSWERS]; /* up to a code of 0 */
    enum ending ending_a, ending_b;
    const char *place; /* NULL: no difference */
} rows[] = {
    {"the same", {{.asked = VERB_EHLO, .code = 250}}, {{.asked = VERB_EHLO, .code = 250}}, 0, 0, NULL},
    {"the same class", {{.asked = VERB_MAIL, .code = 550}}, {{.asked = VERB_MAIL, .code = 501}}, 0, 0, NULL},
    {"another class",
     {{.asked = VERB_EHLO, .code = 250}, {.asked = VERB_MAIL, .code = 250}, {.asked = VERB_RCPT, .code = 250}},
     {{.asked = VERB_EHLO, .code = 250}, {.asked = VERB_MAIL, .code = 501}, {.asked = VERB_RCPT, .code = 503}},
     0,
     0,
     "MAIL 250, 501 at rival"},
    {"one drops the connection",
     {{.asked = VERB_NOOP, .code = 250}},
     {{0}},
     ENDING_CLOSED,
     ENDING_DROPPED,
     "NOOP 250, dropped at rival"},
    {"one is silent",
     {{0}},
     {{.asked = VERB_NOOP, .code = 250}},
     ENDING_MISSING,
     ENDING_CLOSED,
     "NOOP no reply, 250 at rival"},
    {"one did not wait for the reply to QUIT", {{.asked = VERB_QUIT, .code = 221}}, {{0}}, 0, 0, NULL},
};

static void fill(struct outcome *o, const struct answer *answers, enum ending ending)
{
    memset(o, 0, sizeof *o);
    o->ending = ending;
    for (; o->count < ANSWERS && answers[o->count].code; o->count++) {
        o->answers[o->count] = answers[o->count];
        o->answers[o->count].certain = true;
    }
}

Test(against, the_first_difference)
{
    struct outcome *a = calloc(1, sizeof *a), *b = calloc(1, sizeof *b);
    struct symptom s;
    cr_assert(a && b);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fill(a, rows[i].a, rows[i].ending_a);
        fill(b, rows[i].b, rows[i].ending_b);
        bool differ = outcomes_differ(a, b, "rival", &s);
        cr_expect_eq(differ, rows[i].place != NULL, "%s", rows[i].what);
        if (differ && rows[i].place)
            cr_expect_str_eq(s.place, rows[i].place, "%s", rows[i].what);
    }
    free(a);
    free(b);
}

Test(against, what_is_not_certain_is_no_difference)
{
    struct outcome *a = calloc(1, sizeof *a), *b = calloc(1, sizeof *b);
    struct symptom s;
    cr_assert(a && b);
    fill(a, rows[2].a, ENDING_CLOSED);
    fill(b, rows[2].b, ENDING_CLOSED);
    a->answers[1].certain = false;
    cr_expect_not(outcomes_differ(a, b, "rival", &s));
    free(a);
    free(b);
}
