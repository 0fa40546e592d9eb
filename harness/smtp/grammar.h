/* The character classes of the SMTP grammars in one table, and a cursor over octets with the place of the first
 * mistake. Used by the parsers of this room only. */
#ifndef SMTP_GRAMMAR_H
#define SMTP_GRAMMAR_H

#include "smtp/path.h"

enum grammar_class {
    GRAMMAR_ALPHA = 1 << 0,
    GRAMMAR_DIGIT = 1 << 1,
    GRAMMAR_LET_DIG = GRAMMAR_ALPHA | GRAMMAR_DIGIT,
    GRAMMAR_LDH = 1 << 2,      /* letters, digits, hyphen */
    GRAMMAR_ATEXT = 1 << 3,    /* RFC 5322 section 3.2.3 */
    GRAMMAR_QTEXT = 1 << 4,    /* qtextSMTP, RFC 5321 section 4.1.2 */
    GRAMMAR_DCONTENT = 1 << 5, /* RFC 5321 section 4.1.3 */
    GRAMMAR_VALUE = 1 << 6,    /* esmtp-value, RFC 5321 section 4.1.2 */
    GRAMMAR_XCHAR = 1 << 7,    /* RFC 3461 section 4 */
    GRAMMAR_HEX = 1 << 8,      /* either case */
    GRAMMAR_PRINT = 1 << 9,    /* 0x20 to 0x7E */
    GRAMMAR_TEXT = 1 << 10,    /* textstring of a reply: HT and PRINT, RFC 5321 section 4.2 */
    GRAMMAR_BASE64 = 1 << 11,  /* base64-char, RFC 4954 section 8 */
    GRAMMAR_URI = 1 << 12      /* unreserved, reserved and "%", RFC 3986 section 2 */
};

extern const unsigned short grammar_table[256];

static inline bool grammar_is(unsigned char octet, unsigned class)
{
    return (grammar_table[octet] & class) != 0;
}

/* Letters of either case become upper case; other octets may become anything but a letter. */
static inline unsigned char grammar_fold(unsigned char octet)
{
    return (grammar_table[octet] & GRAMMAR_ALPHA) ? (unsigned char)(octet & 0xDF) : octet;
}

struct cursor {
    const unsigned char *begin;
    const unsigned char *at;
    const unsigned char *end;
    struct syntax_error *error; /* may be NULL */
};

static inline bool cursor_done(const struct cursor *c)
{
    return c->at == c->end;
}

static inline bool cursor_sees(const struct cursor *c, unsigned char octet)
{
    return c->at < c->end && *c->at == octet;
}

struct cursor cursor_open(struct bytes in, struct syntax_error *error);
/* Notes the mistake at the cursor; returns false. */
bool cursor_fail(const struct cursor *c, const char *expected);

/* Takes `octet` or fails with `expected`. */
static inline bool cursor_take(struct cursor *c, unsigned char octet, const char *expected)
{
    if (!cursor_sees(c, octet))
        return cursor_fail(c, expected);
    c->at++;
    return true;
}

/* Takes all octets of `class` that follow; returns how many. */
static inline size_t cursor_skip(struct cursor *c, unsigned class)
{
    const unsigned char *at = c->at, *end = c->end;
    while (at < end && grammar_is(*at, class))
        at++;
    size_t n = (size_t)(at - c->at);
    c->at = at;
    return n;
}

/* Takes `word`, which is in upper case, as it stands or in another case. */
static inline bool cursor_word(struct cursor *c, struct bytes word)
{
    if ((size_t)(c->end - c->at) < word.len)
        return false;
    for (size_t i = 0; i < word.len; i++)
        if (grammar_fold(c->at[i]) != word.data[i])
            return false;
    c->at += word.len;
    return true;
}

/* The octets from `from` up to the cursor. */
static inline struct bytes cursor_since(const struct cursor *c, const unsigned char *from)
{
    return (struct bytes){from, (size_t)(c->at - from)};
}

/* Length of the well-formed UTF-8 sequence of two to four octets at `at`, 0 when there is none (RFC 3629 section 4). */
size_t utf8_sequence(const unsigned char *at, const unsigned char *end);

static const struct bytes nothing;

/* Zeroes a path. Member by member: gcc would zero the whole with a string instruction, and a chain of assignments by
 * reading back what was just stored in halves; either costs more than all the rest of a short command. */
static inline void path_clear(struct path *p)
{
    p->text = nothing;
    p->route = nothing;
    p->mailbox = nothing;
    p->local_part = nothing;
    p->domain.kind = DOMAIN_NAME;
    p->domain.text = nothing;
    p->domain.tag = nothing;
    p->domain.content = nothing;
    p->quoted = false;
    p->utf8 = false;
}

/* The parsers behind path.h, on a cursor: they stop behind what belongs to them. `*utf8` is set when an octet above
 * 0x7F was taken. */
bool domain_take(struct cursor *c, unsigned flags, struct domain *out, bool *utf8);
bool domain_name_take(struct cursor *c, unsigned flags, bool *utf8);
bool path_take(struct cursor *c, unsigned flags, struct path *out);

#endif
