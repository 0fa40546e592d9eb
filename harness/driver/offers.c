#include "offers.h"

#include "auth.h"
#include "prologue.h"

#include <stdio.h>
#include <string.h>

static void ask(struct drive *d, struct offer *o, struct route route)
{
    struct opening p = {.drive = d, .start = START_EHLO, .route = route};
    struct connection *c = prologue_open(&p);
    if (!c) {
        snprintf(o->problem, sizeof o->problem, "%.250s", p.reason);
        o->unanswered = p.code == 0 || p.code / 100 == 4;
        o->refused = p.place == VERB_AUTH || p.place == ASKED_SASL ? p.code : 0;
        return;
    }
    /* AUTH needs no new EHLO; one is asked for, since a server may offer more to who is known (RFC 4954 section 4). */
    if (route.auth && connection_command(c, "%s %s", connection_hello(c), d->target->hello_name))
        connection_take_soon(c);
    if (c->ehlo.len > 0) {
        buffer_add(&o->ehlo, buffer_bytes(&c->ehlo));
        o->seen = !buffer_failed(&o->ehlo);
    } else {
        snprintf(o->problem, sizeof o->problem, "EHLO was not answered as it should be");
    }
    if (connection_command(c, "QUIT"))
        connection_take_soon(c);
    connection_close(c);
    connection_free(c);
}

static bool offers_keyword(const struct offer *o, const char *name, struct keyword *out)
{
    return o->seen && ehlo_find(buffer_bytes(&o->ehlo), bytes_string(name), out);
}

static bool has_credentials(const struct target *t)
{
    return t->user && t->password;
}

/* Is the login with this mechanism right? On a connection of its own, since servers count what fails. */
static bool mechanism_works(struct drive *d, struct route way, const char *mechanism)
{
    const struct target *t = d->target;
    char why[160];
    struct auth_order o = {
        .mechanism = mechanism, .user = bytes_string(t->user), .password = bytes_string(t->password)};
    struct opening p = {.drive = d, .start = START_EHLO, .route = way};
    struct connection *c = prologue_open(&p);
    bool works = c && auth_exchange(c, &o, why, sizeof why) && c->last.kind == OBSERVED_REPLY && c->reply.code == 235;
    if (c)
        connection_close(c);
    connection_free(c);
    return works;
}

/* Where the login of the survey was refused on every way, one mechanism may be broken, or the credentials wrong: the
 * others that are offered tell. A temporary refusal tells nothing. */
static void credentials_survey(struct drive *d)
{
    struct offers *o = &d->offers;
    struct keyword k;
    const struct offer *asked = o->tls_auth.refused ? &o->tls_auth : &o->plain_auth;
    struct route way = {.tls = asked == &o->tls_auth, .implicit = asked == &o->tls_auth && o->tls_implicit};
    const struct offer *known = way.tls ? &o->tls : &o->plain;
    const char *mechanism;
    if (o->plain_auth.seen || o->tls_auth.seen || asked->refused / 100 != 5 || !offers_keyword(known, "AUTH", &k))
        return;
    for (size_t i = 0; (mechanism = auth_mechanism(i)); i++)
        if (keyword_has(&k, bytes_string(mechanism)) && mechanism_works(d, way, mechanism))
            return;
    o->credentials_refused = asked->refused;
    memcpy(o->credentials_problem, asked->problem, sizeof o->credentials_problem);
}

void offers_survey(struct drive *d)
{
    struct offers *o = &d->offers;
    struct keyword k;
    const struct target *t = d->target;
    if (t->endpoint.scheme == SCHEME_SMTPS) {
        o->tls_implicit = o->tls_possible = true;
    } else {
        ask(d, &o->plain, (struct route){0});
        bool starttls = offers_keyword(&o->plain, "STARTTLS", &k);
        o->tls_possible = starttls || t->implicit_tls.present;
        o->tls_implicit = o->tls_possible && !starttls;
        if (has_credentials(t) && offers_keyword(&o->plain, "AUTH", &k))
            ask(d, &o->plain_auth, (struct route){.auth = true});
    }
    if (o->tls_possible) {
        ask(d, &o->tls, (struct route){.tls = true, .implicit = o->tls_implicit});
        if (has_credentials(t) && offers_keyword(&o->tls, "AUTH", &k))
            ask(d, &o->tls_auth, (struct route){.tls = true, .implicit = o->tls_implicit, .auth = true});
    }
    credentials_survey(d);
}

void offers_free(struct offers *o)
{
    buffer_free(&o->plain.ehlo);
    buffer_free(&o->tls.ehlo);
    buffer_free(&o->plain_auth.ehlo);
    buffer_free(&o->tls_auth.ehlo);
}

static const struct offer *offer_on(const struct offers *o, const struct route *route)
{
    const struct offer *known = route->tls ? &o->tls : &o->plain;
    const struct offer *logged_in = route->tls ? &o->tls_auth : &o->plain_auth;
    return route->auth && logged_in->seen ? logged_in : known;
}

struct bytes offers_on(const struct offers *o, const struct route *route)
{
    return buffer_bytes(&offer_on(o, route)->ehlo);
}

bool offers_size(struct bytes ehlo, uint64_t *limit)
{
    struct keyword k;
    struct bytes rest, word;
    if (ehlo.len == 0 || !ehlo_find(ehlo, BYTES("SIZE"), &k))
        return false;
    rest = k.parameters;
    return bytes_next_word(&rest, &word) && bytes_to_number(word, limit) && *limit > 0;
}

struct steps_use {
    bool tls, auth;
};

static bool step_use(const struct step *step, void *context)
{
    struct steps_use *use = context;
    use->tls |= step->act == ACT_STARTTLS || step->act == ACT_HANDSHAKE;
    use->auth |= step->act == ACT_AUTH;
    return true;
}

/* The target's `prologue:` is for scenarios that do not care. One that does STARTTLS or AUTH itself begins before it.
 */
static struct steps_use scenario_use(const struct scenario *s)
{
    struct steps_use use = {0};
    steps_visit(&s->steps, step_use, &use);
    for (size_t i = 0; i < s->need_count; i++) {
        if (s->needs[i].kind != NEED_EXTENSION)
            continue;
        use.tls |= strcmp(s->needs[i].name, "STARTTLS") == 0;
        use.auth |= strcmp(s->needs[i].name, "AUTH") == 0;
    }
    return use;
}

static bool skip(char why[WHY_SIZE], const char *reason)
{
    snprintf(why, WHY_SIZE, "%s", reason);
    return false;
}

static bool names_no(char why[WHY_SIZE], const char *fact)
{
    const char *option = fact_option(fact);
    snprintf(why, WHY_SIZE, option ? "the target names no %s (%s)" : "the target names no %s", fact, option);
    return false;
}

static bool tls_route(const struct drive *d, struct route *out, char why[WHY_SIZE])
{
    out->tls = true;
    out->implicit = d->offers.tls_implicit;
    if (!d->offers.tls_possible)
        return skip(why, "TLS cannot be had: the server does not offer STARTTLS, and the target names no endpoint with "
                         "TLS at once");
    return true;
}

static bool offered_with(const struct offer *o, const char *name, const char *parameter)
{
    struct keyword k;
    return offers_keyword(o, name, &k) && (!parameter || keyword_has(&k, bytes_string(parameter)));
}

/* AUTH, or the mechanism, that is offered inside TLS only makes the scenario run there. */
static bool auth_wants_tls(const struct drive *d, const struct scenario *s, bool logs_in)
{
    const struct offers *o = &d->offers;
    if (logs_in && !offered_with(&o->plain, "AUTH", NULL) && offered_with(&o->tls, "AUTH", NULL))
        return true;
    for (size_t i = 0; i < s->need_count; i++) {
        const struct need *n = &s->needs[i];
        if (n->kind == NEED_EXTENSION && strcmp(n->name, "AUTH") == 0 &&
            !offered_with(&o->plain, n->name, n->parameter) && offered_with(&o->tls, n->name, n->parameter))
            return true;
    }
    return false;
}

bool offers_route(const struct drive *d, const struct scenario *s, struct route *out, char why[WHY_SIZE])
{
    const struct target *t = d->target;
    struct steps_use use = scenario_use(s);
    bool at_once = t->endpoint.scheme == SCHEME_SMTPS;
    bool free = s->over == OVER_DEFAULT && !use.tls;
    *out = (struct route){.auth = s->auth};
    if (free && t->prologue & PROLOGUE_AUTH && !use.auth && s->start >= START_EHLO)
        out->auth = true;
    if (out->auth && !has_credentials(t))
        return names_no(why, "credentials");
    bool tls = at_once || s->over == OVER_TLS || (free && t->prologue & PROLOGUE_TLS) ||
               (free && auth_wants_tls(d, s, out->auth));
    if (at_once && s->over == OVER_PLAIN)
        return skip(why, "the endpoint speaks TLS at once, and the scenario runs in clear");
    if (at_once && use.tls)
        return skip(why, "the endpoint speaks TLS at once, and the scenario begins in clear");
    /* Nothing can be said before STARTTLS by a scenario that reads the greeting itself. */
    if (tls && s->start == START_NOTHING && !d->offers.tls_implicit) {
        if (s->over == OVER_TLS && !t->implicit_tls.present)
            return skip(why, "it begins before the greeting, and the target names no endpoint with TLS at once");
        out->tls = out->implicit = s->over == OVER_TLS;
        return true;
    }
    return tls ? tls_route(d, out, why) : true;
}

struct route offers_default_route(const struct drive *d)
{
    struct route route;
    char why[WHY_SIZE];
    struct scenario any = {.start = START_EHLO};
    if (!offers_route(d, &any, &route, why))
        route = (struct route){0};
    return route;
}

static bool fact_given(const struct drive *d, const struct route *route, const char *name)
{
    const struct target *t = d->target;
    uint64_t limit;
    const struct {
        const char *name;
        bool given;
    } facts[] = {
        {"sender", t->sender},
        {"recipient", t->recipient},
        {"recipient2", t->recipient2},
        {"unknown", t->unknown},
        {"foreign", t->foreign},
        {"domain", t->domain},
        {"user", t->user},
        {"password", t->password},
        {"credentials", has_credentials(t)},
        {"mailbox", t->recipient && target_mailbox(t, bytes_string(t->recipient))},
        {"size", offers_size(offers_on(&d->offers, route), &limit)},
        {"hello", true},
        {"nonce", true},
        {"case", true},
    };
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        if (strcmp(facts[i].name, name) == 0)
            return facts[i].given;
    return false;
}

static bool transport_given(const struct drive *d, const char *name, char why[WHY_SIZE])
{
    const struct endpoint *e = &d->target->endpoint;
    const struct {
        const char *name;
        bool given;
        const char *why_not;
    } transports[] = {
        {"tcp", e->scheme != SCHEME_UNIX && e->scheme != SCHEME_EXEC, "the target is not reached over TCP"},
        {"tls", d->offers.tls_possible, "no TLS can be had from the server"},
        {"implicit-tls", e->scheme == SCHEME_SMTPS || d->target->implicit_tls.present,
         "the target names no endpoint with TLS at once (implicit-tls)"},
        {"smtp", !e->lmtp, "it is for SMTP, and the target speaks LMTP"},
        {"lmtp", e->lmtp, "it is for LMTP, and the target speaks SMTP"},
        {"loopback", endpoint_is_loopback(e), "it is run on loopback only"},
        {"launch", d->target->launch_start, "the target file does not say how to launch the server"},
        {"submission", d->target->prologue & PROLOGUE_AUTH, "it is about submission, and the prologue does not log in"},
        {"stranger", !(d->target->prologue & PROLOGUE_AUTH), "it is about strangers, and the prologue logs in"},
    };
    for (size_t i = 0; i < sizeof transports / sizeof *transports; i++)
        if (strcmp(transports[i].name, name) == 0) {
            snprintf(why, WHY_SIZE, "%s", transports[i].why_not);
            return transports[i].given;
        }
    return false;
}

static const char *way_text(const struct route *route)
{
    return route->tls ? " inside TLS" : "";
}

/* STARTTLS is offered in clear alone (RFC 3207 section 4.2): who needs it inside TLS came there by it. Nobody logs in
 * twice, so AUTH need not be listed any more to who did (RFC 4954 section 4): what was listed before counts. */
static const struct offer *offer_for(const struct drive *d, const struct need *n, const struct route *route)
{
    struct route before = *route;
    if (n->kind == NEED_EXTENSION && !route->implicit && strcmp(n->name, "STARTTLS") == 0)
        return &d->offers.plain;
    before.auth = before.auth && strcmp(n->name, "AUTH") != 0;
    return offer_on(&d->offers, &before);
}

static bool extension_given(const struct drive *d, const struct need *n, const struct route *route, char why[WHY_SIZE])
{
    const struct offer *o = offer_for(d, n, route);
    bool given = offered_with(o, n->name, n->parameter);
    if (!o->seen)
        snprintf(why, WHY_SIZE, "it is not known what the server offers%s: %.150s", way_text(route),
                 o->problem[0] ? o->problem : "EHLO was not tried");
    else if (n->kind == NEED_EXTENSION)
        snprintf(why, WHY_SIZE, "the server does not offer %s%s%s%s", n->name, n->parameter ? " " : "",
                 n->parameter ? n->parameter : "", way_text(route));
    else
        snprintf(why, WHY_SIZE, "the server offers %s%s", n->name, way_text(route));
    return o->seen && given == (n->kind == NEED_EXTENSION);
}

static bool need_met(const struct drive *d, const struct need *n, const struct route *route, char why[WHY_SIZE])
{
    switch (n->kind) {
    case NEED_EXTENSION:
    case NEED_NO_EXTENSION:
        return extension_given(d, n, route, why);
    case NEED_FACT:
        if (strcmp(n->name, "size") == 0)
            snprintf(why, WHY_SIZE, "the server advertises no SIZE limit%s", way_text(route));
        else
            names_no(why, n->name);
        return fact_given(d, route, n->name);
    case NEED_TRANSPORT:
        return transport_given(d, n->name, why);
    }
    return false;
}

bool offers_unknown(const struct offers *o, const struct route *route, char why[WHY_SIZE])
{
    const struct offer *asked = o->plain.unanswered || !route->tls ? &o->plain : &o->tls;
    if (!asked->unanswered)
        return false;
    snprintf(why, WHY_SIZE, "it is not known what the server offers: %.200s", asked->problem);
    return true;
}

bool offers_meet(const struct drive *d, const struct scenario *s, const struct route *route, char why[WHY_SIZE])
{
    for (size_t i = 0; i < s->need_count; i++)
        if (!need_met(d, &s->needs[i], route, why))
            return false;
    if (s->start >= START_RCPT && !d->target->recipient)
        return names_no(why, "recipient");
    return true;
}
