/* Notifications of success, which a server that offers DSN owes (RFC 3461 section 5.2.3), and of messages that came
 * when their time was over (RFC 2852 section 4.1.3), in the form of RFC 3464. */
#include "header.h"
#include "session_internal.h"

enum { ID_SIZE = 16 };

/* What the sender is told. */
struct news {
    const char *action, *status, *subject, *text;
    bool (*wanted_by)(const struct recipient *r);
};

/* What is relayed is not delivered. */
static bool wants_success(const struct recipient *r)
{
    return r->mailbox && r->notify & NOTIFY_SUCCESS;
}

/* RFC 2852 section 4.1.3: also where NOTIFY was not said. */
static bool wants_delay(const struct recipient *r)
{
    return r->notify == 0 || r->notify & NOTIFY_DELAY;
}

static const struct news delivered = {"delivered", "2.0.0", "Your message was delivered",
                                      "Your message was put into the mailbox of:", wants_success};
static const struct news late = {"delayed", "4.4.7", "Your message was late",
                                 "The time for delivery was over when your message came, for:", wants_delay};

static bool wants(const struct session *s, const struct news *n, const struct recipient *r)
{
    return n->wanted_by(r) || (n == &delivered && session_has(s, DEFECT_SUCCESS_ALWAYS_NOTIFIED));
}

/* ENVID and ORCPT travel as xtext and are shown without. They were found valid and printable when they came. */
static void add_decoded(struct buffer *out, struct bytes xtext)
{
    size_t len = 0;
    unsigned char *at = buffer_reserve(out, xtext.len);
    if (at && xtext_decode(xtext, at, xtext.len, &len))
        out->len += len;
    else
        buffer_add(out, xtext); /* of the type utf-8: not encoded (RFC 6533 section 3) */
}

/* A path without its angle brackets. */
static struct bytes address(struct bytes path)
{
    return bytes_slice(path, 1, path.len - 2);
}

static void add_recipient(const struct session *s, struct buffer *out, const struct news *n, const struct recipient *r)
{
    size_t semicolon = bytes_find_octet(r->orcpt, ';');
    buffer_add_string(out, "\r\n");
    if (semicolon != BYTES_NONE && !session_has(s, DEFECT_NOTIFIED_WITHOUT_ORCPT)) {
        buffer_printf(out, "Original-Recipient: %.*s; ", (int)semicolon, (const char *)r->orcpt.data);
        add_decoded(out, bytes_from(r->orcpt, semicolon + 1));
        buffer_add_string(out, "\r\n");
    }
    if (!session_has(s, DEFECT_NOTIFIED_WITHOUT_RECIPIENT)) {
        buffer_add_string(out, "Final-Recipient: rfc822; ");
        buffer_add(out, address(r->path));
        buffer_add_string(out, "\r\n");
    }
    if (!session_has(s, DEFECT_NOTIFIED_WITHOUT_ACTION))
        buffer_printf(out, "Action: %s\r\n", n->action);
    if (!session_has(s, DEFECT_NOTIFIED_WITHOUT_STATUS))
        buffer_printf(out, "Status: %s\r\n", n->status);
}

static void add_fields(const struct session *s, const struct news *n, const char *id, struct buffer *out)
{
    const struct envelope *e = &s->transaction.envelope;
    char date[DATE_SIZE];
    session_date(s, date, sizeof date);
    buffer_printf(out, "Date: %s\r\nFrom: Mail delivery <postmaster@%s>\r\nTo: ", date, s->config.domain);
    buffer_add(out, address(e->reverse_path));
    buffer_printf(out, "\r\nSubject: %s\r\nMessage-ID: <%.*s@%s>\r\n", n->subject, ID_SIZE, id, s->config.host);
    buffer_printf(out,
                  "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: %s;"
                  " report-type=delivery-status;\r\n\tboundary=\"=_%.*s\"\r\n\r\n",
                  session_has(s, DEFECT_NOTIFIED_IN_PLAIN_TEXT) ? "text/plain" : "multipart/report", ID_SIZE, id);
}

/* The fields of RFC 3464 section 2.2. */
static void add_message_fields(const struct session *s, const struct envelope *e, struct buffer *out)
{
    if (!session_has(s, DEFECT_NOTIFIED_WITHOUT_MTA))
        buffer_printf(out, "Reporting-MTA: dns; %s\r\n", s->config.host);
    if (session_has(s, DEFECT_NOTIFIED_WITH_ANY_ENVID))
        buffer_add_string(out, "Original-Envelope-Id: none\r\n");
    if (e->envid.len && !session_has(s, DEFECT_NOTIFIED_WITHOUT_ENVID)) {
        buffer_add_string(out, "Original-Envelope-Id: ");
        add_decoded(out, e->envid);
        buffer_add_string(out, "\r\n");
    }
}

static void add_parts(const struct session *s, const struct news *n, const struct delivery *d, const char *id,
                      struct buffer *out)
{
    const struct envelope *e = d->envelope;
    const char *kind = e->smtputf8 ? "global-delivery-status" : "delivery-status";
    const char *headers = e->smtputf8 ? "message/global-headers" : "text/rfc822-headers";
    buffer_printf(out, "--=_%.*s\r\n\r\n%s\r\n", ID_SIZE, id, n->text);
    for (size_t i = d->first; i < d->first + d->count; i++)
        if (wants(s, n, &e->recipients[i])) {
            buffer_add(out, e->recipients[i].path);
            buffer_add_string(out, "\r\n");
        }
    buffer_printf(out, "\r\n--=_%.*s\r\nContent-Type: message/%s\r\n\r\n", ID_SIZE, id, kind);
    add_message_fields(s, e, out);
    for (size_t i = d->first; i < d->first + d->count; i++)
        if (wants(s, n, &e->recipients[i]))
            add_recipient(s, out, n, &e->recipients[i]);
    buffer_printf(out, "\r\n--=_%.*s\r\nContent-Type: %s\r\n\r\n", ID_SIZE, id, headers);
    buffer_add(out, header_section(d->content));
    buffer_printf(out, "\r\n--=_%.*s--\r\n", ID_SIZE, id);
}

static bool wanted(const struct session *s, const struct news *n, const struct delivery *d)
{
    const struct envelope *e = d->envelope;
    /* Section 5.2: never to the null sender; and nobody is told of who is not there. */
    if (bytes_equal(e->reverse_path, BYTES("<>")) || e->sender_unknown)
        return false;
    for (size_t i = d->first; i < d->first + d->count; i++)
        if (wants(s, n, &e->recipients[i]))
            return true;
    return false;
}

static void notify(struct session *s, const struct news *n, const struct delivery *d)
{
    char id[ID_SIZE];
    struct buffer content = {0};
    if (!s->config.deliver || !wanted(s, n, d))
        return;
    session_random(s, (unsigned char *)id, sizeof id);
    add_fields(s, n, id, &content);
    add_parts(s, n, d, id, &content);
    struct recipient to = {.path = d->envelope->reverse_path, .mailbox = d->envelope->sender_mailbox};
    struct envelope e = {.reverse_path = BYTES("<>"), .smtputf8 = d->envelope->smtputf8, .recipients = &to, .count = 1};
    struct delivery notification = {.envelope = &e,
                                    .count = 1,
                                    .return_path = session_has(s, DEFECT_NOTIFIED_BY_SOMEBODY)
                                                       ? BYTES("Return-Path: <postmaster>\r\n")
                                                       : BYTES("Return-Path: <>\r\n"),
                                    .content = buffer_bytes(&content),
                                    .notification = true};
    /* The message is delivered and will not be taken back because its notification can't be. */
    if (!buffer_failed(&content))
        (void)s->config.deliver(s->config.context, &notification);
    buffer_free(&content);
}

void session_notify(struct session *s, const struct delivery *d)
{
    if (!session_has(s, DEFECT_SUCCESS_NOT_NOTIFIED))
        notify(s, &delivered, d);
    if (d->envelope->late)
        notify(s, &late, d);
}
