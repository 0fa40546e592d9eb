/* One session while it is played, and what the files that play it share: exchange.c (the course of the session, octets
 * both ways), exchange_act.c (what the script says to do), exchange_reply.c (what a reply says about the server). */
#ifndef CAMPAIGN_EXCHANGE_INTERNAL_H
#define CAMPAIGN_EXCHANGE_INTERNAL_H

#include "exchange.h"

#include "base/clock.h"

enum { SLOWLY_MS = 4, REFUSED_MS = 100 };

struct play {
    const struct exchange_options *o;
    struct link *link;
    struct outcome *out;
    struct net *net;
    struct dialog dialog;
    struct sequence sequence;
    struct envelope envelope;
    struct reply_reader reader;
    struct buffer in;
    size_t scanned;
    int64_t began;
    size_t since;      /* replies since the last write */
    bool started_tls;  /* STARTTLS was answered 220, the handshake is due */
    bool half_closed;  /* by us */
    bool quit;         /* ... right behind a QUIT, which still earns its reply */
    bool ended;        /* no more can be sent: `out->ending` says why */
    bool refused_data; /* the last DATA was not answered 354 */
    bool given_up;     /* the server refused a payload before its end */
    bool bare;         /* a line end that is none stood in a message: see send_octets */
    bool enhanced;     /* ENHANCEDSTATUSCODES stood in the last EHLO reply */
    bool chunking;     /* CHUNKING did */
    int last_code, last_asked;
    size_t surplus;
    unsigned silent; /* waits in a row, for what may be owed, that brought nothing */
    size_t act;      /* that is being played */
};

/* exchange.c */
/* For people, into the record. */
__attribute__((format(printf, 2, 3))) void exchange_note(struct play *p, const char *format, ...);
void exchange_record(struct play *p, const char *who, struct bytes octets);
/* What a reply answers can be relied on. Behind a bare line end in a message only their number is. */
bool exchange_is_sure(const struct play *p);
/* No more can be sent; the first reason counts. */
void exchange_end(struct play *p, enum ending ending);
/* False: nothing came before the deadline. */
bool exchange_receive(struct play *p, int64_t deadline);
/* Takes one whole reply out of what was received. False: there is none yet. */
bool exchange_reply_next(struct play *p);
/* Waits for what is owed. */
void exchange_replies(struct play *p);
/* Takes what is there already, or comes within a time (behind a refusal many servers close, and a loaded one not at
 * once); a close that came before the next write is no drop. */
void exchange_look(struct play *p, int64_t wait_ms);
void exchange_send(struct play *p, struct bytes octets);

/* exchange_reply.c: keeps it, follows the session by it, and judges it. */
void exchange_reply(struct play *p, struct bytes raw);

/* exchange_act.c */
void exchange_act(struct play *p, const struct script *s, const struct act *act);
void exchange_half_close(struct play *p);
/* The last thing that was sent is a QUIT. Servers may hold their 221 back until the client's FIN is there (Exim waits
 * 200 ms for it), so that goes out at once; nothing can follow a QUIT but in the same write. */
void exchange_quit_sent(struct play *p);

#endif
