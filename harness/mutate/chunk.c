/* BDAT: the number, LAST, and the octets that follow (RFC 3030 section 2). */
#include "edit.h"
#include "operators.h"

static size_t pick_bdat(const struct script *s, struct mutator *m)
{
    return edit_pick_verb(s, m, VERB_BDAT, VERB_BDAT);
}

/* Where the number of a BDAT line stands; the end of its text when there is none. */
static size_t number_offset(struct bytes line, size_t *len)
{
    size_t end = line.len - edit_line_end(line).len, from = bytes_find_octet(line, ' ');
    *len = 0;
    if (from == BYTES_NONE || from >= end)
        return end;
    while (from < end && line.data[from] == ' ')
        from++;
    while (from + *len < end && line.data[from + *len] != ' ')
        ++*len;
    return from;
}

static bool put_number(struct script *s, struct mutator *m, size_t at, struct bytes number)
{
    size_t len, from = number_offset(s->parts[at].octets, &len);
    return edit_splice(s, m, at, from, len, number);
}

/* Octets of the chunk behind a BDAT. */
static size_t chunk_behind(const struct script *s, size_t at)
{
    size_t octets = 0;
    for (size_t i = at + 1; i < s->count; i++) {
        if (s->parts[i].kind == PART_CHUNK)
            octets += s->parts[i].octets.len;
        else if (s->parts[i].kind != PART_MARK)
            break;
    }
    return octets;
}

static struct bytes print_number(struct script *s, size_t number)
{
    return bytes_string(s->failed ? "0" : arena_printf(s->arena, "%zu", number));
}

bool op_bdat_number(struct script *s, struct mutator *m)
{
    size_t at = pick_bdat(s, m);
    return at != NOWHERE && put_number(s, m, at, edit_word(m, WORDS_NUMBER));
}

bool op_bdat_true_number(struct script *s, struct mutator *m)
{
    size_t at = pick_bdat(s, m);
    if (at == NOWHERE)
        return false;
    size_t octets = chunk_behind(s, at) + (edit_once_in(m, 2) ? 1 : edit_below(m, 3));
    return put_number(s, m, at, print_number(s, octets > 0 ? octets - 1 : 0));
}

bool op_bdat_last(struct script *s, struct mutator *m)
{
    static const char *const lasts[] = {"", " LAST", " last", " LAST LAST", " LASTX", "  LAST", " LAST 1", "LAST"};
    size_t at = pick_bdat(s, m), len;
    if (at == NOWHERE)
        return false;
    struct bytes line = s->parts[at].octets;
    size_t from = number_offset(line, &len) + len, end = line.len - edit_line_end(line).len;
    const char *last = lasts[edit_below(m, sizeof lasts / sizeof *lasts)];
    return edit_splice(s, m, at, from, end - from, bytes_string(last));
}

bool op_chunk_resize(struct script *s, struct mutator *m)
{
    static const size_t lengths[] = {1, 2, 3, 16, 1000};
    size_t at = edit_pick(s, m, KIND(PART_CHUNK)), len = lengths[edit_below(m, sizeof lengths / sizeof *lengths)];
    if (at == NOWHERE)
        return false;
    struct bytes chunk = s->parts[at].octets;
    if (edit_once_in(m, 2)) {
        s->parts[at].octets = bytes_slice(chunk, 0, len < chunk.len ? chunk.len - len : 0);
        return chunk.len > 0;
    }
    struct buffer *b = edit_begin(m);
    buffer_add(b, chunk);
    buffer_add_repeated(b, edit_once_in(m, 2) ? BYTES("NOOP\r\n") : BYTES("a"), len < edit_room(s, m) / 8 ? len : 1);
    return edit_replace(s, m, at);
}

bool op_chunk_part(struct script *s, struct mutator *m)
{
    size_t at = pick_bdat(s, m), len;
    if (at == NOWHERE || at + 1 >= s->count || s->parts[at + 1].kind != PART_CHUNK)
        return false;
    struct bytes chunk = s->parts[at + 1].octets;
    size_t cut = edit_below(m, chunk.len + 1);
    put_number(s, m, at, print_number(s, chunk.len - cut));
    struct bytes line = s->parts[at].octets;
    size_t from = number_offset(line, &len);
    struct buffer *b = edit_begin(m);
    buffer_add(b, bytes_slice(line, 0, from));
    buffer_printf(b, "%zu\r\n", cut);
    edit_insert(s, m, at, PART_COMMAND);
    s->parts[at + 2].octets = bytes_from(chunk, cut);
    script_insert(s, at + 1, part_of(PART_CHUNK, bytes_slice(chunk, 0, cut)));
    return true;
}

/* The message without its last line, a dot. */
static struct bytes without_dot(struct bytes message)
{
    return bytes_ends(message, BYTES(".\r\n")) ? bytes_slice(message, 0, message.len - 3) : message;
}

bool op_message_to_chunks(struct script *s, struct mutator *m)
{
    size_t at = edit_pick_verb(s, m, VERB_DATA, VERB_DATA);
    if (at == NOWHERE || at + 1 >= s->count || s->parts[at + 1].kind != PART_MESSAGE)
        return false;
    struct bytes message = edit_once_in(m, 4) ? s->parts[at + 1].octets : without_dot(s->parts[at + 1].octets);
    buffer_printf(edit_begin(m), "BDAT %zu LAST\r\n", message.len);
    edit_replace(s, m, at);
    s->parts[at + 1] = part_of(PART_CHUNK, message);
    return true;
}

bool op_chunks_to_message(struct script *s, struct mutator *m)
{
    size_t at = pick_bdat(s, m);
    if (at == NOWHERE || at + 1 >= s->count || s->parts[at + 1].kind != PART_CHUNK)
        return false;
    struct bytes chunk = s->parts[at + 1].octets;
    buffer_add_string(edit_begin(m), "DATA\r\n");
    edit_replace(s, m, at);
    struct buffer *b = edit_begin(m);
    buffer_add(b, chunk);
    if (!bytes_ends(chunk, BYTES("\r\n")))
        buffer_add_string(b, "\r\n");
    buffer_add_string(b, ".\r\n");
    edit_replace(s, m, at + 1);
    s->parts[at + 1].kind = PART_MESSAGE;
    return true;
}
