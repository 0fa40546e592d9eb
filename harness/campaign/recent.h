/* The last few sessions of a campaign, of all its workers: what the server dies of may be one of them. */
#ifndef CAMPAIGN_RECENT_H
#define CAMPAIGN_RECENT_H

#include "base/buffer.h"

enum { RECENT_MOST = 6, RECENT_BEFORE_MOST = 65536 };

struct session_kept {
    struct buffer text;
    struct buffer before; /* what its connection had seen before it; empty where that is too much to keep */
};
struct recent {
    struct session_kept of[RECENT_MOST];
    size_t count; /* ever added */
};
void recent_add(struct recent *r, struct bytes before, struct bytes text);
/* 0: the last one that was added. NULL: there are not so many. */
const struct session_kept *recent_at(const struct recent *r, size_t back);
void recent_free(struct recent *r);

#endif
