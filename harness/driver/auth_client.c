#include "auth.h"

#include <gsasl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct auth_client {
    const struct auth_order *order;
    bool oauth;   /* OAUTHBEARER, else XOAUTH2, where `session` is NULL */
    int messages; /* sent so far */
    Gsasl *gsasl;
    Gsasl_session *session;
};

/* What the server asks of us, it may ask of everybody: more iterations of SCRAM would keep us busy for minutes. */
enum { ITERATIONS_MOST = 10000000 };

struct mechanism {
    const char *name;
    bool first;
    int answers;
};

static const struct mechanism *mechanism_find(const char *name)
{
    static const struct mechanism known[] = {
        {"PLAIN", true, 1},       {"LOGIN", false, 2},        {"CRAM-MD5", false, 1},       {"DIGEST-MD5", false, 1},
        {"SCRAM-SHA-1", true, 2}, {"SCRAM-SHA-256", true, 2}, {"XOAUTH2", true, 1},         {"OAUTHBEARER", true, 1},
        {"ANONYMOUS", true, 1},   {"EXTERNAL", true, 1},      {"SCRAM-SHA-1-PLUS", true, 2}};
    static const struct mechanism other = {"", false, 1};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcasecmp(known[i].name, name) == 0)
            return &known[i];
    return &other;
}

bool auth_client_first(const char *mechanism)
{
    return mechanism_find(mechanism)->first;
}

int auth_client_answers(const char *mechanism)
{
    return mechanism_find(mechanism)->answers;
}

/* Hi() of RFC 5802 section 2.2 over the prepared password. False: something is missing, and GNU SASL may try itself. */
static bool salt_password(Gsasl_session *session, const EVP_MD *hash, unsigned char *out, int len)
{
    const char *password = gsasl_property_fast(session, GSASL_PASSWORD);
    const char *salt64 = gsasl_property_fast(session, GSASL_SCRAM_SALT);
    const char *iterations = gsasl_property_fast(session, GSASL_SCRAM_ITER);
    char *prepared = NULL, *salt = NULL;
    size_t salt_len = 0;
    uint64_t times = 0;
    bool good = password && salt64 && iterations && bytes_to_number(bytes_string(iterations), &times) && times > 0 &&
                times <= ITERATIONS_MOST &&
                gsasl_saslprep(password, GSASL_ALLOW_UNASSIGNED, &prepared, NULL) == GSASL_OK &&
                gsasl_base64_from(salt64, strlen(salt64), &salt, &salt_len) == GSASL_OK &&
                PKCS5_PBKDF2_HMAC(prepared, (int)strlen(prepared), (unsigned char *)salt, (int)salt_len, (int)times,
                                  hash, len, out) == 1;
    gsasl_free(prepared);
    gsasl_free(salt);
    return good;
}

/* GNU SASL asks for the salted password before it makes one itself, which takes it several times as long as OpenSSL. */
static int answer_property(Gsasl *gsasl, Gsasl_session *session, Gsasl_property property)
{
    unsigned char salted[EVP_MAX_MD_SIZE];
    char text[2 * EVP_MAX_MD_SIZE + 1];
    (void)gsasl;
    if (property != GSASL_SCRAM_SALTED_PASSWORD)
        return GSASL_NO_CALLBACK;
    const EVP_MD *hash = strstr(gsasl_mechanism_name(session), "SHA-256") ? EVP_sha256() : EVP_sha1();
    int len = EVP_MD_get_size(hash);
    if (!salt_password(session, hash, salted, len))
        return GSASL_NO_CALLBACK;
    for (int i = 0; i < len; i++)
        snprintf(text + 2 * (size_t)i, 3, "%02x", salted[i]);
    return gsasl_property_set(session, property, text);
}

static bool session_begin(struct auth_client *a, const char *mechanism, const char *host, char *why, size_t why_size)
{
    const struct auth_order *o = a->order;
    int rc = gsasl_init(&a->gsasl);
    if (rc == GSASL_OK) {
        gsasl_callback_set(a->gsasl, answer_property);
        rc = gsasl_client_start(a->gsasl, mechanism, &a->session);
    }
    if (rc != GSASL_OK) {
        snprintf(why, why_size, "the mechanism %s cannot be done here: %s", mechanism, gsasl_strerror(rc));
        return false;
    }
    rc = gsasl_property_set_raw(a->session, GSASL_AUTHID, (const char *)o->user.data, o->user.len);
    if (rc == GSASL_OK)
        rc = gsasl_property_set_raw(a->session, GSASL_PASSWORD, (const char *)o->password.data, o->password.len);
    if (rc == GSASL_OK && o->authzid.len > 0)
        rc = gsasl_property_set_raw(a->session, GSASL_AUTHZID, (const char *)o->authzid.data, o->authzid.len);
    if (rc == GSASL_OK)
        rc = gsasl_property_set(a->session, GSASL_SERVICE, "smtp");
    if (rc == GSASL_OK)
        rc = gsasl_property_set(a->session, GSASL_HOSTNAME, host ? host : "localhost");
    if (rc != GSASL_OK)
        snprintf(why, why_size, "GNU SASL: %s", gsasl_strerror(rc));
    return rc == GSASL_OK;
}

struct auth_client *auth_client_new(const char *mechanism, const struct auth_order *o, const char *host, char *why,
                                    size_t why_size)
{
    struct auth_client *a = calloc(1, sizeof *a);
    if (!a) {
        snprintf(why, why_size, "no memory");
        return NULL;
    }
    a->order = o;
    a->oauth = strcasecmp(mechanism, "OAUTHBEARER") == 0;
    if (a->oauth || strcasecmp(mechanism, "XOAUTH2") == 0)
        return a;
    if (session_begin(a, mechanism, host, why, why_size))
        return a;
    auth_client_free(a);
    return NULL;
}

void auth_client_free(struct auth_client *a)
{
    if (!a)
        return;
    if (a->session)
        gsasl_finish(a->session);
    if (a->gsasl)
        gsasl_done(a->gsasl);
    free(a);
}

/* OAUTHBEARER: RFC 7628 section 3.1; the answer to the server's error is one 0x01. XOAUTH2 answers it with nothing. */
static bool token_step(struct auth_client *a, struct buffer *out)
{
    const struct auth_order *o = a->order;
    if (a->messages++ > 0) {
        if (a->oauth)
            buffer_add_octet(out, 1);
        return !buffer_failed(out);
    }
    buffer_add_string(out, a->oauth ? "n,a=" : "user=");
    buffer_add(out, o->user);
    buffer_add_string(out, a->oauth ? ",\001auth=Bearer " : "\001auth=Bearer ");
    buffer_add(out, o->password);
    buffer_add_string(out, "\001\001");
    return !buffer_failed(out);
}

/* server-first-message of RFC 5802 section 7: "r=NONCE,s=SALT,i=ITERATIONS". What has no number there is GNU SASL's to
 * refuse. */
static bool iterations_fit(const struct auth_client *a, struct bytes challenge, char *why, size_t why_size)
{
    uint64_t times;
    size_t at = bytes_find(challenge, BYTES(",i="));
    if (at == BYTES_NONE || strncmp(gsasl_mechanism_name(a->session), "SCRAM-", 6) != 0)
        return true;
    struct bytes number = bytes_from(challenge, at + 3);
    size_t len = 0;
    while (len < number.len && number.data[len] >= '0' && number.data[len] <= '9')
        len++;
    number = bytes_slice(number, 0, len);
    if (len == 0 || (bytes_to_number(number, &times) && times <= ITERATIONS_MOST))
        return true;
    snprintf(why, why_size, "the server asks for %.*s iterations of SCRAM, and at most %d are done here",
             (int)(len < 40 ? len : 40), (const char *)number.data, ITERATIONS_MOST);
    return false;
}

bool auth_client_step(struct auth_client *a, struct bytes challenge, struct buffer *out, char *why, size_t why_size)
{
    if (!a->session)
        return token_step(a, out);
    if (!iterations_fit(a, challenge, why, why_size))
        return false;
    char *message = NULL;
    size_t len = 0;
    int rc = gsasl_step(a->session, (const char *)challenge.data, challenge.len, &message, &len);
    if (rc == GSASL_OK || rc == GSASL_NEEDS_MORE)
        buffer_add(out, bytes_of(message, len));
    else
        snprintf(why, why_size, "the server's challenge cannot be answered: %s", gsasl_strerror(rc));
    gsasl_free(message);
    return (rc == GSASL_OK || rc == GSASL_NEEDS_MORE) && !buffer_failed(out);
}
