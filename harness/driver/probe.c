#include "driver/driver.h"

#include "base/text.h"
#include "connection.h"
#include "life.h"

#include <stdio.h>

struct probing {
    struct drive drive;
    struct probe *out;
    struct recorder recorder;
};

static struct bytes keep(struct probing *p, const struct connection *c)
{
    return arena_bytes(p->out->arena, buffer_bytes(&c->raw));
}

/* Says what came where the reply `code` to `what` was expected. */
static void note_problem(struct probing *p, const struct connection *c, enum taken taken, const char *what, int code)
{
    struct buffer text = {0};
    struct bytes rest = c->reply.raw, line = {0};
    if (p->out->problem)
        return;
    bytes_next_line(&rest, &line);
    buffer_printf(&text, "expected %d %s, found ", code, what);
    if (taken == TAKEN_TIMEOUT)
        buffer_printf(&text, "nothing within %.3g s", (double)p->drive.options.timeout_ms / 1000);
    else if (taken == TAKEN_CLOSE)
        buffer_add_string(&text, "that the connection was closed");
    else if (taken == TAKEN_ENDLESS)
        buffer_add_string(&text, "a reply without end");
    else
        text_visible(&text, line, 200);
    if (taken == TAKEN_REPLY && !c->reply.code)
        buffer_add_string(&text, ", which is no SMTP");
    p->out->problem = arena_string(p->out->arena, buffer_string(&text));
    buffer_free(&text);
}

static bool hello(struct probing *p, struct connection *c, struct bytes *out)
{
    connection_command(c, "%s %s", connection_hello(c), p->drive.target->hello_name);
    enum taken taken = connection_take_soon(c);
    if (taken == TAKEN_REPLY)
        *out = keep(p, c);
    if (taken == TAKEN_REPLY && c->reply.code == 250)
        return true;
    note_problem(p, c, taken, c->drive->target->endpoint.lmtp ? "to LHLO" : "to EHLO", 250);
    return false;
}

/* A server that greets with 554 or 421 takes nothing but QUIT (RFC 5321 section 3.1). */
static bool greeting(struct probing *p, struct connection *c)
{
    enum taken taken = connection_take_soon(c);
    if (taken == TAKEN_REPLY && p->out->greeting.len == 0)
        p->out->greeting = keep(p, c);
    if (taken == TAKEN_REPLY && c->reply.code == 220)
        return true;
    note_problem(p, c, taken, "for a greeting", 220);
    return false;
}

static void facts_keep(struct probing *p, const struct connection *c)
{
    struct net_tls_facts f;
    struct probe *o = p->out;
    if (!net_tls_facts(c->net, &f))
        return;
    o->tls_version = arena_string(o->arena, f.version);
    o->tls_cipher = arena_string(o->arena, f.cipher);
    o->certificate_subject = arena_string(o->arena, f.subject);
    o->certificate_issuer = arena_string(o->arena, f.issuer);
    o->certificate_names = arena_string(o->arena, f.names);
    o->certificate_not_after = arena_string(o->arena, f.not_after);
    o->certificate_verified = arena_string(o->arena, f.verified);
    o->certificate_days_left = f.days_left;
}

static void problem(struct probing *p, const char *what, const struct error *e)
{
    p->out->tls_problem =
        arena_printf(p->out->arena, "%s: %s", what, e->text[0] ? e->text : "the connection was closed");
}

static void start_tls(struct probing *p, struct connection *c)
{
    struct error e = {0};
    p->out->starttls_offered = connection_offers(c, "STARTTLS");
    if (!p->out->starttls_offered)
        return;
    connection_command(c, "STARTTLS");
    if (connection_take_soon(c) != TAKEN_REPLY || c->reply.code != 220) {
        p->out->tls_problem = arena_printf(p->out->arena, "STARTTLS was not answered with 220");
        return;
    }
    if (connection_start_tls(c, &e) != NET_OK) {
        problem(p, "the TLS handshake failed", &e);
        return;
    }
    p->out->starttls_done = true;
    facts_keep(p, c);
    hello(p, c, &p->out->ehlo_tls);
}

static void session(struct probing *p, struct connection *c, bool implicit)
{
    struct error e = {0};
    if (implicit) {
        if (connection_tls_at_once(c, &e) != NET_OK) {
            problem(p, "the TLS handshake failed", &e);
            p->out->problem = p->out->tls_problem;
            return;
        }
        p->out->implicit_tls = true;
        facts_keep(p, c);
    }
    if (greeting(p, c) && hello(p, c, implicit ? &p->out->ehlo_tls : &p->out->ehlo) && !implicit)
        start_tls(p, c);
    connection_command(c, "QUIT");
    connection_take_soon(c);
}

static bool ask(struct probing *p, bool implicit, struct error *e)
{
    enum net_status status;
    struct connection *c =
        connection_open(&p->drive, implicit, implicit ? "tls" : NULL, &p->recorder, NULL, &status, e);
    if (!c)
        return false;
    session(p, c, implicit);
    connection_close(c);
    connection_free(c);
    return true;
}

/* The endpoint with TLS at once, where STARTTLS told nothing: what is wrong there is no problem of the other one. */
static void ask_tls_at_once(struct probing *p)
{
    struct error e = {0};
    if (!ask(p, true, &e))
        problem(p, "the endpoint with TLS at once", &e);
    else if (p->out->problem && !p->out->tls_problem)
        p->out->tls_problem = p->out->problem;
    p->out->problem = NULL;
}

bool driver_probe(const struct target *t, const struct driver_options *options, struct probe *out, struct error *e)
{
    struct probing p = {.out = out};
    bool at_once = t->endpoint.scheme == SCHEME_SMTPS, answers, good = false;
    char why[WHY_SIZE] = "";
    *out = (struct probe){.arena = arena_new()};
    if (!out->arena)
        return error_set(e, "no memory");
    p.recorder = (struct recorder){.arena = out->arena, .transcript = &out->transcript, .origin_ns = clock_ns()};
    if (!drive_open(&p.drive, t, options, e))
        goto out;
    if (t->launch_start && !life_begin(&p.drive, &answers, why, e))
        goto out;
    if (!ask(&p, at_once, e))
        goto out;
    good = true;
    if (!at_once && t->implicit_tls.present && !out->starttls_done && !out->problem)
        ask_tls_at_once(&p);
out:
    life_end(&p.drive);
    drive_close(&p.drive);
    if (!good) {
        arena_free(out->arena);
        out->arena = NULL;
    }
    return good;
}
