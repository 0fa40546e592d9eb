#include "header.h"
#include "session_internal.h"

#include <stdio.h>

enum { ID_SIZE = 16 };

void session_date(const struct session *s, char *out, size_t size)
{
    if (s->config.date)
        s->config.date(s->config.context, out, size);
    else
        snprintf(out, size, "Thu, 01 Jan 1970 00:00:00 +0000");
}

/* RFC 3848 and RFC 6531 section 4.3: ESMTPSA, LMTPS, UTF8SMTPA and the like. */
static void add_protocol(const struct session *s, struct buffer *out)
{
    bool utf8 = s->transaction.envelope.smtputf8;
    if (s->config.lmtp)
        buffer_add_string(out, utf8 ? "UTF8LMTP" : "LMTP");
    else if (s->hello == HELLO_HELO)
        buffer_add_string(out, "SMTP");
    else
        buffer_add_string(out, utf8 ? "UTF8SMTP" : "ESMTP");
    if (s->hello == HELLO_EHLO && s->tls)
        buffer_add_string(out, "S");
    if (s->hello == HELLO_EHLO && s->authenticated)
        buffer_add_string(out, "A");
}

/* The trace record of section 4.4. FOR stands there only where it gives away nobody else. */
static void add_received(struct session *s, size_t first, size_t count, struct buffer *out)
{
    unsigned char id[ID_SIZE];
    char date[DATE_SIZE];
    session_random(s, id, sizeof id);
    session_date(s, date, sizeof date);
    buffer_add_string(out, "Received: from ");
    buffer_add(out, buffer_bytes(&s->hello_name));
    if (s->config.peer)
        buffer_printf(out, " (%s)", s->config.peer);
    buffer_printf(out, "\r\n\tby %s with ", s->config.host);
    add_protocol(s, out);
    buffer_add_string(out, " id ");
    buffer_add(out, bytes_of(id, sizeof id));
    if (count == 1) {
        buffer_add_string(out, "\r\n\tfor ");
        buffer_add(out, s->transaction.envelope.recipients[first].path);
    }
    if (s->tls && s->cipher[0])
        buffer_printf(out, "\r\n\ttls %s", s->cipher); /* RFC 8314 section 4.3 */
    buffer_printf(out, ";\r\n\t%s\r\n", date);
}

static size_t count_hops(struct bytes message)
{
    size_t hops = 0;
    struct bytes rest = header_section(message), field;
    while (header_next_field(&rest, &field))
        hops += header_field_is(field, BYTES("Received:"));
    return hops;
}

/* What is wrong with a message that came whole. */
static struct verdict judge(const struct session *s)
{
    const struct transaction *t = &s->transaction;
    if (t->too_big)
        return (struct verdict){552, "5.3.4", "Message too big"};
    if (buffer_failed(&t->message))
        return (struct verdict){452, "4.3.1", "Out of memory"};
    /* Section 2.3.8 forbids clients to send these. To pass them on could let the next server see the end of the message
     * where we saw none; to change them would change what was signed. So the message is refused, behind its true end.
     * In BDAT they are plain octets (RFC 3030). */
    if (t->bare && !session_styled(s, STYLE_BARE_KEPT) && !session_styled(s, STYLE_BARE_CLOSES))
        return (struct verdict){554, "5.6.0", "CR or LF on its own in the message"};
    if (count_hops(buffer_bytes(&t->message)) > HOP_LIMIT)
        return (struct verdict){554, "5.4.6", "Too many hops, this is a loop"}; /* section 6.3 */
    return session_style_end(s);
}

static struct verdict deliver(struct session *s, size_t first, size_t count)
{
    static const struct verdict verdicts[] = {
        [DELIVERY_DONE] = {0},
        [DELIVERY_LATER] = {451, "4.3.0", "Could not store the message, try again later"},
        [DELIVERY_NO_ROOM] = {452, "4.3.1", "No room for the message, try again later"},
    };
    const struct envelope *e = &s->transaction.envelope;
    struct buffer received = {0}, return_path = {0};
    enum delivery_status status = DELIVERY_LATER;
    add_received(s, first, count, &received);
    buffer_printf(&return_path, "Return-Path: %.*s\r\n", BYTES_ARG(e->reverse_path));
    if (session_styled(s, STYLE_MORE_TRACE)) {
        buffer_printf(&return_path, "X-Original-To: %.*s\r\n", BYTES_ARG(e->recipients[first].path));
        buffer_printf(&received, "Authentication-Results: %s;\r\n\tauth=none\r\nX-Spam-Status: No\r\n", s->config.host);
    }
    if (!buffer_failed(&received) && !buffer_failed(&return_path)) {
        struct delivery d = {.envelope = e,
                             .first = first,
                             .count = count,
                             .return_path = buffer_bytes(&return_path),
                             .received = buffer_bytes(&received),
                             .content = buffer_bytes(&s->transaction.message)};
        status = s->config.deliver ? s->config.deliver(s->config.context, &d) : DELIVERY_DONE;
        if (status == DELIVERY_DONE)
            session_notify(s, &d);
    }
    buffer_free(&received);
    buffer_free(&return_path);
    return verdicts[status];
}

static void deliver_and_reply(struct session *s, struct verdict v, size_t first, size_t count)
{
    if (!v.code && count > 0)
        v = deliver(s, first, count);
    if (v.code) {
        session_verdict(s, v);
        return;
    }
    s->messages++;
    session_reply(s, 250, "2.6.0", "Message accepted, %zu octets", s->transaction.message.len);
}

/* Section 4.2.5: one reply for all recipients; in LMTP one for each (RFC 2033 section 4.2). */
void session_message_end(struct session *s, struct verdict refused)
{
    struct verdict v = refused.code ? refused : judge(s);
    size_t count = s->transaction.envelope.count;
    s->flush = true;
    if (!s->config.lmtp)
        deliver_and_reply(s, v, 0, count);
    for (size_t i = 0; s->config.lmtp && i < count && s->state != STATE_CLOSED; i++)
        deliver_and_reply(s, v, i, 1);
    transaction_clear(&s->transaction);
}
