/* How a scenario ends: replies that are due are read, NOOP and QUIT show that client and server are in step, and what
 * `replies:` counted is compared. */
#include "life.h"
#include "runner.h"

#include "base/text.h"

#include <stdio.h>

enum { CLOSE_WAIT_MS = 1000 };

/* "5 replies: 250 2.1.0 Ok, 354 go on, ..." */
static const char *replies_text(struct runner *r, const struct connection *c, int64_t count)
{
    struct buffer out = {0};
    buffer_printf(&out, "%lld %s", (long long)count, count == 1 ? "reply" : "replies");
    for (size_t i = 0; i < c->ledger.noted && (int64_t)i < count; i++)
        buffer_printf(&out, "%s%s", i == 0 ? ": " : ", ", c->ledger.replies[i]);
    if (count > (int64_t)c->ledger.noted)
        buffer_add_string(&out, ", ...");
    const char *text = arena_string(r->result->arena, buffer_string(&out));
    buffer_free(&out);
    return text;
}

/* False: the count is wrong, and the verdict says so. */
static bool ledger_settle(struct runner *r, struct connection *c)
{
    struct ledger *l = &c->ledger;
    if (!l->open)
        return true;
    int64_t count = ledger_count(c);
    l->open = false;
    if (c->replies > 0 && c->reply.code == 421 && count == l->max + 1)
        count--; /* RFC 5321 section 3.8: a 421 may come unasked */
    if (count >= l->min && count <= l->max)
        return true;
    const char *found = replies_text(r, c, count);
    const char *unit = l->max == 1 ? "reply" : "replies";
    const char *expected = l->min == l->max ? arena_printf(r->result->arena, "%lld %s", (long long)l->min, unit)
                                            : arena_printf(r->result->arena, "%lld to %lld %s", (long long)l->min,
                                                           (long long)l->max, unit);
    connection_decide(c);
    return runner_end(r, runner_broken(r), &l->mark, expected, found, "expected %s from this step on, found %s",
                      expected ? expected : "another number of replies", found ? found : "another number");
}

static int64_t replies_due(const struct connection *c)
{
    if (c->ledger.open)
        return c->ledger.min - ledger_count(c);
    return c->dialog.certain ? (int64_t)dialog_owed(&c->dialog) : 0;
}

/* Steps that read nothing leave replies behind. */
static bool due_read(struct runner *r, struct connection *c)
{
    bool inside = c->ledger.inside, going = true;
    c->ledger.inside = true;
    while (going && replies_due(c) > 0) {
        enum taken taken = connection_take_soon(c);
        if (taken == TAKEN_CLOSE)
            break; /* the ledger, or NOOP, says what that means */
        if (taken != TAKEN_REPLY)
            going = judge_no_reply(r, c, NULL, "a reply", "a command got no reply",
                                   drive_ms(r->drive, r->drive->options.timeout_ms));
    }
    c->ledger.inside = inside;
    return going;
}

/* The server has said that it closes: nothing more can be asked. */
static bool said_goodbye(const struct connection *c)
{
    return c->replies > 0 && (c->reply.code == 221 || c->reply.code == 421);
}

/* NOOP has to work at any time; where TLS or AUTH is demanded first, or no EHLO was said, a refusal is one reply too
 * (RFC 3207 section 4, RFC 4954 section 6, RFC 5321 section 4.1.4), and in step is what is asked here. */
static bool noop_is_right(const struct connection *c, int64_t slack)
{
    int code = c->reply.code;
    return code / 100 == 2 || code == 421 || code == 530 || (code == 503 && !c->hello) || slack > 0;
}

/* One of the two commands; what is wrong about its reply goes to `wrong`. */
static void ask(struct runner *r, struct connection *c, const char *verb, struct buffer *wrong, enum taken *taken)
{
    int64_t patience = life_patience(r->drive);
    connection_command(c, "%s", verb);
    *taken = connection_take(c, drive_deadline(r->drive, patience));
    if (*taken == TAKEN_CLOSE) {
        if (wrong->len > 0)
            return; /* closing is what came of the wrong reply before */
        buffer_printf(wrong, "out of step: %s got no reply, the connection was closed", verb);
    } else if (*taken != TAKEN_REPLY) {
        life_unanswered(r->drive);
        judge_no_reply(r, c, NULL, "a reply",
                       verb[0] == 'N' ? "out of step: NOOP got no reply" : "out of step: QUIT got no reply",
                       drive_ms(r->drive, patience));
    }
}

static void wrong_reply(const struct connection *c, const char *verb, struct buffer *wrong)
{
    struct bytes rest = c->reply.raw, line = {0};
    if (wrong->len > 0)
        return;
    bytes_next_line(&rest, &line);
    buffer_printf(wrong, "out of step: %s was answered ", verb);
    text_visible(wrong, line, 200);
}

static void noop(struct runner *r, struct connection *c, struct buffer *wrong, bool *over)
{
    enum taken taken;
    int64_t slack = c->ledger.open ? c->ledger.max - ledger_count(c) : 0;
    ask(r, c, "NOOP", wrong, &taken);
    *over = taken != TAKEN_REPLY || c->reply.code == 421;
    if (taken == TAKEN_REPLY && c->reply.code == 421)
        recorder_text(&r->recorder, EVENT_NOTE, c->name,
                      "421 after the steps is the server's right; the verdict stands");
    if (taken == TAKEN_REPLY && !noop_is_right(c, slack))
        wrong_reply(c, "NOOP", wrong);
}

static void quit(struct runner *r, struct connection *c, struct buffer *wrong)
{
    enum taken taken;
    ask(r, c, "QUIT", wrong, &taken);
    /* Where a range was left open, the last one is QUIT's. */
    while (taken == TAKEN_REPLY && c->reply.code != 221 && c->ledger.open && ledger_count(c) < c->ledger.max) {
        c->ledger.elsewhere--;
        taken = connection_take_soon(c);
    }
    if (taken == TAKEN_REPLY && c->reply.code != 221 && c->reply.code != 421)
        wrong_reply(c, "QUIT", wrong);
}

/* FIN from us, then everything until the server closes: a reply behind the last one is one too many. */
static void last_octets(struct runner *r, struct connection *c, struct buffer *wrong, bool judged)
{
    uint64_t before = c->replies;
    connection_half_close(c);
    connection_drain(c, drive_deadline(r->drive, CLOSE_WAIT_MS));
    if (judged && wrong->len == 0 && (c->replies > before || connection_has_octets(c)))
        buffer_add_string(wrong, "out of step: something came after the reply to QUIT");
}

static void wrong_report(struct runner *r, struct connection *c, const struct buffer *wrong)
{
    if (r->ended || wrong->len == 0)
        return;
    connection_decide(c);
    if (c->at_end && !said_goodbye(c) && !life_look(r->drive)) {
        runner_died(r, NULL);
        return;
    }
    runner_end(r, VERDICT_FAIL, NULL, "NOOP answered 2yz, QUIT answered 221, and nothing more", buffer_string(wrong),
               "%s", buffer_string(wrong));
}

static void in_step(struct runner *r, struct connection *c)
{
    struct buffer wrong = {0};
    bool over = false;
    if (!due_read(r, c))
        return;
    if (!c->at_end && !said_goodbye(c)) {
        noop(r, c, &wrong, &over);
        if (!over)
            quit(r, c, &wrong);
    }
    if (!r->ended) {
        last_octets(r, c, &wrong, said_goodbye(c));
        if (ledger_settle(r, c))
            wrong_report(r, c, &wrong);
    }
    buffer_free(&wrong);
}

bool ending_close(struct runner *r, struct connection *c)
{
    if (c->ledger.open && c->net && !c->at_end) {
        connection_half_close(c);
        connection_drain(c, drive_deadline(r->drive, CLOSE_WAIT_MS));
    }
    bool good = ledger_settle(r, c);
    connection_close(c);
    return good;
}

void ending_run(struct runner *r)
{
    for (struct connection *c = r->connections; c && !r->ended; c = c->next) {
        r->current = c;
        if (connection_is_open(c) && !dialog_payload_owed(&c->dialog))
            in_step(r, c);
        else
            ending_close(r, c);
    }
}
