#include "exchange_internal.h"

#include "base/text.h"
#include "process.h"

#include <stdio.h>
#include <string.h>

enum { READ_SIZE = 16384, SHOWN = 600, SURPLUS_MOST = 4096, SILENT_MOST = 3, PROGRAM_MS = 500 };

const char *ending_name(enum ending e)
{
    static const char *const names[] = {
        [ENDING_CLOSED] = "closed",   [ENDING_EARLY] = "closed early", [ENDING_LEFT] = "left",
        [ENDING_DROPPED] = "dropped", [ENDING_MISSING] = "no reply",   [ENDING_LINGERS] = "not closed",
        [ENDING_NOBODY] = "nobody",   [ENDING_MUTE] = "not greeted",
    };
    return names[e];
}

const char *asked_name(int asked)
{
    switch (asked) {
    case ASKED_NOTHING:
        return "nothing";
    case ASKED_GREETING:
        return "the connection";
    case ASKED_END_OF_DATA:
        return "end of data";
    case ASKED_LAST_CHUNK:
        return "BDAT LAST";
    case ASKED_SASL:
        return "SASL answer";
    default:
        break;
    }
    const struct verb_info *v = verb_info((enum verb)asked);
    return v ? v->name : asked == VERB_PRIVATE ? "private command" : "unknown command";
}

__attribute__((format(printf, 2, 3))) void exchange_note(struct play *p, const char *format, ...)
{
    va_list args;
    if (!p->o->record)
        return;
    buffer_printf(p->o->record, "%8.3f    -- ", (double)(clock_ns() - p->began) / 1e9);
    va_start(args, format);
    buffer_vprintf(p->o->record, format, args);
    va_end(args);
    buffer_add_octet(p->o->record, '\n');
}

void exchange_record(struct play *p, const char *who, struct bytes octets)
{
    struct bytes line;
    if (!p->o->record)
        return;
    while (octets.len > 0) {
        size_t end = bytes_find_octet(octets, '\n');
        line = bytes_slice(octets, 0, end == BYTES_NONE ? octets.len : end + 1);
        octets = bytes_from(octets, line.len);
        buffer_printf(p->o->record, "%8.3f %s%s ", (double)(clock_ns() - p->began) / 1e9,
                      p->net && net_is_tls(p->net) ? "TLS " : "", who);
        text_visible(p->o->record, line, SHOWN);
        buffer_add_octet(p->o->record, '\n');
    }
}

bool exchange_is_sure(const struct play *p)
{
    return p->dialog.certain && !p->bare;
}

void exchange_end(struct play *p, enum ending ending)
{
    if (p->ended)
        return;
    p->ended = true;
    p->out->ending = ending;
}

bool exchange_reply_next(struct play *p)
{
    size_t used = 0;
    struct bytes fresh = bytes_from(buffer_bytes(&p->in), p->scanned);
    enum reply_status status = fresh.len ? reply_read(&p->reader, fresh, &used) : REPLY_MORE;
    if (status == REPLY_MORE) {
        p->scanned = p->in.len;
        return false;
    }
    size_t len = p->scanned + used;
    exchange_reply(p, bytes_slice(buffer_bytes(&p->in), 0, len));
    buffer_consume(&p->in, len);
    p->scanned = 0;
    if (status == REPLY_LIMIT)
        exchange_end(p, ENDING_LEFT);
    return true;
}

/* Replies that must come now: that to a BDAT is due when its chunk is whole. */
static size_t replies_due(const struct dialog *d)
{
    size_t owed = dialog_owed(d);
    return owed > 0 && d->chunk_left > 0 ? owed - 1 : owed;
}

/* Behind our FIN only a QUIT still earns its reply, and that in clear: within TLS many take the end of what they read
 * for the end of what they may write (RFC 5246 section 7.2.1 says so). */
static bool earns_last_reply(const struct play *p)
{
    return p->quit && !net_is_tls(p->net);
}

/* The server closed: what does that say? */
static void closed(struct play *p)
{
    const struct dialog *d = &p->dialog;
    exchange_note(p, "the server closed the connection");
    journal_say(p->o->journal, "closed");
    bool dropped = exchange_is_sure(p) && replies_due(d) > 0 && p->since == 0 &&
                   (!p->half_closed || earns_last_reply(p)) && !p->started_tls && p->last_code != 421 &&
                   p->last_asked != VERB_QUIT;
    if (dropped) {
        p->out->asked = d->owed.data[d->answered];
        p->out->owed = dialog_owed(d);
        exchange_end(p, ENDING_DROPPED);
    } else {
        exchange_end(p, p->half_closed || p->last_asked == VERB_QUIT ? ENDING_CLOSED : ENDING_EARLY);
    }
}

bool exchange_receive(struct play *p, int64_t deadline)
{
    size_t got = 0;
    unsigned char *at = buffer_reserve(&p->in, READ_SIZE);
    enum net_status status = at ? net_read(p->net, at, READ_SIZE, &got, deadline, NULL) : NET_FAILED;
    if (status == NET_TIMEOUT)
        return false;
    if (status == NET_OK)
        p->in.len += got;
    else
        closed(p);
    return true;
}

static void missing(struct play *p)
{
    const struct dialog *d = &p->dialog;
    p->out->asked = d->owed.data[d->answered];
    p->out->owed = dialog_owed(d);
    exchange_note(p, "no reply to %s within %lld ms", asked_name(p->out->asked), (long long)p->o->patience_ms);
    exchange_end(p, ENDING_MISSING);
}

/* For what is owed for certain, or may be owed; a server that said nothing several times is not listened to any more.
 */
static int64_t reply_deadline(const struct play *p)
{
    if (exchange_is_sure(p))
        return clock_deadline(p->o->patience_ms);
    return p->silent < SILENT_MOST ? clock_deadline(p->o->quiet_ms) : 0;
}

void exchange_replies(struct play *p)
{
    struct dialog *d = &p->dialog;
    int64_t began = clock_ms();
    int64_t deadline = reply_deadline(p);
    while (!p->ended && !p->started_tls && replies_due(d) > 0) {
        if (exchange_reply_next(p)) {
            int64_t now = clock_ms();
            if (now - began > p->out->slowest_ms)
                p->out->slowest_ms = now - began;
            began = now;
            p->silent = 0;
            deadline = reply_deadline(p);
        } else if (!exchange_receive(p, deadline)) {
            if (!exchange_is_sure(p)) {
                p->silent++;
                dialog_forgive(d);
                return;
            }
            missing(p);
        }
    }
}

void exchange_look(struct play *p, int64_t wait_ms)
{
    int64_t deadline = wait_ms ? clock_deadline(wait_ms) : 0;
    while (!p->ended && exchange_receive(p, deadline))
        while (!p->ended && exchange_reply_next(p))
            ;
}

/* AUTH has to be the last in a group of commands (RFC 4954 section 4): it may be taken for an answer, or not. */
static bool auth_is_owed(const struct dialog *d)
{
    for (size_t i = d->answered; i < d->owed.len; i++)
        if (d->owed.data[i] == VERB_AUTH)
            return true;
    return false;
}

void exchange_send(struct play *p, struct bytes octets)
{
    size_t written = 0;
    bool auth_before = auth_is_owed(&p->dialog);
    bool in_message = p->dialog.data && p->dialog.certain;
    exchange_record(p, "C:", octets);
    journal_write(p->o->journal, octets);
    envelope_sent(&p->envelope, octets);
    dialog_sent(&p->dialog, octets);
    /* Only CRLF "." CRLF ends a message (RFC 5321 section 4.1.1.4), whatever line ends stand in it: here the strict
     * reading is the right one, and a reply too many is what is looked for. */
    /* Behind a 220 to STARTTLS only a handshake makes sense, and anything may be said to something else. */
    if (p->started_tls || auth_before)
        p->dialog.certain = false;
    if (in_message && !p->dialog.certain)
        p->bare = p->dialog.certain = true;
    p->since = 0;
    enum net_status status = net_write(p->net, octets, &written, clock_deadline(p->o->patience_ms * 2), NULL);
    if (status == NET_TIMEOUT) {
        exchange_note(p, "the server read %zu of %zu octets, and no more", written, octets.len);
        p->out->asked = ASKED_NOTHING;
        exchange_end(p, ENDING_MISSING);
    }
    /* A broken connection shows when it is read, behind what the server said before. */
}

/* Nothing is owed by either side and what was said is known for certain. */
static bool in_step(const struct play *p)
{
    const struct dialog *d = &p->dialog;
    return !p->ended && !p->half_closed && !p->started_tls && d->certain && dialog_owed(d) == 0 &&
           !dialog_payload_owed(d);
}

/* RSET, for the next session on this connection. */
static bool keep_open(struct play *p, struct net **keep)
{
    bool own_login = p->sequence.authenticated && !(p->o->prologue & PROLOGUE_AUTH);
    /* Where a message may have been taken for commands, RSET might get the answer to one of them. */
    if (!keep || !in_step(p) || p->bare || p->out->tls || own_login || p->out->surplus)
        return false;
    p->out->reset = true;
    exchange_send(p, BYTES("RSET\r\n"));
    exchange_replies(p);
    if (!in_step(p) || p->last_code != 250 || p->in.len > 0)
        return false;
    *keep = p->net;
    p->net = NULL;
    exchange_end(p, ENDING_CLOSED);
    return true;
}

/* QUIT where the server can take it, then our FIN, then the server's. What still comes is counted. */
static void finish(struct play *p)
{
    exchange_replies(p);
    if (p->o->slowly)
        exchange_look(p, p->last_code >= 400 ? REFUSED_MS : SLOWLY_MS);
    if (in_step(p) && p->last_asked != VERB_QUIT) {
        p->out->quit = true;
        exchange_send(p, BYTES("QUIT\r\n"));
        exchange_quit_sent(p);
        exchange_replies(p);
    } else if (p->o->quit_alone && (p->dialog.data || p->dialog.chunk_left > 0)) {
        /* A server that took something within a payload for its end is about to say so, and our FIN may stop it. */
        exchange_look(p, p->o->quiet_ms);
    }
    if (p->ended)
        return;
    p->out->fin = !p->half_closed;
    exchange_half_close(p);
    int64_t deadline = clock_deadline(p->o->patience_ms);
    while (!p->ended && p->surplus < SURPLUS_MOST && exchange_receive(p, deadline))
        while (!p->ended && exchange_reply_next(p))
            ;
    exchange_end(p, p->surplus < SURPLUS_MOST ? ENDING_LINGERS : ENDING_LEFT);
}

static bool begin(struct play *p, struct net *ready)
{
    struct linked linked = {.net = ready};
    if (!ready && !link_open(p->link, p->o->prologue, &linked)) {
        snprintf(p->out->reason, sizeof p->out->reason, "%s", linked.reason);
        exchange_note(p, "%s", linked.reason);
        exchange_end(p, linked.nobody ? ENDING_NOBODY : ENDING_MUTE);
        return false;
    }
    p->net = linked.net;
    dialog_begin(&p->dialog, p->o->lmtp);
    p->dialog.told = envelope_told;
    p->dialog.context = &p->envelope;
    p->dialog.answered = p->dialog.owed.len; /* the greeting was read */
    p->sequence = (struct sequence){.lmtp = p->o->lmtp, .authenticated = (p->o->prologue & PROLOGUE_AUTH) != 0};
    exchange_note(p, "%s%s", ready ? "goes on with " : "connected to ", net_peer(p->net));
    if (ready)
        exchange_look(p, 0);
    return true;
}

/* A message may have been taken whose reply was not read. */
static void promises_close(struct play *p)
{
    const struct dialog *d = &p->dialog;
    for (size_t i = d->answered; i < d->owed.len; i++)
        p->out->promises.uncertain |= d->owed.data[i] == ASKED_END_OF_DATA || d->owed.data[i] == ASKED_LAST_CHUNK;
    /* What was taken out of order is a finding of its own, and anything may come of it. */
    p->out->promises.uncertain |= p->out->order != NULL;
    p->out->promises.uncertain |=
        p->out->ending == ENDING_NOBODY || p->out->ending == ENDING_MUTE || !exchange_is_sure(p);
}

/* A program of our own that closed: why? */
static void program_look(struct play *p)
{
    enum ending e = p->out->ending;
    if (p->net && net_pid(p->net) && (e == ENDING_CLOSED || e == ENDING_EARLY || e == ENDING_DROPPED))
        p->out->signal = process_fatal_signal(net_pid(p->net), PROGRAM_MS);
}

void exchange_play(struct link *link, const struct script *s, const struct exchange_options *o, struct net *ready,
                   struct net **keep, struct outcome *out)
{
    struct play p = {.o = o, .link = link, .out = out, .last_asked = ASKED_GREETING, .began = clock_ns()};
    struct buffer room = {0};
    struct act act;
    size_t at = 0;
    memset(out, 0, sizeof *out);
    envelope_begin(&p.envelope, o->target, &out->promises);
    if (keep)
        *keep = NULL;
    if (begin(&p, ready)) {
        for (; !p.ended && p.act < o->most_acts && script_next(s, &at, &room, &act); p.act++)
            exchange_act(&p, s, &act);
        out->acts = p.act;
        if (!p.ended && !keep_open(&p, keep))
            finish(&p);
    }
    promises_close(&p);
    program_look(&p);
    net_free(p.net);
    envelope_free(&p.envelope);
    buffer_free(&room);
    buffer_free(&p.in);
    dialog_free(&p.dialog);
}
