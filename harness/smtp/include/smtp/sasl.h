/* SASL over SMTP, the server's side, as pure message handling: PLAIN (RFC 4616), LOGIN (draft-murchison-sasl-login),
 * CRAM-MD5 (RFC 2195), SCRAM-SHA-256 (RFC 5802, 7677), XOAUTH2 (as published by Google), OAUTHBEARER (RFC 7628).
 * Digests come from OpenSSL. Messages here are octets before base64; the session does base64 and the cancel "*". */
#ifndef SMTP_SASL_H
#define SMTP_SASL_H

#include "base/buffer.h"
#include "base/bytes.h"

enum sasl_mechanism {
    SASL_PLAIN,
    SASL_LOGIN,
    SASL_CRAM_MD5,
    SASL_SCRAM_SHA_256,
    SASL_XOAUTH2,
    SASL_OAUTHBEARER,
    SASL_MECHANISM_COUNT
};
const char *sasl_name(enum sasl_mechanism m);
bool sasl_find(struct bytes name, enum sasl_mechanism *out); /* any case */
bool sasl_client_first(enum sasl_mechanism m);               /* an initial response makes sense */

/* What the server knows. For the token mechanisms the password is the bearer token. */
struct sasl_account {
    struct bytes user;
    struct bytes password;
};
struct sasl_config {
    /* Finds an account; false: unknown user. */
    bool (*find)(void *context, struct bytes user, struct sasl_account *out);
    void *context;
    const char *host;   /* for the CRAM-MD5 challenge */
    struct bytes nonce; /* fresh printable octets without comma, for CRAM-MD5 and SCRAM */
    int iterations;     /* of SCRAM's hash; 0: 4096, the least that RFC 7677 section 4 allows. Fewer are for tests */
};

enum sasl_status {
    SASL_CONTINUE, /* send the challenge */
    SASL_OK,
    SASL_REFUSED,  /* credentials are wrong: 535 */
    SASL_MALFORMED /* the message breaks the mechanism's grammar: 501 */
};

struct sasl_server;                                                                           /* opaque; one exchange */
struct sasl_server *sasl_server_new(enum sasl_mechanism m, const struct sasl_config *config); /* NULL: no memory */
void sasl_server_free(struct sasl_server *s);
/* One message of the client (`has_initial` false on the first call when AUTH carried no initial response: then
 * `in` is ignored). The challenge is appended to `challenge`. */
enum sasl_status sasl_server_step(struct sasl_server *s, bool has_message, struct bytes in, struct buffer *challenge);
/* Who logged in: authorization identity, or authentication identity when none was given. Lives with the exchange. */
struct bytes sasl_server_user(const struct sasl_server *s);

#endif
