#include "plain.h"

#include "base/text.h"
#include "life.h"
#include "prologue.h"
#include "refusal.h"
#include "runner.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static bool step(struct connection *c, int code, int other)
{
    return connection_take_soon(c) == TAKEN_REPLY && (c->reply.code == code || c->reply.code == other);
}

/* "Sat, 28 Nov 2026 11:00:00 +0000" (RFC 5322 section 3.3) */
static void date_make(char *out, size_t size)
{
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t now = time(NULL);
    struct tm t = {0};
    gmtime_r(&now, &t);
    snprintf(out, size, "%s, %d %s %d %02d:%02d:%02d +0000", days[t.tm_wday], t.tm_mday, months[t.tm_mon],
             t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
}

bool plain_send(struct connection *c, struct bytes to, const char *nonce, const char **what)
{
    const struct target *t = c->drive->target;
    const char *sender = t->sender ? t->sender : "";
    struct buffer message = {0};
    char date[64];
    *what = "MAIL";
    connection_command(c, "MAIL FROM:<%s>", sender);
    if (!step(c, 250, 250))
        return false;
    *what = "RCPT";
    connection_command(c, "RCPT TO:<%.*s>", BYTES_ARG(to));
    if (!step(c, 250, 251))
        return false;
    *what = "DATA";
    connection_command(c, "DATA");
    if (!step(c, 354, 354))
        return false;
    *what = "the message";
    date_make(date, sizeof date);
    buffer_printf(&message,
                  "From: <%s>\r\nTo: <%.*s>\r\nDate: %s\r" PLAIN_SUBJECT "\r\nMessage-ID: <%s@client.test>\r\n"
                  "\r\nsmtpspec %s\r\n.\r\n",
                  sender, BYTES_ARG(to), date, nonce, nonce);
    bool good = !buffer_failed(&message) && connection_send(c, buffer_bytes(&message)) && step(c, 250, 250);
    buffer_free(&message);
    return good;
}

/* The first line of the greeting: the first octets from the server in the transcript. */
static const char *greeting_text(struct arena *a, const struct transcript *t)
{
    const struct event *ev = t->first;
    while (ev && ev->kind != EVENT_SERVER)
        ev = ev->next;
    if (!ev)
        return NULL;
    struct buffer text = {0};
    struct bytes rest = ev->octets, line = {0};
    bytes_next_line(&rest, &line);
    text_visible(&text, line, 512);
    const char *out = arena_string(a, buffer_string(&text));
    buffer_free(&text);
    return out;
}

static const char *extensions_text(struct arena *a, struct bytes ehlo)
{
    struct buffer text = {0};
    struct bytes rest = ehlo;
    struct keyword k;
    bool first = true;
    while (ehlo.len > 0 && ehlo_next_keyword(&rest, &first, &k)) {
        if (text.len > 0)
            buffer_add_octet(&text, '\n');
        text_visible(&text, k.name, 0);
        if (k.parameters.len > 0)
            buffer_add_octet(&text, ' ');
        text_visible(&text, k.parameters, 0);
    }
    const char *out = ehlo.len > 0 ? arena_string(a, buffer_string(&text)) : NULL;
    buffer_free(&text);
    return out;
}

static void facts_note(struct run *run, const struct connection *c, const struct transcript *t)
{
    struct net_tls_facts facts;
    if (!run)
        return;
    run->greeting = greeting_text(run->arena, t);
    if (!c)
        return;
    run->extensions = extensions_text(run->arena, buffer_bytes(&c->ehlo));
    if (net_tls_facts(c->net, &facts))
        run->tls = arena_printf(run->arena, "%s, %s", facts.version, facts.cipher);
}

static void note_refusal(struct drive *d, int asked, int code)
{
    if (refusal_is_policy(code))
        d->plain = (struct refusal){refusal_place(asked), code};
}

/* Nobody is there any more: no reply is not the server's fault here. */
static void no_reply(struct drive *d, struct result *result, const struct connection *c, const char *what)
{
    bool lives = life_look(d);
    result->verdict = lives ? VERDICT_FAIL : VERDICT_ERROR;
    result->reason =
        arena_printf(result->arena,
                     c->last.kind == OBSERVED_SILENCE ? "%s was not answered in time%s"
                                                      : "the connection was closed where the reply to %s was due%s",
                     what, lives ? "" : ", and no other connection is greeted");
}

static void refused(struct drive *d, struct result *result, const struct connection *c, const char *what)
{
    struct buffer text = {0};
    if (c->last.kind == OBSERVED_REPLY) {
        struct bytes rest = c->reply.raw, line = {0};
        bytes_next_line(&rest, &line);
        text_visible(&text, line, 200);
        result->verdict = VERDICT_BLOCKED;
        result->reason = arena_printf(result->arena, "%s was answered %s", what, buffer_string(&text));
    } else {
        no_reply(d, result, c, what);
    }
    connection_decide(c);
    buffer_free(&text);
}

static void session(struct drive *d, struct connection *c, struct result *result)
{
    char nonce[NONCE_LENGTH + 1];
    const char *what;
    nonce_make(d->options.seed, result->id, nonce);
    if (d->target->recipient && !plain_send(c, bytes_string(d->target->recipient), nonce, &what)) {
        refused(d, result, c, what);
        if (c->last.kind == OBSERVED_REPLY)
            note_refusal(d, c->asked, c->reply.code);
        return;
    }
    connection_command(c, "QUIT");
    if (!step(c, 221, 221))
        refused(d, result, c, "QUIT");
}

void plain_run(struct drive *d, const char *id, struct result *result, struct check_tally *tally, struct run *first)
{
    *result = (struct result){.id = id, .attempts = 1, .arena = arena_new()};
    int64_t began = clock_ns();
    result->started_ns = began - d->started_ns;
    if (!result->arena) {
        result->verdict = VERDICT_ERROR;
        result->reason = "no memory";
        return;
    }
    struct recorder recorder = {.arena = result->arena, .transcript = &result->transcript, .origin_ns = began};
    struct opening p = {
        .drive = d, .start = START_EHLO, .route = offers_default_route(d), .recorder = &recorder, .tally = tally};
    struct connection *c = prologue_open(&p);
    facts_note(first, c, &result->transcript);
    if (c) {
        session(d, c, result);
        connection_close(c);
        connection_free(c);
    } else {
        result->verdict = p.verdict;
        result->reason = arena_string(result->arena, p.reason);
        note_refusal(d, p.place, p.code);
    }
    result->duration_ns = clock_ns() - began;
}
