#include "smtp/reply.h"
#include "grammar.h"

enum { LINE_MOST = 512 }; /* RFC 5321 section 4.5.3.1.5, with its CRLF */

const char *reply_flaw_text(enum reply_flaw flaw)
{
    static const struct {
        enum reply_flaw flaw;
        const char *text;
    } texts[] = {
        {REPLY_BARE_LF, "a line ends with LF alone"},
        {REPLY_BARE_CR, "a CR is not followed by LF"},
        {REPLY_CONTROL, "a control character stands in the text"},
        {REPLY_EIGHT_BIT, "an octet above 0x7F stands in the text"},
        {REPLY_NO_CODE, "a line does not begin with three digits"},
        {REPLY_CODE_RANGE, "the code is outside 200 to 599, or its second digit is above 5"},
        {REPLY_SEPARATOR, "the code is followed by neither a space, '-' nor the end of the line"},
        {REPLY_CODES_DIFFER, "lines of one reply carry different codes"},
        {REPLY_LONG_LINE, "a line has more than 512 octets"},
        {REPLY_ENHANCED_CLASS, "class of the enhanced code and first digit of the code differ"},
        {REPLY_ENHANCED_FORM, "what looks like an enhanced code is not well formed"},
        {REPLY_ENHANCED_DIFFER, "lines of one reply carry different enhanced codes, or only some carry one"},
        {REPLY_CUT, "the reply has no end"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i].flaw == flaw)
            return texts[i].text;
    return "no flaw";
}

static bool has_code(const unsigned char *at)
{
    return grammar_is(at[0], GRAMMAR_DIGIT) && grammar_is(at[1], GRAMMAR_DIGIT) && grammar_is(at[2], GRAMMAR_DIGIT);
}

/* What the line whose LF was just taken means for its reply: true when it ends it. */
static bool line_ends_reply(struct reply_reader *r)
{
    size_t content = r->line - 1; /* without the LF */
    bool code = content >= 3 && has_code(r->start);
    bool alone = content == 3 || (content == 4 && r->start[3] == '\r');
    if (code && content > 3 && r->start[3] == '-')
        r->inside = true;
    else if ((code && (alone || r->start[3] == ' ')) || !r->inside)
        return true;
    return false;
}

static void line_start(struct reply_reader *r, struct bytes piece)
{
    for (size_t i = 0; i < piece.len && r->line + i < sizeof r->start; i++)
        r->start[r->line + i] = piece.data[i];
}

enum reply_status reply_read(struct reply_reader *r, struct bytes in, size_t *used)
{
    *used = 0;
    while (*used < in.len) {
        size_t room = REPLY_LINE_LIMIT - r->line;
        if (room > REPLY_TOTAL_LIMIT - r->total)
            room = REPLY_TOTAL_LIMIT - r->total;
        if (room == 0)
            return REPLY_LIMIT;
        struct bytes piece = bytes_slice(in, *used, room);
        size_t lf = bytes_find_octet(piece, '\n');
        if (lf != BYTES_NONE)
            piece.len = lf + 1;
        line_start(r, piece);
        r->line += piece.len;
        r->total += piece.len;
        *used += piece.len;
        if (lf == BYTES_NONE)
            continue;
        bool ends = line_ends_reply(r);
        r->line = 0;
        if (ends) {
            *r = (struct reply_reader){0};
            return REPLY_DONE;
        }
    }
    return REPLY_MORE;
}

/* *DIGIT at `*at`; false when there is none. The value sticks at its largest. */
static bool number_take(struct bytes text, size_t *at, unsigned *value, size_t *digits)
{
    size_t from = *at;
    *value = 0;
    for (; *at < text.len && grammar_is(text.data[*at], GRAMMAR_DIGIT); *at += 1)
        if (*value < 100000)
            *value = *value * 10 + (unsigned)(text.data[*at] - '0');
    *digits = *at - from;
    return *digits > 0;
}

enum enhanced_form { ENHANCED_NONE, ENHANCED_GOOD, ENHANCED_ODD };

/* Three numbers with dots between, before a space or the end, are meant to be an enhanced code. RFC 2034 section 4 and
 * RFC 3463 section 2: class 2, 4 or 5, at most three digits for the others, no leading zeros. */
static enum enhanced_form enhanced_look(struct bytes text, struct enhanced *out, size_t *used)
{
    unsigned value[3];
    bool odd = false;
    size_t at = 0;
    *out = (struct enhanced){0, 0, 0};
    *used = 0;
    for (int i = 0; i < 3; i++) {
        size_t digits = 0;
        if (i > 0 && (at >= text.len || text.data[at] != '.'))
            return ENHANCED_NONE;
        at += i > 0;
        size_t from = at;
        if (!number_take(text, &at, &value[i], &digits))
            return ENHANCED_NONE;
        odd = odd || digits > 3 || (digits > 1 && text.data[from] == '0');
    }
    if (at < text.len && text.data[at] != ' ')
        return ENHANCED_NONE;
    if (odd || (value[0] != 2 && value[0] != 4 && value[0] != 5))
        return ENHANCED_ODD;
    *out = (struct enhanced){(unsigned char)value[0], (unsigned short)value[1], (unsigned short)value[2]};
    *used = at + (at < text.len);
    return ENHANCED_GOOD;
}

bool enhanced_parse(struct bytes text, struct enhanced *out, size_t *used)
{
    return enhanced_look(text, out, used) == ENHANCED_GOOD;
}

static unsigned text_flaws(struct bytes text)
{
    unsigned flaws = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = text.data[i];
        if (grammar_is(c, GRAMMAR_TEXT))
            continue;
        flaws |= c >= 0x80 ? REPLY_EIGHT_BIT : c == '\r' ? REPLY_BARE_CR : REPLY_CONTROL;
    }
    return flaws;
}

static int code_of(const unsigned char *at)
{
    return (at[0] - '0') * 100 + (at[1] - '0') * 10 + (at[2] - '0');
}

/* Cuts the line end off; what it was goes to the flaws. */
static struct bytes line_content(struct bytes whole, unsigned *flaws)
{
    struct bytes line = whole;
    if (whole.len > LINE_MOST)
        *flaws |= REPLY_LONG_LINE;
    if (whole.data[whole.len - 1] != '\n') {
        *flaws |= REPLY_CUT;
        return line;
    }
    line.len--;
    if (line.len > 0 && line.data[line.len - 1] == '\r')
        line.len--;
    else
        *flaws |= REPLY_BARE_LF;
    return line;
}

bool reply_next_line(struct bytes *rest, struct reply_line *out)
{
    if (rest->len == 0)
        return false;
    size_t lf = bytes_find_octet(*rest, '\n');
    struct bytes whole = bytes_slice(*rest, 0, lf == BYTES_NONE ? rest->len : lf + 1);
    *rest = bytes_from(*rest, whole.len);
    *out = (struct reply_line){.last = true};
    struct bytes line = line_content(whole, &out->flaws);
    if (line.len < 3 || !has_code(line.data)) {
        out->flaws |= REPLY_NO_CODE;
        out->text = line;
    } else {
        out->code = code_of(line.data);
        if (line.data[0] < '2' || line.data[0] > '5' || line.data[1] > '5')
            out->flaws |= REPLY_CODE_RANGE;
        bool separated = line.len > 3 && (line.data[3] == ' ' || line.data[3] == '-');
        if (line.len > 3 && !separated)
            out->flaws |= REPLY_SEPARATOR;
        out->last = !(separated && line.data[3] == '-');
        out->text = bytes_from(line, separated ? 4 : 3);
    }
    out->flaws |= text_flaws(out->text);
    return true;
}

static bool enhanced_same(struct enhanced a, struct enhanced b)
{
    return a.klass == b.klass && a.subject == b.subject && a.detail == b.detail;
}

/* Notes what is odd about the enhanced code of one line; returns it. */
static struct enhanced line_enhanced(const struct reply_line *line, unsigned *flaws)
{
    struct enhanced e;
    size_t used = 0;
    enum enhanced_form form = line->code ? enhanced_look(line->text, &e, &used) : ENHANCED_NONE;
    if (form == ENHANCED_ODD)
        *flaws |= REPLY_ENHANCED_FORM;
    if (form == ENHANCED_GOOD && e.klass != line->code / 100)
        *flaws |= REPLY_ENHANCED_CLASS;
    return form == ENHANCED_GOOD ? e : (struct enhanced){0, 0, 0};
}

/* The rule by which the reader ends a reply: the first line does unless it announces more, a later one needs its code
 * and separator. */
static bool line_is_last(const struct reply_line *line, size_t number)
{
    return line->last && (number == 1 || !(line->flaws & (REPLY_NO_CODE | REPLY_SEPARATOR)));
}

void reply_parse(struct bytes raw, struct reply *out)
{
    *out = (struct reply){.raw = raw};
    struct bytes rest = raw;
    struct reply_line line;
    bool ended = false;
    while (reply_next_line(&rest, &line)) {
        out->flaws |= line.flaws;
        struct enhanced e = line_enhanced(&line, &out->flaws);
        if (out->lines == 0) {
            out->code = line.code;
            out->text = line.text;
            out->enhanced = e;
        } else {
            if (line.code && line.code != out->code)
                out->flaws |= REPLY_CODES_DIFFER;
            if (!enhanced_same(e, out->enhanced))
                out->flaws |= REPLY_ENHANCED_DIFFER;
        }
        out->lines++;
        ended = line_is_last(&line, out->lines);
    }
    if (!ended)
        out->flaws |= REPLY_CUT;
}

static struct bytes blanks_cut(struct bytes b)
{
    while (b.len > 0 && (b.data[0] == ' ' || b.data[0] == '\t'))
        b = bytes_from(b, 1);
    while (b.len > 0 && (b.data[b.len - 1] == ' ' || b.data[b.len - 1] == '\t'))
        b.len--;
    return b;
}

bool ehlo_next_keyword(struct bytes *rest, bool *first, struct keyword *out)
{
    struct reply_line line;
    while (reply_next_line(rest, &line)) {
        bool greeting = *first;
        *first = false;
        struct bytes text = blanks_cut(line.text);
        if (greeting || line.code == 0 || text.len == 0)
            continue;
        size_t end = 0;
        while (end < text.len && text.data[end] != ' ' && text.data[end] != '\t' && text.data[end] != '=')
            end++;
        if (end < text.len && text.data[end] == '=')
            end++;
        out->name = bytes_slice(text, 0, end);
        out->parameters = blanks_cut(bytes_from(text, end));
        return true;
    }
    return false;
}

bool ehlo_find(struct bytes raw, struct bytes name, struct keyword *out)
{
    bool first = true;
    while (ehlo_next_keyword(&raw, &first, out))
        if (bytes_equal_nocase(out->name, name))
            return true;
    return false;
}

bool keyword_has(const struct keyword *k, struct bytes word)
{
    struct bytes rest = k->parameters, found;
    while (bytes_next_word(&rest, &found))
        if (bytes_equal_nocase(found, word))
            return true;
    return false;
}
