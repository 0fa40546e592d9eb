/* `delivered:` looks until what has to be there is there; that nothing more comes is judged after a sentinel message,
 * sent later to the same mailbox, has arrived. */
#include "delivery.h"
#include "plain.h"
#include "prologue.h"
#include "runner.h"

#include "base/text.h"

#include <stdio.h>

enum {
    ARRIVAL_MS = 10000,      /* what has to arrive gets at least so long */
    SENTINEL_MORE_MS = 5000, /* a sentinel gets so long beyond `settle` */
    SHOWN = 300,
    SHOWN_BEFORE = 80,
    GRACE_MS = 50 /* between the sentinel's arrival and the last look, for deliveries that run side by side */
};

struct looking {
    struct runner *runner;
    const struct step *step;
    struct store *store;
    struct bytes *wanted;
    size_t wanted_count;
    struct search search;
};

/* A list of texts with their variables put in, in the result's arena. */
static bool texts_expand(struct runner *r, const struct text *texts, size_t count, struct bytes **out,
                         const struct mark *mark)
{
    struct error e = {0};
    *out = arena_array(r->result->arena, count + 1, sizeof **out);
    if (!*out)
        return runner_end(r, VERDICT_ERROR, mark, NULL, NULL, "no memory");
    for (size_t i = 0; i < count; i++) {
        struct buffer text = {0};
        bool good = text_expand(&texts[i], &r->variables, &text, &e);
        (*out)[i] = arena_bytes(r->result->arena, buffer_bytes(&text));
        buffer_free(&text);
        if (!good)
            return runner_end(r, VERDICT_ERROR, mark, NULL, NULL, "%s", e.text);
    }
    return true;
}

static bool wanted_make(struct looking *l)
{
    struct runner *r = l->runner;
    const struct delivered *d = &l->step->delivered;
    l->wanted_count = d->contains_count;
    if (d->contains_count > 0 && !texts_expand(r, d->contains, d->contains_count, &l->wanted, &l->step->mark))
        return false;
    /* A scenario without a nonce runs alone: every message is its own. */
    if (d->contains_count == 0 && !d->alone) {
        l->wanted = arena_array(r->result->arena, 1, sizeof *l->wanted);
        if (!l->wanted)
            return runner_end(r, VERDICT_ERROR, &l->step->mark, NULL, NULL, "no memory");
        l->wanted[0] = bytes_string(r->nonce);
        l->wanted_count = 1;
    }
    return true;
}

/* Looks until there are so many, or the time is up. In a store where a message may be seen half written, what was
 * seen has to be the same twice. */
static bool look_until(struct looking *l, size_t count, int64_t deadline)
{
    size_t before = SIZE_MAX;
    for (;;) {
        search_look(&l->search);
        bool stable = store_is_atomic(l->store) || l->search.found.len == before;
        before = l->search.found.len;
        if (l->search.count >= count && stable)
            return true;
        if (clock_left(deadline) == 0 || drive_stopped(l->runner->drive))
            return l->search.count >= count;
        clock_sleep_ms(store_poll_ms(l->store));
    }
}

/* Sends a message to the same mailbox. False: it was not accepted. */
static bool sentinel_send(struct looking *l, struct bytes to, const char *nonce)
{
    struct runner *r = l->runner;
    const char *what;
    struct opening p = {.drive = r->drive,
                        .start = START_EHLO,
                        .route = offers_default_route(r->drive),
                        .name = "sentinel",
                        .recorder = &r->recorder};
    struct connection *c = prologue_open(&p);
    bool good = c && plain_send(c, to, nonce, &what);
    if (c && connection_command(c, "QUIT"))
        connection_take_soon(c);
    if (c)
        connection_close(c);
    connection_free(c);
    return good;
}

static void sentinel_wait(struct looking *l, struct bytes to)
{
    struct drive *d = l->runner->drive;
    char id[512], nonce[NONCE_LENGTH + 1];
    snprintf(id, sizeof id, "%s sentinel %lld", l->runner->scenario->id, (long long)clock_ns());
    nonce_make(d->options.seed, id, nonce);
    struct bytes wanted = bytes_string(nonce);
    struct looking sentinel = {.runner = l->runner, .step = l->step, .store = l->store};
    size_t from = l->search.from;
    sentinel.search =
        (struct search){.store = l->store, .wanted = &wanted, .wanted_count = 1, .from = from, .looked = from};
    bool arrived = sentinel_send(l, to, nonce) &&
                   look_until(&sentinel, 1, drive_deadline(d, d->target->settle_ms + SENTINEL_MORE_MS));
    search_free(&sentinel.search);
    recorder_text(&l->runner->recorder, EVENT_NOTE, NULL,
                  arrived ? "a sentinel message sent later has arrived" : "the sentinel message did not arrive");
    drive_sleep(d, arrived && store_is_atomic(l->store) ? GRACE_MS : d->target->settle_ms);
}

static const char *count_text(const struct delivered *d, struct arena *a)
{
    if (d->count_min == d->count_max)
        return arena_printf(a, "%lld delivered", (long long)d->count_min);
    return arena_printf(a, "%lld to %lld delivered", (long long)d->count_min, (long long)d->count_max);
}

static bool count_judge(struct looking *l, struct bytes to)
{
    struct runner *r = l->runner;
    const struct delivered *d = &l->step->delivered;
    int64_t count = (int64_t)l->search.count;
    if (l->search.failed)
        return runner_end(r, VERDICT_ERROR, &l->step->mark, NULL, NULL, "%s", l->search.why);
    if (count >= d->count_min && count <= d->count_max)
        return true;
    const char *expected = count_text(d, r->result->arena);
    char found[64];
    snprintf(found, sizeof found, "%lld delivered", (long long)count);
    return runner_end(r, runner_broken(r), &l->step->mark, expected, found,
                      "expected %s of this scenario's messages in the mailbox of %.*s, found %lld",
                      expected ? expected : "another number", BYTES_ARG(to), (long long)count);
}

/* `found` is what of the message shows it best. */
static bool message_differs(struct looking *l, const char *expected, const char *reason, struct bytes message,
                            struct bytes found)
{
    struct buffer text = {0};
    struct runner *r = l->runner;
    text_visible(&text, found, 0);
    struct event *ev = recorder_octets(&r->recorder, EVENT_NOTE, NULL, false, message);
    if (ev)
        ev->text = "the message as delivered";
    runner_end(r, runner_broken(r), &l->step->mark, expected, buffer_string(&text), "%s", reason);
    buffer_free(&text);
    return false;
}

static bool absent_judge(struct looking *l, struct bytes message)
{
    const struct delivered *d = &l->step->delivered;
    struct bytes *absent;
    if (!texts_expand(l->runner, d->absent, d->absent_count, &absent, &l->step->mark))
        return false;
    for (size_t i = 0; i < d->absent_count; i++) {
        size_t at = bytes_find(message, absent[i]);
        if (at == BYTES_NONE)
            continue;
        size_t from = at > SHOWN_BEFORE ? at - SHOWN_BEFORE : 0;
        return message_differs(l, "a text is not in the message", "the delivered message holds what must not be in it",
                               message, bytes_slice(message, from, at - from + absent[i].len));
    }
    return true;
}

static bool body_judge(struct looking *l, struct bytes message)
{
    struct runner *r = l->runner;
    const struct delivered *d = &l->step->delivered;
    struct buffer body = {0};
    struct error e = {0};
    bool good = octets_expand(&d->body, &r->variables, &body, &e);
    if (!good)
        runner_end(r, VERDICT_ERROR, &l->step->mark, NULL, NULL, "%s", e.text);
    else if (!message_same(buffer_bytes(&body), message, d->exact))
        good = message_differs(l, "the message as it was sent", "the delivered message is not what was sent", message,
                               bytes_from(message, message.len > SHOWN ? message.len - SHOWN : 0));
    buffer_free(&body);
    return good;
}

static bool messages_judge(struct looking *l)
{
    for (size_t i = 0; i < l->search.count; i++) {
        struct bytes message = search_message(&l->search, i);
        if (!absent_judge(l, message) || (l->step->delivered.has_body && !body_judge(l, message)))
            return false;
    }
    return true;
}

/* A count of N to N with N above 0 is met when they are there. That not more come has to be shown only where the
 * scenario makes a point of it: 0, or a range. */
static bool look(struct looking *l, struct bytes to)
{
    struct drive *d = l->runner->drive;
    const struct delivered *want = &l->step->delivered;
    int64_t arrival = d->target->settle_ms > ARRIVAL_MS ? d->target->settle_ms : ARRIVAL_MS;
    if (want->count_min > 0)
        look_until(l, (size_t)want->count_min, drive_deadline(d, arrival));
    if (want->count_max == 0 || want->count_min != want->count_max) {
        sentinel_wait(l, to);
        look_until(l, 0, clock_ms());
    }
    recorder_text(&l->runner->recorder, EVENT_NOTE, NULL, "%zu of this scenario's messages in the mailbox of %.*s",
                  l->search.count, BYTES_ARG(to));
    return count_judge(l, to) && messages_judge(l);
}

bool act_delivered(struct runner *r, struct connection *c, const struct step *s)
{
    struct looking l = {.runner = r, .step = s};
    struct buffer to = {0};
    struct error e = {0};
    bool going = false;
    (void)c;
    if (s->delivered.to.source.data ? !text_expand(&s->delivered.to, &r->variables, &to, &e)
                                    : (buffer_add_string(&to, r->drive->target->recipient), false)) {
        runner_end(r, VERDICT_ERROR, &s->mark, NULL, NULL, "%s", e.text);
        goto out;
    }
    l.store = delivery_store(r->drive->delivery, buffer_bytes(&to));
    if (!l.store) {
        going = s->delivered.optional;
        if (!going)
            runner_end(r, VERDICT_SKIP, &s->mark, NULL, NULL, "the target names no mailbox for %s", buffer_string(&to));
        goto out;
    }
    if (!wanted_make(&l))
        goto out;
    size_t from = r->marks[delivery_number(r->drive->delivery, l.store)];
    l.search = (struct search){
        .store = l.store, .wanted = l.wanted, .wanted_count = l.wanted_count, .from = from, .looked = from};
    going = look(&l, buffer_bytes(&to));
    search_free(&l.search);
out:
    buffer_free(&to);
    return going;
}
