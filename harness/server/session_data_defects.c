/* Defects in finding the end of the data. */
#include "session_defects.h"

/* Octets that are taken for the end; the CRLF of the DATA command counts with them. Where they end in CR, a LF right
 * behind belongs to them. */
static const struct {
    enum defect defect;
    struct bytes octets;
} ends[] = {
    {DEFECT_DOT_CR_ENDS_DATA, {(const unsigned char *)"\r\n.\r", 4}},
    {DEFECT_CR_DOT_ENDS_DATA, {(const unsigned char *)"\r.\r", 3}},
    {DEFECT_CR_DOT_ENDS_DATA, {(const unsigned char *)"\r.\n", 3}},
    {DEFECT_LF_DOT_CR_ENDS_DATA, {(const unsigned char *)"\n.\r", 3}},
    {DEFECT_DOT_NUL_ENDS_DATA, {(const unsigned char *)"\r\n.\0\r\n", 6}},
    {DEFECT_DOT_NUL_ENDS_DATA, {(const unsigned char *)"\r\n\0.\r\n", 6}},
    {DEFECT_DOT_NUL_ENDS_DATA, {(const unsigned char *)"\r\n.\r\0\n", 6}},
    {DEFECT_DOT_BLANK_ENDS_DATA, {(const unsigned char *)"\r\n. \r\n", 6}},
    {DEFECT_DOT_BLANK_ENDS_DATA, {(const unsigned char *)"\r\n.\t\r\n", 6}},
    {DEFECT_DOT_BLANK_ENDS_DATA, {(const unsigned char *)"\r\n.\v\r\n", 6}},
    {DEFECT_DOT_BLANK_ENDS_DATA, {(const unsigned char *)"\r\n.\x1a\r\n", 6}},
    {DEFECT_DOT_BEHIND_TEXT_ENDS_DATA, {(const unsigned char *)".\r\n", 3}},
    {DEFECT_TWO_DOTS_END_DATA, {(const unsigned char *)"\r\n..\r\n", 6}},
    {DEFECT_QUIT_ENDS_DATA, {(const unsigned char *)"\r\nQUIT\r\n", 8}},
};

enum { LINE_MOST = 1000 };

static bool watched(enum defect d)
{
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (ends[i].defect == d)
            return true;
    return d == DEFECT_LONG_LINE_REFUSED_AT_ONCE || d == DEFECT_EIGHT_BIT_DATA_CLOSES;
}

void session_defect_data_begin(struct session *s)
{
    static const struct bytes command = {(const unsigned char *)"\r\n", 2};
    s->flaws.tail_len = command.len;
    memcpy(s->flaws.tail, command.data, command.len);
    s->flaws.watched = s->config.defect != DEFECT_NONE && watched(s->config.defect);
    s->flaws.line_octets = 0;
}

static void remember(struct session_flaws *f, unsigned char octet)
{
    if (f->tail_len == sizeof f->tail)
        memmove(f->tail, f->tail + 1, --f->tail_len);
    f->tail[f->tail_len++] = octet;
    f->line_octets = octet == '\n' ? 0 : f->line_octets + 1;
}

bool session_defect_data_octet(struct session *s, unsigned char octet)
{
    struct session_flaws *f = &s->flaws;
    remember(f, octet);
    if (session_has(s, DEFECT_LONG_LINE_REFUSED_AT_ONCE) && f->line_octets == LINE_MOST)
        session_reply(s, 500, "5.6.0", "Line too long");
    if (session_has(s, DEFECT_EIGHT_BIT_DATA_CLOSES) && octet > 127 && s->transaction.envelope.body == BODY_7BIT)
        s->state = STATE_CLOSED;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (session_has(s, ends[i].defect) && bytes_ends(bytes_of(f->tail, f->tail_len), ends[i].octets)) {
            f->eats_lf = octet == '\r';
            return true;
        }
    return false;
}

/* A dot that would be the first of a line, and is taken for text. */
bool session_defect_dot_is_text(const struct session *s)
{
    struct bytes message = buffer_bytes(&s->transaction.message);
    return (session_has(s, DEFECT_DOT_AT_ONCE_IS_TEXT) && message.len == 0) ||
           (session_has(s, DEFECT_DOT_AFTER_EMPTY_LINE_IS_TEXT) && bytes_ends(message, BYTES("\r\n\r\n")));
}
