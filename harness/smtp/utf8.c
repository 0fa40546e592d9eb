#include "grammar.h"

/* First octet, and the range of the second, which is where overlong forms, surrogates and what lies above U+10FFFF are
 * shut out; the third and fourth are any of 0x80 to 0xBF. */
static const struct {
    unsigned char first_from, first_to, second_from, second_to, len;
} forms[] = {
    {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3}, {0xE1, 0xEC, 0x80, 0xBF, 3}, {0xED, 0xED, 0x80, 0x9F, 3},
    {0xEE, 0xEF, 0x80, 0xBF, 3}, {0xF0, 0xF0, 0x90, 0xBF, 4}, {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4},
};

size_t utf8_sequence(const unsigned char *at, const unsigned char *end)
{
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (at[0] < forms[i].first_from || at[0] > forms[i].first_to)
            continue;
        if ((size_t)(end - at) < forms[i].len || at[1] < forms[i].second_from || at[1] > forms[i].second_to)
            return 0;
        for (size_t k = 2; k < forms[i].len; k++)
            if (at[k] < 0x80 || at[k] > 0xBF)
                return 0;
        return forms[i].len;
    }
    return 0;
}

bool utf8_valid(struct bytes in)
{
    struct cursor c = cursor_open(in, NULL);
    while (!cursor_done(&c)) {
        size_t n = *c.at < 0x80 ? 1 : utf8_sequence(c.at, c.end);
        if (n == 0)
            return false;
        c.at += n;
    }
    return true;
}
