/* What all parts of one run share: the target, the options with their defaults filled in, TLS settings, and the parts
 * that are shared by the workers (each with a lock of its own). Fixed once the workers run. */
#ifndef DRIVER_DRIVE_H
#define DRIVER_DRIVE_H

#include "driver/driver.h"
#include "net/net.h"
#include "offers.h"

struct checks;
struct delivery;
struct life;
struct pace;

/* What the plain transaction was refused with (driver/plain.c). */
struct refusal {
    int place; /* refusal_place */
    int code;  /* 0: it was not refused, or not as a policy */
};

struct drive {
    const struct target *target;
    struct driver_options options; /* no field is 0 that has a default */
    struct net_tls *tls;           /* client settings */
    struct pace *pace;
    struct checks *checks;
    struct delivery *delivery;
    struct life *life;
    struct offers offers; /* what the server offers; read-only for workers */
    struct refusal plain; /* read-only for workers */
    int64_t started_ns;
    uint64_t round; /* how often scenarios were begun again (--retries, --repeat) */
};

/* Fills in defaults and makes the shared parts. The drive is closed by drive_close in any case. */
bool drive_open(struct drive *d, const struct target *t, const struct driver_options *options, struct error *e);
void drive_close(struct drive *d);

/* The seed of this round: of the first one the run's, so that a nonce is of one attempt only. */
uint64_t drive_seed(const struct drive *d);
/* A wait in ms after --timeout-scale. */
int64_t drive_ms(const struct drive *d, int64_t ms);
/* The deadline after so many ms, scaled. */
int64_t drive_deadline(const struct drive *d, int64_t ms);
/* The user asked to stop. */
bool drive_stopped(const struct drive *d);
/* Sleeps for so many ms (scaled); ends early when the user asks to stop. */
void drive_sleep(const struct drive *d, int64_t ms);
/* Waits until the next session may begin (--rate). */
void drive_pace(struct drive *d);

/* How long a target gets to show that it still lives. */
enum { LOOK_MS = 2000 };

#endif
