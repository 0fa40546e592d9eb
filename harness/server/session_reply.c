#include "session_defects.h"

#include <stdio.h>
#include <string.h>

enum { LINE_LIMIT = 510, TEXT_LIMIT = 480 };

static bool bare_codes(const struct session *s, int code)
{
    /* The host's name in 220, 221 and 421 is for machines to read (section 4.2); in LMTP enhanced codes are a must. */
    return session_styled(s, STYLE_CODE_ONLY) && !s->config.lmtp && code != 220 && code != 221 && code != 421;
}

/* One line as a sound server says it: most of what a session costs goes through here, so that it grows the buffer once.
 */
static void sound_line(struct session *s, const unsigned char *digits, bool last, const char *enhanced,
                       struct bytes text)
{
    size_t mark = enhanced ? strlen(enhanced) : 0, blank = enhanced && text.len, front = 4 + mark + blank;
    text = bytes_slice(text, 0, LINE_LIMIT - front);
    unsigned char *at = buffer_reserve(s->out, front + text.len + 2);
    if (!at)
        return;
    for (size_t i = 0; i < 3; i++)
        at[i] = digits[i];
    at[3] = last ? ' ' : '-';
    if (mark)
        memcpy(at + 4, enhanced, mark);
    if (blank)
        at[4 + mark] = ' ';
    if (text.len)
        memcpy(at + front, text.data, text.len);
    memcpy(at + front + text.len, "\r\n", 2);
    s->out->len += front + text.len + 2;
}

static void reply_line(struct session *s, int code, bool last, const char *enhanced, struct bytes text)
{
    bool glued = session_has(s, DEFECT_REPLY_WITHOUT_BLANK) && s->verb == VERB_NOOP;
    bool parted = enhanced && text.len && !session_has(s, DEFECT_ENHANCED_GLUED);
    const unsigned char digits[] = {(unsigned char)('0' + code / 100 % 10), (unsigned char)('0' + code / 10 % 10),
                                    (unsigned char)('0' + code % 10)};
    if (s->config.defect == DEFECT_NONE) {
        sound_line(s, digits, last, enhanced, text);
        return;
    }
    size_t before = s->out->len;
    buffer_add(s->out, bytes_of(digits, sizeof digits));
    buffer_add_string(s->out, !last ? "-" : glued ? "" : " ");
    buffer_add_string(s->out, enhanced ? enhanced : "");
    buffer_add_string(s->out, parted ? " " : "");
    size_t room = LINE_LIMIT - (s->out->len - before);
    buffer_add(s->out, bytes_slice(text, 0, room));
    if (session_has(s, DEFECT_REPLY_TEXT_EIGHT_BIT) && s->verb == VERB_RSET)
        buffer_add(s->out, BYTES(" \xe0 z\xe9ro"));
    if (session_has(s, DEFECT_LONG_REPLY_LINES) && code != 334)
        buffer_add_repeated(s->out, BYTES("."), LINE_LIMIT);
    buffer_add(s->out, session_has(s, DEFECT_REPLIES_END_WITH_LF) ? BYTES("\n") : BYTES("\r\n"));
}

void session_reply_text(struct session *s, int code, const char *enhanced, struct bytes text)
{
    if (!session_offers(s, "ENHANCEDSTATUSCODES"))
        enhanced = NULL;
    else if (enhanced && session_styled(s, STYLE_PLAIN_CODES))
        enhanced = code < 300 ? "2.0.0" : code < 500 ? "4.0.0" : "5.0.0";
    if (session_has(s, DEFECT_ENHANCED_AFTER_EHLO_ONLY) && s->hello != HELLO_EHLO)
        enhanced = NULL;
    struct said said = {code, enhanced, text};
    if (s->config.defect != DEFECT_NONE && !session_defect_reply(s, &said))
        return;
    size_t end = bytes_find_octet(said.text, '\n');
    bool many = end != BYTES_NONE;
    for (;;) {
        bool last = end == BYTES_NONE;
        int shown = last && many && session_has(s, DEFECT_WRONG_CODE_IN_MULTILINE) ? said.code + 1 : said.code;
        if (last && many && said.enhanced && session_has(s, DEFECT_ENHANCED_DIFFERS))
            said.enhanced = "2.1.0";
        reply_line(s, shown, last, said.enhanced, last ? said.text : bytes_slice(said.text, 0, end));
        if (last)
            break;
        said.text = bytes_from(said.text, end + 1);
        end = bytes_find_octet(said.text, '\n');
    }
    session_defect_replied(s, code);
}

/* The text as the style has it; false: it stays as it is. */
static bool dress(const struct session *s, int code, struct bytes text, struct buffer *out)
{
    bool named = code == 220 || code == 221 || code == 421; /* begins with the host's name (section 4.2) */
    switch (s->config.style) {
    case STYLE_MULTILINE:
        buffer_add(out, text);
        buffer_add_string(out, "\nThis reply has three lines,\nwhich any reply may have.");
        break;
    case STYLE_HUNDRED_LINES:
        buffer_add(out, text);
        buffer_add_repeated(out, BYTES("\nand more"), 99);
        break;
    case STYLE_LONG_LINES:
        buffer_add(out, text);
        buffer_add_repeated(out, BYTES("."), LINE_LIMIT); /* and what is over the limit is cut off */
        break;
    case STYLE_TABS:
        buffer_add(out, text);
        buffer_add_string(out, "\t(said\tby a server)\t");
        break;
    case STYLE_DIGITS:
        if (named)
            return false;
        buffer_add_string(out, "999-554 is no code of this reply\n221 ");
        buffer_add(out, text);
        break;
    default:
        return false;
    }
    return !buffer_failed(out);
}

static void say(struct session *s, int code, const char *enhanced, struct bytes text)
{
    struct buffer dressed = {0};
    if (bare_codes(s, code)) {
        buffer_printf(s->out, "%03d\r\n", code);
        return;
    }
    s->refused += code >= 500;
    if (dress(s, code, text, &dressed))
        text = buffer_bytes(&dressed);
    session_reply_text(s, code, enhanced, text);
    buffer_free(&dressed);
}

void session_reply(struct session *s, int code, const char *enhanced, const char *format, ...)
{
    if (!strchr(format, '%')) { /* most of them: nothing to format */
        say(s, code, enhanced, bytes_string(format));
        return;
    }
    char text[TEXT_LIMIT];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    say(s, code, enhanced, bytes_string(len < 0 ? "" : text));
}
