#include "driver/driver.h"

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

static bool hello(struct probing *p, struct connection *c, struct bytes *out)
{
    connection_command(c, "%s %s", connection_hello(c), p->drive.target->hello_name);
    if (connection_take_soon(c) != TAKEN_REPLY)
        return false;
    *out = keep(p, c);
    return c->reply.code == 250;
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
            return;
        }
        p->out->implicit_tls = true;
        facts_keep(p, c);
    }
    if (connection_take_soon(c) != TAKEN_REPLY)
        return;
    if (p->out->greeting.len == 0)
        p->out->greeting = keep(p, c);
    if (hello(p, c, implicit ? &p->out->ehlo_tls : &p->out->ehlo) && !implicit)
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
    /* The endpoint with TLS at once is asked where STARTTLS told nothing. */
    if (!at_once && t->implicit_tls.present && !out->starttls_done) {
        struct error other = {0};
        if (!ask(&p, true, &other))
            problem(&p, "the endpoint with TLS at once", &other);
    }
out:
    life_end(&p.drive);
    drive_close(&p.drive);
    if (!good) {
        arena_free(out->arena);
        out->arena = NULL;
    }
    return good;
}
