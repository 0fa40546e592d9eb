/* Bytes of one part: the engine's own mutations, or ours where it has none. */
#include "edit.h"
#include "operators.h"

#include <string.h>

enum { GROWTH = 32 }; /* octets that the engine may add */

static size_t change_one(struct mutator *m, unsigned char *data, size_t len)
{
    static const unsigned char interesting[] = {0, 1, ' ', '\t', '\r', '\n', '.', '"', '<', '>', '@', 0x7f, 0x80, 0xff};
    size_t at = edit_below(m, len);
    switch (edit_below(m, 4)) {
    case 0:
        data[at] = (unsigned char)(data[at] ^ (1u << edit_below(m, 8)));
        break;
    case 1:
        data[at] = interesting[edit_below(m, sizeof interesting)];
        break;
    case 2:
        data[at] = (unsigned char)edit_below(m, 256);
        break;
    default:
        data[at] = (unsigned char)(data[at] + 1);
        break;
    }
    return len;
}

static size_t change(struct mutator *m, unsigned char *data, size_t len, size_t size)
{
    size_t at = edit_below(m, len + 1);
    if (m->octets)
        return m->octets(m->context, data, len, size);
    if (len == 0 || (edit_once_in(m, 4) && len < size)) {
        memmove(data + at + 1, data + at, len - at);
        data[at] = (unsigned char)edit_below(m, 256);
        return len + 1;
    }
    if (edit_once_in(m, 4) && at < len) {
        memmove(data + at, data + at + 1, len - at - 1);
        return len - 1;
    }
    return change_one(m, data, len);
}

bool op_octets(struct script *s, struct mutator *m)
{
    size_t at = edit_pick(s, m, KINDS_OCTETS), room = edit_room(s, m), more = room < GROWTH ? room : GROWTH;
    if (at == NOWHERE)
        return false;
    struct bytes old = s->parts[at].octets;
    struct buffer *b = edit_begin(m);
    unsigned char *data = buffer_reserve(b, old.len + more + 1);
    if (!data) {
        s->failed = true;
        return false;
    }
    if (old.len)
        memcpy(data, old.data, old.len);
    b->len = change(m, data, old.len, old.len + more + 1);
    return edit_replace(s, m, at);
}

static bool put_in(struct script *s, struct mutator *m, struct bytes octets)
{
    size_t at = edit_pick(s, m, KINDS_OCTETS);
    if (at == NOWHERE || octets.len > edit_room(s, m))
        return false;
    size_t from = edit_below(m, s->parts[at].octets.len + 1);
    return edit_splice(s, m, at, from, edit_once_in(m, 2) ? octets.len : 0, octets);
}

bool op_token(struct script *s, struct mutator *m)
{
    const struct dictionary *d = m->dictionary;
    return d && d->count > 0 && put_in(s, m, d->tokens[edit_below(m, d->count)].octets);
}

bool op_word(struct script *s, struct mutator *m)
{
    return put_in(s, m, edit_word(m, (enum words)edit_below(m, WORDS_COUNT)));
}

bool op_copy_octets(struct script *s, struct mutator *m)
{
    size_t from = edit_pick(s, m, KINDS_OCTETS);
    if (from == NOWHERE || s->parts[from].octets.len == 0)
        return false;
    struct bytes octets = s->parts[from].octets;
    size_t begin = edit_below(m, octets.len);
    return put_in(s, m, bytes_slice(octets, begin, 1 + edit_below(m, octets.len - begin)));
}
