/* AUTH and its exchanges (RFC 4954). */
#include "edit.h"
#include "make.h"
#include "operators.h"

bool op_login(struct script *s, struct mutator *m)
{
    make_login(s, m, edit_gap(s, m));
    return true;
}

/* The last word of an AUTH, or an answer: what is in base64. */
static size_t pick_base64(const struct script *s, struct mutator *m, size_t *from, size_t *len)
{
    size_t at = edit_pick(s, m, KIND(PART_ANSWER));
    if (at == NOWHERE || edit_once_in(m, 3))
        at = edit_pick_verb(s, m, VERB_AUTH, VERB_AUTH);
    if (at == NOWHERE)
        return NOWHERE;
    struct bytes line = s->parts[at].octets;
    size_t end = line.len - edit_line_end(line).len;
    for (*from = end; *from > 0 && line.data[*from - 1] != ' ';)
        --*from;
    *len = end - *from;
    return at;
}

bool op_break_base64(struct script *s, struct mutator *m)
{
    static const char *const wrong[] = {"=", "*", " ", "-", "_", "!", "\r", "\n", "A", "\x80"};
    size_t from, len, at = pick_base64(s, m, &from, &len);
    if (at == NOWHERE)
        return false;
    struct bytes octets = bytes_string(wrong[edit_below(m, sizeof wrong / sizeof *wrong)]);
    switch (edit_below(m, 4)) {
    case 0:
        return edit_splice(s, m, at, from, len, edit_word(m, WORDS_BASE64));
    case 1:
        return len > 0 && edit_splice(s, m, at, from + len - 1, 1, BYTES(""));
    case 2:
        return edit_splice(s, m, at, from + len, 0, octets);
    default:
        return edit_splice(s, m, at, from + edit_below(m, len + 1), edit_below(m, 2), octets);
    }
}

bool op_answer(struct script *s, struct mutator *m)
{
    size_t at = edit_pick(s, m, KIND(PART_ANSWER));
    if (at == NOWHERE)
        at = edit_pick_verb(s, m, VERB_AUTH, VERB_AUTH);
    if (at == NOWHERE)
        return false;
    if (s->parts[at].kind == PART_ANSWER && edit_once_in(m, 4)) {
        script_remove(s, at, 1);
        return true;
    }
    struct buffer *b = edit_begin(m);
    buffer_add(b, edit_word(m, WORDS_BASE64));
    buffer_add_string(b, "\r\n");
    if (s->parts[at].kind == PART_ANSWER && edit_once_in(m, 2))
        return edit_replace(s, m, at);
    edit_insert(s, m, at + 1, PART_ANSWER);
    return true;
}

bool op_cancel(struct script *s, struct mutator *m)
{
    size_t at = edit_pick(s, m, KIND(PART_ANSWER));
    if (at == NOWHERE)
        at = edit_pick_verb(s, m, VERB_AUTH, VERB_AUTH);
    if (at == NOWHERE)
        return false;
    buffer_add_string(edit_begin(m), edit_once_in(m, 4) ? "* \r\n" : "*\r\n");
    edit_insert(s, m, s->parts[at].kind == PART_ANSWER ? at : at + 1, PART_ANSWER);
    return true;
}
