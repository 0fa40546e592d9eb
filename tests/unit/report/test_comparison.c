/* Runs side by side: what changed, in what order, and each format against its golden file. */
#include "report/comparison.h"
#include "sample.h"

/* The golden results, so often, and what was read from them. */
struct three {
    struct arena *arena;
    struct results runs[3];
};

static void read_golden(struct three *t, size_t count)
{
    struct diagnostics d = {.arena = t->arena = arena_new()};
    static const char *const files[] = {"monday.json", "tuesday.json", "exim|4.json"};
    struct buffer json = {0};
    FILE *in = fopen(SOURCE_DIR "/tests/golden/report.json", "rb");
    cr_assert_not_null(in);
    for (int c; (c = getc(in)) != EOF;)
        buffer_add_octet(&json, (unsigned char)c);
    fclose(in);
    for (size_t i = 0; i < count; i++)
        cr_assert(results_read(files[i], buffer_bytes(&json), &d, &t->runs[i]));
    buffer_free(&json);
}

static void count_again(struct results *r)
{
    report_summary(&r->run, r->excuses, &(struct gate){FAIL_ON_MUST, 0.2, false}, &r->summary);
}

/* The second run: 3 became worse, 2 better, one each is gone, new, no longer judged, judged now, slower. */
static void change_second(struct three *t)
{
    struct run *run = &t->runs[1].run;
    run->results[0].verdict = VERDICT_PASS; /* was fail */
    run->results[2].verdict = VERDICT_FAIL; /* was warn */
    run->results[2].reason = "a pipe | a `tick`, =1+1 and \"quotes\"\nfor @somebody <b>";
    run->results[3].verdict = VERDICT_SKIP; /* was pass */
    run->results[3].reason = "VRFY is not offered";
    run->results[4].verdict = VERDICT_PASS;       /* was skip */
    run->results[6].verdict = VERDICT_FAIL;       /* was skip */
    run->results[7].verdict = VERDICT_ERROR;      /* was blocked: judged neither then nor now */
    run->results[9].duration_ns = 3000000000;     /* was 2.5 ms */
    run->results[8].id = "mail/renamed";          /* gone under its old name, new under this one */
    run->checks[1].result.verdict = VERDICT_PASS; /* was fail */
    run->plain_last.verdict = VERDICT_ERROR;      /* was pass */
    count_again(&t->runs[1]);
}

static void free_three(struct three *t)
{
    for (size_t i = 0; i < 3; i++)
        results_free(&t->runs[i]);
    arena_free(t->arena);
}

Test(comparison, of_two)
{
    static const size_t expected[CHANGE_COUNT] = {
        [CHANGE_SAME] = 7, [CHANGE_WORSE] = 3,  [CHANGE_UNJUDGED] = 1, [CHANGE_GONE] = 1,
        [CHANGE_NEW] = 1,  [CHANGE_JUDGED] = 1, [CHANGE_BETTER] = 2};
    struct three t = {0};
    struct comparison c;
    read_golden(&t, 2);
    change_second(&t);
    cr_assert(comparison_make(t.runs, 2, &c));
    for (int i = 0; i < CHANGE_COUNT; i++)
        cr_expect_eq(c.changes[i], expected[i], "%s: expected %zu, found %zu", change_name((enum change)i), expected[i],
                     c.changes[i]);
    cr_expect_eq(c.slower, 1);
    cr_expect_eq(c.count, 16);
    cr_expect_eq(c.differing, 10);
    cr_expect_str_eq(c.names[0], "Sample 1.0 (monday.json)");
    for (size_t i = 0; i < c.count; i++)
        cr_expect_eq(c.rows[i].differs, i < c.differing);
    for (size_t i = 0; i < 3; i++)
        cr_expect_eq(c.rows[i].change, CHANGE_WORSE);
    comparison_free(&c);
    free_three(&t);
}

/* Every pair of verdicts. */
Test(comparison, every_change)
{
    static const char expected[VERDICT_COUNT][VERDICT_COUNT + 1] = {
        /* to: pass, warn, fail, skip, blocked, error */
        [VERDICT_PASS] = "=WWUUW", [VERDICT_WARN] = "B=WUUW",    [VERDICT_FAIL] = "BB=UUW",
        [VERDICT_SKIP] = "JJW===", [VERDICT_BLOCKED] = "JJW===", [VERDICT_ERROR] = "JJW==="};
    static const char letters[CHANGE_COUNT] = {[CHANGE_SAME] = '=',
                                               [CHANGE_WORSE] = 'W',
                                               [CHANGE_UNJUDGED] = 'U',
                                               [CHANGE_JUDGED] = 'J',
                                               [CHANGE_BETTER] = 'B'};
    struct three t = {0};
    read_golden(&t, 2);
    for (int from = 0; from < VERDICT_COUNT; from++)
        for (int to = 0; to < VERDICT_COUNT; to++) {
            struct comparison c;
            t.runs[0].run.results[0].verdict = (enum verdict)from;
            t.runs[1].run.results[0].verdict = (enum verdict)to;
            cr_assert(comparison_make(t.runs, 2, &c));
            size_t at = 0;
            while (strcmp(c.rows[at].id, t.runs[0].run.results[0].id) != 0)
                at++;
            cr_expect_eq(letters[c.rows[at].change], expected[from][to], "%s to %s", verdict_name((enum verdict)from),
                         verdict_name((enum verdict)to));
            comparison_free(&c);
        }
    free_three(&t);
}

static const struct {
    size_t runs;
    bool all;
    const char *format, *file;
} goldens[] = {{2, false, "md", "compare-two.md"},     {3, true, "md", "compare-three.md"},
               {2, false, "csv", "compare-two.csv"},   {3, false, "csv", "compare-three.csv"},
               {2, false, "json", "compare-two.json"}, {3, false, "json", "compare-three.json"}};

static const struct comparison_format *format_named(const char *name)
{
    size_t count;
    const struct comparison_format *table = comparison_format_table(&count);
    for (size_t i = 0; i < count; i++)
        if (!strcmp(table[i].name, name))
            return &table[i];
    return NULL;
}

Test(comparison, golden)
{
    struct three t = {0};
    read_golden(&t, 3);
    change_second(&t);
    t.runs[2].run.target_name = "Exim <i>4</i> @all #1 [x](y)";
    t.runs[2].run.count -= 2;
    count_again(&t.runs[2]);
    for (size_t i = 0; i < sizeof goldens / sizeof *goldens; i++) {
        struct comparison c;
        struct buffer out = {0};
        cr_assert(comparison_make(t.runs, goldens[i].runs, &c));
        cr_assert(format_named(goldens[i].format)->write(&c, goldens[i].all, &out));
        sample_golden(goldens[i].file, &out);
        buffer_free(&out);
        comparison_free(&c);
    }
    free_three(&t);
}

#define VALIDATE "python3 %s/tests/unit/report/validate.py "
static const char *const outsiders[] = {
    (VALIDATE "json %s/reports/comparison.schema.json %s/tests/golden/compare-two.json"),
    (VALIDATE "json %s/reports/comparison.schema.json %s/tests/golden/compare-three.json"),
    (VALIDATE "csv %s/tests/golden/compare-two.csv # %s"),
    (VALIDATE "csv %s/tests/golden/compare-three.csv # %s"),
};

Test(comparison, golden_files_are_valid)
{
    for (size_t i = 0; i < sizeof outsiders / sizeof *outsiders; i++) {
        char command[2048];
        snprintf(command, sizeof command, outsiders[i], SOURCE_DIR, SOURCE_DIR, SOURCE_DIR);
        cr_expect_eq(system(command), 0, "%s", command);
    }
}
