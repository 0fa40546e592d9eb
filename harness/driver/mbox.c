#include "store.h"

/* ">From " and, in the mboxrd form, ">>From " lost their first character's meaning when they were stored. */
static bool is_quoted_from(struct bytes line)
{
    size_t marks = 0;
    while (marks < line.len && line.data[marks] == '>')
        marks++;
    return marks > 0 && bytes_starts(bytes_from(line, marks), BYTES("From "));
}

static bool line_cut(struct bytes *rest, struct bytes *line)
{
    if (rest->len == 0)
        return false;
    size_t lf = bytes_find_octet(*rest, '\n');
    *line = bytes_slice(*rest, 0, lf == BYTES_NONE ? rest->len : lf + 1);
    *rest = bytes_from(*rest, line->len);
    return true;
}

/* The empty line behind a message is the mailbox's, not the message's. */
static struct bytes without_separator(struct bytes message)
{
    bool there = bytes_ends(message, BYTES("\n\n")) || bytes_ends(message, BYTES("\n\r\n"));
    size_t len = bytes_ends(message, BYTES("\r\n")) ? 2 : 1;
    return there ? bytes_slice(message, 0, message.len - len) : message;
}

bool mbox_split(struct bytes content, bool (*take)(void *context, struct bytes message), void *context)
{
    struct buffer message = {0};
    struct bytes line;
    bool inside = false, blank = true, going = true;
    while (going && line_cut(&content, &line)) {
        if (blank && bytes_starts(line, BYTES("From "))) {
            going = !inside || take(context, without_separator(buffer_bytes(&message)));
            buffer_clear(&message);
            inside = true;
        } else if (inside) {
            buffer_add(&message, is_quoted_from(line) ? bytes_from(line, 1) : line);
        }
        blank = bytes_equal(line, BYTES("\n")) || bytes_equal(line, BYTES("\r\n"));
    }
    if (going && inside)
        going = take(context, without_separator(buffer_bytes(&message)));
    buffer_free(&message);
    return going;
}
