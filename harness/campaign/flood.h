/* A line that does not end: a server that keeps all of it fills its memory at the will of one client. RFC 5321 section
 * 4.5.3.1 lets it refuse what is too long; one that goes on reading and throws it away is right too, so what counts is
 * the memory of its processes while the line grows. */
#ifndef CAMPAIGN_FLOOD_H
#define CAMPAIGN_FLOOD_H

#include "base/buffer.h"

#include <sys/types.h>

struct flood {
    pid_t server; /* 0: not known, then nothing is found */
    uint64_t before_kib, now_kib, sent;
    int64_t deadline;
    bool suspicious;
};
void flood_begin(struct flood *f, pid_t server);
/* The next octets to send, in `room`; none when enough was sent to judge. `f->sent` is for the caller to count. */
void flood_next(struct flood *f, struct buffer *room);
/* KiB that the server has more than before, where that is most of what was sent; else 0. */
uint64_t flood_kept(struct flood *f);

#endif
