/* Paths, mailboxes, domains. */
#include "edit.h"
#include "make.h"
#include "operators.h"

/* A piece of a part. */
struct piece {
    size_t at; /* NOWHERE: there is none */
    size_t from, len;
};

static const struct piece none = {NOWHERE, 0, 0};

/* A path with its angle brackets in a MAIL or RCPT, or what stands where it belongs. */
static struct piece pick_path(const struct script *s, struct mutator *m)
{
    size_t at = edit_pick_verb(s, m, VERB_MAIL, VERB_RCPT);
    if (at == NOWHERE)
        return none;
    struct bytes line = s->parts[at].octets;
    size_t open = bytes_find_octet(line, '<'), close = bytes_find_octet(line, '>');
    if (open != BYTES_NONE && close != BYTES_NONE && close > open)
        return (struct piece){at, open, close + 1 - open};
    size_t colon = bytes_find_octet(line, ':');
    size_t from = colon == BYTES_NONE ? line.len - edit_line_end(line).len : colon + 1;
    return (struct piece){at, from, line.len - edit_line_end(line).len - from};
}

static struct bytes octets_of(const struct script *s, struct piece p)
{
    return bytes_slice(s->parts[p.at].octets, p.from, p.len);
}

static bool put(struct script *s, struct mutator *m, struct piece p, struct bytes octets)
{
    return p.at != NOWHERE && edit_splice(s, m, p.at, p.from, p.len, octets);
}

/* Offset of the last "@" of a path, its length when there is none. */
static size_t find_at(struct bytes path)
{
    size_t at = path.len;
    while (at > 0 && path.data[at - 1] != '@')
        at--;
    return at > 0 ? at - 1 : path.len;
}

/* The local part; in a path without "@" all of it. */
static struct piece pick_local(const struct script *s, struct mutator *m)
{
    struct piece p = pick_path(s, m);
    if (p.at == NOWHERE || p.len < 2)
        return none;
    struct bytes path = octets_of(s, p);
    size_t at = find_at(path), colon = bytes_find_octet(path, ':');
    size_t from = colon != BYTES_NONE && colon < at ? colon + 1 : 1;
    size_t end = at < path.len ? at : path.len - 1;
    return (struct piece){p.at, p.from + from, end > from ? end - from : 0};
}

/* The domain of a path, or the argument of HELO and EHLO. */
static struct piece pick_domain(const struct script *s, struct mutator *m)
{
    struct piece p = edit_once_in(m, 3) ? none : pick_path(s, m);
    if (p.at != NOWHERE && p.len >= 2) {
        size_t at = find_at(octets_of(s, p));
        if (at < p.len)
            return (struct piece){p.at, p.from + at + 1, p.len - at - 2};
        return (struct piece){p.at, p.from + p.len - 1, 0};
    }
    size_t hello = edit_pick_verb(s, m, VERB_EHLO, VERB_HELO);
    if (hello == NOWHERE)
        return none;
    struct bytes line = s->parts[hello].octets;
    size_t end = line.len - edit_line_end(line).len, blank = bytes_find_octet(line, ' ');
    size_t from = blank == BYTES_NONE || blank > end ? end : blank + 1;
    return (struct piece){hello, from, end - from};
}

bool op_known_address(struct script *s, struct mutator *m)
{
    const struct mutate_facts *f = m->facts;
    const struct bytes all[] = {f->recipient, f->recipient2, f->unknown, f->foreign, f->sender};
    struct piece p = pick_path(s, m);
    if (p.at == NOWHERE)
        return false;
    struct bytes mailbox = all[edit_below(m, sizeof all / sizeof *all)];
    struct bytes line = s->parts[p.at].octets;
    struct buffer *b = edit_begin(m);
    buffer_add(b, bytes_slice(line, 0, p.from));
    buffer_add_octet(b, '<');
    buffer_add(b, mailbox);
    buffer_add_octet(b, '>');
    buffer_add(b, bytes_from(line, p.from + p.len));
    return edit_replace(s, m, p.at);
}

bool op_odd_path(struct script *s, struct mutator *m)
{
    return put(s, m, pick_path(s, m), edit_word(m, WORDS_PATH));
}

bool op_odd_domain(struct script *s, struct mutator *m)
{
    return put(s, m, pick_domain(s, m), edit_word(m, WORDS_DOMAIN));
}

bool op_odd_local(struct script *s, struct mutator *m)
{
    return put(s, m, pick_local(s, m), edit_word(m, WORDS_LOCAL));
}

static bool put_built(struct script *s, struct mutator *m, struct piece p, struct buffer *built)
{
    bool done = !buffer_failed(built) && built->len <= edit_room(s, m) && put(s, m, p, buffer_bytes(built));
    s->failed |= buffer_failed(built);
    buffer_free(built);
    return done;
}

bool op_long_local(struct script *s, struct mutator *m)
{
    static const size_t lengths[] = {63, 64, 65, 128, 255, 256, 257, 512, 1024, 4096, 65536};
    size_t len = lengths[edit_below(m, sizeof lengths / sizeof *lengths)];
    struct piece p = pick_local(s, m);
    struct buffer built = {0};
    if (p.at == NOWHERE)
        return false;
    if (edit_once_in(m, 3)) {
        buffer_add_octet(&built, '"');
        buffer_add_repeated(&built, edit_once_in(m, 2) ? BYTES("\\\"") : BYTES(" "), len / 2);
        buffer_add_octet(&built, '"');
    } else {
        buffer_add_repeated(&built, BYTES("a"), len);
    }
    return put_built(s, m, p, &built);
}

/* Labels of one length parted by dots, up to about `len` octets. */
bool op_long_domain(struct script *s, struct mutator *m)
{
    static const size_t lengths[] = {63, 64, 65, 250, 253, 254, 255, 256, 257, 512, 1024, 4096, 65536};
    static const size_t labels[] = {1, 10, 62, 63, 64, 255};
    size_t len = lengths[edit_below(m, sizeof lengths / sizeof *lengths)];
    size_t label = labels[edit_below(m, sizeof labels / sizeof *labels)];
    struct piece p = pick_domain(s, m);
    struct buffer built = {0};
    if (p.at == NOWHERE)
        return false;
    for (size_t i = 0; i < len; i++)
        buffer_add_octet(&built, i % (label + 1) == label ? '.' : 'a');
    return put_built(s, m, p, &built);
}

bool op_route(struct script *s, struct mutator *m)
{
    static const size_t hops[] = {1, 2, 10, 100};
    struct piece p = pick_path(s, m);
    if (p.at == NOWHERE || p.len < 2)
        return false;
    size_t count = hops[edit_below(m, sizeof hops / sizeof *hops)];
    struct buffer built = {0};
    for (size_t i = 0; i < count; i++)
        buffer_add_string(&built, i ? ",@relay.test" : "@relay.test");
    buffer_add_octet(&built, ':');
    return put_built(s, m, (struct piece){p.at, p.from + 1, 0}, &built);
}

bool op_path_octet(struct script *s, struct mutator *m)
{
    struct piece p = pick_path(s, m);
    if (p.at == NOWHERE)
        return false;
    p.from += edit_below(m, p.len + 1);
    p.len = edit_below(m, 2);
    return put(s, m, p, edit_word(m, WORDS_OCTETS));
}
