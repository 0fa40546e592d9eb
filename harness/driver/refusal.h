/* Replies by which a server refuses whatever it was asked, so that nothing is learnt about a requirement: they block a
 * scenario where they would else make it fail or warn. */
#ifndef DRIVER_REFUSAL_H
#define DRIVER_REFUSAL_H

#include "connection.h"

/* Why the last reply on the connection is one of these; NULL: it is none, or it is not certain what it answers.
 * - 530 in the clear or before AUTH (RFC 3207 section 4, RFC 4954 section 6);
 * - 454 to AUTH (RFC 4954 section 6) and to STARTTLS (RFC 3207 section 4), 432 and 534 to AUTH,
 *   538 to AUTH in the clear;
 * - a login by the target's credentials where every mechanism that is offered refuses them (premises.h);
 * - the code that the plain transaction was refused with, at the same place. */
const char *refusal_reason(const struct connection *c);

/* True when the last reply is a 4yz within a transaction, and a plain transaction that is tried now is put off by a 4yz
 * as well: a full disk, say. What it sends and reads goes to `recorder`. */
bool refusal_is_general(const struct connection *c, struct recorder *recorder);

/* The place of a reply by what it answers: DATA and BDAT are one, and so are their ends. */
int refusal_place(int asked);
/* True when the code refuses the plain transaction without a fault of form: 4yz, or a 5yz of policy. */
bool refusal_is_policy(int code);

#endif
