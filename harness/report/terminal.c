#include "terminal.h"

#include "layout.h"

#include <stdlib.h>
#include <string.h>

enum { HEADER_INDENT = 14, IDS_SHOWN = 6, GROUPS_SHOWN = 8, REMARKS_SHOWN = 10 };

static void put_header_field(struct buffer *out, const char *label, const char *text)
{
    struct buffer shown = {0};
    row_text(&shown, text);
    if (shown.len)
        layout_field(out, label, buffer_bytes(&shown), HEADER_INDENT);
    out->failed |= shown.failed;
    buffer_free(&shown);
}

static void put_header(const struct report_context *c, struct buffer *out)
{
    const struct run *r = c->run;
    layout_colour(out, c->colour, COLOUR_BOLD);
    buffer_printf(out, "smtpspec %s: ", c->version);
    row_text(out, r->target_name ? r->target_name : r->endpoint);
    layout_plain(out, c->colour);
    buffer_add_octet(out, '\n');
    put_header_field(out, "  endpoint", r->endpoint);
    put_header_field(out, "  greeting", r->greeting);
    /* One keyword a line: row_text makes blanks of the line ends, which is too close for keywords with parameters. */
    struct buffer extensions = {0};
    for (struct bytes rest = bytes_string(r->extensions), line; bytes_next_line(&rest, &line);) {
        buffer_add_string(&extensions, extensions.len ? ", " : "");
        buffer_add(&extensions, line);
    }
    put_header_field(out, "  offers", buffer_string(&extensions));
    buffer_free(&extensions);
    put_header_field(out, "  TLS", r->tls);
    buffer_add_octet(out, '\n');
}

/* One line, cut to the terminal's width: "WARN  id  reason (SHOULD, RFC 5321 section 4.1)". */
static void put_short(const struct report_context *c, const struct row *row, const char *reason, struct buffer *out)
{
    char source[128];
    struct buffer text = {0};
    const struct result *r = row->result;
    row_text(&text, reason);
    if (!text.len && r->expected && r->found) {
        buffer_add_string(&text, "expected ");
        row_text(&text, r->expected);
        buffer_add_string(&text, ", found ");
        row_text(&text, row_found(row));
    }
    const char *from = row_source(row, source, sizeof source);
    if (row->requirement) {
        buffer_printf(&text, " (%s%s", level_name(row_level(row)), *from ? ", " : "");
        row_text(&text, from);
        buffer_add_string(&text, ")");
    }
    terminal_heading(row, c->colour, out);
    bool fits = strlen(row->id) + layout_columns(buffer_bytes(&text)) + 12 <= LAYOUT_WIDTH;
    if (text.len) {
        buffer_add_string(out, fits ? "  " : "\n");
        layout_field(out, "", buffer_bytes(&text), fits ? 0 : 6);
    } else {
        buffer_add_octet(out, '\n');
    }
    out->failed |= text.failed;
    buffer_free(&text);
}

static void put_plain_problem(const struct report_context *c, struct buffer *out)
{
    const struct result *r = &c->run->plain_first;
    if (!r->id || r->verdict == VERDICT_PASS || r->verdict == VERDICT_SKIP)
        return;
    put_header_field(out, "", "A plain transaction does not work here, which makes most other results worth little:");
    put_header_field(out, "", r->reason);
    buffer_add_octet(out, '\n');
}

static void put_failures(const struct report_context *c, struct buffer *out)
{
    struct row row;
    for (size_t next = 0; row_next(c->run, &next, &row);)
        if (row.result->verdict == VERDICT_FAIL && !row_excuse(&row, c->baseline))
            terminal_row(c, &row, out);
}

/* Whether the list of short lines has this row, and what it says there. */
static bool is_short(const struct report_context *c, const struct row *row, const char **reason)
{
    const char *excuse = row_excuse(row, c->baseline);
    *reason = excuse ? excuse : row->result->reason;
    switch (row->result->verdict) {
    case VERDICT_WARN:
        return !excuse || c->verbose;
    case VERDICT_FAIL:
        return excuse != NULL;
    case VERDICT_PASS:
        return c->verbose;
    default:
        return false;
    }
}

static void put_short_lines(const struct report_context *c, struct buffer *out)
{
    struct row row;
    const char *reason;
    size_t lines = 0;
    for (size_t next = 0; row_next(c->run, &next, &row);)
        if (is_short(c, &row, &reason)) {
            struct buffer text = {0};
            if (row_excuse(&row, c->baseline))
                buffer_add_string(&text, "excused by the baseline: ");
            buffer_add_string(&text, reason ? reason : "");
            put_short(c, &row, buffer_string(&text), out);
            out->failed |= text.failed;
            buffer_free(&text);
            lines++;
        }
    if (lines)
        buffer_add_octet(out, '\n');
}

/* Results with the same verdict and reason. */
struct group {
    struct row first;
    size_t count;
};

static bool same_reason(const struct row *a, const struct row *b)
{
    return a->result->verdict == b->result->verdict && !strcmp(row_reason(a), row_reason(b));
}

static int by_count(const void *a, const void *b)
{
    const struct group *x = a, *y = b;
    return (x->count < y->count) - (x->count > y->count);
}

/* Fills `groups`, which has room for every result of that verdict; the largest first. Returns how many there are. */
static size_t make_groups(const struct run *r, enum verdict v, struct group *groups)
{
    size_t known = 0;
    struct row row;
    for (size_t next = 0; row_next(r, &next, &row);) {
        if (row.result->verdict != v)
            continue;
        size_t i = 0;
        while (i < known && !same_reason(&groups[i].first, &row))
            i++;
        if (i == known)
            groups[known++] = (struct group){row, 0};
        groups[i].count++;
    }
    qsort(groups, known, sizeof *groups, by_count);
    return known;
}

static void put_ids(const struct report_context *c, const struct group *g, struct buffer *out)
{
    struct buffer ids = {0};
    struct row row;
    size_t count = 0, most = c->verbose ? SIZE_MAX : IDS_SHOWN;
    for (size_t next = 0; row_next(c->run, &next, &row);)
        if (same_reason(&g->first, &row) && count++ < most) {
            buffer_add_string(&ids, ids.len ? ", " : "");
            row_text(&ids, row.id);
        }
    if (count > most)
        buffer_printf(&ids, " and %zu more", count - most);
    layout_field(out, "", buffer_bytes(&ids), 10);
    out->failed |= ids.failed;
    buffer_free(&ids);
}

static void put_group(const struct report_context *c, const struct group *g, struct buffer *out)
{
    struct buffer reason = {0};
    char label[16];
    snprintf(label, sizeof label, "%6zu  ", g->count);
    row_text(&reason, *row_reason(&g->first) ? row_reason(&g->first) : "no reason was given");
    layout_field(out, label, buffer_bytes(&reason), 8);
    if (g->first.result->verdict != VERDICT_SKIP || c->verbose)
        put_ids(c, g, out);
    out->failed |= reason.failed;
    buffer_free(&reason);
}

static void put_groups(const struct report_context *c, enum verdict v, enum colour colour, const char *title,
                       struct buffer *out)
{
    size_t count = c->summary->verdicts[v], others = 0;
    struct group *groups = count ? calloc(count, sizeof *groups) : NULL;
    if (!groups) {
        out->failed |= count != 0;
        return;
    }
    layout_word(out, c->colour, colour, title);
    buffer_add_octet(out, '\n');
    size_t known = make_groups(c->run, v, groups), shown = known;
    if (!c->verbose && known > GROUPS_SHOWN + 1)
        shown = GROUPS_SHOWN;
    for (size_t i = 0; i < shown; i++)
        put_group(c, &groups[i], out);
    for (size_t i = shown; i < known; i++)
        others += groups[i].count;
    if (others)
        buffer_printf(out, "%6zu  for %zu other reasons (--verbose shows them)\n", others, known - shown);
    buffer_add_octet(out, '\n');
    free(groups);
}

static void add_remark_entry(struct buffer *ids, const struct baseline_entry *e)
{
    buffer_add_string(ids, ids->len ? ", " : "");
    row_text(ids, e->id);
    if (e->state == BASELINE_EXPIRED)
        buffer_printf(ids, " (until %s)", e->until);
}

/* One sentence on the entries of the baseline in one state. */
static void put_remark(const struct report_context *c, enum baseline_state state, const char *what, struct buffer *out)
{
    struct buffer text = {0}, ids = {0};
    size_t count = 0;
    for (size_t i = 0; i < baseline_count(c->baseline); i++)
        if (baseline_entry(c->baseline, i)->state == state && count++ < REMARKS_SHOWN)
            add_remark_entry(&ids, baseline_entry(c->baseline, i));
    buffer_printf(&text, "%s: %s", what, buffer_string(&ids));
    if (count > REMARKS_SHOWN)
        buffer_printf(&text, " and %zu more", count - REMARKS_SHOWN);
    if (count)
        layout_field(out, "", buffer_bytes(&text), 0);
    out->failed |= text.failed || ids.failed;
    buffer_free(&text);
    buffer_free(&ids);
}

static void put_baseline_remarks(const struct report_context *c, struct buffer *out)
{
    put_remark(c, BASELINE_PASSING, "In the baseline, but it passes (take it out)", out);
    put_remark(c, BASELINE_STALE, "In the baseline, but there is no such result (take it out)", out);
    put_remark(c, BASELINE_EXPIRED, "In the baseline, but its time is over (mend it, or give it another day)", out);
}

static void put_counts(const struct report_context *c, struct buffer *out)
{
    static const struct {
        enum verdict verdict;
        const char *word;
    } parts[] = {{VERDICT_WARN, "warned"},
                 {VERDICT_FAIL, "failed"},
                 {VERDICT_SKIP, "skipped"},
                 {VERDICT_ERROR, "in error"},
                 {VERDICT_BLOCKED, "blocked"}};
    const struct summary *s = c->summary;
    buffer_printf(out, "%zu results: %zu passed", s->total, s->verdicts[VERDICT_PASS]);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (s->verdicts[parts[i].verdict])
            buffer_printf(out, ", %zu %s", s->verdicts[parts[i].verdict], parts[i].word);
    if (s->unstable)
        buffer_printf(out, ", %zu of them unstable", s->unstable);
    if (s->excused)
        buffer_printf(out, " (%zu excused)", s->excused);
    buffer_printf(out, ", in %.1f s\n", (double)c->run->duration_ns / 1e9);
}

/* Where something failed before Ctrl-C, the exit status does not tell of the interruption. */
static void put_interruption(const struct report_context *c, struct buffer *out)
{
    size_t left = 0;
    for (size_t i = 0; i < c->run->count; i++) {
        const struct result *r = &c->run->results[i];
        left += r->verdict == VERDICT_SKIP && r->reason && !strcmp(r->reason, "interrupted");
    }
    if (c->run->interrupted)
        buffer_printf(out, "interrupted: %zu scenario%s not run\n", left, left == 1 ? " was" : "s were");
}

static void put_unstable(const struct report_context *c, struct buffer *out)
{
    struct row row;
    if (!c->summary->unstable)
        return;
    layout_word(out, c->colour, COLOUR_YELLOW, "UNSTABLE: repetitions did not agree; the worst verdict counts");
    buffer_add_octet(out, '\n');
    for (size_t next = 0; row_next(c->run, &next, &row);) {
        if (!result_is_unstable(row.result))
            continue;
        buffer_add_string(out, "  ");
        row_text(out, row.id);
        for (int v = 0; v < VERDICT_COUNT; v++)
            if (row.result->came[v])
                buffer_printf(out, "  %s %d", verdict_name((enum verdict)v), row.result->came[v]);
        buffer_add_octet(out, '\n');
    }
    buffer_add_octet(out, '\n');
}

static void put_last_lines(const struct report_context *c, struct buffer *out)
{
    int status = c->summary->exit_status;
    put_baseline_remarks(c, out);
    put_counts(c, out);
    put_interruption(c, out);
    layout_colour(out, c->colour, status == 0 ? COLOUR_GREEN : status == 130 ? COLOUR_YELLOW : COLOUR_RED);
    buffer_printf(out, "Exit status %d: %s.", status, c->summary->why);
    layout_plain(out, c->colour);
    buffer_add_octet(out, '\n');
}

bool terminal_write(const struct report_context *c, struct buffer *out)
{
    if (!c->quiet)
        put_header(c, out);
    put_plain_problem(c, out);
    put_failures(c, out);
    if (!c->quiet)
        put_short_lines(c, out);
    put_groups(c, VERDICT_ERROR, COLOUR_RED, "ERROR: the harness could not do its part", out);
    if (!c->quiet) {
        put_groups(c, VERDICT_BLOCKED, COLOUR_YELLOW, "BLOCKED: a premise was refused, nothing was learned", out);
        put_groups(c, VERDICT_SKIP, COLOUR_GREY, "SKIPPED", out);
    }
    put_unstable(c, out);
    put_last_lines(c, out);
    return !buffer_failed(out);
}
