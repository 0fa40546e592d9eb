#include "runner.h"

#include "driver/delivery.h"
#include "life.h"
#include "prologue.h"

#include <stdio.h>
#include <string.h>

bool runner_end(struct runner *r, enum verdict verdict, const struct mark *mark, const char *expected,
                const char *found, const char *format, ...)
{
    char reason[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(reason, sizeof reason, format, args);
    va_end(args);
    if (r->ended)
        return false;
    struct result *result = r->result;
    r->ended = true;
    result->verdict = verdict;
    result->reason = arena_string(result->arena, reason);
    result->expected = expected;
    result->found = found ? arena_string(result->arena, found) : NULL;
    result->step = mark ? *mark : (struct mark){0};
    if (!result->reason)
        result->reason = "no memory for the reason";
    return false;
}

void runner_warn(struct runner *r, const struct mark *mark, const char *expected, const char *found)
{
    struct result *result = r->result;
    if (result->verdict == VERDICT_WARN)
        return;
    result->verdict = VERDICT_WARN;
    result->reason = arena_printf(result->arena, "preferred %s, %s", expected, found);
    result->expected = expected;
    result->found = found;
    result->step = *mark;
}

enum verdict runner_broken(const struct runner *r)
{
    enum level level = r->scenario->requirement ? r->scenario->requirement->level : LEVEL_MUST;
    return level == LEVEL_SHOULD || level == LEVEL_MAY ? VERDICT_WARN : VERDICT_FAIL;
}

bool runner_died(struct runner *r, const struct mark *mark)
{
    r->died = true;
    return runner_end(r, VERDICT_ERROR, mark, NULL, "nobody answers", "the target no longer answers");
}

struct connection *runner_connection(struct runner *r, const char *name)
{
    for (struct connection *c = r->connections; c; c = c->next)
        if (name && c->name ? strcmp(name, c->name) == 0 : name == c->name)
            return c;
    return NULL;
}

static void connection_put(struct runner *r, struct connection *fresh)
{
    struct connection **at = &r->connections;
    while (*at && (*at != runner_connection(r, fresh->name)))
        at = &(*at)->next;
    struct connection *old = *at;
    fresh->next = old ? old->next : NULL;
    *at = fresh;
    connection_free(old);
}

struct connection *runner_open(struct runner *r, const char *name, enum start start)
{
    struct opening p = {.drive = r->drive,
                        .start = start,
                        .route = r->route,
                        .name = name,
                        .recorder = &r->recorder,
                        .tally = r->tally};
    struct connection *c = prologue_open(&p);
    if (!c) {
        r->overload = p.overload;
        r->died = life_is_dead(r->drive);
        runner_end(r, p.verdict, NULL, NULL, NULL, "%s", p.reason);
        return NULL;
    }
    connection_put(r, c);
    return c;
}

struct connection *runner_open_raw(struct runner *r, const char *name)
{
    return runner_open(r, name, START_NOTHING);
}

bool runner_steps(struct runner *r, const struct steps *s)
{
    for (size_t i = 0; i < s->count; i++) {
        if (drive_stopped(r->drive))
            return runner_end(r, VERDICT_SKIP, NULL, NULL, NULL, "interrupted");
        if (!act_run(r, &s->items[i]))
            return false;
    }
    return true;
}

/* A scenario that left the server alone has to find it as it was; one that went away too. */
static void alive_check(struct runner *r)
{
    char why[WHY_SIZE] = "";
    bool judged = r->result->verdict == VERDICT_PASS || r->result->verdict == VERDICT_WARN;
    if (!r->scenario->alive || !judged)
        return;
    enum greeted greeted = life_greeted(r->drive, r->drive->options.timeout_ms, NULL, why);
    if (greeted == GREETED) {
        recorder_text(&r->recorder, EVENT_NOTE, NULL, "a new connection was greeted");
        return;
    }
    r->ended = false;
    if (!life_look(r->drive))
        runner_died(r, NULL);
}

static void connections_free(struct runner *r)
{
    for (struct connection *c = r->connections, *next; c; c = next) {
        next = c->next;
        connection_close(c);
        connection_free(c);
    }
    r->connections = NULL;
}

static void scenario_run(struct runner *r)
{
    char why[WHY_SIZE] = "";
    const struct scenario *s = r->scenario;
    if (!offers_route(r->drive, s, &r->route, why) || !offers_meet(r->drive, s, &r->route, why)) {
        bool unknown = offers_unknown(&r->drive->offers, &r->route, why);
        runner_end(r, unknown ? VERDICT_BLOCKED : VERDICT_SKIP, NULL, NULL, NULL, "%s", why);
        return;
    }
    if (runner_open(r, NULL, s->start) && runner_steps(r, &s->steps))
        ending_run(r);
    connections_free(r);
    alive_check(r);
    if (r->recorder.out_of_memory) {
        r->ended = false;
        runner_end(r, VERDICT_ERROR, NULL, NULL, NULL, "no memory for the transcript");
    }
}

static bool result_begin(struct drive *d, const struct scenario *s, struct result *result)
{
    *result = (struct result){.id = s->id,
                              .scenario = s,
                              .requirement = s->requirement,
                              .verdict = VERDICT_PASS,
                              .attempts = 1,
                              .started_ns = clock_ns() - d->started_ns,
                              .arena = arena_new()};
    if (result->arena)
        return true;
    result->verdict = VERDICT_ERROR;
    result->reason = "no memory";
    return false;
}

void runner_not_run(struct drive *d, const struct scenario *s, struct result *result, enum verdict verdict,
                    const char *reason)
{
    if (!result_begin(d, s, result))
        return;
    result->attempts = 0;
    result->verdict = verdict;
    result->reason = arena_string(result->arena, reason);
}

static const char *not_asked_for(const struct drive *d, const struct scenario *s)
{
    if (s->intrusive && !d->options.intrusive)
        return "it is intrusive, and --intrusive was not given";
    if (s->lockout && !d->options.lockout)
        return "it logs in with wrong passwords, and --lockout was not given";
    if (s->slow && !d->options.slow)
        return "it is slow, and --slow was not given";
    return NULL;
}

struct outcome runner_run(struct drive *d, const struct scenario *s, struct result *result, struct check_tally *tally)
{
    const char *reason = not_asked_for(d, s);
    if (reason) {
        runner_not_run(d, s, result, VERDICT_SKIP, reason);
        return (struct outcome){0};
    }
    if (!result_begin(d, s, result))
        return (struct outcome){0};
    int64_t began = clock_ns();
    struct runner r = {.drive = d, .scenario = s, .result = result, .tally = tally};
    r.recorder = (struct recorder){.arena = result->arena, .transcript = &result->transcript, .origin_ns = began};
    r.marks = arena_array(result->arena, delivery_count(d->delivery) + 1, sizeof *r.marks);
    variables_begin(&r);
    if (r.marks) {
        delivery_mark(d->delivery, r.marks);
        scenario_run(&r);
    } else {
        runner_end(&r, VERDICT_ERROR, NULL, NULL, NULL, "no memory");
    }
    result->duration_ns = clock_ns() - began;
    /* Who turns everybody away is not busier now than at the start. */
    bool always = d->plain.code == 421;
    return (struct outcome){.died = r.died, .overload = r.overload && !always};
}
