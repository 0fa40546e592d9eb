/* Follows what was sent and answered on one connection, as a server that does what the RFCs say would read it: which
 * replies are owed and to which command, whether payload is owed, how many recipients were accepted. Pure; no I/O.
 *
 * The picture is `certain` as long as every server must read the octets in the same way. Bare CR or LF, lines over the
 * limit, and octets sent behind DATA before its reply end that; whoever judges by what is owed asks for it first. */
#ifndef DRIVER_DIALOG_H
#define DRIVER_DIALOG_H

#include "base/buffer.h"
#include "smtp/command.h"
#include "smtp/reply.h"

/* What a reply answers: a verb, or one of these. */
enum {
    ASKED_NOTHING = VERB_COUNT, /* nothing was owed */
    ASKED_GREETING,
    ASKED_END_OF_DATA,
    ASKED_LAST_CHUNK,
    ASKED_SASL /* an answer to a 334 */
};

enum { DIALOG_LINE = 1024 };

/* Looks for CRLF "." CRLF. */
enum end_state { END_LINE_START, END_DOT, END_DOT_CR, END_TEXT, END_TEXT_CR, END_FOUND };

struct dialog {
    bool lmtp;
    bool certain;
    struct buffer owed; /* what is owed, one octet for each reply */
    size_t answered;    /* of `owed` */
    bool data;          /* 354 came, the end of the message was not sent */
    enum end_state end;
    bool ahead; /* octets behind a DATA whose reply was not read yet: `end` follows them too */
    uint64_t chunk_left;
    bool sasl;           /* 334 came, nothing was sent since */
    bool utf8;           /* a line with SMTPUTF8 was sent */
    unsigned accepted;   /* recipients of the transaction */
    unsigned final_left; /* LMTP: replies to this end of data that have still to come; 0: none came yet */
    bool cr;
    size_t line_len;
    unsigned char line[DIALOG_LINE];
    /* Called for each command that was sent, in the order in which they are answered; `line` without its end, cut to
     * DIALOG_LINE. NULL: nobody wants to know. Kept by dialog_tls, set after dialog_begin. */
    void (*told)(void *context, int asked, struct bytes line);
    void *context;
};

/* A connection begins: a greeting is owed. */
void dialog_begin(struct dialog *d, bool lmtp);
void dialog_free(struct dialog *d);
/* The handshake behind STARTTLS is done: all begins anew, without a greeting. */
void dialog_tls(struct dialog *d);
void dialog_sent(struct dialog *d, struct bytes octets);
/* Takes a reply; returns what it answers. */
int dialog_reply(struct dialog *d, const struct reply *r);
/* Number of replies that are owed; meaningful while `certain`. */
size_t dialog_owed(const struct dialog *d);
/* How many replies the next thing owed has: 1, or in LMTP one for each accepted recipient behind the end of a message
 * (RFC 2033 section 4.2). */
unsigned dialog_next_replies(const struct dialog *d);
/* A silence was listened to, and nothing is awaited any more. */
void dialog_forgive(struct dialog *d);
/* The server waits for payload, the rest of a line or a SASL answer. */
bool dialog_payload_owed(const struct dialog *d);
/* EHLO, HELO or LHLO. */
bool asked_hello(int asked);

#endif
