/* Lengths and numbers at their edges. */
#include "edit.h"
#include "operators.h"

#include <string.h>

static const size_t lengths[] = {63,   64,   65,   255,  256,  257,  510,  511,  512,  513,   998,   999,
                                 1000, 1001, 1024, 2046, 2047, 2048, 2049, 4096, 8192, 12288, 16384, 65536};

static size_t pick_length(struct mutator *m)
{
    /* The short ones more often: most of what they show costs less. */
    size_t count = sizeof lengths / sizeof *lengths;
    return lengths[edit_below(m, edit_once_in(m, 2) ? count / 2 : count)];
}

/* A run of octets that are no blank. */
static struct bytes pick_word(struct mutator *m, struct bytes octets, size_t *from)
{
    *from = edit_below(m, octets.len);
    size_t end = *from;
    while (*from > 0 && !memchr(" \r\n", octets.data[*from - 1], 3))
        --*from;
    while (end < octets.len && !memchr(" \r\n", octets.data[end], 3))
        end++;
    return bytes_slice(octets, *from, end - *from);
}

bool op_stretch(struct script *s, struct mutator *m)
{
    size_t at = edit_pick(s, m, KINDS_OCTETS), len = pick_length(m), from;
    if (at == NOWHERE || s->parts[at].octets.len == 0 || len > edit_room(s, m))
        return false;
    struct bytes octets = s->parts[at].octets, word = pick_word(m, octets, &from);
    if (word.len == 0 || edit_once_in(m, 2)) {
        from += edit_below(m, word.len + 1);
        word = bytes_slice(octets, from, 1);
    }
    if (word.len == 0)
        return false;
    struct buffer *b = edit_begin(m);
    buffer_add(b, bytes_slice(octets, 0, from));
    buffer_add_repeated(b, word, len / word.len);
    buffer_add(b, bytes_slice(word, 0, len % word.len));
    buffer_add(b, bytes_from(octets, from + word.len));
    return edit_replace(s, m, at);
}

bool op_number(struct script *s, struct mutator *m)
{
    size_t at = edit_pick(s, m, KINDS_LINE), found = 0, from = NOWHERE, len = 0;
    if (at == NOWHERE)
        return false;
    struct bytes octets = s->parts[at].octets;
    for (size_t i = 0; i < octets.len; i++)
        if (octet_is_digit(octets.data[i]) && (i == 0 || !octet_is_digit(octets.data[i - 1])) &&
            edit_once_in(m, (unsigned)++found))
            from = i;
    if (from == NOWHERE)
        return false;
    while (from + len < octets.len && octet_is_digit(octets.data[from + len]))
        len++;
    return edit_splice(s, m, at, from, len, edit_word(m, WORDS_NUMBER));
}

/* A line of exactly such a length with its line end, or one octet more or less. */
bool op_long_line(struct script *s, struct mutator *m)
{
    size_t at = edit_pick(s, m, KINDS_LINE), len = pick_length(m) + edit_below(m, 3) - 1;
    if (at == NOWHERE)
        return false;
    struct bytes line = s->parts[at].octets, end = edit_line_end(line);
    if (line.len >= len || len - line.len > edit_room(s, m))
        return false;
    struct buffer *b = edit_begin(m);
    buffer_add(b, bytes_slice(line, 0, line.len - end.len));
    buffer_add_repeated(b, edit_once_in(m, 2) ? BYTES(" ") : BYTES("a"), len - line.len);
    buffer_add(b, end);
    return edit_replace(s, m, at);
}
