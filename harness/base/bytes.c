#include "base/bytes.h"

#include <string.h>

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
    /* Most often nothing begins like it: memchr(3) sees that much sooner. */
    const unsigned char *at = memchr(b.data, needle.data[0], b.len);
    if (at)
        at = memmem(at, b.len - (size_t)(at - b.data), needle.data, needle.len);
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

int octet_hex(unsigned char c)
{
    if (octet_is_digit(c))
        return c - '0';
    c = octet_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}
