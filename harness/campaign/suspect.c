#include "campaign_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "against.h"
#include "minimise.h"

enum { TESTS_MOST = 600, MINIMISE_MS = 30000, LOG_MOST = 16384, TRIES = 2, DOUBTED = 4 };
/* What making one small may take of the time so far, and what it always may. */
enum { MINIMISE_PART = 4, MINIMISE_LEAST_MS = 6000, LATE_TESTS = 12 };

bool suspect_known(struct campaign *c, const struct symptom *s)
{
    bool known = false;
    pthread_mutex_lock(&c->lock);
    for (size_t i = 0; i < c->finding_count && !known; i++)
        known = c->findings[i].confirmed && symptom_same(&c->symptoms[i], s);
    known |= c->finding_count == FINDINGS_MOST;
    pthread_mutex_unlock(&c->lock);
    return known;
}

/* Something like it was found already. */
static bool alike_known(struct campaign *c, const struct symptom *s)
{
    bool known = false;
    pthread_mutex_lock(&c->lock);
    for (size_t i = 0; i < c->finding_count && !known; i++)
        known = symptom_alike(&c->symptoms[i], s);
    pthread_mutex_unlock(&c->lock);
    return known;
}

bool suspect_revive(struct worker *w)
{
    struct error e = {0};
    char why[256];
    if (link_greets(w->link, w->c->o->timeout_ms, why, sizeof why))
        return true;
    if (!watch_is_ours(w->server)) {
        pthread_mutex_lock(&w->c->lock);
        w->c->gone = true;
        error_set(&w->c->error,
                  "the server does not greet any more, and the target has no launch: to start it again: %s", why);
        pthread_mutex_unlock(&w->c->lock);
        return false;
    }
    if (!watch_restart(w->server, &e)) {
        pthread_mutex_lock(&w->c->lock);
        w->c->gone = true;
        w->c->error = e;
        pthread_mutex_unlock(&w->c->lock);
        return false;
    }
    pthread_mutex_lock(&w->c->lock);
    w->c->state.restarts++;
    pthread_mutex_unlock(&w->c->lock);
    return true;
}

static bool needs_fresh_server(const struct symptom *s)
{
    return s->oracle == ORACLE_CRASH || s->oracle == ORACLE_DIED || s->oracle == ORACLE_MUTE;
}

/* Plays it once more on a fresh connection, and starts the server again where that was the end of it. */
static bool shows_once(struct worker *w, const struct symptom *wanted, struct bytes text, unsigned flags,
                       struct buffer *record, struct symptoms *found)
{
    /* What is no hang does not show by waiting for another command that hangs in the same session. */
    flags |= w->pace.hangs && wanted->oracle != ORACLE_HANG ? PLAY_HASTY : 0u;
    flags |= PLAY_FRESH | (needs_fresh_server(wanted) ? PLAY_TO_THE_END : 0) |
             (wanted->oracle == ORACLE_REFUSED || wanted->oracle == ORACLE_MAILBOX ? PLAY_MAIL : 0) |
             (wanted->oracle == ORACLE_DIFFERENT ? PLAY_AGAINST : 0) |
             (wanted->oracle == ORACLE_DIFFERENT && difference_is_mail(wanted) ? PLAY_MAIL : 0);
    play(w, text, flags, record, found);
    bool shows = symptoms_find_alike(found, wanted) != NULL;
    enum ending e = w->outcome.ending;
    if (w->trouble.kind != TROUBLE_NONE || e == ENDING_NOBODY || e == ENDING_MUTE || e == ENDING_MISSING)
        suspect_revive(w);
    return shows;
}

/* Whether a close was on its way before a write is only seen slowly; most tries of the minimiser need not come so far.
 */
static bool shows_again(struct worker *w, const struct symptom *wanted, struct bytes text, unsigned flags,
                        struct buffer *record, struct symptoms *found)
{
    if (wanted->oracle != ORACLE_DROPPED)
        return shows_once(w, wanted, text, flags, record, found);
    return (flags & PLAY_SURE || shows_once(w, wanted, text, flags, NULL, found)) &&
           shows_once(w, wanted, text, flags | PLAY_SLOWLY, record, found);
}

struct context {
    struct worker *w;
    const struct symptom *wanted;
};

static bool still_shows(void *context, struct bytes text)
{
    struct context *c = context;
    struct symptoms found;
    if (campaign_stopped(c->w->c))
        return false;
    if (c->wanted->oracle == ORACLE_MEMORY || c->wanted->oracle == ORACLE_DESCRIPTORS) {
        char detail[256];
        return growth_shows(c->w, c->wanted->oracle, text, detail, sizeof detail);
    }
    return shows_again(c->w, c->wanted, text, 0, NULL, &found);
}

/* One mistake can show in many places (no reply, whatever is asked): the more the same oracle has found, the less time
 * is worth spending on one more. Nor may the first findings at a slow server take all the time there is for others; the
 * last one that was asked for may. */
static int64_t minimise_ms(struct campaign *c, const struct symptom *s, int64_t late_ms)
{
    int64_t alike = 1;
    if (late_ms > 0)
        return late_ms * LATE_TESTS;
    pthread_mutex_lock(&c->lock);
    for (size_t i = 0; i < c->finding_count; i++)
        alike += c->symptoms[i].oracle == s->oracle;
    bool last = c->o->max_findings > 0 && c->state.findings + 1 >= c->o->max_findings;
    int64_t share = campaign_ms(c) / MINIMISE_PART;
    pthread_mutex_unlock(&c->lock);
    share = share < MINIMISE_LEAST_MS ? MINIMISE_LEAST_MS : share;
    return (last || share > MINIMISE_MS ? MINIMISE_MS : share) / alike;
}

static void make_small(struct worker *w, struct finding *f)
{
    struct context context = {w, &f->symptom};
    struct minimise m = {.shows = still_shows,
                         .context = &context,
                         .most_tests = TESTS_MOST,
                         .deadline = clock_deadline(minimise_ms(w->c, &f->symptom, w->late_ms))};
    minimise(&m, &f->smallest);
    f->tests = m.tests;
}

void last_command(struct bytes text, char *out, size_t size)
{
    struct script s;
    struct arena *a = arena_new();
    snprintf(out, size, "%s", "session");
    if (a && script_parse(&s, a, text))
        for (size_t i = 0; i < s.count; i++)
            if (s.parts[i].kind == PART_COMMAND && part_verb(&s.parts[i]) != VERB_UNKNOWN)
                snprintf(out, size, "%s", asked_name((int)part_verb(&s.parts[i])));
    arena_free(a);
}

bool suspect_fresh_server(struct worker *w)
{
    struct error e = {0};
    if (!watch_is_ours(w->server) || !watch_restart(w->server, &e))
        return suspect_revive(w);
    pthread_mutex_lock(&w->c->lock);
    w->c->state.restarts++;
    pthread_mutex_unlock(&w->c->lock);
    return true;
}

/* The last play of the smallest input, on a fresh server: conversation, report, and the outcome that the scenario is
 * made of. False: it does not show there. */
static bool document(struct worker *w, struct finding *f)
{
    struct symptoms found;
    bool shows = false;
    for (int i = 0; i < TRIES && !shows && suspect_fresh_server(w); i++) {
        buffer_clear(&f->transcript);
        shows = shows_again(w, &f->symptom, buffer_bytes(&f->smallest), PLAY_SURE, &f->transcript, &found);
    }
    const struct symptom *again = shows ? symptoms_find_alike(&found, &f->symptom) : NULL;
    if (again)
        f->symptom = *again;
    /* The last command of the smallest input is the nearest to a place that there is. */
    bool placeless = f->symptom.oracle == ORACLE_CRASH && !symptom_has_stack(&f->symptom);
    if (placeless || f->symptom.oracle == ORACLE_DIED) {
        char verb[64];
        last_command(buffer_bytes(&f->smallest), verb, sizeof verb);
        size_t len = strcspn(f->symptom.place, " ");
        snprintf(f->symptom.place + len, sizeof f->symptom.place - len, " %s", verb);
    }
    buffer_add(&f->report, buffer_bytes(&w->report));
    watch_log(w->server, LOG_MOST, &f->log);
    return shows;
}

static void smallest_set(struct finding *f, struct bytes text)
{
    buffer_clear(&f->smallest);
    buffer_add(&f->smallest, text);
}

/* Made small, and documented by a replay on a fresh server. What does not replay small was made small by chance: then
 * it stays as big as it was found. False: it does not replay at all. */
static bool settle(struct worker *w, struct finding *f)
{
    buffer_clear(&f->report);
    make_small(w, f);
    if (document(w, f))
        return true;
    smallest_set(f, buffer_bytes(&f->input));
    return document(w, f);
}

void suspect_small(struct worker *w, struct finding *f)
{
    struct campaign *c = w->c;
    pthread_mutex_lock(&c->lock);
    f->session = c->state.inputs;
    f->ms = campaign_ms(c);
    pthread_mutex_unlock(&c->lock);
    smallest_set(f, buffer_bytes(&f->input));
    make_small(w, f);
    document(w, f);
}

/* The place of what did not show again and now does; else a new one. */
static size_t place_of(const struct campaign *c, const struct finding *f)
{
    size_t at = 0;
    while (at < c->finding_count && (c->findings[at].confirmed || !symptom_same(&c->symptoms[at], &f->symptom)))
        at++;
    return at;
}

static void registered(struct campaign *c, const struct finding *f)
{
    pthread_mutex_lock(&c->lock);
    size_t at = place_of(c, f);
    struct campaign_finding *out = &c->findings[at];
    const struct oracle_info *o = oracle_info(f->symptom.oracle);
    if (at == c->finding_count)
        c->finding_count++;
    else if (out->lead)
        c->state.leads--;
    else
        c->state.findings--;
    *out = (struct campaign_finding){.oracle = o->name,
                                     .says = o->says,
                                     .lead = f->lead,
                                     .confirmed = f->confirmed,
                                     .seen = 1,
                                     .session = f->session,
                                     .ms = f->ms,
                                     .octets = f->smallest.len};
    memcpy(out->id, f->id, sizeof out->id);
    memcpy(out->detail, f->symptom.detail, sizeof out->detail);
    c->symptoms[at] = f->symptom;
    if (f->lead)
        c->state.leads++;
    else
        c->state.findings++;
    c->state.last_finding = out->id;
    c->state.last_is_lead = f->lead;
    campaign_tick(c, true);
    pthread_mutex_unlock(&c->lock);
}

void suspect_keep(struct worker *w, struct finding *f)
{
    struct error e = {0};
    struct campaign *c = w->c;
    const struct finding_context context = {.target = c->o->target,
                                            .against = c->o->against,
                                            .against_count = c->o->against_count,
                                            .prologue = c->o->prologue,
                                            .outcome = &w->outcome,
                                            .command = c->o->command,
                                            .words = c->o->words};
    symptom_id(&f->symptom, f->id, sizeof f->id);
    if (c->o->findings && !finding_write(f, c->o->findings, &context, &e))
        campaign_fail(c, &e);
    registered(c, f);
}

static struct doubt *doubt_find(struct campaign *c, const struct symptom *s)
{
    for (size_t i = 0; i < c->doubt_count; i++)
        if (symptom_same(&c->doubts[i].symptom, s))
            return &c->doubts[i];
    return NULL;
}

static void doubt_add(struct campaign *c, const struct symptom *s)
{
    pthread_mutex_lock(&c->lock);
    struct doubt *d = doubt_find(c, s);
    if (!d && c->doubt_count < DOUBTS_MOST) {
        d = &c->doubts[c->doubt_count++];
        *d = (struct doubt){.symptom = *s};
    }
    if (d)
        d->times++;
    pthread_mutex_unlock(&c->lock);
}

/* What never showed again is looked into less and less often: the 1st to 4th, 8th, 16th time. */
static bool is_doubtful(struct campaign *c, const struct symptom *s)
{
    pthread_mutex_lock(&c->lock);
    struct doubt *d = doubt_find(c, s);
    uint64_t times = d ? ++d->times : 0;
    bool is = times > DOUBTED && (times & (times - 1)) != 0;
    pthread_mutex_unlock(&c->lock);
    return is;
}

/* Only one worker plays now. */
static void hangs_note(struct campaign *c)
{
    for (int i = 0; i < c->jobs; i++)
        pace_hangs(&c->workers[i].pace);
}

static bool confirm_with(struct worker *w, struct finding *f)
{
    struct symptoms found;
    for (int i = 0; i < TRIES && !f->confirmed; i++) {
        f->confirmed = shows_again(w, &f->symptom, buffer_bytes(&f->smallest), PLAY_SURE, NULL, &found);
        /* It may show what it really was only now that nobody else is there. */
        if (!f->confirmed && found.count > 0 && !suspect_known(w->c, &found.of[0]))
            f->symptom = found.of[0];
    }
    return f->confirmed;
}

static bool confirm_as(struct worker *w, struct finding *f, struct bytes before, struct bytes text,
                       struct bytes closing)
{
    smallest_set(f, before);
    buffer_add(&f->smallest, text);
    buffer_add(&f->smallest, closing);
    return confirm_with(w, f);
}

/* One session: alone, then with the RSET that ended it, then behind all that its connection had seen before it. */
static bool confirm_one(struct worker *w, struct finding *f, struct bytes before, struct bytes text,
                        struct bytes closing)
{
    const struct bytes none = {0};
    struct buffer own = {0};
    buffer_add(&own, text);
    text = buffer_bytes(&own);
    bool shows = confirm_as(w, f, none, text, none);
    if (!shows && closing.len > 0)
        shows = confirm_as(w, f, none, text, closing);
    if (!shows && before.len > 0)
        shows = confirm_as(w, f, before, text, closing);
    buffer_clear(&f->input);
    buffer_add(&f->input, shows ? buffer_bytes(&f->smallest) : text);
    buffer_free(&own);
    return shows;
}

/* A server may die right after what killed it, in the middle of a session that has nothing to do with it: those before
 * it are tried too, the last one first. */
static void confirm(struct worker *w, struct finding *f)
{
    struct recent *r = &w->c->recent;
    const struct session_kept *blamed;
    if (confirm_one(w, f, buffer_bytes(&w->before), buffer_bytes(&f->input), buffer_bytes(&w->closing)) ||
        !needs_fresh_server(&f->symptom))
        return;
    struct buffer input = {0};
    buffer_add(&input, buffer_bytes(&f->input));
    bool shows = false;
    for (size_t i = 1; i < RECENT_FEW && !shows && (blamed = recent_at(r, i)) && !campaign_stopped(w->c); i++)
        shows = confirm_one(w, f, buffer_bytes(&blamed->before), buffer_bytes(&blamed->text), BYTES("RSET\r\n"));
    if (!shows) {
        smallest_set(f, buffer_bytes(&input));
        buffer_clear(&f->input);
        buffer_add(&f->input, buffer_bytes(&input));
    }
    buffer_free(&input);
}

/* ... or a while after it (late.c). */
static void confirm_late(struct worker *w, struct finding *f, struct bytes text)
{
    campaign_phase(w->c, "looking for what it died of");
    f->confirmed = late_find(w, f) && settle(w, f);
    f->late_ms = f->confirmed ? w->late_ms : 0;
    w->late_ms = 0;
    if (f->confirmed)
        return;
    smallest_set(f, text);
    buffer_clear(&f->input);
    buffer_add(&f->input, text);
}

/* A reply was only slow. */
static void forgive(struct worker *w)
{
    struct campaign *c = w->c;
    pace_forgive(&w->pace, w->outcome.slowest_ms > 0 ? w->outcome.slowest_ms : pace_patience(&w->pace));
    pthread_mutex_lock(&c->lock);
    c->state.slow++;
    pthread_mutex_unlock(&c->lock);
}

static void investigate(struct worker *w, struct bytes text, const struct symptom *s)
{
    struct campaign *c = w->c;
    struct finding f = {.symptom = *s, .lead = oracle_info(s->oracle)->lead};
    char phase[96];
    pthread_mutex_lock(&c->lock);
    f.session = c->state.inputs;
    f.ms = campaign_ms(c);
    pthread_mutex_unlock(&c->lock);
    buffer_add(&f.input, text);
    buffer_add(&f.smallest, text);
    buffer_add(&f.report, buffer_bytes(&w->report));
    snprintf(phase, sizeof phase, "confirming %s", oracle_info(s->oracle)->name);
    campaign_phase(c, phase);
    bool there = !needs_fresh_server(s) || suspect_fresh_server(w);
    if (there)
        confirm(w, &f);
    if (f.confirmed)
        f.confirmed = settle(w, &f);
    else if (there && s->oracle == ORACLE_HANG)
        forgive(w);
    if (f.confirmed && f.symptom.oracle == ORACLE_HANG)
        hangs_note(c);
    if (!f.confirmed && there && needs_fresh_server(s) && watch_is_ours(w->server)) {
        f.symptom = *s;
        confirm_late(w, &f, text);
    }
    if (!f.confirmed && s->oracle == ORACLE_DROPPED && w->outcome.ending == ENDING_EARLY)
        farewells_add(&w->farewells, w->outcome.last_words);
    bool alone = f.confirmed ? !suspect_known(c, &f.symptom) : !alike_known(c, &f.symptom);
    if (alone && (f.confirmed || needs_fresh_server(&f.symptom))) {
        f.lead |= !f.confirmed; /* but a crash is told even where it does not show again */
        suspect_keep(w, &f);
    } else {
        doubt_add(c, s);
    }
    finding_free(&f);
}

void suspect(struct worker *w, struct bytes text, const struct symptoms *found)
{
    bool fresh = false, worth[SYMPTOMS_MOST] = {false};
    struct symptoms of = *found;
    enum ending ending = w->outcome.ending;
    bool broken = w->trouble.kind != TROUBLE_NONE || ending == ENDING_NOBODY || ending == ENDING_MUTE;
    struct buffer copy = {0};
    for (size_t i = 0; i < of.count; i++)
        if (!suspect_known(w->c, &of.of[i])) {
            worth[i] = !is_doubtful(w->c, &of.of[i]);
            fresh |= worth[i];
        }
    if (!fresh && !broken)
        return;
    buffer_add(&copy, text);
    buffer_clear(&w->before);
    buffer_add(&w->before, buffer_bytes(&w->history));
    buffer_clear(&w->closing);
    if (w->outcome.reset)
        buffer_add_string(&w->closing, "RSET\r\n");
    pthread_rwlock_wrlock(&w->c->quiet);
    if (!fresh)
        suspect_revive(w);
    for (size_t i = 0; i < of.count && !campaign_stopped(w->c); i++)
        if (worth[i] && !suspect_known(w->c, &of.of[i]))
            investigate(w, buffer_bytes(&copy), &of.of[i]);
    if (broken) {
        pthread_mutex_lock(&w->c->lock);
        recent_clear(&w->c->recent); /* none of them was played at the server that is there now */
        pthread_mutex_unlock(&w->c->lock);
    }
    campaign_phase(w->c, "fuzzing");
    pthread_rwlock_unlock(&w->c->quiet);
    buffer_free(&copy);
}
