#include "grammar.h"

enum { DOMAIN_MOST = 255 }; /* RFC 5321 section 4.5.3.1.2 */

/* Takes what a label may hold beyond ASCII (U-label, RFC 6531 section 3.3). */
static bool label_utf8(struct cursor *c, unsigned flags, bool *utf8)
{
    if (!(flags & PATH_UTF8))
        return cursor_fail(c, "an ASCII letter or digit (UTF-8 needs SMTPUTF8)");
    size_t n = utf8_sequence(c->at, c->end);
    if (n == 0)
        return cursor_fail(c, "valid UTF-8");
    c->at += n;
    *utf8 = true;
    return true;
}

/* sub-domain: begins and ends with a letter or digit, hyphens between. How long a label may be (63 octets) is the
 * DNS's matter; the grammar of section 4.1.2 has no limit of its own. */
static bool label_take(struct cursor *c, unsigned flags, bool *utf8)
{
    if (cursor_done(c) || !(grammar_is(*c->at, GRAMMAR_LET_DIG) || *c->at >= 0x80))
        return cursor_fail(c, "a letter or digit");
    for (;;) {
        cursor_skip(c, GRAMMAR_LDH);
        if (cursor_done(c) || *c->at < 0x80)
            break;
        if (!label_utf8(c, flags, utf8))
            return false;
    }
    if (c->at[-1] != '-')
        return true;
    c->at--;
    return cursor_fail(c, "a letter or digit at the end of a label, not '-'");
}

bool domain_name_take(struct cursor *c, unsigned flags, bool *utf8)
{
    const unsigned char *from = c->at;
    do {
        if (!label_take(c, flags, utf8))
            return false;
    } while (cursor_sees(c, '.') && c->at++);
    if (cursor_since(c, from).len > DOMAIN_MOST && !(flags & PATH_NO_LENGTH_LIMIT)) {
        c->at = from + DOMAIN_MOST;
        return cursor_fail(c, "a domain of at most 255 octets");
    }
    return true;
}

/* Snum 3("." Snum): leading zeros are in the grammar (1*3DIGIT), a value above 255 is not. */
static bool ipv4_take(struct cursor *c)
{
    for (int i = 0; i < 4; i++) {
        if (i > 0 && !cursor_take(c, '.', "'.' between four numbers"))
            return false;
        const unsigned char *from = c->at;
        unsigned value = 0;
        while (c->at < c->end && c->at - from < 3 && grammar_is(*c->at, GRAMMAR_DIGIT))
            value = value * 10 + (unsigned)(*c->at++ - '0');
        if (c->at == from)
            return cursor_fail(c, "a number from 0 to 255");
        if (value > 255) {
            c->at = from;
            return cursor_fail(c, "a number from 0 to 255");
        }
    }
    return true;
}

/* What was read of an IPv6 address so far. An IPv4 tail counts as two groups. */
struct ipv6 {
    int groups;
    bool compressed;
    bool tail;
};

/* One group, or the IPv4 address that ends the whole: which one it is shows at the "." behind its digits. */
static bool ipv6_piece(struct cursor *c, struct ipv6 *v)
{
    const unsigned char *from = c->at;
    size_t n = cursor_skip(c, GRAMMAR_HEX);
    if (n > 0 && cursor_sees(c, '.')) {
        c->at = from;
        v->tail = true;
        v->groups += 2;
        return ipv4_take(c);
    }
    if (n == 0 || n > 4) {
        c->at = from;
        return cursor_fail(c, "one to four hexadecimal digits");
    }
    v->groups++;
    return true;
}

/* IPv6-addr: full with eight groups, or "::" with at most six beside it, since by section 4.1.3 it stands for two at
 * least. The last two groups may be an IPv4 address. */
static bool ipv6_take(struct cursor *c)
{
    struct ipv6 v = {0, false, false};
    const unsigned char *from = c->at;
    for (bool first = true;; first = false) {
        bool two = c->end - c->at >= 2 && c->at[0] == ':' && c->at[1] == ':';
        if (two && !v.compressed) {
            c->at += 2;
            v.compressed = true;
            if (cursor_done(c) || *c->at == ']')
                break;
        } else if (!first && !cursor_take(c, ':', "':' between the groups of an IPv6 address")) {
            return false;
        }
        if (!ipv6_piece(c, &v))
            return false;
        if (v.tail || cursor_done(c) || *c->at == ']')
            break;
    }
    if (v.compressed ? v.groups <= 6 : v.groups == 8)
        return true;
    c->at = from;
    return cursor_fail(c, v.compressed ? "at most six groups beside '::'" : "eight groups, or '::'");
}

static bool is_tag(struct bytes b, struct bytes tag)
{
    return bytes_equal_nocase(b, tag);
}

/* What follows "[": the tag tells IPv6 and general literals apart. "IPv6" would fit the general form too, but its
 * address has a format of its own, so that one must fit. */
static bool literal_content(struct cursor *c, struct domain *out)
{
    const unsigned char *from = c->at;
    cursor_skip(c, GRAMMAR_LDH);
    struct bytes tag = cursor_since(c, from);
    if (!cursor_sees(c, ':')) {
        out->kind = DOMAIN_IPV4;
        c->at = from;
        if (!ipv4_take(c))
            return false;
        out->content = cursor_since(c, from);
        return true;
    }
    if (tag.len == 0 || tag.data[tag.len - 1] == '-')
        return cursor_fail(c, "a tag that ends with a letter or digit, before ':'");
    from = ++c->at;
    out->kind = is_tag(tag, BYTES("IPv6")) ? DOMAIN_IPV6 : DOMAIN_GENERAL;
    if (out->kind == DOMAIN_GENERAL) {
        out->tag = tag;
        if (cursor_skip(c, GRAMMAR_DCONTENT) == 0)
            return cursor_fail(c, "an address behind the tag");
    } else if (!ipv6_take(c)) {
        return false;
    }
    out->content = cursor_since(c, from);
    return true;
}

bool domain_take(struct cursor *c, unsigned flags, struct domain *out, bool *utf8)
{
    const unsigned char *from = c->at;
    out->kind = DOMAIN_NAME;
    if (!cursor_sees(c, '[')) {
        if (!domain_name_take(c, flags, utf8))
            return false;
        out->text = cursor_since(c, from);
        return true;
    }
    c->at++;
    if (!literal_content(c, out) || !cursor_take(c, ']', "']'"))
        return false;
    out->text = cursor_since(c, from);
    if (out->text.len > DOMAIN_MOST && !(flags & PATH_NO_LENGTH_LIMIT)) {
        c->at = from + DOMAIN_MOST;
        return cursor_fail(c, "an address literal of at most 255 octets");
    }
    return true;
}

bool domain_parse(struct bytes in, unsigned flags, struct domain *out, struct syntax_error *error)
{
    struct cursor c = cursor_open(in, error);
    bool utf8 = false;
    *out = (struct domain){0};
    if (!domain_take(&c, flags, out, &utf8))
        return false;
    return cursor_done(&c) || cursor_fail(&c, "the end of the domain");
}
