#include "grammar.h"
#include "smtp/command.h"

/* hexchar has upper case digits in RFC 3461 section 4; RFC 4954 section 8 takes either case, and so do we: a server
 * that accepts both harms nobody. */
static bool xtext_hex(const unsigned char *at, const unsigned char *end, unsigned char *out)
{
    if (end - at < 3 || !grammar_is(at[1], GRAMMAR_HEX) || !grammar_is(at[2], GRAMMAR_HEX))
        return false;
    *out = (unsigned char)(octet_hex(at[1]) << 4 | octet_hex(at[2]));
    return true;
}

bool xtext_decode(struct bytes in, unsigned char *out, size_t size, size_t *len)
{
    struct cursor c = cursor_open(in, NULL);
    *len = 0;
    while (!cursor_done(&c)) {
        unsigned char octet = *c.at;
        size_t n = 1;
        if (octet == '+') {
            if (!xtext_hex(c.at, c.end, &octet))
                return false;
            n = 3;
        } else if (!grammar_is(octet, GRAMMAR_XCHAR)) {
            return false;
        }
        if (out && *len < size)
            out[*len] = octet;
        *len += 1;
        c.at += n;
    }
    return !out || *len <= size;
}

bool xtext_valid(struct bytes in)
{
    size_t len = 0;
    return xtext_decode(in, NULL, 0, &len);
}
