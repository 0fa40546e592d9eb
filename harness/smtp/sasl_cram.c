#include "grammar.h"
#include "sasl_mechanisms.h"

#include <limits.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

enum { DIGEST_OCTETS = 16, DIGEST_TEXT = 2 * DIGEST_OCTETS };

static enum sasl_status cram_challenge(struct sasl_server *s, struct buffer *challenge)
{
    buffer_printf(&s->first, "<%.*s@%s>", BYTES_ARG(buffer_bytes(&s->nonce)), buffer_string(&s->host));
    if (buffer_failed(&s->first))
        return SASL_REFUSED;
    buffer_add(challenge, buffer_bytes(&s->first));
    return SASL_CONTINUE;
}

static bool digest_text(struct bytes password, struct bytes challenge, unsigned char out[DIGEST_TEXT])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    if (password.len > INT_MAX ||
        !HMAC(EVP_md5(), password.data ? password.data : (const unsigned char *)"", (int)password.len, challenge.data,
              challenge.len, digest, &len) ||
        len != DIGEST_OCTETS)
        return false;
    for (size_t i = 0; i < DIGEST_OCTETS; i++) {
        out[2 * i] = (unsigned char)digits[digest[i] >> 4];
        out[2 * i + 1] = (unsigned char)digits[digest[i] & 15];
    }
    return true;
}

/* Challenge: a msg-id; answer: user, space, HMAC-MD5 in lower-case hexadecimal (RFC 2195 section 2). An initial
 * response makes no sense, and RFC 4954 section 4 has it refused. */
enum sasl_status cram_step(struct sasl_server *s, bool has_message, struct bytes in, struct buffer *challenge)
{
    if (s->stage == 0)
        return has_message ? SASL_MALFORMED : cram_challenge(s, challenge);
    if (!has_message || in.len < DIGEST_TEXT + 2 || in.data[in.len - DIGEST_TEXT - 1] != ' ')
        return SASL_MALFORMED;
    struct bytes user = bytes_slice(in, 0, in.len - DIGEST_TEXT - 1), digest = bytes_from(in, in.len - DIGEST_TEXT);
    for (size_t i = 0; i < digest.len; i++)
        if (!grammar_is(digest.data[i], GRAMMAR_HEX) || (digest.data[i] >= 'A' && digest.data[i] <= 'F'))
            return SASL_MALFORMED;
    struct sasl_account account;
    unsigned char wanted[DIGEST_TEXT];
    bool good = sasl_account_find(s, user, &account);
    good = digest_text(account.password, buffer_bytes(&s->first), wanted) && good;
    good = good && sasl_secret_equal(bytes_of(wanted, sizeof wanted), digest);
    return sasl_finish(s, good, user);
}
