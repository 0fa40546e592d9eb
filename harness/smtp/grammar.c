#include "grammar.h"

#define IN(c, from, to) ((c) >= (from) && (c) <= (to))
#define IS_ALPHA(c)     (IN(c, 'A', 'Z') || IN(c, 'a', 'z'))
#define IS_DIGIT(c)     IN(c, '0', '9')
#define IS_MARK(c)                                                                                                     \
    ((c) == '!' || IN(c, '#', '\'') || (c) == '*' || (c) == '+' || (c) == '-' || (c) == '/' || (c) == '=' ||           \
     (c) == '?' || IN(c, '^', '`') || IN(c, '{', '~'))
#define NOT_IN_URI(c)                                                                                                  \
    ((c) == '"' || (c) == '<' || (c) == '>' || (c) == '\\' || (c) == '^' || (c) == '`' || IN(c, '{', '}'))
#define FLAG(test, class) ((test) ? (class) : 0)
#define CLASS(c)                                                                                                       \
    (unsigned short)(FLAG(IS_ALPHA(c), GRAMMAR_ALPHA) | FLAG(IS_DIGIT(c), GRAMMAR_DIGIT) |                             \
                     FLAG(IS_ALPHA(c) || IS_DIGIT(c) || (c) == '-', GRAMMAR_LDH) |                                     \
                     FLAG(IS_ALPHA(c) || IS_DIGIT(c) || IS_MARK(c), GRAMMAR_ATEXT) |                                   \
                     FLAG(IN(c, 32, 126) && (c) != '"' && (c) != '\\', GRAMMAR_QTEXT) |                                \
                     FLAG(IN(c, 33, 90) || IN(c, 94, 126), GRAMMAR_DCONTENT) |                                         \
                     FLAG(IN(c, 33, 126) && (c) != '=', GRAMMAR_VALUE) |                                               \
                     FLAG(IN(c, 33, 126) && (c) != '=' && (c) != '+', GRAMMAR_XCHAR) |                                 \
                     FLAG(IS_DIGIT(c) || IN(c, 'A', 'F') || IN(c, 'a', 'f'), GRAMMAR_HEX) |                            \
                     FLAG(IN(c, 32, 126), GRAMMAR_PRINT) | FLAG((c) == '\t' || IN(c, 32, 126), GRAMMAR_TEXT) |         \
                     FLAG(IS_ALPHA(c) || IS_DIGIT(c) || (c) == '+' || (c) == '/', GRAMMAR_BASE64) |                    \
                     FLAG(IN(c, 33, 126) && !NOT_IN_URI(c), GRAMMAR_URI))
#define FOUR(c)    CLASS(c), CLASS((c) + 1), CLASS((c) + 2), CLASS((c) + 3)
#define SIXTEEN(c) FOUR(c), FOUR((c) + 4), FOUR((c) + 8), FOUR((c) + 12)

/* clang-format off */
const unsigned short grammar_table[256] = {
    SIXTEEN(0x00), SIXTEEN(0x10), SIXTEEN(0x20), SIXTEEN(0x30), SIXTEEN(0x40), SIXTEEN(0x50), SIXTEEN(0x60),
    SIXTEEN(0x70),
};
/* clang-format on */

struct cursor cursor_open(struct bytes in, struct syntax_error *error)
{
    static const unsigned char empty[1];
    const unsigned char *begin = in.data ? in.data : empty;
    if (error)
        *error = (struct syntax_error){NULL, 0};
    return (struct cursor){begin, begin, begin + in.len, error};
}

bool cursor_fail(const struct cursor *c, const char *expected)
{
    if (c->error)
        *c->error = (struct syntax_error){expected, (size_t)(c->at - c->begin)};
    return false;
}
