#include "latency.h"

#include "exchange.h"
#include "rows.h"

#include "smtp/command.h"

#include <stdlib.h>
#include <string.h>

enum { KIND_GREETING = VERB_COUNT, KIND_TLS, KIND_CONTENT, KINDS, FIRST_BAR_NS = 10000 };

struct sample_list {
    int64_t *items;
    size_t count, room;
};

struct measuring {
    struct arena *arena;
    struct sample_list kinds[KINDS];
    bool failed;
};

static void add_sample(struct measuring *m, int kind, int64_t ns)
{
    struct sample_list *l = &m->kinds[kind];
    if (l->count == l->room) {
        size_t room = l->room ? l->room * 2 : 64;
        int64_t *items = arena_array(m->arena, room, sizeof *items);
        if (!items) {
            m->failed = true;
            return;
        }
        if (l->count)
            memcpy(items, l->items, l->count * sizeof *items);
        l->items = items;
        l->room = room;
    }
    l->items[l->count++] = ns;
}

static bool is_one_line(struct bytes octets)
{
    size_t lf = bytes_find_octet(octets, '\n');
    return bytes_ends(octets, BYTES("\r\n")) && lf + 1 == octets.len;
}

/* What was sent, as a row of the table; -1: not to be told. `content`: the server had asked for the message. */
static int kind_of(const struct exchange *x, bool content)
{
    struct bytes octets = x->first->octets, rest = octets, word;
    if (x->first->kind == EVENT_CONNECT)
        return KIND_GREETING;
    if (x->first->kind != EVENT_CLIENT || x->pieces > 1)
        return -1;
    if (content)
        return bytes_ends(x->first->tail.len ? x->first->tail : octets, BYTES("\r\n.\r\n")) ? KIND_CONTENT : -1;
    if (!is_one_line(octets) || x->first->tail.len)
        return -1;
    rest.len -= 2;
    enum verb verb = bytes_next_word(&rest, &word) ? verb_find(word) : VERB_UNKNOWN;
    return verb == VERB_UNKNOWN || verb == VERB_PRIVATE || verb == VERB_BDAT ? -1 : (int)verb;
}

static bool same_connection(const struct event *a, const struct event *b)
{
    return a->connection == b->connection || (a->connection && b->connection && !strcmp(a->connection, b->connection));
}

static bool is_handshake(const struct event *from, const struct event *done)
{
    return done && done->kind == EVENT_TLS && done->text && !strncmp(done->text, "TLS", 3) &&
           (from->kind == EVENT_SERVER || from->kind == EVENT_CONNECT) && same_connection(from, done);
}

static void measure(struct measuring *m, const struct transcript *t)
{
    bool content = false;
    for (const struct event *e = t->first; e;) {
        struct exchange x = exchange_at(e);
        const struct event *next = x.end;
        bool answered = next && next->kind == EVENT_SERVER && same_connection(e, next);
        int kind = kind_of(&x, content);
        if (answered && kind >= 0 && next->ns >= e->ns)
            add_sample(m, kind, next->ns - e->ns);
        if (is_handshake(e, next) && next->ns >= e->ns)
            add_sample(m, KIND_TLS, next->ns - e->ns);
        if (e->kind == EVENT_SERVER)
            content = bytes_starts(e->octets, BYTES("354"));
        e = next;
    }
}

static int number_order(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

int64_t latency_bar_ns(size_t i)
{
    int64_t ns = (int64_t)FIRST_BAR_NS << (i / 2);
    return i % 2 ? ns * 141 / 100 : ns;
}

static size_t bar_of(int64_t ns)
{
    size_t i = 0;
    while (i + 1 < LATENCY_BARS && ns >= latency_bar_ns(i + 1))
        i++;
    return i;
}

/* The least value that a share of `per_cent` of all does not exceed. */
static int64_t percentile(const struct sample_list *l, size_t per_cent)
{
    size_t rank = (l->count * per_cent + 99) / 100;
    return l->items[rank ? rank - 1 : 0];
}

static struct latency summed_up(const struct sample_list *l, int kind)
{
    static const char *const others[] = {"greeting", "TLS handshake", "end of data"};
    struct latency out = {.name = kind < VERB_COUNT ? verb_info((enum verb)kind)->name : others[kind - VERB_COUNT],
                          .count = l->count};
    qsort(l->items, l->count, sizeof *l->items, number_order);
    out.median_ns = percentile(l, 50);
    out.p90_ns = percentile(l, 90);
    out.p99_ns = percentile(l, 99);
    out.most_ns = l->items[l->count - 1];
    for (size_t i = 0; i < l->count; i++)
        out.bars[bar_of(l->items[i])]++;
    return out;
}

static int count_order(const void *a, const void *b)
{
    const struct latency *x = a, *y = b;
    return x->count != y->count ? (x->count > y->count ? -1 : 1) : strcmp(x->name, y->name);
}

bool latencies_make(const struct run *run, struct arena *a, struct latencies *out)
{
    struct measuring m = {.arena = a};
    struct row row;
    *out = (struct latencies){.items = arena_array(a, KINDS, sizeof *out->items)};
    for (size_t next = 0; row_next(run, &next, &row);)
        if (row.group == ROW_SCENARIO || row.group == ROW_PLAIN)
            measure(&m, &row.result->transcript);
    for (int kind = 0; out->items && !m.failed && kind < KINDS; kind++)
        if (m.kinds[kind].count)
            out->items[out->count++] = summed_up(&m.kinds[kind], kind);
    if (out->count)
        qsort(out->items, out->count, sizeof *out->items, count_order);
    return out->items && !m.failed;
}
