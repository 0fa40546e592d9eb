/* What one reply says: about where the session is, and about the server. */
#include "exchange_internal.h"

#include "farewell.h"

enum { WORDS = 3, WORD_MOST = 14 };

static uint32_t mix(uint32_t hash, struct bytes octets)
{
    for (size_t i = 0; i < octets.len; i++)
        hash = (hash ^ octets.data[i]) * 16777619u;
    return hash;
}

/* The first words of letters: what a server says of the client's own octets stands in another form, or behind. */
static uint32_t text_label(uint32_t hash, struct bytes text)
{
    struct bytes word;
    for (int n = 0; n < WORDS && bytes_next_word(&text, &word); n++) {
        if (word.len > WORD_MOST)
            break;
        for (size_t i = 0; i < word.len; i++)
            if (!octet_is_alpha(word.data[i]))
                return hash;
        hash = mix(hash, word);
    }
    return hash;
}

static uint32_t label_of(const struct reply *r)
{
    uint32_t hash = 2166136261u ^ (uint32_t)r->code;
    const struct enhanced *e = &r->enhanced;
    if (e->klass)
        return mix(hash, bytes_of(e, sizeof *e));
    return text_label(hash, r->text);
}

static void answer_keep(struct play *p, int asked, const struct reply *r)
{
    struct outcome *out = p->out;
    out->replies++;
    if (out->count < ANSWERS_MOST)
        out->answers[out->count++] = (struct answer){.asked = asked,
                                                     .code = r->code,
                                                     .label = label_of(r) ^ out->tls,
                                                     .certain = p->dialog.certain,
                                                     .tls = out->tls,
                                                     .act = p->act};
}

/* A server may refuse a payload before its end, once, and close then; it may not accept it, nor go on. */
static bool may_give_up(struct play *p, bool payload, int code)
{
    if (!payload || p->given_up || code < 400)
        return false;
    p->given_up = true;
    return true;
}

/* Nothing was owed when this reply came. */
static void surplus_judge(struct play *p, bool payload, const struct reply *r)
{
    struct outcome *out = p->out;
    p->surplus++;
    /* Our FIN within a payload, a line or a SASL exchange may be answered in any way but with success. */
    bool cut_off = p->half_closed && dialog_payload_owed(&p->dialog) && r->code / 100 != 2;
    if (r->code == 421 || !p->dialog.certain || cut_off || may_give_up(p, payload, r->code))
        return;
    if (!out->surplus)
        out->surplus_act = p->act;
    out->surplus = true;
    out->surplus_asked = p->last_asked;
    bool of_payload = payload || p->bare || p->last_asked == ASKED_END_OF_DATA || p->last_asked == ASKED_LAST_CHUNK ||
                      p->last_asked == VERB_BDAT;
    out->surplus_payload |= of_payload;
    out->surplus_tls |= out->tls && !of_payload;
}

static void checks_follow(struct play *p, int asked, bool payload, const struct reply *r)
{
    struct keyword keyword;
    struct check_context context = {.reply = r,
                                    .asked = asked,
                                    .certain = exchange_is_sure(p) && (!p->half_closed || p->quit),
                                    .payload = payload,
                                    .utf8 = p->dialog.utf8,
                                    .enhanced_offered = p->enhanced};
    checks_judge(&p->out->tally, &context);
    if (!asked_hello(asked) || r->code != 250)
        return;
    p->enhanced = asked != VERB_HELO && ehlo_find(r->raw, BYTES("ENHANCEDSTATUSCODES"), &keyword);
    p->chunking = asked != VERB_HELO && ehlo_find(r->raw, BYTES("CHUNKING"), &keyword);
}

static void sequence_judge(struct play *p, int asked, int code)
{
    struct outcome *out = p->out;
    envelope_answered(&p->envelope, asked, code);
    out->promises.uncertain |= !exchange_is_sure(p) || (p->half_closed && !p->quit);
    if (!exchange_is_sure(p))
        return;
    if ((asked == ASKED_END_OF_DATA || asked == ASKED_LAST_CHUNK) && code / 100 == 2) {
        out->acknowledged++;
        out->taken += p->sequence.lmtp ? 1 : p->sequence.accepted;
    }
    const char *broken = sequence_follow(&p->sequence, asked, code);
    if (broken && !out->order) {
        out->order = broken;
        out->order_act = p->act;
    }
}

void exchange_reply(struct play *p, struct bytes raw)
{
    struct reply r;
    reply_parse(raw, &r);
    exchange_record(p, "S:", raw);
    journal_reply(p->o->journal);
    bool payload = p->dialog.data || p->dialog.chunk_left > 0;
    bool awaited = p->dialog.sasl;
    int asked = dialog_reply(&p->dialog, &r);
    p->dialog.sasl |= awaited && p->half_closed;
    answer_keep(p, asked, &r);
    checks_follow(p, asked, payload, &r);
    if (asked == ASKED_NOTHING)
        surplus_judge(p, payload, &r);
    else
        sequence_judge(p, asked, r.code);
    if (asked == VERB_DATA)
        p->refused_data = r.code != 354;
    /* Whoever does not offer BDAT need not know that octets follow it. */
    if ((asked == VERB_BDAT || asked == ASKED_LAST_CHUNK) && r.code >= 500 && !p->chunking)
        p->dialog.certain = false;
    if (asked == VERB_STARTTLS && r.code == 220)
        p->started_tls = true;
    else if (r.code == 220 && asked != ASKED_NOTHING)
        p->dialog.certain = false; /* it took something else for STARTTLS, and waits for a handshake */
    if (asked != ASKED_NOTHING)
        p->last_asked = asked;
    p->last_code = r.code;
    p->out->last_words = farewell_of(&r);
    p->since++;
}
