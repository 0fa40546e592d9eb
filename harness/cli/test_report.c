#include "test_report.h"

#include "base/clock.h"
#include "output.h"
#include "page_sources.h"
#include "print.h"
#include "subcommand.h"

#include <string.h>

bool test_baselines_load(const struct test_options *o, const char *of_target, struct arena *a,
                         struct test_baselines *out)
{
    struct diagnostics d = {.arena = a};
    char today[24];
    clock_utc(today, sizeof today);
    const char *path = o->gate.baseline ? o->gate.baseline : of_target;
    *out = (struct test_baselines){0};
    if (!path && o->gate.gate.strict_baseline) {
        print_problem("--strict-baseline: expected a baseline (--baseline FILE, or in the target file), found none");
        return false;
    }
    if (path)
        out->used = baseline_load(path, today, &d);
    if (o->write_baseline && (!path || strcmp(path, o->write_baseline) != 0) && sources_path_exists(o->write_baseline))
        out->old = baseline_load(o->write_baseline, today, &d);
    else
        out->old = out->used;
    if (print_mistakes(&d))
        return true;
    test_baselines_free(out);
    return false;
}

/* Both are told what this run could know. */
static void know_scenarios(const struct test_baselines *b, const struct library *l, const struct run *run)
{
    size_t count;
    const struct scenario *const *all = library_scenarios(l, &count);
    baseline_know(b->used, run, all, count);
    if (b->old != b->used)
        baseline_know(b->old, run, all, count);
}

void test_baselines_free(struct test_baselines *b)
{
    if (b->old != b->used)
        baseline_free(b->old);
    baseline_free(b->used);
    *b = (struct test_baselines){0};
}

static bool put_files(const struct test_options *o, const struct report_context *c, const struct test_baselines *b)
{
    struct report_file files[REPORT_FILES_MOST];
    size_t count = test_options_files(o, files);
    bool ok = true;
    for (size_t i = 0; i < count; i++) {
        struct buffer report = {0};
        bool made = files[i].reporter ? reporter_find(files[i].reporter)->write(c, &report)
                                      : baseline_write(c->run, b->old, &report);
        ok = output_report(files[i].path, &report, made) && ok;
    }
    return ok;
}

/* Where a report for a program goes to standard output, the one for people goes to standard error. */
static bool put_terminal(const struct test_options *o, struct report_context *c)
{
    FILE *out = test_options_on_stdout(o) ? stderr : stdout;
    struct buffer report = {0};
    c->colour = !o->no_colour && output_takes_colour(out);
    bool ok = reporter_find("terminal")->write(c, &report);
    if (!ok)
        print_problem("out of memory for the report");
    else
        fwrite(report.data, 1, report.len, out);
    buffer_free(&report);
    return ok;
}

static void count_lost_report(struct summary *s)
{
    static const char what[] = "a report could not be written";
    if (s->exit_status == STATUS_FAILED) {
        size_t len = strlen(s->why);
        snprintf(s->why + len, sizeof s->why - len, "; %s", what);
        return;
    }
    s->exit_status = STATUS_NOTHING;
    snprintf(s->why, sizeof s->why, "%s", what);
}

int test_report(const struct test_options *o, const struct library *l, const struct run *run,
                const struct test_baselines *b)
{
    struct summary summary;
    struct page_sources sources = {.from_disk = true};
    know_scenarios(b, l, run);
    report_summary(run, b->used, &o->gate.gate, &summary);
    struct report_context c = {.run = run,
                               .baseline = b->used,
                               .summary = &summary,
                               .version = SMTPSPEC_VERSION,
                               .verbose = o->verbose,
                               .quiet = o->quiet};
    page_sources_use(&sources, l, &c);
    /* The files first: what becomes of them is part of the last line for people. */
    if (!put_files(o, &c, b))
        count_lost_report(&summary);
    bool ok = put_terminal(o, &c);
    page_sources_free(&sources);
    return ok || summary.exit_status == STATUS_FAILED ? summary.exit_status : STATUS_NOTHING;
}
