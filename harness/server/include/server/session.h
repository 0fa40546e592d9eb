/* The session engine: the server's side of one SMTP or LMTP session (RFC 5321, 2033 and the extensions), as a pure
 * function of octets in to octets out and events. It does no I/O, reads no clock, makes no random numbers; what it
 * needs comes from its configuration, so that it stands behind a socket (server/server.h), behind libFuzzer and in a
 * unit test alike. Any cutting of the input gives the same output. What it holds in memory is bounded by the limits of
 * the configuration. One session is used by one thread at a time. */
#ifndef SERVER_SESSION_H
#define SERVER_SESSION_H

#include "base/buffer.h"
#include "server/defect.h"
#include "server/envelope.h"
#include "server/style.h"

struct server_account {
    const char *user, *password;
};

/* Everything pointed to must outlive the session. */
struct session_config {
    bool lmtp;                    /* RFC 2033: LHLO, a reply for each recipient */
    bool tls;                     /* TLS is up already (implicit TLS) */
    bool starttls;                /* TLS can be had; false: STARTTLS is not offered, and answered 454 */
    bool clear_passwords;         /* offer PLAIN and LOGIN without TLS too (RFC 4954 section 4) */
    const char *host;             /* our name in greeting, EHLO reply and trace fields */
    const char *domain;           /* the local domain */
    const char *const *mailboxes; /* local parts that exist there, any case; postmaster always does */
    size_t mailbox_count;
    const struct server_account *accounts; /* who may log in, and relay then */
    size_t account_count;
    const char *peer;       /* address literal of the client for the Received field: "[127.0.0.1]"; NULL: none */
    uint64_t size_limit;    /* octets of a message */
    size_t recipient_limit; /* of one transaction; at least 100 (section 4.5.3.1.8) */
    uint64_t seed;          /* for challenges and message ids; the same seed gives the same session */
    int scram_iterations;   /* 0: as many as RFC 7677 asks for; fewer where speed is the point (fuzzing) */
    enum defect defect;
    enum style style;

    /* Date and time by RFC 5322 section 3.3 for the Received field, NUL-terminated. NULL: 1 January 1970. */
    void (*date)(void *context, char *out, size_t size);
    /* Stores a message for all recipients of the delivery or for none. SMTP: called once for a message. LMTP: once for
     * each recipient. Called too for the notifications that the server owes (RFC 3461). NULL: every message is
     * accepted and dropped. */
    enum delivery_status (*deliver)(void *context, const struct delivery *d);
    void *context;
};

enum session_event {
    SESSION_READ,  /* all input is used; write the output, then read more */
    SESSION_WRITE, /* write the output, then feed the rest of the input (RFC 2920 section 3.2, 5 and 6) */
    SESSION_TLS,   /* write the output, shake hands, call session_tls_started; all input is used */
    SESSION_CLOSE  /* write the output, close; all input is used */
};

struct session; /* opaque */

/* NULL: no memory. */
struct session *session_new(const struct session_config *config);
void session_free(struct session *s); /* NULL is fine; what was not delivered is gone */

/* Appends the greeting. Call once, before all else. */
void session_greet(struct session *s, struct buffer *out);
/* Takes input; `*used` octets of it are done with. Appends replies to `out`, never more than about 64 KiB without
 * SESSION_WRITE. When memory runs out the message, or else the session, ends with a 4yz reply. */
enum session_event session_feed(struct session *s, struct bytes in, size_t *used, struct buffer *out);
/* The handshake is done. Input that came in clear is forgotten, the session begins anew (RFC 3207 section 4.2). There
 * is no new greeting. Under a defect replies may be appended to `out`. */
enum session_event session_tls_started(struct session *s, struct buffer *out);
/* The cipher suite in use, for the Received field (RFC 8314 section 4.3). Call when TLS is up. */
void session_tls_cipher(struct session *s, const char *name);
/* Appends a 421 (section 3.8) for a session that the server ends: `why` is a short text. Close then. */
void session_end(struct session *s, const char *enhanced, const char *why, struct buffer *out);

/* The session has ended: nothing but to write the output and close. */
bool session_over(const struct session *s);
/* True while the client is sending a message: the idle time-out counts from its last octet. Else it counts from its
 * last whole line, so that nobody holds a connection by an octet now and then. */
bool session_in_payload(const struct session *s);
/* Lines and chunks taken so far; grows whenever the client got something done. */
uint64_t session_progress(const struct session *s);
/* Messages taken over so far, deliveries in LMTP. */
uint64_t session_messages(const struct session *s);

#endif
