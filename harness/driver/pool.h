/* The worker pool: runs jobs in their order on some threads, slows down when the server answers 421 for load, and
 * stops when the target dies or the user wants it. */
#ifndef DRIVER_POOL_H
#define DRIVER_POOL_H

#include "runner.h"

struct job {
    const struct scenario *scenario;
    struct result *result; /* where the result goes, whatever finishes first */
    size_t place;          /* in the run, for the checks */
    bool done;             /* the result stands */
    bool overloaded;       /* blocked by a 421: to be tried once more, calmly */
    bool suspect;          /* it ran when the target died, or was the last one of its worker before */
};

struct pool_progress {
    void (*call)(void *context, const struct result *r, size_t done, size_t total);
    void *context;
    size_t done, total;
};

/* Runs the jobs that are not done. `retry`: results that a 421 blocks stand too. False: no thread could be made. */
bool pool_run(struct drive *d, struct job *const *jobs, size_t count, int workers, bool retry,
              struct pool_progress *progress, struct error *e);
/* One job on this thread. */
void pool_run_alone(struct drive *d, struct job *job);

#endif
