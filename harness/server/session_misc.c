#include "session_internal.h"

#include <stdio.h>

void session_rset(struct session *s, const struct command *c)
{
    (void)c;
    if (session_has(s, DEFECT_RSET_KEEPS_CHUNK_OCTETS))
        buffer_add(&s->flaws.chunks, buffer_bytes(&s->transaction.message));
    if (session_has(s, DEFECT_RSET_KEEPS_SENDER))
        s->transaction.envelope.count = 0;
    else if (!session_has(s, DEFECT_RSET_KEEPS_TRANSACTION) && !session_has(s, DEFECT_RSET_KEEPS_CHUNKS))
        transaction_clear(&s->transaction);
    session_reply(s, 250, "2.0.0", "Reset");
}

void session_noop(struct session *s, const struct command *c)
{
    (void)c; /* section 4.1.1.9: an argument is ignored */
    if (!session_has(s, DEFECT_NO_REPLY_TO_NOOP))
        session_reply(s, 250, "2.0.0", "Nothing done");
}

void session_quit(struct session *s, const struct command *c)
{
    (void)c;
    transaction_clear(&s->transaction);
    if (!session_has(s, DEFECT_QUIT_CLOSES_SILENTLY))
        session_reply(s, 221, "2.0.0", "%s closing the connection", s->config.host);
    s->state = STATE_CLOSED;
}

static void help_all(struct session *s)
{
    size_t count;
    const struct verb_info *v = verb_table(&count);
    struct buffer text = {0};
    buffer_add_string(&text, "HELP with one of these says more:\n");
    for (size_t i = 0; i < count; i++)
        if (v[i].name[0] != 'X')
            buffer_printf(&text, "%s%s", i ? " " : "", v[i].name);
    buffer_add_string(&text, "\nRFC 5321 says all");
    if (buffer_failed(&text))
        s->lost = true;
    session_reply_text(s, session_styled(s, STYLE_HELP_211) ? 211 : 214, "2.0.0", buffer_bytes(&text));
    buffer_free(&text);
}

void session_help(struct session *s, const struct command *c)
{
    if (c->first.len == 0) {
        help_all(s);
        return;
    }
    const struct verb_info *info = verb_info(verb_find(c->first));
    if (info)
        session_reply(s, 214, "2.0.0", "%s\n%s", info->syntax, info->summary);
    else
        session_reply(s, 504, "5.5.4", "No help on that");
}

void session_starttls(struct session *s, const struct command *c)
{
    (void)c;
    if (s->tls && !session_has(s, DEFECT_STARTTLS_OFFERED_AGAIN)) {
        session_reply(s, 503, "5.5.1", "TLS is active");
    } else if (!s->config.starttls) {
        session_reply(s, 454, "4.7.0", "TLS not available");
    } else {
        session_reply(s, 220, "2.0.0", "%s ready to start TLS", s->config.host);
        s->state = STATE_TLS;
    }
}

/* RFC 1985 section 5.1. There is no queue: our own domain has nothing waiting, others are not served. */
void session_etrn(struct session *s, const struct command *c)
{
    struct bytes node = c->first;
    if (node.data[0] == '#') {
        session_reply(s, 458, "4.3.0", "No queue of that name");
        return;
    }
    if (node.data[0] == '@')
        node = bytes_from(node, 1);
    if (c->first.data[0] == '@' && session_has(s, DEFECT_ETRN_SUBDOMAINS_CRASH)) {
        s->lost = true;
        return;
    }
    if (bytes_equal_nocase(node, bytes_string(s->config.domain)))
        session_reply(s, 251, "2.0.0", "No messages waiting for node %.*s", BYTES_ARG(node));
    else
        session_reply(s, 459, "4.7.1", "Node not allowed: not served here");
}

/* RFC 2645 section 5.2.1: 530 before all else where nobody logged in; 450 for domains of others. */
void session_atrn(struct session *s, const struct command *c)
{
    if (!s->authenticated) {
        session_reply(s, 530, "5.7.0", "Authentication required");
        return;
    }
    if (s->transaction.open) {
        session_reply(s, 503, "5.5.1", "Not within a mail transaction");
        return;
    }
    if (s->syntax) {
        session_syntax_error(s, c, "5.5.4");
        return;
    }
    for (struct bytes rest = c->first; rest.len > 0;) {
        size_t comma = bytes_find_octet(rest, ',');
        if (!bytes_equal_nocase(bytes_slice(rest, 0, comma), bytes_string(s->config.domain))) {
            session_reply(s, 450, "4.7.1", "ATRN request refused for a domain that is not yours");
            return;
        }
        rest = bytes_from(rest, comma == BYTES_NONE ? rest.len : comma + 1);
    }
    session_reply(s, 453, "4.0.0", "You have no mail");
}
