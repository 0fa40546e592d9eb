#include "sample.h"

struct good {
    const char *content;
    size_t count;
    const char *id, *reason;
};

static const struct good goods[] = {
    {"- id: a/b\n  reason: ticket 12\n", 1, "a/b", "ticket 12"},
    {"- {reason: r, id: a/b}\n- {id: a/c, reason: s}\n", 2, "a/c", "s"},
    {"a/b: ticket 12\na/c@tls: s\n", 2, "a/c@tls", "s"},
    {"baseline:\n  - {id: a/b, reason: r}\n", 1, "a/b", "r"},
    {"baseline:\n  a/b: r\n", 1, "a/b", "r"},
    {"- {id: a/b, reason: r, until: 2028-02-29}\n", 1, "a/b", "r"},
    {"- {id: 'a/*', reason: r}\n- {id: a/b, reason: s}\n", 2, "a/b", "s"},
    {"- {id: 'a/*', reason: r}\n- {id: a/b, reason: s}\n", 2, "a/b2", "r"},
    {"", 0, NULL, NULL},
    {"[]\n", 0, NULL, NULL},
    {"# nothing\n", 0, NULL, NULL},
};

Test(baseline, loads)
{
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof goods / sizeof *goods; i++) {
        struct diagnostics d = {.arena = arena};
        struct baseline *b = sample_baseline(goods[i].content, &d);
        cr_assert_not_null(b, "%s: %s", goods[i].content, d.first ? d.first->text : "no memory");
        cr_expect_eq(baseline_count(b), goods[i].count, "%s", goods[i].content);
        if (goods[i].id)
            cr_expect_str_eq(baseline_reason(b, goods[i].id), goods[i].reason);
        cr_expect_null(baseline_reason(b, "a"));
        baseline_free(b);
    }
    arena_free(arena);
}

struct bad {
    const char *content;
    int line, column;
    const char *text;
};

static const struct bad bads[] = {
    {"- a/b\n", 1, 3, "{id: ID, reason: TEXT}"},
    {"- {id: '*', reason: r}\n", 1, 3, "excuses less than everything"},
    {"- {id: a, reason: r, until: 2027-02-29}\n", 1, 3, "a day such as until: 2027-01-31, found '2027-02-29'"},
    {"- {id: a, reason: r, until: soon}\n", 1, 3, "found 'soon'"},
    {"- {id: a, reason: r, until: 2027-13-01}\n", 1, 3, "found '2027-13-01'"},
    {"- {id: a, reason: r, until: 2027-1-01x}\n", 1, 3, "found '2027-1-01x'"},
    {"- {id: a/b}\n", 1, 3, "a reason for 'a/b'"},
    {"- {reason: r}\n", 1, 3, "the key 'id'"},
    {"- {id: a, reason: r}\n- {id: a, reason: r}\n", 2, 3, "found 'a' again (first in line 1)"},
    {"- {id: a, reason: r, level: MUST}\n", 1, 22, "found 'level'"},
    {"a/b: [1]\n", 1, 1, "ID: REASON"},
    {"a/b: r\na/c: \"\"\n", 2, 1, "a reason for 'a/c'"},
    {"text\n", 1, 1, "found the text text"},
    {"- {id: a\n", 2, 1, "expected YAML"},
    {"- [a, b]\n", 1, 3, "found a list"},
};

Test(baseline, mistakes_have_places)
{
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof bads / sizeof *bads; i++) {
        struct diagnostics d = {.arena = arena};
        cr_expect_null(sample_baseline(bads[i].content, &d), "%s", bads[i].content);
        cr_assert_eq(d.count, 1, "%s: %zu mistakes", bads[i].content, d.count);
        cr_expect_eq(d.first->where.line, bads[i].line, "%s: line %d", bads[i].content, d.first->where.line);
        cr_expect_eq(d.first->where.column, bads[i].column, "%s: column %d", bads[i].content, d.first->where.column);
        cr_expect_not_null(strstr(d.first->text, bads[i].text), "%s: %s", bads[i].content, d.first->text);
    }
    arena_free(arena);
}

Test(baseline, missing_file_is_a_mistake)
{
    struct arena *arena = arena_new();
    struct diagnostics d = {.arena = arena};
    cr_expect_null(baseline_load("/nowhere/baseline.yaml", NULL, &d));
    cr_assert_eq(d.count, 1);
    cr_expect_not_null(strstr(d.first->text, "No such file"));
    arena_free(arena);
}

/* Written, it loads again, excuses just what failed and what could not be judged, and keeps reasons. */
Test(baseline, written_loads_again)
{
    struct sample s;
    struct arena *arena = arena_new();
    struct diagnostics d = {.arena = arena};
    struct buffer out = {0};
    sample_fill(&s);
    struct baseline *old = sample_baseline("- {id: sequence/rcpt-before-mail, reason: 'a \"quoted\" reason'}\n"
                                           "- {id: sequence/old, reason: passes now}\n"
                                           "- {id: bdat/zero, reason: no CHUNKING here, until: 2027-01-31}\n"
                                           "- {id: security/lf-dot-lf@tls, reason: mended soon, until: 2026-01-30}\n"
                                           "- {id: 'check/*', reason: our replies are odd}\n"
                                           "- {id: 'vrfy/*', reason: passes now}\n"
                                           "- {id: sequence/text, reason: 'not looked into: what it was before'}\n"
                                           "- {id: gone/away, reason: r}\n",
                                           &d);
    cr_assert_not_null(old);
    cr_assert(baseline_write(&s.run, old, &out));
    sample_golden("baseline.yaml", &out);
    struct baseline *new = sample_baseline(buffer_string(&out), &d);
    cr_assert_not_null(new, "%s", d.first ? d.first->text : "");
    cr_expect_str_eq(baseline_reason(new, "sequence/rcpt-before-mail"), "a \"quoted\" reason");
    cr_expect_null(baseline_reason(new, "security/lf-dot-lf@tls"), "an expired excuse was made valid again");
    cr_expect_str_eq(baseline_find(new, "security/lf-dot-lf@tls")->reason, "mended soon");
    cr_expect_str_eq(baseline_find(new, "bdat/zero")->until, "2027-01-31");
    cr_expect_null(baseline_find(new, "vrfy/off"));
    cr_expect_not_null(baseline_reason(new, "sequence/text"));
    cr_expect_not_null(baseline_reason(new, "check/reply-ends-with-crlf"));
    cr_expect_str_eq(baseline_reason(new, "bdat/zero"), "no CHUNKING here");
    cr_expect_str_eq(baseline_reason(new, "gone/away"), "r");
    cr_expect_null(baseline_reason(new, "sequence/old"));
    cr_expect_eq(baseline_count(new), 6);
    buffer_free(&out);
    baseline_free(old);
    baseline_free(new);
    arena_free(arena);
}

Test(baseline, nothing_failed_gives_an_empty_list)
{
    struct run run = {0};
    struct buffer out = {0};
    struct arena *arena = arena_new();
    struct diagnostics d = {.arena = arena};
    cr_assert(baseline_write(&run, NULL, &out));
    struct baseline *b = sample_baseline(buffer_string(&out), &d);
    cr_assert_not_null(b);
    cr_expect_eq(baseline_count(b), 0);
    baseline_free(b);
    buffer_free(&out);
    arena_free(arena);
}
