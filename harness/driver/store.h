/* One mailbox: how its messages are read, for each kind. */
#ifndef DRIVER_STORE_H
#define DRIVER_STORE_H

#include "driver/delivery.h"

#include <pthread.h>
#include <sys/stat.h>

/* A set of numbers (hashes of file names or of whole messages), open addressing. */
struct number_set {
    uint64_t *slots; /* 0: free */
    size_t count, capacity;
};

struct store {
    const struct mailbox *mailbox;
    const char *directory; /* where a command runs */
    pthread_mutex_t lock;
    struct number_set known; /* file names seen; for mbox and command: messages that were there before the run */
    char **paths;            /* files that came since the run began, in the order in which they were seen */
    size_t count, capacity;
    struct timespec scanned[2]; /* change times of new/ and cur/ at the last scan, if it was long enough ago */
    bool scanned_valid;
    enum arrival arrival;
};

bool store_open(struct store *s, const struct mailbox *m, const char *directory);
void store_close(struct store *s);
void store_begin(struct store *s);
size_t store_mark(struct store *s);
/* Hands each message behind `*looked` to `take` (false ends) and raises `*looked`. False: it cannot be read. */
bool store_read(struct store *s, size_t *looked, bool (*take)(void *context, struct bytes message), void *context,
                char *why, size_t why_size);

bool number_add(struct number_set *set, uint64_t n); /* false: it is there already, or no memory */
bool number_has(const struct number_set *set, uint64_t n);

/* Messages in mbox form: each begins at a line "From ". ">From " is undone (mboxrd: one ">" less). */
bool mbox_split(struct bytes content, bool (*take)(void *context, struct bytes message), void *context);

#endif
