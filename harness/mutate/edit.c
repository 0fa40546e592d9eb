#include "edit.h"

#include <string.h>

bool edit_once_in(struct mutator *m, unsigned n)
{
    return prng_below(&m->prng, n) == 0;
}

size_t edit_below(struct mutator *m, size_t limit)
{
    return (size_t)prng_below(&m->prng, limit);
}

static size_t pick(const struct script *s, struct mutator *m, bool (*fits)(const struct part *p, const void *context),
                   const void *context)
{
    size_t fitting = 0;
    for (size_t i = 0; i < s->count; i++)
        fitting += fits(&s->parts[i], context);
    size_t nth = edit_below(m, fitting);
    for (size_t i = 0; i < s->count && fitting > 0; i++)
        if (fits(&s->parts[i], context) && nth-- == 0)
            return i;
    return NOWHERE;
}

static bool has_kind(const struct part *p, const void *context)
{
    return *(const unsigned *)context & KIND(p->kind);
}

size_t edit_pick(const struct script *s, struct mutator *m, unsigned kinds)
{
    return pick(s, m, has_kind, &kinds);
}

static bool has_verb(const struct part *p, const void *context)
{
    const enum verb *verbs = context, verb = part_verb(p);
    return p->kind == PART_COMMAND && (verb == verbs[0] || verb == verbs[1]);
}

size_t edit_pick_verb(const struct script *s, struct mutator *m, enum verb a, enum verb b)
{
    return pick(s, m, has_verb, (const enum verb[]){a, b});
}

size_t edit_gap(const struct script *s, struct mutator *m)
{
    return edit_below(m, s->count + 1);
}

struct bytes edit_word(struct mutator *m, enum words w)
{
    size_t count;
    const struct bytes *words = words_of(w, &count);
    return words[edit_below(m, count)];
}

size_t edit_room(const struct script *s, const struct mutator *m)
{
    size_t octets = script_octets(s);
    return octets < m->most ? m->most - octets : 0;
}

struct bytes edit_line_end(struct bytes line)
{
    size_t len = line.len;
    while (len > 0 && (line.data[len - 1] == '\n' || line.data[len - 1] == '\r'))
        len--;
    return bytes_from(line, len);
}

struct buffer *edit_begin(struct mutator *m)
{
    buffer_clear(&m->scratch);
    return &m->scratch;
}

bool edit_replace(struct script *s, struct mutator *m, size_t at)
{
    struct part *p = &s->parts[at];
    s->failed |= buffer_failed(&m->scratch);
    if (bytes_equal(p->octets, buffer_bytes(&m->scratch)))
        return false;
    p->octets = script_keep(s, buffer_bytes(&m->scratch));
    return true;
}

void edit_insert(struct script *s, struct mutator *m, size_t at, enum part_kind kind)
{
    s->failed |= buffer_failed(&m->scratch);
    script_insert(s, at, part_of(kind, script_keep(s, buffer_bytes(&m->scratch))));
}

bool edit_splice(struct script *s, struct mutator *m, size_t at, size_t from, size_t len, struct bytes octets)
{
    struct bytes old = s->parts[at].octets;
    struct buffer *b = edit_begin(m);
    buffer_add(b, bytes_slice(old, 0, from));
    buffer_add(b, octets);
    buffer_add(b, bytes_from(old, from + len));
    return edit_replace(s, m, at);
}
