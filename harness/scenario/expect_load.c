#include "load.h"

#include "base/text.h"

#include <string.h>

static const char word_form[] = "a code such as 250, a class such as 5xx, not 2xx, close, fin, rst or silence 500ms";

static bool parse_code(struct bytes word, struct alternative *out)
{
    if (word.len != 3)
        return false;
    for (size_t i = 0; i < 3; i++) {
        unsigned char c = octet_lower(word.data[i]);
        if (!octet_is_digit(c) && c != 'x' && c != 'y' && c != 'z')
            return false;
        out->digit[i] = octet_is_digit(c) ? (signed char)(c - '0') : (signed char)-1;
    }
    /* RFC 5321 section 4.2.1: 2yz to 5yz. */
    return out->digit[0] == -1 || (out->digit[0] >= 2 && out->digit[0] <= 5);
}

static bool parse_ending(struct bytes word, struct alternative *out)
{
    static const struct {
        const char *word;
        enum answer kind;
    } endings[] = {{"close", ANSWER_CLOSE}, {"fin", ANSWER_FIN}, {"rst", ANSWER_RST}};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (bytes_equal(word, bytes_string(endings[i].word))) {
            out->kind = endings[i].kind;
            return true;
        }
    return false;
}

static bool parse_alternative(struct bytes text, struct alternative *out)
{
    struct bytes word, behind;
    *out = (struct alternative){0};
    if (!bytes_next_word(&text, &word))
        return false;
    if (bytes_equal(word, BYTES("silence"))) {
        out->kind = ANSWER_SILENCE;
        return bytes_next_word(&text, &word) && text_duration(word, &out->silence_ms) && out->silence_ms > 0 &&
               !bytes_next_word(&text, &behind);
    }
    if (bytes_equal(word, BYTES("not"))) {
        out->negated = true;
        if (!bytes_next_word(&text, &word))
            return false;
    }
    if (bytes_next_word(&text, &behind))
        return false;
    return parse_code(word, out) || (!out->negated && parse_ending(word, out));
}

static size_t alternative_count(struct bytes text)
{
    size_t count = 1;
    for (size_t i = 0; i < text.len; i++)
        count += text.data[i] == '|';
    return count;
}

static void load_word(struct reader *r, const struct node *n, struct expectation *out)
{
    if (n->kind != NODE_TEXT) {
        mistake_expected(r, n, word_form);
        return;
    }
    out->alternatives = reader_array(r, alternative_count(n->text), sizeof *out->alternatives);
    if (!out->alternatives)
        return;
    for (struct bytes rest = n->text;;) {
        size_t bar = bytes_find_octet(rest, '|');
        struct bytes one = bytes_slice(rest, 0, bar == BYTES_NONE ? rest.len : bar);
        if (!parse_alternative(one, &out->alternatives[out->count])) {
            struct buffer shown = {0};
            text_visible(&shown, one.len ? one : n->text, 60);
            mistake(r, n->mark, "expected %s, with | between alternatives, found \"%s\"", word_form,
                    buffer_string(&shown));
            buffer_free(&shown);
            return;
        }
        out->count++;
        if (bar == BYTES_NONE)
            return;
        rest = bytes_from(rest, bar + 1);
    }
}

static void key_code(struct reader *r, const struct node *value, const struct key *key, void *field)
{
    (void)key;
    load_word(r, value, field);
}

static bool parse_enhanced(struct bytes text, struct enhanced_pattern *out)
{
    for (size_t i = 0; i < 3; i++) {
        size_t dot = bytes_find_octet(text, '.');
        if ((dot == BYTES_NONE) != (i == 2))
            return false;
        struct bytes part = bytes_slice(text, 0, dot);
        uint64_t n = 0;
        if (bytes_equal(part, BYTES("x")))
            out->part[i] = -1;
        else if (bytes_to_number(part, &n) && n <= 999)
            out->part[i] = (int)n;
        else
            return false;
        text = bytes_from(text, dot == BYTES_NONE ? text.len : dot + 1);
    }
    out->present = true;
    return out->part[0] == -1 || out->part[0] == 2 || out->part[0] == 4 || out->part[0] == 5;
}

static void key_enhanced(struct reader *r, const struct node *value, const struct key *key, void *field)
{
    (void)key;
    struct expectation *x = field;
    if (value->kind != NODE_TEXT || !parse_enhanced(value->text, &x->enhanced)) {
        mistake_expected(r, value, "an enhanced code such as 5.1.1, 5.5.x or x.7.x");
        x->enhanced = (struct enhanced_pattern){0};
    }
}

static void key_pattern(struct reader *r, const struct node *value, const struct key *key, void *field)
{
    struct expectation *x = field;
    if (x->text.source.data) {
        mistake(r, value->key->mark, "expected either text or no-text, found both");
        return;
    }
    x->text = read_pattern(r, value);
    x->text_absent = strcmp(key->name, "no-text") == 0;
}

static void key_challenge(struct reader *r, const struct node *value, const struct key *key, void *field)
{
    (void)key;
    ((struct expectation *)field)->challenge = read_pattern(r, value);
}

static void key_line_range(struct reader *r, const struct node *value, const struct key *key, void *field)
{
    (void)key;
    struct expectation *x = field;
    int64_t min = 0, max = 0;
    if (!read_range(r, value, "a number of lines such as 1 or 2..10", &min, &max))
        return;
    if (min < 1) {
        mistake_expected(r, value, "at least one line");
        return;
    }
    x->lines_min = (int)min;
    x->lines_max = (int)max;
}

struct keyword_nodes {
    const struct node *name, *value;
};
static const struct key keyword_rows[] = {
    KEY("name", LINE, key_node, struct keyword_nodes, name, "the EHLO keyword", .required = true),
    KEY("value", LINE, key_node, struct keyword_nodes, value, "a regular expression over its parameters"),
};
const struct keys keyword_keys = KEYS("an EHLO keyword (name, value)", keyword_rows);

/* RFC 5321 section 4.1.1.1: ehlo-keyword. "=" for the AUTH= of old servers. */
static bool keyword_is_right(struct bytes name)
{
    for (size_t i = 0; i < name.len; i++)
        if (!octet_is_alnum(name.data[i]) && (i == 0 || (name.data[i] != '-' && name.data[i] != '=')))
            return false;
    return name.len > 0;
}

static void key_keyword(struct reader *r, const struct node *value, const struct key *key, void *field)
{
    struct expectation *x = field;
    struct keyword_nodes k = {.name = value};
    if (x->keyword.len) {
        mistake(r, value->key->mark, "expected either keyword or no-keyword, found both");
        return;
    }
    x->keyword_absent = strcmp(key->name, "no-keyword") == 0;
    if (value->kind == NODE_MAP && !x->keyword_absent) {
        k.name = NULL;
        keys_read(r, &keyword_keys, value, &k);
    }
    if (!k.name)
        return;
    if (k.name->kind != NODE_TEXT || !keyword_is_right(k.name->text)) {
        mistake_expected(r, k.name, "an EHLO keyword");
        return;
    }
    x->keyword = k.name->text;
    if (k.value)
        x->keyword_value = read_pattern(r, k.value);
}

static void key_each(struct reader *r, const struct node *value, const struct key *key, void *field)
{
    (void)key;
    struct expectation *x = field;
    if (value->kind == NODE_LIST && value->count == 0) {
        mistake(r, value->mark, "expected an expectation for each recipient, found an empty list");
        return;
    }
    x->each = reader_array(r, each_count(value), sizeof *x->each);
    if (!x->each)
        return;
    const struct node *item = value->kind == NODE_LIST ? value->first : value;
    for (; item; item = value->kind == NODE_LIST ? item->next : NULL) {
        struct expectation *one = &x->each[x->each_count++];
        expectation_load(r, item, one);
        if (one->each_count || one->times.source.data)
            mistake(r, item->mark, "expected what one reply is like, found each or times within each");
    }
}

static const struct key expectation_rows[] = {
    KEY_ALL("code", LINE, key_code, "as the word: 250, 5xx, 250 | 251, not 2xx, close"),
    KEY_ALL("enhanced", LINE, key_enhanced, "enhanced status code, as 5.5.x"),
    KEY_ALL("text", LINE, key_pattern, "regular expression over the lines' texts"),
    KEY_ALL("no-text", LINE, key_pattern, "regular expression that must not match"),
    KEY_ALL("challenge", LINE, key_challenge, "regular expression over the text decoded from base64"),
    KEY_ALL("lines", RANGE, key_line_range, "number of lines: 1, 2..10"),
    KEY("within", DURATION, key_duration, struct expectation, within_ms, "the reply comes in this time"),
    KEY_ALL("keyword", KEYWORD, key_keyword, "the EHLO reply has this keyword", .map = &keyword_keys),
    KEY_ALL("no-keyword", LINE, key_keyword, "the EHLO reply has it not"),
    KEY("times", NUMBER, key_number, struct expectation, times, "so many replies in a row, each as described"),
    KEY_ALL("each", EXPECTATIONS, key_each,
            "one expectation for each accepted recipient (LMTP); a single one serves for all"),
};
const struct keys expectation_keys = KEYS("an expectation", expectation_rows);

static void describe_alternative(struct buffer *out, const struct alternative *a)
{
    static const char *const names[] = {"", "close", "fin", "rst", "silence"};
    buffer_add_string(out, a->negated ? "not " : "");
    if (a->kind == ANSWER_CODE)
        for (size_t i = 0; i < 3; i++)
            buffer_add_octet(out, a->digit[i] < 0 ? 'x' : (unsigned char)('0' + a->digit[i]));
    else
        buffer_add_string(out, names[a->kind]);
    if (a->kind == ANSWER_SILENCE)
        buffer_printf(out, " %lldms", (long long)a->silence_ms);
}

static void describe_quoted(struct buffer *out, const char *before, struct bytes text)
{
    buffer_add_string(out, before);
    text_visible(out, text, 120);
    buffer_add_octet(out, '"');
}

static void describe_enhanced(struct buffer *out, const struct enhanced_pattern *p)
{
    buffer_add_string(out, " with enhanced code ");
    for (size_t i = 0; i < 3; i++) {
        buffer_add_string(out, i ? "." : "");
        if (p->part[i] < 0)
            buffer_add_octet(out, 'x');
        else
            buffer_printf(out, "%d", p->part[i]);
    }
}

static void describe_reply(struct buffer *out, const struct expectation *x)
{
    for (size_t i = 0; i < x->count; i++) {
        buffer_add_string(out, i ? " | " : "");
        describe_alternative(out, &x->alternatives[i]);
    }
    if (x->count == 0 && x->each_count == 0)
        buffer_add_string(out, "a reply");
    if (x->enhanced.present)
        describe_enhanced(out, &x->enhanced);
    if (x->text.source.data)
        describe_quoted(out, x->text_absent ? " without text \"" : " with text \"", x->text.source);
    if (x->challenge.source.data)
        describe_quoted(out, " with challenge \"", x->challenge.source);
    if (x->lines_max && x->lines_min == x->lines_max)
        buffer_printf(out, " in %d line%s", x->lines_min, x->lines_min == 1 ? "" : "s");
    else if (x->lines_max)
        buffer_printf(out, " in %d to %d lines", x->lines_min, x->lines_max);
    if (x->keyword.len)
        buffer_printf(out, " %s keyword %.*s", x->keyword_absent ? "without" : "with", BYTES_ARG(x->keyword));
    if (x->keyword_value.source.data)
        describe_quoted(out, " and value \"", x->keyword_value.source);
    if (x->within_ms)
        buffer_printf(out, " within %lldms", (long long)x->within_ms);
    if (x->times.source.data)
        describe_quoted(out, ", so many times: \"", x->times.source);
}

static const char *describe(struct reader *r, const struct expectation *x)
{
    struct buffer b = {0};
    describe_reply(&b, x);
    if (x->each_count)
        buffer_add_string(&b, b.len ? "; for each recipient " : "for each recipient ");
    for (size_t i = 0; i < x->each_count; i++)
        buffer_printf(&b, "%s%s", i ? ", " : "", x->each[i].source ? x->each[i].source : "");
    const char *text = reader_printf(r, "%s", buffer_string(&b));
    buffer_free(&b);
    return text;
}

void expectation_load(struct reader *r, const struct node *n, struct expectation *out)
{
    out->present = true;
    out->mark = n->mark;
    if (n->kind == NODE_MAP && n->count == 0)
        mistake(r, n->mark, "expected an expectation, found an empty map");
    else if (n->kind == NODE_MAP)
        keys_read(r, &expectation_keys, n, out);
    else
        load_word(r, n, out);
    if (out->each_count && n->count > 1)
        mistake(r, n->mark, "expected each alone in an expectation, found other keys beside it");
    out->source = describe(r, out);
}

void key_expectation(struct reader *r, const struct node *value, const struct key *key, void *field)
{
    (void)key;
    expectation_load(r, value, field);
}

void key_expectation_apart(struct reader *r, const struct node *value, const struct key *key, void *field)
{
    (void)key;
    struct expectation **out = field;
    *out = reader_array(r, 1, sizeof **out);
    if (*out)
        expectation_load(r, value, *out);
}
