#include "campaign_internal.h"

#include <stdio.h>
#include <stdlib.h>

/* A look each so many inputs. The first looks behind a start see caches being filled; from then on all growth is added
 * up, however slow it is, and where the sum passes a limit the input is searched for in the window that brought most. A
 * search in vain (a cache, a fragmented heap, a leak that is known) doubles the limit. */
enum { WINDOW = 200, WARM = 2, ROUND = 24, ROUNDS = 3, MEMORY_SUM_KIB = 1024, DESCRIPTORS_SUM = 8 };
/* What one session has to leave behind to count, over a round of them. */
enum { MEMORY_KIB = 4, SLEEP_MS = 30, SEARCHES_MOST = 6, MEMORY_MOST_KIB = 1 << 20 };

struct window {
    struct buffer inputs[WINDOW];
    size_t count;
};

/* Of memory in KiB, or of descriptors. */
struct rise {
    enum oracle oracle;
    int64_t base, last; /* at the end of warming up; at the last look */
    int64_t limit;      /* over `base` */
    int64_t most;       /* by which one window rose since then */
    struct window most_of;
    int searches;
};

enum { RISES = 2 };
struct growth {
    struct window recent;
    pid_t process;
    int looks; /* since this process was first looked at */
    struct rise rises[RISES];
};

struct growth *growth_new(void)
{
    struct growth *g = calloc(1, sizeof *g);
    if (g) {
        g->rises[0] = (struct rise){.oracle = ORACLE_MEMORY, .limit = MEMORY_SUM_KIB};
        g->rises[1] = (struct rise){.oracle = ORACLE_DESCRIPTORS, .limit = DESCRIPTORS_SUM};
    }
    return g;
}

static void window_free(struct window *w)
{
    for (size_t i = 0; i < WINDOW; i++)
        buffer_free(&w->inputs[i]);
}

void growth_free(struct growth *g)
{
    if (!g)
        return;
    window_free(&g->recent);
    for (size_t i = 0; i < RISES; i++)
        window_free(&g->rises[i].most_of);
    free(g);
}

static void window_copy(struct window *to, const struct window *from)
{
    for (size_t i = 0; i < from->count; i++) {
        buffer_clear(&to->inputs[i]);
        buffer_add(&to->inputs[i], buffer_bytes(&from->inputs[i]));
    }
    to->count = from->count;
}

static int64_t use_of(const struct process_use *use, enum oracle o)
{
    return o == ORACLE_MEMORY ? (int64_t)use->memory_kib : (int64_t)use->descriptors;
}

/* Of memory in KiB, or of descriptors, when the connections' ends have been dealt with. */
static int64_t used(struct worker *w, enum oracle o)
{
    watch_settle(w->server, (int64_t)SLEEP_MS * 10);
    clock_sleep_ms(SLEEP_MS);
    struct process_use use = watch_use(w->server);
    return use_of(&use, o);
}

static void play_once(struct worker *w, struct bytes text)
{
    struct symptoms found;
    play(w, text, PLAY_FRESH, NULL, &found);
}

bool growth_shows(struct worker *w, enum oracle o, struct bytes text, char *detail, size_t size)
{
    int64_t least = ROUND * (o == ORACLE_MEMORY ? MEMORY_KIB : 1) - (o == ORACLE_MEMORY ? 0 : ROUND / 6);
    for (int i = 0; i < ROUND; i++)
        play_once(w, text);
    int64_t before = used(w, o), begin = before, now = before;
    for (int round = 1; round < ROUNDS; round++) {
        for (int i = 0; i < ROUND && !campaign_stopped(w->c); i++)
            play_once(w, text);
        now = used(w, o);
        if (now - before < least)
            return false;
        before = now;
    }
    int sessions = ROUND * (ROUNDS - 1);
    snprintf(detail, size, "%lld %s more behind %d sessions", (long long)(now - begin),
             o == ORACLE_MEMORY ? "KiB" : "descriptors", sessions);
    return true;
}

/* Which half makes it grow more? */
static size_t search(struct worker *w, const struct window *in, enum oracle o)
{
    size_t from = 0, count = in->count;
    while (count > 1 && !campaign_stopped(w->c)) {
        int64_t grown[2], before = used(w, o);
        size_t half = count / 2;
        for (int side = 0; side < 2; side++) {
            size_t begin = side ? from + half : from, len = side ? count - half : half;
            for (size_t i = 0; i < WINDOW / 4 || i < len; i++)
                play_once(w, buffer_bytes(&in->inputs[begin + i % len]));
            int64_t now = used(w, o);
            grown[side] = (now - before) * 1000 / (int64_t)(len > WINDOW / 4 ? len : WINDOW / 4);
            before = now;
        }
        from += grown[1] > grown[0] ? half : 0;
        count = grown[1] > grown[0] ? count - half : half;
    }
    return from;
}

/* True where it was found, and is none that was known before. */
static bool find_in(struct worker *w, const struct window *in, enum oracle o)
{
    struct finding f = {.symptom = {.oracle = o}, .confirmed = true};
    struct bytes text = buffer_bytes(&in->inputs[search(w, in, o)]);
    bool shows = growth_shows(w, o, text, f.symptom.detail, sizeof f.symptom.detail);
    if (shows) {
        buffer_add(&f.input, text);
        suspect_small(w, &f);
        shows = growth_shows(w, o, buffer_bytes(&f.smallest), f.symptom.detail, sizeof f.symptom.detail);
        last_command(buffer_bytes(&f.smallest), f.symptom.place, sizeof f.symptom.place);
        shows = shows && !suspect_known(w->c, &f.symptom);
        if (shows)
            suspect_keep(w, &f);
    }
    finding_free(&f);
    return shows;
}

static void restart(struct worker *w)
{
    struct error e = {0};
    if (watch_is_ours(w->server) && !watch_restart(w->server, &e))
        suspect_revive(w);
}

/* Nobody else talks to the server meanwhile. */
static void find(struct worker *w, struct rise *r)
{
    struct campaign *c = w->c;
    pthread_rwlock_wrlock(&c->quiet);
    campaign_phase(c,
                   r->oracle == ORACLE_MEMORY ? "looking for what grows memory" : "looking for what grows descriptors");
    if (!find_in(w, &r->most_of, r->oracle))
        r->limit *= 2;
    campaign_phase(c, "fuzzing");
    restart(w);
    pthread_rwlock_unlock(&c->quiet);
    r->searches++;
    w->growth->process = 0;
}

static void rise_begin(struct rise *r, int64_t now)
{
    r->base = r->last = now;
    r->most = 0;
    r->most_of.count = 0;
}

/* True where it has grown so much that the input is looked for. */
static bool rise_look(struct rise *r, const struct window *recent, int64_t now)
{
    if (now - r->last > r->most) {
        r->most = now - r->last;
        window_copy(&r->most_of, recent);
    }
    r->last = now;
    return now - r->base > r->limit && r->most_of.count > 0 && r->searches < SEARCHES_MOST;
}

static void memory_tell(struct campaign *c, const struct process_use *now)
{
    pthread_mutex_lock(&c->lock);
    c->state.memory_kib = (size_t)now->memory_kib;
    pthread_mutex_unlock(&c->lock);
}

static void window_judge(struct worker *w)
{
    struct growth *g = w->growth;
    struct process_use now = watch_use(w->server);
    memory_tell(w->c, &now);
    bool warm = ++g->looks > WARM;
    for (size_t i = 0; i < RISES; i++) {
        struct rise *r = &g->rises[i];
        if (!warm) {
            rise_begin(r, use_of(&now, r->oracle));
        } else if (rise_look(r, &g->recent, use_of(&now, r->oracle))) {
            find(w, r);
            return;
        }
    }
    if (now.memory_kib > MEMORY_MOST_KIB) {
        pthread_rwlock_wrlock(&w->c->quiet);
        restart(w);
        pthread_rwlock_unlock(&w->c->quiet);
    }
}

void growth_follow(struct worker *w, struct bytes text)
{
    struct growth *g = w->growth;
    pid_t process = watch_process(w->server);
    if (!g || !process)
        return;
    if (process != g->process) {
        g->process = process;
        g->recent.count = 0;
        g->looks = 0;
    }
    struct buffer *input = &g->recent.inputs[g->recent.count];
    buffer_clear(input);
    buffer_add(input, text);
    if (++g->recent.count < WINDOW)
        return;
    window_judge(w);
    g->recent.count = 0;
}
