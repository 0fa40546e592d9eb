#include "header.h"
#include "session_defects.h"

#include <stdio.h>

enum { ID_SIZE = 16, USUAL_FIELD = 250 };

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
    bool utf8 = s->transaction.envelope.smtputf8 && !session_has(s, DEFECT_RECEIVED_WITHOUT_UTF8);
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

static void add_decoded_field(struct buffer *out, const char *name, struct bytes xtext)
{
    unsigned char octets[1000];
    size_t len;
    if (!xtext.len || !xtext_decode(xtext, octets, sizeof octets, &len))
        return;
    buffer_add_string(out, name);
    buffer_add(out, bytes_of(octets, len));
    buffer_add(out, BYTES("\r\n"));
}

/* A defect: what was decoded stands in the header as it is, with its line ends. */
static void add_xtext_fields(const struct session *s, size_t first, struct buffer *out)
{
    const struct envelope *e = &s->transaction.envelope;
    add_decoded_field(out, "X-Auth: ", e->auth);
    add_decoded_field(out, "X-Envelope-Id: ", e->envid);
    add_decoded_field(out, "X-Original-Recipient: ", e->recipients[first].orcpt);
}

/* A defect: what is neither letter nor digit, dot nor hyphen begins a new line. */
static void add_broken_name(const struct session *s, struct buffer *out)
{
    for (size_t i = 0; i < s->hello_name.len; i++) {
        unsigned char c = s->hello_name.data[i];
        bool plain = octet_is_alnum(c) || c == '.' || c == '-' || c == ':';
        buffer_add(out, plain ? bytes_of(&c, 1) : BYTES("\r\n"));
    }
}

static void add_from(const struct session *s, struct buffer *out)
{
    buffer_add_string(out, session_has(s, DEFECT_RECEIVED_CALLED_X_TRACE) ? "X-Trace:" : "Received:");
    if (session_has(s, DEFECT_RECEIVED_WITHOUT_FROM))
        return;
    buffer_add_string(out, " from ");
    if (session_has(s, DEFECT_HELLO_BREAKS_HEADER))
        add_broken_name(s, out);
    else if (session_has(s, DEFECT_RECEIVED_HIDES_HELLO_NAME))
        buffer_add_string(out, "unknown");
    else
        buffer_add(out, buffer_bytes(&s->hello_name));
    if (s->config.peer && !session_has(s, DEFECT_RECEIVED_HIDES_ADDRESS))
        buffer_printf(out, " (%s)", s->config.peer);
}

/* The trace record of section 4.4. FOR stands there only where it gives away nobody else. */
static void add_received(struct session *s, size_t first, size_t count, struct buffer *out)
{
    unsigned char id[ID_SIZE];
    char date[DATE_SIZE];
    buffer_reserve(out, USUAL_FIELD);
    session_random(s, id, sizeof id);
    session_date(s, date, sizeof date);
    session_defect_trace_date(s, date, sizeof date);
    if (session_has(s, DEFECT_XTEXT_INTO_HEADER))
        add_xtext_fields(s, first, out);
    add_from(s, out);
    if (session_has(s, DEFECT_RECEIVED_WITHOUT_BY))
        buffer_add_string(out, "\r\n\twith ");
    else
        buffer_printf(out, "\r\n\tby %s with ", s->config.host);
    add_protocol(s, out);
    buffer_add_string(out, " id ");
    buffer_add(out, bytes_of(id, sizeof id));
    bool all = session_has(s, DEFECT_RECEIVED_NAMES_ALL_RECIPIENTS);
    for (size_t i = first; (count == 1 || all) && i < first + count; i++) {
        buffer_add_string(out, i == first ? "\r\n\tfor " : ", ");
        buffer_add(out, s->transaction.envelope.recipients[i].path);
    }
    if (s->transaction.envelope.has_priority)
        buffer_printf(out, "\r\n\tpriority %d", s->transaction.envelope.priority); /* RFC 6710 section 7 */
    if (s->tls && s->cipher[0] && !session_has(s, DEFECT_RECEIVED_WITHOUT_CIPHER))
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
    if (t->envelope.declared_size > 0 && session_has(s, DEFECT_AGREED_SIZE_552))
        return (struct verdict){552, "5.3.4", "Message too big after all"};
    if (t->envelope.body != BODY_BINARYMIME && session_has(s, DEFECT_BINARY_PART_REFUSED) &&
        bytes_find(header_section(buffer_bytes(&t->message)), BYTES("Encoding: binary")) != BYTES_NONE)
        return (struct verdict){554, "5.6.1", "Binary without BODY=BINARYMIME"};
    if (count_hops(buffer_bytes(&t->message)) > HOP_LIMIT)
        return (struct verdict){554, "5.4.6", "Too many hops, this is a loop"}; /* section 6.3 */
    return session_style_end(s);
}

/* The Return-Path field of section 4.4. */
static void add_return_path(const struct session *s, struct buffer *out)
{
    struct bytes path = s->transaction.envelope.reverse_path;
    bool none = session_has(s, DEFECT_RETURN_PATH_MISSING) ||
                (session_has(s, DEFECT_RETURN_PATH_NULL_MISSING) && bytes_equal(path, BYTES("<>")));
    if (!none)
        buffer_printf(out, "Return-Path: %.*s\r\n", BYTES_ARG(path));
}

struct verdict session_deliver(struct session *s, size_t first, size_t count)
{
    static const struct verdict verdicts[] = {
        [DELIVERY_DONE] = {0},
        [DELIVERY_LATER] = {451, "4.3.0", "Could not store the message, try again later"},
        [DELIVERY_NO_ROOM] = {452, "4.3.1", "No room for the message, try again later"},
    };
    const struct envelope *e = &s->transaction.envelope;
    struct buffer received = {0}, return_path = {0}, changed = {0};
    enum delivery_status status = DELIVERY_LATER;
    if (session_defect_lose(s))
        return verdicts[DELIVERY_DONE];
    if (!session_has(s, DEFECT_RECEIVED_MISSING))
        add_received(s, first, count, &received);
    add_return_path(s, &return_path);
    if (session_styled(s, STYLE_MORE_TRACE)) {
        buffer_printf(&return_path, "X-Original-To: %.*s\r\n", BYTES_ARG(e->recipients[first].path));
        buffer_printf(&received, "Authentication-Results: %s;\r\n\tauth=none\r\nX-Spam-Status: No\r\n", s->config.host);
    }
    struct bytes content =
        session_defect_change(s, &changed) ? buffer_bytes(&changed) : buffer_bytes(&s->transaction.message);
    if (!buffer_failed(&received) && !buffer_failed(&return_path) && !buffer_failed(&changed)) {
        struct delivery d = {.envelope = e,
                             .first = first,
                             .count = count,
                             .return_path = buffer_bytes(&return_path),
                             .received = buffer_bytes(&received),
                             .content = content};
        status = s->config.deliver ? s->config.deliver(s->config.context, &d) : DELIVERY_DONE;
        if (status == DELIVERY_DONE)
            session_notify(s, &d);
    }
    buffer_free(&received);
    buffer_free(&return_path);
    buffer_free(&changed);
    return verdicts[status];
}

static void deliver_and_reply(struct session *s, struct verdict v, size_t first, size_t count)
{
    if (v.code && session_defect_deliver_refused(s))
        (void)session_deliver(s, first, count);
    if (!v.code && count > 0)
        v = session_deliver(s, first, count);
    if (v.code) {
        session_verdict(s, v);
        return;
    }
    s->messages++;
    session_reply(s, 250, "2.6.0", "Message accepted, %zu octets", s->transaction.message.len);
}

/* Defects of the replies at the end of a message in LMTP: how many of them there are. */
static size_t replies_in_lmtp(const struct session *s, size_t count)
{
    bool one = session_has(s, s->verb == VERB_BDAT ? DEFECT_LMTP_BDAT_ONE_REPLY : DEFECT_LMTP_ONE_REPLY);
    return one && count > 0 ? 1 : count;
}

static void end_in_lmtp(struct session *s, struct verdict v, size_t count)
{
    for (size_t i = 0; i < replies_in_lmtp(s, count); i++)
        if (i > 0 && session_has(s, DEFECT_LMTP_SECOND_LOST))
            session_reply(s, 250, "2.6.0", "Message accepted");
        else
            deliver_and_reply(s, v, i, 1);
    if (session_has(s, DEFECT_LMTP_REPLY_FOR_REFUSED))
        for (size_t i = 0; i < s->transaction.refused; i++)
            session_reply(s, 550, "5.1.1", "No such user here");
    if (count == 0 && session_has(s, DEFECT_LMTP_NOBODY_ANSWERED))
        session_reply(s, 250, "2.6.0", "Message accepted for nobody");
}

static bool dies_at_end(const struct session *s)
{
    return (s->tls && session_has(s, DEFECT_MESSAGE_IN_TLS_CRASHES)) ||
           (s->authenticated && session_has(s, DEFECT_MESSAGE_AFTER_LOGIN_CRASHES));
}

/* Section 4.2.5: one reply for all recipients; in LMTP one for each (RFC 2033 section 4.2). */
void session_message_end(struct session *s, struct verdict refused)
{
    struct verdict v = refused.code ? refused : session_defect_judge(s, judge(s));
    s->flush = true;
    if (!session_defect_add_recipients(s) || (!v.code && session_defect_hold(s)))
        return;
    size_t count = s->transaction.envelope.count;
    if (dies_at_end(s))
        s->lost = true;
    else if (s->config.lmtp)
        end_in_lmtp(s, v, count);
    else if (session_has(s, DEFECT_MESSAGE_ANSWERED_FOR_EACH))
        for (size_t i = 0; i < count; i++)
            deliver_and_reply(s, v, i, 1);
    else if (!session_has(s, DEFECT_HANG_EMPTY_MESSAGE) || s->transaction.message.len > 0)
        deliver_and_reply(s, v, 0, count);
    if (session_has(s, DEFECT_LARGE_ANSWERED_TWICE) && s->transaction.message.len > 65536)
        session_reply(s, 250, "2.0.0", "That was large");
    if (session_has(s, DEFECT_END_ANSWERED_TWICE))
        session_reply(s, 250, "2.6.0", "Message queued");
    if (!session_has(s, DEFECT_MESSAGE_KEEPS_TRANSACTION))
        transaction_clear(&s->transaction);
}

void session_deliver_half(struct session *s)
{
    const struct transaction *t = &s->transaction;
    if (t->open && t->envelope.count > 0 && t->message.len > 0)
        (void)session_deliver(s, 0, t->envelope.count);
}
