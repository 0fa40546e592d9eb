#include "session_internal.h"

#include <string.h>

static size_t limit(const struct session *s)
{
    if (session_has(s, DEFECT_COMMAND_LINE_LIMIT_255) && s->state == STATE_COMMAND)
        return 255 + 2;
    if (session_has(s, DEFECT_COMMAND_LINE_LIMIT_510) && s->state == STATE_COMMAND)
        return 508 + 2;
    if (session_has(s, DEFECT_COMMAND_LINE_LIMIT_512) && s->state == STATE_COMMAND)
        return 510 + 2;
    if (session_has(s, DEFECT_COMMAND_LINE_LIMIT_600) && s->state == STATE_COMMAND)
        return 598 + 2;
    return (s->state == STATE_AUTH ? AUTH_LIMIT : COMMAND_LIMIT) + 2;
}

/* Keeps a part of a line while it is within the limit. */
static void keep(struct session *s, struct bytes part)
{
    if (part.len == 0)
        return;
    s->line_last = part.data[part.len - 1];
    if (s->line_long)
        return;
    if (part.len > limit(s) - s->line.len) {
        s->line_long = true;
        buffer_clear(&s->line);
        return;
    }
    if (session_has(s, DEFECT_PIECES_LOST) && ++s->pieces > 16)
        buffer_clear(&s->line);
    buffer_add(&s->line, part);
    if (buffer_failed(&s->line))
        s->lost = true;
}

/* Offset behind the first line end of `in`, 0 when there is none. Only CRLF ends a line (section 2.3.8). */
static size_t find_end(struct session *s, struct bytes in)
{
    size_t from = 0;
    if (session_has(s, DEFECT_CR_ENDS_COMMAND) && bytes_find_octet(in, '\r') != BYTES_NONE) {
        s->flaws.eats_lf = true;
        return bytes_find_octet(in, '\r') + 1;
    }
    while (from < in.len) {
        const unsigned char *lf = memchr(in.data + from, '\n', in.len - from);
        if (!lf)
            break;
        size_t at = (size_t)(lf - in.data);
        unsigned char before = at > 0 ? in.data[at - 1] : s->line_last;
        if (before == '\r' || session_has(s, DEFECT_LF_ENDS_COMMAND))
            return at + 1;
        from = at + 1;
    }
    return session_has(s, DEFECT_PACKET_IS_A_COMMAND) ? in.len : 0;
}

/* As find_end, for a server that takes NUL for the end of a string. */
static size_t find_end_or_nul(struct bytes in, size_t end)
{
    size_t nul = bytes_find_octet(bytes_slice(in, 0, end ? end : in.len), 0);
    return nul == BYTES_NONE ? end : nul + 1;
}

static struct bytes without_end(struct bytes line)
{
    size_t end = bytes_ends(line, BYTES("\r\n")) ? 2 : bytes_ends(line, BYTES("\n")) || bytes_ends(line, BYTES("\r"));
    return bytes_slice(line, 0, line.len - end);
}

bool session_line(struct session *s, struct bytes in, size_t *used, struct bytes *line, bool *too_long)
{
    size_t end = find_end(s, in);
    if (session_has(s, DEFECT_NUL_ENDS_COMMAND))
        end = find_end_or_nul(in, end);
    *used = end ? end : in.len;
    struct bytes part = bytes_slice(in, 0, *used);
    if (end && s->line.len == 0 && !s->line_long && s->line_last == 0 && part.len <= limit(s)) {
        *line = without_end(part); /* the usual case: nothing is copied */
        *too_long = false;
        return true;
    }
    keep(s, part);
    if (!end && session_has(s, DEFECT_PARTIAL_LINE_LOST))
        session_line_done(s);
    if (!end)
        return false;
    *too_long = s->line_long;
    *line = bytes_slice(without_end(buffer_bytes(&s->line)), 0, s->line_long ? 0 : s->line.len);
    return true;
}

void session_line_done(struct session *s)
{
    buffer_clear(&s->line);
    s->line_last = 0;
    s->line_long = false;
    s->pieces = 0;
}
