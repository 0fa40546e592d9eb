#include "mutate/dictionary.h"

#include "mutate/words.h"
#include "smtp/code.h"
#include "smtp/command.h"
#include "smtp/extension.h"
#include "smtp/sasl.h"

#include <string.h>

struct making {
    struct arena *arena;
    struct token *tokens;
    size_t count, room;
    const char *group; /* for the next token */
    bool failed;
};

static bool known(const struct making *m, struct bytes octets)
{
    for (size_t i = 0; i < m->count; i++)
        if (bytes_equal(m->tokens[i].octets, octets))
            return true;
    return false;
}

static void add(struct making *m, struct bytes octets)
{
    enum { FIRST = 512 };
    if (octets.len == 0 || known(m, octets))
        return;
    if (m->count == m->room) {
        size_t room = m->room ? m->room * 2 : FIRST;
        struct token *tokens = arena_array(m->arena, room, sizeof *tokens);
        if (!tokens) {
            m->failed = true;
            return;
        }
        if (m->count)
            memcpy(tokens, m->tokens, m->count * sizeof *tokens);
        m->tokens = tokens;
        m->room = room;
    }
    octets = arena_bytes(m->arena, octets);
    m->failed |= !octets.data;
    m->tokens[m->count++] = (struct token){octets, m->group};
    m->group = NULL;
}

static void add_text(struct making *m, const char *before, const char *text, const char *behind)
{
    char *whole = arena_printf(m->arena, "%s%s%s", before, text, behind);
    m->failed |= !whole;
    add(m, bytes_string(whole));
}

/* What stands before the first part that the client fills in: "MAIL FROM:", "BDAT ", "DATA". */
static void add_verbs(struct making *m)
{
    size_t count;
    const struct verb_info *v = verb_table(&count);
    m->group = "Verbs";
    for (size_t i = 0; i < count; i++) {
        struct bytes syntax = bytes_string(v[i].syntax);
        size_t colon = bytes_find_octet(syntax, ':');
        if (colon != BYTES_NONE && bytes_find(syntax, BYTES(" ")) < colon)
            add(m, bytes_slice(syntax, 0, colon + 1));
        else
            add_text(m, "", v[i].name, bytes_equal(syntax, bytes_string(v[i].name)) ? "" : " ");
    }
    add(m, BYTES(" LAST"));
}

static void add_parameters(struct making *m)
{
    size_t count;
    const struct parameter_info *p = parameter_table(&count);
    m->group = "Parameters of MAIL and RCPT";
    for (size_t i = 0; i < count; i++)
        add_text(m, " ", p[i].keyword, p[i].value ? "=" : "");
}

static void add_words(struct making *m, const char *group, const struct bytes *words, size_t count)
{
    m->group = group;
    for (size_t i = 0; i < count; i++)
        add(m, words[i]);
}

static void add_mechanisms(struct making *m)
{
    m->group = "SASL mechanisms";
    for (enum sasl_mechanism s = 0; s < SASL_MECHANISM_COUNT; s++)
        add_text(m, "", sasl_name(s), "");
}

static void add_codes(struct making *m)
{
    size_t count;
    char code[8];
    const struct code_info *c = code_table(&count);
    m->group = "Replies";
    for (size_t i = 0; i < count; i++) {
        code[0] = (char)('0' + c[i].code / 100);
        code[1] = (char)('0' + c[i].code / 10 % 10);
        code[2] = (char)('0' + c[i].code % 10);
        code[3] = 0;
        add_text(m, "", code, " ");
    }
    add(m, BYTES("250-"));
    add(m, BYTES("199 "));
    add(m, BYTES("600 "));
}

static void add_extensions(struct making *m)
{
    size_t count;
    const struct extension_info *e = extension_table(&count);
    m->group = "EHLO keywords";
    for (size_t i = 0; i < count; i++)
        add_text(m, "", e[i].keyword, e[i].parameters ? " " : "");
}

bool dictionary_make(struct dictionary *d, struct arena *a)
{
    struct making m = {.arena = a};
    size_t count;
    add_verbs(&m);
    add_parameters(&m);
    for (size_t i = 0; i < WORDS_COUNT; i++) {
        const struct bytes *words = words_of((enum words)i, &count);
        add_words(&m, words_title((enum words)i), words, count);
    }
    add_mechanisms(&m);
    add_codes(&m);
    add_extensions(&m);
    *d = (struct dictionary){m.tokens, m.count};
    return !m.failed;
}

static bool bad(struct error *e, const char *file, int line, const char *expected)
{
    return error_at(e, (struct mark){file, line, 0}, "expected %s", expected);
}

/* The octets of a quoted token at `text`; `*len` octets of it are used. */
static bool unquote(struct bytes text, struct buffer *out, size_t *len)
{
    for (size_t i = 1; i < text.len; i++) {
        unsigned char c = text.data[i];
        if (c == '"') {
            *len = i + 1;
            return true;
        }
        if (c != '\\') {
            buffer_add_octet(out, c);
            continue;
        }
        unsigned char next = ++i < text.len ? text.data[i] : 0;
        int high = i + 2 < text.len ? octet_hex(text.data[i + 1]) : -1;
        int low = i + 2 < text.len ? octet_hex(text.data[i + 2]) : -1;
        if (next == '\\' || next == '"') {
            buffer_add_octet(out, next);
        } else if (next == 'x' && high >= 0 && low >= 0) {
            buffer_add_octet(out, (unsigned char)(high * 16 + low));
            i += 2;
        } else {
            return false;
        }
    }
    return false;
}

static bool parse_line(struct making *m, struct bytes line, struct buffer *token)
{
    size_t quote = bytes_find_octet(line, '"'), used;
    buffer_clear(token);
    if (quote == BYTES_NONE || !unquote(bytes_from(line, quote), token, &used) || token->len == 0)
        return false;
    struct bytes rest = bytes_from(line, quote + used), word;
    if (bytes_next_word(&rest, &word))
        return false;
    add(m, buffer_bytes(token));
    return !buffer_failed(token) && !m->failed;
}

bool dictionary_parse(struct dictionary *d, struct arena *a, const char *file, struct bytes text, struct error *e)
{
    struct making m = {.arena = a};
    struct buffer token = {0};
    struct bytes line, rest, word;
    bool good = true;
    for (int number = 1; good && bytes_next_line(&text, &line); number++) {
        rest = line;
        if (!bytes_next_word(&rest, &word) || word.data[0] == '#')
            continue;
        good = parse_line(&m, line, &token) ||
               bad(e, file, number, "\"token\" or name=\"token\", with \\\\, \\\" and \\xNN for what is not printable");
    }
    buffer_free(&token);
    *d = (struct dictionary){m.tokens, m.count};
    return good;
}

void dictionary_print(const struct dictionary *d, struct buffer *out)
{
    for (size_t i = 0; i < d->count; i++) {
        const struct token *t = &d->tokens[i];
        if (t->group)
            buffer_printf(out, "%s# %s\n", i ? "\n" : "", t->group);
        buffer_add_octet(out, '"');
        for (size_t k = 0; k < t->octets.len; k++) {
            unsigned char c = t->octets.data[k];
            if (octet_is_print(c) && c != '"' && c != '\\')
                buffer_add_octet(out, c);
            else
                buffer_printf(out, "\\x%02x", c);
        }
        buffer_add_string(out, "\"\n");
    }
}
