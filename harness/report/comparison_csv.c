/* A comparison as comma-separated values (RFC 4180), everything in it. */
#include "comparison_formats.h"
#include "rows.h"

#include <string.h>

static void put_cell(struct buffer *out, const char *text, bool last)
{
    struct buffer safe = {0};
    row_text(&safe, text);
    buffer_add_octet(out, '"');
    /* A spreadsheet takes a cell that begins like this for a formula. */
    if (safe.len && strchr("=+-@", safe.data[0]))
        buffer_add_octet(out, '\'');
    for (size_t i = 0; i < safe.len; i++) {
        if (safe.data[i] == '"')
            buffer_add_octet(out, '"');
        buffer_add_octet(out, safe.data[i]);
    }
    buffer_add_string(out, last ? "\"\r\n" : "\",");
    out->failed |= safe.failed;
    buffer_free(&safe);
}

static void put_head(struct buffer *out, const struct comparison *c)
{
    static const char *const columns[] = {"result", "level", "source", "title", "differs", "change", "slower"};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        put_cell(out, columns[i], false);
    for (size_t i = 0; i < c->run_count; i++)
        put_cell(out, c->names[i], false);
    for (size_t i = 0; i < c->run_count; i++) {
        struct buffer title = {0};
        buffer_printf(&title, "reason: %s", c->names[i]);
        put_cell(out, buffer_string(&title), i + 1 == c->run_count);
        out->failed |= title.failed;
        buffer_free(&title);
    }
}

static void put_row(struct buffer *out, const struct comparison *c, const struct comparison_row *row)
{
    char source[128];
    struct row one = row_of(row->any);
    put_cell(out, row->id, false);
    put_cell(out, level_name(row_level(&one)), false);
    put_cell(out, row_source(&one, source, sizeof source), false);
    put_cell(out, row_title(&one), false);
    put_cell(out, row->differs ? "yes" : "no", false);
    put_cell(out, c->run_count == 2 ? change_name(row->change) : "", false);
    put_cell(out, c->run_count == 2 ? (row->slower ? "yes" : "no") : "", false);
    for (size_t i = 0; i < c->run_count; i++)
        put_cell(out, row->results[i] ? verdict_name(row->results[i]->verdict) : "", false);
    for (size_t i = 0; i < c->run_count; i++)
        put_cell(out, row->results[i] ? row->results[i]->reason : "", i + 1 == c->run_count);
}

bool comparison_csv(const struct comparison *c, bool all, struct buffer *out)
{
    (void)all;
    put_head(out, c);
    for (size_t i = 0; i < c->count; i++)
        put_row(out, c, &c->rows[i]);
    return !buffer_failed(out);
}
