#include "session_defects.h"

enum row_flags {
    NEEDS_HELLO = 1,    /* HELO or EHLO (section 4.1.4) */
    NEEDS_EHLO = 2,     /* an extension: EHLO must have offered it */
    NO_TRANSACTION = 4, /* out of order within a mail transaction */
    NO_ARGUMENT = 8,    /* an argument is a syntax error (section 4.1.1) */
    OWN_SYNTAX = 16,    /* the function looks at bad arguments itself */
    FLUSH = 32,         /* the reply must not be held back (RFC 2920 section 3.2, 5) */
    EXTENSION = 64,     /* not there under a style that leaves the extension out */
    SMTP_ONLY = 128     /* turns queues around, and LMTP has none (RFC 2033 section 3) */
};

/* A verb that stands here without function is known and not implemented: 502 (section 4.2.4). */
static const struct command_row {
    enum verb verb;
    unsigned flags;
    void (*run)(struct session *s, const struct command *c);
} rows[] = {
    {VERB_HELO, FLUSH, session_hello},
    {VERB_EHLO, FLUSH, session_hello},
    {VERB_LHLO, FLUSH, session_hello},
    {VERB_MAIL, NEEDS_HELLO | NO_TRANSACTION | OWN_SYNTAX, session_mail},
    {VERB_RCPT, OWN_SYNTAX, session_rcpt},
    {VERB_DATA, NO_ARGUMENT | FLUSH, session_data},
    {VERB_BDAT, OWN_SYNTAX | EXTENSION, session_bdat},
    {VERB_RSET, NO_ARGUMENT, session_rset},
    {VERB_NOOP, FLUSH, session_noop},
    {VERB_HELP, FLUSH | EXTENSION, session_help},
    {VERB_VRFY, FLUSH, session_vrfy},
    {VERB_EXPN, FLUSH | EXTENSION, session_expn},
    {VERB_QUIT, NO_ARGUMENT | FLUSH, session_quit},
    {VERB_STARTTLS, NO_ARGUMENT | NEEDS_EHLO | EXTENSION | FLUSH, session_starttls},
    {VERB_AUTH, NEEDS_EHLO | OWN_SYNTAX | EXTENSION | FLUSH, session_auth},
    {VERB_ETRN, NEEDS_EHLO | NO_TRANSACTION | EXTENSION | SMTP_ONLY | FLUSH, session_etrn},
    {VERB_ATRN, OWN_SYNTAX | EXTENSION | SMTP_ONLY | FLUSH, session_atrn},
    {VERB_TURN, FLUSH, NULL},
    {VERB_SEND, FLUSH, NULL},
    {VERB_SOML, FLUSH, NULL},
    {VERB_SAML, FLUSH, NULL},
    {VERB_ONEX, FLUSH, NULL},
    {VERB_BURL, FLUSH, NULL},
};

static const struct command_row *find(const struct session *s, enum verb verb)
{
    /* RFC 2033 section 4.1: LMTP has LHLO instead of HELO and EHLO, and SMTP has no LHLO. */
    if (s->config.lmtp ? verb == VERB_HELO || verb == VERB_EHLO : verb == VERB_LHLO)
        return NULL;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].verb == verb)
            return &rows[i];
    return NULL;
}

/* HELP has a keyword by section 4.1.1.1 and no extension. */
static const char *extension(enum verb verb)
{
    const struct verb_info *info = verb_info(verb);
    return info->extension ? info->extension : info->name;
}

/* Replies and returns true when the command can't come now or at all. */
static bool out_of_order(struct session *s, const struct command_row *row)
{
    const char *hello = s->config.lmtp ? "LHLO" : "EHLO";
    if (!row->run || (row->flags & EXTENSION && !session_offers(s, extension(row->verb))) ||
        (row->flags & SMTP_ONLY && s->config.lmtp))
        session_reply(s, 502, "5.5.1", "Command not implemented");
    else if (row->flags & NEEDS_HELLO && s->hello == HELLO_NONE)
        session_reply(s, 503, "5.5.1", "Send %s first", hello);
    else if (row->flags & NEEDS_EHLO && s->hello != HELLO_EHLO && !session_has(s, DEFECT_STARTTLS_ANYWHERE))
        session_reply(s, 503, "5.5.1", "Send %s first", hello);
    else if (row->flags & NO_TRANSACTION && s->transaction.open)
        session_reply(s, 503, "5.5.1", "Not within a mail transaction");
    else
        return false;
    return true;
}

void session_syntax_error(struct session *s, const struct command *c, const char *enhanced)
{
    session_reply(s, 501, enhanced, "Syntax: %s (expected %s at octet %zu)", verb_info(c->verb)->syntax,
                  s->syntax->expected, s->syntax->offset + 1);
}

static void run(struct session *s, const struct command_row *row, struct command *c)
{
    struct verdict v;
    if (session_defect_command(s, c))
        return;
    if (!row) {
        session_reply(s, 500, c->word.len == 0 ? "5.5.2" : "5.5.1", "Command not recognized");
        return;
    }
    if (out_of_order(s, row))
        return;
    if (c->verb == VERB_AUTH && session_has(s, DEFECT_AUTH_IN_CAPITALS) && !bytes_starts(c->line, BYTES("AUTH")))
        session_reply(s, 500, "5.5.1", "Command not recognized");
    else if (row->flags & NO_ARGUMENT && c->argument.len > 0)
        session_reply(s, 501, "5.5.4", "%s takes no argument", verb_info(c->verb)->name);
    else if (s->syntax && !(row->flags & OWN_SYNTAX))
        session_syntax_error(s, c, "5.5.4");
    else if (!(row->flags & OWN_SYNTAX) && !(row->verb == VERB_DATA) && (v = session_style_answer(s, c, false)).code)
        session_verdict(s, v);
    else
        row->run(s, c);
}

/* A defect: what stands behind STARTTLS and a bare line end is kept as if it were a line of its own. */
static struct bytes cut_starttls(struct session *s, struct bytes line)
{
    const struct bytes verb = BYTES("STARTTLS");
    if (!session_has(s, DEFECT_STARTTLS_BARE_LINE_END) || line.len <= verb.len || !bytes_starts(line, verb) ||
        (line.data[verb.len] != '\r' && line.data[verb.len] != '\n'))
        return line;
    buffer_add(&s->flaws.plaintext, bytes_from(line, verb.len + 1));
    buffer_add(&s->flaws.plaintext, BYTES("\r\n"));
    return verb;
}

/* A defect: EHLO with any name. True: it was one. */
static bool take_any_name(struct session *s, struct bytes line)
{
    const struct bytes verb = BYTES("EHLO ");
    if (!session_has(s, DEFECT_HELLO_BREAKS_HEADER) || !bytes_starts(line, verb))
        return false;
    struct command c = {.verb = VERB_EHLO, .line = line, .domain.text = bytes_from(line, verb.len)};
    s->verb = VERB_EHLO;
    session_hello(s, &c);
    return true;
}

static void take_command(struct session *s, struct bytes line)
{
    struct command c;
    struct syntax_error error = {0};
    line = session_defect_line(s, line);
    if (session_styled(s, STYLE_TEN_ERRORS) && s->refused >= 10) {
        session_verdict(s, (struct verdict){421, "4.7.0", "Too many errors"});
        return;
    }
    if (take_any_name(s, line))
        return;
    line = cut_starttls(s, line);
    /* A CR or LF on its own is no line end and no character of a command (sections 2.3.8 and 4.1.2). */
    if (bytes_find_octet(line, '\r') != BYTES_NONE || bytes_find_octet(line, '\n') != BYTES_NONE) {
        s->flush = true;
        session_verdict(s, session_styled(s, STYLE_BARE_CLOSES)
                               ? (struct verdict){421, "4.7.0", "CR or LF on its own in a command"}
                               : (struct verdict){500, "5.5.2", "CR or LF on its own in a command"});
        return;
    }
    bool utf8 = s->transaction.envelope.smtputf8 || session_has(s, DEFECT_EIGHT_BIT_ADDRESSES_TAKEN);
    enum command_status status = command_parse(line, utf8 ? COMMAND_UTF8 : 0, &c, &error);
    const struct command_row *row = status == COMMAND_BAD_VERB ? NULL : find(s, c.verb);
    s->flush = !row || row->flags & FLUSH;
    s->syntax = status == COMMAND_OK ? NULL : &error;
    s->verb = status == COMMAND_BAD_VERB ? VERB_UNKNOWN : c.verb;
    s->flaws.xclient_said |= s->verb == VERB_XCLIENT;
    session_defect_release(s, s->verb);
    if (session_planted(s, &c)) {
        s->syntax = NULL;
        return;
    }
    struct verdict v = {0};
    if (c.verb != VERB_BDAT) /* its octets follow whatever is wrong */
        v = session_style_answer(s, &c, true);
    if (v.code)
        session_verdict(s, v);
    else if (session_defect_dies_of(s, line))
        s->lost = true;
    else if (!row && s->transaction.chunked && session_has(s, DEFECT_STRAY_OCTETS_ACCEPTED))
        session_reply(s, 250, "2.0.0", "Chunk taken");
    else
        run(s, row, &c);
    s->syntax = NULL;
}

void session_command(struct session *s, struct bytes line)
{
    size_t reply = s->out->len;
    if (session_has(s, DEFECT_CLOSES_AFTER_500) && s->progress > 500) {
        s->state = STATE_CLOSED;
        return;
    }
    take_command(s, line);
    if (s->config.defect != DEFECT_NONE)
        session_defect_keep_reply(s, reply);
}
