#include "json_result.h"

#include "base/base64.h"

json_t *json_text(const char *text)
{
    if (!text)
        return json_null();
    struct buffer safe = {0};
    row_text(&safe, text);
    json_t *out = buffer_failed(&safe) ? NULL : json_string(buffer_string(&safe));
    buffer_free(&safe);
    return out;
}

bool json_octets_are_text(struct bytes octets)
{
    for (size_t i = 0; i < octets.len; i++)
        if (!octet_is_print(octets.data[i]) && octets.data[i] != '\r' && octets.data[i] != '\n')
            return false;
    return true;
}

json_t *json_octets(struct bytes octets)
{
    if (json_octets_are_text(octets))
        return json_pack("{s:s%}", "text", octets.len ? (const char *)octets.data : "", octets.len);
    struct buffer encoded = {0};
    base64_encode(&encoded, octets);
    json_t *out = buffer_failed(&encoded) ? NULL : json_pack("{s:s}", "base64", buffer_string(&encoded));
    buffer_free(&encoded);
    return out;
}

static json_t *put_event(const struct event *e)
{
    json_t *out = json_pack("{s:s, s:I, s:o, s:b, s:b}", "kind", event_kind_name(e->kind), "ns", (json_int_t)e->ns,
                            "connection", json_text(e->connection), "tls", e->tls, "deciding", e->deciding);
    if (!out)
        return NULL;
    if (e->kind != EVENT_CLIENT && e->kind != EVENT_SERVER) {
        json_object_set_new(out, "text", json_text(e->text));
        return out;
    }
    json_object_set_new(out, "length", json_integer((json_int_t)e->length));
    json_object_set_new(out, "octets", json_octets(e->octets));
    if (e->digest[0]) {
        json_object_set_new(out, "tail", json_octets(e->tail));
        json_object_set_new(out, "sha256", json_string(e->digest));
    }
    return out;
}

static json_t *put_transcript(const struct transcript *t)
{
    json_t *list = json_array();
    for (const struct event *e = t->first; e; e = e->next)
        json_array_append_new(list, put_event(e));
    return list;
}

static json_t *put_requirement(const struct requirement *r)
{
    if (!r)
        return json_null();
    char source[128];
    return json_pack("{s:o, s:o, s:o, s:s, s:o, s:o}", "id", json_text(r->id), "rfc", json_text(r->rfc), "section",
                     json_text(r->section), "level", level_name(r->level), "source",
                     json_text(requirement_source(r, source, sizeof source)), "text", json_text(r->text));
}

static json_t *put_mark(const char *file, int line, int column)
{
    if (!file || !line)
        return json_null();
    return json_pack("{s:o, s:i, s:i}", "file", json_text(file), "line", line, "column", column);
}

static void add_scenario(json_t *out, const struct scenario *s)
{
    json_t *tags = json_array();
    for (size_t i = 0; i < s->tag_count; i++)
        json_array_append_new(tags, json_text(s->tags[i]));
    json_object_set_new(out, "suite", json_text(s->suite));
    json_object_set_new(out, "title", json_text(s->title));
    json_object_set_new(out, "reference", json_text(s->reference));
    json_object_set_new(out, "cve", json_text(s->cve));
    json_object_set_new(out, "tags", tags);
    json_object_set_new(out, "note", json_text(s->note));
    json_object_set_new(out, "place", put_mark(s->file, s->line, 0));
}

/* {"pass": 4, "fail": 1}: how often each verdict came up. Nothing where it was run once. */
static void add_verdicts(json_t *out, const struct result *r)
{
    json_t *came = json_object();
    for (int v = 0; v < VERDICT_COUNT; v++)
        if (r->came[v])
            json_object_set_new(came, verdict_name((enum verdict)v), json_integer(r->came[v]));
    if (json_object_size(came))
        json_object_set_new(out, "verdicts", came);
    else
        json_decref(came);
}

json_t *json_result(const struct row *row, const struct baseline *b)
{
    const struct result *r = row->result;
    json_t *out =
        json_pack("{s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:I, s:i, s:o}", "id", json_text(row->id), "verdict",
                  verdict_name(r->verdict), "reason", json_text(r->reason), "expected", json_text(r->expected), "found",
                  json_text(row_found(row)), "excused", json_text(row_excuse(row, b)), "requirement",
                  put_requirement(row->requirement), "step", put_mark(r->step.file, r->step.line, r->step.column),
                  "started_ns", (json_int_t)r->started_ns, "duration_ns", (json_int_t)r->duration_ns, "attempts",
                  r->attempts, "transcript", put_transcript(&r->transcript));
    if (!out)
        return NULL;
    add_verdicts(out, r);
    if (r->scenario)
        add_scenario(out, r->scenario);
    if (row->check) {
        json_object_set_new(out, "judged", json_integer((json_int_t)row->check->judged));
        json_object_set_new(out, "broken", json_integer((json_int_t)row->check->broken));
    }
    return out;
}
