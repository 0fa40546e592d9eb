#include "recent.h"

static struct session_kept *at(struct recent *r, size_t back)
{
    return &r->of[(r->added - 1 - back) % RECENT_MOST];
}

static void forget_oldest(struct recent *r)
{
    struct session_kept *s = at(r, --r->count);
    r->octets -= s->text.len;
    buffer_free(&s->text);
    buffer_free(&s->before);
}

void recent_add(struct recent *r, struct bytes before, struct bytes text)
{
    if (r->count == RECENT_MOST)
        forget_oldest(r);
    if (r->count >= RECENT_FEW)
        buffer_free(&at(r, RECENT_FEW - 1)->before);
    r->added++;
    r->count++;
    struct session_kept *s = at(r, 0);
    buffer_add(&s->text, text);
    if (before.len <= RECENT_BEFORE_MOST)
        buffer_add(&s->before, before);
    r->octets += s->text.len;
    while (r->octets > RECENT_OCTETS && r->count > 1)
        forget_oldest(r);
}

const struct session_kept *recent_at(const struct recent *r, size_t back)
{
    return back < r->count ? &r->of[(r->added - 1 - back) % RECENT_MOST] : NULL;
}

void recent_clear(struct recent *r)
{
    while (r->count > 0)
        forget_oldest(r);
}
