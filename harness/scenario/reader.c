#include "reader.h"

#include "facts.h"
#include "variables.h"

#include "scenario/pattern.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { DIAGNOSTICS_LIMIT = 500, NAMES_SHOWN = 12 };

static bool same_place(struct mark a, struct mark b)
{
    return a.line == b.line && a.column == b.column && a.file == b.file;
}

/* Each case of a scenario is read by itself and would tell the same mistake again. */
static bool already_told(const struct diagnostics *d, struct mark where, const char *text)
{
    for (const struct diagnostic *i = d->first; i; i = i->next)
        if (same_place(i->where, where) && strcmp(i->text, text) == 0)
            return true;
    return false;
}

void mistake(struct reader *r, struct mark where, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    r->mistakes++;
    if (r->d->count == DIAGNOSTICS_LIMIT)
        diagnostics_add(r->d, where, "more than %d mistakes; mend these first", DIAGNOSTICS_LIMIT);
    else if (r->d->count < DIAGNOSTICS_LIMIT && !already_told(r->d, where, text))
        diagnostics_add(r->d, where, "%s", text);
}

static void describe(struct buffer *out, const struct node *n)
{
    if (n->kind != NODE_TEXT) {
        buffer_add_string(out, n->kind == NODE_LIST ? "a list" : "a map");
    } else if (node_is_nothing(n)) {
        buffer_add_string(out, "nothing");
    } else {
        buffer_add_octet(out, '"');
        text_visible(out, n->text, 80);
        buffer_add_octet(out, '"');
    }
}

void mistake_expected(struct reader *r, const struct node *n, const char *what)
{
    if (n->kind == NODE_BAD)
        return;
    struct buffer found = {0};
    describe(&found, n);
    mistake(r, n->mark, "expected %s, found %s", what, buffer_string(&found));
    buffer_free(&found);
}

void mistake_name(struct reader *r, struct mark where, struct bytes word, const char *what, const char *const *names,
                  size_t count)
{
    struct buffer found = {0};
    text_visible(&found, word, 60);
    const char *nearest = text_nearest(word, names, count);
    if (nearest) {
        mistake(r, where, "expected %s, found \"%s\"; did you mean \"%s\"?", what, buffer_string(&found), nearest);
    } else if (count <= NAMES_SHOWN) {
        struct buffer all = {0};
        for (size_t i = 0; i < count; i++)
            buffer_printf(&all, i ? ", %s" : "%s", names[i]);
        mistake(r, where, "expected %s (%s), found \"%s\"", what, buffer_string(&all), buffer_string(&found));
        buffer_free(&all);
    } else {
        mistake(r, where, "expected %s, found \"%s\"", what, buffer_string(&found));
    }
    buffer_free(&found);
}

void *reader_array(struct reader *r, size_t count, size_t size)
{
    void *at = arena_array(r->arena, count, size);
    if (!at)
        r->d->out_of_memory = true;
    return at;
}

const char *reader_printf(struct reader *r, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *text = arena_vprintf(r->arena, format, args);
    va_end(args);
    if (!text)
        r->d->out_of_memory = true;
    return text;
}

bool read_is_text(struct reader *r, const struct node *n, const char *what)
{
    if (n->kind == NODE_TEXT && !node_is_nothing(n))
        return true;
    mistake_expected(r, n, what);
    return false;
}

const char *read_line(struct reader *r, const struct node *n, const char *what)
{
    if (!read_is_text(r, n, what))
        return NULL;
    for (size_t i = 0; i < n->text.len; i++)
        if (n->text.data[i] < 0x20 && n->text.data[i] != '\n' && n->text.data[i] != '\t') {
            mistake_expected(r, n, what);
            return NULL;
        }
    return (const char *)n->text.data;
}

const char *read_id(struct reader *r, const struct node *n)
{
    static const char what[] = "an id of the characters a-z 0-9 - .";
    if (!read_is_text(r, n, what))
        return NULL;
    bool good = n->text.len > 0 && n->text.len <= 100;
    for (size_t i = 0; good && i < n->text.len; i++) {
        unsigned char c = n->text.data[i];
        good = octet_is_digit(c) || (octet_is_alpha(c) && octet_lower(c) == c) || c == '-' || c == '.';
    }
    if (good)
        return (const char *)n->text.data;
    mistake_expected(r, n, what);
    return NULL;
}

static void use_variable(struct reader *r, const struct node *n, struct bytes name)
{
    struct scope *s = r->scope;
    for (size_t i = 0; i < s->capture_count; i++)
        if (bytes_equal(bytes_string(s->captures[i]), name))
            return;
    if (bytes_equal(name, BYTES("nonce")) && s->sending)
        s->nonce_sent = true;
    if (fact_use(name, &s->facts))
        return;
    size_t count = 0;
    const char **names = fact_variables(r, s->captures, s->capture_count, &count);
    const char *what = s->case_ ? reader_printf(r, "a variable that is known here (in case \"%s\")", s->case_)
                                : "a variable that is known here";
    if (names && what)
        mistake_name(r, n->mark, name, what, names, count);
}

/* True when a text has variables or escapes; tells what is wrong with them. */
static bool check_variables(struct reader *r, const struct node *n, bool *good)
{
    struct bytes rest = n->text;
    struct piece p;
    bool any = false;
    *good = true;
    for (enum piece_kind kind; (kind = piece_next(&rest, &p)) != PIECE_END;) {
        any = any || kind != PIECE_LITERAL;
        if (kind == PIECE_BROKEN) {
            struct buffer shown = {0};
            text_visible(&shown, p.octets, 40);
            mistake(r, n->mark,
                    "expected ${name}, ${name+1}, ${name-1} or ${name*2}, found %s; write $${ for a literal ${",
                    buffer_string(&shown));
            buffer_free(&shown);
            *good = false;
            return any;
        }
        if (kind == PIECE_VARIABLE)
            use_variable(r, n, p.name);
    }
    return any;
}

struct text read_text(struct reader *r, const struct node *n, const char *what)
{
    struct text t = {.mark = n->mark};
    bool good = true;
    if (n->kind != NODE_TEXT) {
        mistake_expected(r, n, what);
        return t;
    }
    if (r->scope)
        t.has_variables = check_variables(r, n, &good);
    if (good)
        t.source = n->text;
    return t;
}

struct text read_pattern(struct reader *r, const struct node *n)
{
    struct text t = read_text(r, n, "a regular expression");
    struct error e;
    if (t.source.data && !pattern_check(&t, &e)) {
        mistake(r, n->mark, "%s", e.text);
        t.source = (struct bytes){0};
    }
    return t;
}

bool read_range(struct reader *r, const struct node *n, const char *what, int64_t *min, int64_t *max)
{
    if (!read_is_text(r, n, what))
        return false;
    size_t dots = bytes_find(n->text, BYTES(".."));
    uint64_t low = 0, high = 0;
    bool good = bytes_to_number(bytes_slice(n->text, 0, dots), &low);
    high = low;
    if (good && dots != BYTES_NONE)
        good = bytes_to_number(bytes_from(n->text, dots + 2), &high);
    if (!good || low > high || high > INT32_MAX) {
        mistake_expected(r, n, what);
        return false;
    }
    *min = (int64_t)low;
    *max = (int64_t)high;
    return true;
}

void read_each(struct reader *r, const struct node *n, void (*take)(struct reader *r, const struct node *n, void *to),
               void *to)
{
    if (n->kind != NODE_LIST) {
        take(r, n, to);
        return;
    }
    for (const struct node *i = n->first; i; i = i->next)
        take(r, i, to);
}

size_t each_count(const struct node *n)
{
    return n->kind == NODE_LIST ? n->count : 1;
}
