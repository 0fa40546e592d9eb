#include "session_defects.h"

#include <stdio.h>
#include <stdlib.h>

struct session *session_new(const struct session_config *config)
{
    struct session *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->config = *config;
    session_style_limits(&s->config);
    s->tls = config->tls;
    prng_seed(&s->prng, config->seed);
    return s;
}

void session_free(struct session *s)
{
    if (!s)
        return;
    if (session_has(s, DEFECT_HALF_MESSAGE_DELIVERED))
        session_deliver_half(s);
    session_auth_forget(s);
    transaction_free(&s->transaction);
    transaction_free(&s->flaws.held);
    buffer_free(&s->hello_name);
    buffer_free(&s->line);
    buffer_free(&s->flaws.plaintext);
    buffer_free(&s->flaws.chunks);
    buffer_free(&s->flaws.kept);
    buffer_free(&s->flaws.line);
    free(s);
}

void session_random(struct session *s, unsigned char *out, size_t len)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    for (size_t i = 0; i < len; i++)
        out[i] = (unsigned char)letters[prng_below(&s->prng, sizeof letters - 1)];
}

void session_forget(struct session *s)
{
    s->hello = HELLO_NONE;
    buffer_clear(&s->hello_name);
    transaction_clear(&s->transaction);
    session_auth_forget(s);
    s->authenticated = false;
}

void session_greet(struct session *s, struct buffer *out)
{
    const char *name = session_has(s, DEFECT_GREETING_WITHOUT_DOMAIN) ? "Welcome, this is" : s->config.host;
    s->out = out;
    struct verdict refused = session_style_greeting(s);
    const char *lines =
        session_styled(s, STYLE_GREETING_LINES) ? "\n\nNo mail that nobody asked for\n\n250 at most" : "";
    if (refused.code)
        session_reply(s, refused.code, NULL, "%s %s", s->config.host, refused.text);
    else
        session_reply(s, 220, NULL, "%s %s smtpspec reference server%s", name, s->config.lmtp ? "LMTP" : "ESMTP",
                      lines);
    if (refused.code == 421)
        s->state = STATE_CLOSED;
    if (session_has(s, DEFECT_GREETING_TWICE))
        session_reply(s, 220, NULL, "%s at your service", s->config.host);
    s->out = NULL;
}

static size_t take_line(struct session *s, struct bytes in)
{
    struct bytes line;
    size_t used;
    bool too_long;
    if (!session_line(s, in, &used, &line, &too_long))
        return used;
    s->progress++;
    if (s->flaws.eats_line) {
        s->flaws.eats_line = false;
    } else if (s->state == STATE_AUTH) {
        session_auth_line(s, line, too_long);
    } else if (too_long) {
        s->flush = true;
        session_reply(s, 500, "5.5.2", "Line too long");
        if (session_has(s, DEFECT_LARGE_ANSWERED_TWICE))
            session_reply(s, 500, "5.5.2", "Line too long");
    } else if (line.len > 510 && session_has(s, DEFECT_LONG_LINE_ANSWERED_TWICE)) {
        session_reply(s, 500, "5.5.2", "Line too long");
        session_reply(s, 500, "5.5.1", "Command not recognized");
    } else {
        session_command(s, line);
    }
    session_line_done(s);
    return used;
}

static bool keeps_plaintext(const struct session *s)
{
    return session_has(s, DEFECT_STARTTLS_KEEPS_PLAINTEXT) || session_has(s, DEFECT_STARTTLS_ANYWHERE) ||
           session_has(s, DEFECT_STARTTLS_BARE_LINE_END);
}

/* Takes what the present state takes in one piece, at least one octet. */
static size_t take(struct session *s, struct bytes in)
{
    if (s->flaws.eats_lf && s->state == STATE_COMMAND) {
        s->flaws.eats_lf = false;
        if (in.data[0] == '\n')
            return 1;
    }
    switch (s->state) {
    case STATE_COMMAND:
    case STATE_AUTH:
        return take_line(s, in);
    case STATE_DATA:
        return session_data_take(s, in);
    case STATE_CHUNK:
        return session_chunk_take(s, in);
    case STATE_TLS:
        if (keeps_plaintext(s))
            buffer_add(&s->flaws.plaintext, in);
        return in.len;
    case STATE_CLOSED:
        return in.len;
    }
    return in.len;
}

enum session_event session_feed(struct session *s, struct bytes in, size_t *used, struct buffer *out)
{
    s->out = out;
    s->flush = false;
    *used = 0;
    size_t before = out->len;
    while (*used < in.len && !s->flush && out->len - before < OUTPUT_LIMIT) {
        enum state state = s->state;
        if (session_has(s, DEFECT_ONE_REPLY_A_GROUP))
            buffer_truncate(out, before);
        size_t reply = out->len;
        *used += take(s, bytes_from(in, *used));
        if (s->config.defect != DEFECT_NONE && session_defect_drops_input(s, state, reply))
            *used = in.len;
        if (s->lost || buffer_failed(out)) {
            s->state = STATE_CLOSED;
            break;
        }
        if (s->state == STATE_CLOSED || s->state == STATE_TLS)
            s->flush = false; /* the rest is dropped at once */
    }
    s->out = NULL;
    if (s->state == STATE_CLOSED) {
        *used = in.len;
        return SESSION_CLOSE;
    }
    if (s->state == STATE_TLS) {
        *used = in.len;
        return SESSION_TLS;
    }
    return *used < in.len ? SESSION_WRITE : SESSION_READ;
}

enum session_event session_tls_started(struct session *s, struct buffer *out)
{
    s->tls = true;
    s->cipher[0] = 0;
    s->state = STATE_COMMAND;
    if (!session_has(s, DEFECT_STARTTLS_KEEPS_STATE) && !session_has(s, DEFECT_STARTTLS_KEEPS_TRANSACTION))
        session_forget(s);
    struct buffer held = s->flaws.plaintext;
    s->flaws.plaintext = (struct buffer){0};
    enum session_event event = SESSION_READ;
    for (size_t at = 0; at < held.len && (event == SESSION_READ || event == SESSION_WRITE);) {
        size_t used;
        event = session_feed(s, bytes_from(buffer_bytes(&held), at), &used, out);
        at += used;
    }
    buffer_free(&held);
    return event;
}

void session_tls_cipher(struct session *s, const char *name)
{
    snprintf(s->cipher, sizeof s->cipher, "%s", name);
}

void session_end(struct session *s, const char *enhanced, const char *why, struct buffer *out)
{
    s->out = out;
    session_reply(s, 421, enhanced, "%s %s, closing the connection", s->config.host, why);
    s->out = NULL;
    s->state = STATE_CLOSED;
}

bool session_over(const struct session *s)
{
    return s->state == STATE_CLOSED;
}

bool session_in_payload(const struct session *s)
{
    return s->state == STATE_DATA || s->state == STATE_CHUNK;
}

uint64_t session_progress(const struct session *s)
{
    return s->progress;
}

uint64_t session_messages(const struct session *s)
{
    return s->messages;
}
