/* A transcript as a person reads it. What a peer sent goes through text_visible: nothing of it reaches the terminal as
 * it is. */
#include "exchange.h"
#include "layout.h"
#include "rows.h"

#include "base/text.h"

enum { LINES_SHOWN = 8 };

/* How it is to be shown. */
struct view {
    bool colour;
    bool whole; /* no line is cut, none is left out */
};

static void put_prefix(struct buffer *out, const struct event *e, bool first_line, const struct view *v)
{
    layout_colour(out, v->colour, e->deciding ? COLOUR_YELLOW : COLOUR_GREY);
    if (first_line)
        buffer_printf(out, "  %c %8.1f ms ", e->deciding ? '>' : ' ', (double)e->ns / 1e6);
    else
        buffer_printf(out, "  %c %12s", e->deciding ? '>' : ' ', "");
    buffer_add_string(out, e->tls ? " tls " : "     ");
    layout_plain(out, v->colour);
    if (e->connection) {
        buffer_add_string(out, "[");
        row_text(out, e->connection);
        buffer_add_string(out, "] ");
    }
}

/* One line of the protocol with its line end, or the last octets without one. */
static void put_line(struct buffer *out, const struct event *e, struct bytes line, const char *behind,
                     const struct view *v)
{
    enum { COLUMNS = LAYOUT_WIDTH - 24 };
    struct buffer shown = {0};
    if (bytes_ends(line, BYTES("\r\n")))
        line.len -= 2;
    text_visible(&shown, line, v->whole ? 0 : 2 * (size_t)COLUMNS);
    layout_colour(out, v->colour && e->deciding, COLOUR_BOLD);
    buffer_add_string(out, e->kind == EVENT_CLIENT ? "C: " : "S: ");
    layout_cut(out, buffer_bytes(&shown), v->whole ? SIZE_MAX : COLUMNS);
    layout_plain(out, v->colour && e->deciding);
    buffer_add_string(out, behind);
    buffer_add_octet(out, '\n');
    out->failed |= shown.failed;
    buffer_free(&shown);
}

static size_t count_lines(struct bytes octets)
{
    size_t n = 0;
    for (size_t i = 0; i < octets.len; i++)
        n += octets.data[i] == '\n' || i + 1 == octets.len;
    return n;
}

static void put_lines(struct buffer *out, const struct event *e, struct bytes octets, const char *behind,
                      const struct view *v)
{
    size_t lines = count_lines(octets), shown = 0;
    bool cut = !v->whole && lines > LINES_SHOWN;
    for (struct bytes rest = octets; rest.len; shown++) {
        size_t lf = bytes_find_octet(rest, '\n');
        struct bytes line = bytes_slice(rest, 0, lf == BYTES_NONE ? rest.len : lf + 1);
        rest = bytes_from(rest, line.len);
        if (cut && shown == LINES_SHOWN - 2) {
            put_prefix(out, e, false, v);
            buffer_printf(out, "-- %zu more lines\n", lines - LINES_SHOWN + 1);
        }
        if (cut && shown >= LINES_SHOWN - 2 && rest.len)
            continue;
        put_prefix(out, e, shown == 0, v);
        put_line(out, e, line, shown == 0 ? behind : "", v);
    }
}

static void put_octets(struct buffer *out, const struct exchange *x, const struct view *v)
{
    const struct event *e = x->first;
    struct buffer all = {0};
    for (const struct event *piece = e; piece != x->end; piece = piece->next)
        buffer_add(&all, piece->octets);
    char behind[48] = "";
    if (x->pieces > 1)
        snprintf(behind, sizeof behind, "  (in %zu pieces)", x->pieces);
    put_lines(out, e, buffer_bytes(&all), behind, v);
    if (e->tail.len) {
        put_prefix(out, e, false, v);
        buffer_printf(out, "-- %llu octets in all, SHA-256 %.*s, which end with\n", (unsigned long long)e->length,
                      v->whole ? (int)sizeof e->digest - 1 : 12, e->digest);
        put_lines(out, e, e->tail, "", v);
    }
    out->failed |= all.failed;
    buffer_free(&all);
}

static void put_remark(struct buffer *out, const struct event *e, const struct view *v)
{
    static const char *const begins[] = {
        [EVENT_CONNECT] = "connected: ", [EVENT_TLS] = "TLS: ", [EVENT_CLOSE] = "closed: ", [EVENT_NOTE] = ""};
    struct buffer text = {0};
    row_text(&text, e->text);
    put_prefix(out, e, true, v);
    buffer_printf(out, "-- %s", begins[e->kind]);
    layout_cut(out, buffer_bytes(&text), v->whole ? SIZE_MAX : LAYOUT_WIDTH - 32);
    buffer_add_octet(out, '\n');
    out->failed |= text.failed;
    buffer_free(&text);
}

void report_transcript(const struct transcript *t, size_t most, bool colour, struct buffer *out)
{
    struct view view = {colour, most == 0};
    size_t count = exchange_count(t), from = most && count > most ? count - most : 0, i = 0, left_out = 0;
    for (const struct event *e = t->first; e; i++) {
        struct exchange x = exchange_at(e);
        e = x.end;
        if (i < from && !x.deciding) {
            left_out++;
            continue;
        }
        if (left_out)
            buffer_printf(out, "%18s-- %zu earlier events\n", "", left_out);
        left_out = 0;
        if (event_is_octets(x.first))
            put_octets(out, &x, &view);
        else
            put_remark(out, x.first, &view);
    }
}
