#include "against.h"
#include "campaign_internal.h"
#include "mail.h"
#include "seeds.h"
#include "tour.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MUTANT_MOST = 65536, STABLE_RUNS = 3, CROSSED_OF_100 = 15, FLOODS_FROM = 10 };

/* With coverage each worker has a server and a map of its own. Its port is the target's and the worker's number, told
 * to the start command as SMTPSPEC_PORT. */
static void port_make(struct worker *w)
{
    const struct endpoint *e = &w->c->o->target->endpoint;
    if (!e->port)
        return;
    snprintf(w->port, sizeof w->port, "%ld", strtol(e->port, NULL, 10) + w->number);
    w->target.endpoint.port = w->port;
}

static struct coverage *coverage_wanted(struct worker *w, bool *failed, struct error *e)
{
    const struct campaign_options *o = w->c->o;
    bool startable = o->target->launch_start || o->target->endpoint.scheme == SCHEME_EXEC;
    *failed = false;
    if (o->coverage == COVERAGE_NONE)
        return NULL;
    if (!startable) {
        *failed = o->coverage == COVERAGE_NEEDED;
        if (*failed)
            error_set(e,
                      "--coverage: expected a target file with launch:, or exec:, since the server gets its map when "
                      "it is started");
        return NULL;
    }
    struct coverage *c = coverage_new(e);
    *failed = !c;
    return c;
}

/* exec: the program runs only while a connection is open. */
static bool exec_measure(struct worker *w)
{
    struct linked linked;
    if (!link_open(w->link, 0, &linked))
        return false;
    pid_t pid = net_pid(linked.net), child = 0;
    bool measured = coverage_measure(w->coverage, pid);
    if (!measured && process_children(pid, &child, 1) > 0)
        measured = coverage_measure(w->coverage, child);
    net_free(linked.net);
    return measured;
}

/* A start script may have left a child behind that listens. Without coverage the segment is of no use. */
static bool coverage_settle(struct worker *w, struct error *e)
{
    if (!w->coverage)
        return true;
    bool measured = w->target.endpoint.scheme == SCHEME_EXEC
                        ? exec_measure(w)
                        : watch_is_ours(w->server) && coverage_measure(w->coverage, watch_process(w->server));
    if (measured) {
        watch_idle(w->server);
        return true;
    }
    if (w->c->o->coverage == COVERAGE_NEEDED)
        return error_set(
            e,
            "--coverage: expected a server built with AFL++'s compiler or with fuzz/coverage.c at %s, found "
            "no trace of it in the program that listens there",
            w->target.endpoint.text);
    watch_forget_coverage(w->server);
    coverage_free(w->coverage);
    w->coverage = NULL;
    return true;
}

static bool server_get(struct worker *w, struct error *e)
{
    struct campaign *c = w->c;
    bool failed;
    if (w->number > 0 && !c->workers[0].coverage) {
        w->server = c->workers[0].server;
        w->link = c->link;
        w->shared = c->workers[0].shared = true;
        return true;
    }
    w->coverage = coverage_wanted(w, &failed, e);
    if (failed)
        return false;
    if (w->coverage)
        port_make(w);
    const struct driver_options options = {
        .timeout_ms = c->o->timeout_ms, .rate = c->o->rate, .stop = c->o->stop, .jobs = c->jobs};
    w->link = w->number ? link_new(&w->target, &options, e) : c->link;
    const struct watch_settings settings = {.target = &w->target,
                                            .link = w->link,
                                            .coverage = w->coverage,
                                            .needed = c->o->coverage == COVERAGE_NEEDED,
                                            .timeout_ms = c->o->timeout_ms,
                                            .stop = c->o->stop};
    w->server = w->link ? watch_open(&settings, e) : NULL;
    return w->server && coverage_settle(w, e);
}

bool worker_open(struct worker *w, struct campaign *c, int number, struct error *e)
{
    *w = (struct worker){.c = c, .number = number, .target = *c->o->target};
    prng_seed(&w->prng, c->seed + c->state.inputs * 1000003u + (uint64_t)number * 7919u);
    mutator_init(&w->mutator, prng_next(&w->prng));
    w->mutator.dictionary = c->o->dictionary;
    w->mutator.facts = &c->facts;
    w->mutator.most = MUTANT_MOST;
    pace_begin(&w->pace, c->o->timeout_ms);
    if (!server_get(w, e))
        return false;
    /* Where workers share a server, one of them looks after it. */
    w->growth = number == 0 || w->coverage ? growth_new() : NULL;
    w->mail = number == 0 && c->post ? mail_new() : NULL;
    if (number > 0 || !c->o->journal)
        return true;
    w->journal = journal_open(c->o->journal, e);
    return w->journal != NULL;
}

void worker_close(struct worker *w)
{
    struct error e;
    if (!journal_close(w->journal, &e))
        campaign_fail(w->c, &e);
    net_free(w->kept);
    if (!w->shared || w->number == 0)
        watch_close(w->server);
    if (w->link && w->link != w->c->link)
        link_free(w->link);
    coverage_free(w->coverage);
    growth_free(w->growth);
    mail_free(w->mail);
    mutator_free(&w->mutator);
    feature_list_free(&w->features);
    feature_list_free(&w->again);
    buffer_free(&w->text);
    buffer_free(&w->other);
    buffer_free(&w->mutant);
    buffer_free(&w->report);
    buffer_free(&w->history);
    buffer_free(&w->before);
    buffer_free(&w->closing);
}

/* Two equal sessions: what of their coverage is not the same? Where the replies differ it has a reason, and so it has
 * where the client left: how far the server came by then is chance. */
static void variable_mask(struct worker *w, const struct feature_list *a, const struct feature_list *b)
{
    size_t i = 0, j = 0;
    for (; i < a->count && j < b->count && a->of[i] == b->of[j] && a->of[i] < FEATURE_STATES; i++)
        j++;
    bool same = (i == a->count || a->of[i] >= FEATURE_STATES) && (j == b->count || b->of[j] >= FEATURE_STATES);
    same = same && w->outcome.ending != ENDING_LEFT;
    while (w->coverage && same && (i < a->count || j < b->count)) {
        uint32_t x = i < a->count ? (a->of[i] - FEATURE_STATES) / COVERAGE_BUCKETS : UINT32_MAX;
        uint32_t y = j < b->count ? (b->of[j] - FEATURE_STATES) / COVERAGE_BUCKETS : UINT32_MAX;
        if (x != y)
            coverage_edge_varies(w->coverage, x < y ? x : y);
        else if (a->of[i] != b->of[j])
            coverage_count_varies(w->coverage, x);
        i += x <= y;
        j += y <= x;
    }
}

static size_t count_new(struct worker *w, const struct feature_list *l)
{
    pthread_mutex_lock(&w->c->lock);
    size_t fresh = features_new(&w->c->features, l);
    pthread_mutex_unlock(&w->c->lock);
    return fresh;
}

/* States repeat themselves more than edges do, and there are many more of them. */
static int runs_to_believe(struct worker *w, const struct feature_list *l)
{
    int runs = 1;
    pthread_mutex_lock(&w->c->lock);
    for (size_t i = l->count; i-- > 0 && l->of[i] >= FEATURE_STATES && runs == 1;)
        if (features_is_new(&w->c->features, l->of[i]))
            runs = STABLE_RUNS;
    pthread_mutex_unlock(&w->c->lock);
    return runs;
}

/* Something new came: does it come again on a connection of its own, each time? `w->again` has what does. */
static bool stays_new(struct worker *w, struct bytes text, struct symptoms *found)
{
    struct feature_list first = w->features;
    w->features = w->again;
    w->again = first;
    for (int i = runs_to_believe(w, &w->again); i > 0; i--) {
        play(w, text, PLAY_FRESH, NULL, found);
        if (found->count > 0)
            return false;
        variable_mask(w, &w->again, &w->features);
        feature_list_meet(&w->again, &w->features);
        if (count_new(w, &w->again) == 0)
            return false;
    }
    return true;
}

static void keep(struct worker *w, struct bytes text)
{
    struct campaign *c = w->c;
    struct error e = {0};
    pthread_mutex_lock(&c->lock);
    features_count(&c->features, &w->again);
    bool good = corpus_add(&c->corpus, text, w->outcome.replies, &w->again, &c->features, &w->prng, &e);
    expand_note(&c->expand, text, &w->outcome);
    c->state.corpus = c->corpus.count;
    c->state.last_new_ms = campaign_ms(c);
    pthread_mutex_unlock(&c->lock);
    if (!good)
        campaign_fail(c, &e);
}

static void tell_state(struct worker *w)
{
    struct campaign *c = w->c;
    c->state.states = c->features.states;
    if (w->coverage) {
        c->state.edges = coverage_edges(w->coverage);
        c->state.map = coverage_size(w->coverage);
        c->state.masked = coverage_masked(w->coverage);
    }
}

static void input_count(struct worker *w, struct bytes text, bool fresh)
{
    struct campaign *c = w->c;
    pthread_mutex_lock(&c->lock);
    c->state.inputs++;
    c->state.inputs_digest = (c->state.inputs_digest ^ bytes_hash(text)) * 1099511628211u;
    if (!fresh)
        features_count(&c->features, &w->features);
    tell_state(w);
    pthread_mutex_unlock(&c->lock);
}

/* One input from the beginning to the end. */
static void try_input(struct worker *w, struct bytes text)
{
    struct symptoms found;
    pthread_rwlock_rdlock(&w->c->quiet);
    pthread_mutex_lock(&w->c->lock);
    recent_add(&w->c->recent, buffer_bytes(&w->history), text);
    pthread_mutex_unlock(&w->c->lock);
    play(w, text, 0, NULL, &found);
    const struct promises promised = w->outcome.promises;
    bool fresh = count_new(w, &w->features) > 0;
    input_count(w, text, fresh);
    if (found.count == 0 && fresh && stays_new(w, text, &found))
        keep(w, text);
    if (found.count == 0 && w->c->rivals)
        against_judge(w, text, PLAY_FRESH, NULL, &found);
    pthread_rwlock_unlock(&w->c->quiet);
    if (found.count > 0)
        suspect(w, text, &found);
    else
        growth_follow(w, text);
    mail_follow(w, text, &promised);
}

static void entry_copy(const struct entry *e, struct buffer *out)
{
    buffer_clear(out);
    buffer_add(out, bytes_of(e->text, e->len));
}

static bool entries_draw(struct worker *w)
{
    struct campaign *c = w->c;
    pthread_mutex_lock(&c->lock);
    const struct entry *e = corpus_choose(&c->corpus, &c->features, &w->prng);
    if (e) {
        entry_copy(e, &w->text);
        entry_copy(&c->corpus.entries[prng_below(&w->prng, c->corpus.count)], &w->other);
    }
    pthread_mutex_unlock(&c->lock);
    return e != NULL;
}

/* The 10th mutant, the 40th, the 90th and so on: soon, and at no cost that would show in a long campaign. */
static bool flood_due(struct worker *w)
{
    w->mutants++;
    if (w->mutants < FLOODS_FROM * (w->floods + 1) * (w->floods + 1))
        return false;
    w->floods++;
    return true;
}

/* False: no memory. */
static bool mutant_make(struct worker *w, struct arena *a)
{
    struct script s, other, crossed;
    buffer_clear(&w->mutant);
    if (!script_parse(&s, a, buffer_bytes(&w->text)) || !script_parse(&other, a, buffer_bytes(&w->other)))
        return false;
    w->mutator.other = &other;
    if (prng_below(&w->prng, 100) < CROSSED_OF_100) {
        script_init(&crossed, a);
        if (!mutate_cross(&crossed, &s, &other, &w->mutator))
            return false;
        s = crossed;
    }
    bool flood = flood_due(w);
    if (flood && w->floods == 1) /* the plainest one first: what a client says before anything else */
        script_init(&s, a);
    if (flood ? !mutate_flood(&s, &w->mutator) : !mutate_script(&s, &w->mutator))
        return false;
    script_print(&s, &w->mutant);
    return !buffer_failed(&w->mutant);
}

static void try_mutant(struct worker *w)
{
    struct arena *a = arena_new();
    if (!entries_draw(w))
        buffer_clear(&w->text);
    mutator_seed(&w->mutator, prng_next(&w->prng));
    if (a && mutant_make(w, a))
        try_input(w, buffer_bytes(&w->mutant));
    arena_free(a);
}

/* False: there is none. */
static bool try_expanded(struct worker *w)
{
    struct campaign *c = w->c;
    pthread_mutex_lock(&c->lock);
    bool there = expand_next(&c->expand, c->o->target, &w->mutant);
    pthread_mutex_unlock(&c->lock);
    if (there)
        try_input(w, buffer_bytes(&w->mutant));
    return there;
}

/* False: all of it was seen. */
static bool try_tour(struct worker *w)
{
    struct campaign *c = w->c;
    bool more = true;
    buffer_clear(&w->mutant);
    pthread_mutex_lock(&c->lock);
    while (more && w->mutant.len == 0)
        more = tour_print(c->tour++, c->o->target, &w->mutant);
    pthread_mutex_unlock(&c->lock);
    if (more)
        try_input(w, buffer_bytes(&w->mutant));
    return more;
}

static bool seed_take(void *context, struct bytes text)
{
    struct worker *w = context;
    try_input(w, text);
    return !campaign_over(w->c);
}

static void seeds_play(struct worker *w)
{
    const struct campaign_options *o = w->c->o;
    struct error e = {0};
    campaign_phase(w->c, "seeds");
    if (o->corpus && !folder_read(o->corpus, seed_take, w, &e))
        campaign_fail(w->c, &e);
    if (o->seeds && !folder_read(o->seeds, seed_take, w, &e))
        campaign_fail(w->c, &e);
    for (size_t i = 0; i < seeds_count() && !campaign_over(w->c); i++) {
        struct buffer text = {0};
        if (seeds_print(i, o->target, &text))
            try_input(w, buffer_bytes(&text));
        buffer_free(&text);
    }
    campaign_phase(w->c, "fuzzing");
}

void worker_run(struct worker *w)
{
    if (w->number == 0)
        seeds_play(w);
    /* By turns, as long as there are new states and the tour is not over. */
    while (!campaign_over(w->c)) {
        bool tried = false;
        switch (w->turn++ % 3) {
        case 0:
            tried = try_expanded(w) || try_tour(w);
            break;
        case 1:
            tried = try_tour(w) || try_expanded(w);
            break;
        default:
            break;
        }
        if (!tried)
            try_mutant(w);
    }
}
