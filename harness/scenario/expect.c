#include "scenario/expect.h"

#include "scenario/pattern.h"

#include "base/base64.h"
#include "base/text.h"

#include <inttypes.h>

enum { SHOWN = 200 };

static bool digits_match(const struct alternative *a, int code)
{
    const int digits[3] = {code / 100, code / 10 % 10, code % 10};
    for (size_t i = 0; i < 3; i++)
        if (a->digit[i] >= 0 && a->digit[i] != digits[i])
            return false;
    return true;
}

/* A line without a code is no reply that an expectation could name, not even as "any other". */
static bool alternative_takes_reply(const struct alternative *a, int code)
{
    return a->kind == ANSWER_CODE && code > 0 && digits_match(a, code) != a->negated;
}

static bool code_met(const struct expectation *x, const struct reply *reply)
{
    if (x->count == 0)
        return reply->code > 0;
    for (size_t i = 0; i < x->count; i++)
        if (alternative_takes_reply(&x->alternatives[i], reply->code))
            return true;
    return false;
}

static bool enhanced_met(const struct enhanced_pattern *p, const struct enhanced *found)
{
    return found->klass && (p->part[0] < 0 || p->part[0] == found->klass) &&
           (p->part[1] < 0 || p->part[1] == found->subject) && (p->part[2] < 0 || p->part[2] == found->detail);
}

static void found_reply(struct buffer *why, const struct reply *reply)
{
    struct bytes line = reply->raw, rest = reply->raw;
    bytes_next_line(&rest, &line);
    buffer_add_string(why, "found ");
    text_visible(why, line, SHOWN);
    if (reply->lines > 1)
        buffer_printf(why, " (%zu lines)", reply->lines);
}

static bool text_met(const struct expectation *x, const struct reply *reply, const struct variables *v,
                     struct buffer *why)
{
    struct buffer all = {0};
    struct bytes rest = reply->raw;
    struct reply_line line;
    struct error e;
    while (reply_next_line(&rest, &line)) {
        if (all.len)
            buffer_add_octet(&all, '\n');
        buffer_add(&all, line.text);
    }
    enum pattern_result result = pattern_match(&x->text, v, buffer_bytes(&all), NULL, &e);
    bool good = result == (x->text_absent ? PATTERN_DIFFERS : PATTERN_MATCHES);
    if (result == PATTERN_ERROR) {
        buffer_add_string(why, e.text);
    } else if (!good) {
        buffer_add_string(why, "found the text ");
        text_visible(why, buffer_bytes(&all), SHOWN);
    }
    buffer_free(&all);
    return good;
}

/* The challenge of a 334 (RFC 4954 section 4). */
static bool challenge_met(const struct expectation *x, const struct reply *reply, const struct variables *v,
                          struct buffer *why)
{
    struct buffer decoded = {0};
    struct bytes rest = reply->raw;
    struct reply_line line;
    struct error e;
    enum pattern_result result = PATTERN_DIFFERS;
    if (reply->lines == 1 && reply_next_line(&rest, &line) && base64_decode(&decoded, line.text)) {
        result = pattern_match(&x->challenge, v, buffer_bytes(&decoded), NULL, &e);
        buffer_add_string(why, result == PATTERN_DIFFERS ? "found the challenge " : "");
        if (result == PATTERN_DIFFERS)
            text_visible(why, buffer_bytes(&decoded), SHOWN);
        if (result == PATTERN_ERROR)
            buffer_add_string(why, e.text);
    } else {
        found_reply(why, reply);
        buffer_add_string(why, ", which is no base64");
    }
    buffer_free(&decoded);
    return result == PATTERN_MATCHES;
}

static bool keyword_met(const struct expectation *x, const struct reply *reply, const struct variables *v,
                        struct buffer *why)
{
    struct keyword k = {0};
    struct error e;
    bool there = ehlo_find(reply->raw, x->keyword, &k);
    if (there == x->keyword_absent) {
        buffer_printf(why, "found a reply %s %.*s", there ? "with" : "without", BYTES_ARG(x->keyword));
        return false;
    }
    if (!there || !x->keyword_value.source.data)
        return true;
    enum pattern_result result = pattern_match(&x->keyword_value, v, k.parameters, NULL, &e);
    if (result == PATTERN_ERROR) {
        buffer_add_string(why, e.text);
    } else if (result == PATTERN_DIFFERS) {
        buffer_printf(why, "found %.*s with \"", BYTES_ARG(x->keyword));
        text_visible(why, k.parameters, SHOWN);
        buffer_add_octet(why, '"');
    }
    return result == PATTERN_MATCHES;
}

static void add_time(struct buffer *out, int64_t ms)
{
    if (ms % 1000 == 0)
        buffer_printf(out, "%" PRId64 " s", ms / 1000);
    else
        buffer_printf(out, "%" PRId64 " ms", ms);
}

static bool reply_met(const struct expectation *x, const struct observation *o, const struct variables *v,
                      struct buffer *why)
{
    const struct reply *reply = o->reply;
    if (!code_met(x, reply)) {
        found_reply(why, reply);
        return false;
    }
    if (x->enhanced.present && !enhanced_met(&x->enhanced, &reply->enhanced)) {
        found_reply(why, reply);
        if (!reply->enhanced.klass)
            buffer_add_string(why, ", without an enhanced code");
        return false;
    }
    int lines = reply->lines > INT32_MAX ? INT32_MAX : (int)reply->lines;
    if (x->lines_max && (lines < x->lines_min || lines > x->lines_max)) {
        buffer_printf(why, "found %d line%s", lines, lines == 1 ? "" : "s");
        return false;
    }
    if (x->text.source.data && !text_met(x, reply, v, why))
        return false;
    if (x->challenge.source.data && !challenge_met(x, reply, v, why))
        return false;
    if (x->keyword.len && !keyword_met(x, reply, v, why))
        return false;
    if (x->within_ms && o->ms > x->within_ms) {
        buffer_add_string(why, "found the reply after ");
        add_time(why, o->ms);
        return false;
    }
    return true;
}

static bool takes_ending(const struct expectation *x, enum answer ending)
{
    for (size_t i = 0; i < x->count; i++)
        if (x->alternatives[i].kind == ANSWER_CLOSE || x->alternatives[i].kind == ending)
            return true;
    return false;
}

bool expectation_met(const struct expectation *x, const struct observation *o, const struct variables *v,
                     struct buffer *why)
{
    int64_t silence = expectation_silence(x);
    switch (o->kind) {
    case OBSERVED_REPLY:
        return reply_met(x, o, v, why);
    case OBSERVED_FIN:
        if (takes_ending(x, ANSWER_FIN))
            return true;
        buffer_add_string(why, "the connection was closed (FIN)");
        return false;
    case OBSERVED_RST:
        if (takes_ending(x, ANSWER_RST))
            return true;
        buffer_add_string(why, "the connection was reset (RST)");
        return false;
    case OBSERVED_SILENCE:
        if (silence && o->ms >= silence)
            return true;
        buffer_add_string(why, "no reply within ");
        add_time(why, o->ms);
        return false;
    }
    return false;
}

int64_t expectation_silence(const struct expectation *x)
{
    int64_t longest = 0;
    for (size_t i = 0; i < x->count; i++)
        if (x->alternatives[i].kind == ANSWER_SILENCE && x->alternatives[i].silence_ms > longest)
            longest = x->alternatives[i].silence_ms;
    return longest;
}

bool expectation_takes_close(const struct expectation *x)
{
    return takes_ending(x, ANSWER_FIN) || takes_ending(x, ANSWER_RST);
}

bool expectation_names_code(const struct expectation *x, int code)
{
    for (size_t i = 0; i < x->count; i++) {
        const struct alternative *a = &x->alternatives[i];
        bool in_full = a->digit[1] >= 0 && a->digit[2] >= 0;
        if (a->kind == ANSWER_CODE && digits_match(a, code) && (a->negated || in_full))
            return true;
    }
    return false;
}

bool expectation_takes_code(const struct expectation *x, int code)
{
    for (size_t i = 0; i < x->count; i++)
        if (x->alternatives[i].kind == ANSWER_CODE && !x->alternatives[i].negated &&
            digits_match(&x->alternatives[i], code))
            return true;
    return false;
}
