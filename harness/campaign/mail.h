/* Sessions that had to do with mail are played again, some at a time, and the mailboxes looked at: where what came is
 * not what was promised, the session is searched for. Apart from the other sessions, since mail may take its time. */
#ifndef CAMPAIGN_MAIL_H
#define CAMPAIGN_MAIL_H

#include "campaign_internal.h"

struct mail *mail_new(void);
void mail_free(struct mail *m);
/* Notes an input that was just played, with what it was promised; looks into the mailboxes when there are enough. */
void mail_follow(struct worker *w, struct bytes text, const struct promises *promised);

#endif
