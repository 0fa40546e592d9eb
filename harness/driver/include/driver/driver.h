/* Runs scenarios against a target: worker pool, prologue, steps, checks, delivery, life of the target. Reads top to
 * bottom: blocking calls with deadlines, one thread for each worker. */
#ifndef DRIVER_DRIVER_H
#define DRIVER_DRIVER_H

#include "scenario/library.h"
#include "scenario/result.h"
#include "scenario/target.h"

#include <signal.h>

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

/* Runs `scenarios`. False only when nothing could be begun (no memory, the launch command fails): a target that does
 * not answer gives a run full of VERDICT_ERROR, said at once by `plain_first`. The caller owns `out` (run_free). */
bool driver_run(const struct target *t, const struct scenario *const *scenarios, size_t count,
                const struct driver_options *options, struct run *out, struct error *e);

/* What a server says of itself, for `smtpspec probe`. Texts live in `arena`. */
struct probe {
    struct arena *arena;
    struct bytes greeting, ehlo, ehlo_tls; /* raw replies; len 0: not seen */
    bool starttls_offered, starttls_done, implicit_tls;
    const char *tls_version, *tls_cipher, *tls_problem; /* NULL: none */
    const char *certificate_subject, *certificate_issuer, *certificate_names, *certificate_not_after;
    const char *certificate_verified; /* "yes", or why not */
    int certificate_days_left;
    struct transcript transcript;
};
bool driver_probe(const struct target *t, const struct driver_options *options, struct probe *out, struct error *e);

/* The checks: name and requirement of each, for `list` and documentation. */
struct check_info {
    const char *name;        /* "reply-line-length" */
    const char *requirement; /* id of its row */
    const char *summary;
};
const struct check_info *check_table(size_t *count);

#endif
