/* A comparison as Markdown: short enough for a pull request, plain enough to be read in a terminal. */
#include "comparison_formats.h"
#include "markdown_text.h"
#include "rows.h"

enum { TEXT_MOST = 120 };

static const char *verdict_in(const struct comparison *c, const struct comparison_row *row, size_t run)
{
    if (!row->results[run])
        return "-";
    if (comparison_excuse(c, row, run))
        return row->results[run]->verdict == VERDICT_FAIL ? "fail, excused" : "warn, excused";
    return verdict_name(row->results[run]->verdict);
}

static void put_runs(struct buffer *out, const struct comparison *c)
{
    buffer_add_string(out, "| run | started | pass | warn | fail | skip | blocked | error |\n"
                           "|:--|:--|--:|--:|--:|--:|--:|--:|\n");
    for (size_t i = 0; i < c->run_count; i++) {
        buffer_add_string(out, "| ");
        markdown_words(out, c->names[i], TEXT_MOST);
        buffer_add_string(out, " | ");
        markdown_code(out, c->runs[i].run.started, 0);
        for (int v = 0; v < VERDICT_COUNT; v++)
            buffer_printf(out, " | %zu", c->runs[i].summary.verdicts[v]);
        buffer_add_string(out, " |\n");
    }
}

static void put_what(struct buffer *out, const struct comparison_row *row)
{
    char source[128];
    struct row one = row_of(row->any);
    const char *from = row_source(&one, source, sizeof source);
    buffer_printf(out, "| %s | ", level_name(row_level(&one)));
    markdown_code(out, row->id, 0);
    buffer_add_string(out, *row_title(&one) ? "<br>" : "");
    markdown_words(out, row_title(&one), TEXT_MOST);
    buffer_add_string(out, *from ? "<br>" : "");
    markdown_words(out, from, TEXT_MOST);
}

static void put_matrix(struct buffer *out, const struct comparison *c, bool differing)
{
    buffer_add_string(out, "\n| level | result |");
    for (size_t i = 0; i < c->run_count; i++) {
        buffer_add_octet(out, ' ');
        markdown_words(out, c->names[i], TEXT_MOST);
        buffer_add_string(out, " |");
    }
    buffer_add_string(out, "\n|:--|:--|");
    buffer_add_repeated(out, BYTES(":-:|"), c->run_count);
    buffer_add_octet(out, '\n');
    for (size_t i = 0; i < c->count; i++) {
        if (c->rows[i].differs != differing)
            continue;
        put_what(out, &c->rows[i]);
        for (size_t run = 0; run < c->run_count; run++)
            buffer_printf(out, " | %s", verdict_in(c, &c->rows[i], run));
        buffer_add_string(out, " |\n");
    }
}

/* How it was found to be in the second run, or in the first where the second has none. */
static void put_found(struct buffer *out, const struct comparison_row *row)
{
    const struct result *r = row->results[1] ? row->results[1] : row->results[0];
    struct row one = row_of(r);
    if (r->expected && r->found) {
        buffer_add_string(out, "expected ");
        markdown_code(out, r->expected, TEXT_MOST);
        buffer_add_string(out, ", found ");
        markdown_code(out, row_found(&one), TEXT_MOST);
    } else {
        markdown_code(out, row_reason(&one), TEXT_MOST);
    }
}

static void put_changes(struct buffer *out, const struct comparison *c, enum change change, const char *title)
{
    if (!c->changes[change])
        return;
    buffer_printf(out, "\n## %s: %zu\n\n| level | result | was | is | |\n|:--|:--|:-:|:-:|:--|\n", title,
                  c->changes[change]);
    for (size_t i = 0; i < c->count; i++) {
        const struct comparison_row *row = &c->rows[i];
        if (row->change != change)
            continue;
        put_what(out, row);
        buffer_printf(out, " | %s | %s | ", verdict_in(c, row, 0), verdict_in(c, row, 1));
        put_found(out, row);
        buffer_add_string(out, " |\n");
    }
}

static void put_slower(struct buffer *out, const struct comparison *c)
{
    if (!c->slower)
        return;
    buffer_printf(out, "\n## Slower: %zu\n\n| level | result | was | is |\n|:--|:--|--:|--:|\n", c->slower);
    for (size_t i = 0; i < c->count; i++) {
        const struct comparison_row *row = &c->rows[i];
        if (!row->slower)
            continue;
        put_what(out, row);
        buffer_printf(out, " | %.2f s | %.2f s |\n", (double)row->results[0]->duration_ns / 1e9,
                      (double)row->results[1]->duration_ns / 1e9);
    }
}

static void put_two(struct buffer *out, const struct comparison *c)
{
    static const struct {
        enum change change;
        const char *title;
    } parts[] = {
        {CHANGE_WORSE, "Worse"}, {CHANGE_UNJUDGED, "No longer judged"}, {CHANGE_GONE, "Gone"},
        {CHANGE_NEW, "New"},     {CHANGE_JUDGED, "Judged now"},         {CHANGE_BETTER, "Better"},
    };
    buffer_printf(out,
                  "\n**%zu worse**, %zu better, %zu new, %zu gone, %zu no longer judged, %zu judged now, "
                  "%zu slower; %zu the same.\n",
                  c->changes[CHANGE_WORSE], c->changes[CHANGE_BETTER], c->changes[CHANGE_NEW], c->changes[CHANGE_GONE],
                  c->changes[CHANGE_UNJUDGED], c->changes[CHANGE_JUDGED], c->slower, c->changes[CHANGE_SAME]);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        put_changes(out, c, parts[i].change, parts[i].title);
    put_slower(out, c);
}

bool comparison_md(const struct comparison *c, bool all, struct buffer *out)
{
    size_t same = c->count - c->differing;
    buffer_add_string(out, "# Comparison of ");
    for (size_t i = 0; i < c->run_count; i++) {
        buffer_add_string(out, i == 0 ? "" : i + 1 < c->run_count ? ", " : " and ");
        markdown_words(out, c->names[i], TEXT_MOST);
    }
    buffer_add_string(out, "\n\n");
    put_runs(out, c);
    if (c->run_count == 2)
        put_two(out, c);
    else if (c->differing) {
        buffer_printf(out, "\n## Not the same everywhere: %zu\n", c->differing);
        put_matrix(out, c, true);
    }
    if (all && same) {
        buffer_printf(out, "\n## The same everywhere: %zu\n", same);
        put_matrix(out, c, false);
    } else if (c->run_count != 2) {
        buffer_printf(out, "\n%zu are the same everywhere.\n", same);
    }
    return !buffer_failed(out);
}
