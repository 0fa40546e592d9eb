#include "marks.h"
#include "mutate/script.h"

static void print_mark(const struct part *p, struct buffer *out)
{
    if (p->mark == MARK_PAUSE)
        buffer_printf(out, "#!%s %u\n", mark_name(p->mark), p->pause);
    else
        buffer_printf(out, "#!%s\n", mark_name(p->mark));
}

/* Puts one "!" more into everything behind `from` that looks like a mark. */
static void quote(struct buffer *out, size_t from)
{
    struct mark_found found;
    struct buffer quoted = {0};
    struct bytes rest = bytes_from(buffer_bytes(out), from);
    if (!mark_find(rest, &found))
        return;
    while (mark_find(rest, &found)) {
        buffer_add(&quoted, bytes_slice(rest, 0, found.at + 1));
        buffer_add_octet(&quoted, '!');
        buffer_add(&quoted, bytes_slice(rest, found.at + 1, found.len - 1));
        rest = bytes_from(rest, found.at + found.len);
    }
    buffer_add(&quoted, rest);
    out->len = from;
    buffer_add(out, buffer_bytes(&quoted));
    out->failed |= buffer_failed(&quoted);
    buffer_free(&quoted);
}

void script_print(const struct script *s, struct buffer *out)
{
    size_t from = out->len;
    for (size_t i = 0; i < s->count; i++) {
        const struct part *p = &s->parts[i];
        if (p->kind != PART_MARK) {
            buffer_add(out, p->octets);
            continue;
        }
        quote(out, from);
        print_mark(p, out);
        from = out->len;
    }
    quote(out, from);
}
