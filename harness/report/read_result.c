#include "read_result.h"

#include "json_result.h"

#include "base/base64.h"

#include <limits.h>
#include <string.h>

static const char *verdict_word(int i)
{
    return verdict_name((enum verdict)i);
}

static const char *level_word(int i)
{
    return level_name((enum level)i);
}

static const char *kind_word(int i)
{
    return event_kind_name((enum event_kind)i);
}

static void *room_for(struct reading *r, size_t size)
{
    void *out = arena_alloc(r->arena, size);
    r->d->out_of_memory |= !out;
    return out;
}

static struct bytes read_octets(struct reading *r, const struct place *at, const json_t *object, const char *key)
{
    const struct place here = {at, key, 0};
    const json_t *octets = reading_object(r, at, object, key);
    const json_t *text = json_object_get(octets, "text"), *base64 = json_object_get(octets, "base64");
    struct bytes all = bytes_of(json_string_value(text), json_string_length(text));
    struct bytes out = bytes_of(NULL, 0);
    struct buffer decoded = {0};
    if (json_is_string(text) && !base64 && json_octets_are_text(all))
        out = arena_bytes(r->arena, all);
    else if (json_is_string(base64) && !text &&
             base64_decode(&decoded, bytes_of(json_string_value(base64), json_string_length(base64))))
        out = arena_bytes(r->arena, buffer_bytes(&decoded));
    else if (octets)
        reading_wrong(r, &here, "either {\"text\": printable ASCII, CR and LF} or {\"base64\": ...}", octets);
    r->d->out_of_memory |= octets && !out.data;
    buffer_free(&decoded);
    return out;
}

static void read_digest(struct reading *r, const struct place *at, const json_t *object, struct event *e)
{
    const json_t *digest = json_object_get(object, "sha256");
    if (!digest)
        return;
    const char *text = json_string_value(digest);
    if (!text || strlen(text) != sizeof e->digest - 1 || strspn(text, "0123456789abcdef") != sizeof e->digest - 1) {
        reading_wrong(r, &(struct place){at, "sha256", 0}, "64 hexadecimal digits", digest);
        return;
    }
    memcpy(e->digest, text, sizeof e->digest);
    e->tail = read_octets(r, at, object, "tail");
}

static void read_event(struct reading *r, const struct place *at, const json_t *object, struct event *e)
{
    e->kind = (enum event_kind)reading_word(r, at, object, "kind", kind_word, EVENT_KIND_COUNT);
    e->ns = reading_integer(r, at, object, "ns", INT64_MIN, INT64_MAX);
    e->connection = reading_text_or_null(r, at, object, "connection");
    e->tls = reading_flag(r, at, object, "tls");
    e->deciding = reading_flag(r, at, object, "deciding");
    if (e->kind != EVENT_CLIENT && e->kind != EVENT_SERVER) {
        e->text = reading_text_or_null(r, at, object, "text");
        return;
    }
    e->octets = read_octets(r, at, object, "octets");
    read_digest(r, at, object, e);
    uint64_t kept = e->octets.len + e->tail.len;
    e->length = (uint64_t)reading_integer(r, at, object, "length", 0, INT64_MAX);
    if (e->digest[0] ? e->length < kept : e->length != kept)
        reading_wrong(r, &(struct place){at, "length", 0}, "the number of the octets that are there",
                      json_object_get(object, "length"));
}

static void read_transcript(struct reading *r, const struct place *at, const json_t *object, struct transcript *out)
{
    const struct place list = {at, "transcript", 0};
    const json_t *events = reading_array(r, at, object, "transcript");
    struct event **link = &out->first;
    const char *connection = NULL;
    for (size_t i = 0; i < json_array_size(events); i++) {
        const json_t *item = reading_item(r, &list, events, i);
        struct event *e = item ? room_for(r, sizeof *e) : NULL;
        if (!e)
            continue;
        read_event(r, &(struct place){&list, NULL, i}, item, e);
        /* Connections are told apart by where their names lie. */
        if (e->connection && connection && !strcmp(e->connection, connection))
            e->connection = connection;
        else if (e->connection)
            connection = e->connection;
        *link = out->last = e;
        link = &e->next;
        out->count++;
    }
}

static const struct requirement *read_requirement(struct reading *r, const struct place *at, const json_t *object)
{
    const struct place here = {at, "requirement", 0};
    const json_t *value = reading_object_or_null(r, at, object, "requirement");
    struct requirement *q = value ? room_for(r, sizeof *q) : NULL;
    if (!q)
        return NULL;
    q->id = reading_text(r, &here, value, "id");
    q->rfc = reading_text_or_null(r, &here, value, "rfc");
    q->section = reading_text_or_null(r, &here, value, "section");
    q->level = (enum level)reading_word(r, &here, value, "level", level_word, LEVEL_SECURITY + 1);
    q->text = reading_text_or_null(r, &here, value, "text");
    q->rfc = q->rfc ? q->rfc : "";
    q->section = q->section ? q->section : "";
    q->applies = "";
    return q;
}

static struct mark read_mark(struct reading *r, const struct place *at, const json_t *object, const char *key)
{
    const struct place here = {at, key, 0};
    const json_t *value = reading_object_or_null(r, at, object, key);
    struct mark mark = {0};
    if (!value)
        return mark;
    mark.file = reading_text(r, &here, value, "file");
    mark.line = (int)reading_integer(r, &here, value, "line", 1, INT_MAX);
    mark.column = (int)reading_integer(r, &here, value, "column", 0, INT_MAX);
    return mark;
}

static void read_tags(struct reading *r, const struct place *at, const json_t *object, struct scenario *s)
{
    const struct place list = {at, "tags", 0};
    const json_t *tags = reading_array(r, at, object, "tags");
    s->tags = arena_array(r->arena, json_array_size(tags), sizeof *s->tags);
    r->d->out_of_memory |= !s->tags;
    for (size_t i = 0; s->tags && i < json_array_size(tags); i++) {
        const json_t *tag = json_array_get(tags, i);
        const char *text = json_is_string(tag) ? arena_string(r->arena, json_string_value(tag)) : NULL;
        if (text)
            s->tags[s->tag_count++] = text;
        else
            reading_wrong(r, &(struct place){&list, NULL, i}, "a text", tag);
    }
}

static const struct scenario *read_scenario(struct reading *r, const struct place *at, const json_t *object,
                                            const struct result *of)
{
    struct scenario *s = room_for(r, sizeof *s);
    if (!s)
        return NULL;
    s->id = of->id;
    s->requirement = of->requirement;
    s->suite = reading_text_or_null(r, at, object, "suite");
    s->title = reading_text_or_null(r, at, object, "title");
    s->reference = reading_text_or_null(r, at, object, "reference");
    s->cve = reading_text_or_null(r, at, object, "cve");
    s->note = reading_text_or_null(r, at, object, "note");
    read_tags(r, at, object, s);
    struct mark place = read_mark(r, at, object, "place");
    s->file = place.file;
    s->line = place.line;
    return s;
}

/* How often each verdict came up: a member that only results of several repetitions have. */
static void read_verdicts(struct reading *r, const struct place *at, const json_t *object, struct result *out)
{
    const struct place here = {at, "verdicts", 0};
    if (!json_object_get(object, "verdicts"))
        return;
    const json_t *came = reading_object(r, at, object, "verdicts");
    for (int v = 0; came && v < VERDICT_COUNT; v++)
        if (json_object_get(came, verdict_word(v)))
            out->came[v] = (int)reading_integer(r, &here, came, verdict_word(v), 0, INT_MAX);
}

void read_result(struct reading *r, const struct place *at, const json_t *object, bool of_scenario, struct result *out)
{
    *out = (struct result){.id = reading_text(r, at, object, "id")};
    if (json_object_get(object, "id") && !*out->id)
        reading_wrong(r, &(struct place){at, "id", 0}, "a text that is not empty", json_object_get(object, "id"));
    out->verdict = (enum verdict)reading_word(r, at, object, "verdict", verdict_word, VERDICT_COUNT);
    out->reason = reading_text_or_null(r, at, object, "reason");
    out->expected = reading_text_or_null(r, at, object, "expected");
    out->found = reading_text_or_null(r, at, object, "found");
    out->requirement = read_requirement(r, at, object);
    out->step = read_mark(r, at, object, "step");
    out->started_ns = reading_integer(r, at, object, "started_ns", INT64_MIN, INT64_MAX);
    out->duration_ns = reading_integer(r, at, object, "duration_ns", 0, INT64_MAX);
    out->attempts = (int)reading_integer(r, at, object, "attempts", 0, INT_MAX);
    read_verdicts(r, at, object, out);
    if (of_scenario)
        out->scenario = read_scenario(r, at, object, out);
    read_transcript(r, at, object, &out->transcript);
}
