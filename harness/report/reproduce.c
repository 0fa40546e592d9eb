#include "reproduce.h"

#include "exchange.h"
#include "scenario/target.h"

#include <string.h>

enum { OCTETS_MOST = 16384, PAUSE_MS = 200, END_MS = 1000, WAIT_MOST_MS = 20000 };

/* The one connection that is sent again. */
struct script {
    const struct result *result;
    const char *connection; /* NULL: the main one */
    struct endpoint to;
    bool starttls; /* openssl does what comes before the handshake */
    int64_t waited_ms;
};

static bool on_connection(const struct script *s, const struct event *e)
{
    return e->connection == s->connection || (e->connection && s->connection && !strcmp(e->connection, s->connection));
}

/* The connection that decided, else the first that was made. */
static void choose_connection(struct script *s)
{
    const struct event *chosen = NULL;
    for (const struct event *e = s->result->transcript.first; e; e = e->next)
        if (!chosen || (e->deciding && !chosen->deciding))
            chosen = e;
    s->connection = chosen ? chosen->connection : NULL;
}

static bool is_line(struct bytes octets, const char *verb)
{
    size_t lf = bytes_find_octet(octets, '\n');
    return lf + 1 == octets.len && bytes_starts_nocase(octets, bytes_string(verb));
}

/* Before the handshake openssl greets and sends STARTTLS itself: nothing else may have been sent. */
static bool is_usual_start(const struct script *s)
{
    for (const struct event *e = s->result->transcript.first; e && e->kind != EVENT_TLS; e = e->next)
        if (on_connection(s, e) && e->kind == EVENT_CLIENT && !is_line(e->octets, "EHLO ") &&
            !is_line(e->octets, "LHLO ") && !is_line(e->octets, "STARTTLS\r\n"))
            return false;
    return true;
}

/* NULL: it can be done. */
static const char *obstacle(struct script *s)
{
    size_t octets = 0, connects = 0, handshakes = 0;
    bool refused = false;
    for (const struct event *e = s->result->transcript.first; e; e = e->next) {
        if (!on_connection(s, e))
            continue;
        connects += e->kind == EVENT_CONNECT;
        handshakes += e->kind == EVENT_TLS;
        refused |= e->kind == EVENT_TLS && (!e->text || strncmp(e->text, "TLS", 3) != 0);
        octets += e->kind == EVENT_CLIENT ? e->octets.len : 0;
        if (e->kind == EVENT_CLIENT && (e->tail.len || octets > OCTETS_MOST))
            return "What was sent is too long for a command line.";
    }
    if (!octets)
        return "The client sent nothing.";
    if (connects > 1)
        return "The scenario connects more than once.";
    if (refused || handshakes > 1)
        return "No usual tool does what this scenario does with TLS.";
    s->starttls = handshakes && s->to.scheme != SCHEME_SMTPS;
    if (s->starttls && (s->to.scheme == SCHEME_UNIX || !is_usual_start(s)))
        return "Other commands than EHLO and STARTTLS go before the handshake, which openssl cannot do.";
    return NULL;
}

/* As an argument of printf in single quotes, which takes it for a format. */
static void put_octets(struct buffer *out, struct bytes octets)
{
    for (size_t i = 0; i < octets.len; i++) {
        unsigned char c = octets.data[i];
        if (c == '\r' || c == '\n')
            buffer_add_string(out, c == '\r' ? "\\r" : "\\n");
        else if (c == '%')
            buffer_add_string(out, "%%");
        else if (c == '\\' || c == '\'' || !octet_is_print(c))
            buffer_printf(out, "\\%03o", c);
        else
            buffer_add_octet(out, c);
    }
}

static void put_pause(struct script *s, struct buffer *out, int64_t ms)
{
    ms = ms > WAIT_MOST_MS ? WAIT_MOST_MS : ms;
    s->waited_ms += ms;
    buffer_printf(out, "  sleep %lld.%lld\n", (long long)(ms / 1000), (long long)(ms % 1000 / 100));
}

/* What is sent, a portion a line, and a pause where the client waited for something: at least a fifth of a second. */
static void put_portions(struct script *s, struct buffer *out)
{
    bool sending = !s->starttls && s->to.scheme != SCHEME_SMTPS, open = false;
    int64_t last_ns = 0;
    bool waited = false;
    for (const struct event *e = s->result->transcript.first; e; e = e->next) {
        if (!on_connection(s, e))
            continue;
        sending |= e->kind == EVENT_TLS;
        waited |= e->kind != EVENT_CLIENT;
        if (!sending || e->kind != EVENT_CLIENT)
            continue;
        if (waited || !open) {
            int64_t gap = (e->ns - last_ns) / 1000000;
            buffer_add_string(out, open ? "'\n" : "");
            if (waited)
                put_pause(s, out, gap > PAUSE_MS ? gap + PAUSE_MS : PAUSE_MS);
            buffer_add_string(out, "  printf '");
            open = true;
        }
        put_octets(out, e->octets);
        last_ns = e->ns;
        waited = false;
    }
    buffer_add_string(out, open ? "'\n" : "");
}

static void put_quoted(struct buffer *out, const char *text)
{
    buffer_add_octet(out, '\'');
    for (; *text; text++) {
        if (*text == '\'')
            buffer_add_string(out, "'\\''");
        else
            buffer_add_octet(out, (unsigned char)*text);
    }
    buffer_add_octet(out, '\'');
}

static void put_program(const struct script *s, struct buffer *out)
{
    const struct endpoint *to = &s->to;
    buffer_printf(out, "timeout %d ", (int)(s->waited_ms / 1000) + 6);
    if (to->scheme == SCHEME_UNIX) {
        buffer_add_string(out, "nc -U ");
        put_quoted(out, to->path);
    } else if (s->starttls || to->scheme == SCHEME_SMTPS) {
        bool six = strchr(to->host, ':') != NULL;
        buffer_printf(out, "openssl s_client -quiet%s -connect %s%s%s:%s 2>/dev/null",
                      !s->starttls ? ""
                      : to->lmtp   ? " -starttls lmtp"
                                   : " -starttls smtp",
                      six ? "[" : "", to->host, six ? "]" : "", to->port);
    } else {
        buffer_printf(out, "nc %s %s", to->host, to->port);
    }
    buffer_add_octet(out, '\n');
}

static bool is_safe_text(const char *text)
{
    for (; *text; text++)
        if (!octet_is_print((unsigned char)*text))
            return false;
    return true;
}

bool reproduce_command(const struct run *run, const struct result *r, struct buffer *out, const char **why)
{
    struct script s = {.result = r};
    struct arena *arena = arena_new();
    *why = "There is no memory for it.";
    if (arena && run->endpoint && endpoint_parse(arena, run->endpoint, &s.to, NULL)) {
        choose_connection(&s);
        if (s.to.scheme == SCHEME_EXEC || (s.to.path && !is_safe_text(s.to.path)))
            *why = "The target is a program, not an address.";
        else
            *why = obstacle(&s);
        if (!*why) {
            buffer_add_string(out, "{\n");
            put_portions(&s, out);
            put_pause(&s, out, END_MS);
            buffer_add_string(out, "} | ");
            put_program(&s, out);
        }
    } else if (arena) {
        *why = "The results do not tell the address of the server.";
    }
    arena_free(arena);
    return !*why;
}
