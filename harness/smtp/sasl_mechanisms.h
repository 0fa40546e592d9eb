/* What the files of the SASL server share: the state of one exchange, and the step of each mechanism. */
#ifndef SMTP_SASL_MECHANISMS_H
#define SMTP_SASL_MECHANISMS_H

#include "smtp/path.h"
#include "smtp/sasl.h"

enum { SASL_SHA256 = 32 };

struct sasl_server {
    enum sasl_mechanism mechanism;
    struct sasl_config config; /* its nonce and host are copied below */
    struct buffer nonce;
    struct buffer host;
    struct buffer user;     /* who logged in */
    unsigned stage;         /* messages seen, the missing initial response counts */
    bool have_user;         /* LOGIN */
    bool known;             /* SCRAM: the user exists */
    bool failed;            /* XOAUTH2, OAUTHBEARER: the error was sent, its acknowledgement is awaited */
    bool proven;            /* SCRAM: the signature was sent, an empty answer is awaited */
    struct buffer first;    /* LOGIN: user name; CRAM-MD5: the challenge; SCRAM: user name */
    struct buffer gs2;      /* SCRAM: the GS2 header */
    struct buffer messages; /* SCRAM: client-first-bare "," server-first */
    size_t nonce_at;        /* SCRAM: where the nonce of both stands in `messages` */
    size_t nonce_len;
    unsigned char salted[SASL_SHA256]; /* SCRAM: SaltedPassword */
};

/* Fills `out` with no octets when the user is not known. */
bool sasl_account_find(const struct sasl_server *s, struct bytes user, struct sasl_account *out);
bool sasl_secret_equal(struct bytes a, struct bytes b);
/* Notes the user and returns SASL_OK, or SASL_REFUSED. */
enum sasl_status sasl_finish(struct sasl_server *s, bool good, struct bytes user);

enum sasl_status plain_step(struct sasl_server *s, bool has_message, struct bytes in, struct buffer *challenge);
enum sasl_status login_step(struct sasl_server *s, bool has_message, struct bytes in, struct buffer *challenge);
enum sasl_status cram_step(struct sasl_server *s, bool has_message, struct bytes in, struct buffer *challenge);
enum sasl_status scram_step(struct sasl_server *s, bool has_message, struct bytes in, struct buffer *challenge);
/* XOAUTH2 and OAUTHBEARER. */
enum sasl_status bearer_step(struct sasl_server *s, bool has_message, struct bytes in, struct buffer *challenge);

#endif
