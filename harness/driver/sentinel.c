#include "sentinel.h"

#include "base/text.h"
#include "plain.h"
#include "prologue.h"

#include <stdio.h>

enum { ARRIVAL_MS = 10000 };

int64_t arrival_ms(const struct target *t)
{
    return t->settle_ms > ARRIVAL_MS ? t->settle_ms : ARRIVAL_MS;
}

bool search_until(const struct drive *d, struct search *s, size_t count, int64_t deadline)
{
    size_t before = SIZE_MAX;
    for (;;) {
        search_look(s);
        bool stable = store_is_atomic(s->store) || s->found.len == before;
        before = s->found.len;
        if (s->count >= count && stable)
            return true;
        if (clock_left(deadline) == 0 || drive_stopped(d))
            return s->count >= count;
        clock_sleep_ms(store_poll_ms(s->store));
    }
}

static void refusal_say(struct sentinel *s, const struct connection *c, const char *what)
{
    struct buffer text = {0};
    if (c->last.kind == OBSERVED_REPLY) {
        struct bytes rest = c->reply.raw, line = {0};
        bytes_next_line(&rest, &line);
        text_visible(&text, line, 150);
        snprintf(s->why, sizeof s->why, "%s was answered %s", what, buffer_string(&text));
    } else {
        snprintf(s->why, sizeof s->why, "%s was not answered", what);
    }
    buffer_free(&text);
}

static bool message_send(struct drive *d, struct sentinel *s)
{
    const char *what;
    struct opening p = {
        .drive = d, .start = START_EHLO, .route = offers_default_route(d), .name = "sentinel", .recorder = s->recorder};
    struct connection *c = prologue_open(&p);
    if (!c) {
        snprintf(s->why, sizeof s->why, "%.250s", p.reason);
        return false;
    }
    bool good = plain_send(c, s->to, s->nonce, &what);
    if (!good)
        refusal_say(s, c, what);
    /* A server that loses what QUIT follows at once is for a scenario to find; others' messages are not lost by it. */
    if (good && connection_command(c, "NOOP"))
        connection_take_soon(c);
    if (connection_command(c, "QUIT"))
        connection_take_soon(c);
    connection_close(c);
    connection_free(c);
    return good;
}

enum sentinel_fate sentinel_try(struct drive *d, struct sentinel *s)
{
    char id[512];
    snprintf(id, sizeof id, "%s sentinel %lld", s->id, (long long)clock_ns());
    nonce_make(d->options.seed, id, s->nonce);
    if (!message_send(d, s))
        return SENTINEL_REFUSED;
    struct bytes wanted = bytes_string(s->nonce);
    struct search search = {
        .store = s->store, .wanted = &wanted, .wanted_count = 1, .from = s->from, .looked = s->from};
    bool arrived = search_until(d, &search, 1, drive_deadline(d, arrival_ms(d->target)));
    if (!arrived)
        snprintf(s->why, sizeof s->why, "%s",
                 search.failed      ? search.why
                 : drive_stopped(d) ? "interrupted"
                                    : "it was accepted, and did not arrive");
    search_free(&search);
    store_note_arrival(s->store, arrived);
    return arrived ? SENTINEL_ARRIVED : SENTINEL_MISSING;
}
