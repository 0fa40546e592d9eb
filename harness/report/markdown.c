#include "markdown.h"

#include "layout.h"
#include "markdown_text.h"
#include "rows.h"

#include <string.h>

/* What is shown of each kind, and how long a text in a table may be. Behind BUDGET octets no row and no transcript
 * begins; the largest of them, all of it escapes, has some 12,000. */
enum { ROWS_SHOWN = 20, TRANSCRIPTS_SHOWN = 5, EVENTS_SHOWN = 12, LINES_SHOWN = 24, LINE_WIDTH = 120, BUDGET = 40000 };
enum { TITLE_MOST = 80, TEXT_MOST = 100, ID_MOST = 100 };

static void put_title(const struct report_context *c, struct buffer *out)
{
    const struct run *r = c->run;
    const char *name = r->target_name && *r->target_name ? r->target_name : r->endpoint;
    buffer_add_string(out, "## smtpspec: ");
    markdown_words(out, name, TITLE_MOST);
    buffer_printf(out, "\n\n**Exit status %d**: ", c->summary->exit_status);
    markdown_words(out, c->summary->why, 0);
    buffer_add_string(out, ".\n");
    if (c->summary->unstable)
        buffer_printf(out, "\n%zu unstable: repetitions did not agree, and the worst verdict counts.\n",
                      c->summary->unstable);
}

static void put_counts(const struct report_context *c, struct buffer *out)
{
    const struct summary *s = c->summary;
    buffer_add_string(out, "\n| pass | warn | fail | skip | blocked | error | excused |\n"
                           "|--:|--:|--:|--:|--:|--:|--:|\n");
    for (int v = 0; v < VERDICT_COUNT; v++)
        buffer_printf(out, "| %zu ", s->verdicts[v]);
    buffer_printf(out, "| %zu |\n", s->excused);
}

/* A part of the report: which rows stand there. */
struct section {
    const char *title, *reason; /* heading; what the last column is called */
    enum verdict verdict;
    bool excused;
    bool folded; /* behind a click, since it is not what one looks for first */
};

static bool is_in(const struct report_context *c, const struct row *row, const struct section *s)
{
    if (row->result->verdict != s->verdict && !(s->excused && row->result->verdict == VERDICT_WARN))
        return false;
    return (row_excuse(row, c->baseline) != NULL) == s->excused;
}

/* The rows of a section, what matters most first: not all of them are shown. */
struct walk {
    size_t level, next;
};

static bool walk_on(struct walk *w, const struct report_context *c, const struct section *s, struct row *row)
{
    static const enum level order[] = {LEVEL_SECURITY, LEVEL_MUST, LEVEL_SHOULD, LEVEL_MAY};
    for (; w->level < sizeof order / sizeof *order; *w = (struct walk){w->level + 1, 0})
        while (row_next(c->run, &w->next, row))
            if (row_level(row) == order[w->level] && is_in(c, row, s))
                return true;
    return false;
}

static void put_cell(struct buffer *out, const char *text)
{
    buffer_add_string(out, " | ");
    markdown_words(out, text, TEXT_MOST);
}

static void put_why(struct buffer *out, const struct row *row)
{
    struct buffer text = {0};
    const struct result *r = row->result;
    if (!r->reason && r->expected && r->found)
        buffer_printf(&text, "expected %s, found %s", r->expected, row_found(row));
    put_cell(out, text.len ? buffer_string(&text) : row_reason(row));
    out->failed |= text.failed;
    buffer_free(&text);
}

static void put_row(const struct report_context *c, const struct row *row, struct buffer *out)
{
    char source[128];
    const char *excuse = row_excuse(row, c->baseline);
    buffer_printf(out, "| %s | ", level_name(row_level(row)));
    markdown_code(out, row->id, ID_MOST);
    put_cell(out, row_title(row));
    put_cell(out, row_source(row, source, sizeof source));
    if (excuse)
        put_cell(out, excuse);
    else
        put_why(out, row);
    buffer_add_string(out, " |\n");
}

static size_t count_in(const struct report_context *c, const struct section *s)
{
    size_t count = 0;
    struct row row;
    for (size_t next = 0; row_next(c->run, &next, &row);)
        count += is_in(c, &row, s);
    return count;
}

static void put_section(const struct report_context *c, const struct section *s, struct buffer *out)
{
    size_t count = count_in(c, s), shown = 0;
    struct row row;
    if (!count)
        return;
    if (s->folded)
        buffer_printf(out, "\n<details><summary>%s: %zu</summary>\n\n", s->title, count);
    else
        buffer_printf(out, "\n### %s: %zu\n\n", s->title, count);
    buffer_printf(out, "| level | result | what | source | %s |\n|:--|:--|:--|:--|:--|\n", s->reason);
    for (struct walk w = {0}; shown < ROWS_SHOWN && out->len < BUDGET && walk_on(&w, c, s, &row); shown++)
        put_row(c, &row, out);
    if (count > shown)
        buffer_printf(out, "\nand %zu more\n", count - shown);
    if (s->folded)
        buffer_add_string(out, "\n</details>\n");
}

/* The lines of a transcript, cut, between fences that no line can be: more than three blanks stand before each. */
static void put_transcript(const struct row *row, struct buffer *out)
{
    struct buffer text = {0};
    size_t lines = 0;
    report_transcript(&row->result->transcript, EVENTS_SHOWN, false, &text);
    buffer_add_string(out, "\n```text\n");
    for (struct bytes rest = buffer_bytes(&text), line; lines < LINES_SHOWN && bytes_next_line(&rest, &line); lines++) {
        layout_cut(out, line, LINE_WIDTH);
        buffer_add_octet(out, '\n');
    }
    buffer_add_string(out, "```\n");
    out->failed |= text.failed;
    buffer_free(&text);
}

/* The conversations of the first failures, each behind a click. */
static void put_transcripts(const struct report_context *c, const struct section *failed, struct buffer *out)
{
    size_t shown = 0;
    struct row row;
    for (struct walk w = {0}; shown < TRANSCRIPTS_SHOWN && out->len < BUDGET && walk_on(&w, c, failed, &row);) {
        if (!row.result->transcript.first)
            continue;
        buffer_add_string(out, "\n<details><summary>What was said: <code>");
        markdown_html(out, row.id, ID_MOST);
        buffer_add_string(out, "</code></summary>\n");
        put_transcript(&row, out);
        buffer_add_string(out, "\n</details>\n");
        shown++;
    }
}

static void put_baseline(const struct report_context *c, struct buffer *out)
{
    static const struct {
        enum baseline_state state;
        const char *what;
    } remarks[] = {{BASELINE_PASSING, "passes, take it out"},
                   {BASELINE_STALE, "there is no such result, take it out"},
                   {BASELINE_EXPIRED, "its time is over"}};
    size_t count = 0;
    for (size_t i = 0; i < baseline_count(c->baseline); i++)
        for (size_t k = 0; k < sizeof remarks / sizeof *remarks; k++) {
            const struct baseline_entry *e = baseline_entry(c->baseline, i);
            if (e->state != remarks[k].state || count++ >= ROWS_SHOWN)
                continue;
            buffer_add_string(out, count == 1 ? "\n### Baseline\n\n- " : "- ");
            markdown_code(out, e->id, ID_MOST);
            buffer_printf(out, ": %s%s%s%s\n", remarks[k].what, e->state == BASELINE_EXPIRED ? " (until " : "",
                          e->state == BASELINE_EXPIRED ? e->until : "", e->state == BASELINE_EXPIRED ? ")" : "");
        }
    if (count > ROWS_SHOWN)
        buffer_printf(out, "- and %zu more\n", count - ROWS_SHOWN);
}

bool markdown_write(const struct report_context *c, struct buffer *out)
{
    static const struct section sections[] = {
        {"Failed", "why", VERDICT_FAIL, false, false},
        {"In error", "why", VERDICT_ERROR, false, false},
        {"Warned", "why", VERDICT_WARN, false, true},
        {"Excused by the baseline", "reason", VERDICT_FAIL, true, true},
        {"Blocked", "why", VERDICT_BLOCKED, false, true},
    };
    put_title(c, out);
    put_counts(c, out);
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
        put_section(c, &sections[i], out);
        if (i == 0) {
            put_transcripts(c, &sections[i], out);
            put_baseline(c, out);
        }
    }
    return !buffer_failed(out);
}
