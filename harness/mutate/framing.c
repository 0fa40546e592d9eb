/* Line ends, dots, and the end of the message: where smuggling lives (RFC 5321 sections 2.3.8, 4.1.1.4 and 4.5.2). */
#include "edit.h"
#include "make.h"
#include "operators.h"

bool op_line_end(struct script *s, struct mutator *m)
{
    size_t at = edit_pick(s, m, KINDS_LINE);
    if (at == NOWHERE)
        return false;
    struct bytes end = edit_line_end(s->parts[at].octets);
    struct bytes other = edit_once_in(m, 8) ? BYTES("") : edit_word(m, WORDS_END);
    return edit_splice(s, m, at, s->parts[at].octets.len - end.len, end.len, other);
}

/* Where the end of a message begins: its last line, a dot alone, and the line end before it; all of it when it is no
 * end. */
static size_t end_offset(struct bytes message)
{
    size_t len = message.len;
    for (int newlines = 0; len > 0 && message.len - len < 8; len--) {
        unsigned char c = message.data[len - 1];
        if (c != '\r' && c != '\n' && c != '.')
            break;
        newlines += c == '\n';
        if (newlines == 2) {
            len -= len > 1 && message.data[len - 2] == '\r' ? 2 : 1;
            return len;
        }
    }
    return bytes_ends(message, BYTES(".\r\n")) && message.len == 3 ? 0 : message.len;
}

bool op_end_of_message(struct script *s, struct mutator *m)
{
    size_t at = make_payload(s, m, KIND(PART_MESSAGE));
    if (at == NOWHERE)
        return false;
    size_t from = end_offset(s->parts[at].octets);
    struct bytes other = edit_once_in(m, 10) ? BYTES("") : edit_word(m, WORDS_FINISH);
    return edit_splice(s, m, at, from, s->parts[at].octets.len - from, other);
}

/* What a smuggler sends: text, a false end, a transaction, and the true end. */
bool op_smuggle(struct script *s, struct mutator *m)
{
    size_t at = make_payload(s, m, KIND(PART_MESSAGE));
    if (at == NOWHERE)
        return false;
    struct bytes message = s->parts[at].octets;
    size_t cut = edit_once_in(m, 2) ? end_offset(message) : edit_below(m, message.len + 1);
    struct buffer built = {0};
    buffer_add(&built, bytes_slice(message, 0, cut));
    buffer_add(&built, edit_word(m, WORDS_FINISH));
    make_command(m, VERB_MAIL, &built);
    make_command(m, VERB_RCPT, &built);
    make_command(m, VERB_DATA, &built);
    make_message(m, &built);
    if (edit_once_in(m, 2))
        buffer_add_string(&built, ".\r\n");
    buffer_add(&built, bytes_from(message, cut));
    bool done =
        built.len <= m->most && !buffer_failed(&built) && edit_splice(s, m, at, 0, message.len, buffer_bytes(&built));
    s->failed |= buffer_failed(&built);
    buffer_free(&built);
    return done;
}

/* Offset of a line end within a part, by chance; NOWHERE when it has none. */
static size_t pick_newline(struct mutator *m, struct bytes octets)
{
    size_t found = 0, chosen = NOWHERE;
    for (size_t i = 0; i < octets.len; i++)
        if (octets.data[i] == '\n' && edit_once_in(m, (unsigned)++found))
            chosen = i;
    return chosen;
}

bool op_line_end_in_payload(struct script *s, struct mutator *m)
{
    size_t at = edit_pick(s, m, KINDS_PAYLOAD);
    if (at == NOWHERE)
        return false;
    struct bytes octets = s->parts[at].octets;
    size_t lf = pick_newline(m, octets);
    if (lf == NOWHERE || edit_once_in(m, 3))
        return edit_splice(s, m, at, edit_below(m, octets.len + 1), 0, edit_word(m, WORDS_END));
    size_t from = lf > 0 && octets.data[lf - 1] == '\r' ? lf - 1 : lf;
    return edit_splice(s, m, at, from, lf + 1 - from, edit_word(m, WORDS_END));
}

bool op_dots(struct script *s, struct mutator *m)
{
    static const char *const dots[] = {".", "..", "...", ". ", ".\r", ".\n", ".\r\n"};
    size_t at = edit_pick(s, m, KINDS_PAYLOAD);
    if (at == NOWHERE)
        return false;
    struct bytes octets = s->parts[at].octets;
    size_t lf = pick_newline(m, octets), start = lf == NOWHERE ? 0 : lf + 1;
    bool dot = start < octets.len && octets.data[start] == '.';
    if (dot && edit_once_in(m, 2))
        return edit_splice(s, m, at, start, 1, BYTES(""));
    return edit_splice(s, m, at, start, 0, bytes_string(dots[edit_below(m, sizeof dots / sizeof *dots)]));
}

/* A write boundary before or behind a dot, CR or LF. */
bool op_part_message(struct script *s, struct mutator *m)
{
    size_t at = edit_pick(s, m, KINDS_PAYLOAD), found = 0, chosen = NOWHERE;
    if (at == NOWHERE)
        return false;
    struct part p = s->parts[at];
    for (size_t i = 0; i < p.octets.len; i++) {
        unsigned char c = p.octets.data[i];
        if ((c == '.' || c == '\r' || c == '\n') && edit_once_in(m, (unsigned)++found))
            chosen = i + edit_below(m, 2);
    }
    if (chosen == NOWHERE || chosen == 0 || chosen == p.octets.len)
        return false;
    s->parts[at].octets = bytes_slice(p.octets, 0, chosen);
    script_insert(s, at + 1, part_mark(MARK_WRITE, 0));
    p.octets = bytes_from(p.octets, chosen);
    script_insert(s, at + 2, p);
    return true;
}
