#include "base/text.h"

#include <stdio.h>
#include <string.h>

static void visible_octet(struct buffer *out, unsigned char c)
{
    static const struct {
        unsigned char octet;
        const char *shown;
    } named[] = {{'\r', "\\r"}, {'\n', "\\n"}, {'\t', "\\t"}, {0, "\\0"}, {'\\', "\\\\"}};

    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        if (named[i].octet == c) {
            buffer_add_string(out, named[i].shown);
            return;
        }
    if (octet_is_print(c))
        buffer_add_octet(out, c);
    else
        buffer_printf(out, "\\x%02x", c);
}

void text_visible(struct buffer *out, struct bytes octets, size_t most)
{
    size_t shown = most && octets.len > most ? most : octets.len;
    for (size_t i = 0; i < shown; i++)
        visible_octet(out, octets.data[i]);
    if (shown < octets.len)
        buffer_printf(out, "... (%zu more octets)", octets.len - shown);
}

bool text_duration(struct bytes text, int64_t *ms)
{
    static const struct {
        const char *unit;
        int64_t ms;
    } units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}};

    size_t digits = 0;
    while (digits < text.len && octet_is_digit(text.data[digits]))
        digits++;
    uint64_t n = 0;
    if (!bytes_to_number(bytes_slice(text, 0, digits), &n) || n > 1000000000)
        return false;
    struct bytes unit = bytes_from(text, digits);
    if (n == 0 && unit.len == 0) {
        *ms = 0;
        return true;
    }
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (bytes_equal(unit, bytes_string(units[i].unit))) {
            *ms = (int64_t)n * units[i].ms;
            return true;
        }
    return false;
}

enum { WORD = 64 };

static unsigned least_of(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Optimal string alignment distance, case ignored; words beyond WORD octets are never near. */
static unsigned distance(struct bytes a, struct bytes b)
{
    unsigned char d[WORD + 1][WORD + 1];
    if (a.len > WORD || b.len > WORD)
        return WORD;
    for (size_t j = 0; j <= b.len; j++)
        d[0][j] = (unsigned char)j;
    for (size_t i = 1; i <= a.len; i++) {
        d[i][0] = (unsigned char)i;
        for (size_t j = 1; j <= b.len; j++) {
            unsigned char x = octet_lower(a.data[i - 1]), y = octet_lower(b.data[j - 1]);
            unsigned best = d[i - 1][j - 1] + (x != y ? 1u : 0u);
            best = least_of(best, d[i - 1][j] + 1u);
            best = least_of(best, d[i][j - 1] + 1u);
            if (i > 1 && j > 1 && x == octet_lower(b.data[j - 2]) && octet_lower(a.data[i - 2]) == y)
                best = least_of(best, d[i - 2][j - 2] + 1u);
            d[i][j] = (unsigned char)best;
        }
    }
    return d[a.len][b.len];
}

const char *text_nearest(struct bytes word, const char *const *names, size_t count)
{
    const char *best = NULL;
    unsigned least = word.len < 4 ? 1 : word.len < 8 ? 2 : 3;
    for (size_t i = 0; i < count; i++) {
        unsigned d = distance(word, bytes_string(names[i]));
        if (d <= least && (!best || d < least)) {
            best = names[i];
            least = d;
        }
    }
    return best;
}

/* Iterative, so that a pattern with many stars cannot take for ever: only the last star is ever retried. */
bool text_glob(const char *pattern, const char *text)
{
    const char *star = NULL, *again = NULL;
    while (*text) {
        if (*pattern == '*') {
            star = pattern++;
            again = text;
        } else if (*pattern == '?' || *pattern == *text) {
            pattern++;
            text++;
        } else if (star) {
            pattern = star + 1;
            text = ++again;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == 0;
}
