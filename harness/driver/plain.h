/* The plain transaction: what any server does all day. Tried first and last; sentinels are one too. */
#ifndef DRIVER_PLAIN_H
#define DRIVER_PLAIN_H

#include "connection.h"

/* MAIL, RCPT, DATA and a short message with the nonce, on a connection that said EHLO. True: accepted. Else the last
 * command is in `*what`, and c->last says what came instead. */
bool plain_send(struct connection *c, struct bytes to, const char *nonce, const char **what);

/* Stands in each such message. */
#define PLAIN_SUBJECT "\nSubject: smtpspec"

/* A whole session as result `id`; without a recipient EHLO and QUIT only. `first` (NULL is fine) gets greeting,
 * extensions and TLS facts. */
void plain_run(struct drive *d, const char *id, struct result *result, struct check_tally *tally, struct run *first);

#endif
