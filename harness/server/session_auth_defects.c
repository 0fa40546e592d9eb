/* Defects of AUTH: who gets in that should not, and challenges that are none. */
#include "session_internal.h"

#include <openssl/evp.h>

enum { LONG_THOUGHT = 250000, LONG_MESSAGE = 500, ANY_MECHANISM = -1 };

/* A failed exchange of the mechanism logs the client in. */
static const struct {
    enum defect defect;
    int mechanism; /* ANY_MECHANISM */
} open_doors[] = {
    {DEFECT_PLAIN_ANY_PASSWORD, SASL_PLAIN},         {DEFECT_LOGIN_ANY_PASSWORD, SASL_LOGIN},
    {DEFECT_CRAM_ANY_DIGEST, SASL_CRAM_MD5},         {DEFECT_SCRAM_ANY_ANSWER, SASL_SCRAM_SHA_256},
    {DEFECT_SCRAM_ANY_IDENTITY, SASL_SCRAM_SHA_256}, {DEFECT_ANYBODY_LOGS_IN, ANY_MECHANISM},
};

bool session_defect_logs_in(const struct session *s)
{
    for (size_t i = 0; i < sizeof open_doors / sizeof *open_doors; i++)
        if (session_has(s, open_doors[i].defect))
            return open_doors[i].mechanism == ANY_MECHANISM || open_doors[i].mechanism == (int)s->flaws.mechanism;
    return false;
}

static void replace(struct buffer *message, size_t from, size_t len, struct bytes by)
{
    struct buffer old = *message;
    *message = (struct buffer){0};
    buffer_add(message, bytes_slice(buffer_bytes(&old), 0, from));
    buffer_add(message, by);
    buffer_add(message, bytes_from(buffer_bytes(&old), from + len));
    buffer_free(&old);
}

/* An equals sign that begins no escape is taken for itself. */
static void forgive_escapes(struct buffer *message, size_t from)
{
    for (size_t i = from; i < message->len && message->data[i] != ','; i++) {
        struct bytes code = bytes_slice(buffer_bytes(message), i, 3);
        if (message->data[i] == '=' && !bytes_equal(code, BYTES("=2C")) && !bytes_equal(code, BYTES("=3D")))
            replace(message, i, 1, BYTES("=3D"));
    }
}

/* gs2-header, then "n=": RFC 5802 section 7. Each defect takes one thing for right that has to fail. */
static void forgive_scram(const struct session *s, struct buffer *message)
{
    struct bytes all = buffer_bytes(message);
    size_t flag = bytes_find_octet(all, ','), bare = bytes_find(all, BYTES(",,"));
    if (flag == BYTES_NONE || bare == BYTES_NONE)
        return;
    if (session_has(s, DEFECT_SCRAM_ANY_FLAG))
        replace(message, 0, flag, BYTES("n"));
    else if (session_has(s, DEFECT_SCRAM_EXTENSION_IGNORED) && bytes_starts(bytes_from(all, bare + 2), BYTES("m=")))
        replace(message, bare + 2, bytes_find_octet(bytes_from(all, bare + 2), ',') + 1, (struct bytes){0});
    else if (session_has(s, DEFECT_SCRAM_ANY_ESCAPE))
        forgive_escapes(message, bare + 4);
}

static enum sasl_defect judge_plain(const struct session *s, struct bytes m)
{
    bool identity = m.len > 0 && m.data[0] != 0;
    if (session_has(s, DEFECT_EMPTY_PASSWORD_LOGS_IN) && m.len > 1 && m.data[m.len - 1] == 0)
        return SASL_DEFECT_LOGS_IN;
    if (session_has(s, DEFECT_PLAIN_FIELDS_LIMITED) && m.len > LONG_MESSAGE)
        return SASL_DEFECT_MALFORMED;
    if (session_has(s, DEFECT_PLAIN_IDENTITY_CRASHES) && identity)
        return SASL_DEFECT_CRASHES;
    return SASL_DEFECT_NONE;
}

enum sasl_defect session_defect_sasl(struct session *s, struct buffer *message)
{
    bool scram = s->flaws.mechanism == SASL_SCRAM_SHA_256;
    if (scram && session_has(s, DEFECT_SCRAM_BINDING_LOGS_IN) && bytes_starts(buffer_bytes(message), BYTES("p=")))
        return SASL_DEFECT_LOGS_IN;
    if (scram)
        forgive_scram(s, message);
    return s->flaws.mechanism == SASL_PLAIN ? judge_plain(s, buffer_bytes(message)) : SASL_DEFECT_NONE;
}

/* "r=NONCE,s=SALT,i=ITERATIONS" */
static void spoil_server_first(const struct session *s, struct buffer *message)
{
    size_t salt = bytes_find(buffer_bytes(message), BYTES(",s=")),
           count = bytes_find(buffer_bytes(message), BYTES(",i="));
    if (session_has(s, DEFECT_SCRAM_OWN_NONCE))
        replace(message, 2, 0, BYTES("x"));
    if (session_has(s, DEFECT_SCRAM_WITHOUT_SALT) && salt < count && count != BYTES_NONE)
        replace(message, salt, count - salt, (struct bytes){0});
}

bool session_defect_challenge(const struct session *s, struct buffer *octets)
{
    enum sasl_mechanism m = s->flaws.mechanism;
    bool password = m == SASL_LOGIN && bytes_equal(buffer_bytes(octets), BYTES("Password:"));
    if (password && (session_has(s, DEFECT_LOGIN_ASKS_ONCE) ||
                     (session_has(s, DEFECT_LOGIN_UNKNOWN_REFUSED) && s->flaws.user_unknown)))
        return false;
    if (m == SASL_OAUTHBEARER && octets->len > 0 && session_has(s, DEFECT_OAUTH_WITHOUT_RESULT))
        return false;
    if (m == SASL_LOGIN && session_has(s, DEFECT_LOGIN_OTHER_PROMPTS))
        replace(octets, 0, octets->len, BYTES("Well?"));
    if (m == SASL_SCRAM_SHA_256 && bytes_starts(buffer_bytes(octets), BYTES("r=")))
        spoil_server_first(s, octets);
    if (m == SASL_CRAM_MD5 && session_has(s, DEFECT_CRAM_WITHOUT_BRACKETS))
        replace(octets, 0, 1, (struct bytes){0});
    if (octets->len == 0 && session_has(s, DEFECT_EMPTY_CHALLENGE_FILLED))
        buffer_add_string(octets, "Go on");
    return true;
}

static bool in_capitals(struct bytes word)
{
    for (size_t i = 0; i < word.len; i++)
        if (octet_upper(word.data[i]) != word.data[i])
            return false;
    return true;
}

bool session_defect_auth(struct session *s, const struct command *c)
{
    struct bytes name = bytes_slice(c->argument, 0, bytes_find_octet(c->argument, ' '));
    bool digest = bytes_equal(name, BYTES("DIGEST-MD5")) || bytes_equal(name, BYTES("SCRAM-SHA-1"));
    if (session_has(s, DEFECT_AUTH_MECHANISM_CASE_CRASHES) && !in_capitals(name)) {
        s->lost = true;
    } else if (session_has(s, DEFECT_ONE_LOGIN_ATTEMPT) && s->flaws.failed_logins > 0) {
        session_reply(s, 503, "5.5.1", "No second attempt");
    } else if (session_has(s, DEFECT_LISTED_AND_538) && !s->tls && bytes_equal_nocase(name, BYTES("PLAIN"))) {
        session_reply(s, 538, "5.7.11", "Encryption required");
    } else if (session_has(s, DEFECT_CHALLENGE_IN_CLEAR) && digest) {
        session_reply(s, 334, NULL, "realm=\"%s\", qop=auth", s->config.host);
        s->state = STATE_AUTH;
    } else {
        return false;
    }
    return true;
}

/* What a server does that keeps passwords as they should be kept, and looks for the user first. */
void session_defect_think(const struct session *s)
{
    unsigned char hash[32];
    if (session_has(s, DEFECT_KNOWN_USERS_TAKE_LONG))
        PKCS5_PBKDF2_HMAC("password", -1, (const unsigned char *)"salt", 4, LONG_THOUGHT, EVP_sha256(), sizeof hash,
                          hash);
}
