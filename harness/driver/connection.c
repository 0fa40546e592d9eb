#include "connection.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>

enum { READ_SIZE = 16384, DRAIN_LATE = 64 };

static const struct endpoint *endpoint_of(const struct target *t, bool implicit_tls)
{
    return implicit_tls && t->endpoint.scheme != SCHEME_SMTPS ? &t->implicit_tls : &t->endpoint;
}

static struct net_address address_of(const struct target *t, const struct endpoint *e)
{
    struct net_address a = {.source = t->source_address, .family = t->family};
    if (e->scheme == SCHEME_UNIX) {
        a.unix_path = e->path;
    } else if (e->scheme == SCHEME_EXEC) {
        a.command = e->path;
        a.directory = t->directory;
    } else {
        a.host = e->host;
        a.port = e->port;
    }
    return a;
}

static bool proxy_send(struct connection *c, struct error *e)
{
    const struct target *t = c->drive->target;
    if (t->proxy == PROXY_NONE)
        return true;
    struct buffer header = {0};
    const char *source = t->proxy_source ? t->proxy_source : "192.0.2.1";
    bool good = net_proxy_header(&header, t->proxy == PROXY_V1 ? 1 : 2, source, c->net, e);
    if (good) {
        size_t written;
        recorder_octets(c->recorder, EVENT_CLIENT, c->name, false, buffer_bytes(&header));
        good = net_write(c->net, buffer_bytes(&header), &written,
                         drive_deadline(c->drive, c->drive->options.timeout_ms), e) == NET_OK;
    }
    buffer_free(&header);
    return good;
}

static void tls_record(struct connection *c)
{
    struct net_tls_facts facts;
    if (c->recorder && net_tls_facts(c->net, &facts))
        recorder_text(c->recorder, EVENT_TLS, c->name, "%s, %s, certificate %s, verified: %s", facts.version,
                      facts.cipher, facts.subject, facts.verified);
}

static enum net_status handshake(struct connection *c, struct bytes early, struct error *e)
{
    const struct target *t = c->drive->target;
    const char *name = t->tls.name ? t->tls.name : t->endpoint.host;
    enum net_status status =
        net_tls_start(c->net, c->drive->tls, name, early, drive_deadline(c->drive, c->drive->options.timeout_ms), e);
    if (status == NET_OK)
        tls_record(c);
    else
        recorder_text(c->recorder, EVENT_TLS, c->name, "handshake refused: %s",
                      e && e->text[0] ? e->text : "the connection was closed");
    return status;
}

struct connection *connection_open(struct drive *d, bool implicit_tls, const char *name, struct recorder *recorder,
                                   struct check_tally *tally, enum net_status *status, struct error *e)
{
    *status = NET_FAILED;
    struct connection *c = malloc(sizeof *c);
    if (!c) {
        error_set(e, "no memory for a connection");
        return NULL;
    }
    *c = (struct connection){.drive = d, .recorder = recorder, .tally = tally, .name = name};
    struct net_address address = address_of(d->target, endpoint_of(d->target, implicit_tls));
    drive_pace(d);
    c->net = net_connect(&address, drive_deadline(d, d->options.timeout_ms), status, e);
    if (!c->net) {
        recorder_text(recorder, EVENT_CONNECT, name, "%s", e ? e->text : "failed");
        connection_free(c);
        return NULL;
    }
    recorder_text(recorder, EVENT_CONNECT, name, "%s from %s", net_peer(c->net), net_local(c->net));
    if (!proxy_send(c, e)) {
        *status = NET_FAILED;
        connection_free(c);
        return NULL;
    }
    dialog_begin(&c->dialog, d->target->endpoint.lmtp);
    *status = NET_OK;
    return c;
}

enum net_status connection_tls_at_once(struct connection *c, struct error *e)
{
    return handshake(c, (struct bytes){0}, e);
}

void connection_free(struct connection *c)
{
    if (!c)
        return;
    if (c->net)
        net_free(c->net);
    buffer_free(&c->in);
    buffer_free(&c->raw);
    buffer_free(&c->ehlo);
    dialog_free(&c->dialog);
    free(c);
}

/* One write of what was recorded and followed already. */
static bool write_out(struct connection *c, struct bytes octets)
{
    struct error e = {0};
    size_t written = 0;
    enum net_status status =
        net_write(c->net, octets, &written, drive_deadline(c->drive, c->drive->options.timeout_ms), &e);
    if (status == NET_OK)
        return true;
    recorder_text(c->recorder, EVENT_NOTE, c->name, "only %zu of %zu octets could be sent: %s", written, octets.len,
                  status == NET_TIMEOUT ? "the server did not read them in time" : "the connection was closed");
    return false;
}

bool connection_send_in_parts(struct connection *c, struct bytes octets, const struct writing *w)
{
    if (!c->net || c->half_closed)
        return false;
    c->client_event = recorder_octets(c->recorder, EVENT_CLIENT, c->name, net_is_tls(c->net), octets);
    dialog_sent(&c->dialog, octets);
    if (!w->dribble && w->split_count == 0)
        return write_out(c, octets);
    recorder_text(c->recorder, EVENT_NOTE, c->name, "sent in %s",
                  w->dribble ? "writes of one octet" : "several writes");
    size_t from = 0, cut = 0;
    while (from < octets.len) {
        size_t to = octets.len;
        if (w->dribble) {
            to = from + 1;
        } else {
            for (; cut < w->split_count; cut++) {
                int64_t at = w->split[cut] < 0 ? (int64_t)octets.len + w->split[cut] : w->split[cut];
                if (at > (int64_t)from && at < (int64_t)octets.len) {
                    to = (size_t)at;
                    break;
                }
            }
        }
        if (!write_out(c, bytes_slice(octets, from, to - from)))
            return false;
        from = to;
        if (from < octets.len)
            drive_sleep(c->drive, w->delay_ms);
    }
    return true;
}

bool connection_send(struct connection *c, struct bytes octets)
{
    return connection_send_in_parts(c, octets, &(struct writing){0});
}

bool connection_command(struct connection *c, const char *format, ...)
{
    struct buffer line = {0};
    va_list args;
    va_start(args, format);
    buffer_vprintf(&line, format, args);
    va_end(args);
    buffer_add_string(&line, "\r\n");
    bool good = !buffer_failed(&line) && connection_send(c, buffer_bytes(&line));
    buffer_free(&line);
    return good;
}

static void reply_judge(struct connection *c, int asked, bool payload)
{
    if (!c->tally || (c->tls_awaited && !net_is_tls(c->net)))
        return;
    struct check_context context = {.reply = &c->reply,
                                    .asked = asked,
                                    .certain = c->dialog.certain && !c->half_closed,
                                    .payload = payload,
                                    .utf8 = c->dialog.utf8,
                                    .enhanced_offered = connection_offers(c, "ENHANCEDSTATUSCODES")};
    checks_judge(c->tally, &context);
}

static void ledger_note(struct connection *c)
{
    struct ledger *l = &c->ledger;
    if (!l->open)
        return;
    if (!l->inside)
        l->elsewhere++;
    if (l->noted == LEDGER_NOTED)
        return;
    struct buffer text = {0};
    struct bytes rest = c->reply.raw, line;
    bytes_next_line(&rest, &line);
    text_visible(&text, line, LEDGER_TEXT - 24);
    snprintf(l->replies[l->noted++], LEDGER_TEXT, "%s", buffer_string(&text));
    buffer_free(&text);
}

int64_t ledger_count(const struct connection *c)
{
    return (int64_t)(c->replies - c->ledger.at - c->ledger.elsewhere);
}

/* A whole reply stands in the first `len` octets of `in`. */
static void reply_accept(struct connection *c, size_t len)
{
    buffer_clear(&c->raw);
    buffer_add(&c->raw, bytes_slice(buffer_bytes(&c->in), 0, len));
    buffer_consume(&c->in, len);
    c->scanned = 0;
    reply_parse(buffer_bytes(&c->raw), &c->reply);
    c->replies++;
    ledger_note(c);
    bool payload = dialog_payload_owed(&c->dialog);
    bool certain = c->dialog.certain;
    int asked = dialog_reply(&c->dialog, &c->reply);
    c->asked = certain ? asked : ASKED_NOTHING;
    if (c->reply.code == 235 && (asked == VERB_AUTH || asked == ASKED_SASL))
        c->authenticated = true;
    reply_judge(c, asked, payload);
    if (asked == VERB_STARTTLS && c->reply.code == 220)
        c->tls_awaited = true;
    if (!asked_hello(asked) || c->reply.code != 250)
        return;
    c->hello = true;
    buffer_clear(&c->ehlo);
    if (asked != VERB_HELO)
        buffer_add(&c->ehlo, buffer_bytes(&c->raw));
}

static enum reply_status reply_scan(struct connection *c)
{
    size_t used = 0;
    enum reply_status status = REPLY_MORE;
    struct bytes fresh = bytes_from(buffer_bytes(&c->in), c->scanned);
    if (fresh.len > 0)
        status = reply_read(&c->reader, fresh, &used);
    c->scanned = status == REPLY_MORE ? c->in.len : c->scanned + used;
    return status;
}

static enum net_status octets_read(struct connection *c, int64_t deadline)
{
    struct error e = {0};
    unsigned char *at = buffer_reserve(&c->in, READ_SIZE);
    size_t got = 0;
    if (!at)
        return NET_FAILED;
    enum net_status status = net_read(c->net, at, READ_SIZE, &got, deadline, &e);
    if (status == NET_OK) {
        c->in.len += got;
        c->server_event = recorder_octets(c->recorder, EVENT_SERVER, c->name, net_is_tls(c->net), bytes_of(at, got));
    } else if (status != NET_TIMEOUT) {
        c->at_end = true;
        c->ended = status == NET_FIN ? OBSERVED_FIN : OBSERVED_RST;
        c->close_event = recorder_text(c->recorder, EVENT_CLOSE, c->name, "%s",
                                       status == NET_FIN   ? "server FIN"
                                       : status == NET_RST ? "server RST"
                                                           : e.text);
    }
    return status;
}

static enum taken observe(struct connection *c, enum taken taken, enum observed kind, int64_t began)
{
    c->last = (struct observation){.kind = kind, .reply = &c->reply, .ms = clock_ms() - began};
    c->observed = true;
    return taken;
}

enum taken connection_take(struct connection *c, int64_t deadline)
{
    int64_t began = clock_ms();
    for (;;) {
        switch (reply_scan(c)) {
        case REPLY_DONE:
            reply_accept(c, c->scanned);
            return observe(c, TAKEN_REPLY, OBSERVED_REPLY, began);
        case REPLY_LIMIT:
            return observe(c, TAKEN_ENDLESS, OBSERVED_SILENCE, began);
        case REPLY_MORE:
            break;
        }
        if (c->at_end || !c->net)
            return observe(c, TAKEN_CLOSE, c->net ? c->ended : OBSERVED_FIN, began);
        if (octets_read(c, deadline) == NET_TIMEOUT)
            return observe(c, TAKEN_TIMEOUT, OBSERVED_SILENCE, began);
    }
}

enum taken connection_take_soon(struct connection *c)
{
    return connection_take(c, drive_deadline(c->drive, c->drive->options.timeout_ms));
}

/* A close that a 421 announced is no news. */
static struct event *deciding_event(const struct connection *c)
{
    bool goodbye = c->replies > 0 && c->reply.code == 421;
    if (c->observed && (c->last.kind == OBSERVED_FIN || c->last.kind == OBSERVED_RST) && !goodbye && c->close_event)
        return c->close_event;
    if (c->observed && c->last.kind == OBSERVED_SILENCE && !connection_has_octets(c) && c->client_event)
        return c->client_event;
    return c->server_event;
}

void connection_decide(const struct connection *c)
{
    struct event *e = deciding_event(c);
    if (e)
        e->deciding = true;
}

bool connection_has_octets(const struct connection *c)
{
    return c->in.len > 0;
}

bool connection_drain(struct connection *c, int64_t deadline)
{
    struct observation last = c->last;
    enum taken taken;
    bool inside = c->ledger.inside;
    c->ledger.inside = true; /* what nobody reads belongs to the counted steps */
    /* Octets that are there are read even when the time is up, but a server that never stops is left alone then. */
    int late = 0;
    do {
        taken = connection_take(c, deadline);
        late += clock_left(deadline) == 0;
    } while (taken == TAKEN_REPLY && late < DRAIN_LATE);
    c->ledger.inside = inside;
    c->last = last;
    return taken == TAKEN_CLOSE;
}

enum net_status connection_start_tls(struct connection *c, struct error *e)
{
    if (!c->net)
        return NET_FIN;
    enum net_status status = handshake(c, buffer_bytes(&c->in), e);
    buffer_clear(&c->in);
    c->scanned = 0;
    c->reader = (struct reply_reader){0};
    if (status == NET_OK) {
        c->hello = c->authenticated = false;
        buffer_clear(&c->ehlo); /* RFC 3207 section 4.2: what was learnt before is forgotten */
        dialog_tls(&c->dialog);
    } else {
        c->at_end = true;
        c->ended = status == NET_RST ? OBSERVED_RST : OBSERVED_FIN;
    }
    return status;
}

void connection_half_close(struct connection *c)
{
    if (!c->net || c->half_closed)
        return;
    net_half_close(c->net, drive_deadline(c->drive, c->drive->options.timeout_ms));
    c->half_closed = true;
    recorder_text(c->recorder, EVENT_CLOSE, c->name, "client FIN");
}

void connection_close(struct connection *c)
{
    if (!c->net)
        return;
    connection_half_close(c);
    /* Octets that were received and not read would turn the close into a reset. */
    connection_drain(c, clock_ms());
    net_free(c->net);
    c->net = NULL;
}

void connection_reset(struct connection *c)
{
    if (!c->net)
        return;
    net_reset(c->net);
    recorder_text(c->recorder, EVENT_CLOSE, c->name, "client RST");
    net_free(c->net);
    c->net = NULL;
}

bool connection_is_open(const struct connection *c)
{
    return c->net && !c->half_closed && !c->at_end;
}

bool connection_offers(const struct connection *c, const char *keyword)
{
    struct keyword found;
    return c->ehlo.len > 0 && ehlo_find(buffer_bytes(&c->ehlo), bytes_string(keyword), &found);
}

const char *connection_hello(const struct connection *c)
{
    return c->drive->target->endpoint.lmtp ? "LHLO" : "EHLO";
}
