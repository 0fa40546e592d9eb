#include "prologue.h"

#include "auth.h"
#include "base/text.h"
#include "life.h"
#include "refusal.h"

#include <stdio.h>

__attribute__((format(printf, 3, 4))) static bool refuse(struct opening *p, enum verdict verdict, const char *format,
                                                         ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(p->reason, sizeof p->reason, format, args);
    va_end(args);
    p->verdict = verdict;
    return false;
}

/* Nobody is there, or nobody for us: the life of the target decides whose fault that is. */
static bool refuse_connection(struct opening *p, const char *what)
{
    if (life_look(p->drive))
        return refuse(p, VERDICT_BLOCKED, "%s, while another connection was greeted", what);
    return refuse(p, VERDICT_ERROR, "%s, and no other connection is greeted", what);
}

static bool refuse_reply(struct opening *p, const struct connection *c, const char *what)
{
    struct buffer text = {0};
    struct bytes raw = c->reply.raw, line;
    bytes_next_line(&raw, &line);
    text_visible(&text, line, 200);
    refuse(p, VERDICT_BLOCKED, "%s was answered %s", what, buffer_string(&text));
    buffer_free(&text);
    p->overload = c->reply.code == 421;
    p->place = refusal_place(c->asked);
    p->code = c->reply.code;
    return false;
}

/* Reads the reply to `what`; it must be one of two codes. */
static bool answered(struct opening *p, struct connection *c, const char *what, int code, int other)
{
    char text[320];
    switch (connection_take_soon(c)) {
    case TAKEN_REPLY:
        if (c->reply.code == code || c->reply.code == other)
            return true;
        return refuse_reply(p, c, what);
    case TAKEN_CLOSE:
        snprintf(text, sizeof text, "the connection was closed where the reply to %s was due", what);
        return refuse_connection(p, text);
    case TAKEN_ENDLESS:
        return refuse(p, VERDICT_BLOCKED, "%s was answered without an end", what);
    case TAKEN_TIMEOUT:
        break;
    }
    snprintf(text, sizeof text, "%s was not answered within %lld ms", what,
             (long long)drive_ms(p->drive, p->drive->options.timeout_ms));
    return refuse_connection(p, text);
}

static bool greet(struct opening *p, struct connection *c)
{
    char text[128];
    enum taken taken = connection_take_soon(c);
    if (taken == TAKEN_REPLY && c->reply.code == 220)
        return true;
    if (taken == TAKEN_REPLY) {
        refuse_reply(p, c, "the connection");
        p->overload = c->reply.code / 100 == 4;
        return false;
    }
    if (taken == TAKEN_ENDLESS)
        return refuse(p, VERDICT_ERROR, "the greeting has no end");
    snprintf(text, sizeof text,
             taken == TAKEN_CLOSE ? "the connection was closed without a greeting" : "no greeting came within %lld ms",
             (long long)drive_ms(p->drive, p->drive->options.timeout_ms));
    return refuse_connection(p, text);
}

static bool hello(struct opening *p, struct connection *c, bool extended)
{
    const char *verb = extended || p->drive->target->endpoint.lmtp ? connection_hello(c) : "HELO";
    connection_command(c, "%s %s", verb, p->drive->target->hello_name ? p->drive->target->hello_name : "client.test");
    return answered(p, c, verb, 250, 250);
}

static bool start_tls(struct opening *p, struct connection *c)
{
    struct error e = {0};
    if (!hello(p, c, true))
        return false;
    connection_command(c, "STARTTLS");
    if (!answered(p, c, "STARTTLS", 220, 220))
        return false;
    if (connection_start_tls(c, &e) == NET_OK)
        return true;
    return refuse(p, VERDICT_BLOCKED, "the TLS handshake failed: %s", e.text);
}

/* Postfix's XCLIENT: after a 220 the session begins anew with a greeting's state, so EHLO is said again. */
static bool xclient(struct opening *p, struct connection *c)
{
    const struct target *t = p->drive->target;
    if (!t->xclient || !connection_offers(c, "XCLIENT"))
        return true;
    connection_command(c, "XCLIENT ADDR=%s", t->proxy_source ? t->proxy_source : "192.0.2.1");
    return answered(p, c, "XCLIENT", 220, 220) && hello(p, c, true);
}

static bool log_in(struct opening *p, struct connection *c)
{
    const struct target *t = p->drive->target;
    char why[160] = "";
    if (!p->route.auth)
        return true;
    if (!t->user || !t->password)
        return refuse(p, VERDICT_SKIP, "the target file names no credentials");
    if (auth_log_in(c, bytes_string(t->user), bytes_string(t->password), why, sizeof why))
        return true;
    if (c->last.kind != OBSERVED_REPLY || why[0])
        return refuse_connection(p, why[0] ? why : "AUTH was not answered");
    return refuse_reply(p, c, "AUTH");
}

static bool transaction(struct opening *p, struct connection *c)
{
    const struct target *t = p->drive->target;
    if (p->start < START_MAIL)
        return true;
    connection_command(c, "MAIL FROM:<%s>", t->sender ? t->sender : "");
    if (!answered(p, c, "MAIL", 250, 250))
        return false;
    if (p->start < START_RCPT)
        return true;
    if (!t->recipient)
        return refuse(p, VERDICT_SKIP, "the target names no recipient");
    connection_command(c, "RCPT TO:<%s>", t->recipient);
    if (!answered(p, c, "RCPT", 250, 251))
        return false;
    if (p->start < START_DATA)
        return true;
    connection_command(c, "DATA");
    return answered(p, c, "DATA", 354, 354);
}

static bool run(struct opening *p, struct connection *c)
{
    struct error e = {0};
    if (p->route.implicit && connection_tls_at_once(c, &e) != NET_OK) {
        char text[256];
        snprintf(text, sizeof text, "the TLS handshake failed (%.200s)", e.text);
        return refuse_connection(p, text);
    }
    if (p->start == START_NOTHING)
        return true;
    if (!greet(p, c))
        return false;
    if (p->route.tls && !p->route.implicit && !start_tls(p, c))
        return false;
    if (p->start == START_CONNECT)
        return true;
    if (p->start == START_HELLO)
        return hello(p, c, false);
    return hello(p, c, true) && xclient(p, c) && log_in(p, c) && transaction(p, c);
}

struct connection *prologue_open(struct opening *p)
{
    struct error e = {0};
    enum net_status status;
    p->verdict = VERDICT_PASS;
    p->overload = false;
    p->reason[0] = 0;
    struct connection *c = connection_open(p->drive, p->route.implicit, p->name, p->recorder, p->tally, &status, &e);
    if (!c) {
        refuse_connection(p, e.text);
        return NULL;
    }
    if (run(p, c))
        return c;
    connection_decide(c);
    connection_close(c);
    connection_free(c);
    return NULL;
}
