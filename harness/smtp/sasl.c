#include "smtp/sasl.h"
#include "sasl_mechanisms.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    bool client_first;
    enum sasl_status (*step)(struct sasl_server *s, bool has_message, struct bytes in, struct buffer *challenge);
} mechanisms[SASL_MECHANISM_COUNT] = {
    [SASL_PLAIN] = {"PLAIN", true, plain_step},
    /* The draft has the server ask first; clients in use send the user name with AUTH all the same. */
    [SASL_LOGIN] = {"LOGIN", true, login_step},
    [SASL_CRAM_MD5] = {"CRAM-MD5", false, cram_step},
    [SASL_SCRAM_SHA_256] = {"SCRAM-SHA-256", true, scram_step},
    [SASL_XOAUTH2] = {"XOAUTH2", true, bearer_step},
    [SASL_OAUTHBEARER] = {"OAUTHBEARER", true, bearer_step},
};

const char *sasl_name(enum sasl_mechanism m)
{
    return mechanisms[m].name;
}

bool sasl_find(struct bytes name, enum sasl_mechanism *out)
{
    for (unsigned i = 0; i < SASL_MECHANISM_COUNT; i++)
        if (bytes_equal_nocase(name, bytes_string(mechanisms[i].name))) {
            *out = (enum sasl_mechanism)i;
            return true;
        }
    return false;
}

bool sasl_client_first(enum sasl_mechanism m)
{
    return mechanisms[m].client_first;
}

struct sasl_server *sasl_server_new(enum sasl_mechanism m, const struct sasl_config *config)
{
    struct sasl_server *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->mechanism = m;
    s->config = *config;
    buffer_add(&s->nonce, config->nonce);
    buffer_add_string(&s->host, config->host ? config->host : "localhost");
    if (buffer_failed(&s->nonce) || buffer_failed(&s->host)) {
        sasl_server_free(s);
        return NULL;
    }
    return s;
}

/* Passwords and what was made of them do not stay in memory. */
static void buffer_wipe(struct buffer *b)
{
    if (b->data)
        OPENSSL_cleanse(b->data, b->cap);
    buffer_free(b);
}

void sasl_server_free(struct sasl_server *s)
{
    if (!s)
        return;
    buffer_wipe(&s->nonce);
    buffer_wipe(&s->host);
    buffer_wipe(&s->user);
    buffer_wipe(&s->first);
    buffer_wipe(&s->gs2);
    buffer_wipe(&s->messages);
    OPENSSL_cleanse(s->salted, sizeof s->salted);
    free(s);
}

enum sasl_status sasl_server_step(struct sasl_server *s, bool has_message, struct bytes in, struct buffer *challenge)
{
    enum sasl_status status = mechanisms[s->mechanism].step(s, has_message, in, challenge);
    s->stage++;
    return status;
}

struct bytes sasl_server_user(const struct sasl_server *s)
{
    return buffer_bytes(&s->user);
}

bool sasl_account_find(const struct sasl_server *s, struct bytes user, struct sasl_account *out)
{
    *out = (struct sasl_account){0};
    return s->config.find(s->config.context, user, out);
}

/* The time must not depend on where two secrets differ; their lengths are no secret here. */
bool sasl_secret_equal(struct bytes a, struct bytes b)
{
    return a.len == b.len && (a.len == 0 || CRYPTO_memcmp(a.data, b.data, a.len) == 0);
}

enum sasl_status sasl_finish(struct sasl_server *s, bool good, struct bytes user)
{
    if (!good)
        return SASL_REFUSED;
    buffer_clear(&s->user);
    buffer_add(&s->user, user);
    return buffer_failed(&s->user) ? SASL_REFUSED : SASL_OK;
}

/* message = [authzid] NUL authcid NUL passwd, UTF-8, each 1 to 255 octets (RFC 4616 section 2). */
enum sasl_status plain_step(struct sasl_server *s, bool has_message, struct bytes in, struct buffer *challenge)
{
    enum { MOST = 255 };
    (void)challenge;
    if (!has_message)
        return s->stage == 0 ? SASL_CONTINUE : SASL_MALFORMED;
    size_t one = bytes_find_octet(in, 0);
    if (one == BYTES_NONE)
        return SASL_MALFORMED;
    struct bytes rest = bytes_from(in, one + 1);
    size_t two = bytes_find_octet(rest, 0);
    if (two == BYTES_NONE)
        return SASL_MALFORMED;
    struct bytes authorization = bytes_slice(in, 0, one), user = bytes_slice(rest, 0, two);
    struct bytes password = bytes_from(rest, two + 1);
    if (user.len == 0 || password.len == 0 || authorization.len > MOST || user.len > MOST || password.len > MOST ||
        bytes_find_octet(password, 0) != BYTES_NONE || !utf8_valid(in))
        return SASL_MALFORMED;
    struct sasl_account account;
    bool good = sasl_account_find(s, user, &account);
    good = sasl_secret_equal(account.password, password) && good;
    /* Nobody may act for somebody else here. */
    good = good && (authorization.len == 0 || bytes_equal(authorization, user));
    return sasl_finish(s, good, user);
}

/* Two prompts, two answers; the user name may come with AUTH. */
enum sasl_status login_step(struct sasl_server *s, bool has_message, struct bytes in, struct buffer *challenge)
{
    if (!has_message) {
        if (s->stage > 0)
            return SASL_MALFORMED;
        buffer_add_string(challenge, "Username:");
        return SASL_CONTINUE;
    }
    if (!s->have_user) {
        s->have_user = true;
        buffer_add(&s->first, in);
        buffer_add_string(challenge, "Password:");
        return buffer_failed(&s->first) ? SASL_REFUSED : SASL_CONTINUE;
    }
    struct sasl_account account;
    struct bytes user = buffer_bytes(&s->first);
    bool good = sasl_account_find(s, user, &account);
    good = sasl_secret_equal(account.password, in) && good && in.len > 0;
    return sasl_finish(s, good, user);
}
