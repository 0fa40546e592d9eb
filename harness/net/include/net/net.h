/* A connection to a server, or one accepted from a client: TCP, Unix socket or a program on a socket pair; TLS on top
 * of any. Every call has a deadline (base/clock.h); no call can hang on a peer that neither reads nor writes. SIGPIPE
 * never comes. One connection is used by one thread at a time. */
#ifndef NET_NET_H
#define NET_NET_H

#include "base/bytes.h"
#include "base/clock.h"
#include "base/error.h"

enum net_status {
    NET_OK,
    NET_FIN,     /* the peer closed its direction (TLS: close_notify, or FIN without it) */
    NET_RST,     /* connection reset by the peer */
    NET_TIMEOUT, /* the deadline passed */
    NET_FAILED   /* anything else; the error says what */
};

struct net; /* opaque; one connection */

struct net_address {
    const char *host; /* name or address; TCP */
    const char *port;
    const char *unix_path; /* not NULL: Unix socket */
    const char *command;   /* not NULL: /bin/sh -c, a socket pair as its standard input and output */
    const char *directory; /* where the command runs; NULL: here */
    const char *source;    /* local address; NULL: any */
    int family;            /* 0, 4, 6 */
};

/* All addresses of a name are tried in turn, each with its share of the time. The look-up of a name is the resolver's
 * and keeps the resolver's time, not the deadline. NULL with `*status` NET_TIMEOUT or NET_FAILED and the error set. */
struct net *net_connect(const struct net_address *a, int64_t deadline, enum net_status *status, struct error *e);
struct net *net_adopt(int fd); /* takes the descriptor over; makes it a blocking one */
/* Closes and frees; a program is given 100 ms to end, then killed (its process group). TLS: no close_notify. */
void net_free(struct net *n);

/* Reads what is there, at least one octet. */
enum net_status net_read(struct net *n, unsigned char *out, size_t size, size_t *got, int64_t deadline,
                         struct error *e);
/* Writes all of it in one write where the system takes it. `*written` says how far it got. While the peer does not
 * read, what it sends is kept for net_read, so that two sides that both write cannot lock each other. */
enum net_status net_write(struct net *n, struct bytes octets, size_t *written, int64_t deadline, struct error *e);
/* Octets received and not read yet (after a write that had to wait). */
size_t net_pending(const struct net *n);
enum net_status net_half_close(struct net *n, int64_t deadline); /* close_notify under TLS, then FIN */
void net_reset(struct net *n); /* RST on TCP (SO_LINGER 0); the connection is unusable afterwards */
/* Ends TLS by close_notify, waits for the peer's, and goes on in clear; octets behind the peer's close_notify are kept
 * for net_read. NET_FIN, NET_RST: the peer ended the connection instead. For tests of that. */
enum net_status net_tls_end(struct net *n, int64_t deadline, struct error *e);

int net_fd(const struct net *n);
int net_pid(const struct net *n); /* of the program; 0: none */
/* "127.0.0.1:2525", "[::1]:2525", a path, or the command. */
const char *net_peer(const struct net *n);
const char *net_local(const struct net *n);

/* TLS */
struct net_tls; /* opaque: settings shared by connections and threads (an SSL_CTX) */
struct net_tls_options {
    bool server;
    bool verify;
    const char *ca;          /* PEM file; NULL: the system's */
    const char *certificate; /* PEM file; NULL: none (a server then gets a self-signed one, made in memory) */
    const char *key;
    const char *minimum, *maximum; /* "1.0" ... "1.3" */
    const char *host;              /* name in a certificate that is made */
};
struct net_tls *net_tls_new(const struct net_tls_options *o, struct error *e);
void net_tls_free(struct net_tls *t);
/* Hands `early` octets (already read from the socket) to the handshake first: what stood behind STARTTLS in one packet.
 * A peer that speaks no TLS, an alert, or a certificate that must be verified and cannot be, is NET_FAILED; the end of
 * the connection is NET_FIN or NET_RST. After a failure the connection is in clear again. `server_name`: SNI and the
 * name to verify; NULL: none. */
enum net_status net_tls_start(struct net *n, struct net_tls *t, const char *server_name, struct bytes early,
                              int64_t deadline, struct error *e);
bool net_is_tls(const struct net *n);

struct net_tls_facts {
    const char *version, *cipher;
    char subject[256], issuer[256], names[512], not_after[32], verified[128];
    int days_left;    /* negative: it has expired */
    char ending[128]; /* "" while TLS lasts; "close_notify", "FIN without close_notify", "RST", or the peer's alert */
};
/* False when there is no TLS. `subject` and the other texts are of the peer's certificate, empty when it
 * sent none. `version` and `cipher` need not be freed. */
bool net_tls_facts(const struct net *n, struct net_tls_facts *out);

/* PROXY protocol header, version 1 or 2, telling that `source` (an IPv4 or IPv6 address) connected from our port to the
 * peer's address. Where one of the two is IPv6, both are told as IPv6. Needs TCP. Appends nothing on failure. */
struct buffer;
bool net_proxy_header(struct buffer *out, int version, const char *source, const struct net *n, struct error *e);

/* A listening socket; port 0 lets the system choose. Returns the descriptor, -1 with the error set. */
int net_listen(const char *host, const char *port, struct error *e);
int net_listen_unix(const char *path, struct error *e);
/* The port a listener got. */
int net_listen_port(int fd);

#endif
