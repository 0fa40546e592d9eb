/* Other servers that get the same inputs: where they answer in another class, or have another number of messages in a
 * mailbox, a lead is written. What is right no difference can say; but where two servers differ, one of them may be
 * wrong, and what stands between two hops that differ is what smuggling is made of. */
#ifndef CAMPAIGN_AGAINST_H
#define CAMPAIGN_AGAINST_H

#include "campaign_internal.h"

struct rival; /* one other server */

/* All of `o->against`, started where their files say how. NULL with `e` set. */
struct rival *rivals_open(const struct campaign_options *o, struct error *e);
void rivals_close(struct rival *r, size_t count); /* NULL is fine */

/* Plays the input at each of them, on connections of their own, and compares with what w->outcome has: symptoms are
 * added. `record` gets their conversations; NULL: not wanted. `mail`: the mailboxes are compared too; that takes the
 * settle time, and the input was just played with PLAY_MAIL at the first server. */
void against_judge(struct worker *w, struct bytes text, unsigned flags, struct buffer *record, struct symptoms *found);
/* Sessions that were just played at the first server, behind a post_begin: adds a symptom where the numbers of messages
 * that they brought differ. */
void against_mail(struct worker *w, const struct buffer *texts, size_t count, struct symptoms *found);
/* A difference in what was delivered, not in the replies. */
bool difference_is_mail(const struct symptom *s);
/* The first difference between two outcomes of one input as a symptom. False: there is none that is certain. */
bool outcomes_differ(const struct outcome *a, const struct outcome *b, const char *other, struct symptom *out);

#endif
