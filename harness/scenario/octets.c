#include "scenario/octets.h"

#include "variables.h"

#include "base/base64.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>

enum { OCTETS_LIMIT = 256 << 20 };

static bool piece_expand(const struct piece *p, const struct variables *v, struct buffer *out, struct error *e)
{
    struct bytes value = {0};
    if (!v || !v->find || !v->find(v->context, p->name, &value))
        return error_set(e, "expected a value for ${%.*s}, found none", BYTES_ARG(p->name));
    if (!p->operator_) {
        buffer_add(out, value);
        return true;
    }
    int64_t n = 0;
    if (!piece_compute(p, value, &n, e))
        return false;
    buffer_printf(out, "%" PRId64, n);
    return true;
}

bool text_expand(const struct text *t, const struct variables *v, struct buffer *out, struct error *e)
{
    if (!t->has_variables) {
        buffer_add(out, t->source);
        return !buffer_failed(out) || error_set(e, "no memory");
    }
    struct bytes rest = t->source;
    struct piece p;
    for (;;) {
        enum piece_kind kind = piece_next(&rest, &p);
        if (kind == PIECE_END)
            break;
        if (kind == PIECE_VARIABLE) {
            if (!piece_expand(&p, v, out, e))
                return false;
        } else {
            buffer_add(out, kind == PIECE_ESCAPE ? BYTES("${") : p.octets);
        }
    }
    return !buffer_failed(out) || error_set(e, "no memory");
}

bool text_number(const struct text *t, const struct variables *v, int64_t *out, struct error *e)
{
    struct buffer b = {0};
    bool good = text_expand(t, v, &b, e);
    if (good && !whole_number(buffer_bytes(&b), out)) {
        struct buffer shown = {0};
        text_visible(&shown, buffer_bytes(&b), 60);
        good = error_at(e, t->mark, "expected a whole number, found \"%s\"", buffer_string(&shown));
        buffer_free(&shown);
    }
    buffer_free(&b);
    return good;
}

static bool expand_hex(const struct part *p, const struct variables *v, struct buffer *out, struct error *e)
{
    struct buffer digits = {0};
    bool good = text_expand(&p->text, v, &digits, e);
    int high = -1;
    for (size_t i = 0; good && i < digits.len; i++) {
        int digit = octet_hex(digits.data[i]);
        if (digits.data[i] == ' ' || digits.data[i] == '\n')
            continue;
        if (digit < 0) {
            good = error_at(e, p->mark, "expected hexadecimal digits, found \\x%02x", digits.data[i]);
        } else if (high < 0) {
            high = digit;
        } else {
            buffer_add_octet(out, (unsigned char)(high << 4 | digit));
            high = -1;
        }
    }
    if (good && high >= 0)
        good = error_at(e, p->mark, "expected two hexadecimal digits for each octet, found one left over");
    buffer_free(&digits);
    return good;
}

static bool part_count(const struct part *p, const struct variables *v, uint64_t *out, struct error *e)
{
    int64_t n = 0;
    if (!text_number(&p->count, v, &n, e))
        return false;
    if (n < 0 || n > OCTETS_LIMIT)
        return error_at(e, p->mark, "expected a number from 0 to %d, found %" PRId64, OCTETS_LIMIT, n);
    *out = (uint64_t)n;
    return true;
}

static bool fits(const struct buffer *out, uint64_t more, struct mark where, struct error *e)
{
    return (out->len <= OCTETS_LIMIT && more <= OCTETS_LIMIT - out->len) ||
           error_at(e, where, "expected at most %d octets in one step, found more", OCTETS_LIMIT);
}

static bool expand_repeat(const struct part *p, const struct variables *v, struct buffer *out, struct error *e)
{
    struct buffer inner = {0};
    uint64_t times = 0;
    bool good = part_count(p, v, &times, e) && octets_expand(p->inner, v, &inner, e) &&
                fits(out, times * inner.len, p->mark, e);
    if (good)
        buffer_add_repeated(out, buffer_bytes(&inner), times);
    buffer_free(&inner);
    return good;
}

static bool expand_base64(const struct part *p, const struct variables *v, struct buffer *out, struct error *e)
{
    struct buffer inner = {0};
    bool good = octets_expand(p->inner, v, &inner, e) && fits(out, inner.len / 3 * 4 + 4, p->mark, e);
    if (good)
        base64_encode(out, buffer_bytes(&inner));
    buffer_free(&inner);
    return good;
}

static bool expand_random(const struct part *p, const struct variables *v, struct buffer *out, struct error *e)
{
    static const char set[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    uint64_t n = 0;
    if (!part_count(p, v, &n, e) || !fits(out, n, p->mark, e))
        return false;
    if (!v || !v->prng)
        return error_at(e, p->mark, "expected a source of random octets, found none");
    for (uint64_t i = 0; i < n; i++)
        buffer_add_octet(out, (unsigned char)set[prng_below(v->prng, sizeof set - 1)]);
    return true;
}

/* The recipient with this number, over again when there are fewer. */
static bool find_recipient(const struct variables *v, uint64_t number, uint64_t known, struct bytes *value)
{
    char name[32];
    if (!v || !v->find)
        return false;
    if (known == 0)
        return v->find(v->context, BYTES("recipient"), value);
    int len = snprintf(name, sizeof name, "recipient.%" PRIu64, number % known);
    return v->find(v->context, bytes_of(name, (size_t)len), value);
}

static bool expand_recipients(const struct part *p, const struct variables *v, struct buffer *out, struct error *e)
{
    uint64_t n = 0, known = 0;
    struct bytes value = {0};
    if (!part_count(p, v, &n, e))
        return false;
    while (known < n && find_recipient(v, known, known + 1, &value))
        known++;
    for (uint64_t i = 0; i < n; i++) {
        if (!find_recipient(v, i, known, &value))
            return error_at(e, p->mark, "expected a value for ${recipient}, found none");
        if (!fits(out, value.len + 16, p->mark, e))
            return false;
        buffer_add_string(out, i ? "\r\nRCPT TO:<" : "RCPT TO:<");
        buffer_add(out, value);
        buffer_add_octet(out, '>');
    }
    return true;
}

static bool expand_text(const struct part *p, const struct variables *v, struct buffer *out, struct error *e)
{
    return text_expand(&p->text, v, out, e);
}

bool octets_expand(const struct octets *o, const struct variables *v, struct buffer *out, struct error *e)
{
    static bool (*const expand[])(const struct part *, const struct variables *, struct buffer *, struct error *) = {
        [PART_TEXT] = expand_text,     [PART_HEX] = expand_hex,       [PART_REPEAT] = expand_repeat,
        [PART_BASE64] = expand_base64, [PART_RANDOM] = expand_random, [PART_RECIPIENTS] = expand_recipients,
    };
    for (size_t i = 0; i < o->count; i++) {
        if (!expand[o->parts[i].kind](&o->parts[i], v, out, e))
            return false;
        if (!fits(out, 0, o->parts[i].mark, e))
            return false;
    }
    return !buffer_failed(out) || error_set(e, "no memory");
}
