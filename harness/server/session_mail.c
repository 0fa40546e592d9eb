#include "session_internal.h"

static bool beyond_ascii(struct bytes b)
{
    for (size_t i = 0; i < b.len; i++)
        if (b.data[i] > 127)
            return true;
    return false;
}

/* A defect: paths in UTF-8 are bad syntax although SMTPUTF8 is offered. */
static bool knows_path(const struct session *s, const struct command *c)
{
    return !session_has(s, DEFECT_UTF8_PATHS_501) || !beyond_ascii(c->line);
}

/* An address that would be right if UTF-8 were allowed: RFC 6531 section 3.5 has codes of its own for it. */
static bool needs_utf8(const struct command *c)
{
    struct command again;
    struct syntax_error error;
    return command_parse(c->line, COMMAND_UTF8, &again, &error) == COMMAND_OK;
}

static void begin(struct session *s, const struct command *c)
{
    struct transaction *t = &s->transaction;
    if (!transaction_begin(t) || !transaction_keep_path(t, &c->path, &t->envelope.reverse_path)) {
        transaction_clear(t);
        session_reply(s, 452, "4.3.1", "Out of memory");
        return;
    }
    if (!session_parameters(s, c, NULL)) {
        transaction_clear(t);
        return;
    }
    struct verdict v = session_style_answer(s, c, false);
    if (v.code) {
        transaction_clear(t);
        session_verdict(s, v);
        return;
    }
    if (mailbox_domain_is_local(&s->config, &c->path.domain)) {
        t->envelope.sender_mailbox = mailbox_find(&s->config, &c->path);
        t->envelope.sender_unknown = !t->envelope.sender_mailbox;
    }
    if (t->envelope.sender_unknown)
        session_style_defers(s, (struct verdict){550, "5.1.8", "The sender does not exist"});
    t->open = true;
    if (t->envelope.priority_lowered)
        session_reply(s, 250, "2.3.6", "%d is the new priority: log in for more", t->envelope.priority);
    else
        session_reply(s, 250, "2.1.0", "Sender ok");
}

void session_mail(struct session *s, const struct command *c)
{
    if (!knows_path(s, c))
        session_reply(s, 501, "5.5.4", "Bad path");
    else if (!s->syntax)
        begin(s, c);
    else if (needs_utf8(c))
        session_reply(s, 550, "5.6.7", "An address beyond ASCII needs SMTPUTF8");
    else
        session_syntax_error(s, c, "5.5.4");
}

/* Under some styles nobody is unknown; else NULL. */
static const char *stand_in(struct session *s)
{
    if (!session_styled(s, STYLE_CATCH_ALL) && !session_styled(s, STYLE_RECIPIENTS_AT_END))
        return NULL;
    s->transaction.missing = session_styled(s, STYLE_RECIPIENTS_AT_END);
    return mailbox_find_name(&s->config, BYTES("postmaster"));
}

/* Only who logged in may send elsewhere. A source route counts for nothing (section 3.3, appendix F.2). */
static bool resolve(struct session *s, const struct path *p, struct recipient *r)
{
    bool bare = p->domain.text.len == 0; /* <Postmaster> */
    if (session_defect_relays(s, p))
        return true;
    if (bare || mailbox_domain_is_local(&s->config, &p->domain)) {
        r->mailbox = mailbox_find(&s->config, p);
        if (!r->mailbox)
            r->mailbox = stand_in(s);
        if (!r->mailbox && s->transaction.envelope.smtputf8 && session_styled(s, STYLE_TEXTS_IN_UTF8))
            session_reply(s, 551, "5.1.6", "User not local; please try <zur\xC3\xBC\x63k@elsewhere.test>");
        else if (!r->mailbox && session_styled(s, STYLE_RCPT_551))
            session_reply(s, 551, "5.1.6", "User not local; please try <moved@elsewhere.test>");
        else if (!r->mailbox)
            session_reply(s, 550, "5.1.1", "No such user here");
        return r->mailbox != NULL;
    }
    if (s->authenticated)
        return true;
    session_reply(s, 550, "5.7.1", "Relaying denied");
    return false;
}

static void add(struct session *s, const struct command *c)
{
    struct transaction *t = &s->transaction;
    struct recipient r = {0};
    struct verdict v;
    if (!session_parameters(s, c, &r)) {
        t->refused++;
        return;
    }
    if ((v = session_style_deferred(s, VERB_RCPT)).code || (v = session_style_answer(s, c, false)).code) {
        t->asked++;
        session_verdict(s, v);
        return;
    }
    t->asked++;
    if (!resolve(s, &c->path, &r)) {
        t->refused++;
        return;
    }
    if (t->envelope.count >= s->config.recipient_limit)
        session_reply(s, 452, "4.5.3", "Too many recipients"); /* section 4.5.3.1.10 */
    else if (!transaction_keep_path(t, &c->path, &r.path) || !transaction_add(t, &r))
        session_reply(s, 452, "4.3.1", "Out of memory");
    else if (session_styled(s, STYLE_RCPT_251) && r.mailbox)
        session_reply(s, 251, "2.1.5", "User not local; will forward to <%s@new.%s>", r.mailbox, s->config.domain);
    else
        session_reply(s, 250, "2.1.5", "Recipient ok");
}

void session_rcpt(struct session *s, const struct command *c)
{
    struct transaction *t = &s->transaction;
    if (!t->open && session_has(s, DEFECT_RCPT_WITHOUT_MAIL))
        session_reply(s, 250, "2.1.5", "Recipient ok");
    else if (!t->open)
        session_reply(s, 503, "5.5.1", "Send MAIL first");
    else if (t->chunked || t->broken)
        session_reply(s, 503, "5.5.1", "A message is on its way");
    else if (!knows_path(s, c))
        session_reply(s, 501, "5.5.4", "Bad path");
    else if (!s->syntax)
        add(s, c);
    else if (needs_utf8(c))
        session_reply(s, 553, "5.6.7", "An address beyond ASCII needs SMTPUTF8");
    else
        session_syntax_error(s, c, "5.5.4");
}
