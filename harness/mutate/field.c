/* The header of the message (RFC 5322): what servers look at behind the envelope. */
#include "edit.h"
#include "make.h"
#include "operators.h"

/* Puts a field at the start of a payload. */
static bool put(struct script *s, struct mutator *m, size_t times)
{
    size_t at = make_payload(s, m, KINDS_PAYLOAD);
    struct bytes field = edit_word(m, WORDS_FIELD);
    if (at == NOWHERE || field.len * times > edit_room(s, m))
        return false;
    struct buffer *b = edit_begin(m);
    buffer_add_repeated(b, field, times);
    buffer_add(b, s->parts[at].octets);
    return edit_replace(s, m, at);
}

bool op_field(struct script *s, struct mutator *m)
{
    return put(s, m, 1);
}

bool op_repeat_field(struct script *s, struct mutator *m)
{
    static const size_t times[] = {2, 10, 99, 100, 101, 102, 200};
    return put(s, m, times[edit_below(m, sizeof times / sizeof *times)]);
}
