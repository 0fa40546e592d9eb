/* Cases and transports: what they are called, and where their values go. */
#include "sample.h"

static void is_text(const struct octets *o, const char *text)
{
    cr_assert_eq(o->count, 1);
    cr_expect(bytes_equal(o->parts[0].text.source, bytes_string(text)), "%.*s instead of %s",
              BYTES_ARG(o->parts[0].text.source), text);
}

Test(cases, values_are_put_in_before_anything_is_parsed)
{
    struct library *l = sample_load(
        "suite: s\n"
        "tags: [of-file]\n"
        "needs: SIZE\n"
        "scenarios:\n"
        "- id: a\n"
        "  title: \"t\"\n"
        "  requirement: ${row}\n"
        "  needs: [\"${need}\"]\n"
        "  tags: of-scenario\n"
        "  note: one\n"
        "  start: ${start}\n"
        "  cases:\n"
        "  - {id: x, row: own-row, need: AUTH PLAIN, start: rcpt, line: \"A ${sender}\", n: 3,\n"
        "     e: {code: 250, text: \"a\"}, title: u, tags: of-case, note: two, needs: [tcp]}\n"
        "  - {id: y, row: own-row, requirement: 5321-4.1.1-order, need: no DSN, start: ehlo, line: B, n: \"${size}\",\n"
        "     e: 2xx | close}\n"
        "  steps:\n"
        "  - {send: \"${line} ${case} ${n*2} $${n} ${hello}\", expect: \"${e}\"}\n");
    size_t count = 0;
    const struct scenario *const *all = sample_good(l, &count);
    cr_assert_eq(count, 2);
    cr_expect_str_eq(all[0]->id, "s/a/x");
    cr_expect_str_eq(all[0]->title, "t: u");
    cr_expect_str_eq(all[0]->requirement->id, "own-row");
    cr_expect_str_eq(all[0]->reference, "smtpspec");
    cr_expect_str_eq(all[0]->note, "two");
    cr_expect_eq(all[0]->start, START_RCPT);
    cr_expect_eq(all[0]->line, 13);
    cr_expect(scenario_has_tag(all[0], "of-file") && scenario_has_tag(all[0], "of-scenario") &&
              scenario_has_tag(all[0], "of-case"));
    is_text(&all[0]->steps.items[0].octets, "A ${sender} x 6 $${n} ${hello}");
    cr_expect_str_eq(all[0]->steps.items[0].expect.source, "250 with text \"a\"");
    cr_expect_str_eq(all[1]->id, "s/a/y");
    cr_expect_str_eq(all[1]->title, "t");
    cr_expect_str_eq(all[1]->requirement->id, "5321-4.1.1-order");
    cr_expect_str_eq(all[1]->note, "one");
    cr_expect_not(scenario_has_tag(all[1], "of-case"));
    is_text(&all[1]->steps.items[0].octets, "B y ${size*2} $${n} ${hello}");
    cr_expect_str_eq(all[1]->steps.items[0].expect.source, "2xx | close");
    cr_expect_eq(all[0]->requirement->scenarios, 1);
    library_free(l);
}

Test(cases, a_list_or_map_replaces_a_whole_value)
{
    struct library *l = sample_scenario("  cases:\n"
                                        "  - id: x\n"
                                        "    list: [{send: a}, {send: b, expect: 250}]\n"
                                        "    parts: [c, {hex: 00}]\n"
                                        "  steps:\n"
                                        "  - {when: 250, then: \"${list}\"}\n"
                                        "  - {raw: \"${parts}\"}\n"
                                        "  - {raw: [\"${parts}\"]}\n");
    struct buffer told = {0};
    sample_mistakes(library_diagnostics(l), &told);
    cr_expect_str_eq(buffer_string(&told), "9:12: expected a text or a part of octets, found a list\n");
    buffer_free(&told);
    library_free(l);
}

struct row {
    const char *keys;
    const char *ids;
};
static const struct row ids[] = {
    {"", "s/a "},
    {"  over: tls\n", "s/a@tls "},
    {"  over: [plain, tls]\n", "s/a@plain s/a@tls "},
    {"  cases: [{id: x}, {id: \"2\"}]\n", "s/a/x s/a/2 "},
    {"  over: [tls, plain]\n  cases: [{id: x}, {id: y}]\n", "s/a/x@plain s/a/x@tls s/a/y@plain s/a/y@tls "},
};

Test(cases, and_transports_give_ids)
{
    for (size_t i = 0; i < COUNT(ids); i++) {
        char text[256];
        struct buffer b = {0};
        size_t count = 0;
        snprintf(text, sizeof text, "%s  steps: [{send: a}]\n", ids[i].keys);
        struct library *l = sample_scenario(text);
        const struct scenario *const *all = sample_good(l, &count);
        for (size_t k = 0; k < count; k++) {
            buffer_printf(&b, "%s ", all[k]->id);
            cr_expect_eq(all[k]->over, strstr(all[k]->id, "@tls")     ? OVER_TLS
                                       : strstr(all[k]->id, "@plain") ? OVER_PLAIN
                                                                      : OVER_DEFAULT);
        }
        cr_expect_str_eq(buffer_string(&b), ids[i].ids);
        buffer_free(&b);
        library_free(l);
    }
}

Test(cases, level_and_reference_make_a_requirement)
{
    struct library *l =
        sample_load("suite: s\nscenarios:\n- id: a\n  title: t\n  level: SHOULD\n  reference: our own rules\n"
                    "  cve: [CVE-2023-51764, CVE-2023-51765]\n  steps: [{send: a}]\n");
    const struct scenario *s = sample_one(l);
    cr_expect_eq(s->requirement->level, LEVEL_SHOULD);
    cr_expect_str_eq(s->requirement->id, "s/a");
    cr_expect_str_eq(s->requirement->rfc, "");
    cr_expect_str_eq(s->reference, "our own rules");
    cr_expect_str_eq(s->cve, "CVE-2023-51764, CVE-2023-51765");
    library_free(l);
}
