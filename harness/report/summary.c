/* The counts of a run, and the exit status that follows: design section 5, the first rule that applies. */
#include "rows.h"

#include <stdio.h>
#include <string.h>

const char *fail_on_name(enum fail_on f)
{
    static const char *const names[FAIL_ON_COUNT] = {"security", "must", "should", "warn"};
    return names[f];
}

static void count_baseline(struct summary *s, const struct baseline *b)
{
    for (size_t i = 0; i < baseline_count(b); i++) {
        enum baseline_state state = baseline_entry(b, i)->state;
        s->unexpected_pass += state == BASELINE_PASSING;
        s->stale += state == BASELINE_STALE;
        s->expired += state == BASELINE_EXPIRED;
    }
}

static void count_row(struct summary *s, const struct row *row, const struct baseline *b)
{
    enum verdict v = row->result->verdict;
    s->total++;
    s->verdicts[v]++;
    s->unstable += result_is_unstable(row->result);
    if (v != VERDICT_FAIL && v != VERDICT_WARN)
        return;
    if (row_excuse(row, b)) {
        s->excused++;
        return;
    }
    enum level level = row_level(row);
    s->security_failed += v == VERDICT_FAIL && level == LEVEL_SECURITY;
    s->must_failed += v == VERDICT_FAIL && level != LEVEL_SECURITY;
    s->failed_at[level] += v == VERDICT_FAIL;
    s->warned += v == VERDICT_WARN;
    s->should_failed += v == VERDICT_WARN && level == LEVEL_SHOULD;
}

struct count_part {
    size_t count;
    const char *text;
};

/* Those that are not 0, and behind them the option that looks at them. False when all are. */
static bool say_parts(const struct count_part *parts, size_t count, const char *option, char *out, size_t size)
{
    size_t len = strlen(out), before = len;
    for (size_t i = 0; i < count; i++)
        if (parts[i].count && len < size)
            len += (size_t)snprintf(out + len, size - len, "%s%zu %s", len ? ", " : "", parts[i].count, parts[i].text);
    if (len > before && len < size)
        snprintf(out + len, size - len, " (%s)", option);
    return len > before;
}

/* What `--fail-on` and `--strict-baseline` look at, in words; "" when nothing of it came up. */
static void say_failures(const struct summary *s, const struct gate *g, char *out, size_t size)
{
    char option[32];
    bool must = g->fail_on >= FAIL_ON_MUST;
    const struct count_part results[] = {
        {s->security_failed, "failed at level security"},
        {must ? s->failed_at[LEVEL_MUST] : 0, "failed at level MUST"},
        {must ? s->failed_at[LEVEL_SHOULD] : 0, "failed at level SHOULD"},
        {must ? s->failed_at[LEVEL_MAY] : 0, "failed at level MAY"},
        {g->fail_on == FAIL_ON_SHOULD ? s->should_failed : 0, "warned at level SHOULD"},
        {g->fail_on == FAIL_ON_WARN ? s->warned : 0, "warned"},
    };
    const struct count_part entries[] = {
        {s->unexpected_pass, "of the baseline passed"},
        {s->stale, "of the baseline stale"},
        {s->expired, "of the baseline expired"},
    };
    *out = 0;
    snprintf(option, sizeof option, "--fail-on %s", fail_on_name(g->fail_on));
    say_parts(results, sizeof results / sizeof *results, option, out, size);
    if (g->strict_baseline)
        say_parts(entries, sizeof entries / sizeof *entries, "--strict-baseline", out, size);
}

/* True when not one message could be sent, at the beginning or at the end: what was judged then says nothing about
 * mail, and no release may go out on it. */
static bool takes_no_mail(const struct run *r)
{
    return r->plain_first.id && r->plain_first.verdict == VERDICT_BLOCKED && r->plain_last.verdict != VERDICT_PASS;
}

/* Why nothing can be said for sure; "" when it can. */
static void say_doubts(const struct summary *s, size_t judged, const struct run *r, char *out, size_t size)
{
    *out = 0;
    if (s->verdicts[VERDICT_ERROR])
        snprintf(out, size, "%zu ended in error: the harness could not do its part", s->verdicts[VERDICT_ERROR]);
    else if (!judged)
        snprintf(out, size, "nothing was judged%s", r->interrupted ? " before the interruption" : "");
    else if (takes_no_mail(r) && s->max_blocked < 1)
        snprintf(out, size,
                 "the server takes no mail: the plain transaction was blocked (--max-blocked 100%% allows it)");
    else if (s->blocked_share > s->max_blocked)
        snprintf(out, size, "%.0f %% of the scenarios were blocked (--max-blocked %.0f%%)", s->blocked_share * 100,
                 s->max_blocked * 100);
}

/* What to say when nothing failed that counts. */
static void say_success(const struct summary *s, char *out, size_t size)
{
    size_t all = s->verdicts[VERDICT_FAIL] + s->verdicts[VERDICT_WARN];
    if (!all)
        snprintf(out, size, "nothing failed");
    else if (s->excused == all)
        snprintf(out, size, "the baseline excuses all that failed");
    else if (s->excused)
        snprintf(out, size, "nothing failed at --fail-on %s but what the baseline excuses", fail_on_name(s->fail_on));
    else
        snprintf(out, size, "nothing failed at --fail-on %s", fail_on_name(s->fail_on));
}

static void decide(struct summary *s, const struct gate *g, size_t judged, const struct run *r)
{
    say_failures(s, g, s->why, sizeof s->why);
    if (*s->why) {
        s->exit_status = 1;
        return;
    }
    say_doubts(s, judged, r, s->why, sizeof s->why);
    if (*s->why) {
        s->exit_status = 3;
    } else if (r->interrupted) {
        s->exit_status = 130;
        snprintf(s->why, sizeof s->why, "interrupted; the report is complete for what was done");
    } else {
        s->exit_status = 0;
        say_success(s, s->why, sizeof s->why);
    }
}

void report_summary(const struct run *r, struct baseline *b, const struct gate *g, struct summary *out)
{
    *out = (struct summary){.fail_on = g->fail_on, .max_blocked = g->max_blocked};
    size_t judged = 0, blocked = 0, tried = 0;
    struct row row;
    for (size_t next = 0; row_next(r, &next, &row);) {
        count_row(out, &row, b);
        enum verdict v = row.result->verdict;
        if (row.group != ROW_SCENARIO || v == VERDICT_SKIP)
            continue;
        tried++;
        blocked += v == VERDICT_BLOCKED;
        judged += v == VERDICT_PASS || v == VERDICT_WARN || v == VERDICT_FAIL;
    }
    baseline_judge(b, r);
    count_baseline(out, b);
    out->blocked_share = tried ? (double)blocked / (double)tried : 0;
    decide(out, g, judged, r);
}
