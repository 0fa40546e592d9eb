/* Makes an input small while something about it stays: commands are left out, then octets, then marks. */
#ifndef CAMPAIGN_MINIMISE_H
#define CAMPAIGN_MINIMISE_H

#include "base/buffer.h"

struct minimise {
    /* True when the input still shows what it is about. */
    bool (*shows)(void *context, struct bytes text);
    void *context;
    size_t most_tests;
    int64_t deadline;
    size_t tests; /* done */
};
/* `text` is replaced by the smallest that was found; it shows what it is about. */
void minimise(struct minimise *m, struct buffer *text);

#endif
