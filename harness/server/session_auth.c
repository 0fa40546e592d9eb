#include "base/base64.h"
#include "session_internal.h"

#include <string.h>

enum { SHORT_LINE = 1000, FEW_ITERATIONS = 1000 };

void session_auth_forget(struct session *s)
{
    sasl_server_free(s->sasl);
    s->sasl = NULL;
}

static bool find_account(void *context, struct bytes user, struct sasl_account *out)
{
    struct session *s = context;
    for (size_t i = 0; i < s->config.account_count; i++) {
        const struct server_account *a = &s->config.accounts[i];
        if (bytes_equal(user, bytes_string(a->user))) {
            *out = (struct sasl_account){bytes_string(a->user), bytes_string(a->password)};
            session_defect_think(s);
            return true;
        }
    }
    s->flaws.user_unknown = true;
    return false;
}

static void succeed(struct session *s)
{
    session_auth_forget(s);
    s->authenticated = true;
    s->state = STATE_COMMAND;
    session_reply(s, 235, "2.7.0", "Authentication succeeded");
}

static void fail(struct session *s, int code, const char *enhanced, const char *text)
{
    if (session_defect_logs_in(s)) {
        succeed(s);
        return;
    }
    if (code == 535 && s->flaws.user_unknown && session_has(s, DEFECT_USERS_TOLD_APART))
        text = "Unknown user";
    s->flaws.failed_logins++;
    session_auth_forget(s);
    s->state = STATE_COMMAND;
    s->failed_logins += code == 535;
    if (session_styled(s, STYLE_THREE_LOGINS) && s->failed_logins == 3)
        session_verdict(s, (struct verdict){421, "4.7.0", "Too many failed logins"});
    else
        session_reply(s, code, enhanced, "%s", text);
    if (code == 535 && session_has(s, DEFECT_FAILED_LOGIN_CLOSES))
        s->state = STATE_CLOSED;
}

static void challenge(struct session *s, struct buffer *octets)
{
    struct buffer text = {0};
    if (!session_defect_challenge(s, octets)) {
        fail(s, 535, "5.7.8", "Authentication credentials invalid");
        return;
    }
    if (session_has(s, DEFECT_CHALLENGE_IN_CLEAR))
        buffer_add_string(&text, "Challenge: ");
    base64_encode(&text, buffer_bytes(octets));
    if (buffer_failed(&text))
        s->lost = true;
    s->state = STATE_AUTH;
    session_reply_text(s, 334, NULL, buffer_bytes(&text)); /* nothing else may stand there, no style adds to it */
    buffer_free(&text);
}

static void step(struct session *s, bool has_message, struct bytes message)
{
    struct buffer out = {0};
    switch (sasl_server_step(s->sasl, has_message, message, &out)) {
    case SASL_CONTINUE:
        if (buffer_failed(&out))
            fail(s, 454, "4.7.0", "Out of memory");
        else
            challenge(s, &out);
        break;
    case SASL_OK:
        succeed(s);
        break;
    case SASL_REFUSED:
        fail(s, 535, "5.7.8", "Authentication credentials invalid");
        break;
    case SASL_MALFORMED:
        fail(s, 501, "5.5.2", "Malformed authentication message");
        break;
    }
    buffer_free(&out);
}

/* A message, after what a defect makes of it. */
static void step_message(struct session *s, struct buffer *message)
{
    struct sasl_account ignored;
    if (s->flaws.mechanism == SASL_LOGIN && session_has(s, DEFECT_LOGIN_UNKNOWN_REFUSED))
        find_account(s, buffer_bytes(message), &ignored);
    switch (session_defect_sasl(s, message)) {
    case SASL_DEFECT_NONE:
        step(s, true, buffer_bytes(message));
        break;
    case SASL_DEFECT_LOGS_IN:
        succeed(s);
        break;
    case SASL_DEFECT_MALFORMED:
        fail(s, 501, "5.5.2", "Malformed authentication message");
        break;
    case SASL_DEFECT_CRASHES:
        s->lost = true;
        break;
    }
}

static void step_base64(struct session *s, struct bytes text)
{
    struct buffer message = {0};
    if (!base64_decode(&message, text))
        fail(s, 501, "5.5.2", "Not base64");
    else if (buffer_failed(&message))
        fail(s, 454, "4.7.0", "Out of memory");
    else if (s->config.defect != DEFECT_NONE)
        step_message(s, &message);
    else
        step(s, true, buffer_bytes(&message));
    buffer_free(&message);
}

static void begin(struct session *s, enum sasl_mechanism m, const struct command *c)
{
    session_random(s, s->nonce, sizeof s->nonce);
    if (session_has(s, DEFECT_CRAM_STALE_CHALLENGE))
        memset(s->nonce, 'x', sizeof s->nonce);
    s->flaws.mechanism = m;
    s->flaws.user_unknown = false;
    s->sasl_config = (struct sasl_config){
        .find = find_account,
        .context = s,
        .host = s->config.host,
        .nonce = bytes_of(s->nonce, sizeof s->nonce),
        .iterations = session_has(s, DEFECT_SCRAM_FEW_ITERATIONS) ? FEW_ITERATIONS : s->config.scram_iterations};
    s->sasl = sasl_server_new(m, &s->sasl_config);
    if (!s->sasl)
        fail(s, 454, "4.7.0", "Out of memory");
    else if (!c->has_second || (bytes_equal(c->second, BYTES("=")) && session_has(s, DEFECT_INITIAL_EMPTY_IGNORED)))
        step(s, false, (struct bytes){0});
    else if (bytes_equal(c->second, BYTES("="))) /* present and empty (RFC 4954 section 4) */
        step(s, true, (struct bytes){0});
    else
        step_base64(s, c->second);
}

/* RFC 4954 section 4: no initial response where the server begins. Some clients send one with LOGIN, but its draft has
 * the server ask first, and a strict server holds on to that. */
static bool server_begins(enum sasl_mechanism m)
{
    return m == SASL_LOGIN || !sasl_client_first(m);
}

/* The first word, also where the command is malformed: 504 says more than 501. */
static struct bytes mechanism(const struct command *c)
{
    return bytes_slice(c->argument, 0, bytes_find_octet(c->argument, ' '));
}

void session_auth(struct session *s, const struct command *c)
{
    struct verdict v;
    enum sasl_mechanism m = SASL_PLAIN; /* found where there is an argument; without one the syntax is wrong */
    if (session_defect_auth(s, c))
        return;
    if (s->authenticated && !session_has(s, DEFECT_AUTH_TWICE)) {
        session_reply(s, 503, "5.5.1", "Already authenticated");
    } else if (s->transaction.open && !session_has(s, DEFECT_AUTH_IN_TRANSACTION)) {
        session_reply(s, 503, "5.5.1", "Not within a mail transaction");
    } else if (c->argument.len > 0 && !(sasl_find(mechanism(c), &m) && session_offers_mechanism(s, m))) {
        session_reply(s, 504, "5.5.4", "Mechanism not available");
    } else if (s->syntax) {
        session_syntax_error(s, c, c->argument.len > 0 ? "5.5.2" : "5.5.4");
    } else if (c->has_second && server_begins(m)) {
        session_reply(s, 501, "5.7.0", "The server begins with this mechanism");
    } else if ((v = session_style_answer(s, c, false)).code) {
        session_verdict(s, v);
    } else {
        begin(s, m, c);
    }
}

static void cancel(struct session *s)
{
    session_planted_cancel(s);
    fail(s, 501, "5.7.0", "Authentication cancelled");
}

void session_auth_line(struct session *s, struct bytes line, bool too_long)
{
    s->flush = true;
    if (too_long || (line.len > SHORT_LINE && session_has(s, DEFECT_SHORT_RESPONSES)))
        fail(s, 500, "5.5.6", "Authentication exchange line is too long");
    else if (bytes_equal(line, BYTES("*")) && s->sasl && session_has(s, DEFECT_AUTH_CANCEL_IGNORED))
        step(s, true, (struct bytes){0});
    else if (bytes_equal(line, BYTES("*")))
        cancel(s);
    else if (!s->sasl) /* a challenge of a defect */
        fail(s, 535, "5.7.8", "Authentication credentials invalid");
    else
        step_base64(s, line);
}
