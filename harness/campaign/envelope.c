#include "envelope.h"

#include "driver/dialog.h"

void envelope_begin(struct envelope *e, const struct target *t, struct promises *out)
{
    *e = (struct envelope){.target = t, .lmtp = t->endpoint.lmtp, .out = out};
    *out = (struct promises){0};
    /* Mail for a mailbox that is not counted could not be told from mail for nobody. */
    out->uncertain = t->mailbox_count == 0 || t->mailbox_count > MAILBOXES_MOST;
}

void envelope_free(struct envelope *e)
{
    buffer_free(&e->waiting);
}

static void transaction_end(struct envelope *e)
{
    e->count = e->finals = 0;
    e->loose = false;
}

void envelope_tls(struct envelope *e)
{
    transaction_end(e);
    buffer_clear(&e->waiting);
}

static bool mentions(struct bytes octets, struct bytes field)
{
    for (size_t i = 0; i + field.len <= octets.len; i++)
        if (bytes_starts_nocase(bytes_from(octets, i), field))
            return true;
    return false;
}

void envelope_sent(struct envelope *e, struct bytes octets)
{
    e->travelled |= mentions(octets, BYTES("Delivered-To:")) || mentions(octets, BYTES("Received:"));
}

void envelope_told(void *context, int asked, struct bytes line)
{
    struct envelope *e = context;
    enum { LONGEST = 0xffff }; /* its length stands in two octets */
    if (asked != VERB_MAIL && asked != VERB_RCPT)
        return;
    if (line.len > LONGEST) {
        line = bytes_slice(line, 0, LONGEST);
        e->out->uncertain = true;
    }
    buffer_add_octet(&e->waiting, (unsigned char)(line.len >> 8));
    buffer_add_octet(&e->waiting, (unsigned char)line.len);
    buffer_add(&e->waiting, line);
    e->out->uncertain |= buffer_failed(&e->waiting);
}

/* The line that the reply answers, into `c`; what it points to is in `line`. */
static bool line_take(struct envelope *e, struct buffer *line, struct command *c)
{
    if (e->waiting.len < 2)
        return false;
    size_t len = (size_t)e->waiting.data[0] << 8 | e->waiting.data[1];
    buffer_add(line, bytes_slice(buffer_bytes(&e->waiting), 2, len));
    buffer_consume(&e->waiting, len + 2);
    return command_parse(buffer_bytes(line), COMMAND_UTF8 | COMMAND_SPACE_AFTER_COLON, c, NULL) == COMMAND_OK;
}

static int mailbox_number(const struct envelope *e, struct bytes address)
{
    for (size_t i = 0; i < e->target->mailbox_count && i < MAILBOXES_MOST; i++)
        if (bytes_equal_nocase(address, bytes_string(e->target->mailboxes[i].address)))
            return (int)i;
    return -1;
}

/* Another mailbox, which is nobody of ours for certain: it leads elsewhere. */
static bool is_elsewhere(const struct envelope *e, const struct path *p)
{
    return e->target->domain && p->domain.text.len > 0 &&
           !bytes_equal_nocase(p->domain.text, bytes_string(e->target->domain)) && !p->quoted &&
           bytes_find_octet(p->local_part, '%') == BYTES_NONE && bytes_find_octet(p->local_part, '!') == BYTES_NONE;
}

static void mail_answered(struct envelope *e, bool good)
{
    struct command c;
    struct buffer line = {0};
    bool read = line_take(e, &line, &c);
    if (good) {
        transaction_end(e);
        /* Notifications may come to it. */
        e->loose = !read || (c.path.mailbox.len > 0 && !is_elsewhere(e, &c.path));
    }
    buffer_free(&line);
}

static void rcpt_answered(struct envelope *e, bool good)
{
    struct command c;
    struct buffer line = {0};
    bool read = line_take(e, &line, &c);
    int number = read && !c.path.quoted ? mailbox_number(e, c.path.mailbox) : -1;
    if (number >= 0) {
        e->out->of[number].named = true;
        e->out->of[number].refused |= !good;
    }
    if (good && e->count < ENVELOPE_RECIPIENTS)
        e->recipients[e->count++] = (short)number;
    else if (good)
        e->out->uncertain = true;
    if (good && number < 0)
        e->loose |= !read || !is_elsewhere(e, &c.path);
    buffer_free(&line);
}

/* A server may deliver once where a mailbox was named twice. */
static void taken(struct envelope *e, size_t from, size_t to)
{
    bool once[MAILBOXES_MOST] = {false};
    for (size_t i = from; i < to; i++) {
        int number = e->recipients[i];
        if (number < 0)
            continue;
        e->out->of[number].most++;
        e->out->of[number].least += !once[number] && !e->travelled;
        once[number] = true;
    }
    e->out->loose |= e->loose;
}

static void message_answered(struct envelope *e, bool good)
{
    if (!e->lmtp) {
        if (good)
            taken(e, 0, e->count);
        transaction_end(e);
        return;
    }
    /* RFC 2033 section 4.2: one reply for each recipient, in their order. */
    size_t at = e->finals++;
    if (at < e->count && good)
        taken(e, at, at + 1);
    if (e->finals >= e->count)
        transaction_end(e);
}

void envelope_answered(struct envelope *e, int asked, int code)
{
    bool good = code / 100 == 2;
    if (asked == VERB_MAIL)
        mail_answered(e, good);
    else if (asked == VERB_RCPT)
        rcpt_answered(e, good);
    else if (asked == ASKED_END_OF_DATA || asked == ASKED_LAST_CHUNK)
        message_answered(e, good);
    else if (good && (asked == VERB_RSET || asked_hello(asked)))
        transaction_end(e);
}
