#include "smtp/command.h"
#include "grammar.h"

/* One line while it is parsed. The cursor stands behind the verb and its space. */
struct line {
    struct cursor at;
    unsigned flags;
    bool utf8; /* a value of a parameter holds an octet above 0x7F */
    struct command *out;
};

static struct bytes line_rest(const struct line *l)
{
    return (struct bytes){l->at.at, (size_t)(l->at.end - l->at.at)};
}

static bool line_end(struct line *l)
{
    return cursor_done(&l->at) || cursor_fail(&l->at, "the end of the line");
}

/* Takes a fixed word in any case. */
static bool line_word(struct line *l, struct bytes word, const char *expected)
{
    return cursor_word(&l->at, word) || cursor_fail(&l->at, expected);
}

/* [SP "LAST"] and the end, as BDAT and BURL have it. */
static bool line_last(struct line *l)
{
    if (cursor_done(&l->at))
        return true;
    if (!cursor_take(&l->at, ' ', "a space or the end of the line") ||
        !line_word(l, BYTES("LAST"), "LAST or the end of the line"))
        return false;
    l->out->last = true;
    return line_end(l);
}

/* esmtp-value with the UTF-8 that RFC 6531 section 3.3 adds; whether it was allowed is judged by the caller. */
static bool value_take(struct line *l, struct parameter *p)
{
    struct cursor *c = &l->at;
    const unsigned char *from = c->at;
    for (;;) {
        cursor_skip(c, GRAMMAR_VALUE);
        if (cursor_done(c) || *c->at < 0x80)
            break;
        size_t n = utf8_sequence(c->at, c->end);
        if (n == 0)
            return cursor_fail(c, "valid UTF-8");
        c->at += n;
        l->utf8 = true;
    }
    if (c->at == from)
        return cursor_fail(c, "a value behind '='");
    p->value = cursor_since(c, from);
    p->has_value = true;
    return true;
}

/* esmtp-keyword ["=" esmtp-value] */
static bool parameter_take(struct line *l)
{
    struct cursor *c = &l->at;
    if (l->out->parameter_count == COMMAND_PARAMETERS_MAX)
        return cursor_fail(c, "at most 32 parameters");
    struct parameter *p = &l->out->parameters[l->out->parameter_count];
    const unsigned char *from = c->at;
    if (cursor_done(c) || !grammar_is(*c->at, GRAMMAR_LET_DIG))
        return cursor_fail(c, "a parameter keyword");
    cursor_skip(c, GRAMMAR_LDH);
    *p = (struct parameter){.keyword = cursor_since(c, from)};
    if (cursor_sees(c, '=')) {
        c->at++;
        if (!value_take(l, p))
            return false;
    }
    if (!cursor_done(c) && *c->at != ' ')
        return cursor_fail(c, p->has_value ? "a printable character other than '=', or a space"
                                           : "'=', a space, or the end of the line");
    l->out->parameter_count++;
    return true;
}

/* *(SP esmtp-param) up to the end of the line. */
static bool parameters_take(struct line *l)
{
    while (!cursor_done(&l->at)) {
        if (!cursor_take(&l->at, ' ', "a space or the end of the line") || !parameter_take(l))
            return false;
    }
    return true;
}

static bool has_utf8_parameter(const struct command *c)
{
    const struct parameter *p = command_parameter(c, "SMTPUTF8");
    return p && !p->has_value;
}

/* Octets above 0x7F were taken while nobody knew yet whether SMTPUTF8 follows. */
static bool line_ascii(struct line *l)
{
    if ((!l->utf8 && !l->out->path.utf8) || (l->out->verb == VERB_MAIL && has_utf8_parameter(l->out)))
        return true;
    l->at.at = l->at.begin;
    while (*l->at.at < 0x80)
        l->at.at++;
    return cursor_fail(&l->at, "ASCII (UTF-8 needs SMTPUTF8)");
}

/* "FROM:" or "TO:", a path, and parameters where the verb has some. */
static bool parse_envelope(struct line *l, struct bytes word, const char *expected, unsigned path_flags,
                           bool parameters)
{
    if (!line_word(l, word, expected))
        return false;
    if (l->flags & COMMAND_SPACE_AFTER_COLON)
        while (cursor_sees(&l->at, ' '))
            l->at.at++;
    if (!path_take(&l->at, path_flags | PATH_UTF8, &l->out->path) || !(parameters ? parameters_take(l) : line_end(l)))
        return false;
    return (l->flags & COMMAND_UTF8) || line_ascii(l);
}

static bool parse_mail(struct line *l)
{
    return parse_envelope(l, BYTES("FROM:"), "FROM:", PATH_EMPTY, true);
}

static bool parse_rcpt(struct line *l)
{
    return parse_envelope(l, BYTES("TO:"), "TO:", PATH_POSTMASTER, true);
}

/* SEND, SOML and SAML are of RFC 821, before there were parameters. */
static bool parse_send(struct line *l)
{
    return parse_envelope(l, BYTES("FROM:"), "FROM:", PATH_EMPTY, false);
}

/* The grammar of HELO has Domain only, but the text of RFC 5321 section 4.1.1.1 is on both commands and tells a client
 * without a name to send an address literal: a literal is taken from both. What RFC 2821 let follow a literal is
 * refused. Names in EHLO are ASCII whatever the flags say (RFC 6531 section 3.7.1). */
static bool parse_hello(struct line *l)
{
    bool utf8 = false;
    return domain_take(&l->at, 0, &l->out->domain, &utf8) && line_end(l);
}

static bool parse_nothing(struct line *l)
{
    return cursor_done(&l->at) || cursor_fail(&l->at, "no argument");
}

/* The String of NOOP and HELP. Its grammar is Atom or Quoted-string, but servers are to ignore the first and may give
 * any meaning to the second, so only the octets that no command may hold are refused. */
static bool parse_text(struct line *l)
{
    l->out->first = line_rest(l);
    cursor_skip(&l->at, GRAMMAR_PRINT);
    return cursor_done(&l->at) || cursor_fail(&l->at, "a printable ASCII character");
}

/* The String of VRFY and EXPN cannot be restricted further (RFC 5321 section 3.5.1); "local-part@domain" and names
 * with spaces are in use. RFC 6531 section 3.7.4.2 adds SMTPUTF8 at its end. */
static bool parse_verify(struct line *l)
{
    const struct bytes suffix = BYTES(" SMTPUTF8");
    struct bytes text = line_rest(l);
    bool utf8 = (l->flags & COMMAND_UTF8) != 0;
    if (text.len > suffix.len && bytes_equal_nocase(bytes_from(text, text.len - suffix.len), suffix)) {
        text.len -= suffix.len;
        l->out->parameters[0] = (struct parameter){.keyword = bytes_slice(suffix, 1, suffix.len - 1)};
        l->out->parameters[0].keyword.data = text.data + text.len + 1;
        l->out->parameter_count = 1;
        utf8 = true;
    }
    if (text.len == 0)
        return cursor_fail(&l->at, "a user name or a mailbox");
    l->out->first = text;
    l->at.end = text.data + text.len;
    while (cursor_skip(&l->at, GRAMMAR_PRINT), !cursor_done(&l->at)) {
        size_t n = utf8 && *l->at.at >= 0x80 ? utf8_sequence(l->at.at, l->at.end) : 0;
        if (n == 0)
            return cursor_fail(&l->at, utf8 ? "a printable character in valid UTF-8" : "a printable ASCII character");
        l->at.at += n;
    }
    return true;
}

static bool parse_bdat(struct line *l)
{
    const unsigned char *from = l->at.at;
    if (cursor_skip(&l->at, GRAMMAR_DIGIT) == 0)
        return cursor_fail(&l->at, "the size of the chunk in digits");
    l->out->first = cursor_since(&l->at, from);
    if (!bytes_to_number(l->out->first, &l->out->size)) {
        l->out->size = UINT64_MAX;
        l->out->size_overflow = true;
    }
    return line_last(l);
}

/* absolute-URI of RFC 3986: a scheme, ":", and at least one octet of those a URI is made of. */
static bool parse_burl(struct line *l)
{
    struct cursor *c = &l->at;
    const unsigned char *from = c->at;
    if (cursor_skip(c, GRAMMAR_ALPHA) == 0)
        return cursor_fail(c, "a URL");
    while (c->at < c->end && (grammar_is(*c->at, GRAMMAR_LDH) || *c->at == '+' || *c->at == '.'))
        c->at++;
    if (!cursor_take(c, ':', "':' behind the scheme of the URL"))
        return false;
    if (cursor_skip(c, GRAMMAR_URI) == 0)
        return cursor_fail(c, "the rest of the URL");
    l->out->first = cursor_since(c, from);
    return line_last(l);
}

/* initial-response of RFC 4954 section 8: "=" for an empty one, else base64 whose length is a multiple of four. */
static bool initial_response(struct line *l)
{
    struct cursor *c = &l->at;
    struct bytes all = line_rest(l);
    l->out->second = all;
    l->out->has_second = true;
    if (bytes_equal(all, BYTES("="))) {
        c->at++;
        return true;
    }
    if (cursor_skip(c, GRAMMAR_BASE64) == 0)
        return cursor_fail(c, "base64, or '=' for an empty response");
    for (int i = 0; i < 2 && cursor_sees(c, '='); i++)
        c->at++;
    if (!cursor_done(c))
        return cursor_fail(c, "base64");
    return all.len % 4 == 0 || cursor_fail(c, "base64 in groups of four");
}

static bool parse_auth(struct line *l)
{
    enum { MECHANISM_MOST = 20 }; /* RFC 4422 section 3.1 */
    struct cursor *c = &l->at;
    const unsigned char *from = c->at;
    while (c->at < c->end && (grammar_is(*c->at, GRAMMAR_LDH) || *c->at == '_'))
        c->at++;
    l->out->first = cursor_since(c, from);
    if (l->out->first.len == 0)
        return cursor_fail(c, "the name of a SASL mechanism");
    if (l->out->first.len > MECHANISM_MOST) {
        c->at = from + MECHANISM_MOST;
        return cursor_fail(c, "a SASL mechanism of at most 20 characters");
    }
    if (cursor_done(c))
        return true;
    return cursor_take(c, ' ', "a space or the end of the line") && initial_response(l);
}

static bool parse_etrn(struct line *l)
{
    struct cursor *c = &l->at;
    bool utf8 = false;
    l->out->first = line_rest(l);
    if (cursor_sees(c, '#')) { /* a queue by a name that the server chose: RFC 1985 section 5.3 */
        c->at++;
        if (cursor_skip(c, GRAMMAR_DCONTENT) == 0)
            return cursor_fail(c, "the name of a queue");
    } else {
        if (cursor_sees(c, '@'))
            c->at++;
        if (!domain_name_take(c, 0, &utf8))
            return false;
    }
    return line_end(l);
}

/* RFC 2645 section 5.2.1: a domain has a dot there. */
static bool parse_atrn(struct line *l)
{
    struct cursor *c = &l->at;
    bool utf8 = false;
    l->out->first = line_rest(l);
    if (cursor_done(c))
        return true;
    do {
        const unsigned char *from = c->at;
        if (!domain_name_take(c, 0, &utf8))
            return false;
        if (bytes_find_octet(cursor_since(c, from), '.') == BYTES_NONE)
            return cursor_fail(c, "'.' and a further label");
    } while (cursor_sees(c, ',') && c->at++);
    return line_end(l);
}

/* XCLIENT and XFORWARD: attributes have the form of parameters, and each has a value of xtext. */
static bool parse_attributes(struct line *l)
{
    do {
        if (!parameter_take(l))
            return false;
        const struct parameter *p = &l->out->parameters[l->out->parameter_count - 1];
        if (!p->has_value)
            return cursor_fail(&l->at, "'=' and a value");
        if (!xtext_valid(p->value)) {
            l->at.at = p->value.data;
            return cursor_fail(&l->at, "xtext");
        }
    } while (cursor_sees(&l->at, ' ') && l->at.at++);
    return line_end(l);
}

static bool (*const parsers[VERB_COUNT])(struct line *l) = {
    [VERB_HELO] = parse_hello,          [VERB_EHLO] = parse_hello,       [VERB_LHLO] = parse_hello,
    [VERB_MAIL] = parse_mail,           [VERB_RCPT] = parse_rcpt,        [VERB_DATA] = parse_nothing,
    [VERB_BDAT] = parse_bdat,           [VERB_RSET] = parse_nothing,     [VERB_NOOP] = parse_text,
    [VERB_HELP] = parse_text,           [VERB_VRFY] = parse_verify,      [VERB_EXPN] = parse_verify,
    [VERB_QUIT] = parse_nothing,        [VERB_STARTTLS] = parse_nothing, [VERB_AUTH] = parse_auth,
    [VERB_ETRN] = parse_etrn,           [VERB_ATRN] = parse_atrn,        [VERB_TURN] = parse_nothing,
    [VERB_SEND] = parse_send,           [VERB_SOML] = parse_send,        [VERB_SAML] = parse_send,
    [VERB_ONEX] = parse_nothing,        [VERB_BURL] = parse_burl,        [VERB_XCLIENT] = parse_attributes,
    [VERB_XFORWARD] = parse_attributes,
};

static bool is_blank(unsigned char octet)
{
    return octet == ' ' || octet == '\t';
}

static const unsigned char *word_end(const unsigned char *at, const unsigned char *end)
{
    while (at < end && !is_blank(*at))
        at++;
    return at;
}

/* All behind the verb with the blanks on both ends cut. */
static struct bytes argument_of(struct bytes rest)
{
    while (rest.len > 0 && is_blank(rest.data[0]))
        rest = bytes_from(rest, 1);
    return rest;
}

/* What the argument gives. The array of parameters is left as it is: it is large, and its count says what is in it. */
static void argument_clear(struct command *out)
{
    out->domain = (struct domain){0};
    path_clear(&out->path);
    out->first = nothing;
    out->second = nothing;
    out->has_second = false;
    out->size = 0;
    out->size_overflow = false;
    out->last = false;
    out->parameter_count = 0;
}

/* Results of an argument that turned out wrong are not to be used. */
static enum command_status bad_argument(struct command *out)
{
    argument_clear(out);
    return COMMAND_BAD_ARGUMENT;
}

enum command_status command_parse(struct bytes line, unsigned flags, struct command *out, struct syntax_error *error)
{
    argument_clear(out);
    out->verb = VERB_UNKNOWN;
    out->line = line;
    out->word = nothing;
    out->argument = nothing;
    struct line l = {cursor_open(line, error), flags, false, out};
    struct cursor *c = &l.at;
    while (c->end > c->begin && is_blank(c->end[-1])) /* tolerated by RFC 5321 section 4.1.1 */
        c->end--;
    c->at = word_end(c->begin, c->end);
    if (cursor_done(c) && c->at == c->begin)
        return cursor_fail(c, "a command"), COMMAND_BAD_VERB;
    if (!grammar_is(*c->begin, GRAMMAR_ALPHA)) {
        c->at = c->begin;
        return cursor_fail(c, "a command that begins with a letter"), COMMAND_BAD_VERB;
    }
    out->word = cursor_since(c, c->begin);
    out->verb = verb_find(out->word);
    out->argument = argument_of(line_rest(&l));
    bool (*parse)(struct line *) = parsers[out->verb];
    if (!parse)
        return COMMAND_OK;
    if (!cursor_done(c) && !cursor_take(c, ' ', "a space behind the command"))
        return bad_argument(out);
    return parse(&l) ? COMMAND_OK : bad_argument(out);
}

const struct parameter *command_parameter(const struct command *c, const char *keyword)
{
    struct bytes wanted = bytes_string(keyword);
    for (size_t i = 0; i < c->parameter_count; i++)
        if (bytes_equal_nocase(c->parameters[i].keyword, wanted))
            return &c->parameters[i];
    return NULL;
}
