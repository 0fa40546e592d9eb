#include "base/text.h"
#include "life.h"
#include "refusal.h"
#include "runner.h"
#include "scenario/pattern.h"

/* The expectations on one reply, `each:` resolved. */
struct wanted {
    const struct expectation *assume, *expect, *prefer; /* NULL: none */
    const struct mark *mark;
};

static const struct expectation *resolve(const struct expectation *x, size_t index)
{
    if (!x || !x->present)
        return NULL;
    if (x->each_count == 0)
        return x;
    return &x->each[index < x->each_count ? index : x->each_count - 1];
}

static struct wanted wanted_of(const struct step *s, const struct expectation *fallback, size_t index)
{
    bool plain = !s->expect.present && !s->assume.present;
    return (struct wanted){.assume = resolve(&s->assume, index),
                           .expect = resolve(plain ? fallback : &s->expect, index),
                           .prefer = resolve(s->prefer, index),
                           .mark = &s->mark};
}

/* What the step says as a whole, in words. */
static const char *source_of(const struct wanted *w)
{
    const struct expectation *x = w->expect ? w->expect : w->assume;
    return x ? x->source : NULL;
}

static bool either(const struct wanted *w, bool (*test)(const struct expectation *x))
{
    return (w->expect && test(w->expect)) || (w->assume && test(w->assume));
}

/* expectation_met with what only the connection knows: enhanced codes count only where they are offered, and waits
 * were stretched by --timeout-scale. */
static bool met(struct runner *r, struct connection *c, const struct expectation *x, struct buffer *why)
{
    struct expectation known = *x;
    struct observation o = c->last;
    int64_t silence = expectation_silence(x);
    if (!connection_offers(c, "ENHANCEDSTATUSCODES"))
        known.enhanced.present = false;
    o.ms = (int64_t)((double)o.ms / r->drive->options.timeout_scale);
    if (o.kind == OBSERVED_SILENCE && silence > o.ms)
        o.ms = silence;
    return expectation_met(&known, &o, &r->variables, why);
}

/* In words what came instead, in the result's arena. */
static const char *unmet(struct runner *r, struct connection *c, const struct expectation *x)
{
    struct buffer why = {0};
    const char *text = NULL;
    if (x && !met(r, c, x, &why))
        text = arena_string(r->result->arena, buffer_string(&why));
    buffer_free(&why);
    return text;
}

/* Another connection counts as greeted promptly within a second, or within a tenth of what was waited for the reply: a
 * server that is slower may have been too busy to reply as well. */
enum { PROMPT_MS = 1000, PROMPT_SHARE = 10 };

bool judge_no_reply(struct runner *r, struct connection *c, const struct mark *mark, const char *expected,
                    const char *what, int64_t waited_ms)
{
    int64_t took = 0;
    char why[WHY_SIZE] = "";
    connection_decide(c);
    switch (life_greeted(r->drive, r->drive->options.timeout_ms, &took, why)) {
    case GREETED:
        if (took > PROMPT_MS && took > waited_ms / PROMPT_SHARE)
            return runner_end(r, VERDICT_ERROR, mark, expected, "no reply",
                              "%s within %lld ms, and another connection was greeted after %lld ms only: the server is "
                              "too slow to be judged",
                              what, (long long)waited_ms, (long long)took);
        return runner_end(r, VERDICT_FAIL, mark, expected, "no reply",
                          "%s within %lld ms, while another connection was greeted in %lld ms", what,
                          (long long)waited_ms, (long long)took);
    case REFUSED:
        if (!life_look(r->drive))
            return runner_died(r, mark);
        break;
    case SILENT:
        break;
    }
    return runner_end(r, VERDICT_ERROR, mark, expected, "no reply",
                      "%s within %lld ms, and another connection was not greeted in time either: %s", what,
                      (long long)waited_ms, why);
}

/* The first line of the last reply, made visible. */
static void last_line(const struct connection *c, struct buffer *out)
{
    struct bytes rest = buffer_bytes(&c->raw), line = {0};
    bytes_next_line(&rest, &line);
    text_visible(out, line, 200);
}

/* A 421 that a class took, and then the close that it announced: RFC 5321 section 3.8 allows both. */
static bool closed_after_421(struct runner *r, struct connection *c, const struct mark *mark, const char *expected)
{
    struct buffer text = {0};
    last_line(c, &text);
    runner_end(r, VERDICT_BLOCKED, mark, expected, "the connection was closed after a 421",
               "the server answered %s, and closed the connection", buffer_string(&text));
    buffer_free(&text);
    return false;
}

bool judge_closed(struct runner *r, struct connection *c, const struct mark *mark, const char *expected,
                  const char *what)
{
    connection_decide(c);
    if (c->replies > 0 && c->reply.code == 421)
        return closed_after_421(r, c, mark, expected);
    if (!life_look(r->drive))
        return runner_died(r, mark);
    return runner_end(r, VERDICT_FAIL, mark, expected,
                      c->last.kind == OBSERVED_RST ? "the connection was reset" : "the connection was closed", "%s",
                      what);
}

static bool judge_421(struct runner *r, struct connection *c, const struct wanted *w)
{
    struct buffer text = {0};
    last_line(c, &text);
    connection_decide(c);
    r->overload = true;
    runner_end(r, VERDICT_BLOCKED, w->mark, source_of(w), buffer_string(&text), "the server answered %s",
               buffer_string(&text));
    buffer_free(&text);
    return false;
}

static bool takes_421(const struct expectation *x)
{
    return expectation_takes_code(x, 421);
}

/* A refusal that is none of the requirement's business, unless it names the code. */
static bool judge_refusal(struct runner *r, struct connection *c, const struct expectation *x, const struct mark *mark,
                          const char *found)
{
    struct buffer text = {0};
    const char *why = refusal_reason(c);
    if (expectation_names_code(x, c->reply.code))
        return false;
    if (!why && refusal_is_general(c, &r->recorder))
        why = "as it now does to a plain transaction";
    if (!why)
        return false;
    last_line(c, &text);
    connection_decide(c);
    runner_end(r, VERDICT_BLOCKED, mark, x->source, found, "the server answered %s, %s", buffer_string(&text), why);
    buffer_free(&text);
    return true;
}

static bool judge_one(struct runner *r, struct connection *c, const struct wanted *w)
{
    const char *found;
    if (c->last.kind == OBSERVED_REPLY && c->reply.code == 421 && !either(w, takes_421))
        return judge_421(r, c, w);
    if ((found = unmet(r, c, w->assume))) {
        connection_decide(c);
        return runner_end(r, VERDICT_BLOCKED, w->mark, w->assume->source, found, "assumed %s, %s", w->assume->source,
                          found);
    }
    if ((found = unmet(r, c, w->expect))) {
        if (judge_refusal(r, c, w->expect, w->mark, found))
            return false;
        connection_decide(c);
        return runner_end(r, runner_broken(r), w->mark, w->expect->source, found, "expected %s, %s", w->expect->source,
                          found);
    }
    if ((found = unmet(r, c, w->prefer))) {
        if (judge_refusal(r, c, w->prefer, w->mark, found))
            return false;
        connection_decide(c);
        runner_warn(r, w->mark, w->prefer->source, found);
    }
    return true;
}

/* What was taken, when it is no reply and not what was wanted. */
static bool judge_absence(struct runner *r, struct connection *c, const struct wanted *w, enum taken taken,
                          int64_t waited_ms)
{
    if (taken == TAKEN_ENDLESS)
        return runner_end(r, VERDICT_FAIL, w->mark, source_of(w), "a line or reply without end",
                          "the server sent a line or a reply without an end");
    if (taken == TAKEN_TIMEOUT)
        return judge_no_reply(r, c, w->mark, source_of(w), "no reply", waited_ms);
    if (!w->expect && !life_is_dead(r->drive) && life_look(r->drive))
        return runner_end(r, VERDICT_BLOCKED, w->mark, source_of(w), "the connection was closed",
                          "assumed %s, the connection was closed without a reply", source_of(w));
    return judge_closed(r, c, w->mark, source_of(w), "the connection was closed without a reply");
}

static int64_t longest_silence(const struct wanted *w)
{
    int64_t a = w->assume ? expectation_silence(w->assume) : 0, b = w->expect ? expectation_silence(w->expect) : 0;
    return a > b ? a : b;
}

static bool take_and_judge(struct runner *r, struct connection *c, const struct wanted *w)
{
    int64_t silence = longest_silence(w);
    int64_t wait = r->drive->options.timeout_ms;
    if (silence > 0)
        wait = silence;
    else if (w->expect && w->expect->within_ms > 0)
        wait = w->expect->within_ms;
    else if (w->assume && w->assume->within_ms > 0)
        wait = w->assume->within_ms;
    enum taken taken = connection_take(c, drive_deadline(r->drive, wait));
    if (taken == TAKEN_TIMEOUT && silence > 0) {
        dialog_forgive(&c->dialog);
        taken = TAKEN_REPLY; /* the silence is what there is to judge */
    }
    if (taken == TAKEN_CLOSE && either(w, expectation_takes_close))
        taken = TAKEN_REPLY;
    if (taken != TAKEN_REPLY)
        return judge_absence(r, c, w, taken, drive_ms(r->drive, wait));
    return judge_one(r, c, w);
}

/* How many replies in a row the step wants. */
static bool times_of(struct runner *r, const struct step *s, int64_t *times)
{
    const struct expectation *x = s->expect.present ? &s->expect : &s->assume;
    struct error e = {0};
    *times = 1;
    if (!x->present || !x->times.source.data || text_number(&x->times, &r->variables, times, &e))
        return true;
    return runner_end(r, VERDICT_ERROR, &s->mark, NULL, NULL, "%s", e.text);
}

bool judge_step(struct runner *r, struct connection *c, const struct step *s, const struct expectation *fallback)
{
    int64_t times;
    if (!s->expect.present && !s->assume.present && !s->prefer && !fallback)
        return true;
    if (!times_of(r, s, &times))
        return false;
    for (int64_t i = 0; i < times; i++) {
        /* LMTP: behind the end of a message, one reply for each recipient, whether `each:` was written or not. */
        size_t index = 0;
        do {
            struct wanted w = wanted_of(s, fallback, index++);
            if (!take_and_judge(r, c, &w))
                return false;
        } while (c->dialog.final_left > 0 && c->last.kind == OBSERVED_REPLY);
    }
    return true;
}

bool judge_taken(struct runner *r, struct connection *c, const struct step *s, const struct expectation *fallback)
{
    struct wanted w = wanted_of(s, fallback, 0);
    if (!w.expect && !w.assume && !w.prefer)
        return true;
    if (c->last.kind == OBSERVED_SILENCE)
        return judge_absence(r, c, &w, TAKEN_TIMEOUT, drive_ms(r->drive, r->drive->options.timeout_ms));
    if (c->last.kind != OBSERVED_REPLY && !either(&w, expectation_takes_close))
        return judge_absence(r, c, &w, TAKEN_CLOSE, 0);
    return judge_one(r, c, &w);
}

bool judge_when(struct runner *r, struct connection *c, const struct expectation *when)
{
    struct buffer why = {0};
    bool good = c->observed && met(r, c, when, &why);
    buffer_free(&why);
    return good;
}

/* The last reply's lines with their codes, joined by LF. */
static void lines_join(const struct connection *c, struct buffer *out)
{
    struct bytes rest = buffer_bytes(&c->raw), line;
    while (bytes_next_line(&rest, &line)) {
        if (out->len > 0)
            buffer_add_octet(out, '\n');
        buffer_add(out, line);
    }
}

static bool capture_one(struct runner *r, const struct capture *capture, const struct mark *mark, struct bytes subject)
{
    struct error e = {0};
    struct bytes value;
    switch (pattern_match(&capture->pattern, &r->variables, subject, &value, &e)) {
    case PATTERN_MATCHES:
        break;
    case PATTERN_DIFFERS:
        return runner_end(r, VERDICT_BLOCKED, mark, NULL, NULL, "the reply has nothing to take for ${%s}",
                          capture->name);
    case PATTERN_ERROR:
        return runner_end(r, VERDICT_ERROR, mark, NULL, NULL, "%s", e.text);
    }
    struct captured *made = arena_alloc(r->result->arena, sizeof *made);
    if (!made)
        return runner_end(r, VERDICT_ERROR, mark, NULL, NULL, "no memory");
    *made = (struct captured){capture->name, arena_bytes(r->result->arena, value), r->captures};
    r->captures = made;
    return true;
}

bool judge_captures(struct runner *r, struct connection *c, const struct step *s)
{
    struct buffer subject = {0};
    bool going = true;
    if (s->capture_count > 0)
        lines_join(c, &subject);
    for (size_t i = 0; going && i < s->capture_count; i++)
        going = capture_one(r, &s->captures[i], &s->mark, buffer_bytes(&subject));
    buffer_free(&subject);
    return going;
}
