#include "session_defects.h"

void session_data(struct session *s, const struct command *c)
{
    struct transaction *t = &s->transaction;
    struct verdict v;
    bool out_of_order = !t->open || t->broken || (t->chunked && !session_has(s, DEFECT_BDAT_THEN_DATA));
    if (out_of_order) {
        t->broken = t->open; /* RFC 3030 section 2: RSET is needed after DATA behind BDAT */
        session_reply(s, 503, "5.5.1", t->open ? "Send RSET first" : "Send MAIL first");
    } else if (t->envelope.count == 0 && !session_has(s, DEFECT_DATA_WITHOUT_RECIPIENT) &&
               !session_has(s, DEFECT_EMPTY_MESSAGE_TO_NOBODY)) {
        session_reply(s, 503, "5.5.1", "No valid recipients");
    } else if ((t->refused > 0 && session_has(s, DEFECT_ONE_REFUSED_ALL_REFUSED)) ||
               (s->flaws.used_bdat && session_has(s, DEFECT_FIRST_WAY_FOR_ALL))) {
        session_reply(s, 503, "5.5.1", "No DATA here");
    } else if (t->envelope.body == BODY_BINARYMIME && !session_has(s, DEFECT_BINARYMIME_WITH_DATA)) {
        t->broken = true;
        session_reply(s, 503, "5.5.1", "BINARYMIME needs BDAT"); /* RFC 3030 section 3 */
    } else if ((v = session_style_deferred(s, VERB_DATA)).code || (v = session_style_answer(s, c, false)).code) {
        session_verdict(s, v);
    } else {
        session_reply(s, 354, NULL, "Send the message, end it with CRLF.CRLF");
        s->state = STATE_DATA;
        s->data_at = AT_START;
        s->flaws.used_data = true;
    }
    if (s->state != STATE_DATA && session_has(s, DEFECT_REFUSED_DATA_READS_ON))
        s->state = STATE_DATA;
}

static bool loses_eighth_bit(const struct session *s)
{
    const struct envelope *e = &s->transaction.envelope;
    return (e->body == BODY_8BITMIME && !e->smtputf8 && session_has(s, DEFECT_EIGHTH_BIT_LOST)) ||
           (e->body == BODY_BINARYMIME && session_has(s, DEFECT_BINARY_BIT_LOST)) ||
           (e->smtputf8 && session_has(s, DEFECT_UTF8_BIT_LOST));
}

void session_message_add(struct session *s, struct bytes octets)
{
    struct transaction *t = &s->transaction;
    if (t->too_big)
        return;
    if (octets.len > s->config.size_limit || t->message.len > s->config.size_limit - octets.len) {
        t->too_big = true;
        buffer_free(&t->message);
        return;
    }
    buffer_add(&t->message, octets);
    if (loses_eighth_bit(s))
        for (size_t i = t->message.len - octets.len; i < t->message.len && !buffer_failed(&t->message); i++)
            t->message.data[i] &= 0x7F;
}

static void add_bare(struct session *s, struct bytes octet)
{
    s->transaction.bare = true;
    session_message_add(s, octet);
}

/* Octets of a line up to a CR, LF or NUL; at least one. */
static size_t take_run(struct session *s, struct bytes in)
{
    size_t len = 0;
    while (len < in.len && in.data[len] != '\r' && in.data[len] != '\n' && in.data[len] != 0)
        len++;
    session_message_add(s, bytes_slice(in, 0, len));
    return len;
}

/* A LF that no CR stands before is text, and the message is refused at its true end (see session_deliver.c). */
static bool lf_counts_as_crlf(const struct session *s)
{
    return session_has(s, DEFECT_BARE_LF_ENDS_DATA) ||
           (s->data_at == AT_DOT && session_has(s, DEFECT_LF_ENDS_DATA_AFTER_DOT)) ||
           (s->data_at == AT_TEXT && session_has(s, DEFECT_LF_BEGINS_A_LINE));
}

static enum data_at take_lone(struct session *s, unsigned char c)
{
    if (c == '\r')
        return AT_CR; /* not known yet whether it stands alone */
    if (c == '\n')
        add_bare(s, BYTES("\n"));
    else
        session_message_add(s, bytes_of(&c, 1));
    return AT_TEXT;
}

/* One octet at a place where it matters. True: the message is whole. */
static bool take_sound(struct session *s, unsigned char c)
{
    bool dot_line = s->data_at == AT_DOT || s->data_at == AT_DOT_CR;
    bool after_cr = s->data_at == AT_CR || s->data_at == AT_DOT_CR;
    if (c == '\n' && !after_cr && lf_counts_as_crlf(s)) {
        take_sound(s, '\r');
        return take_sound(s, '\n');
    }
    if (s->data_at == AT_DOT_CR && c == '\n')
        return true;
    if (s->data_at == AT_START && c == '.' && !session_defect_dot_is_text(s)) {
        s->data_at = AT_DOT;
        return s->transaction.envelope.body == BODY_8BITMIME && session_has(s, DEFECT_8BITMIME_DOT_ENDS);
    }
    if (s->data_at == AT_DOT && c == '\r') {
        s->data_at = AT_DOT_CR;
        return false;
    }
    if (dot_line && session_has(s, DEFECT_DOTS_STAY_STUFFED))
        session_message_add(s, BYTES("."));
    if (after_cr && c == '\n') {
        session_message_add(s, BYTES("\r\n"));
        s->data_at = AT_START;
        return false;
    }
    if (after_cr)
        add_bare(s, BYTES("\r"));
    s->data_at = take_lone(s, c);
    return false;
}

/* Defects: a CR, a LF or a NUL on its own ends a line. */
static bool ends_line(const struct session *s, unsigned char c)
{
    bool after_cr = s->data_at == AT_CR || s->data_at == AT_DOT_CR;
    bool scanned = session_has(s, DEFECT_CHUNK_SCANNED);
    if (c == 0)
        return scanned || session_has(s, DEFECT_NUL_ENDS_LINE);
    return (scanned || session_has(s, DEFECT_ANY_LINE_END)) && (c == '\r' || (c == '\n' && !after_cr));
}

/* As take_sound, with defects. */
bool session_data_octet(struct session *s, unsigned char c)
{
    if (s->flaws.eats_lf && c == '\n') {
        s->flaws.eats_lf = false;
        return false;
    }
    s->flaws.eats_lf = false;
    if (!ends_line(s, c))
        return take_sound(s, c);
    s->flaws.eats_lf = c == '\r';
    take_sound(s, '\r');
    return take_sound(s, '\n');
}

/* A defect: the size declared with MAIL says where the content ends. */
static bool ends_by_size(const struct session *s, bool dot)
{
    uint64_t declared = s->transaction.envelope.declared_size;
    if (declared == 0 || !session_has(s, DEFECT_DECLARED_SIZE_ENDS_DATA))
        return dot;
    return s->transaction.message.len >= declared;
}

size_t session_data_take(struct session *s, struct bytes in)
{
    size_t used = 0;
    if (session_has(s, DEFECT_PIECES_OF_DATA_ENDLESS) && ++s->pieces > 30)
        return in.len;
    if (session_has(s, DEFECT_END_IN_ONE_PACKET) && s->transaction.message.len > 0)
        s->data_at = AT_TEXT;
    if (session_has(s, DEFECT_PACKET_OF_DOT_ENDS_DATA) && s->transaction.message.len > 0 &&
        bytes_starts(in, BYTES(".\r\n")))
        s->data_at = AT_START;
    while (used < in.len && s->state == STATE_DATA) {
        unsigned char c = in.data[used];
        bool plain = c != '\r' && c != '\n' && c != 0 && !s->flaws.watched;
        if (plain && (s->data_at == AT_TEXT || (s->data_at == AT_START && c != '.'))) {
            s->data_at = AT_TEXT;
            used += take_run(s, bytes_from(in, used));
            continue;
        }
        used++;
        bool dot = session_data_octet(s, c);
        if (dot)
            s->data_at = AT_START;
        dot |= s->flaws.watched && session_defect_data_octet(s, c);
        if (ends_by_size(s, dot)) {
            s->progress++;
            s->state = STATE_COMMAND;
            s->pieces = 0;
            session_message_end(s, (struct verdict){0});
            break;
        }
    }
    return used;
}
