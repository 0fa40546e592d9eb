#include "driver/link.h"

#include "drive.h"
#include "life.h"
#include "prologue.h"

#include <stdio.h>
#include <stdlib.h>

struct link {
    struct drive drive;
};

struct link *link_new(const struct target *t, const struct driver_options *options, struct error *e)
{
    struct link *l = calloc(1, sizeof *l);
    if (!l) {
        error_set(e, "out of memory");
        return NULL;
    }
    if (drive_open(&l->drive, t, options, e))
        return l;
    link_free(l);
    return NULL;
}

void link_free(struct link *l)
{
    if (!l)
        return;
    drive_close(&l->drive);
    free(l);
}

static struct route route_of(const struct target *t, unsigned prologue)
{
    bool implicit = t->endpoint.scheme == SCHEME_SMTPS;
    return (struct route){
        .tls = implicit || prologue & PROLOGUE_TLS, .auth = (prologue & PROLOGUE_AUTH) != 0, .implicit = implicit};
}

bool link_open(struct link *l, unsigned prologue, struct linked *out)
{
    struct opening opening = {.drive = &l->drive,
                              .start = prologue & PROLOGUE_AUTH ? START_EHLO : START_CONNECT,
                              .route = route_of(l->drive.target, prologue)};
    *out = (struct linked){0};
    struct connection *c = prologue_open(&opening);
    if (!c) {
        out->nobody = opening.verdict == VERDICT_ERROR;
        out->overload = opening.overload;
        snprintf(out->reason, sizeof out->reason, "%s", opening.reason);
        return false;
    }
    out->net = c->net;
    c->net = NULL;
    connection_free(c);
    return true;
}

bool link_greets(struct link *l, int64_t within_ms, char *why, size_t size)
{
    char found[WHY_SIZE] = "";
    enum greeted greeted = life_greeted(&l->drive, within_ms, NULL, found);
    snprintf(why, size, "%s", found);
    return greeted == GREETED;
}

struct net_tls *link_tls(const struct link *l)
{
    return l->drive.tls;
}

const char *link_tls_name(const struct link *l)
{
    const struct target *t = l->drive.target;
    return t->tls.name ? t->tls.name : t->endpoint.host;
}
