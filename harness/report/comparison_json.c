/* A comparison for programs: reports/comparison.schema.json describes it. */
#include "comparison_formats.h"
#include "json_result.h"
#include "rows.h"

static json_t *put_verdicts(const struct results *r)
{
    json_t *out = json_object();
    for (int v = 0; v < VERDICT_COUNT; v++)
        json_object_set_new(out, verdict_name((enum verdict)v), json_integer((json_int_t)r->summary.verdicts[v]));
    return out;
}

static json_t *put_runs(const struct comparison *c)
{
    json_t *list = json_array();
    for (size_t i = 0; i < c->run_count; i++) {
        const struct results *r = &c->runs[i];
        json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "name", json_text(c->names[i]), "file",
                                              json_text(r->file), "endpoint", json_text(r->run.endpoint), "started",
                                              json_text(r->run.started), "version", json_text(r->version), "verdicts",
                                              put_verdicts(r)));
    }
    return list;
}

static json_t *put_changes(const struct comparison *c)
{
    if (c->run_count != 2)
        return json_null();
    json_t *out = json_object();
    for (int i = 0; i < CHANGE_COUNT; i++)
        json_object_set_new(out, change_name((enum change)i), json_integer((json_int_t)c->changes[i]));
    json_object_set_new(out, "slower", json_integer((json_int_t)c->slower));
    return out;
}

static json_t *put_cell(const struct comparison *c, const struct comparison_row *row, size_t run)
{
    const struct result *r = row->results[run];
    if (!r)
        return json_null();
    struct row one = row_of(r);
    return json_pack("{s:s, s:o, s:o, s:o, s:o, s:I}", "verdict", verdict_name(r->verdict), "reason",
                     json_text(r->reason), "expected", json_text(r->expected), "found", json_text(row_found(&one)),
                     "excused", json_text(comparison_excuse(c, row, run)), "duration_ns", (json_int_t)r->duration_ns);
}

static json_t *put_row(const struct comparison *c, const struct comparison_row *row)
{
    char source[128];
    struct row one = row_of(row->any);
    json_t *cells = json_array();
    for (size_t i = 0; i < c->run_count; i++)
        json_array_append_new(cells, put_cell(c, row, i));
    bool two = c->run_count == 2;
    return json_pack("{s:o, s:s, s:o, s:o, s:o, s:b, s:o, s:o, s:o}", "id", json_text(row->id), "level",
                     level_name(row_level(&one)), "requirement",
                     json_text(row->requirement ? row->requirement->id : NULL), "source",
                     json_text(row_source(&one, source, sizeof source)), "title", json_text(row_title(&one)), "differs",
                     row->differs, "change", two ? json_text(change_name(row->change)) : json_null(), "slower",
                     two ? json_boolean(row->slower) : json_null(), "runs", cells);
}

static int append(const char *data, size_t len, void *out)
{
    buffer_add(out, bytes_of(data, len));
    return buffer_failed(out) ? -1 : 0;
}

static bool put(struct buffer *out, json_t *value)
{
    bool ok = value && json_dump_callback(value, append, out, JSON_ENCODE_ANY) == 0;
    json_decref(value);
    return ok;
}

bool comparison_json(const struct comparison *c, bool all, struct buffer *out)
{
    (void)all;
    buffer_add_string(out, "{\n \"format\": \"smtpspec-comparison\",\n \"version\": 1,\n \"runs\": ");
    bool ok = put(out, put_runs(c));
    buffer_printf(out, ",\n \"differing\": %zu,\n \"changes\": ", c->differing);
    ok = ok && put(out, put_changes(c));
    buffer_add_string(out, ",\n \"rows\": [");
    for (size_t i = 0; ok && i < c->count; i++) {
        buffer_add_string(out, i ? ",\n  " : "\n  ");
        ok = put(out, put_row(c, &c->rows[i]));
    }
    buffer_add_string(out, c->count ? "\n ]\n}\n" : "]\n}\n");
    return ok && !buffer_failed(out);
}
