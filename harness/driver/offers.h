/* What the server offers on each way to it, learnt once before the scenarios, and what follows: over which way a
 * scenario runs, and whether what it needs is there. */
#ifndef DRIVER_OFFERS_H
#define DRIVER_OFFERS_H

#include "base/buffer.h"
#include "scenario/scenario.h"
#include "scenario/target.h"

struct drive;

/* The way to the state in which a scenario begins. */
struct route {
    bool tls;      /* inside TLS */
    bool implicit; /* TLS at once; else by STARTTLS */
    bool auth;     /* logged in */
};

struct offer {
    bool seen;
    struct buffer ehlo; /* the EHLO reply */
    char problem[256];  /* why it was not seen; "": not tried */
    bool unanswered;    /* it was not seen since no reply came, or one that is for now: what is offered is unknown */
    int refused;        /* the code that AUTH was refused with; 0: it was not */
};

struct offers {
    struct offer plain, tls, plain_auth, tls_auth;
    bool tls_implicit; /* TLS is had on the endpoint with TLS at once */
    bool tls_possible;
    int credentials_refused; /* the code by which every mechanism refused the target's credentials; 0: one took them */
    char credentials_problem[256];
};

/* Asks the server, on a connection of its own for each way. */
void offers_survey(struct drive *d);
void offers_free(struct offers *o);

/* The EHLO reply on that way, or on the nearest one that was seen; len 0: unknown. */
struct bytes offers_on(const struct offers *o, const struct route *route);
/* The SIZE limit on that way; false: none is advertised. */
bool offers_size(struct bytes ehlo, uint64_t *limit);

enum { WHY_SIZE = 256 };
/* The way for a scenario. False with the reason, to skip it. */
bool offers_route(const struct drive *d, const struct scenario *s, struct route *out, char why[WHY_SIZE]);
/* The default way of the target, for the plain transaction and sentinels. */
struct route offers_default_route(const struct drive *d);
/* The survey went wrong on that way, so that nothing can be said to be missing; with the reason. */
bool offers_unknown(const struct offers *o, const struct route *route, char why[WHY_SIZE]);
/* True when all needs are met. False with the reason, to skip it. */
bool offers_meet(const struct drive *d, const struct scenario *s, const struct route *route, char why[WHY_SIZE]);

#endif
