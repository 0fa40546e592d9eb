/* A server that dies a while after what killed it: seconds later, or some sessions later. Neither the session in which
 * it died nor those right before it show that again. All that it has seen lately is played anew on a fresh server,
 * plain sessions behind it until it dies, and then halved until one session is left that is enough. */
#include "campaign_internal.h"

enum { LATE_MOST_MS = 5000, LATE_LEAST_MS = 300, TIMES = 2 };

static void play_one(struct worker *w, size_t back)
{
    struct symptoms ignored;
    const struct session_kept *s = recent_at(&w->c->recent, back);
    if (s)
        play(w, buffer_bytes(&s->text), PLAY_FRESH, NULL, &ignored);
}

/* What it took until the server was gone: since the first of the sessions began, and since the last one was over. */
struct took {
    int64_t all_ms, behind_ms;
};

/* A fresh server sees the sessions `oldest` to `newest` back, and dies within a time behind them. */
static bool dies(struct worker *w, size_t oldest, size_t newest, int64_t within_ms, struct took *took)
{
    if (!suspect_fresh_server(w))
        return false;
    w->trouble.kind = TROUBLE_NONE;
    int64_t began = clock_ms();
    for (size_t back = oldest + 1; back-- > newest && w->trouble.kind == TROUBLE_NONE && !campaign_stopped(w->c);)
        play_one(w, back);
    took->behind_ms = play_await_end(w, within_ms);
    took->all_ms = clock_ms() - began;
    return w->trouble.kind != TROUBLE_NONE;
}

/* With some room. */
static int64_t enough(int64_t ms)
{
    ms = ms * TIMES + LATE_LEAST_MS;
    return ms < LATE_MOST_MS ? ms : LATE_MOST_MS;
}

bool late_find(struct worker *w, struct finding *f)
{
    struct recent *r = &w->c->recent;
    size_t oldest = r->count - 1, newest = 0;
    struct took took;
    w->late_ms = 0;
    if (r->count == 0 || !dies(w, oldest, newest, LATE_MOST_MS, &took))
        return false;
    /* Whichever of them it was, it took no longer than all of them together. */
    int64_t within = enough(took.all_ms);
    while (oldest > newest && !campaign_stopped(w->c)) {
        size_t middle = newest + (oldest - newest) / 2;
        if (dies(w, middle, newest, within, &took))
            oldest = middle;
        else
            newest = middle + 1;
    }
    if (!dies(w, oldest, newest, within, &took))
        return false;
    w->late_ms = enough(took.behind_ms);
    buffer_clear(&f->input);
    buffer_add(&f->input, buffer_bytes(&recent_at(r, oldest)->text));
    buffer_clear(&f->smallest);
    buffer_add(&f->smallest, buffer_bytes(&f->input));
    return true;
}
