#include "exchange.h"

bool event_is_octets(const struct event *e)
{
    return e->kind == EVENT_CLIENT || e->kind == EVENT_SERVER;
}

/* Octets that went the same way without a line end between them belong to one line: octet by octet, in pieces. */
static bool goes_on(const struct event *e, const struct event *next)
{
    struct bytes all = e->octets;
    return next && event_is_octets(e) && next->kind == e->kind && next->connection == e->connection &&
           next->tls == e->tls && next->deciding == e->deciding && !e->tail.len && all.len &&
           all.data[all.len - 1] != '\n';
}

struct exchange exchange_at(const struct event *e)
{
    struct exchange x = {e, e->next, 1, e->deciding};
    for (const struct event *last = e; goes_on(last, last->next); last = last->next) {
        x.pieces++;
        x.end = last->next->next;
    }
    return x;
}

size_t exchange_count(const struct transcript *t)
{
    size_t n = 0;
    for (const struct event *e = t->first; e; n++)
        e = exchange_at(e).end;
    return n;
}
