/* How fast the server answers, and from that, how long a reply that is owed is waited for. One is used by one thread.
 */
#ifndef CAMPAIGN_PACE_H
#define CAMPAIGN_PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pace {
    int64_t slowest_ms; /* of late; decays */
    int64_t known_ms;   /* something took so long and was answered after all */
    int64_t most_ms;    /* --timeout */
    bool hangs;         /* it is known to leave commands unanswered */
};
void pace_begin(struct pace *p, int64_t most_ms);
/* A session whose slowest reply took so long. */
void pace_add(struct pace *p, int64_t slowest_ms);
/* A reply that was given up came after so long, when it was given more time. */
void pace_forgive(struct pace *p, int64_t ms);
/* It leaves commands unanswered, as was confirmed: to wait long for each that comes of it would eat up all the time,
 * and what is only slow is confirmed with more patience anyway. */
void pace_hangs(struct pace *p);
int64_t pace_patience(const struct pace *p);  /* before something is suspected to hang */
int64_t pace_certainty(const struct pace *p); /* before it is said to hang */

#endif
