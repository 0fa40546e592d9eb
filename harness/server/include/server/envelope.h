/* The envelope of one mail transaction, and one delivery of its message: what the session engine hands to whoever
 * stores mail. RFC 5321 sections 2.3.1, 3.3 and 4.4. */
#ifndef SERVER_ENVELOPE_H
#define SERVER_ENVELOPE_H

#include "base/bytes.h"

enum body_type { BODY_7BIT, BODY_8BITMIME, BODY_BINARYMIME };

enum notify_flags { NOTIFY_NEVER = 1, NOTIFY_SUCCESS = 2, NOTIFY_FAILURE = 4, NOTIFY_DELAY = 8 };

struct recipient {
    struct bytes path;   /* "<alice@example.test>", a source route taken off */
    const char *mailbox; /* the local mailbox; NULL: elsewhere, to be relayed */
    unsigned notify;     /* of notify_flags (RFC 3461 section 4.1); 0: not said */
    struct bytes orcpt;  /* as sent; empty: not said */
};

struct envelope {
    struct bytes reverse_path; /* "<carol@client.test>", "<>"; a source route taken off */
    enum body_type body;
    bool smtputf8;
    uint64_t declared_size;        /* of SIZE=; 0: not said */
    const char *sender_mailbox;    /* where the reverse-path is a local mailbox; else NULL */
    bool sender_unknown;           /* it is of the local domain, and nobody is there */
    struct bytes ret, envid, auth; /* values as sent; empty: not said */
    bool late;                     /* BY= says so, and wants to be told (RFC 2852 section 4.1.3) */
    bool require_tls;              /* RFC 8689: to be relayed over TLS alone */
    bool has_priority;
    bool priority_lowered;
    int priority; /* granted: -9 to 9 (RFC 6710) */
    struct recipient *recipients;
    size_t count;
};

/* Recipients `first` to `first + count - 1` of an envelope get one message. */
struct delivery {
    const struct envelope *envelope;
    size_t first, count;
    struct bytes return_path; /* the Return-Path field with CRLF, for final delivery only (section 4.4) */
    struct bytes received;    /* the Received field with CRLF */
    struct bytes content;     /* as sent, dots unstuffed, CRLF line ends */
    bool notification;        /* made here, not received: a delivery status notification (RFC 3461) */
};

enum delivery_status {
    DELIVERY_DONE,   /* stored for every recipient of the delivery */
    DELIVERY_LATER,  /* a passing failure, nothing stored: 451 */
    DELIVERY_NO_ROOM /* no space left, nothing stored: 452 */
};

#endif
