/* What the files of this room share: the connection and the octets under TLS. */
#ifndef NET_WIRE_H
#define NET_WIRE_H

#include "base/buffer.h"
#include "net/net.h"

#include <openssl/ssl.h>
#include <sys/socket.h>

#define WIRE_CHUNK 16384
/* More than this is not kept while a write waits: then the peer has to. */
#define WIRE_KEEP ((size_t)64 << 20)

/* So long recv(2) on our descriptors waits, which all block: where that is too long, or not to be, MSG_DONTWAIT says
 * so. */
enum { WIRE_MOMENT_MS = 500 };

/* How octets get from the application to the socket: in clear, or through TLS. */
struct transport {
    /* Moves what the socket holds into `in`, or sets `end`. Never waits; false only on failure. */
    bool (*take)(struct net *n, struct error *e);
    enum net_status (*write)(struct net *n, struct bytes octets, size_t *written, int64_t deadline, struct error *e);
    /* Tells the peer that no more will come, as far as the transport has a word for it. */
    enum net_status (*finish)(struct net *n, int64_t deadline, struct error *e);
};

struct net {
    int fd; /* -1 after a reset */
    int pid;
    const struct transport *transport;
    struct buffer in;    /* received, as the application sees it */
    size_t given;        /* of `in`, by net_read already: moving what is left each time would cost too much */
    enum net_status end; /* NET_OK while more can come; else what net_read tells once `in` is empty */
    bool finished;       /* our direction is closed */
    struct error error;  /* of an end that is NET_FAILED */
    SSL *ssl;
    bool said_goodbye;     /* the peer sent close_notify */
    char tls_end[128];     /* how TLS ended; "" while it lasts */
    unsigned char head[8]; /* first octets of a handshake, to tell what was no TLS */
    size_t head_len;
    char peer[256];
    char local[256];
};

extern const struct transport wire_clear;
extern const struct transport wire_tls;

/* recv(2) without waiting. NET_TIMEOUT: nothing there. */
enum net_status wire_receive(struct net *n, unsigned char *out, size_t size, size_t *got, struct error *e);
/* Sends octets as they are, taking in what comes meanwhile; `*sent` is raised. */
enum net_status wire_push(struct net *n, struct bytes octets, size_t *sent, int64_t deadline, struct error *e);
/* Waits for `events`; NET_OK or NET_TIMEOUT, NET_FAILED. */
enum net_status wire_wait(const struct net *n, short events, short *ready, int64_t deadline, struct error *e);
/* The text of errno; never fails. */
const char *wire_errno(int code, char *out, size_t size);

/* A new connection over a descriptor that blocks, which it owns even when there is no memory for it (NULL). */
struct net *wire_new(int fd, const char *peer);
/* "127.0.0.1:25", "[::1]:25", or the path of a Unix socket. */
void address_print(const struct sockaddr_storage *address, socklen_t len, char *out, size_t size);

/* A program on a socket pair; -1 with the error set. */
int program_start(const char *command, const char *directory, int *pid, struct error *e);
/* Ends its process group, after 100 ms of grace, and reaps it. */
void program_end(int pid);

void tls_free(struct net *n);

/* PROXY header for two addresses; they are told as IPv6 when either is (v4 mapped). */
bool proxy_print(struct buffer *out, int version, const struct sockaddr_storage *from,
                 const struct sockaddr_storage *to, struct error *e);

/* A self-signed certificate for `host` (a name or an address), ECDSA P-256, good for a year. */
bool certificate_make(const char *host, X509 **certificate, EVP_PKEY **key);

#endif
