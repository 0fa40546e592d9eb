#include "pool.h"

#include "life.h"

#include <pthread.h>
#include <stdlib.h>

/* After a 421 nothing begins for so long, and half of the workers rest; every so many results without one, one more
 * works again. */
enum { PAUSE_MS = 500, CALM_RESULTS = 20 };

struct pool {
    struct drive *drive;
    struct job *const *jobs;
    size_t count;
    bool retry;
    struct pool_progress *progress;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t next;
    int active, limit, workers;
    int calm;
    int64_t resume_ms; /* nothing begins before */
};

struct worker {
    struct pool *pool;
    pthread_t thread;
    struct job *last; /* finished by it most lately */
};

static bool over(const struct pool *p)
{
    return p->next >= p->count || drive_stopped(p->drive) || life_is_dead(p->drive);
}

/* Waits for the next job; NULL: no more. The lock is held. */
static struct job *job_next(struct pool *p)
{
    while (!over(p)) {
        int64_t pause = p->resume_ms - clock_ms();
        if (pause > 0) {
            pthread_mutex_unlock(&p->lock);
            clock_sleep_ms(pause < 50 ? pause : 50);
            pthread_mutex_lock(&p->lock);
        } else if (p->active >= p->limit) {
            pthread_cond_wait(&p->changed, &p->lock);
        } else {
            struct job *job = p->jobs[p->next++];
            if (!job->done)
                return job;
        }
    }
    return NULL;
}

static void slow_down(struct pool *p)
{
    p->calm = 0;
    p->limit = p->limit > 1 ? p->limit / 2 : 1;
    p->resume_ms = clock_ms() + drive_ms(p->drive, PAUSE_MS);
}

static void speed_up(struct pool *p)
{
    if (p->limit < p->workers && ++p->calm >= CALM_RESULTS) {
        p->calm = 0;
        p->limit++;
    }
}

static void job_finish(struct pool *p, struct job *job, struct outcome outcome)
{
    if (outcome.died || life_is_dead(p->drive)) {
        job->suspect = true;
        return;
    }
    job->overloaded = outcome.overload;
    if (outcome.overload)
        slow_down(p);
    else
        speed_up(p);
    if (job->overloaded && !p->retry)
        return;
    job->done = true;
    if (p->progress && p->progress->call)
        p->progress->call(p->progress->context, job->result, ++p->progress->done, p->progress->total);
}

static struct outcome job_run(struct drive *d, struct job *job)
{
    struct check_tally *tally = calloc(1, sizeof *tally);
    int attempts = job->result->attempts;
    arena_free(job->result->arena);
    struct outcome outcome = runner_run(d, job->scenario, job->result, tally);
    job->result->attempts += attempts;
    if (tally)
        checks_add(d->checks, tally, job->place);
    free(tally);
    return outcome;
}

void pool_run_alone(struct drive *d, struct job *job)
{
    struct outcome outcome = job_run(d, job);
    job->overloaded = outcome.overload;
}

static void *worker_main(void *context)
{
    struct worker *w = context;
    struct pool *p = w->pool;
    struct job *job;
    pthread_mutex_lock(&p->lock);
    while ((job = job_next(p))) {
        p->active++;
        pthread_mutex_unlock(&p->lock);
        struct outcome outcome = job_run(p->drive, job);
        pthread_mutex_lock(&p->lock);
        p->active--;
        job_finish(p, job, outcome);
        if (!job->suspect)
            w->last = job;
        pthread_cond_broadcast(&p->changed);
    }
    pthread_cond_broadcast(&p->changed);
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

/* Signals are for the main thread: a worker's system calls are not to be cut short. */
static int workers_start(struct pool *p, struct worker *workers)
{
    sigset_t all, before;
    int started = 0;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (; started < p->workers; started++) {
        workers[started].pool = p;
        if (pthread_create(&workers[started].thread, NULL, worker_main, &workers[started]) != 0)
            break;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}

bool pool_run(struct drive *d, struct job *const *jobs, size_t count, int workers, bool retry,
              struct pool_progress *progress, struct error *e)
{
    struct pool p = {.drive = d,
                     .jobs = jobs,
                     .count = count,
                     .retry = retry,
                     .progress = progress,
                     .limit = workers,
                     .workers = workers};
    struct worker *all = calloc((size_t)workers, sizeof *all);
    if (!all || pthread_mutex_init(&p.lock, NULL) != 0) {
        free(all);
        return error_set(e, "no memory for the workers");
    }
    pthread_cond_init(&p.changed, NULL);
    int started = workers_start(&p, all);
    for (int i = 0; i < started; i++)
        pthread_join(all[i].thread, NULL);
    for (int i = 0; i < started; i++)
        if (life_is_dead(d) && all[i].last)
            all[i].last->suspect = true;
    pthread_cond_destroy(&p.changed);
    pthread_mutex_destroy(&p.lock);
    free(all);
    return started > 0 || error_set(e, "no thread could be made");
}
