/* The exit status: design section 5, the first rule that applies. */
#include "sample.h"

struct outcome {
    enum verdict verdict;
    enum level level;
};

struct status {
    const char *name;
    struct outcome outcomes[6];
    size_t count;
    enum fail_on fail_on;
    double max_blocked;
    bool interrupted;
    const char *excused; /* id that the baseline names; NULL: none */
    int expected;
    const char *why; /* must be in the sentence */
};

#define P                                                                                                              \
    {                                                                                                                  \
        VERDICT_PASS, LEVEL_MUST                                                                                       \
    }
#define S                                                                                                              \
    {                                                                                                                  \
        VERDICT_SKIP, LEVEL_MUST                                                                                       \
    }
#define B                                                                                                              \
    {                                                                                                                  \
        VERDICT_BLOCKED, LEVEL_MUST                                                                                    \
    }
#define X                                                                                                              \
    {                                                                                                                  \
        VERDICT_ERROR, LEVEL_MUST                                                                                      \
    }
#define F                                                                                                              \
    {                                                                                                                  \
        VERDICT_FAIL, LEVEL_MUST                                                                                       \
    }
#define FS                                                                                                             \
    {                                                                                                                  \
        VERDICT_FAIL, LEVEL_SECURITY                                                                                   \
    }
#define FMAY                                                                                                           \
    {                                                                                                                  \
        VERDICT_FAIL, LEVEL_MAY                                                                                        \
    }
#define W                                                                                                              \
    {                                                                                                                  \
        VERDICT_WARN, LEVEL_MUST                                                                                       \
    }
#define WS                                                                                                             \
    {                                                                                                                  \
        VERDICT_WARN, LEVEL_SHOULD                                                                                     \
    }

static const struct status table[] = {
    {"all pass", {P, P}, 2, FAIL_ON_MUST, 0.2, false, NULL, 0, "nothing failed"},
    {"a pass among skips", {P, S, S}, 3, FAIL_ON_MUST, 0.2, false, NULL, 0, "nothing failed"},
    {"MUST failed", {P, F}, 2, FAIL_ON_MUST, 0.2, false, NULL, 1, "1 failed at level MUST (--fail-on must)"},
    {"security failed", {P, FS}, 2, FAIL_ON_MUST, 0.2, false, NULL, 1, "1 failed at level security"},
    {"both", {F, FS, FS}, 3, FAIL_ON_MUST, 0.2, false, NULL, 1, "2 failed at level security, 1 failed at level MUST"},
    {"no reply at level MAY",
     {P, FMAY},
     2,
     FAIL_ON_MUST,
     0.2,
     false,
     NULL,
     1,
     "1 failed at level MAY (--fail-on must)"},
    {"no reply at levels MUST and MAY",
     {P, F, FMAY},
     3,
     FAIL_ON_MUST,
     0.2,
     false,
     NULL,
     1,
     "1 failed at level MUST, 1 failed at level MAY (--fail-on must)"},
    {"security only, MUST failed", {P, F}, 2, FAIL_ON_SECURITY, 0.2, false, NULL, 0, "nothing failed at --fail-on"},
    {"security only, security failed", {P, FS}, 2, FAIL_ON_SECURITY, 0.2, false, NULL, 1, "security"},
    {"a warning does not fail", {P, W, WS}, 3, FAIL_ON_MUST, 0.2, false, NULL, 0, "nothing failed at --fail-on"},
    {"should: warning on a MUST", {P, W}, 2, FAIL_ON_SHOULD, 0.2, false, NULL, 0, "nothing failed at --fail-on"},
    {"should: SHOULD not met", {P, WS}, 2, FAIL_ON_SHOULD, 0.2, false, NULL, 1, "1 warned at level SHOULD"},
    {"should includes MUST", {P, F}, 2, FAIL_ON_SHOULD, 0.2, false, NULL, 1, "MUST"},
    {"warn: any warning", {P, W, WS}, 3, FAIL_ON_WARN, 0.2, false, NULL, 1, "2 warned"},
    {"excused fail", {P, F}, 2, FAIL_ON_MUST, 0.2, false, "s/1", 0, "the baseline excuses all"},
    {"excused warning", {P, W}, 2, FAIL_ON_WARN, 0.2, false, "s/1", 0, "the baseline excuses all"},
    {"another id excused", {P, F}, 2, FAIL_ON_MUST, 0.2, false, "s/0", 1, "MUST"},
    {"an error is not excused", {P, X}, 2, FAIL_ON_MUST, 0.2, false, "s/1", 3, "error"},
    {"error", {P, X}, 2, FAIL_ON_MUST, 0.2, false, NULL, 3, "1 ended in error"},
    {"fail before error", {F, X}, 2, FAIL_ON_MUST, 0.2, false, NULL, 1, "MUST"},
    {"nothing judged: skips", {S, S}, 2, FAIL_ON_MUST, 0.2, false, NULL, 3, "nothing was judged"},
    {"nothing judged: blocked", {B}, 1, FAIL_ON_MUST, 1, false, NULL, 3, "nothing was judged"},
    {"nothing judged: no result", {{0}}, 0, FAIL_ON_MUST, 0.2, false, NULL, 3, "nothing was judged"},
    {"blocked, a fifth", {P, P, P, P, B}, 5, FAIL_ON_MUST, 0.2, false, NULL, 0, "nothing failed"},
    {"blocked, a quarter", {P, P, P, B}, 4, FAIL_ON_MUST, 0.2, false, NULL, 3, "25 % of the scenarios were blocked"},
    {"blocked, skips do not dilute", {P, P, P, B, S, S}, 6, FAIL_ON_MUST, 0.2, false, NULL, 3, "blocked"},
    {"blocked, none allowed", {P, P, P, P, B}, 5, FAIL_ON_MUST, 0, false, NULL, 3, "blocked"},
    {"blocked, half allowed", {P, B}, 2, FAIL_ON_MUST, 0.5, false, NULL, 0, "nothing failed"},
    {"interrupted", {P, S}, 2, FAIL_ON_MUST, 0.2, true, NULL, 130, "interrupted"},
    {"interrupted and failed", {F, S}, 2, FAIL_ON_MUST, 0.2, true, NULL, 1, "MUST"},
    {"interrupted at once", {S, S}, 2, FAIL_ON_MUST, 0.2, true, NULL, 3, "before the interruption"},
};

struct small_run {
    struct requirement requirements[6];
    struct result results[6];
    char ids[6][8];
    struct run run;
};

static void make_run(struct small_run *m, const struct status *t)
{
    static const struct scenario scenario = {.suite = "s"};
    memset(m, 0, sizeof *m);
    for (size_t i = 0; i < t->count; i++) {
        snprintf(m->ids[i], sizeof m->ids[i], "s/%zu", i);
        m->requirements[i].level = t->outcomes[i].level;
        m->results[i] = (struct result){.id = m->ids[i],
                                        .scenario = &scenario,
                                        .requirement = &m->requirements[i],
                                        .verdict = t->outcomes[i].verdict,
                                        .reason = "because"};
    }
    m->run.results = m->results;
    m->run.count = t->count;
    m->run.interrupted = t->interrupted;
}

Test(summary, exit_status)
{
    struct arena *arena = arena_new();
    struct diagnostics d = {.arena = arena};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const struct status *t = &table[i];
        struct small_run m;
        struct summary s;
        char excuse[64];
        make_run(&m, t);
        snprintf(excuse, sizeof excuse, "- {id: %s, reason: known}\n", t->excused ? t->excused : "-");
        struct baseline *b = t->excused ? sample_baseline(excuse, &d) : NULL;
        struct gate gate = {t->fail_on, t->max_blocked, false};
        report_summary(&m.run, b, &gate, &s);
        cr_expect_eq(s.exit_status, t->expected, "%s: expected %d, found %d (%s)", t->name, t->expected, s.exit_status,
                     s.why);
        cr_expect_not_null(strstr(s.why, t->why), "%s: expected '%s' in '%s'", t->name, t->why, s.why);
        baseline_free(b);
    }
    arena_free(arena);
}

/* Checks, the plain transaction and extra results count, and what has no requirement counts as MUST. */
Test(summary, every_group_counts)
{
    static const struct gate must = {FAIL_ON_MUST, 0.2, false};
    for (int group = 0; group < 4; group++) {
        static const struct status one = {.outcomes = {P}, .count = 1};
        struct small_run m;
        struct summary s;
        struct check_result check = {.name = "check/x", .result = {.verdict = VERDICT_PASS}};
        struct result extra = {.id = "target/died", .verdict = VERDICT_PASS};
        make_run(&m, &one);
        m.run.checks = &check;
        m.run.extra = &extra;
        m.run.check_count = m.run.extra_count = 1;
        m.run.plain_first = (struct result){.id = "plain/first", .verdict = VERDICT_PASS};
        m.run.plain_last = (struct result){.id = "plain/last", .verdict = VERDICT_PASS};
        report_summary(&m.run, NULL, &must, &s);
        cr_expect_eq(s.exit_status, 0);
        cr_expect_eq(s.total, 5);
        struct result *spoilt[] = {&check.result, &extra, &m.run.plain_first, &m.run.plain_last};
        spoilt[group]->verdict = VERDICT_FAIL;
        report_summary(&m.run, NULL, &must, &s);
        cr_expect_eq(s.exit_status, 1);
        cr_expect_eq(s.must_failed, 1);
    }
}

struct strict {
    const char *baseline;
    int lax, strict;
    const char *why; /* of the strict one */
};

static const struct strict stricts[] = {
    {"s/1: known\ns/2: known\n", 0, 0, "the baseline excuses all"},
    {"s/0: passes\ns/1: known\ns/2: known\n", 0, 1, "1 of the baseline passed (--strict-baseline)"},
    {"s/1: known\ns/2: known\ns/9: gone\n", 0, 1, "1 of the baseline stale (--strict-baseline)"},
    {"s/1: known\ns/2: known\ns/3: not judged\n", 0, 0, "the baseline excuses all"},
    {"s/1: known\ns/2: known\nother/1: not asked for\n", 0, 0, "the baseline excuses all"},
    {"s/1: known\ns/2: known\nother/2: gone\n", 0, 1, "1 of the baseline stale (--strict-baseline)"},
    {"s/1: known\ns/2: known\nelsewhere/1: in a file that was not given\n", 0, 0, "the baseline excuses all"},
    {"s/1: known\ns/2: known\n\"other/*\": not asked for\n", 0, 0, "the baseline excuses all"},
    {"s/1: known\ns/2: known\ncheck/none: gone\n", 0, 1, "1 of the baseline stale (--strict-baseline)"},
    {"\"s/*\": known\n", 0, 0, "the baseline excuses all"},
    {"s/1: known\n\"s/2*\": known\n\"s/[0]*\": nothing\n", 0, 1, "1 of the baseline stale"},
    {"s/1: known\ns/2: known\n\"s/?\": s/3 is not judged\n", 0, 0, "the baseline excuses all"},
    {"\"s/[12]\": no such pattern\n\"s/1*\": known\n\"s/2*\": known\n\"?/0\": passes\n", 0, 1,
     "1 of the baseline passed, 1 of the baseline stale (--strict-baseline)"},
    {"- {id: s/1, reason: r, until: 2027-01-31}\n- {id: s/2, reason: r}\n", 0, 0, "the baseline excuses all"},
    {"- {id: s/1, reason: r, until: 2026-01-31}\n- {id: s/2, reason: r}\n", 0, 0, "the baseline excuses all"},
    {"- {id: s/1, reason: r, until: 2026-01-30}\n- {id: s/2, reason: r}\n", 1, 1,
     "1 failed at level MUST (--fail-on warn), 1 of the baseline expired (--strict-baseline)"},
    {"- {id: s/0, reason: r, until: 2026-01-30}\n- {id: 's/*', reason: r}\n", 0, 1,
     "1 of the baseline expired (--strict-baseline)"},
    {"- {id: s/1, reason: an exact id speaks for itself, until: 2026-01-30}\n- {id: 's/*', reason: r}\n", 1, 1,
     "1 failed at level MUST"},
};

/* What passes, what is gone and what has expired fails a strict run only. */
Test(summary, strict_baseline)
{
    static const struct status t = {.outcomes = {P, F, W, S}, .count = 4};
    static const struct scenario known[] = {
        {.id = "s/0"}, {.id = "s/1"}, {.id = "s/2"}, {.id = "s/3"}, {.id = "other/1"}};
    static const struct scenario *const all[] = {&known[0], &known[1], &known[2], &known[3], &known[4]};
    struct arena *arena = arena_new();
    struct small_run m;
    make_run(&m, &t);
    for (size_t i = 0; i < sizeof stricts / sizeof *stricts; i++) {
        const struct strict *x = &stricts[i];
        struct diagnostics d = {.arena = arena};
        struct summary s;
        struct baseline *b = sample_baseline(x->baseline, &d);
        cr_assert_not_null(b, "%s: %s", x->baseline, d.first ? d.first->text : "");
        baseline_know(b, &m.run, all, sizeof all / sizeof *all);
        report_summary(&m.run, b, &(struct gate){FAIL_ON_WARN, 0.2, false}, &s);
        cr_expect_eq(s.exit_status, x->lax, "%s: expected %d, found %d (%s)", x->baseline, x->lax, s.exit_status,
                     s.why);
        report_summary(&m.run, b, &(struct gate){FAIL_ON_WARN, 0.2, true}, &s);
        cr_expect_eq(s.exit_status, x->strict, "strict, %s: expected %d, found %d", x->baseline, x->strict,
                     s.exit_status);
        cr_expect_not_null(strstr(s.why, x->why), "%s: expected '%s' in '%s'", x->baseline, x->why, s.why);
        baseline_free(b);
    }
    arena_free(arena);
}

Test(summary, baseline_counts)
{
    static const struct status t = {.outcomes = {P, F, W, S}, .count = 4};
    struct arena *arena = arena_new();
    struct diagnostics d = {.arena = arena};
    struct small_run m;
    struct summary s;
    make_run(&m, &t);
    struct baseline *b = sample_baseline("s/0: passes now\ns/1: known\ns/2: known\ns/3: not run\ns/9: gone\n", &d);
    cr_assert_not_null(b);
    report_summary(&m.run, b, &(struct gate){FAIL_ON_WARN, 0.2, false}, &s);
    cr_expect_eq(s.excused, 2);
    cr_expect_eq(s.unexpected_pass, 1);
    cr_expect_eq(s.stale, 1);
    cr_expect_eq(s.exit_status, 0);
    baseline_free(b);
    arena_free(arena);
}

/* A gate that lets a server out which takes no mail is none. */
Test(summary, no_mail_is_no_success)
{
    static const struct status t = {.outcomes = {P, P}, .count = 2};
    static const struct {
        enum verdict first, last;
        double max_blocked;
        int status;
    } table[] = {
        {VERDICT_PASS, VERDICT_PASS, 0.2, 0},
        {VERDICT_BLOCKED, VERDICT_BLOCKED, 0.2, 3},
        {VERDICT_BLOCKED, VERDICT_BLOCKED, 1, 0},
        {VERDICT_BLOCKED, VERDICT_PASS, 0.2, 0}, /* greylisting that is over */
        {VERDICT_PASS, VERDICT_BLOCKED, 0.2, 0},
        {VERDICT_BLOCKED, VERDICT_SKIP, 0.2, 3},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct small_run m;
        struct summary s;
        make_run(&m, &t);
        m.run.plain_first = (struct result){.id = "plain/first", .verdict = table[i].first};
        m.run.plain_last = (struct result){.id = "plain/last", .verdict = table[i].last};
        report_summary(&m.run, NULL, &(struct gate){FAIL_ON_MUST, table[i].max_blocked, false}, &s);
        cr_expect_eq(s.exit_status, table[i].status, "row %zu: expected %d, found %d (%s)", i, table[i].status,
                     s.exit_status, s.why);
    }
}
