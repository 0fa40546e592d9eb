#include "against.h"
#include "seeds.h"

#include <stdlib.h>

enum {
    KEEP_SESSIONS = 32,
    SETTLE_MS = 1000,
    QUIET_MS = 2,
    PAUSE_MOST_MS = 50,
    LOOK_MS = 1000,
    LOOK_EVERY_MS = 2,
    PATIENT_MS = 5
};
/* A session of a campaign is short; one with all that went before on its connection is not. */
/* Behind so many QUITs it is known whether a server answers them before our FIN. */
enum { QUITS_KNOWN = 6 };
enum { ACTS_MOST = 200, ACTS_OF_HISTORY = 20000, HISTORY_MOST = 1 << 20 };

static void kept_drop(struct worker *w)
{
    net_free(w->kept);
    w->kept = NULL;
    w->kept_sessions = 0;
    buffer_clear(&w->history);
}

/* What the connection has seen, as one script: what the next session shows may come of it. */
static void history_add(struct worker *w, struct bytes text)
{
    buffer_add(&w->history, text);
    buffer_add_string(&w->history, "RSET\r\n");
}

/* A connection that broke may be the last sign of a process that is about to be gone. `patient`: any may be. */
static void look(struct worker *w, bool patient)
{
    char why[256];
    enum ending e = w->outcome.ending;
    bool odd = e == ENDING_DROPPED || e == ENDING_NOBODY || e == ENDING_MUTE;
    if (w->shared)
        pthread_mutex_lock(&w->c->server);
    w->trouble = watch_look(w->server, &w->report);
    if (w->trouble.kind == TROUBLE_NONE && w->outcome.signal)
        w->trouble = trouble_of_signal(w->outcome.signal);
    if (patient && w->trouble.kind == TROUBLE_NONE)
        clock_sleep_ms(PATIENT_MS);
    if ((odd || patient) && w->trouble.kind == TROUBLE_NONE) {
        int64_t deadline = link_greets(w->link, LOOK_MS, why, sizeof why) ? 0 : clock_deadline(LOOK_MS);
        w->trouble = watch_look(w->server, &w->report);
        while (w->trouble.kind == TROUBLE_NONE && clock_left(deadline) > 0) {
            clock_sleep_ms(LOOK_EVERY_MS);
            w->trouble = watch_look(w->server, &w->report);
        }
    }
    if (w->shared)
        pthread_mutex_unlock(&w->c->server);
}

/* One that any server can stand. */
static void plain_session(struct worker *w)
{
    struct script s;
    struct buffer text = {0};
    struct arena *a = arena_new();
    struct outcome *ignored = calloc(1, sizeof *ignored);
    const struct exchange_options o = exchange_options_of(w, &w->pace, PLAY_FRESH, NULL);
    if (!seeds_print(0, &w->target, &text)) {
        buffer_clear(&text);
        buffer_add_string(&text, "NOOP\r\n");
    }
    if (w->c->post)
        post_disturb(w->c->post);
    if (a && ignored && script_parse(&s, a, buffer_bytes(&text)))
        exchange_play(w->link, &s, &o, NULL, NULL, ignored);
    free(ignored);
    buffer_free(&text);
    arena_free(a);
}

int64_t play_await_end(struct worker *w, int64_t within_ms)
{
    int64_t began = clock_ms(), deadline = clock_deadline(within_ms);
    while (w->trouble.kind == TROUBLE_NONE && clock_left(deadline) > 0 && !campaign_stopped(w->c)) {
        plain_session(w);
        clock_sleep_ms(PATIENT_MS);
        w->trouble = watch_look(w->server, &w->report);
    }
    return clock_ms() - began;
}

static void features_take(struct worker *w)
{
    size_t count;
    features_of_outcome(&w->outcome, &w->features);
    if (!w->coverage)
        return;
    const uint32_t *edges = coverage_read(w->coverage, &count);
    features_of_edges(edges, count, &w->features);
}

static void count(struct worker *w, const struct symptoms *found)
{
    struct campaign *c = w->c;
    pthread_mutex_lock(&c->lock);
    c->state.sessions++;
    for (size_t i = 0; i < found->count; i++)
        for (size_t j = 0; j < c->finding_count; j++)
            if (symptom_same(&c->symptoms[j], &found->of[i]))
                c->findings[j].seen++;
    campaign_tick(c, false);
    pthread_mutex_unlock(&c->lock);
}

struct exchange_options exchange_options_of(const struct worker *w, const struct pace *pace, unsigned flags,
                                            struct buffer *record)
{
    bool sure = flags & PLAY_SURE;
    return (struct exchange_options){.target = &w->target,
                                     .prologue = w->c->o->prologue,
                                     .lmtp = w->target.endpoint.lmtp,
                                     .patience_ms =
                                         sure && !(flags & PLAY_HASTY) ? pace_certainty(pace) : pace_patience(pace),
                                     .quiet_ms = (int64_t)QUIET_MS * (sure ? 4 : 1),
                                     .most_acts = flags & PLAY_FRESH ? ACTS_OF_HISTORY : ACTS_MOST,
                                     .most_pause_ms = PAUSE_MOST_MS,
                                     .quit_alone = w->quits < QUITS_KNOWN || w->quits_held * 2 < w->quits,
                                     .server = watch_process(w->server),
                                     .slowly = (flags & PLAY_SLOWLY) != 0,
                                     .record = record};
}

void play(struct worker *w, struct bytes text, unsigned flags, struct buffer *record, struct symptoms *found)
{
    struct script s;
    struct arena *a = arena_new();
    struct net *kept = NULL;
    bool sure = flags & PLAY_SURE;
    /* With coverage each session is a connection, so that all that it caused is over when the map is read. */
    bool keep = !(flags & PLAY_FRESH) && !w->coverage && w->c->o->rate <= 0 && w->target.endpoint.scheme != SCHEME_EXEC;
    struct exchange_options o = exchange_options_of(w, &w->pace, flags, record);
    o.journal = w->journal;
    found->count = 0;
    buffer_clear(&w->report);
    if (!a || !script_parse(&s, a, text)) {
        arena_free(a);
        return;
    }
    if (!keep || w->kept_sessions >= KEEP_SESSIONS || w->history.len > HISTORY_MOST)
        kept_drop(w);
    else if (!w->kept)
        buffer_clear(&w->history);
    journal_begin(w->journal, w->kept != NULL);
    if (w->coverage)
        coverage_clear(w->coverage);
    struct post *post = w->c->post;
    bool mail = post && flags & PLAY_MAIL;
    if (mail)
        post_begin(post);
    else if (post)
        post_disturb(post);
    exchange_play(w->link, &s, &o, w->kept, keep ? &kept : NULL, &w->outcome);
    w->quits += w->outcome.quits;
    w->quits_held += w->outcome.quits_held;
    if (w->outcome.ending == ENDING_DROPPED && !o.slowly && farewells_has(&w->farewells, w->outcome.last_words))
        w->outcome.ending = ENDING_EARLY;
    w->kept_sessions = kept ? w->kept_sessions + 1 : 0;
    w->kept = kept;
    if (kept)
        history_add(w, text);
    if (!kept && !w->shared)
        watch_settle(w->server, SETTLE_MS);
    look(w, flags & PLAY_TO_THE_END);
    if (flags & PLAY_TO_THE_END && w->late_ms > 0)
        play_await_end(w, w->late_ms);
    features_take(w);
    journal_end(w->journal);
    oracle_judge(&w->outcome, &w->trouble, found);
    if (mail)
        post_judge(post, &w->outcome.promises, found);
    if (flags & PLAY_AGAINST)
        against_judge(w, text, flags, record, found);
    if (!sure)
        pace_add(&w->pace, w->outcome.slowest_ms);
    count(w, found);
    arena_free(a);
}
