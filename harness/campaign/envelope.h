/* What a session was promised about the mailboxes of its target: fed with the commands that were sent and with each
 * reply, it tells how many messages have to be in each of them, and how many may be (RFC 5321 sections 3.3, 4.2.5). */
#ifndef CAMPAIGN_ENVELOPE_H
#define CAMPAIGN_ENVELOPE_H

#include "base/buffer.h"
#include "scenario/target.h"

enum { MAILBOXES_MOST = 8, ENVELOPE_RECIPIENTS = 128 };

/* For one mailbox. */
struct promise {
    unsigned least, most;
    bool refused; /* as a recipient, at least once */
    bool named;   /* by a RCPT */
};
struct promises {
    struct promise of[MAILBOXES_MOST]; /* in the order of the target */
    bool loose;     /* more may come: an address that may lead there too, a notification to a sender that is one */
    bool uncertain; /* nothing can be said */
};

struct envelope {
    const struct target *target;
    bool lmtp;
    struct buffer waiting;                 /* MAIL and RCPT lines without a reply, each behind its length */
    bool loose;                            /* this transaction is */
    bool travelled;                        /* fields stand in a message by which servers know one that goes in a loop */
    size_t count;                          /* recipients that were accepted */
    short recipients[ENVELOPE_RECIPIENTS]; /* number of the mailbox; -1: none that is known */
    size_t finals;                         /* LMTP: replies to the end of data that have come */
    struct promises *out;
};
/* `out` is set to nothing promised. */
void envelope_begin(struct envelope *e, const struct target *t, struct promises *out);
void envelope_free(struct envelope *e);
/* A command of a dialog (driver/dialog.h, `told`); `context` is the envelope. */
void envelope_told(void *context, int asked, struct bytes line);
/* Octets that are sent. A message that seems to go in a loop (`Delivered-To:` with the recipient, many `Received:`) may
 * come back to its sender instead of being delivered (RFC 5321 sections 4.2.5, 6.1 and 6.3): behind them nothing is
 * promised to come. */
void envelope_sent(struct envelope *e, struct bytes octets);
void envelope_answered(struct envelope *e, int asked, int code);
/* The handshake of STARTTLS: nothing is left of what was not acknowledged. */
void envelope_tls(struct envelope *e);

#endif
