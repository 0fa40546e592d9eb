/* One result as a person wants it. */
#include "explanation.h"
#include "layout.h"
#include "rows.h"
#include "terminal.h"

enum { INDENT = 16, EVENTS_SHOWN = 10, FIELD_MOST = 600 };

static void put_field(struct buffer *out, const char *label, const struct buffer *text)
{
    char left[INDENT];
    snprintf(left, sizeof left, "  %s", label);
    struct buffer cut = {0};
    layout_cut(&cut, buffer_bytes(text), FIELD_MOST);
    if (cut.len)
        layout_field(out, left, buffer_bytes(&cut), INDENT);
    out->failed |= text->failed || cut.failed;
    buffer_free(&cut);
}

static void put_text(struct buffer *out, const char *label, const char *text)
{
    struct buffer shown = {0};
    row_text(&shown, text);
    put_field(out, label, &shown);
    buffer_free(&shown);
}

static void put_requirement(struct buffer *out, const struct row *row)
{
    char source[128];
    struct buffer text = {0};
    buffer_add_string(&text, level_name(row_level(row)));
    const char *from = row_source(row, source, sizeof source);
    if (*from) {
        buffer_add_string(&text, ", ");
        row_text(&text, from);
    }
    if (row->requirement && row->requirement->text) {
        buffer_add_string(&text, ": ");
        row_text(&text, row->requirement->text);
    }
    put_field(out, "requirement", &text);
    buffer_free(&text);
}

static void put_place(struct buffer *out, const struct row *row)
{
    const struct scenario *s = row->result->scenario;
    const struct mark *step = &row->result->step;
    struct buffer text = {0};
    if (step->file && step->line)
        buffer_printf(&text, "%s:%d", step->file, step->line);
    else if (s && s->file)
        buffer_printf(&text, "%s:%d", s->file, s->line);
    put_text(out, "step", buffer_string(&text));
    buffer_free(&text);
}

static void put_explanation(struct buffer *out, const struct result *r)
{
    struct buffer text = {0}, shown = {0};
    explanation_add(&text, r);
    row_text(&shown, buffer_string(&text));
    put_field(out, "meaning", &shown);
    buffer_free(&text);
    buffer_free(&shown);
}

static void put_check(struct buffer *out, const struct row *row)
{
    if (row->check && row->check->broken)
        buffer_printf(out, "  %-*s%llu of %llu replies\n", INDENT - 2, "broken by",
                      (unsigned long long)row->check->broken, (unsigned long long)row->check->judged);
}

void terminal_heading(const struct row *row, bool colour, struct buffer *out)
{
    static const enum colour colours[VERDICT_COUNT] = {
        [VERDICT_PASS] = COLOUR_GREEN, [VERDICT_WARN] = COLOUR_YELLOW,    [VERDICT_FAIL] = COLOUR_RED,
        [VERDICT_SKIP] = COLOUR_GREY,  [VERDICT_BLOCKED] = COLOUR_YELLOW, [VERDICT_ERROR] = COLOUR_RED};
    static const char *const words[VERDICT_COUNT] = {
        [VERDICT_PASS] = "pass", [VERDICT_WARN] = "WARN",       [VERDICT_FAIL] = "FAIL",
        [VERDICT_SKIP] = "skip", [VERDICT_BLOCKED] = "BLOCKED", [VERDICT_ERROR] = "ERROR"};
    enum verdict v = row->result->verdict;
    layout_word(out, colour, colours[v], words[v]);
    buffer_add_string(out, "  ");
    layout_colour(out, colour, COLOUR_BOLD);
    row_text(out, row->id);
    layout_plain(out, colour);
}

void terminal_details(const struct row *row, struct buffer *out)
{
    const struct result *r = row->result;
    if (r->scenario)
        put_text(out, "title", r->scenario->title);
    put_requirement(out, row);
    put_place(out, row);
    put_text(out, "expected", r->expected);
    put_text(out, "found", row_found(row));
    if (!r->expected || !r->found)
        put_text(out, "reason", r->reason);
    put_check(out, row);
    put_explanation(out, r);
    if (r->scenario)
        put_text(out, "note", r->scenario->note);
}

void terminal_row(const struct report_context *c, const struct row *row, struct buffer *out)
{
    const struct result *r = row->result;
    terminal_heading(row, c->colour, out);
    buffer_add_octet(out, '\n');
    terminal_details(row, out);
    if (r->transcript.first)
        report_transcript(&r->transcript, c->verbose ? 0 : EVENTS_SHOWN, c->colour, out);
    buffer_add_octet(out, '\n');
}

void report_result(const struct report_context *c, const struct result *r, struct buffer *out)
{
    struct row row = row_of(r);
    terminal_row(c, &row, out);
}
