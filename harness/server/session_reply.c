#include "session_internal.h"

#include <stdio.h>

enum { LINE_LIMIT = 510, TEXT_LIMIT = 480 };

static bool bare_codes(const struct session *s, int code)
{
    /* The host's name in 220, 221 and 421 is for machines to read (section 4.2); in LMTP enhanced codes are a must. */
    return session_styled(s, STYLE_CODE_ONLY) && !s->config.lmtp && code != 220 && code != 221 && code != 421;
}

static void reply_line(struct session *s, int code, bool last, const char *enhanced, struct bytes text)
{
    char front[32];
    int len = snprintf(front, sizeof front, "%03d%c%s%s", code, last ? ' ' : '-', enhanced ? enhanced : "",
                       enhanced && text.len ? " " : "");
    size_t room = LINE_LIMIT - (size_t)len;
    buffer_add(s->out, bytes_of(front, (size_t)len));
    buffer_add(s->out, bytes_slice(text, 0, room));
    if (session_has(s, DEFECT_LONG_REPLY_LINES) && code != 334)
        buffer_add_repeated(s->out, BYTES("."), LINE_LIMIT);
    buffer_add(s->out, BYTES("\r\n"));
}

static bool enhanced_offered(const struct session *s)
{
    return s->config.lmtp || !(session_styled(s, STYLE_CODE_ONLY) || session_styled(s, STYLE_TERSE));
}

void session_reply_text(struct session *s, int code, const char *enhanced, struct bytes text)
{
    bool many = bytes_find_octet(text, '\n') != BYTES_NONE;
    if (!enhanced_offered(s))
        enhanced = NULL;
    for (bool last = false; !last;) {
        size_t end = bytes_find_octet(text, '\n');
        last = end == BYTES_NONE;
        int shown = last && many && session_has(s, DEFECT_WRONG_CODE_IN_MULTILINE) ? code + 1 : code;
        reply_line(s, shown, last, enhanced, last ? text : bytes_slice(text, 0, end));
        if (!last)
            text = bytes_from(text, end + 1);
    }
}

void session_reply(struct session *s, int code, const char *enhanced, const char *format, ...)
{
    char text[TEXT_LIMIT];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (len < 0 || bare_codes(s, code)) {
        buffer_printf(s->out, "%03d\r\n", code);
        return;
    }
    if (session_styled(s, STYLE_MULTILINE) && (size_t)len < sizeof text)
        snprintf(text + len, sizeof text - (size_t)len, "\nThis reply has three lines,\nwhich any reply may have.");
    session_reply_text(s, code, enhanced, bytes_string(text));
}
