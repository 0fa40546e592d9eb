/* What a script can say to do (mutate/script.h). */
#include "exchange_internal.h"

#include "flood.h"

enum { QUIT_MS = 150, BEHIND_QUIT_MS = 20 };

void exchange_half_close(struct play *p)
{
    if (p->half_closed)
        return;
    net_half_close(p->net, clock_deadline(p->o->patience_ms));
    p->half_closed = true;
    exchange_note(p, "client FIN");
    journal_say(p->o->journal, "fin");
}

/* A FIN can make a server drop what it was about to say (asyncio's do), and a reply too many with it: its answer to
 * QUIT comes first, where it does not wait for the FIN itself. An answer that is not 221 is one to something else. */
static void quit_await(struct play *p)
{
    int64_t deadline = clock_deadline(QUIT_MS);
    while (!p->ended && dialog_owed(&p->dialog) > 0)
        if (!exchange_reply_next(p) && !exchange_receive(p, deadline))
            break;
    p->out->quits++;
    p->out->quits_held += dialog_owed(&p->dialog) > 0;
    if (dialog_owed(&p->dialog) == 0 && p->last_code != 221)
        exchange_look(p, BEHIND_QUIT_MS);
}

void exchange_quit_sent(struct play *p)
{
    const struct dialog *d = &p->dialog;
    if (!exchange_is_sure(p) || dialog_owed(d) == 0 || dialog_payload_owed(d) ||
        d->owed.data[d->owed.len - 1] != VERB_QUIT)
        return;
    p->quit = true;
    if (p->o->quit_alone)
        quit_await(p);
    if (!p->ended)
        exchange_half_close(p);
}

static bool only_message(const struct script *s, const struct act *act)
{
    for (size_t i = 0; i < act->count; i++)
        if (s->parts[act->first + i].kind != PART_MESSAGE && s->parts[act->first + i].kind != PART_MARK)
            return false;
    return act->octets.len > 0;
}

static void act_send(struct play *p, const struct script *s, const struct act *act)
{
    /* Nobody sends the message behind a refused DATA. */
    if (p->refused_data && only_message(s, act))
        return;
    if (p->o->slowly)
        exchange_look(p, p->last_code >= 400 ? REFUSED_MS : SLOWLY_MS);
    if (p->ended || p->half_closed)
        return;
    if (act->octets.len > 0)
        exchange_send(p, act->octets);
    if (act->octets.len > 0 && act->wait)
        exchange_quit_sent(p);
    if (act->wait)
        exchange_replies(p);
}

static void act_tls(struct play *p)
{
    struct error e = {0};
    exchange_replies(p);
    if (p->ended || !p->started_tls || net_is_tls(p->net))
        return;
    enum net_status status = net_tls_start(p->net, link_tls(p->link), link_tls_name(p->link), buffer_bytes(&p->in),
                                           clock_deadline(p->o->patience_ms * 4), &e);
    buffer_clear(&p->in);
    p->scanned = 0;
    p->reader = (struct reply_reader){0};
    p->started_tls = false;
    if (status != NET_OK) {
        exchange_note(p, "the TLS handshake failed: %s", e.text);
        exchange_end(p, ENDING_LEFT);
        return;
    }
    exchange_note(p, "TLS");
    journal_say(p->o->journal, "tls");
    dialog_tls(&p->dialog);
    sequence_tls(&p->sequence);
    envelope_tls(&p->envelope);
    p->out->tls = true;
    p->enhanced = p->chunking = false;
}

/* Until the server says something, closes, reads no more, or enough was sent to see what it does with it. In a message
 * or a chunk a server may well keep all of it. */
static void act_flood(struct play *p)
{
    struct flood f;
    struct buffer octets = {0};
    size_t written = 0;
    enum net_status status = NET_OK;
    exchange_replies(p);
    bool payload = p->dialog.data || p->dialog.chunk_left > 0;
    p->dialog.certain = false;
    p->since = 0;
    flood_begin(&f, payload ? 0 : p->o->server);
    for (flood_next(&f, &octets); status == NET_OK && !p->ended && p->since == 0 && octets.len > 0;) {
        status = net_write(p->net, buffer_bytes(&octets), &written, f.deadline, NULL);
        f.sent += written;
        exchange_look(p, 0);
        flood_next(&f, &octets);
    }
    exchange_note(p, "%llu octets without a line end", (unsigned long long)f.sent);
    journal_say(p->o->journal, "flood");
    if (!p->ended && p->since == 0)
        p->out->hoarded_kib = flood_kept(&f);
    p->out->flooded = f.sent;
    /* What it has not read yet is not for it to read any more. */
    net_reset(p->net);
    exchange_end(p, ENDING_LEFT);
    buffer_free(&octets);
}

static void act_pause(struct play *p, int64_t ms)
{
    ms = ms < p->o->most_pause_ms ? ms : p->o->most_pause_ms;
    journal_pause(p->o->journal, ms);
    clock_sleep_ms(ms);
}

void exchange_act(struct play *p, const struct script *s, const struct act *act)
{
    switch (act->kind) {
    case ACT_SEND:
        act_send(p, s, act);
        break;
    case ACT_PAUSE:
        act_pause(p, act->pause);
        break;
    case ACT_TLS:
        act_tls(p);
        break;
    case ACT_HALF_CLOSE:
        exchange_half_close(p);
        break;
    case ACT_RESET:
        net_reset(p->net);
        exchange_note(p, "client RST");
        journal_say(p->o->journal, "reset");
        exchange_end(p, ENDING_LEFT);
        break;
    case ACT_FLOOD:
        act_flood(p);
        break;
    case ACT_CLOSE:
        exchange_note(p, "client closes");
        journal_say(p->o->journal, "close");
        exchange_end(p, ENDING_LEFT);
        break;
    }
}
