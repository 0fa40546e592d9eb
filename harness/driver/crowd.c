/* Acts that open many connections: `crowd` and `cut`. What is said on them is not kept, nor judged. */
#include "life.h"
#include "runner.h"

#include <stdlib.h>
#include <sys/resource.h>

enum { ANSWERS_MS = 100 };

/* Other sides need descriptors too; as many as the system allows. */
static void allow_descriptors(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max)
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static struct connection *open_one(struct runner *r, struct error *e)
{
    enum net_status status;
    return connection_open(r->drive, r->route.implicit, NULL, NULL, NULL, &status, e);
}

static void close_all(struct connection **all, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        connection_close(all[i]);
        connection_free(all[i]);
    }
    free(all);
}

/* How they were received, for the transcript. */
static void note_crowd(struct runner *r, const struct step *s, struct connection **all, int64_t opened, int64_t wanted)
{
    int64_t greeted = 0, refused = 0, closed = 0;
    int64_t deadline = drive_deadline(r->drive, r->drive->options.timeout_ms);
    for (int64_t i = 0; i < opened && !r->route.implicit; i++) {
        enum taken taken = connection_take(all[i], deadline);
        greeted += taken == TAKEN_REPLY && all[i]->reply.code == 220;
        refused += taken == TAKEN_REPLY && all[i]->reply.code != 220;
        closed += taken == TAKEN_CLOSE;
    }
    recorder_text(&r->recorder, EVENT_NOTE, s->connection,
                  "of %lld connections %lld were made; %lld greeted, %lld refused by a reply, %lld closed",
                  (long long)wanted, (long long)opened, (long long)greeted, (long long)refused, (long long)closed);
}

bool act_crowd(struct runner *r, struct connection *c, const struct step *s)
{
    int64_t times, opened = 0;
    struct error e;
    (void)c;
    if (!act_times(r, s, &times))
        return false;
    struct connection **all = calloc((size_t)times + 1, sizeof *all);
    if (!all)
        return runner_end(r, VERDICT_ERROR, &s->mark, NULL, NULL, "no memory for %lld connections", (long long)times);
    allow_descriptors();
    while (opened < times && !drive_stopped(r->drive) && (all[opened] = open_one(r, &e)))
        opened++;
    note_crowd(r, s, all, opened, times);
    bool going = runner_steps(r, &s->steps);
    close_all(all, opened);
    return going;
}

/* One client that goes away after `octets`, once it has the answers that are owed. */
static bool vanish(struct runner *r, struct bytes octets, bool reset, struct error *e)
{
    struct connection *c = open_one(r, e);
    if (!c)
        return false;
    int64_t deadline = drive_deadline(r->drive, ANSWERS_MS);
    connection_send(c, octets);
    while (dialog_owed(&c->dialog) > 0 && connection_take(c, deadline) == TAKEN_REPLY)
        ;
    if (reset)
        connection_reset(c);
    else
        connection_close(c);
    connection_free(c);
    return true;
}

bool act_cut(struct runner *r, struct connection *c, const struct step *s)
{
    struct buffer octets = {0};
    struct error e = {0};
    bool going = octets_make(r, s, &octets);
    (void)c;
    for (size_t len = 1; going && len <= octets.len; len++) {
        if (drive_stopped(r->drive))
            going = runner_end(r, VERDICT_SKIP, &s->mark, NULL, NULL, "interrupted");
        else if (!vanish(r, bytes_slice(buffer_bytes(&octets), 0, len), len % 2, &e))
            going = life_look(r->drive) ? runner_end(r, VERDICT_BLOCKED, &s->mark, NULL, NULL,
                                                     "connection %zu was not taken: %s", len, e.text)
                                        : runner_died(r, &s->mark);
    }
    buffer_free(&octets);
    return going;
}
