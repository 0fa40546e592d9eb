#include "against.h"
#include "campaign_internal.h"

#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOW_MS = 200, POINT_MS = 1000, JOBS_MOST = 64 };

int64_t campaign_ms(const struct campaign *c)
{
    return c->before_ms + clock_ms() - c->began_ms;
}

static bool stopped(const struct campaign *c)
{
    return (c->o->stop && *c->o->stop) || c->failed || c->gone;
}

bool campaign_stopped(struct campaign *c)
{
    pthread_mutex_lock(&c->lock);
    bool is = stopped(c);
    pthread_mutex_unlock(&c->lock);
    return is;
}

bool campaign_over(struct campaign *c)
{
    pthread_mutex_lock(&c->lock);
    bool over = stopped(c) || (c->o->runs && c->state.inputs >= c->o->runs) ||
                (c->o->max_findings && c->state.findings >= c->o->max_findings) ||
                (c->o->time_ms && clock_ms() - c->began_ms >= c->o->time_ms);
    pthread_mutex_unlock(&c->lock);
    return over;
}

void campaign_fail(struct campaign *c, const struct error *e)
{
    pthread_mutex_lock(&c->lock);
    if (!c->failed)
        c->error = *e;
    c->failed = true;
    pthread_mutex_unlock(&c->lock);
}

/* When the history is full every second point goes, and the next ones come half as often. */
static void point_add(struct campaign *c)
{
    const struct campaign_state *s = &c->state;
    if (c->point_count == POINTS_MOST) {
        for (size_t i = 0; i < POINTS_MOST / 2; i++)
            c->points[i] = c->points[i * 2 + 1];
        c->point_count = POINTS_MOST / 2;
        c->point_every_ms *= 2;
    }
    c->points[c->point_count++] =
        (struct campaign_point){s->ms, s->sessions, s->corpus, s->states, s->edges, s->findings};
    c->point_ms = s->ms;
}

static void show(struct campaign *c)
{
    struct campaign_state *s = &c->state;
    int64_t elapsed = s->ms - c->shown_ms;
    if (elapsed > 0) {
        double now = (double)(s->sessions - c->shown_sessions) * 1000 / (double)elapsed;
        s->sessions_a_second = s->sessions_a_second > 0 ? s->sessions_a_second * 0.7 + now * 0.3 : now;
    }
    c->shown_ms = s->ms;
    c->shown_sessions = s->sessions;
    if (c->o->progress)
        c->o->progress(c->o->progress_context, s);
}

void campaign_tick(struct campaign *c, bool now)
{
    struct error e = {0};
    c->state.ms = campaign_ms(c);
    if (now || c->state.ms - c->shown_ms >= SHOW_MS)
        show(c);
    if (!now && c->state.ms - c->point_ms < c->point_every_ms)
        return;
    point_add(c);
    if (!state_save(c, &e) && !c->failed) {
        c->failed = true;
        c->error = e;
    }
}

void campaign_phase(struct campaign *c, const char *phase)
{
    pthread_mutex_lock(&c->lock);
    snprintf(c->phase, sizeof c->phase, "%s", phase);
    c->state.phase = c->phase;
    pthread_mutex_unlock(&c->lock);
}

static void facts_fill(struct campaign *c)
{
    const struct target *t = c->o->target;
    c->facts = *mutate_facts_default();
    const struct {
        struct bytes *to;
        const char *value;
    } facts[] = {{&c->facts.hello, t->hello_name},    {&c->facts.sender, t->sender},
                 {&c->facts.recipient, t->recipient}, {&c->facts.recipient2, t->recipient2},
                 {&c->facts.unknown, t->unknown},     {&c->facts.foreign, t->foreign},
                 {&c->facts.user, t->user},           {&c->facts.password, t->password}};
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        if (facts[i].value)
            *facts[i].to = bytes_string(facts[i].value);
}

static bool folders_make(const struct campaign_options *o, struct error *e)
{
    return (!o->findings || folder_make(o->findings, e)) && (!o->corpus || folder_make(o->corpus, e));
}

/* A campaign that begins in the folder of another one would mix two. */
static bool history_take(struct campaign *c, struct error *e)
{
    const char *folder = c->o->findings;
    if (!folder || !state_exists(folder))
        return true;
    if (c->o->resume)
        return state_load(c, e);
    return error_set(e,
                     "expected a folder without a campaign in it, found one in %s: --resume goes on with it, "
                     "--findings DIR names another folder",
                     folder);
}

/* Sessions hold it for reading nearly all the time: whoever wants to be alone goes first, or would never be. */
static void quiet_init(pthread_rwlock_t *lock)
{
    pthread_rwlockattr_t attributes;
    pthread_rwlockattr_init(&attributes);
    pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    pthread_rwlock_init(lock, &attributes);
    pthread_rwlockattr_destroy(&attributes);
}

static bool campaign_begin(struct campaign *c, const struct campaign_options *o, struct error *e)
{
    const struct driver_options options = {
        .timeout_ms = o->timeout_ms, .rate = o->rate, .stop = o->stop, .jobs = o->jobs};
    *c = (struct campaign){.o = o, .seed = o->seed ? o->seed : (uint64_t)clock_ns() | 1, .jobs = o->jobs};
    quiet_init(&c->quiet);
    pthread_mutex_init(&c->server, NULL);
    pthread_mutex_init(&c->lock, NULL);
    corpus_init(&c->corpus, o->corpus);
    c->points = calloc(POINTS_MOST, sizeof *c->points);
    c->findings = calloc(FINDINGS_MOST, sizeof *c->findings);
    c->symptoms = calloc(FINDINGS_MOST, sizeof *c->symptoms);
    c->workers = calloc((size_t)c->jobs, sizeof *c->workers);
    c->state.last_new_ms = -1;
    c->point_every_ms = POINT_MS;
    campaign_phase(c, "starting the server");
    facts_fill(c);
    if (!c->points || !c->findings || !c->symptoms || !c->workers)
        return error_set(e, "out of memory");
    c->link = link_new(o->target, &options, e);
    return c->link && folders_make(o, e) && history_take(c, e) && post_open(o->target, &c->post, e) &&
           (o->against_count == 0 || (c->rivals = rivals_open(o, e)) != NULL);
}

static void campaign_end(struct campaign *c)
{
    for (int i = c->jobs - 1; c->workers && i >= 0; i--)
        if (c->workers[i].c)
            worker_close(&c->workers[i]);
    link_free(c->link);
    features_free(&c->features);
    corpus_free(&c->corpus);
    expand_free(&c->expand);
    recent_clear(&c->recent);
    post_free(c->post);
    rivals_close(c->rivals, c->o->against_count);
    free(c->workers);
    free(c->symptoms);
    pthread_mutex_destroy(&c->lock);
    pthread_mutex_destroy(&c->server);
    pthread_rwlock_destroy(&c->quiet);
}

static bool workers_open(struct campaign *c, struct error *e)
{
    for (int i = 0; i < c->jobs; i++)
        if (!worker_open(&c->workers[i], c, i, e))
            return false;
    const struct coverage *map = c->workers[0].coverage;
    return features_init(&c->features, map ? coverage_size(map) * COVERAGE_BUCKETS : 0) ||
           error_set(e, "out of memory");
}

static void *thread_run(void *argument)
{
    worker_run(argument);
    return NULL;
}

static void workers_run(struct campaign *c)
{
    pthread_t threads[JOBS_MOST];
    int started = 0;
    c->began_ms = clock_ms();
    c->shown_ms = c->point_ms = c->before_ms;
    while (started < c->jobs - 1 && pthread_create(&threads[started], NULL, thread_run, &c->workers[started + 1]) == 0)
        started++;
    worker_run(&c->workers[0]);
    for (int i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    campaign_phase(c, "done");
    pthread_mutex_lock(&c->lock);
    campaign_tick(c, true);
    pthread_mutex_unlock(&c->lock);
}

static void result_fill(struct campaign *c, struct campaign_result *out)
{
    *out = (struct campaign_result){.state = c->state,
                                    .seed = c->seed,
                                    .points = c->points,
                                    .point_count = c->point_count,
                                    .findings = c->findings,
                                    .finding_count = c->finding_count,
                                    .gone = c->gone};
    out->state.phase = "done";
    if (c->gone)
        snprintf(out->why, sizeof out->why, "%.255s", c->error.text);
}

void campaign_result_free(struct campaign_result *r)
{
    free(r->points);
    free(r->findings);
    *r = (struct campaign_result){0};
}

/* Options with their defaults. */
static struct campaign_options options_complete(const struct campaign_options *given)
{
    struct campaign_options o = *given;
    if (o.timeout_ms <= 0)
        o.timeout_ms = 10000;
    if (o.jobs <= 0)
        o.jobs = 1;
    if (o.jobs > JOBS_MOST)
        o.jobs = JOBS_MOST;
    /* Each connection is a program of its own, and they would share one map. */
    if (o.target->endpoint.scheme == SCHEME_EXEC)
        o.jobs = 1;
    /* Two servers are compared session by session. */
    if (o.against_count > 0)
        o.jobs = 1;
    return o;
}

bool campaign_run(const struct campaign_options *options, struct campaign_result *out, struct error *e)
{
    struct campaign c;
    const struct campaign_options o = options_complete(options);
    bool good = campaign_begin(&c, &o, e) && workers_open(&c, e);
    if (good)
        workers_run(&c);
    campaign_end(&c);
    if (good && c.failed) {
        *e = c.error;
        good = false;
    }
    result_fill(&c, out);
    return good;
}

static void replay_say(const struct symptoms *found, struct buffer *out)
{
    for (size_t i = 0; i < found->count; i++) {
        const struct oracle_info *o = oracle_info(found->of[i].oracle);
        char id[80];
        symptom_id(&found->of[i], id, sizeof id);
        buffer_printf(out, "%s: %s: %s\n", id, o->says, found->of[i].detail);
    }
}

static int replay(struct campaign *c, struct bytes input, bool growth, struct buffer *out)
{
    struct worker *w = &c->workers[0];
    struct symptoms found;
    char detail[256];
    c->began_ms = clock_ms();
    play(w, input, PLAY_FRESH | PLAY_SURE | PLAY_SLOWLY | PLAY_MAIL | PLAY_AGAINST, out, &found);
    buffer_add(out, buffer_bytes(&w->report));
    replay_say(&found, out);
    int fired = (int)found.count;
    if (growth && !watch_process(w->server)) {
        buffer_add_string(out, "the server's processes cannot be seen from here: growth was not judged\n");
        growth = false;
    }
    for (int o = ORACLE_MEMORY; growth && found.count == 0 && o <= ORACLE_DESCRIPTORS; o++)
        if (growth_shows(w, (enum oracle)o, input, detail, sizeof detail)) {
            buffer_printf(out, "%s: %s: %s\n", oracle_info((enum oracle)o)->name, oracle_info((enum oracle)o)->says,
                          detail);
            fired++;
        }
    return fired;
}

int campaign_replay(const struct campaign_options *options, struct bytes input, bool growth, struct buffer *out,
                    struct error *e)
{
    struct campaign c;
    struct campaign_options o = options_complete(options);
    int fired = -1;
    o.findings = o.corpus = NULL;
    o.jobs = 1;
    o.coverage = COVERAGE_NONE;
    if (campaign_begin(&c, &o, e) && workers_open(&c, e))
        fired = replay(&c, input, growth, out);
    campaign_end(&c);
    free(c.points);
    free(c.findings);
    return fired;
}
