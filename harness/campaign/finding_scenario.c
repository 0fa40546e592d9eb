/* A finding as a scenario that passes where the server is right. */
#include "finding.h"

#include <string.h>

/* A server that cuts a line off does so long before FLOOD_REPLAYED octets. */
enum { REPEAT_FROM = 32, EXPECTED_MOST = 12, FLOOD_REPLAYED = 1 << 20 };
/* Time for a server, also a busy one, to say what it has to say before our FIN. */
enum { SPEAK_MS = 500 };

#define ANY_REPLY "\"2xx | 3xx | 4xx | 5xx\""

static size_t run_length(struct bytes b, size_t at)
{
    size_t end = at + 1;
    while (end < b.len && b.data[end] == b.data[at])
        end++;
    return end - at;
}

static bool is_text(unsigned char c)
{
    return octet_is_print(c) || c == '\r' || c == '\n' || c == '\t';
}

static void put_octet(struct buffer *out, unsigned char c, unsigned char next)
{
    switch (c) {
    case '\r':
        buffer_add_string(out, "\\r");
        return;
    case '\n':
        buffer_add_string(out, "\\n");
        return;
    case '\t':
        buffer_add_string(out, "\\t");
        return;
    case '$':
        buffer_add_string(out, next == '{' ? "$$" : "$");
        return;
    case '"':
    case '\\':
        buffer_add_octet(out, '\\');
        break;
    default:
        break;
    }
    buffer_add_octet(out, c);
}

/* One part of the list: a line, a run of one octet, or octets that are no text. Returns how many octets it took. */
static size_t put_part(struct buffer *out, struct bytes b)
{
    size_t run = run_length(b, 0), n = 0;
    if (run >= REPEAT_FROM && octet_is_print(b.data[0]) && b.data[0] != '$') {
        buffer_add_string(out, "{repeat: \"");
        put_octet(out, b.data[0], 0);
        buffer_printf(out, "\", times: %zu}", run);
        return run;
    }
    if (!is_text(b.data[0])) {
        buffer_add_string(out, "{hex: \"");
        for (; n < b.len && !is_text(b.data[n]); n++)
            buffer_printf(out, "%02x", b.data[n]);
        buffer_add_string(out, "\"}");
        return n;
    }
    buffer_add_octet(out, '"');
    while (n < b.len && is_text(b.data[n]) && (n == 0 || run_length(b, n) < REPEAT_FROM)) {
        put_octet(out, b.data[n], n + 1 < b.len ? b.data[n + 1] : 0);
        if (b.data[n++] == '\n')
            break;
    }
    buffer_add_octet(out, '"');
    return n;
}

static void put_octets(struct buffer *out, struct bytes b)
{
    struct buffer first = {0};
    size_t n = put_part(&first, b);
    if (n == b.len && first.len && first.data[0] == '"') {
        buffer_add(out, buffer_bytes(&first));
        buffer_free(&first);
        return;
    }
    buffer_free(&first);
    buffer_add_octet(out, '[');
    for (bool more = false; b.len > 0; more = true) {
        if (more)
            buffer_add_string(out, ",\n            ");
        b = bytes_from(b, put_part(out, b));
    }
    buffer_add_octet(out, ']');
}

/* What the server may answer where it is right; NULL: nothing is known. */
struct claim {
    const struct finding *finding;
    const struct outcome *outcome;
    struct buffer *out;
    size_t act; /* that is written */
};

static size_t replies_of(const struct claim *c, size_t act, bool earned)
{
    size_t n = 0;
    for (size_t i = 0; i < c->outcome->count; i++)
        n += c->outcome->answers[i].act == act && (!earned || c->outcome->answers[i].asked != ASKED_NOTHING);
    return n;
}

static bool is_surplus(const struct finding *f)
{
    return f->symptom.oracle == ORACLE_DESYNC || f->symptom.oracle == ORACLE_TLS || f->symptom.oracle == ORACLE_SURPLUS;
}

/* The act where the server goes wrong. */
static size_t deciding_act(const struct finding *f, const struct outcome *o)
{
    size_t last = o->acts ? o->acts - 1 : 0;
    if (is_surplus(f))
        return o->surplus_act < last ? o->surplus_act : last;
    if (f->symptom.oracle == ORACLE_ORDER)
        return o->order_act;
    if (o->quit)
        return o->acts;
    return last;
}

static bool breaks_off(const struct finding *f)
{
    return f->symptom.oracle <= ORACLE_MUTE && f->late_ms == 0;
}

static void put_expect(struct claim *c, const char *key, const char *what, bool beside)
{
    buffer_printf(c->out, beside ? "\n        %s: %s" : "\n      - %s: %s", key, what);
}

static const char *class_of(int code)
{
    static const char *const classes[] = {"2xx", "3xx", "4xx", "5xx"};
    int class = code / 100;
    return class >= 2 && class <= 5 ? classes[class - 2] : ANY_REPLY;
}

/* Each reply that came to this act is a premise, but for the one that is wrong. */
static void put_replies(struct claim *c, bool beside)
{
    const struct outcome *o = c->outcome;
    bool deciding = c->act == deciding_act(c->finding, o);
    size_t written = 0;
    for (size_t i = 0; i < o->count && written < EXPECTED_MOST; i++) {
        const struct answer *a = &o->answers[i];
        if (a->act != c->act || (is_surplus(c->finding) && a->asked == ASKED_NOTHING))
            continue;
        bool broken = deciding && c->finding->symptom.oracle == ORACLE_ORDER && a->code / 100 == 2;
        if (broken)
            put_expect(c, "expect", "4xx | 5xx | close", beside && written == 0);
        else if (deciding && c->finding->symptom.oracle == ORACLE_CHECK)
            put_expect(c, "expect", ANY_REPLY, beside && written == 0);
        else
            put_expect(c, "assume", class_of(a->code), beside && written == 0);
        written++;
    }
    for (size_t i = 0; deciding && breaks_off(c->finding) && i < (o->owed ? o->owed : 1) && written < EXPECTED_MOST;
         i++)
        put_expect(c, "expect", ANY_REPLY, beside && written++ == 0);
    if (deciding && is_surplus(c->finding))
        buffer_printf(c->out, beside || written ? "\n        replies: 0..%zu" : "\n      - replies: 0..%zu",
                      replies_of(c, c->act, true));
}

static void put_act(struct claim *c, const struct act *act)
{
    struct buffer *out = c->out;
    bool beside = false;
    switch (act->kind) {
    case ACT_SEND:
        if (act->octets.len > 0) {
            buffer_add_string(out, "\n      - raw: ");
            put_octets(out, act->octets);
            beside = true;
        }
        put_replies(c, beside);
        break;
    case ACT_PAUSE:
        buffer_printf(out, "\n      - pause: %ums", act->pause);
        put_replies(c, false);
        break;
    case ACT_TLS:
        put_replies(c, false);
        if (c->outcome->tls)
            buffer_add_string(out, "\n      - handshake: ok | refused");
        break;
    case ACT_HALF_CLOSE:
        buffer_add_string(out, "\n      - half-close:");
        put_replies(c, false);
        break;
    case ACT_FLOOD:
        buffer_printf(out, "\n      - raw: [{repeat: \"a\", times: %d}]\n        expect: 4xx | 5xx | close",
                      FLOOD_REPLAYED);
        break;
    case ACT_CLOSE:
        buffer_add_string(out, "\n      - close:");
        break;
    case ACT_RESET:
        buffer_add_string(out, "\n      - reset:");
        break;
    }
}

static void put_steps(struct claim *c)
{
    struct script s;
    struct act act;
    struct buffer room = {0};
    size_t at = 0, begin = c->out->len;
    struct arena *a = arena_new();
    if (!a || !script_parse(&s, a, buffer_bytes(&c->finding->smallest))) {
        c->out->failed = true;
        arena_free(a);
        return;
    }
    for (c->act = 0; c->act < c->outcome->acts && script_next(&s, &at, &room, &act); c->act++)
        put_act(c, &act);
    if (c->outcome->quit && deciding_act(c->finding, c->outcome) == c->act) {
        buffer_add_string(c->out, "\n      - send: QUIT");
        put_replies(c, true);
    } else if (c->outcome->fin && c->finding->symptom.oracle != ORACLE_CHECK &&
               c->finding->symptom.oracle != ORACLE_ORDER) {
        /* A server may drop at our FIN what it was about to say (asyncio's do), and a reply too many with it. */
        if (is_surplus(c->finding))
            buffer_printf(c->out, "\n      - pause: %dms", SPEAK_MS);
        /* A 2yz here would be a reply to something that has no end yet. */
        buffer_add_string(c->out, "\n      - half-close:\n      - expect: close | 4xx | 5xx");
    }
    if (c->out->len == begin)
        buffer_add_string(c->out, "\n      - {send: NOOP, expect: 2xx}");
    buffer_free(&room);
    arena_free(a);
}

/* It dies a while later, and it may take some sessions. */
static void put_wait(const struct finding *f, struct buffer *out)
{
    enum { EVERY_MS = 100, LEAST = 20 };
    buffer_printf(out,
                  "\n      - repeat:\n          times: %d\n          steps:\n            - reconnect:\n"
                  "            - pause: %dms",
                  (int)(f->late_ms / EVERY_MS) + LEAST, EVERY_MS);
}

/* What the mailboxes have to hold in the end; no more can be said where several messages were acknowledged. */
static void put_deliveries(struct claim *c, const struct target *t)
{
    for (size_t i = 0; i < t->mailbox_count && i < MAILBOXES_MOST; i++) {
        const struct promise *p = &c->outcome->promises.of[i];
        if (p->named && p->most <= 1)
            buffer_printf(c->out, "\n      - delivered: {to: %s, count: %u}", t->mailboxes[i].address, p->most);
    }
}

static bool is_about_mail(const struct finding *f)
{
    return f->symptom.oracle == ORACLE_REFUSED || f->symptom.oracle == ORACLE_MAILBOX;
}

bool finding_scenario(const struct finding *f, const struct finding_context *ctx, struct buffer *out)
{
    const struct oracle_info *o = oracle_info(f->symptom.oracle);
    struct claim c = {.finding = f, .outcome = ctx->outcome, .out = out};
    bool auth = ctx->prologue & PROLOGUE_AUTH;
    buffer_add_string(out, "# Made by smtpspec fuzz. Passes where the server is right.\nsuite: finding\n");
    buffer_printf(out, "title: What a fuzzing campaign found\nscenarios:\n  - id: %s\n    title: \"%s\"\n", f->id,
                  o->says);
    buffer_printf(out, "    level: %s\n    reference: \"%s\"\n    tags: [finding, %s]\n", o->level, o->reference,
                  o->name);
    buffer_printf(out, "    start: %s\n", auth ? "ehlo" : "connect");
    if (auth)
        buffer_add_string(out, "    auth: true\n");
    if (ctx->prologue & PROLOGUE_TLS)
        buffer_add_string(out, "    over: [tls]\n");
    if (breaks_off(f) || f->late_ms > 0)
        buffer_add_string(out, "    alive: true\n");
    buffer_add_string(out, "    steps:");
    put_steps(&c);
    if (f->late_ms > 0)
        put_wait(f, out);
    if (is_about_mail(f))
        put_deliveries(&c, ctx->target);
    buffer_add_octet(out, '\n');
    return !buffer_failed(out);
}

void finding_deciding(const struct finding *f, const struct outcome *outcome, struct buffer *out)
{
    struct script s;
    struct act act;
    struct buffer room = {0};
    size_t at = 0, wanted = deciding_act(f, outcome);
    struct arena *a = arena_new();
    if (a && script_parse(&s, a, buffer_bytes(&f->smallest)))
        for (size_t n = 0; script_next(&s, &at, &room, &act); n++)
            if (n <= wanted && act.kind == ACT_SEND && act.octets.len > 0) {
                buffer_clear(out);
                buffer_add(out, act.octets);
            }
    buffer_free(&room);
    arena_free(a);
}
