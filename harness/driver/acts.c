#include "auth.h"
#include "runner.h"

#include <stdio.h>

/* One code as an expectation, for acts that have one of their own. `a` has to live as long. */
static struct expectation code_expected(struct alternative *a, const char *source)
{
    *a = (struct alternative){.kind = ANSWER_CODE};
    for (size_t i = 0; i < 3; i++)
        a->digit[i] = (signed char)(source[i] - '0');
    return (struct expectation){.present = true, .source = source, .alternatives = a, .count = 1};
}

/* What a scenario asks of a connection that it closed itself is a mistake in the scenario. */
static bool usable(struct runner *r, const struct connection *c, const struct step *s)
{
    if (c->net && !c->half_closed)
        return true;
    return runner_end(r, VERDICT_ERROR, &s->mark, NULL, NULL,
                      "the scenario sends on a connection that it closed before");
}

/* A broken write shows in what is read next. */
static bool act_send(struct runner *r, struct connection *c, const struct step *s)
{
    struct buffer octets = {0};
    struct writing w = {s->dribble, s->split, s->split_count, s->delay_ms};
    bool good = usable(r, c, s) && octets_make(r, s, &octets);
    if (good)
        connection_send_in_parts(c, buffer_bytes(&octets), &w);
    buffer_free(&octets);
    return good && judge_step(r, c, s, NULL);
}

static bool act_none(struct runner *r, struct connection *c, const struct step *s)
{
    if (!s->when)
        return judge_step(r, c, s, NULL);
    return runner_steps(r, judge_when(r, c, s->when) ? &s->then : &s->otherwise);
}

static bool pipeline_collect(struct runner *r, const struct steps *steps, struct buffer *out)
{
    for (size_t i = 0; i < steps->count; i++) {
        const struct step *s = &steps->items[i];
        int64_t times = 1;
        if (act_sends(s->act) && !octets_make(r, s, out))
            return false;
        if (s->act != ACT_REPEAT)
            continue;
        if (!act_times(r, s, &times))
            return false;
        for (int64_t n = 0; n < times; n++)
            if (!pipeline_collect(r, &s->steps, out))
                return false;
    }
    return true;
}

/* The replies, in the order of the steps; `when` decides which expectations come next. */
static bool pipeline_judge(struct runner *r, struct connection *c, const struct steps *steps)
{
    for (size_t i = 0; i < steps->count; i++) {
        const struct step *s = &steps->items[i];
        int64_t times = 1;
        bool going = true;
        if (drive_stopped(r->drive))
            return runner_end(r, VERDICT_SKIP, &s->mark, NULL, NULL, "interrupted");
        if (s->act == ACT_REPEAT) {
            going = act_times(r, s, &times);
            for (int64_t n = 0; going && n < times; n++)
                going = pipeline_judge(r, c, &s->steps);
        } else if (s->when) {
            going = pipeline_judge(r, c, judge_when(r, c, s->when) ? &s->then : &s->otherwise);
        } else {
            going = judge_step(r, c, s, NULL) && judge_captures(r, c, s);
        }
        if (!going)
            return false;
    }
    return true;
}

static bool act_pipeline(struct runner *r, struct connection *c, const struct step *s)
{
    struct buffer octets = {0};
    struct writing w = {s->dribble, s->split, s->split_count, s->delay_ms};
    bool good = usable(r, c, s) && pipeline_collect(r, &s->steps, &octets);
    if (good && buffer_failed(&octets))
        good = runner_end(r, VERDICT_ERROR, &s->mark, NULL, NULL, "no memory for what is to be sent");
    if (good)
        connection_send_in_parts(c, buffer_bytes(&octets), &w);
    buffer_free(&octets);
    return good && pipeline_judge(r, c, &s->steps) && judge_step(r, c, s, NULL);
}

static bool handshake_refused(struct runner *r, struct connection *c, const struct step *s, unsigned wanted,
                              enum net_status status, const char *why)
{
    if (wanted & HANDSHAKE_REFUSED && status != NET_TIMEOUT) {
        r->ended = true; /* as it stands: passed, maybe with a warning */
        return false;
    }
    connection_decide(c);
    return runner_end(
        r, VERDICT_FAIL, &s->mark, "a TLS handshake", "the handshake failed",
        status == NET_TIMEOUT ? "the TLS handshake was not answered in time" : "the TLS handshake failed: %s", why);
}

static bool handshake_modern(struct runner *r, struct connection *c, const struct step *s)
{
    struct net_tls_facts facts;
    if (!net_tls_facts(c->net, &facts) ||
        (strcmp(facts.version, "TLSv1.1") != 0 && strcmp(facts.version, "TLSv1") != 0))
        return true;
    const char *found = arena_string(r->result->arena, facts.version);
    connection_decide(c);
    return runner_end(r, runner_broken(r), &s->mark, "TLS 1.2 or later", found, "expected TLS 1.2 or later, found %s",
                      facts.version);
}

static bool act_handshake(struct runner *r, struct connection *c, const struct step *s)
{
    struct error e = {0};
    unsigned wanted = s->act == ACT_STARTTLS || s->handshake == 0 ? HANDSHAKE_OK : s->handshake;
    if (!usable(r, c, s))
        return false;
    enum net_status status = connection_start_tls(c, &e);
    if (status != NET_OK)
        return handshake_refused(r, c, s, wanted, status, e.text[0] ? e.text : "the connection was closed");
    if (wanted & HANDSHAKE_MODERN)
        return handshake_modern(r, c, s);
    if (wanted & HANDSHAKE_OK)
        return true;
    return runner_end(r, runner_broken(r), &s->mark, "the handshake is refused", "it was done",
                      "expected the TLS handshake to be refused, it was done");
}

/* A 4yz (454, RFC 3207 section 4) says that TLS is not to be had now: nothing is learnt. */
static bool act_starttls(struct runner *r, struct connection *c, const struct step *s)
{
    struct alternative is_220;
    struct expectation expect_220 = code_expected(&is_220, "220");
    if (!usable(r, c, s))
        return false;
    connection_command(c, "STARTTLS");
    connection_take_soon(c);
    bool own = s->expect.present || s->assume.present;
    if (!own && c->last.kind == OBSERVED_REPLY && c->reply.code / 100 == 4)
        return runner_end(r, VERDICT_BLOCKED, &s->mark, "220", NULL,
                          "STARTTLS was answered %d: TLS is not to be had now", c->reply.code);
    if (!judge_taken(r, c, s, &expect_220))
        return false;
    if (c->last.kind != OBSERVED_REPLY || c->reply.code != 220)
        return true;
    return act_handshake(r, c, s);
}

static bool text_or(struct runner *r, const struct text *t, const char *other, struct buffer *out,
                    const struct mark *mark)
{
    struct error e = {0};
    if (!t->source.data)
        buffer_add_string(out, other ? other : "");
    else if (!text_expand(t, &r->variables, out, &e))
        return runner_end(r, VERDICT_ERROR, mark, NULL, NULL, "%s", e.text);
    return true;
}

static bool act_auth(struct runner *r, struct connection *c, const struct step *s)
{
    struct buffer user = {0}, password = {0}, authzid = {0};
    const struct target *t = r->drive->target;
    struct alternative is_235;
    struct expectation expect_235 = code_expected(&is_235, "235");
    char why[160] = "";
    bool going = usable(r, c, s) && text_or(r, &s->auth.user, t->user, &user, &s->mark) &&
                 text_or(r, &s->auth.password, t->password, &password, &s->mark) &&
                 text_or(r, &s->auth.authzid, NULL, &authzid, &s->mark);
    if (going) {
        struct auth_order order = {.mechanism = s->auth.mechanism,
                                   .user = buffer_bytes(&user),
                                   .password = buffer_bytes(&password),
                                   .authzid = buffer_bytes(&authzid),
                                   .initial = s->auth.initial,
                                   .error = s->auth.error};
        going = auth_exchange(c, &order, why, sizeof why);
        if (!going)
            runner_end(r, VERDICT_BLOCKED, &s->mark, NULL, NULL, "the AUTH exchange could not be done: %s", why);
    }
    buffer_free(&user);
    buffer_free(&password);
    buffer_free(&authzid);
    return going && judge_taken(r, c, s, s->auth.error == AUTH_NO_ERROR ? &expect_235 : NULL);
}

static bool act_pause(struct runner *r, struct connection *c, const struct step *s)
{
    recorder_text(&r->recorder, EVENT_NOTE, s->connection, "waiting %lld ms",
                  (long long)drive_ms(r->drive, s->pause_ms));
    drive_sleep(r->drive, s->pause_ms);
    return judge_step(r, c, s, NULL);
}

static bool act_close(struct runner *r, struct connection *c, const struct step *s)
{
    (void)s;
    return ending_close(r, c);
}

static bool act_half_close(struct runner *r, struct connection *c, const struct step *s)
{
    connection_half_close(c);
    return judge_step(r, c, s, NULL);
}

static bool act_reset(struct runner *r, struct connection *c, const struct step *s)
{
    (void)r;
    (void)s;
    connection_reset(c);
    return true;
}

static bool act_connect(struct runner *r, struct connection *c, const struct step *s)
{
    return judge_step(r, c, s, NULL);
}

static bool act_reconnect(struct runner *r, struct connection *c, const struct step *s)
{
    if (c->net && !ending_close(r, c))
        return false;
    c = runner_open(r, s->connection, r->scenario->start);
    return c && judge_step(r, c, s, NULL);
}

static bool act_repeat(struct runner *r, struct connection *c, const struct step *s)
{
    int64_t times;
    (void)c;
    if (!act_times(r, s, &times))
        return false;
    for (int64_t i = 0; i < times; i++)
        if (!runner_steps(r, &s->steps))
            return false;
    return true;
}

typedef bool act_function(struct runner *r, struct connection *c, const struct step *s);
static act_function *const acts[ACT_COUNT] = {
    [ACT_NONE] = act_none,
    [ACT_SEND] = act_send,
    [ACT_RAW] = act_send,
    [ACT_HEX] = act_send,
    [ACT_DATA] = act_send,
    [ACT_BDAT] = act_send,
    [ACT_PIPELINE] = act_pipeline,
    [ACT_STARTTLS] = act_starttls,
    [ACT_HANDSHAKE] = act_handshake,
    [ACT_AUTH] = act_auth,
    [ACT_PAUSE] = act_pause,
    [ACT_CLOSE] = act_close,
    [ACT_HALF_CLOSE] = act_half_close,
    [ACT_RESET] = act_reset,
    [ACT_CONNECT] = act_connect,
    [ACT_RECONNECT] = act_reconnect,
    [ACT_REPEAT] = act_repeat,
    [ACT_CROWD] = act_crowd,
    [ACT_CUT] = act_cut,
    [ACT_DELIVERED] = act_delivered,
    [ACT_ALIKE] = act_alike,
};

/* The connection of the step; a new one is opened by its first step. */
static struct connection *connection_for(struct runner *r, const struct step *s)
{
    struct connection *c = runner_connection(r, s->connection);
    if (s->act == ACT_CONNECT)
        return c && c->net ? c : runner_open_raw(r, s->connection);
    return c ? c : runner_open(r, s->connection, r->scenario->start);
}

/* `replies:` counts from here on; several such steps on one connection add up. */
static void ledger_open(struct connection *c, const struct step *s)
{
    struct ledger *l = &c->ledger;
    if (!l->open)
        *l = (struct ledger){.open = true, .at = c->replies, .mark = s->mark};
    l->min += s->replies_min;
    l->max += s->replies_max;
}

static bool has_replies_within(const struct steps *steps)
{
    for (size_t i = 0; i < steps->count; i++)
        if (steps->items[i].has_replies || has_replies_within(&steps->items[i].steps))
            return true;
    return false;
}

/* Counted steps within a pipeline are counted from its one write on. */
static void ledger_open_within(struct connection *c, const struct steps *steps)
{
    for (size_t i = 0; i < steps->count; i++) {
        if (steps->items[i].has_replies)
            ledger_open(c, &steps->items[i]);
        ledger_open_within(c, &steps->items[i].steps);
    }
}

bool act_run(struct runner *r, const struct step *s)
{
    struct connection *c = connection_for(r, s);
    if (!c)
        return false;
    r->current = c;
    if (s->has_replies)
        ledger_open(c, s);
    bool inside = s->has_replies;
    if (s->act == ACT_PIPELINE && has_replies_within(&s->steps)) {
        ledger_open_within(c, &s->steps);
        inside = true;
    }
    bool before = c->ledger.inside;
    c->ledger.inside |= inside;
    bool going = acts[s->act](r, c, s);
    /* A step may have put a new connection in the place of this one. */
    c = runner_connection(r, s->connection);
    if (c)
        c->ledger.inside = before;
    return going && c && (s->act == ACT_PIPELINE || judge_captures(r, c, s)) && (!s->took || timing_keep(r, c, s));
}
