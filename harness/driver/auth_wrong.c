#include "auth.h"

#include "base/base64.h"

#include <strings.h>

enum { OVERSIZED_LINE = 13000 }; /* RFC 4954 section 4: 12,288 octets is the most that has to be taken */

static void encode(struct buffer *line, struct bytes message)
{
    base64_encode(line, message);
}

/* A message that ends within a field: of PLAIN so that its second NUL is gone. */
static void truncated(const char *mechanism, struct bytes message, struct buffer *line)
{
    size_t keep = message.len / 2;
    if (strcasecmp(mechanism, "PLAIN") == 0) {
        size_t first = bytes_find_octet(message, 0);
        size_t second = first == BYTES_NONE ? BYTES_NONE : bytes_find_octet(bytes_from(message, first + 1), 0);
        if (second != BYTES_NONE)
            keep = first + 1 + second / 2;
    }
    encode(line, bytes_slice(message, 0, keep));
}

static void extra_field(const char *mechanism, struct bytes message, struct buffer *line)
{
    struct buffer more = {0};
    bool scram = bytes_starts_nocase(bytes_string(mechanism), BYTES("SCRAM-"));
    buffer_add(&more, message);
    buffer_add(&more, scram ? BYTES(",x=y") : BYTES("\0extra"));
    encode(line, buffer_bytes(&more));
    buffer_free(&more);
}

/* SCRAM (RFC 5802 section 5.1): r= of the last client message has to be the nonce of both. */
static void wrong_nonce(struct bytes message, struct buffer *line)
{
    struct buffer other = {0};
    size_t at = bytes_find(message, BYTES("r="));
    buffer_add(&other, message);
    if (at != BYTES_NONE && at + 2 < message.len && !buffer_failed(&other))
        other.data[at + 2] = other.data[at + 2] == 'x' ? 'y' : 'x';
    encode(line, buffer_bytes(&other));
    buffer_free(&other);
}

static void bad_base64(struct bytes message, struct buffer *line)
{
    buffer_add_string(line, "!@#$");
    encode(line, message);
}

static void bad_padding(struct bytes message, struct buffer *line)
{
    struct buffer right = {0};
    encode(&right, message);
    buffer_add(line, bytes_slice(buffer_bytes(&right), 0, 1));
    buffer_add_octet(line, '=');
    buffer_add(line, bytes_from(buffer_bytes(&right), 1));
    buffer_free(&right);
}

void auth_wrong_answer(enum auth_error error, const char *mechanism, struct bytes message, struct buffer *line)
{
    switch (error) {
    case AUTH_CANCEL:
        buffer_add_octet(line, '*');
        break;
    case AUTH_BAD_BASE64:
        bad_base64(message, line);
        break;
    case AUTH_BAD_PADDING:
        bad_padding(message, line);
        break;
    case AUTH_TRUNCATED:
        truncated(mechanism, message, line);
        break;
    case AUTH_OVERSIZED:
        buffer_add_repeated(line, BYTES("QUFB"), OVERSIZED_LINE / 4);
        break;
    case AUTH_EXTRA_FIELD:
        extra_field(mechanism, message, line);
        break;
    case AUTH_WRONG_NONCE:
        wrong_nonce(message, line);
        break;
    case AUTH_EMPTY:
    case AUTH_DISCONNECT:
        break;
    case AUTH_NO_ERROR:
    case AUTH_WRONG_PASSWORD:
    case AUTH_UNKNOWN_USER:
        encode(line, message);
        break;
    }
}
