/* How to drive sessions: what `smtpspec test` and a campaign have in common. */
#ifndef DRIVER_OPTIONS_H
#define DRIVER_OPTIONS_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct library;
struct result;

struct driver_options {
    int jobs;                          /* workers; 0: the target's, else 4 */
    double rate;                       /* sessions a second; 0: the target's, else no limit */
    int64_t timeout_ms;                /* for one reply; 0: 10 s */
    double timeout_scale;              /* multiplies every wait; 0: 1 */
    bool intrusive, lockout, slow;     /* run what is marked so */
    uint64_t seed;                     /* for ${random} and nonces; 0: from the clock */
    int retries;                       /* how often what is blocked or in error is tried again; 0: never */
    int repeat;                        /* how often each scenario is run; 0, 1: once */
    bool pin;                          /* all on one core, the target launched by us too */
    const struct library *library;     /* for the requirements of the checks */
    const volatile sig_atomic_t *stop; /* not 0: stop as soon as the running steps end; NULL: never */
    /* Called by one thread at a time. `r` is NULL before the first. */
    void (*progress)(void *context, const struct result *r, size_t done, size_t total);
    void *progress_context;
};

#endif
