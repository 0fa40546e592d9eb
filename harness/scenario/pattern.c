#define PCRE2_CODE_UNIT_WIDTH 8

#include "scenario/pattern.h"

#include "variables.h"

#include <pcre2.h>

enum { PATTERN_LIMIT = 65536, MATCH_LIMIT = 1000000, DEPTH_LIMIT = 10000, HEAP_LIMIT_KIB = 16384 };

/* Quoted octet by octet: \Q...\E would end at an \E within. */
static void quote(struct buffer *out, struct bytes value)
{
    for (size_t i = 0; i < value.len; i++)
        if (octet_is_alnum(value.data[i]))
            buffer_add_octet(out, value.data[i]);
        else
            buffer_printf(out, "\\x%02x", value.data[i]);
}

static bool pattern_source(const struct text *pattern, const struct variables *v, struct buffer *out, struct error *e)
{
    struct bytes rest = pattern->source;
    struct piece p;
    for (enum piece_kind kind; (kind = piece_next(&rest, &p)) != PIECE_END;) {
        if (kind != PIECE_VARIABLE) {
            buffer_add(out, kind == PIECE_ESCAPE ? BYTES("${") : p.octets);
            continue;
        }
        struct text one = {.source = p.octets, .mark = pattern->mark, .has_variables = true};
        struct buffer value = {0};
        bool good = text_expand(&one, v, &value, e);
        quote(out, buffer_bytes(&value));
        buffer_free(&value);
        if (!good)
            return false;
    }
    return !buffer_failed(out) || error_set(e, "no memory");
}

static pcre2_code *compile(const struct text *pattern, const struct variables *v, struct error *e)
{
    struct buffer source = {0};
    pcre2_code *code = NULL;
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    if (!context) {
        error_set(e, "no memory");
        goto out;
    }
    pcre2_set_max_pattern_length(context, PATTERN_LIMIT);
    pcre2_set_newline(context, PCRE2_NEWLINE_LF);
    if (!pattern_source(pattern, v, &source, e))
        goto out;
    int number = 0;
    PCRE2_SIZE offset = 0;
    code = pcre2_compile((PCRE2_SPTR)buffer_string(&source), source.len, PCRE2_MULTILINE | PCRE2_NEVER_UTF, &number,
                         &offset, context);
    if (!code) {
        PCRE2_UCHAR text[200];
        pcre2_get_error_message(number, text, sizeof text);
        error_at(e, pattern->mark, "expected a regular expression, found a mistake in it at character %zu: %s",
                 (size_t)offset + 1, (const char *)text);
    }
out:
    pcre2_compile_context_free(context);
    buffer_free(&source);
    return code;
}

static void found_group(pcre2_match_data *data, int groups, struct bytes subject, struct bytes *found)
{
    const PCRE2_SIZE *at = pcre2_get_ovector_pointer(data);
    size_t first = groups > 1 && at[2] != PCRE2_UNSET ? 2 : 0;
    PCRE2_SIZE from = at[first], to = at[first + 1];
    *found = to > from ? bytes_slice(subject, from, to - from) : bytes_slice(subject, from, 0);
}

enum pattern_result pattern_match(const struct text *pattern, const struct variables *v, struct bytes subject,
                                  struct bytes *found, struct error *e)
{
    enum pattern_result result = PATTERN_ERROR;
    pcre2_match_data *data = NULL;
    pcre2_match_context *context = NULL;
    pcre2_code *code = compile(pattern, v, e);
    if (!code)
        return PATTERN_ERROR;
    data = pcre2_match_data_create_from_pattern(code, NULL);
    context = pcre2_match_context_create(NULL);
    if (!data || !context) {
        error_set(e, "no memory");
        goto out;
    }
    pcre2_set_match_limit(context, MATCH_LIMIT);
    pcre2_set_depth_limit(context, DEPTH_LIMIT);
    pcre2_set_heap_limit(context, HEAP_LIMIT_KIB);
    int groups = pcre2_match(code, subject.data ? subject.data : (PCRE2_SPTR) "", subject.len, 0, 0, data, context);
    if (groups > 0) {
        result = PATTERN_MATCHES;
        if (found)
            found_group(data, groups, subject, found);
    } else if (groups == PCRE2_ERROR_NOMATCH) {
        result = PATTERN_DIFFERS;
    } else {
        error_at(e, pattern->mark,
                 "expected a regular expression that is done soon, found one that takes too many steps");
    }
out:
    pcre2_match_context_free(context);
    pcre2_match_data_free(data);
    pcre2_code_free(code);
    return result;
}

static bool any_value(void *context, struct bytes name, struct bytes *value)
{
    (void)context;
    (void)name;
    *value = BYTES("1");
    return true;
}

bool pattern_check(const struct text *pattern, struct error *e)
{
    struct variables any = {.find = any_value};
    pcre2_code *code = compile(pattern, &any, e);
    bool good = code != NULL;
    pcre2_code_free(code);
    return good;
}
