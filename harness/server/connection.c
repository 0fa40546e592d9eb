#include "server_internal.h"

#include "base/clock.h"
#include "base/text.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { READ_SIZE = 32768, WRITE_SIZE = 8192, LINGER_MS = 1000, EARLY_MS = 100, SHOWN = 300, TLS_HANDSHAKE = 0x16 };

/* Milliseconds of the styles that wait. */
enum { SLOW_MS = 200, BETWEEN_MS = 10, GREETING_MS = 500, CLOSE_MS = 500 };

/* One connection while it is served. */
struct connection {
    struct slot *slot;
    struct server *server;
    struct net *net;
    struct session *session;
    struct buffer out;
    char peer[80];      /* address literal */
    int64_t timeout_ms; /* of the options */
    int64_t deadline;   /* for what the client is to do next */
    bool lost;          /* the client went without QUIT */
    const char *why;    /* how it ended, for the log */
    struct error error;
};

/* "127.0.0.1:25" to "[127.0.0.1]", "[::1]:25" to "[IPv6:::1]"; false for a Unix socket. */
static bool address_literal(const char *peer, char *out, size_t size)
{
    const char *colon = strrchr(peer, ':');
    if (!colon || peer[0] == '/')
        return false;
    int len = (int)(colon - peer);
    if (peer[0] == '[')
        snprintf(out, size, "[IPv6:%.*s", len - 1, peer + 1);
    else
        snprintf(out, size, "[%.*s]", len, peer);
    return true;
}

/* RFC 5322 section 3.3, in local time with its offset, whatever the locale. */
static void write_date(void *context, char *out, size_t size)
{
    static const char days[] = "SunMonTueWedThuFriSat", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    (void)context;
    time_t now = time(NULL);
    struct tm t;
    localtime_r(&now, &t);
    long offset = t.tm_gmtoff / 60;
    long minutes = labs(offset);
    snprintf(out, size, "%.3s, %02d %.3s %04d %02d:%02d:%02d %c%02ld%02ld", days + (size_t)t.tm_wday * 3, t.tm_mday,
             months + (size_t)t.tm_mon * 3, t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec, offset < 0 ? '-' : '+',
             minutes / 60, minutes % 60);
}

static void log_delivery(struct connection *c, const struct delivery *d, enum delivery_status status)
{
    struct buffer line = {0};
    const struct envelope *e = d->envelope;
    text_visible(&line, e->reverse_path, SHOWN);
    buffer_add_string(&line, " to ");
    text_visible(&line, e->recipients[d->first].path, SHOWN);
    if (d->count > 1)
        buffer_printf(&line, " and %zu more", d->count - 1);
    server_log(c->server, "session %llu: %s from %s, %zu octets", (unsigned long long)c->slot->number,
               status != DELIVERY_DONE ? "could not store message"
               : d->notification       ? "notification"
                                       : "message",
               buffer_string(&line), d->content.len);
    buffer_free(&line);
}

static enum delivery_status store(void *context, const struct delivery *d)
{
    struct connection *c = context;
    enum delivery_status status = c->server->maildir ? maildir_deliver(c->server->maildir, d) : DELIVERY_DONE;
    if (status == DELIVERY_DONE && !d->notification)
        atomic_fetch_add(&c->server->messages, 1);
    log_delivery(c, d, status);
    return status;
}

static void log_octets(struct connection *c, const char *way, struct bytes octets)
{
    if (!c->server->options.verbose || octets.len == 0)
        return;
    struct buffer line = {0};
    text_visible(&line, octets, SHOWN);
    server_log(c->server, "session %llu: %s %s", (unsigned long long)c->slot->number, way, buffer_string(&line));
    buffer_free(&line);
}

static bool has(const struct connection *c, enum defect d)
{
    return c->server->session.defect == d;
}

static bool wrong(struct connection *c, enum net_status status, const char *what)
{
    c->lost = status == NET_FIN || status == NET_RST;
    if (has(c, DEFECT_DIES_OF_DISCONNECT) || (net_is_tls(c->net) && has(c, DEFECT_DIES_OF_TLS_FAILURE)))
        server_die(c->server);
    switch (status) {
    case NET_FIN:
        c->why = "closed by the client";
        break;
    case NET_RST:
        c->why = "reset by the client";
        break;
    case NET_TIMEOUT:
        c->why = what;
        break;
    default:
        c->why = c->error.text;
        break;
    }
    return false;
}

/* Waits until the kernel has room. net_write would wait too, but takes in and keeps what the client sends meanwhile,
 * and a client that sends without end and never reads is to be held up, not to be remembered. */
static enum net_status wait_for_room(struct connection *c, int64_t deadline)
{
    struct pollfd p = {.fd = net_fd(c->net), .events = POLLOUT};
    while (poll(&p, 1, clock_left(deadline)) < 1)
        if (clock_left(deadline) == 0)
            return NET_TIMEOUT;
    return NET_OK;
}

/* Octets that go in one write. */
static size_t piece_length(enum style style, struct bytes rest)
{
    size_t at;
    switch (style) {
    case STYLE_OCTETS:
        return 1;
    case STYLE_LINES:
        at = bytes_find_octet(rest, '\n');
        return at == BYTES_NONE ? rest.len : at + 1;
    case STYLE_SPLIT_CRLF:
        at = bytes_find_octet(rest, '\r');
        return at == BYTES_NONE ? rest.len : at + 1;
    default:
        return WRITE_SIZE;
    }
}

/* Writes what the session said, in one write unless it is long or a style asks for another way. */
static bool write_out(struct connection *c)
{
    struct bytes rest = buffer_bytes(&c->out);
    enum style style = c->server->session.style;
    int64_t deadline = clock_deadline(c->timeout_ms);
    log_octets(c, "<", rest);
    if (rest.len && style == STYLE_SLOW)
        clock_sleep_ms(SLOW_MS);
    while (rest.len) {
        size_t written = 0;
        struct bytes piece = bytes_slice(rest, 0, piece_length(style, rest));
        enum net_status status = wait_for_room(c, deadline);
        if (status == NET_OK)
            status = net_write(c->net, piece, &written, deadline, &c->error);
        if (status != NET_OK)
            return wrong(c, status, "the client did not read");
        rest = bytes_from(rest, piece.len);
        if (rest.len && (style == STYLE_LINES || style == STYLE_SPLIT_CRLF))
            clock_sleep_ms(BETWEEN_MS);
    }
    buffer_clear(&c->out);
    return true;
}

static bool end_session(struct connection *c, const char *enhanced, const char *text, const char *why)
{
    session_end(c->session, enhanced, text, &c->out);
    if (write_out(c))
        c->why = why;
    return false;
}

/* A defect: what comes in clear before the ClientHello is read, and kept by the session. */
static void read_clear_text(struct connection *c)
{
    unsigned char first = 0, space[SHOWN];
    struct pollfd p = {.fd = net_fd(c->net), .events = POLLIN};
    int64_t deadline = clock_deadline(c->timeout_ms);
    size_t got, used;
    while (poll(&p, 1, clock_left(deadline)) == 1 && recv(p.fd, &first, 1, MSG_PEEK) == 1 && first != TLS_HANDSHAKE &&
           net_read(c->net, space, sizeof space, &got, deadline, &c->error) == NET_OK)
        session_feed(c->session, bytes_of(space, got), &used, &c->out);
}

static bool shake_hands(struct connection *c)
{
    if (c->session && has(c, DEFECT_STARTTLS_KEEPS_PLAINTEXT))
        read_clear_text(c);
    enum net_status status =
        net_tls_start(c->net, c->server->tls, NULL, (struct bytes){0}, clock_deadline(c->timeout_ms), &c->error);
    if (status == NET_OK)
        return true;
    c->why = "the TLS handshake failed";
    if (has(c, DEFECT_DIES_OF_TLS_FAILURE))
        server_die(c->server);
    return false;
}

static void tell_cipher(struct connection *c)
{
    struct net_tls_facts facts;
    if (net_tls_facts(c->net, &facts))
        session_tls_cipher(c->session, facts.cipher);
}

/* What to feed at once: all, or under one style a line, so that no replies are gathered. */
static struct bytes next_piece(const struct connection *c, struct bytes in)
{
    size_t at = c->server->session.style == STYLE_APART ? bytes_find_octet(in, '\n') : BYTES_NONE;
    return at == BYTES_NONE ? in : bytes_slice(in, 0, at + 1);
}

/* Feeds all that was read. False: the connection ends. */
static bool feed(struct connection *c, struct bytes in)
{
    while (in.len) {
        size_t used;
        enum session_event event = session_feed(c->session, next_piece(c, in), &used, &c->out);
        in = bytes_from(in, used);
        if (!write_out(c))
            return false;
        if (event == SESSION_CLOSE) {
            c->why = "done";
            return false;
        }
        if (event == SESSION_TLS) {
            in = (struct bytes){0}; /* what came in clear behind STARTTLS */
            if (!shake_hands(c) || session_tls_started(c->session, &c->out) == SESSION_CLOSE || !write_out(c))
                return false;
            tell_cipher(c);
        }
    }
    return true;
}

/* The time-out for a command counts from the last whole one, for a message from its last octet. */
static void set_deadline(struct connection *c, uint64_t *progress)
{
    uint64_t now = session_progress(c->session);
    if (session_in_payload(c->session) || now != *progress)
        c->deadline = clock_deadline(c->timeout_ms);
    *progress = now;
}

static bool read_and_feed(struct connection *c, unsigned char *space)
{
    size_t got;
    enum net_status status = net_read(c->net, space, READ_SIZE, &got, c->deadline, &c->error);
    if (atomic_load(&c->server->stopping))
        return end_session(c, "4.3.2", "is shutting down", "server stopped");
    if (status == NET_TIMEOUT)
        return end_session(c, "4.4.2", "waited too long", "timed out");
    if (status != NET_OK)
        return wrong(c, status, "timed out");
    if (!session_in_payload(c->session))
        log_octets(c, ">", bytes_of(space, got));
    return feed(c, bytes_of(space, got));
}

/* Half-closes and waits for the client's FIN: to close with input unread would send RST and could take the last reply
 * back. */
static void linger(struct connection *c, unsigned char *space)
{
    size_t got;
    int64_t deadline = clock_deadline(LINGER_MS);
    if (net_half_close(c->net, deadline) != NET_OK)
        return;
    while (net_read(c->net, space, READ_SIZE, &got, deadline, NULL) == NET_OK)
        ;
}

static bool open_session(struct connection *c)
{
    struct session_config config = c->server->session;
    config.lmtp = c->slot->kind == PORT_LMTP;
    config.tls = net_is_tls(c->net);
    config.peer = address_literal(net_peer(c->net), c->peer, sizeof c->peer) ? c->peer : NULL;
    config.seed = c->server->options.seed + c->slot->number;
    config.date = write_date;
    config.deliver = store;
    config.context = c;
    c->session = session_new(&config);
    return c->session != NULL;
}

/* Defects that stand between connections. False: this one is not served. */
static bool admitted(struct connection *c)
{
    struct server *s = c->server;
    if (has(c, DEFECT_ONE_CLIENT_AT_A_TIME))
        pthread_mutex_lock(&s->turn);
    return !has(c, DEFECT_LOST_CLIENT_BLOCKS) || !atomic_load(&s->client_lost);
}

static void left(struct connection *c)
{
    struct server *s = c->server;
    if (c->lost)
        atomic_store(&s->client_lost, true);
    if (has(c, DEFECT_ONE_CLIENT_AT_A_TIME))
        pthread_mutex_unlock(&s->turn);
}

/* Defects that come before the greeting. */
static void spoil(struct connection *c, unsigned char *space)
{
    static const struct bytes commands = {(const unsigned char *)"HELO lost\r\nMAIL FROM:<>\r\n", 25};
    size_t got;
    if (has(c, DEFECT_EARLY_COMMAND_DROPPED))
        (void)net_read(c->net, space, READ_SIZE, &got, clock_deadline(EARLY_MS), NULL);
    if (has(c, DEFECT_LOST_TRANSACTION_SURVIVES) && atomic_load(&c->server->client_lost)) {
        for (struct bytes rest = commands; rest.len > 0; rest = bytes_from(rest, got))
            session_feed(c->session, rest, &got, &c->out);
        buffer_clear(&c->out);
    }
}

static void serve(struct connection *c)
{
    unsigned char *space = malloc(READ_SIZE);
    uint64_t progress = 0;
    c->why = "out of memory";
    if (!space || (c->slot->kind == PORT_SMTPS && !shake_hands(c)) || !open_session(c))
        goto out;
    tell_cipher(c);
    spoil(c, space);
    session_greet(c->session, &c->out);
    if (c->server->session.style == STYLE_LATE_GREETING)
        clock_sleep_ms(GREETING_MS);
    c->deadline = clock_deadline(c->timeout_ms);
    if (!write_out(c))
        goto out;
    c->why = "turned away";
    while (!session_over(c->session) && read_and_feed(c, space))
        set_deadline(c, &progress);
    if (c->server->session.style == STYLE_LATE_CLOSE)
        clock_sleep_ms(CLOSE_MS);
    if (c->server->session.style != STYLE_CLOSE_AT_ONCE)
        linger(c, space);
out:
    free(space);
}

void *connection_run(void *argument)
{
    struct slot *slot = argument;
    struct server *s = slot->server;
    struct connection c = {.slot = slot, .server = s, .timeout_ms = (int64_t)s->options.timeout_s * 1000};
    int64_t start = clock_ms();
    c.net = net_adopt(slot->fd);
    if (c.net) {
        char peer[128];
        snprintf(peer, sizeof peer, "%s", net_peer(c.net)[0] ? net_peer(c.net) : "a local client");
        if (admitted(&c))
            serve(&c);
        left(&c);
        if (s->session.defect == DEFECT_LEAK_DESCRIPTOR && strcmp(c.why, "done") != 0)
            atomic_store(&s->lost_descriptor, dup(slot->fd));
        server_log(s, "session %llu: %s with %s%s, %llu message%s, %lld ms, %s", (unsigned long long)slot->number,
                   slot->kind == PORT_LMTP ? "LMTP" : "SMTP", peer, net_is_tls(c.net) ? " over TLS" : "",
                   (unsigned long long)(c.session ? session_messages(c.session) : 0),
                   c.session && session_messages(c.session) == 1 ? "" : "s", (long long)(clock_ms() - start), c.why);
    }
    pthread_mutex_lock(&s->lock);
    slot->fd = -1; /* nobody may shut down a number that is about to be somebody else's */
    pthread_mutex_unlock(&s->lock);
    net_free(c.net);
    session_free(c.session);
    buffer_free(&c.out);
    pthread_mutex_lock(&s->lock);
    slot->state = SLOT_DONE;
    pthread_cond_signal(&s->ended);
    pthread_mutex_unlock(&s->lock);
    return NULL;
}
