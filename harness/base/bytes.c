#include "base/bytes.h"

#include <string.h>

struct bytes bytes_of(const void *data, size_t len)
{
    return (struct bytes){data, len};
}

struct bytes bytes_string(const char *text)
{
    return (struct bytes){(const unsigned char *)text, text ? strlen(text) : 0};
}

struct bytes bytes_slice(struct bytes b, size_t from, size_t len)
{
    if (from > b.len)
        from = b.len;
    if (len > b.len - from)
        len = b.len - from;
    return (struct bytes){b.data ? b.data + from : NULL, len};
}

struct bytes bytes_from(struct bytes b, size_t from)
{
    return bytes_slice(b, from, b.len);
}

bool bytes_equal(struct bytes a, struct bytes b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

bool bytes_equal_nocase(struct bytes a, struct bytes b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (octet_lower(a.data[i]) != octet_lower(b.data[i]))
            return false;
    return true;
}

bool bytes_starts(struct bytes b, struct bytes prefix)
{
    return b.len >= prefix.len && bytes_equal(bytes_slice(b, 0, prefix.len), prefix);
}

bool bytes_starts_nocase(struct bytes b, struct bytes prefix)
{
    return b.len >= prefix.len && bytes_equal_nocase(bytes_slice(b, 0, prefix.len), prefix);
}

bool bytes_ends(struct bytes b, struct bytes suffix)
{
    return b.len >= suffix.len && bytes_equal(bytes_from(b, b.len - suffix.len), suffix);
}

size_t bytes_find(struct bytes b, struct bytes needle)
{
    if (needle.len == 0)
        return 0;
    if (b.len < needle.len)
        return BYTES_NONE;
    const unsigned char *at = memmem(b.data, b.len, needle.data, needle.len);
    return at ? (size_t)(at - b.data) : BYTES_NONE;
}

size_t bytes_find_octet(struct bytes b, unsigned char octet)
{
    const unsigned char *at = b.len ? memchr(b.data, octet, b.len) : NULL;
    return at ? (size_t)(at - b.data) : BYTES_NONE;
}

bool bytes_next_line(struct bytes *rest, struct bytes *line)
{
    if (rest->len == 0)
        return false;
    size_t end = bytes_find_octet(*rest, '\n');
    *line = bytes_slice(*rest, 0, end == BYTES_NONE ? rest->len : end);
    *rest = bytes_from(*rest, end == BYTES_NONE ? rest->len : end + 1);
    if (end != BYTES_NONE && line->len > 0 && line->data[line->len - 1] == '\r')
        line->len--;
    return true;
}

bool bytes_next_word(struct bytes *rest, struct bytes *word)
{
    size_t from = 0;
    while (from < rest->len && rest->data[from] == ' ')
        from++;
    size_t to = from;
    while (to < rest->len && rest->data[to] != ' ')
        to++;
    *word = bytes_slice(*rest, from, to - from);
    *rest = bytes_from(*rest, to);
    return word->len > 0;
}

bool bytes_to_number(struct bytes b, uint64_t *out)
{
    uint64_t n = 0;
    if (b.len == 0)
        return false;
    for (size_t i = 0; i < b.len; i++) {
        if (!octet_is_digit(b.data[i]))
            return false;
        unsigned digit = (unsigned)(b.data[i] - '0');
        if (n > (UINT64_MAX - digit) / 10)
            return false;
        n = n * 10 + digit;
    }
    *out = n;
    return true;
}

bool octet_is_alpha(unsigned char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool octet_is_digit(unsigned char c)
{
    return c >= '0' && c <= '9';
}

bool octet_is_alnum(unsigned char c)
{
    return octet_is_alpha(c) || octet_is_digit(c);
}

bool octet_is_print(unsigned char c)
{
    return c >= 0x20 && c <= 0x7e;
}

unsigned char octet_lower(unsigned char c)
{
    return c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c;
}

unsigned char octet_upper(unsigned char c)
{
    return c >= 'a' && c <= 'z' ? (unsigned char)(c - 32) : c;
}

int octet_hex(unsigned char c)
{
    if (octet_is_digit(c))
        return c - '0';
    c = octet_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}
