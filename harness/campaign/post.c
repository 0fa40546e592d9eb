#include "post.h"

#include "base/clock.h"
#include "driver/delivery.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

enum { LOOK_EVERY_MS = 20 };

struct post {
    const struct target *target;
    struct delivery *delivery;
    struct search searches[MAILBOXES_MOST];
    size_t came[MAILBOXES_MOST]; /* since the begin */
    size_t base[MAILBOXES_MOST]; /* of it, before the sessions that are judged */
    atomic_bool disturbed;
};

bool post_open(const struct target *t, struct post **out, struct error *e)
{
    *out = NULL;
    if (t->mailbox_count == 0 || t->mailbox_count > MAILBOXES_MOST)
        return true;
    struct post *p = calloc(1, sizeof *p);
    if (p)
        p->delivery = delivery_new(t);
    if (!p || !p->delivery) {
        free(p);
        return error_set(e, "out of memory");
    }
    p->target = t;
    delivery_begin(p->delivery);
    for (size_t i = 0; i < t->mailbox_count; i++)
        p->searches[i].store = delivery_store(p->delivery, bytes_string(t->mailboxes[i].address));
    *out = p;
    return true;
}

void post_free(struct post *p)
{
    if (!p)
        return;
    for (size_t i = 0; i < MAILBOXES_MOST; i++)
        search_free(&p->searches[i]);
    delivery_free(p->delivery);
    free(p);
}

void post_disturb(struct post *p)
{
    atomic_store(&p->disturbed, true);
}

/* The messages themselves are not kept. */
static void look(struct post *p)
{
    for (size_t i = 0; i < p->target->mailbox_count; i++) {
        struct search *s = &p->searches[i];
        bool adds = store_is_atomic(s->store);
        search_look(s);
        if (s->failed)
            continue;
        p->came[i] = (adds ? p->came[i] : 0) + s->count;
        s->count = 0;
        buffer_clear(&s->found);
    }
}

void post_begin(struct post *p)
{
    if (atomic_exchange(&p->disturbed, false) && p->target->settle_ms > 0)
        clock_sleep_ms(p->target->settle_ms);
    look(p);
    for (size_t i = 0; i < MAILBOXES_MOST; i++)
        p->base[i] = p->came[i];
}

static size_t fresh(const struct post *p, size_t i)
{
    return p->came[i] - p->base[i];
}

/* No wait brings that back in order. */
static bool too_many(const struct post *p, const struct promises *promised)
{
    for (size_t i = 0; i < p->target->mailbox_count; i++)
        if (fresh(p, i) > promised->of[i].most)
            return !promised->loose;
    return false;
}

static void judge_one(const struct post *p, size_t i, const struct promises *promised, struct symptoms *found)
{
    char detail[256];
    const struct promise *one = &promised->of[i];
    size_t came = fresh(p, i);
    bool more = came > one->most && !promised->loose;
    if (!more && came >= one->least)
        return;
    bool refused = more && one->most == 0 && one->refused;
    snprintf(detail, sizeof detail, "%zu message%s for %s, expected %s%u%s", came, came == 1 ? "" : "s",
             p->target->mailboxes[i].address, more ? "at most " : "at least ", more ? one->most : one->least,
             refused ? ": it was refused" : "");
    symptoms_add(found, refused ? ORACLE_REFUSED : ORACLE_MAILBOX, refused ? "" : more ? "more" : "lost", detail);
}

void post_judge(struct post *p, const struct promises *promised, struct symptoms *found)
{
    int64_t deadline = clock_deadline(p->target->settle_ms);
    look(p);
    if (promised->uncertain) {
        post_disturb(p);
        return;
    }
    while (p->target->settle_ms > 0 && clock_left(deadline) > 0 && !too_many(p, promised)) {
        clock_sleep_ms(LOOK_EVERY_MS);
        look(p);
    }
    for (size_t i = 0; i < p->target->mailbox_count; i++)
        judge_one(p, i, promised, found);
}

void post_wait(struct post *p)
{
    if (p->target->settle_ms > 0)
        clock_sleep_ms(p->target->settle_ms);
    look(p);
}

void post_count(const struct post *p, size_t out[MAILBOXES_MOST])
{
    for (size_t i = 0; i < MAILBOXES_MOST; i++)
        out[i] = fresh(p, i);
}
