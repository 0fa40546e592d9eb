/* A stream of replies. The first octet seeds the cuts.
 *   - however the stream is cut, the replies in it end at the same octets
 *   - what the reader took for whole is whole for the parser, and both see its lines alike
 *   - a reply without flaws, printed from its parts, is the same octets */
#include "base/prng.h"
#include "property.h"
#include "smtp/code.h"
#include "smtp/extension.h"
#include "smtp/reply.h"

/* Reads one reply from `in`, in pieces of 1 to `most` octets. */
static enum reply_status read_cut(struct bytes in, struct prng *cuts, size_t most, size_t *used)
{
    struct reply_reader reader = {0};
    enum reply_status status = REPLY_MORE;
    *used = 0;
    while (status == REPLY_MORE && *used < in.len) {
        size_t n = 0;
        struct bytes piece = bytes_slice(in, *used, 1 + (size_t)prng_below(cuts, most));
        status = reply_read(&reader, piece, &n);
        HOLDS(n <= piece.len && (status != REPLY_MORE || n == piece.len));
        *used += n;
    }
    HOLDS(status != REPLY_DONE || (reader.total == 0 && reader.line == 0 && !reader.inside));
    return status;
}

/* Lines of the reply from their parts, with CRLF: what was read, when nothing was odd about it. */
static void lines_hold(const struct reply *reply)
{
    struct buffer text = {0};
    struct bytes rest = reply->raw;
    struct reply_line line;
    unsigned flaws = 0;
    size_t lines = 0;
    for (size_t before = rest.len; reply_next_line(&rest, &line); before = rest.len, lines++) {
        HOLDS(rest.len < before && lies_in(line.text, reply->raw));
        HOLDS(line.code >= 0 && line.code <= 999);
        flaws |= line.flaws;
        bool alone = line.last && line.text.len == 0;
        buffer_printf(&text, "%03d%s", line.code, line.last ? (alone ? "" : " ") : "-");
        buffer_add(&text, line.text);
        buffer_add_string(&text, "\r\n");
    }
    HOLDS(!buffer_failed(&text) && lines == reply->lines && (flaws & ~reply->flaws) == 0);
    if (reply->flaws == 0 && bytes_find(reply->raw, BYTES(" \r\n")) == BYTES_NONE)
        HOLDS(bytes_equal(buffer_bytes(&text), reply->raw));
    buffer_free(&text);
}

/* Finding each keyword of a long reply again takes time by the square of its lines: the first ones are enough. */
static void keywords_hold(const struct reply *reply)
{
    enum { MOST = 8 };
    struct bytes rest = reply->raw;
    struct keyword keyword, found;
    bool first = true;
    for (int i = 0; i < MOST && ehlo_next_keyword(&rest, &first, &keyword); i++) {
        HOLDS(keyword.name.len > 0 && lies_in(keyword.name, reply->raw) && lies_in(keyword.parameters, reply->raw));
        HOLDS(ehlo_find(reply->raw, keyword.name, &found) && bytes_equal_nocase(found.name, keyword.name));
        const struct extension_info *known = extension_find(keyword.name);
        HOLDS(!known || bytes_equal_nocase(bytes_string(known->keyword), keyword.name));
        struct bytes words = keyword.parameters, word;
        for (int k = 0; k < MOST && bytes_next_word(&words, &word); k++)
            HOLDS(keyword_has(&keyword, word));
    }
}

static void enhanced_holds(struct bytes text)
{
    struct enhanced e;
    size_t used = 0;
    if (!enhanced_parse(text, &e, &used)) {
        HOLDS(e.klass == 0 && used == 0);
        return;
    }
    struct buffer printed = {0};
    buffer_printf(&printed, "%d.%d.%d", e.klass, e.subject, e.detail);
    HOLDS(used <= text.len && bytes_starts(text, buffer_bytes(&printed)) && used - printed.len <= 1);
    buffer_free(&printed);
}

static bool row_found(const struct code_info *row)
{
    size_t count;
    const struct code_info *table = code_table(&count);
    return row >= table && row < table + count;
}

/* Every reply can be explained: what is in the tables by its row, the rest by its digits. */
static void explanation_holds(const struct reply *reply)
{
    const struct code_info *code = code_find(reply->code);
    const struct enhanced_info *enhanced = enhanced_find(reply->enhanced);
    enum advice advice = reply_advice(reply->code, reply->enhanced);
    HOLDS(advice_text(advice) && *advice_text(advice));
    HOLDS(!code || (row_found(code) && code->code == reply->code && code->meaning && code_class_text(reply->code)));
    HOLDS(!enhanced || (enhanced->subject == reply->enhanced.subject && enhanced->name));
    HOLDS(reply->code < 200 || reply->code > 599 || code_class_text(reply->code));
    HOLDS(reply->code % 100 >= 60 || reply->code < 200 || reply->code > 599 || code_category_text(reply->code));
    const char *subject = enhanced_subject_text(reply->enhanced.subject);
    HOLDS(!subject || *subject);
    for (int verb = VERB_HELO; verb < VERB_COUNT; verb++) {
        const char *special = code_special(reply->code, reply->enhanced, (enum verb)verb);
        HOLDS(!special || *special);
    }
}

/* What was found wrong has a text of its own. */
static void flaws_are_named(const struct reply *reply)
{
    const char *none = reply_flaw_text((enum reply_flaw)0);
    for (unsigned bit = 1; bit <= REPLY_CUT; bit <<= 1)
        HOLDS(!(reply->flaws & bit) || strcmp(reply_flaw_text((enum reply_flaw)bit), none) != 0);
}

static void reply_holds(struct bytes raw, bool whole)
{
    struct reply reply;
    reply_parse(raw, &reply);
    HOLDS(lies_in(reply.text, raw) && bytes_equal(reply.raw, raw));
    HOLDS(whole == !(reply.flaws & REPLY_CUT));
    HOLDS(!whole || reply.lines > 0);
    lines_hold(&reply);
    keywords_hold(&reply);
    enhanced_holds(reply.text);
    explanation_holds(&reply);
    flaws_are_named(&reply);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    struct prng cuts;
    prng_seed(&cuts, data[0]);
    struct bytes rest = bytes_of(data + 1, size - 1);
    while (rest.len > 0) {
        struct reply_reader reader = {0};
        size_t whole = 0, cut = 0;
        enum reply_status status = reply_read(&reader, rest, &whole);
        HOLDS(whole <= rest.len && (whole > 0));
        HOLDS(read_cut(rest, &cuts, 1, &cut) == status && cut == whole);
        HOLDS(read_cut(rest, &cuts, 9, &cut) == status && cut == whole);
        reply_holds(bytes_slice(rest, 0, whole), status == REPLY_DONE);
        if (status != REPLY_DONE)
            return 0;
        rest = bytes_from(rest, whole);
    }
    return 0;
}
