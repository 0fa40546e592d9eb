#include "incident.h"

#include "life.h"

#include <stdlib.h>
#include <string.h>

static const char *suspects_text(struct arena *a, const struct job *jobs, size_t count)
{
    struct buffer text = {0};
    for (size_t i = 0; i < count; i++)
        if (jobs[i].suspect)
            buffer_printf(&text, "%s%s", text.len > 0 ? ", " : "", jobs[i].scenario->id);
    const char *out = arena_string(a, buffer_string(&text));
    buffer_free(&text);
    return out;
}

/* How many there are with that id, whatever number stands behind it. */
static size_t extra_same(const struct run *run, const char *id)
{
    size_t same = 0, len = strlen(id);
    for (size_t i = 0; i < run->extra_count; i++)
        same += strncmp(run->extra[i].id, id, len) == 0;
    return same;
}

void incident_add(struct drive *d, struct run *run, const struct result *result)
{
    struct result *grown = realloc(run->extra, (run->extra_count + 1) * sizeof *grown);
    if (!grown) {
        arena_free(result->arena);
        return;
    }
    run->extra = grown;
    size_t same = extra_same(run, result->id);
    struct result *r = &grown[run->extra_count++];
    *r = *result;
    r->verdict = r->verdict == VERDICT_PASS ? VERDICT_ERROR : r->verdict;
    r->attempts = 1;
    r->started_ns = clock_ns() - d->started_ns - r->duration_ns;
    /* Results are told apart by id. */
    if (same)
        r->id = arena_printf(r->arena, "%s-%zu", result->id, same + 1);
}

static void died_add(struct drive *d, const struct job *jobs, size_t count, struct run *run, const char *why)
{
    struct result r = {
        .id = "target/died", .verdict = VERDICT_FAIL, .expected = "the target lives", .arena = arena_new()};
    if (!r.arena)
        return;
    r.reason = arena_printf(r.arena, "the target died: nobody answered any more (%s)", why);
    r.found = suspects_text(r.arena, jobs, count);
    incident_add(d, run, &r);
}

static void suspect_failed(struct result *r)
{
    r->verdict = VERDICT_FAIL;
    r->reason = "the target died: nobody answers any more";
    r->expected = "the target lives";
    r->found = "nobody answers any more, twice, the second time with nothing else running";
}

/* Runs one suspect alone. True when the target is dead again. */
static bool suspect_repeats(struct drive *d, struct job *job)
{
    struct result before = *job->result, again = {.attempts = before.attempts};
    struct job alone = {.scenario = job->scenario, .result = &again, .place = job->place};
    pool_run_alone(d, &alone);
    bool dead = life_is_dead(d) || !life_look(d);
    if (dead)
        suspect_failed(&again);
    /* A result that stood before the death stands, unless it is the one. */
    bool take = dead || !job->done;
    *job->result = take ? again : before;
    arena_free(take ? before.arena : again.arena);
    job->done = true;
    return dead;
}

static void suspects_forget(struct job *jobs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        jobs[i].suspect = false;
}

bool incident_clear(struct drive *d, struct job *jobs, size_t count, struct run *run)
{
    struct error e = {0};
    bool repeated = false;
    if (drive_stopped(d))
        return false;
    if (!life_revive(d, &e)) {
        died_add(d, jobs, count, run, e.text);
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!jobs[i].suspect || drive_stopped(d) || !suspect_repeats(d, &jobs[i]))
            continue;
        repeated = true;
        if (!life_revive(d, &e)) {
            died_add(d, jobs, count, run, e.text);
            return false;
        }
    }
    if (!repeated)
        died_add(d, jobs, count, run, "none of what ran then repeats it alone");
    suspects_forget(jobs, count);
    return true;
}
