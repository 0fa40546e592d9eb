/* How long replies take. One time says nothing: the machine, the network or a server that slows down whoever guesses
 * may be behind it. Only where every reply of one kind came sooner than every one of the other, and not just a little,
 * is the difference in what the server does. */
#include "runner.h"

#include <string.h>

bool timing_keep(struct runner *r, const struct connection *c, const struct step *s)
{
    struct timed *one = arena_alloc(r->result->arena, sizeof *one);
    if (!one)
        return runner_end(r, VERDICT_ERROR, &s->mark, NULL, NULL, "no memory");
    *one = (struct timed){s->took, c->last.ms, r->timed};
    r->timed = one;
    return true;
}

struct range {
    int64_t min, max;
    size_t count;
};

static struct range range_of(const struct runner *r, const char *name)
{
    struct range all = {0};
    for (const struct timed *t = r->timed; t; t = t->next) {
        if (strcmp(t->name, name) != 0)
            continue;
        if (all.count == 0 || t->ms < all.min)
            all.min = t->ms;
        if (all.count == 0 || t->ms > all.max)
            all.max = t->ms;
        all.count++;
    }
    return all;
}

bool act_alike(struct runner *r, struct connection *c, const struct step *s)
{
    const struct alike *a = &s->alike;
    struct range first = range_of(r, a->first), second = range_of(r, a->second);
    (void)c;
    if (first.count == 0 || second.count == 0)
        return runner_end(r, VERDICT_ERROR, &s->mark, NULL, NULL, "no reply was timed as %s",
                          first.count == 0 ? a->first : a->second);
    int64_t apart = first.max < second.min ? second.min - first.max : first.min - second.max;
    if (apart <= a->apart_ms)
        return true;
    const char *expected = arena_printf(r->result->arena, "%s and %s take alike, within %lld ms", a->first, a->second,
                                        (long long)a->apart_ms);
    const char *found =
        arena_printf(r->result->arena, "%s took %lld to %lld ms, %s %lld to %lld ms", a->first, (long long)first.min,
                     (long long)first.max, a->second, (long long)second.min, (long long)second.max);
    return runner_end(r, runner_broken(r), &s->mark, expected, found, "expected replies that take alike, found that %s",
                      found ? found : "they do not");
}
