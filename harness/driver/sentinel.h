/* A sentinel: a plain message that is sent only to see whether messages arrive in a mailbox. One goes to each mailbox
 * before the scenarios (premises.c), more where a scenario's message is missing or must not come (delivered.c). */
#ifndef DRIVER_SENTINEL_H
#define DRIVER_SENTINEL_H

#include "drive.h"
#include "driver/delivery.h"
#include "runner.h"

enum sentinel_fate {
    SENTINEL_ARRIVED,
    SENTINEL_REFUSED, /* not accepted: see `why` */
    SENTINEL_MISSING  /* accepted, and not there in time */
};

struct sentinel {
    struct store *store;
    struct bytes to;
    const char *id; /* of the result that asks */
    size_t from;    /* entries of the store before this one are not looked at */
    struct recorder *recorder;
    /* What came of it. */
    char nonce[NONCE_LENGTH + 1]; /* in the message */
    char why[WHY_SIZE];
};

/* How long, in ms before --timeout-scale, a message gets to arrive. */
int64_t arrival_ms(const struct target *t);

/* Looks until `count` messages are there, or the time is up. In a store where a message may be seen half written, what
 * was seen has to be the same twice. */
bool search_until(const struct drive *d, struct search *s, size_t count, int64_t deadline);

/* Sends one and waits for it. What came of it is noted at the store (store_arrival). */
enum sentinel_fate sentinel_try(struct drive *d, struct sentinel *s);

#endif
