/* The last sessions of a campaign, of all its workers: what the server dies of may be one of them. */
#ifndef CAMPAIGN_RECENT_H
#define CAMPAIGN_RECENT_H

#include "base/buffer.h"

/* Of the last few it is known what their connections had seen before; together they hold no more than so many octets.
 */
enum { RECENT_MOST = 1024, RECENT_FEW = 6, RECENT_BEFORE_MOST = 65536, RECENT_OCTETS = 1 << 21 };

struct session_kept {
    struct buffer text;
    struct buffer before; /* what its connection had seen before it; empty where that is too much to keep */
};
struct recent {
    struct session_kept of[RECENT_MOST]; /* a ring */
    size_t added;                        /* ever */
    size_t count;                        /* of those that are still there */
    size_t octets;                       /* in their texts */
};
void recent_add(struct recent *r, struct bytes before, struct bytes text);
/* 0: the last one that was added. NULL: there are not so many. */
const struct session_kept *recent_at(const struct recent *r, size_t back);
/* All of them are forgotten, and their memory is given back. */
void recent_clear(struct recent *r);

#endif
