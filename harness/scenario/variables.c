#include "variables.h"

#include <inttypes.h>

/* Octets of the name at the start of `b`. A "-" belongs to it before a letter; before a digit it is arithmetic. */
static size_t name_length(struct bytes b)
{
    size_t at = 0;
    while (at < b.len && (octet_is_alnum(b.data[at]) || b.data[at] == '_' ||
                          (b.data[at] == '-' && at + 1 < b.len && octet_is_alpha(b.data[at + 1]))))
        at++;
    return at;
}

bool variable_name_is_right(struct bytes name)
{
    return name.len > 0 && octet_is_alpha(name.data[0]) && name_length(name) == name.len;
}

bool whole_number(struct bytes b, int64_t *out)
{
    bool negative = bytes_starts(b, BYTES("-"));
    uint64_t n = 0;
    if (!bytes_to_number(negative ? bytes_from(b, 1) : b, &n) || n > INT64_MAX)
        return false;
    *out = negative ? -(int64_t)n : (int64_t)n;
    return true;
}

/* What stands between ${ and }. */
static bool piece_parse(struct bytes inside, struct piece *out)
{
    size_t at = name_length(inside);
    out->name = bytes_slice(inside, 0, at);
    if (!variable_name_is_right(out->name))
        return false;
    if (at == inside.len)
        return true;
    unsigned char c = inside.data[at];
    struct bytes number = bytes_from(inside, at + 1);
    if ((c != '+' && c != '-' && c != '*') || bytes_starts(number, BYTES("-")) || !whole_number(number, &out->operand))
        return false;
    out->operator_ = (char)c;
    return true;
}

static enum piece_kind take(struct bytes *rest, struct piece *out, enum piece_kind kind, size_t len)
{
    out->kind = kind;
    out->octets = bytes_slice(*rest, 0, len);
    *rest = bytes_from(*rest, len);
    return kind;
}

enum piece_kind piece_next(struct bytes *rest, struct piece *out)
{
    *out = (struct piece){0};
    if (rest->len == 0)
        return PIECE_END;
    size_t at = bytes_find(*rest, BYTES("${"));
    if (at == BYTES_NONE)
        return take(rest, out, PIECE_LITERAL, rest->len);
    if (at > 0 && rest->data[at - 1] == '$')
        return at > 1 ? take(rest, out, PIECE_LITERAL, at - 1) : take(rest, out, PIECE_ESCAPE, 3);
    if (at > 0)
        return take(rest, out, PIECE_LITERAL, at);
    size_t end = bytes_find_octet(*rest, '}');
    if (end == BYTES_NONE || !piece_parse(bytes_slice(*rest, 2, end - 2), out))
        return take(rest, out, PIECE_BROKEN, end == BYTES_NONE ? rest->len : end + 1);
    return take(rest, out, PIECE_VARIABLE, end + 1);
}

bool piece_compute(const struct piece *p, struct bytes value, int64_t *out, struct error *e)
{
    int64_t n = 0;
    if (!whole_number(value, &n))
        return error_set(e, "expected a whole number in ${%.*s} to calculate with", BYTES_ARG(p->name));
    bool over = p->operator_ == '+'   ? __builtin_add_overflow(n, p->operand, out)
                : p->operator_ == '-' ? __builtin_sub_overflow(n, p->operand, out)
                                      : __builtin_mul_overflow(n, p->operand, out);
    return !over ||
           error_set(e, "expected a number below 2^63, found %" PRId64 " %c %" PRId64, n, p->operator_, p->operand);
}
