/* The mailboxes of a target while sessions are played: what came, against what was promised (envelope.h). Used by one
 * thread at a time, while nobody else talks to the server. */
#ifndef CAMPAIGN_POST_H
#define CAMPAIGN_POST_H

#include "envelope.h"
#include "oracle.h"

struct post; /* opaque */

/* `*out` is NULL where the target names no mailbox, or more than can be kept apart. False with `e` set: no memory. What
 * is in the mailboxes now belongs to nobody. */
bool post_open(const struct target *t, struct post **out, struct error *e);
void post_free(struct post *p); /* NULL is fine */

/* Before the sessions: what is still on its way from others is waited for (the target's settle time), and forgotten. */
void post_begin(struct post *p);
/* Sessions were played beside it: the next post_begin has to wait. From any thread. */
void post_disturb(struct post *p);
/* After them: adds a symptom for each mailbox in which there is more or less than was promised. */
void post_judge(struct post *p, const struct promises *promised, struct symptoms *found);

/* Without judging: waits for the settle time; messages for each mailbox since post_begin. */
void post_wait(struct post *p);
void post_count(const struct post *p, size_t out[MAILBOXES_MOST]);

#endif
