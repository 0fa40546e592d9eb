#include "tap.h"

#include "rows.h"
#include "yaml_text.h"

/* "#" would begin a directive, a backslash an escape. */
static void put_description(struct buffer *out, const char *text)
{
    struct buffer safe = {0};
    row_text(&safe, text);
    for (size_t i = 0; i < safe.len; i++) {
        if (safe.data[i] == '#' || safe.data[i] == '\\')
            buffer_add_octet(out, '\\');
        buffer_add_octet(out, safe.data[i]);
    }
    out->failed |= safe.failed;
    buffer_free(&safe);
}

static void put_field(struct buffer *out, const char *key, const char *text)
{
    if (!text || !*text)
        return;
    buffer_printf(out, "  %s: ", key);
    yaml_text(out, text);
    buffer_add_octet(out, '\n');
}

/* A list of quoted lines: readers of TAP know little of YAML, and no block of text whose first line begins with
 * blanks. */
static void put_transcript(struct buffer *out, const struct transcript *t)
{
    struct buffer text = {0}, whole = {0};
    report_transcript(t, 10, false, &text);
    buffer_add_string(out, "  transcript:\n");
    for (struct bytes rest = buffer_bytes(&text), line; bytes_next_line(&rest, &line);) {
        buffer_clear(&whole);
        buffer_add(&whole, line);
        buffer_add_string(out, "    - ");
        yaml_text(out, buffer_string(&whole));
        buffer_add_octet(out, '\n');
        out->failed |= whole.failed;
    }
    out->failed |= text.failed;
    buffer_free(&text);
    buffer_free(&whole);
}

static void put_diagnostics(struct buffer *out, const struct row *row)
{
    const struct result *r = row->result;
    char source[128];
    buffer_add_string(out, "  ---\n");
    put_field(out, "verdict", verdict_name(r->verdict));
    put_field(out, "message", r->reason);
    if (row->requirement) {
        put_field(out, "level", level_name(row->requirement->level));
        put_field(out, "reference", row_source(row, source, sizeof source));
        put_field(out, "requirement", row->requirement->text);
    }
    put_field(out, "expected", r->expected);
    put_field(out, "found", row_found(row));
    if (r->step.file && r->step.line) {
        buffer_add_string(out, "  at:\n  ");
        put_field(out, "file", r->step.file);
        buffer_printf(out, "    line: %d\n", r->step.line);
    }
    if (r->transcript.first && r->verdict != VERDICT_SKIP)
        put_transcript(out, &r->transcript);
    buffer_add_string(out, "  ...\n");
}

static void put_directive(struct buffer *out, const struct report_context *c, const struct row *row)
{
    const struct result *r = row->result;
    const struct baseline_entry *entry = baseline_find(c->baseline, row->id);
    /* What passes beside others that a pattern excuses is no surprise. */
    bool todo = entry && entry->state != BASELINE_EXPIRED && !(entry->pattern && r->verdict == VERDICT_PASS);
    if (r->verdict == VERDICT_SKIP || r->verdict == VERDICT_BLOCKED) {
        buffer_printf(out, " # SKIP %s", r->verdict == VERDICT_BLOCKED ? "blocked: " : "");
        put_description(out, r->reason);
    } else if (todo && r->verdict != VERDICT_ERROR) {
        /* A TODO that passes is what TAP calls a bonus: here the unexpected pass. */
        buffer_add_string(out, " # TODO ");
        put_description(out, entry->reason);
    }
}

static void put_row(struct buffer *out, const struct report_context *c, const struct row *row, size_t number)
{
    enum verdict v = row->result->verdict;
    bool bad = v == VERDICT_FAIL || v == VERDICT_ERROR || (v == VERDICT_WARN && row_gates(row, c->summary->fail_on));
    buffer_printf(out, "%s %zu - ", bad ? "not ok" : "ok", number);
    put_description(out, row->id);
    put_directive(out, c, row);
    buffer_add_octet(out, '\n');
    if (v != VERDICT_PASS && v != VERDICT_SKIP)
        put_diagnostics(out, row);
}

bool tap_write(const struct report_context *c, struct buffer *out)
{
    const struct summary *s = c->summary;
    size_t number = 0;
    struct row row;
    /* The run as a whole is a test point of its own: that too much was blocked shows nowhere else. */
    buffer_printf(out, "TAP version 14\n1..%zu\n", s->total + 1);
    for (size_t next = 0; row_next(c->run, &next, &row);)
        put_row(out, c, &row, ++number);
    buffer_printf(out, "%s %zu - run/judged\n", s->exit_status > 1 ? "not ok" : "ok", ++number);
    if (s->exit_status > 1) {
        buffer_add_string(out, "  ---\n");
        put_field(out, "message", s->why);
        buffer_add_string(out, "  ...\n");
    }
    return !buffer_failed(out);
}
