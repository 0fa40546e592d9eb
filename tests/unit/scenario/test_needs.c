/* What is derived from the steps: needs, alive, alone, defaults. */
#include "sample.h"

struct row {
    const char *keys;
    const char *needs; /* all of them, in order */
    bool alive, alone;
};

static const struct row rows[] = {
    {"  steps: [{send: a}]\n", "", false, false},
    {"  needs: [SIZE, \"no DSN\", AUTH PLAIN, recipient, lmtp]\n  steps: [{send: a}]\n",
     "SIZE; no DSN; AUTH PLAIN; recipient; lmtp; ", false, false},
    {"  needs: [unknown]\n  steps: [{send: \"${unknown} ${recipient2} ${sender} ${foreign} ${nonce}\"}]\n",
     "unknown; recipient2; ", false, false},
    {"  steps: [{send: \"${user} ${password} ${domain} ${size}\"}]\n", "recipient; size; credentials; ", false, false},
    {"  start: rcpt\n  steps: [{send: a}]\n", "recipient; ", false, false},
    {"  auth: true\n  steps: [{send: a}]\n", "AUTH; credentials; ", false, false},
    {"  over: tls\n  steps: [{send: a}]\n", "tls; ", false, false},
    {"  steps: [{pipeline: [{send: a}]}]\n", "PIPELINING; ", false, false},
    {"  needs: no PIPELINING\n  steps: [{pipeline: [{send: a}]}]\n", "no PIPELINING; ", false, false},
    {"  needs: pipelining\n  steps: [{send: a}]\n", NULL, false, false},
    {"  steps: [{starttls: }, {when: 250, then: [{handshake: ok}]}]\n", "STARTTLS; ", false, false},
    {"  steps: [{auth: {mechanism: PLAIN}}]\n", "AUTH PLAIN; credentials; ", false, false},
    {"  steps: [{auth: {user: u, password: p}}]\n", "AUTH; ", false, false},
    {"  steps: [{raw: [{recipients: 3}]}]\n", "recipient; ", false, false},
    {"  steps: [{send: \"${nonce}\"}, {delivered: {}}]\n", "mailbox; recipient; ", false, false},
    {"  steps: [{send: \"${nonce}\"}, {delivered: {optional: true, to: a@b}}]\n", "", false, false},
    {"  steps: [{send: a}, {delivered: {}}]\n", "mailbox; recipient; ", false, true},
    {"  steps: [{send: a}, {delivered: {contains: \"${nonce}\"}}]\n", "mailbox; recipient; ", false, true},
    {"  steps: [{send: \"${nonce}\"}, {delivered: {contains: a}}]\n", "mailbox; recipient; ", false, true},
    {"  steps: [{delivered: {body: \"${nonce}\"}}]\n", "mailbox; recipient; ", false, true},
    {"  steps: [{repeat: {times: 2, steps: [{close: }]}}]\n", "", true, false},
    {"  steps: [{half-close: }]\n", "", true, false},
    {"  steps: [{when: 250, else: [{reset: }]}]\n", "", true, false},
    {"  alive: false\n  steps: [{reset: }]\n", "", false, false},
    {"  alive: true\n  steps: [{send: a}]\n", "", true, false},
    {"  intrusive: true\n  steps: [{send: a}]\n", "", true, false},
    {"  steps: [{auth: {error: disconnect}}]\n", "AUTH; credentials; ", true, false},
};

static void print_needs(const struct scenario *s, struct buffer *out)
{
    for (size_t i = 0; i < s->need_count; i++) {
        const struct need *n = &s->needs[i];
        buffer_printf(out, "%s%s%s%s; ", n->kind == NEED_NO_EXTENSION ? "no " : "", n->name, n->parameter ? " " : "",
                      n->parameter ? n->parameter : "");
    }
}

Test(needs, follow_from_steps)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buffer needs = {0};
        struct library *l = sample_scenario(rows[i].keys);
        if (rows[i].needs) {
            const struct scenario *s = sample_one(l);
            print_needs(s, &needs);
            cr_expect_str_eq(buffer_string(&needs), rows[i].needs, "%s: %s", rows[i].keys, buffer_string(&needs));
            cr_expect_eq(s->alive, rows[i].alive, "%s", rows[i].keys);
            cr_expect_eq(s->alone, rows[i].alone, "%s", rows[i].keys);
        } else {
            cr_expect_eq(library_diagnostics(l)->count, 1, "%s", rows[i].keys);
        }
        buffer_free(&needs);
        library_free(l);
    }
}

Test(needs, defaults_of_acts)
{
    struct library *l =
        sample_scenario("  steps:\n"
                        "  - auth:\n"
                        "  - auth: {error: cancel, initial: empty, authzid: z}\n"
                        "  - starttls:\n"
                        "  - {send: \"${nonce}\"}\n"
                        "  - delivered: {absent: [x, y], text: a, no-text: [b, c], body: z, exact: true}\n"
                        "  - bdat: {last: true, size: \"1 x\"}\n"
                        "  - {send: abcdef, split: [3, -2], delay: 50ms}\n"
                        "  - {connect: , connection: two}\n");
    const struct step *steps = sample_one(l)->steps.items;
    cr_expect_str_eq(steps[0].expect.source, "235");
    cr_expect(bytes_equal(steps[0].auth.user.source, BYTES("${user}")));
    cr_expect(steps[0].auth.user.has_variables);
    cr_expect_null(steps[0].auth.mechanism);
    cr_expect_not(steps[1].expect.present);
    cr_expect_eq(steps[1].auth.error, AUTH_CANCEL);
    cr_expect_eq(steps[1].auth.initial, AUTH_INITIAL_EMPTY);
    cr_expect(bytes_equal(steps[1].auth.authzid.source, BYTES("z")));
    cr_expect_eq(steps[2].handshake, (unsigned)HANDSHAKE_OK);
    const struct delivered *d = &steps[4].delivered;
    cr_expect(bytes_equal(d->to.source, BYTES("${recipient}")));
    cr_expect(d->count_min == 1 && d->count_max == 1 && d->absent_count == 2 && d->has_body && d->exact && !d->alone);
    cr_expect(d->pattern_count == 1 && d->forbidden_count == 2);
    cr_assert_eq(d->contains_count, 1);
    cr_expect(d->contains[0].has_variables);
    cr_expect(steps[5].last && steps[5].has_size && steps[5].octets.count == 0);
    cr_assert_eq(steps[6].split_count, 2);
    cr_expect(steps[6].split[0] == 3 && steps[6].split[1] == -2 && steps[6].delay_ms == 50);
    cr_expect_str_eq(steps[7].connection, "two");
    library_free(l);
}

static const char *const auth_errors[] = {"none",      "cancel",      "bad-base64",     "bad-padding",
                                          "empty",     "oversized",   "wrong-password", "unknown-user",
                                          "truncated", "extra-field", "wrong-nonce",    "disconnect"};
static const enum auth_error auth_values[] = {AUTH_NO_ERROR,  AUTH_CANCEL,      AUTH_BAD_BASE64,     AUTH_BAD_PADDING,
                                              AUTH_EMPTY,     AUTH_OVERSIZED,   AUTH_WRONG_PASSWORD, AUTH_UNKNOWN_USER,
                                              AUTH_TRUNCATED, AUTH_EXTRA_FIELD, AUTH_WRONG_NONCE,    AUTH_DISCONNECT};

Test(needs, auth_errors_by_name)
{
    for (size_t i = 0; i < COUNT(auth_errors); i++) {
        char text[128];
        snprintf(text, sizeof text, "  steps: [{auth: {error: %s}}]\n", auth_errors[i]);
        struct library *l = sample_scenario(text);
        cr_expect_eq(sample_one(l)->steps.items[0].auth.error, auth_values[i], "%s", auth_errors[i]);
        library_free(l);
    }
}

static bool collect(const struct step *step, void *context)
{
    buffer_printf(context, "%d ", step->mark.line);
    return step->act != ACT_CLOSE;
}

Test(needs, steps_are_visited_in_order_until_told)
{
    struct library *l = sample_scenario("  steps:\n"
                                        "  - repeat:\n"
                                        "      times: 2\n"
                                        "      steps:\n"
                                        "      - send: a\n"
                                        "  - when: 250\n"
                                        "    then:\n"
                                        "    - send: b\n"
                                        "    else:\n"
                                        "    - close:\n"
                                        "  - send: c\n");
    struct buffer lines = {0};
    cr_expect_not(steps_visit(&sample_one(l)->steps, collect, &lines));
    cr_expect_str_eq(buffer_string(&lines), "7 10 11 13 15 ");
    buffer_free(&lines);
    library_free(l);
}
