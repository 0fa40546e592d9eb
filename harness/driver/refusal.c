#include "refusal.h"

#include "plain.h"
#include "prologue.h"
#include "runner.h"

#include <stdio.h>

/* RFC 3207 section 4 excepts NOOP, EHLO, STARTTLS and QUIT before TLS; RFC 4954 section 6 excepts AUTH, EHLO, HELO,
 * NOOP, RSET and QUIT before AUTH. */
static bool may_be_530(const struct connection *c)
{
    switch (c->asked) {
    case VERB_EHLO:
    case VERB_LHLO:
    case VERB_NOOP:
    case VERB_QUIT:
    case VERB_STARTTLS:
    case ASKED_NOTHING:
    case ASKED_GREETING:
    case ASKED_SASL:
        return false;
    case VERB_HELO:
    case VERB_RSET:
    case VERB_AUTH:
        return !net_is_tls(c->net);
    default:
        return !net_is_tls(c->net) || !c->authenticated;
    }
}

/* Why an answer to AUTH or STARTTLS says nothing about what was asked; NULL: it does. */
static const char *put_off(const struct connection *c)
{
    bool auth = c->asked == VERB_AUTH || c->asked == ASKED_SASL;
    switch (c->reply.code) {
    case 454:
        return auth || c->asked == VERB_STARTTLS ? "which is a temporary failure" : NULL;
    case 432:
        return auth ? "which asks for a change of the password's form" : NULL;
    case 534:
        return auth ? "which is a policy for this user" : NULL;
    case 538: /* that it was offered is for the scenario that speaks of 538 */
        return auth && !net_is_tls(c->net) ? "AUTH is offered while there is no TLS" : NULL;
    default:
        return NULL;
    }
}

/* The target's credentials log in by no mechanism, so that this one is not to blame. */
static bool wrong_credentials(const struct connection *c)
{
    int refused = c->drive->offers.credentials_refused;
    return refused && (c->asked == VERB_AUTH || c->asked == ASKED_SASL) &&
           (c->reply.code == 535 || c->reply.code == refused);
}

int refusal_place(int asked)
{
    if (asked == VERB_BDAT)
        return VERB_DATA;
    return asked == ASKED_LAST_CHUNK ? ASKED_END_OF_DATA : asked;
}

bool refusal_is_policy(int code)
{
    return (code >= 400 && code < 500) || code == 521 || code == 530 || (code >= 550 && code <= 554 && code != 552);
}

/* A last chunk is both the command and the end of the message. */
static bool same_place(int plain, int asked)
{
    return plain == refusal_place(asked) || (asked == ASKED_LAST_CHUNK && plain == VERB_DATA);
}

const char *refusal_reason(const struct connection *c)
{
    const struct refusal *plain = &c->drive->plain;
    if (c->last.kind != OBSERVED_REPLY)
        return NULL;
    if (c->reply.code == 530 && may_be_530(c))
        return "TLS or AUTH is wanted first: see the target's prologue";
    if (put_off(c))
        return put_off(c);
    if (wrong_credentials(c))
        return "as every mechanism does: see target/credentials";
    if (plain->code == c->reply.code && same_place(plain->place, c->asked))
        return "as it did to the plain transaction";
    return NULL;
}

static bool is_put_off(const struct connection *c)
{
    static const int places[] = {VERB_MAIL, VERB_RCPT, VERB_DATA, ASKED_END_OF_DATA};
    if (c->last.kind != OBSERVED_REPLY || c->reply.code / 100 != 4)
        return false;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (refusal_place(c->asked) == places[i])
            return true;
    return false;
}

bool refusal_is_general(const struct connection *c, struct recorder *recorder)
{
    struct drive *d = c->drive;
    const char *what;
    char id[64], nonce[NONCE_LENGTH + 1];
    if (!d->target->recipient || !is_put_off(c))
        return false;
    struct opening p = {
        .drive = d, .start = START_EHLO, .route = offers_default_route(d), .name = "plain", .recorder = recorder};
    struct connection *plain = prologue_open(&p);
    if (!plain)
        return p.code / 100 == 4;
    snprintf(id, sizeof id, "plain/again %lld", (long long)clock_ns());
    nonce_make(d->options.seed, id, nonce);
    bool general = !plain_send(plain, bytes_string(d->target->recipient), nonce, &what) && is_put_off(plain);
    if (connection_command(plain, "QUIT"))
        connection_take_soon(plain);
    connection_close(plain);
    connection_free(plain);
    return general;
}
