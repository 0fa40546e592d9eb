/* Plays one script (mutate/script.h) against the server and tells what came of it: the replies, what each of them
 * answers, how it ended, and everything about it that no server should do. Nothing is waited for that does not come:
 * the dialog (driver/dialog.h) says which octets earn a reply, and a session always ends with a QUIT or the client's
 * FIN, behind which every server closes. */
#ifndef CAMPAIGN_EXCHANGE_H
#define CAMPAIGN_EXCHANGE_H

#include "driver/checks.h"
#include "driver/dialog.h"
#include "driver/link.h"
#include "envelope.h"
#include "journal.h"
#include "mutate/script.h"
#include "sequence.h"

enum { ANSWERS_MOST = 512 };

/* One reply. */
struct answer {
    int asked; /* of driver/dialog.h */
    int code;
    uint32_t label; /* code, enhanced code and the begin of its text in one number: what tells states apart */
    bool certain;   /* `asked` can be relied on */
    bool tls;       /* inside TLS */
    size_t act;     /* of script_next, counted from 0, before whose successor it was read */
};

enum ending {
    ENDING_CLOSED,  /* the server closed, behind QUIT or our FIN, as it should */
    ENDING_EARLY,   /* the server closed while nothing was owed, or with 421 or behind a last refusal */
    ENDING_LEFT,    /* the script closed or reset the connection, or a handshake failed */
    ENDING_DROPPED, /* the server closed with a reply owed */
    ENDING_MISSING, /* a reply that is owed did not come in time */
    ENDING_LINGERS, /* it did not close behind QUIT or our FIN */
    ENDING_NOBODY,  /* there was no connection */
    ENDING_MUTE     /* connected, and no greeting, or the prologue was refused */
};

struct outcome {
    enum ending ending;
    int signal;                    /* that ended the program of exec:; 0: none */
    int asked;                     /* what the missing reply was to answer */
    size_t owed;                   /* replies that were owed then */
    size_t acts;                   /* of the script, that were played */
    bool reset;                    /* ... by a RSET that is not in the script, behind which the connection is kept */
    unsigned quits, quits_held;    /* QUIT alone: sent, and not answered soon */
    bool quit, fin;                /* the session ended by a QUIT, by a FIN that are not in the script */
    size_t order_act, surplus_act; /* where `order` was broken, where the first surplus reply came */
    struct answer answers[ANSWERS_MOST];
    size_t count;          /* of answers kept; more are counted only */
    size_t replies;        /* all of them */
    unsigned acknowledged; /* messages that were taken over: 2yz behind the end of data */
    unsigned taken;        /* recipients of those messages */
    int surplus_asked;     /* what was last asked when a reply too many came */
    bool surplus;          /* replies came that nothing earned */
    bool surplus_payload;  /* ... to octets of a message or a chunk */
    bool surplus_tls;      /* ... inside TLS, before or beside the replies to what was sent there */
    const char *order;     /* the rule of sequence.h that was broken; NULL: none */
    bool tls;              /* a handshake was done */
    uint64_t hoarded_kib;  /* memory that the server kept of a line without an end (flood.h) */
    uint64_t flooded;      /* octets of that line */
    uint32_t last_words;   /* farewell_of the last reply */
    int64_t slowest_ms;    /* the longest wait for a reply */
    char reason[256];      /* ENDING_NOBODY, ENDING_MUTE */
    struct check_tally tally;
    struct promises promises; /* about the target's mailboxes */
};

struct exchange_options {
    const struct target *target; /* whose mailboxes they are */
    unsigned prologue;           /* enum prologue of the target */
    bool lmtp;
    int64_t patience_ms;     /* for a reply that is owed for certain */
    int64_t quiet_ms;        /* for one that may be owed */
    int64_t most_pause_ms;   /* pauses are cut to this */
    size_t most_acts;        /* acts of the script that are played */
    pid_t server;            /* whose memory is looked at; 0: not known */
    bool quit_alone;         /* our FIN waits for the answer to QUIT, for a moment */
    bool slowly;             /* waits before each write, so that a close on the way is seen before it */
    struct buffer *record;   /* the conversation for people is appended here; NULL: not wanted */
    struct journal *journal; /* NULL: none */
};

/* `ready` is a connection behind its prologue and is taken over; NULL: one is opened. With
 * `keep` not NULL a session that ended in a state in which another one can follow (nothing owed, no payload, no TLS or
 * AUTH of its own) is ended by RSET and the connection handed out there instead of being closed. */
void exchange_play(struct link *link, const struct script *s, const struct exchange_options *o, struct net *ready,
                   struct net **keep, struct outcome *out);
/* Short text for an ending: "dropped". */
const char *ending_name(enum ending e);
/* The verb or other thing that a reply answers: "MAIL", "end of data". */
const char *asked_name(int asked);

#endif
