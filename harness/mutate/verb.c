/* The verb and the blanks of a line. */
#include "edit.h"
#include "operators.h"

static size_t word_length(struct bytes line)
{
    size_t len = 0;
    while (len < line.len && octet_is_alpha(line.data[len]))
        len++;
    return len;
}

bool op_other_verb(struct script *s, struct mutator *m)
{
    size_t at = edit_pick(s, m, KIND(PART_COMMAND));
    if (at == NOWHERE)
        return false;
    const struct verb_info *info = verb_info((enum verb)(VERB_HELO + (int)edit_below(m, VERB_COUNT - VERB_HELO)));
    return edit_splice(s, m, at, 0, word_length(s->parts[at].octets), bytes_string(info->name));
}

bool op_verb_case(struct script *s, struct mutator *m)
{
    size_t at = edit_pick(s, m, KIND(PART_COMMAND));
    if (at == NOWHERE)
        return false;
    struct bytes line = s->parts[at].octets;
    size_t len = word_length(line);
    bool all = edit_once_in(m, 2);
    struct buffer *b = edit_begin(m);
    buffer_add(b, line);
    for (size_t i = 0; i < len && b->data; i++)
        if (all || edit_once_in(m, 2))
            b->data[i] = (unsigned char)(b->data[i] ^ 0x20);
    return edit_replace(s, m, at);
}

bool op_spacing(struct script *s, struct mutator *m)
{
    static const char *const blanks[] = {"", "  ", "\t", " \t ", "                ", "\x0b", "\xc2\xa0"};
    size_t at = edit_pick(s, m, KINDS_LINE);
    if (at == NOWHERE)
        return false;
    struct bytes line = s->parts[at].octets,
                 blank = bytes_string(blanks[edit_below(m, sizeof blanks / sizeof *blanks)]);
    size_t place = bytes_find_octet(line, ' ');
    switch (edit_below(m, 4)) {
    case 0: /* in front */
        return edit_splice(s, m, at, 0, 0, blank);
    case 1: /* at the end */
        return edit_splice(s, m, at, line.len - edit_line_end(line).len, 0, blank);
    case 2: /* anywhere */
        return edit_splice(s, m, at, edit_below(m, line.len + 1), 0, blank);
    default: /* in place of one */
        return place != BYTES_NONE && edit_splice(s, m, at, place, 1, blank);
    }
}

bool op_verb_octet(struct script *s, struct mutator *m)
{
    size_t at = edit_pick(s, m, KIND(PART_COMMAND));
    size_t len = at == NOWHERE ? 0 : word_length(s->parts[at].octets);
    if (len == 0)
        return false;
    size_t place = edit_below(m, len);
    unsigned char letter = (unsigned char)('A' + (int)edit_below(m, 26));
    switch (edit_below(m, 4)) {
    case 0:
        return edit_splice(s, m, at, place, 1, (struct bytes){0});
    case 1:
        return edit_splice(s, m, at, place, 0, bytes_of(&letter, 1));
    case 2:
        return edit_splice(s, m, at, place, 1, bytes_of(&letter, 1));
    default:
        return edit_splice(s, m, at, place, edit_below(m, 2), edit_word(m, WORDS_OCTETS));
    }
}

bool op_foreign_line(struct script *s, struct mutator *m)
{
    struct buffer *b = edit_begin(m);
    buffer_add(b, edit_word(m, WORDS_VERB));
    buffer_add_string(b, "\r\n");
    edit_insert(s, m, edit_gap(s, m), PART_RAW);
    return true;
}
