/* Conditions on a command where the session stands: the mailboxes it has, the transaction, what came before. */
#include "session_when.h"

/* Recipients. */
bool when_is_bare(const struct session *s, const struct command *c)
{
    return !s->syntax && c->path.domain.text.len == 0;
}

static bool is_local(const struct session *s, const struct command *c)
{
    return !s->syntax && mailbox_domain_is_local(&s->config, &c->path.domain);
}

bool when_known(const struct session *s, const struct command *c)
{
    return (when_is_bare(s, c) || is_local(s, c)) && mailbox_find(&s->config, &c->path);
}

bool when_unknown(const struct session *s, const struct command *c)
{
    return is_local(s, c) && !mailbox_find(&s->config, &c->path);
}

bool when_foreign(const struct session *s, const struct command *c)
{
    return !s->syntax && !when_is_bare(s, c) && !is_local(s, c);
}

bool when_refused_recipient(const struct session *s, const struct command *c)
{
    return when_unknown(s, c) || when_foreign(s, c);
}

/* The sender's domain is what the client calls itself. */
bool when_foreign_from_hello_domain(const struct session *s, const struct command *c)
{
    struct bytes sender = s->transaction.envelope.reverse_path;
    size_t at = bytes_find_octet(sender, '@');
    return when_foreign(s, c) && at != BYTES_NONE && s->hello_name.len > 0 &&
           bytes_starts_nocase(bytes_from(sender, at + 1), buffer_bytes(&s->hello_name));
}

bool when_postmaster_with_domain(const struct session *s, const struct command *c)
{
    return is_local(s, c) && bytes_equal_nocase(c->path.local_part, BYTES("postmaster"));
}

bool when_there_already(const struct session *s, const struct command *c)
{
    const struct envelope *e = &s->transaction.envelope;
    for (size_t i = 0; !s->syntax && i < e->count; i++)
        if (bytes_equal(e->recipients[i].path, c->path.text))
            return true;
    return false;
}

bool when_above_7(const struct session *s, const struct command *c)
{
    (void)c;
    return s->transaction.envelope.count >= 7;
}

bool when_above_50(const struct session *s, const struct command *c)
{
    (void)c;
    return s->transaction.envelope.count >= 50;
}

bool when_above_100(const struct session *s, const struct command *c)
{
    (void)c;
    return s->transaction.envelope.count >= 100;
}

bool when_above_limit(const struct session *s, const struct command *c)
{
    (void)c;
    return s->transaction.envelope.count >= s->config.recipient_limit;
}

/* State. */
bool when_before_hello(const struct session *s, const struct command *c)
{
    (void)c;
    return s->hello == HELLO_NONE;
}

bool when_after_hello(const struct session *s, const struct command *c)
{
    (void)c;
    return s->hello != HELLO_NONE;
}

bool when_after_helo(const struct session *s, const struct command *c)
{
    (void)c;
    return s->hello == HELLO_HELO;
}

bool when_in_transaction(const struct session *s, const struct command *c)
{
    (void)c;
    return s->transaction.open;
}

bool when_no_transaction(const struct session *s, const struct command *c)
{
    (void)c;
    return !s->transaction.open;
}

bool when_with_recipient(const struct session *s, const struct command *c)
{
    (void)c;
    return s->transaction.envelope.count > 0;
}

bool when_without_recipient(const struct session *s, const struct command *c)
{
    (void)c;
    return s->transaction.open && s->transaction.envelope.count == 0;
}

bool when_from_null_sender(const struct session *s, const struct command *c)
{
    (void)c;
    return s->transaction.open && bytes_equal(s->transaction.envelope.reverse_path, BYTES("<>"));
}

bool when_after_message(const struct session *s, const struct command *c)
{
    (void)c;
    return s->messages > 0;
}

bool when_after_kept(const struct session *s, const struct command *c)
{
    (void)c;
    return s->flaws.old_mailbox && s->transaction.open;
}

bool when_after_refused_mail(const struct session *s, const struct command *c)
{
    (void)c;
    return s->flaws.mail_refused;
}

bool when_after_refused_rcpt(const struct session *s, const struct command *c)
{
    (void)c;
    return s->flaws.rcpt_refused;
}

bool when_unknown_again(const struct session *s, const struct command *c)
{
    return when_unknown(s, c) && s->flaws.rcpt_refused;
}

bool when_after_rset(const struct session *s, const struct command *c)
{
    (void)c;
    return s->flaws.was_reset;
}

bool when_third_unknown(const struct session *s, const struct command *c)
{
    return (c->verb == VERB_UNKNOWN || c->verb == VERB_PRIVATE) && s->flaws.errors >= 2;
}

bool when_fourth_error(const struct session *s, const struct command *c)
{
    (void)c;
    return s->flaws.errors >= 3;
}

bool when_eighth_mail(const struct session *s, const struct command *c)
{
    (void)c;
    return s->flaws.mails >= 7;
}

bool when_in_clear(const struct session *s, const struct command *c)
{
    (void)c;
    return !s->tls;
}
