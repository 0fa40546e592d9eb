/* One line on standard error that tells how far a run is, kept up to date. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include "scenario/result.h"

struct progress {
    bool on;
    int64_t begin_ms, last_ms;
    size_t failed;
};
/* `quiet`, or standard error being no terminal: nothing will be shown. */
void progress_begin(struct progress *p, bool quiet);
/* For driver_options.progress; the context is the struct progress. */
void progress_step(void *context, const struct result *r, size_t done, size_t total);
/* Takes the line away. */
void progress_end(struct progress *p);

#endif
