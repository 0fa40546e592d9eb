/* Ready connections to a target for whoever drives sessions of his own (campaign/): everything that a target file says
 * about reaching the server (TLS, AUTH, PROXY, XCLIENT, source address, rate) is done here, and the connection is
 * handed over. One link may be used by several threads. */
#ifndef DRIVER_LINK_H
#define DRIVER_LINK_H

#include "driver/options.h"
#include "net/net.h"
#include "scenario/target.h"

struct link; /* opaque */

/* Of `options`, jobs, rate, timeout_ms, timeout_scale and stop count. `t` must outlive the link. */
struct link *link_new(const struct target *t, const struct driver_options *options, struct error *e);
void link_free(struct link *l); /* NULL is fine */

struct linked {
    struct net *net;  /* the caller owns it; NULL: see `reason` */
    bool nobody;      /* there was no connection at all */
    bool overload;    /* 421, or a greeting of 4yz */
    char reason[512]; /* why there is none */
};
/* Connects to the endpoint and reads the greeting; PROLOGUE_TLS: behind STARTTLS's handshake (nothing was said inside
 * yet); PROLOGUE_AUTH: behind EHLO and AUTH. Not for SCHEME_SMTPS with PROLOGUE_TLS: TLS is there already. */
bool link_open(struct link *l, unsigned prologue, struct linked *out);
/* True when a new connection is greeted within the time; else `why` (size octets) says what came instead. */
bool link_greets(struct link *l, int64_t within_ms, char *why, size_t size);
/* The client settings for a handshake, and the name to tell in it. */
struct net_tls *link_tls(const struct link *l);
const char *link_tls_name(const struct link *l);

#endif
