/* One connection of one result: octets with their transcript on one side, replies on the other. Every reply that is
 * read goes through the checks. Used by one thread. */
#ifndef DRIVER_CONNECTION_H
#define DRIVER_CONNECTION_H

#include "drive.h"
#include "driver/checks.h"
#include "driver/dialog.h"
#include "scenario/expect.h"
#include "transcript.h"

enum { LEDGER_NOTED = 8, LEDGER_TEXT = 48 };

/* What `replies:` counts, from its step to the connection's end. */
struct ledger {
    bool open;
    bool inside;        /* the steps that run now belong to a counted one */
    uint64_t at;        /* replies seen when it was opened */
    uint64_t elsewhere; /* read since by steps that are not counted */
    int64_t min, max;   /* of all counted steps together */
    struct mark mark;   /* the first counted step */
    size_t noted;
    char replies[LEDGER_NOTED][LEDGER_TEXT]; /* the first ones since it was opened, visible */
};

struct connection {
    struct drive *drive;
    struct recorder *recorder; /* NULL: nothing is kept */
    struct check_tally *tally; /* NULL: replies are not judged */
    const char *name;          /* NULL: the main one */
    struct net *net;           /* NULL: closed by us */
    struct buffer in;          /* received, not read as replies yet */
    size_t scanned;            /* of `in`, by the reader */
    struct reply_reader reader;
    struct buffer raw; /* octets of the last reply */
    struct reply reply;
    int asked; /* what `reply` answers: a verb or ASKED_... of dialog.h; ASKED_NOTHING where that is not certain */
    bool authenticated; /* 235 came since the start or the handshake */
    struct buffer ehlo; /* the last EHLO reply; empty: none since the start or the handshake */
    bool hello;         /* EHLO, HELO or LHLO was accepted since the start or the handshake */
    uint64_t replies;   /* seen */
    struct dialog dialog;
    struct ledger ledger;
    struct observation last; /* for `when:` */
    bool observed;           /* `last` is set */
    bool half_closed;        /* by us */
    bool tls_awaited;    /* STARTTLS was answered 220: what comes in clear from now on is TLS, or junk, but no reply */
    bool at_end;         /* the server closed */
    enum observed ended; /* how, when at_end */
    struct event *server_event; /* the last octets received, for marking what decided */
    struct event *client_event; /* the last octets sent */
    struct event *close_event;  /* the server closed */
    struct connection *next;
};

/* Replies since the first counted step, less those that other steps read. */
int64_t ledger_count(const struct connection *c);

enum taken { TAKEN_REPLY, TAKEN_CLOSE, TAKEN_TIMEOUT, TAKEN_ENDLESS };

/* Connects, to the endpoint with TLS at once or the other one, and sends the PROXY header where the target asks for it.
 * NULL with `*status` and the error set. */
struct connection *connection_open(struct drive *d, bool implicit_tls, const char *name, struct recorder *recorder,
                                   struct check_tally *tally, enum net_status *status, struct error *e);
/* The handshake on an endpoint with TLS at once. */
enum net_status connection_tls_at_once(struct connection *c, struct error *e);
/* Closes and frees. */
void connection_free(struct connection *c);

/* Sends in one write. False when the connection broke or the peer did not read in time: what it still says is then to
 * be read. */
bool connection_send(struct connection *c, struct bytes octets);
/* As above with a new write at each of `cuts` (ascending offsets) and `delay_ms` between; `dribble`: one octet a write.
 */
struct writing {
    bool dribble;
    const int64_t *split; /* offsets, negative ones from the end */
    size_t split_count;
    int64_t delay_ms;
};
bool connection_send_in_parts(struct connection *c, struct bytes octets, const struct writing *w);
/* "EHLO x" and CRLF. */
__attribute__((format(printf, 2, 3))) bool connection_command(struct connection *c, const char *format, ...);

/* Reads the next reply into c->reply, sets c->last. A connection that ended stays TAKEN_CLOSE. */
enum taken connection_take(struct connection *c, int64_t deadline);
/* connection_take with the time-out for one reply. */
enum taken connection_take_soon(struct connection *c);
/* Marks in the transcript what decided a verdict: the last reply; where the server closed instead, that; where nothing
 * came, what it left unanswered. */
void connection_decide(const struct connection *c);
/* Octets were received that no reply was taken from. */
bool connection_has_octets(const struct connection *c);
/* Reads and counts replies until the server closes or the deadline passes. True when it closed. */
bool connection_drain(struct connection *c, int64_t deadline);

/* Shakes hands; what was received already goes into it. After success the connection begins anew. */
enum net_status connection_start_tls(struct connection *c, struct error *e);
/* FIN in our direction (close_notify before it under TLS). */
void connection_half_close(struct connection *c);
void connection_close(struct connection *c);
void connection_reset(struct connection *c);

bool connection_is_open(const struct connection *c); /* both directions, as far as known */
bool connection_offers(const struct connection *c, const char *keyword);
const char *connection_hello(const struct connection *c); /* EHLO or LHLO */

#endif
