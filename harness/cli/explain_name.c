#include "explain_text.h"

#include "base/text.h"
#include "smtp/code.h"
#include "smtp/extension.h"

#include <stdio.h>

/* The codes of a list such as "354, then 250 after the dot", each with its meaning. */
static void put_codes(struct buffer *out, enum verb to, const char *list)
{
    char label[8];
    for (const char *at = list; *at; at++) {
        int code = 0;
        while (octet_is_digit((unsigned char)*at))
            code = code * 10 + (*at++ - '0');
        const struct code_info *info = code_find(code);
        if (info) {
            const char *special = code_special(code, (struct enhanced){0}, to);
            snprintf(label, sizeof label, "  %d", code);
            explain_field(out, label, special ? special : info->meaning);
        }
        if (*at == 0)
            break;
    }
}

static void put_verb(struct buffer *out, const struct verb_info *v)
{
    buffer_printf(out, "%s, a command\n", v->name);
    explain_field(out, "what it does", v->summary);
    explain_field(out, "syntax", v->syntax);
    explain_field(out, "example", v->example);
    explain_field(out, "success", v->success);
    put_codes(out, v->verb, v->success);
    explain_field(out, "failure", v->failure);
    put_codes(out, v->verb, v->failure);
    if (v->extension)
        explain_field(out, "offered by", v->extension);
    explain_field(out, "source", v->source);
}

/* Parameters and verbs that an extension brings. */
static void put_brings(struct buffer *out, const char *keyword)
{
    size_t verbs, parameters;
    const struct verb_info *v = verb_table(&verbs);
    const struct parameter_info *p = parameter_table(&parameters);
    struct bytes name = bytes_string(keyword);
    char text[200];
    for (size_t i = 0; i < verbs; i++)
        if (v[i].extension && bytes_equal(name, bytes_string(v[i].extension)))
            explain_field(out, "command", v[i].syntax);
    for (size_t i = 0; i < parameters; i++)
        if (bytes_equal(name, bytes_string(p[i].extension))) {
            snprintf(text, sizeof text, "%s ... %s%s", p[i].verb == VERB_MAIL ? "MAIL" : "RCPT", p[i].keyword,
                     p[i].value ? "=" : "");
            explain_field(out, "parameter", text);
        }
}

static void put_extension(struct buffer *out, const struct extension_info *x)
{
    buffer_printf(out, "%s, an extension (a keyword in the reply to EHLO)\n", x->keyword);
    explain_field(out, "what it does", x->summary);
    if (x->parameters)
        explain_field(out, "behind it", x->parameters);
    put_brings(out, x->keyword);
    explain_field(out, "source", x->source);
}

static void put_parameter(struct buffer *out, const struct parameter_info *p)
{
    buffer_printf(out, "%s, a parameter of %s\n", p->keyword, p->verb == VERB_MAIL ? "MAIL" : "RCPT");
    explain_field(out, p->value ? "value" : "no value", p->syntax);
    explain_field(out, "offered by", p->extension);
    explain_field(out, "source", p->source);
}

bool explain_name(struct buffer *out, struct bytes name)
{
    bool found = false;
    const struct verb_info *v = verb_info(verb_find(name));
    const struct extension_info *x = extension_find(name);
    size_t count;
    const struct parameter_info *p = parameter_table(&count);
    if (v) {
        put_verb(out, v);
        found = true;
    }
    if (x) {
        put_extension(out, x);
        found = true;
    }
    for (size_t i = 0; i < count; i++)
        if (bytes_equal_nocase(name, bytes_string(p[i].keyword))) {
            put_parameter(out, &p[i]);
            found = true;
        }
    return found;
}

const char *explain_nearest(struct bytes name)
{
    enum { MOST = 128 };
    const char *names[MOST];
    size_t n = 0, verbs, extensions, parameters;
    const struct verb_info *v = verb_table(&verbs);
    const struct extension_info *x = extension_table(&extensions);
    const struct parameter_info *p = parameter_table(&parameters);
    for (size_t i = 0; i < verbs && n < MOST; i++)
        names[n++] = v[i].name;
    for (size_t i = 0; i < extensions && n < MOST; i++)
        names[n++] = x[i].keyword;
    for (size_t i = 0; i < parameters && n < MOST; i++)
        names[n++] = p[i].keyword;
    return text_nearest(name, names, n);
}

/* "name TEXT", where TEXT came from the user. */
static void put_part(struct buffer *out, const char *label, struct bytes part)
{
    struct buffer text = {0};
    if (part.len == 0)
        return;
    text_visible(&text, part, 120);
    explain_field(out, label, buffer_string(&text));
    buffer_free(&text);
}

static void put_parts(struct buffer *out, const struct command *c)
{
    put_part(out, "domain", c->domain.text);
    put_part(out, "path", c->path.text);
    put_part(out, "source route", c->path.route);
    put_part(out, "mailbox", c->path.mailbox);
    put_part(out, "argument", c->first);
    size_t count;
    const struct parameter_info *table = parameter_table(&count);
    for (size_t i = 0; i < c->parameter_count; i++) {
        const struct parameter_info *info = NULL;
        struct buffer label = {0}, text = {0};
        for (size_t k = 0; k < count; k++)
            if (table[k].verb == c->verb &&
                bytes_equal_nocase(c->parameters[i].keyword, bytes_string(table[k].keyword)))
                info = &table[k];
        text_visible(&label, c->parameters[i].keyword, 24);
        text_visible(&text, c->parameters[i].value, 120);
        if (info)
            buffer_printf(&text, "%s[%s; %s]", text.len ? " " : "", info->syntax, info->source);
        explain_field(out, buffer_string(&label), buffer_string(&text));
        buffer_free(&label);
        buffer_free(&text);
    }
}

/* The line again with a mark under the mistake; what is shown before it decides where that is. */
static void put_mistake(struct buffer *out, struct bytes line, const struct syntax_error *e)
{
    enum { BEFORE = 60, BEHIND = 20 };
    struct buffer before = {0}, shown = {0};
    size_t from = e->offset > BEFORE ? e->offset - BEFORE : 0;
    text_visible(&before, bytes_slice(line, from, e->offset - from), 0);
    text_visible(&shown, bytes_slice(line, from, e->offset - from + BEHIND), 0);
    buffer_printf(out, "  %s\n  %*s^ expected %s\n", buffer_string(&shown), (int)before.len, "", e->expected);
    buffer_free(&before);
    buffer_free(&shown);
}

/* RFC 5321 section 4.1.1.1: helo = "HELO" SP Domain, ehlo = "EHLO" SP ( Domain / address-literal ). */
static const char literal_in_helo[] =
    "the grammar has an address in brackets behind EHLO only, while the text, which is on both commands, has a client "
    "without a name send one: a server that goes by the grammar answers 501. Behind EHLO nobody can mind it (RFC 5321 "
    "section 4.1.1.1)";

bool explain_command(struct buffer *out, struct bytes line)
{
    struct command c;
    struct syntax_error e;
    enum command_status status = command_parse(line, COMMAND_UTF8, &c, &e);
    const struct verb_info *v = verb_info(c.verb);
    if (!v)
        return false;
    if (status == COMMAND_OK) {
        bool hidden = c.verb == VERB_AUTH && c.has_second; /* a password does not come back on the screen */
        explain_quote(out, "", hidden ? bytes_slice(line, 0, (size_t)(c.second.data - line.data)) : line);
        if (hidden)
            explain_field(out, "", "(with an initial response, which is not shown)");
        explain_field(out, "syntax", "good");
        if (c.verb == VERB_HELO && c.domain.text.data[0] == '[')
            explain_field(out, "but", literal_in_helo);
        put_parts(out, &c);
    } else {
        buffer_printf(out, "%s: the syntax is wrong; a server answers 501\n", v->name);
        put_mistake(out, line, &e);
    }
    put_verb(out, v);
    return true;
}
