#include "session_defects.h"

/* What VRFY and EXPN were asked for. */
enum answer { ANSWER_LOCAL, ANSWER_UNKNOWN, ANSWER_ELSEWHERE };

/* The argument is a user name or a mailbox, in angle brackets or not (section 3.5.1). */
static enum answer look_up(const struct session *s, struct bytes text, const char **mailbox)
{
    struct path p;
    struct syntax_error error;
    if (bytes_starts(text, BYTES("<")) && bytes_ends(text, BYTES(">")) && text.len >= 2)
        text = bytes_slice(text, 1, text.len - 2);
    *mailbox = mailbox_find_name(&s->config, text);
    if (!*mailbox && mailbox_parse(text, PATH_UTF8, &p, &error)) {
        if (!mailbox_domain_is_local(&s->config, &p.domain))
            return ANSWER_ELSEWHERE;
        *mailbox = mailbox_find(&s->config, &p);
    }
    return *mailbox ? ANSWER_LOCAL : ANSWER_UNKNOWN;
}

/* Under some styles a full name stands before the mailbox (section 3.5.1); in UTF-8 only where the client asked for it
 * (RFC 6531 section 3.7.4.2). */
static const char *full_name(const struct session *s, bool utf8)
{
    if (session_styled(s, STYLE_TEXTS_IN_UTF8) && utf8)
        return "J\xC3\xA9r\xC3\xB4me ";
    return session_styled(s, STYLE_VRFY_FULL_NAME) ? "Jane Q. Public " : "";
}

static void reply_mailbox(struct session *s, const char *mailbox, bool utf8)
{
    struct buffer text = {0};
    if (!session_defect_mailbox(s, mailbox, &text))
        buffer_printf(&text, "%s<%s@%s>", full_name(s, utf8), mailbox, s->config.domain);
    if (buffer_failed(&text))
        s->lost = true;
    /* The address is the point of this reply: no style adds to it (section 3.5.2). */
    session_reply_text(s, 250, "2.1.5", buffer_bytes(&text));
    buffer_free(&text);
}

static void verify(struct session *s, const struct command *c)
{
    const char *mailbox;
    bool utf8 = c->parameter_count > 0; /* SMTPUTF8 is the only one that there is */
    if (bytes_ends(c->argument, BYTES("SMTPUTF8")) && session_has(s, DEFECT_VRFY_SMTPUTF8_UNKNOWN)) {
        session_reply(s, 555, "5.5.4", "Parameter SMTPUTF8 not recognized");
        return;
    }
    enum answer answer = look_up(s, c->first, &mailbox);
    bool silent = session_styled(s, STYLE_VRFY_252) || (session_styled(s, STYLE_CATCH_ALL) && answer == ANSWER_UNKNOWN);
    if (silent || (answer == ANSWER_ELSEWHERE && s->authenticated))
        session_reply(s, 252, "2.5.0", "Cannot verify, but will take a message and try to deliver it");
    else if (answer == ANSWER_LOCAL)
        reply_mailbox(s, mailbox, utf8);
    else if (session_has(s, DEFECT_VRFY_CONFIRMS_ALL) ||
             (session_has(s, DEFECT_VRFY_CHECKS_SYNTAX_ONLY) && bytes_find_octet(c->first, '@') != BYTES_NONE))
        reply_mailbox(s, "somebody", utf8);
    else if (answer == ANSWER_ELSEWHERE)
        session_reply(s, 550, "5.7.1", "Not a local domain");
    else
        session_reply(s, 550, "5.1.1", "No such user here");
}

void session_vrfy(struct session *s, const struct command *c)
{
    verify(s, c);
}

/* There are no lists: a user name is expanded to the one mailbox that it is, as section 3.5.1 allows. */
void session_expn(struct session *s, const struct command *c)
{
    verify(s, c);
}
