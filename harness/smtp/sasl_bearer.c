#include "grammar.h"
#include "sasl_mechanisms.h"

/* What both mechanisms carry: a user and "Bearer TOKEN". */
struct bearer {
    struct bytes user;
    struct bytes auth;
};

/* Cuts what stands before the next 0x01 off `*rest`; false when there is none. */
static bool field_take(struct bytes *rest, struct bytes *field)
{
    size_t end = bytes_find_octet(*rest, 1);
    if (end == BYTES_NONE)
        return false;
    *field = bytes_slice(*rest, 0, end);
    *rest = bytes_from(*rest, end + 1);
    return true;
}

/* "user=" user 0x01 "auth=Bearer " token 0x01 0x01 */
static bool xoauth2_parse(struct bytes in, struct bearer *out)
{
    struct bytes user, auth, end;
    if (!field_take(&in, &user) || !field_take(&in, &auth) || !field_take(&in, &end) || end.len > 0 || in.len > 0)
        return false;
    if (!bytes_starts_nocase(user, BYTES("user=")) || !bytes_starts_nocase(auth, BYTES("auth=")))
        return false;
    out->user = bytes_from(user, 5);
    out->auth = bytes_from(auth, 5);
    return out->user.len > 0;
}

/* gs2-header of RFC 5801 as RFC 7628 section 3.1 uses it: no channel binding, "a=" and the user name. The saslname's
 * "=2C" and "=3D" are left as they are: no account of ours has a comma or an equals sign. */
static bool gs2_parse(struct bytes header, struct bearer *out)
{
    if (header.len < 3 || header.data[header.len - 1] != ',' || header.data[1] != ',' ||
        (header.data[0] != 'n' && header.data[0] != 'y'))
        return false;
    struct bytes name = bytes_slice(header, 2, header.len - 3);
    if (name.len == 0)
        return true;
    if (!bytes_starts(name, BYTES("a=")) || name.len == 2 || bytes_find_octet(name, ',') != BYTES_NONE)
        return false;
    out->user = bytes_from(name, 2);
    return utf8_valid(out->user);
}

static bool value_good(struct bytes value)
{
    for (size_t i = 0; i < value.len; i++)
        if (!grammar_is(value.data[i], GRAMMAR_TEXT) && value.data[i] != '\r' && value.data[i] != '\n')
            return false;
    return true;
}

/* key "=" value; key is letters only (RFC 7628 section 3.1). */
static bool pair_parse(struct bytes pair, struct bearer *out)
{
    size_t key = 0;
    while (key < pair.len && grammar_is(pair.data[key], GRAMMAR_ALPHA))
        key++;
    if (key == 0 || key == pair.len || pair.data[key] != '=' || !value_good(bytes_from(pair, key + 1)))
        return false;
    if (bytes_equal_nocase(bytes_slice(pair, 0, key), BYTES("auth")))
        out->auth = bytes_from(pair, key + 1);
    return true;
}

static bool oauthbearer_parse(struct bytes in, struct bearer *out)
{
    struct bytes field;
    if (!field_take(&in, &field) || !gs2_parse(field, out))
        return false;
    for (;;) {
        if (!field_take(&in, &field))
            return false;
        if (field.len == 0)
            return in.len == 0;
        if (!pair_parse(field, out))
            return false;
    }
}

/* Both want the error as JSON in a challenge, which the client acknowledges before the failure is told: RFC 7628
 * section 3.2.3. */
static enum sasl_status bearer_error(struct sasl_server *s, struct buffer *challenge)
{
    s->failed = true;
    buffer_add_string(challenge, s->mechanism == SASL_XOAUTH2
                                     ? "{\"status\":\"401\",\"schemes\":\"bearer\",\"scope\":\"mail\"}"
                                     : "{\"status\":\"invalid_token\",\"schemes\":\"bearer\",\"scope\":\"mail\"}");
    return SASL_CONTINUE;
}

enum sasl_status bearer_step(struct sasl_server *s, bool has_message, struct bytes in, struct buffer *challenge)
{
    const struct bytes scheme = BYTES("Bearer ");
    if (s->failed)
        return SASL_REFUSED;
    if (!has_message)
        return s->stage == 0 ? SASL_CONTINUE : SASL_MALFORMED;
    struct bearer b = {{NULL, 0}, {NULL, 0}};
    if (!(s->mechanism == SASL_XOAUTH2 ? xoauth2_parse(in, &b) : oauthbearer_parse(in, &b)))
        return SASL_MALFORMED;
    struct sasl_account account;
    bool good = sasl_account_find(s, b.user, &account) && b.user.len > 0;
    good = bytes_starts_nocase(b.auth, scheme) && good;
    struct bytes token = bytes_from(b.auth, scheme.len);
    good = sasl_secret_equal(account.password, token) && good && token.len > 0;
    return good ? sasl_finish(s, true, b.user) : bearer_error(s, challenge);
}
