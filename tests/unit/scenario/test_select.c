/* What a user writes on the command line to choose scenarios. */
#include "sample.h"

static struct library *some(void)
{
    struct library *l = library_new();
    library_add_memory(l, "scenarios/catalogue/c.yaml", bytes_string(sample_catalogue));
    library_add_memory(
        l, "scenarios/rfc5321/4.1-order.yaml",
        BYTES("suite: order\ntags: [slow-ish]\nscenarios:\n"
              "- {id: rcpt, title: t, requirement: 5321-3.3-needs-mail, steps: [{send: a}]}\n"
              "- {id: rcpt2, title: t, requirement: 5321-4.1.1-order, over: [plain, tls], steps: [{send: a}]}\n"
              "- {id: mail, title: t, requirement: 5321-4.1.1-order, tags: x, cases: [{id: a}, {id: b}], "
              "steps: [{send: a}]}\n"));
    library_add_memory(l, "scenarios/security/own.yaml",
                       BYTES("suite: own\nscenarios:\n"
                             "- {id: mail, title: t, requirement: own-row, steps: [{send: a}]}\n"));
    cr_assert(library_finish(l));
    return l;
}

/* order/rcpt, order/rcpt2@plain, order/rcpt2@tls, order/mail/a, order/mail/b, own/mail */
static const struct {
    const char *pattern;
    const char *chosen;
} patterns[] = {
    {"order/rcpt", "100000"},
    {"order/rcpt2", "011000"},
    {"order/rcpt2@tls", "001000"},
    {"order/mail", "000110"},
    {"order/mail/b", "000010"},
    {"order", "111110"},
    {"own", "000001"},
    {"ord", "000000"},
    {"order/*", "111110"},
    {"*/mail*", "000111"},
    {"order/rcp?", "100000"},
    {"*", "111111"},
    {"scenarios/rfc5321/4.1-order.yaml", "111110"},
    {"./scenarios/rfc5321", "111110"},
    {"scenarios/rfc5321/", "111110"},
    {"rfc5321/4.1-order.yaml", "111110"},
    {"scenarios", "111111"},
    {"rfc532", "000000"},
    {"5321", "111110"},
    {"5321/3.3", "100000"},
    {"5321/4", "011110"},
    {"5321/4.1", "011110"},
    {"5321/4.1.1", "011110"},
    {"5321/4.1.1.1", "000000"},
    {"5321/", "000000"},
    {"smtpspec", "000001"},
    {"tag:slow-ish", "111110"},
    {"tag:x", "000110"},
    {"tag:y", "000000"},
    {"level:MUST", "100000"},
    {"level:should", "011110"},
    {"level:security", "000001"},
    {"level:perhaps", "000000"},
    {"5321-3.3-needs-mail", "100000"},
    {"", "000000"},
};

Test(select, by_one_pattern)
{
    struct library *l = some();
    size_t count = 0;
    const struct scenario *const *all = library_scenarios(l, &count);
    cr_assert_eq(count, 6);
    for (size_t i = 0; i < COUNT(patterns); i++)
        for (size_t k = 0; k < count; k++)
            cr_expect_eq(select_matches(patterns[i].pattern, all[k]), patterns[i].chosen[k] == '1', "%s: %s",
                         patterns[i].pattern, all[k]->id);
    library_free(l);
}

static const struct {
    const char *include[3], *exclude[3];
    const char *chosen;
    const char *nothing;
} selections[] = {
    {{NULL}, {NULL}, "111111", NULL},
    {{"own", "order/rcpt"}, {NULL}, "100001", NULL},
    {{"order"}, {"tag:x"}, "111000", NULL},
    {{NULL}, {"order/*"}, "000001", NULL},
    {{"own", "nosuch"}, {NULL}, "000001", "nosuch"},
    {{NULL}, {"nosuch"}, "111111", "nosuch"},
};

static size_t length(const char *const *list)
{
    size_t n = 0;
    while (n < 3 && list[n])
        n++;
    return n;
}

Test(select, by_several)
{
    struct library *l = some();
    size_t count = 0;
    const struct scenario *const *all = library_scenarios(l, &count);
    for (size_t i = 0; i < COUNT(selections); i++) {
        bool chosen[6];
        const char *nothing = select_scenarios(all, count, selections[i].include, length(selections[i].include),
                                               selections[i].exclude, length(selections[i].exclude), chosen);
        cr_expect_str_eq(nothing ? nothing : "-", selections[i].nothing ? selections[i].nothing : "-");
        for (size_t k = 0; k < count; k++)
            cr_expect_eq(chosen[k], selections[i].chosen[k] == '1', "%zu: %s", i, all[k]->id);
    }
    library_free(l);
}
