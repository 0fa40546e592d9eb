#include "campaign_internal.h"

#include <stdio.h>
#include <stdlib.h>

/* A look each so many inputs; the first looks behind a start see caches being filled. */
enum { WINDOW = 200, WARM = 3, ROUND = 24, ROUNDS = 3, MEMORY_WINDOW_KIB = 1024, DESCRIPTORS_WINDOW = 8 };
/* What one session has to leave behind to count, over a round of them. */
enum { MEMORY_KIB = 4, SLEEP_MS = 30, SEARCHES_MOST = 6, MEMORY_MOST_KIB = 1 << 20 };

struct growth {
    struct buffer recent[WINDOW];
    size_t count; /* of recent */
    pid_t process;
    int windows; /* since this process was first looked at */
    int grew[2]; /* windows in a row: memory, descriptors */
    int searches[2];
    struct process_use last;
};

struct growth *growth_new(void)
{
    return calloc(1, sizeof(struct growth));
}

void growth_free(struct growth *g)
{
    if (!g)
        return;
    for (size_t i = 0; i < WINDOW; i++)
        buffer_free(&g->recent[i]);
    free(g);
}

/* Of memory in KiB, or of descriptors, when the connections' ends have been dealt with. */
static int64_t used(struct worker *w, enum oracle o)
{
    watch_settle(w->server, (int64_t)SLEEP_MS * 10);
    clock_sleep_ms(SLEEP_MS);
    struct process_use use = watch_use(w->server);
    return o == ORACLE_MEMORY ? (int64_t)use.memory_kib : (int64_t)use.descriptors;
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
static size_t search(struct worker *w, enum oracle o)
{
    struct growth *g = w->growth;
    size_t from = 0, count = g->count;
    while (count > 1 && !campaign_stopped(w->c)) {
        int64_t grown[2], before = used(w, o);
        size_t half = count / 2;
        for (int side = 0; side < 2; side++) {
            size_t begin = side ? from + half : from, len = side ? count - half : half;
            for (size_t i = 0; i < WINDOW / 4 || i < len; i++)
                play_once(w, buffer_bytes(&g->recent[begin + i % len]));
            int64_t now = used(w, o);
            grown[side] = (now - before) * 1000 / (int64_t)(len > WINDOW / 4 ? len : WINDOW / 4);
            before = now;
        }
        from += grown[1] > grown[0] ? half : 0;
        count = grown[1] > grown[0] ? count - half : half;
    }
    return from;
}

static void find(struct worker *w, enum oracle o)
{
    struct growth *g = w->growth;
    struct campaign *c = w->c;
    struct finding f = {.symptom = {.oracle = o}, .confirmed = true};
    pthread_rwlock_wrlock(&c->quiet);
    campaign_phase(c, o == ORACLE_MEMORY ? "looking for what grows memory" : "looking for what grows descriptors");
    size_t at = search(w, o);
    struct bytes text = buffer_bytes(&g->recent[at]);
    if (growth_shows(w, o, text, f.symptom.detail, sizeof f.symptom.detail)) {
        buffer_add(&f.input, text);
        suspect_small(w, &f);
        growth_shows(w, o, buffer_bytes(&f.smallest), f.symptom.detail, sizeof f.symptom.detail);
        last_command(buffer_bytes(&f.smallest), f.symptom.place, sizeof f.symptom.place);
        if (!suspect_known(c, &f.symptom))
            suspect_keep(w, &f);
    }
    finding_free(&f);
    campaign_phase(c, "fuzzing");
    pthread_rwlock_unlock(&c->quiet);
    if (watch_is_ours(w->server)) {
        struct error e = {0};
        if (!watch_restart(w->server, &e))
            suspect_revive(w);
    }
    g->process = 0;
}

static void window_judge(struct worker *w)
{
    struct growth *g = w->growth;
    struct process_use now = watch_use(w->server);
    bool grows[2] = {now.memory_kib > g->last.memory_kib + MEMORY_WINDOW_KIB,
                     now.descriptors > g->last.descriptors + DESCRIPTORS_WINDOW};
    g->last = now;
    pthread_mutex_lock(&w->c->lock);
    w->c->state.memory_kib = (size_t)now.memory_kib;
    pthread_mutex_unlock(&w->c->lock);
    if (g->windows++ < WARM)
        return;
    for (int i = 0; i < 2; i++) {
        g->grew[i] = grows[i] ? g->grew[i] + 1 : 0;
        if (g->grew[i] < 2 || g->searches[i] >= SEARCHES_MOST)
            continue;
        g->grew[i] = 0;
        g->searches[i]++;
        find(w, i ? ORACLE_DESCRIPTORS : ORACLE_MEMORY);
        return;
    }
    if (now.memory_kib > MEMORY_MOST_KIB && watch_is_ours(w->server)) {
        struct error e = {0};
        if (!watch_restart(w->server, &e))
            suspect_revive(w);
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
        g->count = 0;
        g->windows = g->grew[0] = g->grew[1] = 0;
    }
    buffer_clear(&g->recent[g->count]);
    buffer_add(&g->recent[g->count], text);
    if (++g->count < WINDOW)
        return;
    window_judge(w);
    g->count = 0;
}
