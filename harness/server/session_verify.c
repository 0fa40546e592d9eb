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

static void reply_mailbox(struct session *s, const char *mailbox)
{
    struct buffer text = {0};
    if (!session_defect_mailbox(s, mailbox, &text))
        buffer_printf(&text, "%s<%s@%s>", session_styled(s, STYLE_VRFY_FULL_NAME) ? "Jane Q. Public " : "", mailbox,
                      s->config.domain);
    if (buffer_failed(&text))
        s->lost = true;
    /* The address is the point of this reply: no style adds to it (section 3.5.2). */
    session_reply_text(s, 250, "2.1.5", buffer_bytes(&text));
    buffer_free(&text);
}

static void verify(struct session *s, const struct command *c)
{
    const char *mailbox;
    if (bytes_ends(c->argument, BYTES("SMTPUTF8")) && session_has(s, DEFECT_VRFY_SMTPUTF8_UNKNOWN)) {
        session_reply(s, 555, "5.5.4", "Parameter SMTPUTF8 not recognized");
        return;
    }
    enum answer answer = look_up(s, c->first, &mailbox);
    bool silent = session_styled(s, STYLE_VRFY_252) || (session_styled(s, STYLE_CATCH_ALL) && answer == ANSWER_UNKNOWN);
    if (silent || (answer == ANSWER_ELSEWHERE && s->authenticated))
        session_reply(s, 252, "2.5.0", "Cannot verify, but will take a message and try to deliver it");
    else if (answer == ANSWER_LOCAL)
        reply_mailbox(s, mailbox);
    else if (session_has(s, DEFECT_VRFY_CONFIRMS_ALL) ||
             (session_has(s, DEFECT_VRFY_CHECKS_SYNTAX_ONLY) && bytes_find_octet(c->first, '@') != BYTES_NONE))
        reply_mailbox(s, "somebody");
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
