/* Runs scenarios against a target: worker pool, prologue, steps, checks, delivery, life of the target. Reads top to
 * bottom: blocking calls with deadlines, one thread for each worker. */
#ifndef DRIVER_DRIVER_H
#define DRIVER_DRIVER_H

#include "driver/checks.h"
#include "driver/options.h"
#include "scenario/library.h"
#include "scenario/result.h"
#include "scenario/target.h"

/* Runs `scenarios`. False only when nothing could be begun (no memory, the launch command fails): a target that does
 * not answer gives a run full of VERDICT_ERROR, said at once by `plain_first`. The caller owns `out` (run_free). */
bool driver_run(const struct target *t, const struct scenario *const *scenarios, size_t count,
                const struct driver_options *options, struct run *out, struct error *e);

/* What a server says of itself, for `smtpspec probe`. Texts live in `arena`. */
struct probe {
    struct arena *arena;
    struct bytes greeting, ehlo, ehlo_tls; /* raw replies; len 0: not seen */
    bool starttls_offered, starttls_done, implicit_tls;
    const char *problem; /* why no session came about: no TLS, no greeting of 220, no 250 to EHLO; NULL: it did */
    const char *tls_version, *tls_cipher, *tls_problem; /* NULL: none */
    const char *certificate_subject, *certificate_issuer, *certificate_names, *certificate_not_after;
    const char *certificate_verified; /* "yes", or why not */
    int certificate_days_left;
    struct transcript transcript;
};
bool driver_probe(const struct target *t, const struct driver_options *options, struct probe *out, struct error *e);

#endif
