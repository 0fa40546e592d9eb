/* The client's side of AUTH (RFC 4954). Right exchanges are GNU SASL's, and two token mechanisms that it does not have
 * are made here; what is deliberately wrong is made out of the right answer (auth_wrong.c). */
#ifndef DRIVER_AUTH_H
#define DRIVER_AUTH_H

#include "connection.h"
#include "scenario/step.h"

struct auth_order {
    const char *mechanism; /* NULL: the best that the server offers */
    struct bytes user, password, authzid;
    enum auth_initial initial;
    enum auth_error error;
};

/* Does the exchange; every reply on the way is read, the last one is c->reply. False when there is nothing to judge:
 * `why` says what stood in the way on our side. True too when the server closed or did not answer: see c->last. */
bool auth_exchange(struct connection *c, const struct auth_order *o, char *why, size_t why_size);

/* Logs in with what works most widely (PLAIN first). False: refused (see c->last; `why` is "") or impossible. */
bool auth_log_in(struct connection *c, struct bytes user, struct bytes password, char *why, size_t why_size);

/* The mechanisms that are known here, those first that work most widely; NULL behind the last. */
const char *auth_mechanism(size_t i);

/* One mechanism's client. */
struct auth_client;
struct auth_client *auth_client_new(const char *mechanism, const struct auth_order *o, const char *host, char *why,
                                    size_t why_size);
void auth_client_free(struct auth_client *a);
bool auth_client_first(const char *mechanism);  /* it speaks first */
int auth_client_answers(const char *mechanism); /* how many answers with content it gives */
/* The next message for a challenge (both without base64), appended to `out`. */
bool auth_client_step(struct auth_client *a, struct bytes challenge, struct buffer *out, char *why, size_t why_size);

/* Writes the answer line (without CRLF) that is wrong in the wanted way, made out of the right message. */
void auth_wrong_answer(enum auth_error error, const char *mechanism, struct bytes message, struct buffer *line);

#endif
