#include "recent.h"

void recent_add(struct recent *r, struct bytes before, struct bytes text)
{
    struct session_kept *s = &r->of[r->count++ % RECENT_MOST];
    buffer_clear(&s->text);
    buffer_clear(&s->before);
    buffer_add(&s->text, text);
    if (before.len <= RECENT_BEFORE_MOST)
        buffer_add(&s->before, before);
}

const struct session_kept *recent_at(const struct recent *r, size_t back)
{
    return back < RECENT_MOST && back < r->count ? &r->of[(r->count - 1 - back) % RECENT_MOST] : NULL;
}

void recent_free(struct recent *r)
{
    for (size_t i = 0; i < RECENT_MOST; i++) {
        buffer_free(&r->of[i].text);
        buffer_free(&r->of[i].before);
    }
    *r = (struct recent){0};
}
