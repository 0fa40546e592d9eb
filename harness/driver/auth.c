#include "auth.h"

#include "base/base64.h"

#include <stdio.h>
#include <string.h>

/* RFC 5321 section 4.5.3.1.4: a command line has 512 octets with its CRLF; RFC 4954 section 4 lets only the answers
 * be longer. Answers after so many rounds would never end. */
enum { COMMAND_LINE = 510, ROUNDS_MAX = 12 };

struct exchange {
    struct connection *connection;
    const struct auth_order *order;
    struct auth_order effective; /* with the wrong user or password put in */
    const char *mechanism;
    struct auth_client *client;
    int answers; /* with content, given so far */
    char *why;
    size_t why_size;
};

static bool offered(const struct connection *c, const char *mechanism)
{
    struct keyword k;
    return ehlo_find(buffer_bytes(&c->ehlo), BYTES("AUTH"), &k) && keyword_has(&k, bytes_string(mechanism));
}

static const char *mechanism_choose(const struct connection *c, const char *const *order, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (offered(c, order[i]))
            return order[i];
    return NULL;
}

static const char *mechanism_best(const struct connection *c)
{
    static const char *const strongest[] = {"SCRAM-SHA-256", "SCRAM-SHA-1", "DIGEST-MD5",  "CRAM-MD5",
                                            "PLAIN",         "LOGIN",       "OAUTHBEARER", "XOAUTH2"};
    return mechanism_choose(c, strongest, sizeof strongest / sizeof *strongest);
}

static bool is_last_answer(const struct exchange *x)
{
    return x->answers + 1 >= auth_client_answers(x->mechanism);
}

/* The answer line to a challenge, right or wrong. False: our side cannot go on. */
static bool answer_make(struct exchange *x, struct bytes challenge, struct buffer *line)
{
    struct buffer message = {0};
    enum auth_error error = is_last_answer(x) ? x->order->error : AUTH_NO_ERROR;
    bool good = auth_client_step(x->client, challenge, &message, x->why, x->why_size);
    if (good)
        auth_wrong_answer(error, x->mechanism, buffer_bytes(&message), line);
    x->answers++;
    buffer_free(&message);
    return good && !buffer_failed(line);
}

static bool challenge_read(const struct exchange *x, struct buffer *out)
{
    struct bytes text = x->connection->reply.text;
    /* "334 " alone is an empty challenge. Some servers send a blank more or "=" for it: what is odd about that is for a
     * scenario to say, and no reason not to log in. */
    while (text.len > 0 && text.data[0] == ' ')
        text = bytes_from(text, 1);
    if (text.len == 0 || bytes_equal(text, BYTES("=")))
        return true;
    if (base64_decode(out, text))
        return true;
    snprintf(x->why, x->why_size, "the challenge is not base64");
    return false;
}

/* Answers one 334. False: nothing more to say. */
static bool challenge_answer(struct exchange *x)
{
    struct connection *c = x->connection;
    struct buffer challenge = {0}, line = {0};
    bool good = false;
    if (is_last_answer(x) && x->order->error == AUTH_DISCONNECT) {
        connection_half_close(c);
        x->answers++;
        connection_take_soon(c);
        goto out;
    }
    if (!challenge_read(x, &challenge) || !answer_make(x, buffer_bytes(&challenge), &line))
        goto out;
    connection_command(c, "%s", buffer_string(&line));
    good = connection_take_soon(c) == TAKEN_REPLY;
out:
    buffer_free(&challenge);
    buffer_free(&line);
    return good;
}

/* An error that is about an answer line needs a challenge first. */
static bool wants_challenge(enum auth_error error)
{
    return error == AUTH_CANCEL || error == AUTH_EMPTY || error == AUTH_OVERSIZED || error == AUTH_DISCONNECT;
}

static bool initial_wanted(const struct exchange *x)
{
    switch (x->order->initial) {
    case AUTH_INITIAL_YES:
        return true;
    case AUTH_INITIAL_NO:
    case AUTH_INITIAL_EMPTY:
        return false;
    case AUTH_INITIAL_DEFAULT:
        break;
    }
    return auth_client_first(x->mechanism) && !(wants_challenge(x->order->error) && is_last_answer(x));
}

/* The AUTH command. A mechanism in which the server speaks first gets the answer to an empty first challenge. */
static bool command_send(struct exchange *x)
{
    struct connection *c = x->connection;
    struct buffer initial = {0};
    bool good = true;
    if (x->order->initial == AUTH_INITIAL_EMPTY) {
        buffer_add_octet(&initial, '=');
    } else if (initial_wanted(x)) {
        good = answer_make(x, (struct bytes){0}, &initial);
        /* RFC 4954 section 4: an empty initial response is "=". */
        if (good && initial.len == 0)
            buffer_add_octet(&initial, '=');
    }
    if (good && x->order->initial == AUTH_INITIAL_DEFAULT &&
        initial.len + strlen(x->mechanism) + sizeof "AUTH  " > COMMAND_LINE) {
        connection_command(c, "AUTH %s", x->mechanism);
        good = connection_take_soon(c) == TAKEN_REPLY;
        if (good && c->reply.code == 334) {
            connection_command(c, "%s", buffer_string(&initial));
            good = connection_take_soon(c) == TAKEN_REPLY;
        }
    } else if (good) {
        connection_command(c, initial.len ? "AUTH %s %s" : "AUTH %s%s", x->mechanism, buffer_string(&initial));
        good = connection_take_soon(c) == TAKEN_REPLY;
    }
    buffer_free(&initial);
    return good;
}

static void exchange_run(struct exchange *x)
{
    bool going = command_send(x);
    for (int round = 0; going && x->connection->reply.code == 334 && round < ROUNDS_MAX; round++)
        going = challenge_answer(x);
}

bool auth_exchange(struct connection *c, const struct auth_order *o, char *why, size_t why_size)
{
    struct exchange x = {.connection = c, .order = o, .effective = *o, .why = why, .why_size = why_size};
    why[0] = 0;
    x.mechanism = o->mechanism ? o->mechanism : mechanism_best(c);
    if (!x.mechanism) {
        snprintf(why, why_size, "the server offers no mechanism that is known here");
        return false;
    }
    if (o->error == AUTH_WRONG_PASSWORD)
        x.effective.password = BYTES("smtpspec-wrong-password");
    if (o->error == AUTH_UNKNOWN_USER)
        x.effective.user = BYTES("smtpspec-unknown-user");
    x.client = auth_client_new(x.mechanism, &x.effective, c->drive->target->endpoint.host, why, why_size);
    if (!x.client)
        return false;
    exchange_run(&x);
    auth_client_free(x.client);
    return why[0] == 0;
}

static const char *const widest[] = {"PLAIN",    "LOGIN",      "SCRAM-SHA-256", "SCRAM-SHA-1",
                                     "CRAM-MD5", "DIGEST-MD5", "OAUTHBEARER",   "XOAUTH2"};

const char *auth_mechanism(size_t i)
{
    return i < sizeof widest / sizeof *widest ? widest[i] : NULL;
}

bool auth_log_in(struct connection *c, struct bytes user, struct bytes password, char *why, size_t why_size)
{
    struct auth_order o = {
        .mechanism = mechanism_choose(c, widest, sizeof widest / sizeof *widest), .user = user, .password = password};
    if (!o.mechanism) {
        snprintf(why, why_size, "no mechanism that is known here is offered");
        return false;
    }
    return auth_exchange(c, &o, why, why_size) && c->last.kind == OBSERVED_REPLY && c->reply.code == 235;
}
