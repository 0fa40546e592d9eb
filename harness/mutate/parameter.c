/* ESMTP parameters of MAIL and RCPT (and of commands that have none). */
#include "edit.h"
#include "operators.h"

struct piece {
    size_t from, len; /* of the line, its blank in front included */
};

enum { PIECES = 64 };

/* The words behind the path of a line (behind the verb where there is no path). */
static size_t cut_parameters(struct bytes line, struct piece *out)
{
    size_t end = line.len - edit_line_end(line).len, at = bytes_find_octet(line, '>'), count = 0;
    at = at == BYTES_NONE ? 0 : at + 1;
    while (at < end && line.data[at] != ' ')
        at++;
    while (at < end && count < PIECES) {
        size_t from = at;
        while (at < end && line.data[at] == ' ')
            at++;
        while (at < end && line.data[at] != ' ')
            at++;
        out[count++] = (struct piece){from, at - from};
    }
    return count;
}

static size_t pick_line(const struct script *s, struct mutator *m)
{
    if (edit_once_in(m, 10))
        return edit_pick(s, m, KIND(PART_COMMAND));
    return edit_pick_verb(s, m, VERB_MAIL, VERB_RCPT);
}

static size_t line_text(const struct script *s, size_t at)
{
    return s->parts[at].octets.len - edit_line_end(s->parts[at].octets).len;
}

static void add_value(struct mutator *m, struct buffer *out)
{
    buffer_add(out, edit_word(m, edit_once_in(m, 2) ? WORDS_VALUE : WORDS_NUMBER));
}

static void add_parameter(struct mutator *m, struct buffer *out)
{
    size_t count;
    const struct parameter_info *p = parameter_table(&count);
    p = &p[edit_below(m, count)];
    buffer_printf(out, " %s", edit_once_in(m, 8) ? "XFOO" : p->keyword);
    if (p->value != edit_once_in(m, 16)) {
        buffer_add_octet(out, '=');
        add_value(m, out);
    }
}

/* What was built goes into the line at `from`. */
static bool put(struct script *s, struct mutator *m, size_t at, struct piece p, struct buffer *built)
{
    bool done = !buffer_failed(built) && built->len <= edit_room(s, m) &&
                edit_splice(s, m, at, p.from, p.len, buffer_bytes(built));
    s->failed |= buffer_failed(built);
    buffer_free(built);
    return done;
}

bool op_add_parameter(struct script *s, struct mutator *m)
{
    size_t at = pick_line(s, m);
    struct buffer built = {0};
    if (at == NOWHERE)
        return false;
    add_parameter(m, &built);
    return put(s, m, at, (struct piece){line_text(s, at), 0}, &built);
}

bool op_many_parameters(struct script *s, struct mutator *m)
{
    static const size_t counts[] = {10, 31, 32, 33, 100, 1000};
    size_t at = pick_line(s, m), count = counts[edit_below(m, sizeof counts / sizeof *counts)];
    struct buffer built = {0};
    if (at == NOWHERE)
        return false;
    for (size_t i = 0; i < count; i++)
        buffer_printf(&built, " X%zu=%zu", i, i);
    return put(s, m, at, (struct piece){line_text(s, at), 0}, &built);
}

/* A line with at least `least` parameters, cut into them. */
static size_t pick_parameters(const struct script *s, struct mutator *m, size_t least, struct piece *pieces,
                              size_t *count)
{
    size_t at = pick_line(s, m);
    *count = at == NOWHERE ? 0 : cut_parameters(s->parts[at].octets, pieces);
    return *count < least ? NOWHERE : at;
}

bool op_double_parameter(struct script *s, struct mutator *m)
{
    struct piece pieces[PIECES];
    size_t count, at = pick_parameters(s, m, 1, pieces, &count);
    if (at == NOWHERE)
        return false;
    struct piece p = pieces[edit_below(m, count)];
    return edit_splice(s, m, at, line_text(s, at), 0, bytes_slice(s->parts[at].octets, p.from, p.len));
}

bool op_remove_parameter(struct script *s, struct mutator *m)
{
    struct piece pieces[PIECES];
    size_t count, at = pick_parameters(s, m, 1, pieces, &count);
    if (at == NOWHERE)
        return false;
    struct piece p = pieces[edit_below(m, count)];
    return edit_splice(s, m, at, p.from, p.len, (struct bytes){0});
}

bool op_swap_parameters(struct script *s, struct mutator *m)
{
    struct piece pieces[PIECES];
    size_t count, at = pick_parameters(s, m, 2, pieces, &count);
    if (at == NOWHERE)
        return false;
    size_t first = edit_below(m, count - 1);
    struct piece a = pieces[first], b = pieces[first + 1];
    struct bytes line = s->parts[at].octets;
    struct buffer built = {0};
    buffer_add(&built, bytes_slice(line, b.from, b.len));
    buffer_add(&built, bytes_slice(line, a.from, a.len));
    return put(s, m, at, (struct piece){a.from, a.len + b.len}, &built);
}

bool op_parameter_value(struct script *s, struct mutator *m)
{
    struct piece pieces[PIECES];
    size_t count, at = pick_parameters(s, m, 1, pieces, &count);
    if (at == NOWHERE)
        return false;
    struct piece p = pieces[edit_below(m, count)];
    struct bytes text = bytes_slice(s->parts[at].octets, p.from, p.len);
    size_t equals = bytes_find_octet(text, '=');
    struct buffer built = {0};
    buffer_add(&built, bytes_slice(text, 0, equals));
    buffer_add_octet(&built, '=');
    add_value(m, &built);
    return put(s, m, at, p, &built);
}

bool op_parameter_form(struct script *s, struct mutator *m)
{
    static const char *const forms[] = {"", "==", " =", "= ", "=\"", ":", "=<", ";"};
    struct piece pieces[PIECES];
    size_t count, at = pick_parameters(s, m, 1, pieces, &count);
    if (at == NOWHERE)
        return false;
    struct piece p = pieces[edit_below(m, count)];
    size_t equals = bytes_find_octet(bytes_slice(s->parts[at].octets, p.from, p.len), '=');
    struct bytes form = bytes_string(forms[edit_below(m, sizeof forms / sizeof *forms)]);
    if (edit_once_in(m, 4)) /* the blank in front */
        return edit_splice(s, m, at, p.from, 1, edit_once_in(m, 2) ? BYTES("") : BYTES("\t"));
    if (equals == BYTES_NONE)
        return edit_splice(s, m, at, p.from + p.len, 0, form);
    return edit_splice(s, m, at, p.from + equals, 1, form);
}

/* Octets of the payload that follows part `at`, up to the next MAIL. */
static size_t payload_behind(const struct script *s, size_t at)
{
    size_t octets = 0;
    for (size_t i = at + 1; i < s->count && part_verb(&s->parts[i]) != VERB_MAIL; i++)
        if (KINDS_PAYLOAD & KIND(s->parts[i].kind))
            octets += s->parts[i].octets.len;
    return octets;
}

bool op_true_size(struct script *s, struct mutator *m)
{
    struct piece pieces[PIECES];
    size_t at = edit_pick_verb(s, m, VERB_MAIL, VERB_MAIL);
    if (at == NOWHERE)
        return false;
    struct bytes line = s->parts[at].octets;
    size_t count = cut_parameters(line, pieces), size = payload_behind(s, at) + edit_below(m, 5);
    struct piece p = {line_text(s, at), 0};
    for (size_t i = 0; i < count; i++)
        if (bytes_starts_nocase(bytes_slice(line, pieces[i].from, pieces[i].len), BYTES(" SIZE=")))
            p = pieces[i];
    struct buffer built = {0};
    buffer_printf(&built, " SIZE=%zu", size < 2 ? 0 : size - 2);
    return put(s, m, at, p, &built);
}
