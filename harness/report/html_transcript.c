#include "html_transcript.h"

#include "exchange.h"
#include "report/html_text.h"

#include "base/text.h"

#include <string.h>

const struct html_measure html_measure_whole = {160, 2400}, html_measure_brief = {60, 700};

enum { LINES_MANY = 6 };

/* A long list of short lines, as the reply to EHLO, is set in columns. */
static bool is_list(const struct exchange *x)
{
    size_t lines = 0;
    struct bytes rest = x->first->octets, line;
    if (x->first->kind != EVENT_SERVER || x->deciding || x->pieces > 1)
        return false;
    while (bytes_next_line(&rest, &line)) {
        lines++;
        if (line.len > 60)
            return false;
    }
    return lines > LINES_MANY;
}

static void put_begin(struct buffer *out, const struct exchange *x)
{
    const struct event *e = x->first;
    bool deciding = x->deciding, list = is_list(x);
    static const char letters[EVENT_KIND_COUNT] = {[EVENT_CLIENT] = 'c', [EVENT_SERVER] = 's', [EVENT_CONNECT] = 'n',
                                                   [EVENT_TLS] = 'n',    [EVENT_CLOSE] = 'n',  [EVENT_NOTE] = 'n'};
    char letter = letters[e->kind];
    if (e->tls || deciding || list)
        buffer_printf(out, "<li class=\"%c%s%s%s\">", letter, e->tls ? " e" : "", deciding ? " d" : "",
                      list ? " m" : "");
    else
        buffer_printf(out, "<li class=%c>", letter);
    buffer_printf(out, "<i>%.1f</i>", (double)e->ns / 1e6);
    if (e->connection) {
        buffer_add_string(out, "<u>");
        html_text(out, e->connection);
        buffer_add_string(out, "</u> ");
    }
}

/* True when the visible form of a line begins with what was found. */
static bool is_found(struct bytes line, const char *found)
{
    struct buffer shown = {0};
    if (bytes_ends(line, BYTES("\r\n")))
        line.len -= 2;
    text_visible(&shown, line, 0);
    bool is = found && *found && bytes_starts(buffer_bytes(&shown), bytes_string(found));
    buffer_free(&shown);
    return is;
}

/* Octets that decided: the line that the verdict quotes stands in <mark>. */
static void put_marked(struct buffer *out, struct bytes octets, const char *found, size_t most)
{
    for (struct bytes rest = octets; rest.len;) {
        size_t lf = bytes_find_octet(rest, '\n');
        struct bytes line = bytes_slice(rest, 0, lf == BYTES_NONE ? rest.len : lf + 1);
        if (is_found(line, found) && (size_t)(line.data - octets.data) < most) {
            html_octets(out, bytes_slice(octets, 0, (size_t)(line.data - octets.data)), most);
            buffer_add_string(out, line.data == octets.data ? "<mark>" : "\n<mark>");
            html_octets(out, line, most);
            buffer_add_string(out, "</mark>");
            rest = bytes_from(rest, line.len);
            buffer_add_string(out, rest.len ? "\n" : "");
            html_octets(out, rest, most);
            return;
        }
        rest = bytes_from(rest, line.len);
    }
    html_octets(out, octets, most);
}

static void put_octets(struct buffer *out, const struct exchange *x, const char *found, size_t most)
{
    struct buffer all = {0};
    for (const struct event *e = x->first; e != x->end; e = e->next)
        buffer_add(&all, e->octets);
    if (x->deciding && x->first->kind == EVENT_SERVER)
        put_marked(out, buffer_bytes(&all), found, most);
    else
        html_octets(out, buffer_bytes(&all), most);
    if (x->pieces > 1)
        buffer_printf(out, " <em>in %zu pieces</em>", x->pieces);
    if (x->first->tail.len) {
        struct bytes tail = x->first->tail;
        buffer_printf(out, " <em>%llu octets in all, SHA-256 %.12s..., which end with</em>\n",
                      (unsigned long long)x->first->length, x->first->digest);
        html_octets(out, bytes_from(tail, tail.len > most / 4 ? tail.len - most / 4 : 0), most);
    }
    out->failed |= all.failed;
    buffer_free(&all);
}

static void put_exchange(struct buffer *out, const struct exchange *x, const char *found, size_t most)
{
    static const char *const begins[EVENT_KIND_COUNT] = {
        [EVENT_CONNECT] = "connected: ", [EVENT_TLS] = "TLS: ", [EVENT_CLOSE] = "closed: ", [EVENT_NOTE] = ""};
    put_begin(out, x);
    if (x->deciding)
        buffer_printf(out, "<em>%s</em> ", x->first->kind == EVENT_CLIENT ? "not answered" : "decided");
    if (event_is_octets(x->first)) {
        put_octets(out, x, found, most);
    } else {
        buffer_add_string(out, begins[x->first->kind]);
        html_text_cut(out, x->first->text, most);
    }
    buffer_add_octet(out, '\n');
}

void html_transcript(struct buffer *out, const struct transcript *t, const char *found, const struct html_measure *m)
{
    size_t count = exchange_count(t), i = 0, left_out = 0;
    size_t head = count > m->exchanges ? m->exchanges / 2 : count, tail = count - (count > head ? m->exchanges / 2 : 0);
    buffer_add_string(out, "<ol class=t>\n");
    for (const struct event *e = t->first; e; i++) {
        struct exchange x = exchange_at(e);
        e = x.end;
        if (i >= head && i < tail && !x.deciding) {
            left_out++;
            continue;
        }
        if (left_out)
            buffer_printf(out, "<li class=n>%zu events are left out here\n", left_out);
        left_out = 0;
        put_exchange(out, &x, found, m->octets);
    }
    buffer_add_string(out, "</ol>\n");
}
