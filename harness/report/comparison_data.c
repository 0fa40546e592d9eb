#include "comparison_data.h"

#include "exchange.h"
#include "report/html_text.h"
#include "rows.h"

#include <jansson.h>

enum { DATA_MOST = 16 * 1024 * 1024, EXCHANGES_MOST = 40, OCTETS_MOST = 600 };

/* Texts so far: an object that maps each to its index, and the list as JSON. */
struct texts {
    json_t *indices;
    struct buffer list;
    size_t count;
};

/* A JSON string; a script element must not be left by what it holds. */
static void put_string(struct buffer *out, struct bytes text)
{
    buffer_add_octet(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = text.data[i];
        if (c == '"' || c == '\\')
            buffer_printf(out, "\\%c", c);
        else if (c < 0x20 || c == '<' || c == '>' || c == '&')
            buffer_printf(out, "\\u%04x", c);
        else
            buffer_add_octet(out, c);
    }
    buffer_add_octet(out, '"');
}

static size_t text_index(struct texts *t, const struct buffer *text)
{
    if (!text->len)
        return 0;
    const json_t *known = json_object_get(t->indices, buffer_string(text));
    if (known)
        return (size_t)json_integer_value(known);
    t->count++;
    t->list.failed |= json_object_set_new(t->indices, buffer_string(text), json_integer((json_int_t)t->count)) != 0;
    buffer_add_string(&t->list, ",\n");
    put_string(&t->list, buffer_bytes(text));
    return t->count;
}

static size_t word_index(struct texts *t, const char *text)
{
    struct buffer safe = {0}, cut = {0};
    row_text(&safe, text);
    buffer_add(&cut, bytes_slice(buffer_bytes(&safe), 0, OCTETS_MOST));
    size_t index = text_index(t, safe.len > OCTETS_MOST && (safe.data[OCTETS_MOST] & 0xC0) == 0x80 ? &safe : &cut);
    buffer_free(&safe);
    buffer_free(&cut);
    return index;
}

static size_t exchange_text(struct texts *t, const struct exchange *x)
{
    static const char *const begins[EVENT_KIND_COUNT] = {
        [EVENT_CONNECT] = "connected: ", [EVENT_TLS] = "TLS: ", [EVENT_CLOSE] = "closed: ", [EVENT_NOTE] = ""};
    struct buffer text = {0}, octets = {0};
    if (event_is_octets(x->first)) {
        for (const struct event *e = x->first; e != x->end; e = e->next)
            buffer_add(&octets, e->octets);
        html_octets_plain(&text, buffer_bytes(&octets), OCTETS_MOST);
        if (x->first->tail.len)
            buffer_printf(&text, "\x01%llu octets in all\x02", (unsigned long long)x->first->length);
    } else {
        buffer_add_string(&text, begins[x->first->kind]);
        row_text(&text, x->first->text);
    }
    size_t index = text_index(t, &text);
    buffer_free(&text);
    buffer_free(&octets);
    return index;
}

static void put_exchange(struct buffer *out, struct texts *t, const struct exchange *x)
{
    const struct event *e = x->first;
    int kind = e->kind == EVENT_CLIENT ? 0 : e->kind == EVENT_SERVER ? 1 : 2;
    buffer_printf(out, "%s%d,%lld,%zu,%zu", out->data[out->len - 1] == '[' ? "" : ",",
                  kind + (e->tls ? 4 : 0) + (x->deciding ? 8 : 0), (long long)(e->ns / 100000), exchange_text(t, x),
                  word_index(t, e->connection));
}

/* The last exchanges, and what decided. */
static void put_transcript(struct buffer *out, struct texts *t, const struct transcript *of)
{
    size_t count = exchange_count(of), i = 0;
    buffer_add_octet(out, '[');
    for (const struct event *e = of->first; e; i++) {
        struct exchange x = exchange_at(e);
        e = x.end;
        if (count - i <= EXCHANGES_MOST || x.deciding)
            put_exchange(out, t, &x);
    }
    buffer_add_octet(out, ']');
}

static void put_cell(struct buffer *out, struct texts *t, const struct result *r, bool brief)
{
    struct row row = row_of(r);
    buffer_printf(out, "[%zu,%zu,%zu,", word_index(t, r->expected), word_index(t, row_found(&row)),
                  word_index(t, row_reason(&row)));
    if (brief && r->verdict == VERDICT_PASS)
        buffer_add_string(out, "null");
    else
        put_transcript(out, t, &r->transcript);
    buffer_add_octet(out, ']');
}

bool comparison_data_has(const struct comparison_row *row, size_t run_count)
{
    bool judged = false;
    for (size_t i = 0; i < run_count; i++)
        judged |=
            row->results[i] && row->results[i]->verdict != VERDICT_PASS && row->results[i]->verdict != VERDICT_SKIP;
    return judged || row->differs;
}

static void put_row(struct buffer *out, struct texts *t, const struct comparison *c, size_t index)
{
    const struct comparison_row *row = &c->rows[index];
    buffer_printf(out, "\"%zu\":[%zu,[", index, word_index(t, row->requirement ? row->requirement->text : NULL));
    for (size_t i = 0; i < c->run_count; i++) {
        buffer_add_string(out, i ? "," : "");
        if (row->results[i])
            put_cell(out, t, row->results[i], c->brief);
        else
            buffer_add_string(out, "null");
    }
    buffer_add_string(out, "]]");
}

void comparison_data(const struct comparison *c, struct buffer *out)
{
    struct texts t = {.indices = json_object()};
    struct buffer rows = {0};
    size_t count = 0;
    t.list.failed = !t.indices;
    for (size_t i = 0; i < c->count && rows.len + t.list.len < DATA_MOST; i++)
        if (comparison_data_has(&c->rows[i], c->run_count)) {
            buffer_add_string(&rows, count++ ? ",\n" : "");
            put_row(&rows, &t, c, i);
        }
    buffer_add_string(out, "{\"texts\": [\"\"");
    buffer_add(out, buffer_bytes(&t.list));
    buffer_add_string(out, "],\n\"rows\": {");
    buffer_add(out, buffer_bytes(&rows));
    buffer_add_string(out, "}}");
    out->failed |= rows.failed || t.list.failed;
    json_decref(t.indices);
    buffer_free(&rows);
    buffer_free(&t.list);
}
