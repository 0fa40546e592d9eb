#include "session_internal.h"

/* What is wrong with a chunk before its octets came. */
static struct verdict judge(const struct session *s, const struct command *c, uint64_t size)
{
    const struct transaction *t = &s->transaction;
    struct verdict v = session_style_answer(s, c, true);
    if (v.code)
        return v;
    if (s->hello != HELLO_EHLO)
        return (struct verdict){503, "5.5.1", s->config.lmtp ? "Send LHLO first" : "Send EHLO first"};
    if (!t->open)
        return (struct verdict){503, "5.5.1", "Send MAIL first"};
    if (t->broken)
        return (struct verdict){503, "5.5.1", "Send RSET first"};
    if (s->syntax)
        return (struct verdict){501, "5.5.4", "Syntax: BDAT <size> [LAST]"};
    if (t->envelope.count == 0)
        return (struct verdict){503, "5.5.1", "No valid recipients"};
    if (session_defect_refuses_chunk(s, c))
        return (struct verdict){503, "5.5.1", "No BDAT here"};
    if (size > s->config.size_limit || t->message.len > s->config.size_limit - size)
        return (struct verdict){552, "5.3.4", "Message too big"};
    v = session_style_deferred(s, VERB_BDAT);
    return v.code ? v : session_style_answer(s, c, false);
}

static void answer(struct session *s)
{
    bool each = s->config.lmtp && session_has(s, DEFECT_LMTP_CHUNK_PER_RECIPIENT);
    size_t times = each ? s->transaction.envelope.count : 1;
    for (size_t i = s->flaws.chunk_answered ? 1 : 0; i < times; i++)
        session_reply(s, 250, "2.0.0", "Chunk taken, %zu octets so far", s->transaction.message.len);
}

static void chunk_done(struct session *s)
{
    struct transaction *t = &s->transaction;
    struct verdict v = s->chunk_verdict;
    session_defect_chunk_done(s);
    s->state = STATE_COMMAND;
    s->flush = true;
    s->progress++;
    if (!v.code && buffer_failed(&t->message))
        v = (struct verdict){452, "4.3.1", "Out of memory"};
    if (s->chunk_last && t->open && s->config.lmtp) {
        session_message_end(s, v); /* RFC 2033 section 4.3: a reply for each recipient, none where there is none */
    } else if (v.code) {
        t->broken = t->open;
        session_verdict(s, v);
    } else if (s->chunk_last) {
        session_message_end(s, v);
    } else {
        answer(s);
    }
    s->flaws.chunk_answered = false;
}

/* The size, also where something wrong stands behind it: the octets follow all the same. */
static bool chunk_size(const struct session *s, const struct command *c, uint64_t *size)
{
    *size = c->size;
    if (!s->syntax)
        return true;
    struct bytes rest = c->argument, word;
    return bytes_next_word(&rest, &word) && bytes_to_number(word, size);
}

/* RFC 3030 section 2. The octets of a chunk are taken whatever is wrong, and the reply comes behind them; else a client
 * that pipelines would see its message run as commands. */
void session_bdat(struct session *s, const struct command *c)
{
    uint64_t size;
    bool misread = session_defect_chunk_size(s, c, &size);
    if (!misread && !chunk_size(s, c, &size)) {
        s->transaction.broken = s->transaction.open;
        session_reply(s, 501, "5.5.4", "Syntax: BDAT <size> [LAST]");
        return;
    }
    if (c->size_overflow && !misread) {
        /* Nobody sends 2^64 octets, and what follows can't be told from commands. */
        session_reply(s, 552, "5.3.4", "No chunk can be that big, closing the connection");
        s->state = STATE_CLOSED;
        return;
    }
    s->chunk_verdict = judge(s, c, size);
    s->chunk_left = session_defect_chunk_left(s, size);
    s->chunk_last = c->last;
    s->data_at = AT_START;
    if (!s->chunk_verdict.code) {
        s->transaction.chunked = s->flaws.used_bdat = true;
        session_message_add(s, buffer_bytes(&s->flaws.chunks));
        buffer_clear(&s->flaws.chunks);
    }
    if (s->chunk_left == 0) {
        chunk_done(s);
        return;
    }
    s->state = STATE_CHUNK;
    if (!s->chunk_verdict.code && !c->last && session_has(s, DEFECT_CHUNK_ANSWERED_EARLY)) {
        answer(s);
        s->flaws.chunk_answered = true;
    }
}

size_t session_chunk_take(struct session *s, struct bytes in)
{
    size_t len = in.len < s->chunk_left ? in.len : (size_t)s->chunk_left;
    if (s->config.defect != DEFECT_NONE)
        len = session_defect_chunk_take(s, bytes_slice(in, 0, len));
    else if (!s->chunk_verdict.code)
        session_message_add(s, bytes_slice(in, 0, len));
    s->chunk_left -= len;
    if (s->chunk_left == 0)
        chunk_done(s);
    return len;
}
