#include "base/base64.h"
#include "grammar.h"
#include "sasl_mechanisms.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

enum { ITERATIONS = 4096, SALT = 16 }; /* RFC 7677 section 4 asks for 4096 at least */

static bool hmac(struct bytes key, struct bytes text, unsigned char out[SASL_SHA256])
{
    unsigned len = 0;
    return HMAC(EVP_sha256(), key.data, (int)key.len, text.data, text.len, out, &len) && len == SASL_SHA256;
}

/* Cuts off what stands before the next comma, which has to be there. */
static bool before_comma(struct bytes *rest, struct bytes *out)
{
    size_t comma = bytes_find_octet(*rest, ',');
    if (comma == BYTES_NONE)
        return false;
    *out = bytes_slice(*rest, 0, comma);
    *rest = bytes_from(*rest, comma + 1);
    return true;
}

/* saslname of RFC 5802 section 7: no NUL, "=" only as "=2C" or "=3D". Appends the name it stands for. */
static bool saslname_decode(struct bytes in, struct buffer *out)
{
    if (in.len == 0 || !utf8_valid(in) || bytes_find_octet(in, 0) != BYTES_NONE)
        return false;
    for (size_t i = 0; i < in.len; i++) {
        unsigned char octet = in.data[i];
        if (octet == '=') {
            struct bytes code = bytes_slice(in, i, 3);
            bool comma = bytes_equal(code, BYTES("=2C"));
            if (!comma && !bytes_equal(code, BYTES("=3D")))
                return false;
            octet = comma ? ',' : '=';
            i += 2;
        }
        buffer_add_octet(out, octet);
    }
    return true;
}

static bool nonce_good(struct bytes nonce)
{
    for (size_t i = 0; i < nonce.len; i++)
        if (nonce.data[i] < 0x21 || nonce.data[i] > 0x7E || nonce.data[i] == ',')
            return false;
    return nonce.len > 0;
}

/* extensions = attr-val *("," attr-val); they are optional by their nature and ignored. */
static bool extensions_good(struct bytes rest)
{
    while (rest.len > 0) {
        struct bytes one = rest;
        if (!before_comma(&rest, &one))
            rest = bytes_from(rest, rest.len);
        else if (rest.len == 0)
            return false;
        if (one.len < 3 || !grammar_is(one.data[0], GRAMMAR_ALPHA) || one.data[1] != '=' ||
            bytes_find_octet(one, 0) != BYTES_NONE)
            return false;
    }
    return true;
}

/* gs2-header = gs2-cbind-flag "," [authzid] ",". We offer no channel binding: "y" is as good as "n" then, and "p" asks
 * for what is not there. */
static enum sasl_status gs2_take(struct sasl_server *s, struct bytes *rest, struct buffer *authorization)
{
    struct bytes whole = *rest, flag, name;
    if (!before_comma(rest, &flag) || !before_comma(rest, &name))
        return SASL_MALFORMED;
    bool binding = flag.len > 2 && flag.data[0] == 'p' && flag.data[1] == '=';
    if (!binding && !bytes_equal(flag, BYTES("n")) && !bytes_equal(flag, BYTES("y")))
        return SASL_MALFORMED;
    if (name.len > 0 && (!bytes_starts(name, BYTES("a=")) || !saslname_decode(bytes_from(name, 2), authorization)))
        return SASL_MALFORMED;
    if (binding)
        return SASL_REFUSED;
    buffer_add(&s->gs2, bytes_slice(whole, 0, whole.len - rest->len));
    return SASL_CONTINUE;
}

/* The same user always gets the same salt, known or not: which of both it is does not show. */
static void salt_of(struct bytes user, unsigned char out[SASL_SHA256])
{
    static const char purpose[] = "salt of this test server";
    if (!hmac(bytes_string(purpose), user, out))
        OPENSSL_cleanse(out, SASL_SHA256);
}

static int iterations(const struct sasl_server *s)
{
    return s->config.iterations > 0 ? s->config.iterations : ITERATIONS;
}

static enum sasl_status server_first(struct sasl_server *s, struct bytes bare, struct bytes nonce,
                                     struct buffer *challenge)
{
    unsigned char salt[SASL_SHA256];
    struct sasl_account account;
    struct bytes user = buffer_bytes(&s->first);
    salt_of(user, salt);
    s->known = sasl_account_find(s, user, &account);
    if (account.password.len > INT_MAX ||
        !PKCS5_PBKDF2_HMAC(account.password.data ? (const char *)account.password.data : "", (int)account.password.len,
                           salt, SALT, iterations(s), EVP_sha256(), SASL_SHA256, s->salted))
        return SASL_REFUSED;
    struct buffer message = {0};
    buffer_add_string(&message, "r=");
    buffer_add(&message, nonce);
    buffer_add(&message, buffer_bytes(&s->nonce));
    buffer_add_string(&message, ",s=");
    base64_encode(&message, bytes_of(salt, SALT));
    buffer_printf(&message, ",i=%d", iterations(s));

    buffer_add(&s->messages, bare);
    buffer_add_octet(&s->messages, ',');
    s->nonce_at = s->messages.len + 2;
    s->nonce_len = nonce.len + s->nonce.len;
    buffer_add(&s->messages, buffer_bytes(&message));
    buffer_add(challenge, buffer_bytes(&message));
    bool failed = buffer_failed(&message) || buffer_failed(&s->messages) || buffer_failed(&s->gs2);
    buffer_free(&message);
    return failed ? SASL_REFUSED : SASL_CONTINUE;
}

/* client-first-message-bare = [reserved-mext ","] username "," nonce ["," extensions] */
static enum sasl_status client_first(struct sasl_server *s, struct bytes in, struct buffer *challenge)
{
    struct buffer authorization = {0};
    enum sasl_status status = gs2_take(s, &in, &authorization);
    struct bytes bare = in, name, nonce;
    if (status != SASL_CONTINUE)
        goto out;
    status = SASL_MALFORMED;
    if (bytes_starts(in, BYTES("m="))) { /* an extension that must be understood: there is none */
        status = SASL_REFUSED;
        goto out;
    }
    if (!before_comma(&in, &name) || !bytes_starts(name, BYTES("n=")) ||
        !saslname_decode(bytes_from(name, 2), &s->first))
        goto out;
    bool more = before_comma(&in, &nonce);
    if (!more)
        nonce = in;
    if (!bytes_starts(nonce, BYTES("r=")) || !nonce_good(bytes_from(nonce, 2)) ||
        (more && (in.len == 0 || !extensions_good(in))))
        goto out;
    status = SASL_REFUSED;
    if (buffer_failed(&s->first) || buffer_failed(&authorization) ||
        (authorization.len > 0 && !bytes_equal(buffer_bytes(&authorization), buffer_bytes(&s->first))))
        goto out;
    status = server_first(s, bare, bytes_from(nonce, 2), challenge);
out:
    buffer_free(&authorization);
    return status;
}

/* Adds "v=" ServerSignature when the proof is right: RFC 5802 section 3. */
static bool proof_good(struct sasl_server *s, const unsigned char *proof, struct buffer *challenge)
{
    unsigned char client[SASL_SHA256], stored[SASL_SHA256], signature[SASL_SHA256], hash[SASL_SHA256];
    struct bytes salted = bytes_of(s->salted, SASL_SHA256), all = buffer_bytes(&s->messages);
    if (!hmac(salted, BYTES("Client Key"), client) || !SHA256(client, SASL_SHA256, stored) ||
        !hmac(bytes_of(stored, SASL_SHA256), all, signature))
        return false;
    for (size_t i = 0; i < SASL_SHA256; i++)
        signature[i] ^= proof[i];
    if (!SHA256(signature, SASL_SHA256, hash) || CRYPTO_memcmp(hash, stored, SASL_SHA256) != 0 || !s->known)
        return false;
    if (!hmac(salted, BYTES("Server Key"), client) || !hmac(bytes_of(client, SASL_SHA256), all, signature))
        return false;
    buffer_add_string(challenge, "v=");
    base64_encode(challenge, bytes_of(signature, SASL_SHA256));
    return true;
}

/* client-final-message = channel-binding "," nonce ["," extensions] "," proof */
static enum sasl_status client_final(struct sasl_server *s, struct bytes in, struct buffer *challenge)
{
    struct bytes all = in, binding, nonce, extra = {NULL, 0};
    struct buffer bound = {0}, proof = {0};
    enum sasl_status status = SASL_MALFORMED;
    size_t at = in.len;
    while (at > 0 && in.data[at - 1] != ',')
        at--;
    struct bytes last = bytes_from(in, at);
    if (at == 0 || !bytes_starts(last, BYTES("p=")) || !base64_decode(&proof, bytes_from(last, 2)) ||
        proof.len != SASL_SHA256)
        goto out;
    in.len = at; /* with the comma before the proof */
    if (!before_comma(&in, &binding) || !before_comma(&in, &nonce))
        goto out;
    extra = in;
    if (extra.len > 0)
        extra.len--;
    if (!bytes_starts(binding, BYTES("c=")) || !base64_decode(&bound, bytes_from(binding, 2)) || bound.len == 0 ||
        !bytes_starts(nonce, BYTES("r=")) || !nonce_good(bytes_from(nonce, 2)) ||
        (in.len > 0 && (extra.len == 0 || !extensions_good(extra))))
        goto out;
    status = SASL_REFUSED;
    struct bytes echoed = bytes_slice(buffer_bytes(&s->messages), s->nonce_at, s->nonce_len);
    if (!bytes_equal(buffer_bytes(&bound), buffer_bytes(&s->gs2)) || !bytes_equal(bytes_from(nonce, 2), echoed))
        goto out;
    buffer_add_octet(&s->messages, ',');
    buffer_add(&s->messages, bytes_slice(all, 0, at - 1));
    if (buffer_failed(&s->messages) || !proof_good(s, proof.data, challenge))
        goto out;
    s->proven = true;
    status = SASL_CONTINUE;
out:
    buffer_free(&bound);
    buffer_free(&proof);
    return status;
}

/* SMTP's 235 carries no data, so that the server's signature goes out in a last challenge, which the client answers
 * with nothing (RFC 4422 section 3.6). */
enum sasl_status scram_step(struct sasl_server *s, bool has_message, struct bytes in, struct buffer *challenge)
{
    if (!has_message)
        return s->stage == 0 ? SASL_CONTINUE : SASL_MALFORMED;
    if (s->proven)
        return in.len == 0 ? sasl_finish(s, true, buffer_bytes(&s->first)) : SASL_MALFORMED;
    if (s->messages.len == 0)
        return client_first(s, in, challenge);
    return client_final(s, in, challenge);
}
