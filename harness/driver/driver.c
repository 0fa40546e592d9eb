#include "driver/driver.h"

#include "driver/delivery.h"
#include "incident.h"
#include "life.h"
#include "plain.h"
#include "pool.h"
#include "premises.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Scenarios that a 421 stopped are tried once more, after a rest, with a quarter of the workers. */
enum { REST_MS = 1000 };

struct session {
    struct drive drive;
    struct run *run;
    const struct scenario *const *scenarios;
    struct job *jobs;
    struct job **list; /* the jobs of the phase that runs */
    size_t count;
    struct pool_progress progress;
};

/* Servers that we launch inherit it. */
static void pin_process(void)
{
    cpu_set_t one;
    int here = sched_getcpu();
    CPU_ZERO(&one);
    CPU_SET(here < 0 ? 0 : (size_t)here, &one);
    sched_setaffinity(0, sizeof one, &one);
}

static bool run_begin(struct session *s, const struct target *t)
{
    struct run *run = s->run;
    clock_utc(run->started, sizeof run->started);
    run->arena = arena_new();
    run->results = calloc(s->count + 1, sizeof *run->results);
    s->jobs = calloc(s->count + 1, sizeof *s->jobs);
    s->list = calloc(s->count + 1, sizeof *s->list);
    if (!run->arena || !run->results || !s->jobs || !s->list)
        return false;
    run->count = s->count;
    run->target_name = arena_string(run->arena, t->name ? t->name : "");
    run->endpoint = arena_string(run->arena, t->endpoint.text ? t->endpoint.text : "");
    run->seed = s->drive.options.seed;
    run->jobs = s->drive.options.jobs;
    for (size_t i = 0; i < s->count; i++)
        s->jobs[i] = (struct job){.scenario = s->scenarios[i], .result = &run->results[i], .place = i};
    return run->target_name && run->endpoint;
}

static void job_done(struct session *s, struct job *job)
{
    job->done = true;
    if (s->progress.call)
        s->progress.call(s->progress.context, job->result, ++s->progress.done, s->progress.total);
}

static void rest_give_up(struct session *s, enum verdict verdict, const char *reason)
{
    for (size_t i = 0; i < s->count; i++) {
        struct job *job = &s->jobs[i];
        if (job->done)
            continue;
        arena_free(job->result->arena);
        runner_not_run(&s->drive, job->scenario, job->result, verdict, reason);
        job_done(s, job);
    }
}

/* Those that ran when the target died keep what they saw; the rest is not tried. */
static void died_give_up(struct session *s)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->jobs[i].suspect && !s->jobs[i].done)
            job_done(s, &s->jobs[i]);
    if (!drive_stopped(&s->drive))
        rest_give_up(s, VERDICT_ERROR, "the target no longer answers");
}

enum phase { PHASE_TOGETHER, PHASE_RETRY, PHASE_ALONE };

/* Intrusive scenarios run alone too: what they do to a server is not to be put down to others. */
static bool runs_alone(const struct scenario *s)
{
    return s->alone || s->intrusive;
}

static size_t phase_list(struct session *s, enum phase phase)
{
    size_t n = 0;
    for (size_t i = 0; i < s->count; i++) {
        struct job *job = &s->jobs[i];
        bool mine = phase == PHASE_ALONE ? runs_alone(job->scenario) : !runs_alone(job->scenario);
        if (!job->done && mine && (phase != PHASE_RETRY || job->overloaded))
            s->list[n++] = job;
    }
    return n;
}

static int phase_workers(const struct session *s, enum phase phase, size_t count)
{
    int workers = phase == PHASE_ALONE ? 1 : s->drive.options.jobs;
    if (phase == PHASE_RETRY)
        workers = workers > 4 ? workers / 4 : 1;
    return count < (size_t)workers ? (int)count : workers;
}

/* Runs a phase to its end, over deaths of the target. False: the run is over. */
static bool phase_run(struct session *s, enum phase phase, struct error *e)
{
    size_t count;
    while ((count = phase_list(s, phase)) > 0 && !drive_stopped(&s->drive)) {
        size_t before = s->progress.done;
        bool retry = phase != PHASE_TOGETHER;
        if (!pool_run(&s->drive, s->list, count, phase_workers(s, phase, count), retry, &s->progress, e))
            return false;
        if (life_is_dead(&s->drive)) {
            if (!incident_clear(&s->drive, s->jobs, s->count, s->run)) {
                died_give_up(s);
                return false;
            }
        } else if (phase == PHASE_TOGETHER || s->progress.done == before) {
            break;
        }
    }
    return !drive_stopped(&s->drive);
}

static void phases_run(struct session *s, struct error *e)
{
    if (phase_run(s, PHASE_TOGETHER, e)) {
        if (phase_list(s, PHASE_RETRY) > 0)
            drive_sleep(&s->drive, REST_MS);
        if (phase_run(s, PHASE_RETRY, e))
            phase_run(s, PHASE_ALONE, e);
    }
    s->run->interrupted = drive_stopped(&s->drive);
    rest_give_up(s, s->run->interrupted ? VERDICT_SKIP : VERDICT_ERROR,
                 s->run->interrupted ? "interrupted" : "no worker could be made");
}

/* True where a second try may bring what the first did not: the server was busy, greylisted, not there. What failed is
 * never tried again. */
static bool may_be_retried(const struct job *job)
{
    enum verdict v = job->result->verdict;
    return job->done && (v == VERDICT_BLOCKED || v == VERDICT_ERROR);
}

/* Takes them up again; each keeps its result until it has another. Returns how many there are. */
static size_t retries_take(struct session *s)
{
    size_t count = 0;
    for (size_t i = 0; i < s->count; i++) {
        struct job *job = &s->jobs[i];
        if (!may_be_retried(job))
            continue;
        job->done = false;
        job->overloaded = true;
        count++;
    }
    s->progress.done -= count;
    return count;
}

static void retries_put_back(struct session *s)
{
    for (size_t i = 0; i < s->count; i++)
        if (!s->jobs[i].done)
            job_done(s, &s->jobs[i]);
}

static void retries_run(struct session *s, struct error *e)
{
    for (int i = 0; i < s->drive.options.retries; i++) {
        if (drive_stopped(&s->drive) || life_is_dead(&s->drive) || retries_take(s) == 0)
            break;
        s->drive.round++;
        drive_sleep(&s->drive, REST_MS);
        if (phase_run(s, PHASE_RETRY, e))
            phase_run(s, PHASE_ALONE, e);
        retries_put_back(s);
    }
    s->run->interrupted = drive_stopped(&s->drive);
}

/* Every scenario once, and once more what may be retried. */
static void scenarios_run(struct session *s, struct error *e)
{
    phases_run(s, e);
    retries_run(s, e);
}

/* A repetition that Ctrl-C cut off says nothing. */
static bool was_run(const struct session *s, const struct result *r)
{
    return !(s->run->interrupted && r->verdict == VERDICT_SKIP && r->attempts == 0);
}

/* Puts one more result of a scenario to that which stands; the worst one stands in the end. */
static void repetition_add(struct session *s, struct result *kept, struct result *again)
{
    if (!was_run(s, again)) {
        arena_free(again->arena);
        return;
    }
    kept->came[again->verdict]++;
    int attempts = kept->attempts + again->attempts;
    if (verdict_is_worse(again->verdict, kept->verdict)) {
        memcpy(again->came, kept->came, sizeof again->came);
        arena_free(kept->arena);
        *kept = *again;
    } else {
        arena_free(again->arena);
    }
    kept->attempts = attempts;
}

/* "unstable (pass 3, fail 2): what the worst one says". */
static void repetition_tell(struct result *r)
{
    struct buffer text = {0};
    if (!result_is_unstable(r) || !r->arena)
        return;
    for (int v = 0; v < VERDICT_COUNT; v++)
        if (r->came[v])
            buffer_printf(&text, "%s%s %d", text.len ? ", " : "", verdict_name((enum verdict)v), r->came[v]);
    const char *reason = arena_printf(r->arena, "unstable (%s)%s%s", buffer_string(&text), r->reason ? ": " : "",
                                      r->reason ? r->reason : "");
    r->reason = reason && !text.failed ? reason : r->reason;
    buffer_free(&text);
}

static void repetition_begin(struct session *s, struct result *results)
{
    s->drive.round++;
    for (size_t i = 0; i < s->count; i++)
        s->jobs[i] = (struct job){.scenario = s->jobs[i].scenario, .result = &results[i], .place = i};
}

/* Runs everything again, so often as was asked for. */
static void repetitions_run(struct session *s, struct error *e)
{
    struct result *kept = s->run->results;
    int times = s->drive.options.repeat;
    for (size_t i = 0; times > 1 && i < s->count; i++)
        kept[i].came[kept[i].verdict] += was_run(s, &kept[i]);
    for (int n = 1; n < times && !drive_stopped(&s->drive) && !life_is_dead(&s->drive); n++) {
        struct result *results = calloc(s->count + 1, sizeof *results);
        if (!results) {
            error_set(e, "no memory for a repetition");
            break;
        }
        repetition_begin(s, results);
        scenarios_run(s, e);
        for (size_t i = 0; i < s->count; i++)
            repetition_add(s, &kept[i], &results[i]);
        free(results);
    }
    for (size_t i = 0; i < s->count; i++)
        repetition_tell(&kept[i]);
}

static void plain(struct session *s, const char *id, struct result *result, size_t place, struct run *first)
{
    struct check_tally *tally = calloc(1, sizeof *tally);
    plain_run(&s->drive, id, result, tally, first);
    if (tally)
        checks_add(s->drive.checks, tally, place);
    free(tally);
}

static void plain_not_run(struct result *result, const char *id, enum verdict verdict, const char *reason)
{
    *result = (struct result){.id = id, .verdict = verdict, .arena = arena_new()};
    result->reason = result->arena ? arena_string(result->arena, reason) : "no memory";
}

/* Nobody there at all: said once, and nothing is tried. */
static void nobody_there(struct session *s, const char *why)
{
    char reason[WHY_SIZE + 64];
    snprintf(reason, sizeof reason, "nobody answers at %s: %s", s->run->endpoint, why);
    plain_not_run(&s->run->plain_first, "plain/first", VERDICT_ERROR, reason);
    plain_not_run(&s->run->plain_last, "plain/last", VERDICT_ERROR, reason);
    rest_give_up(s, VERDICT_ERROR, reason);
}

static void session_run(struct session *s, struct error *e)
{
    struct run *run = s->run;
    delivery_begin(s->drive.delivery);
    offers_survey(&s->drive);
    plain(s, "plain/first", &run->plain_first, PLACE_PLAIN_FIRST, run);
    premises_look(&s->drive, s->scenarios, s->count, run);
    scenarios_run(s, e);
    repetitions_run(s, e);
    if (run->interrupted || life_is_dead(&s->drive))
        plain_not_run(&run->plain_last, "plain/last", run->interrupted ? VERDICT_SKIP : VERDICT_ERROR,
                      run->interrupted ? "interrupted" : "the target no longer answers");
    else
        plain(s, "plain/last", &run->plain_last, PLACE_PLAIN_LAST, NULL);
}

bool driver_run(const struct target *t, const struct scenario *const *scenarios, size_t count,
                const struct driver_options *options, struct run *out, struct error *e)
{
    char why[WHY_SIZE] = "";
    struct session s = {.run = out, .scenarios = scenarios, .count = count};
    size_t total = options->repeat > 1 ? count * (size_t)options->repeat : count;
    bool answers, good = false;
    *out = (struct run){0};
    if (options->pin)
        pin_process();
    if (!drive_open(&s.drive, t, options, e))
        goto out;
    if (!run_begin(&s, t)) {
        error_set(e, "no memory to begin the run");
        goto out;
    }
    s.progress = (struct pool_progress){options->progress, options->progress_context, 0, total};
    if (!life_begin(&s.drive, &answers, why, e))
        goto out;
    if (s.progress.call)
        s.progress.call(s.progress.context, NULL, 0, total);
    if (answers)
        session_run(&s, e);
    else
        nobody_there(&s, why);
    out->duration_ns = clock_ns() - s.drive.started_ns;
    good = checks_report(s.drive.checks, options->library, out) || error_set(e, "no memory for the results");
out:
    life_end(&s.drive);
    drive_close(&s.drive);
    free(s.jobs);
    free(s.list);
    if (!good)
        run_free(out);
    return good;
}
