/* The reference server as a listener: threads around the session engine (server/session.h). */
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

#include "base/error.h"
#include "server/session.h"

#include <stddef.h>
#include <stdint.h>

struct server_options {
    const char *host;              /* default 127.0.0.1 */
    const char *port;              /* plain with STARTTLS; "0": the system chooses; NULL: none */
    const char *tls_port;          /* TLS at once; NULL: none */
    const char *lmtp_port;         /* LMTP; NULL: none */
    const char *unix_path;         /* SMTP on a Unix socket; NULL: none */
    const char *certificate, *key; /* PEM files; NULL: one is made at start */
    const char *maildir; /* folder with one Maildir for each mailbox by its local part ("DIR/alice/new"), made as
                            needed; relayed mail goes to "DIR/@relay". NULL: messages are counted and dropped */
    const char *domain;  /* local domain, default example.test */
    const char *const *mailboxes; /* local parts that exist there; NULL: alice, bob (postmaster always) */
    size_t mailbox_count;
    const struct server_account *accounts; /* NULL: alice with password secret */
    size_t account_count;
    uint64_t size_limit;                          /* default 1 MiB */
    int timeout_s;                                /* idle; default 300 (RFC 5321 section 4.5.3.2.7) */
    int connections;                              /* at once, more get 421; default 256 */
    const char *defect;                           /* named deviation (server/defect.h); NULL: none */
    const char *style;                            /* named legal oddity (server/style.h); NULL: none */
    void (*log)(void *context, const char *line); /* NULL: silent. Called by one thread at a time */
    void *log_context;
    const char *lmtp_unix_path; /* LMTP on a Unix socket; NULL: none */
    const char *tls_host;       /* host of tls_port; NULL: `host` */
    const char *lmtp_host;      /* host of lmtp_port; NULL: `host` */
    size_t recipient_limit;     /* of one transaction; default 1000 */
    uint64_t seed;              /* for challenges and message ids; 0: from the clock */
    bool clear_passwords;       /* offer PLAIN and LOGIN without TLS too */
    bool no_tls;                /* do not offer STARTTLS */
    bool verbose;               /* log every line that goes either way, message text aside */
};

struct server; /* opaque */
/* Listens and starts to accept. What `o` points to is needed until server_stop. */
bool server_start(const struct server_options *o, struct server **out, struct error *e);
int server_port(const struct server *s); /* 0: not listening there */
int server_tls_port(const struct server *s);
int server_lmtp_port(const struct server *s);
/* Messages taken over so far. */
uint64_t server_messages(const struct server *s);
/* Stops accepting, ends every session (421), waits for the threads, frees. NULL is fine. */
void server_stop(struct server *s);

#endif
