#include "exchange.h"

#include "base/text.h"
#include "farewell.h"
#include "flood.h"
#include "process.h"

#include <stdio.h>
#include <string.h>

enum {
    READ_SIZE = 16384,
    SLOWLY_MS = 4,
    REFUSED_MS = 100,
    SHOWN = 600,
    WORDS = 3,
    WORD_MOST = 14,
    SURPLUS_MOST = 4096,
    QUIT_MS = 150,
    BEHIND_QUIT_MS = 20,
    SILENT_MOST = 3,
    ACTS_MOST = 200,
    PROGRAM_MS = 500
};

/* One session while it is played. */
struct play {
    const struct exchange_options *o;
    struct link *link;
    struct outcome *out;
    struct net *net;
    struct dialog dialog;
    struct sequence sequence;
    struct envelope envelope;
    struct reply_reader reader;
    struct buffer in;
    size_t scanned;
    int64_t began;
    size_t since;      /* replies since the last write */
    bool started_tls;  /* STARTTLS was answered 220, the handshake is due */
    bool half_closed;  /* by us */
    bool quit;         /* ... right behind a QUIT, which still earns its reply */
    bool ended;        /* no more can be sent: `out->ending` says why */
    bool refused_data; /* the last DATA was not answered 354 */
    bool given_up;     /* the server refused a payload before its end */
    bool bare;         /* a line end that is none stood in a message: see send_octets */
    bool enhanced;     /* ENHANCEDSTATUSCODES stood in the last EHLO reply */
    bool chunking;     /* CHUNKING did */
    int last_code, last_asked;
    size_t surplus;
    unsigned silent; /* waits in a row, for what may be owed, that brought nothing */
    size_t act;      /* that is being played */
};

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

__attribute__((format(printf, 2, 3))) static void note(struct play *p, const char *format, ...)
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

static void record(struct play *p, const char *who, struct bytes octets)
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

/* What a reply answers can be relied on. Behind a bare line end in a message only their number is. */
static bool sure(const struct play *p)
{
    return p->dialog.certain && !p->bare;
}

static void end(struct play *p, enum ending ending)
{
    if (p->ended)
        return;
    p->ended = true;
    p->out->ending = ending;
}

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
                                    .certain = sure(p) && (!p->half_closed || p->quit),
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
    out->promises.uncertain |= !sure(p) || (p->half_closed && !p->quit);
    if (!sure(p))
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

static void reply_take(struct play *p, struct bytes raw)
{
    struct reply r;
    reply_parse(raw, &r);
    record(p, "S:", raw);
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

/* Takes one whole reply out of what was received. False: there is none yet. */
static bool reply_next(struct play *p)
{
    size_t used = 0;
    struct bytes fresh = bytes_from(buffer_bytes(&p->in), p->scanned);
    enum reply_status status = fresh.len ? reply_read(&p->reader, fresh, &used) : REPLY_MORE;
    if (status == REPLY_MORE) {
        p->scanned = p->in.len;
        return false;
    }
    size_t len = p->scanned + used;
    reply_take(p, bytes_slice(buffer_bytes(&p->in), 0, len));
    buffer_consume(&p->in, len);
    p->scanned = 0;
    if (status == REPLY_LIMIT)
        end(p, ENDING_LEFT);
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
    note(p, "the server closed the connection");
    journal_say(p->o->journal, "closed");
    bool dropped = sure(p) && replies_due(d) > 0 && p->since == 0 && (!p->half_closed || earns_last_reply(p)) &&
                   !p->started_tls && p->last_code != 421 && p->last_asked != VERB_QUIT;
    if (dropped) {
        p->out->asked = d->owed.data[d->answered];
        p->out->owed = dialog_owed(d);
        end(p, ENDING_DROPPED);
    } else {
        end(p, p->half_closed || p->last_asked == VERB_QUIT ? ENDING_CLOSED : ENDING_EARLY);
    }
}

/* False: nothing came before the deadline. */
static bool receive(struct play *p, int64_t deadline)
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
    note(p, "no reply to %s within %lld ms", asked_name(p->out->asked), (long long)p->o->patience_ms);
    end(p, ENDING_MISSING);
}

/* For what is owed for certain, or may be owed; a server that said nothing several times is not listened to any more.
 */
static int64_t reply_deadline(const struct play *p)
{
    if (sure(p))
        return clock_deadline(p->o->patience_ms);
    return p->silent < SILENT_MOST ? clock_deadline(p->o->quiet_ms) : 0;
}

/* Waits for what is owed. */
static void replies_take(struct play *p)
{
    struct dialog *d = &p->dialog;
    int64_t began = clock_ms();
    int64_t deadline = reply_deadline(p);
    while (!p->ended && !p->started_tls && replies_due(d) > 0) {
        if (reply_next(p)) {
            int64_t now = clock_ms();
            if (now - began > p->out->slowest_ms)
                p->out->slowest_ms = now - began;
            began = now;
            p->silent = 0;
            deadline = reply_deadline(p);
        } else if (!receive(p, deadline)) {
            if (!sure(p)) {
                p->silent++;
                dialog_forgive(d);
                return;
            }
            missing(p);
        }
    }
}

/* What is there already, or comes within a time (behind a refusal many servers close, and a loaded one not at once); a
 * close that came before the next write is no drop. */
static void look(struct play *p, int64_t wait_ms)
{
    int64_t deadline = wait_ms ? clock_deadline(wait_ms) : 0;
    while (!p->ended && receive(p, deadline))
        while (!p->ended && reply_next(p))
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

static void send_octets(struct play *p, struct bytes octets)
{
    size_t written = 0;
    bool auth_before = auth_is_owed(&p->dialog);
    bool in_message = p->dialog.data && p->dialog.certain;
    record(p, "C:", octets);
    journal_write(p->o->journal, octets);
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
        note(p, "the server read %zu of %zu octets, and no more", written, octets.len);
        p->out->asked = ASKED_NOTHING;
        end(p, ENDING_MISSING);
    }
    /* A broken connection shows when it is read, behind what the server said before. */
}

static void act_half_close(struct play *p)
{
    if (p->half_closed)
        return;
    net_half_close(p->net, clock_deadline(p->o->patience_ms));
    p->half_closed = true;
    note(p, "client FIN");
    journal_say(p->o->journal, "fin");
}

/* A FIN can make a server drop what it was about to say (asyncio's do), and a reply too many with it: its answer to
 * QUIT comes first, where it does not wait for the FIN itself. An answer that is not 221 is one to something else. */
static void quit_await(struct play *p)
{
    int64_t deadline = clock_deadline(QUIT_MS);
    while (!p->ended && dialog_owed(&p->dialog) > 0)
        if (!reply_next(p) && !receive(p, deadline))
            break;
    p->out->quits++;
    p->out->quits_held += dialog_owed(&p->dialog) > 0;
    if (dialog_owed(&p->dialog) == 0 && p->last_code != 221)
        look(p, BEHIND_QUIT_MS);
}

/* The last thing that was sent is a QUIT. Servers may hold their 221 back until the client's FIN is there (Exim waits
 * 200 ms for it), so that goes out at once; nothing can follow a QUIT but in the same write. */
static void quit_sent(struct play *p)
{
    const struct dialog *d = &p->dialog;
    if (!sure(p) || dialog_owed(d) == 0 || dialog_payload_owed(d) || d->owed.data[d->owed.len - 1] != VERB_QUIT)
        return;
    p->quit = true;
    if (p->o->quit_alone)
        quit_await(p);
    if (!p->ended)
        act_half_close(p);
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
        look(p, p->last_code >= 400 ? REFUSED_MS : SLOWLY_MS);
    if (p->ended || p->half_closed)
        return;
    if (act->octets.len > 0)
        send_octets(p, act->octets);
    if (act->octets.len > 0 && act->wait)
        quit_sent(p);
    if (act->wait)
        replies_take(p);
}

static void act_tls(struct play *p)
{
    struct error e = {0};
    replies_take(p);
    if (p->ended || !p->started_tls || net_is_tls(p->net))
        return;
    enum net_status status = net_tls_start(p->net, link_tls(p->link), link_tls_name(p->link), buffer_bytes(&p->in),
                                           clock_deadline(p->o->patience_ms * 4), &e);
    buffer_clear(&p->in);
    p->scanned = 0;
    p->reader = (struct reply_reader){0};
    p->started_tls = false;
    if (status != NET_OK) {
        note(p, "the TLS handshake failed: %s", e.text);
        end(p, ENDING_LEFT);
        return;
    }
    note(p, "TLS");
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
    replies_take(p);
    bool payload = p->dialog.data || p->dialog.chunk_left > 0;
    p->dialog.certain = false;
    p->since = 0;
    flood_begin(&f, payload ? 0 : p->o->server);
    for (flood_next(&f, &octets); status == NET_OK && !p->ended && p->since == 0 && octets.len > 0;) {
        status = net_write(p->net, buffer_bytes(&octets), &written, f.deadline, NULL);
        f.sent += written;
        look(p, 0);
        flood_next(&f, &octets);
    }
    note(p, "%llu octets without a line end", (unsigned long long)f.sent);
    journal_say(p->o->journal, "flood");
    if (!p->ended && p->since == 0)
        p->out->hoarded_kib = flood_kept(&f);
    p->out->flooded = f.sent;
    /* What it has not read yet is not for it to read any more. */
    net_reset(p->net);
    end(p, ENDING_LEFT);
    buffer_free(&octets);
}

static void act_pause(struct play *p, int64_t ms)
{
    ms = ms < p->o->most_pause_ms ? ms : p->o->most_pause_ms;
    journal_pause(p->o->journal, ms);
    clock_sleep_ms(ms);
}

static void act_play(struct play *p, const struct script *s, const struct act *act)
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
        act_half_close(p);
        break;
    case ACT_RESET:
        net_reset(p->net);
        note(p, "client RST");
        journal_say(p->o->journal, "reset");
        end(p, ENDING_LEFT);
        break;
    case ACT_FLOOD:
        act_flood(p);
        break;
    case ACT_CLOSE:
        note(p, "client closes");
        journal_say(p->o->journal, "close");
        end(p, ENDING_LEFT);
        break;
    }
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
    send_octets(p, BYTES("RSET\r\n"));
    replies_take(p);
    if (!in_step(p) || p->last_code != 250 || p->in.len > 0)
        return false;
    *keep = p->net;
    p->net = NULL;
    end(p, ENDING_CLOSED);
    return true;
}

/* QUIT where the server can take it, then our FIN, then the server's. What still comes is counted. */
static void finish(struct play *p)
{
    replies_take(p);
    if (p->o->slowly)
        look(p, p->last_code >= 400 ? REFUSED_MS : SLOWLY_MS);
    if (in_step(p) && p->last_asked != VERB_QUIT) {
        p->out->quit = true;
        send_octets(p, BYTES("QUIT\r\n"));
        quit_sent(p);
        replies_take(p);
    }
    if (p->ended)
        return;
    p->out->fin = !p->half_closed;
    act_half_close(p);
    int64_t deadline = clock_deadline(p->o->patience_ms);
    while (!p->ended && p->surplus < SURPLUS_MOST && receive(p, deadline))
        while (!p->ended && reply_next(p))
            ;
    end(p, p->surplus < SURPLUS_MOST ? ENDING_LINGERS : ENDING_LEFT);
}

static bool begin(struct play *p, struct net *ready)
{
    struct linked linked = {.net = ready};
    if (!ready && !link_open(p->link, p->o->prologue, &linked)) {
        snprintf(p->out->reason, sizeof p->out->reason, "%s", linked.reason);
        note(p, "%s", linked.reason);
        end(p, linked.nobody ? ENDING_NOBODY : ENDING_MUTE);
        return false;
    }
    p->net = linked.net;
    dialog_begin(&p->dialog, p->o->lmtp);
    p->dialog.told = envelope_told;
    p->dialog.context = &p->envelope;
    p->dialog.answered = p->dialog.owed.len; /* the greeting was read */
    p->sequence = (struct sequence){.lmtp = p->o->lmtp, .authenticated = (p->o->prologue & PROLOGUE_AUTH) != 0};
    note(p, "%s%s", ready ? "goes on with " : "connected to ", net_peer(p->net));
    if (ready)
        look(p, 0);
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
    p->out->promises.uncertain |= p->out->ending == ENDING_NOBODY || p->out->ending == ENDING_MUTE || !sure(p);
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
            act_play(&p, s, &act);
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
