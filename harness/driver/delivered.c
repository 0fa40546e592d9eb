/* `delivered:` looks until what has to be there is there; that nothing more comes is judged after a sentinel message,
 * sent later to the same mailbox, has arrived. */
#include "driver/delivery.h"
#include "plain.h"
#include "runner.h"
#include "scenario/pattern.h"
#include "sentinel.h"

#include "base/text.h"

#include <stdio.h>

enum {
    HOPELESS_MS = 1000, /* what has to arrive gets so long where messages did not arrive before */
    SHOWN = 300,
    SHOWN_BEFORE = 80,
    GRACE_MS = 50 /* between the sentinel's arrival and the last look, for deliveries that run side by side */
};

struct looking {
    struct runner *runner;
    const struct step *step;
    struct store *store;
    struct bytes *wanted;
    size_t wanted_count;
    struct search search;
};

/* A list of texts with their variables put in, in the result's arena. */
static bool texts_expand(struct runner *r, const struct text *texts, size_t count, struct bytes **out,
                         const struct mark *mark)
{
    struct error e = {0};
    *out = arena_array(r->result->arena, count + 1, sizeof **out);
    if (!*out)
        return runner_end(r, VERDICT_ERROR, mark, NULL, NULL, "no memory");
    for (size_t i = 0; i < count; i++) {
        struct buffer text = {0};
        bool good = text_expand(&texts[i], &r->variables, &text, &e);
        (*out)[i] = arena_bytes(r->result->arena, buffer_bytes(&text));
        buffer_free(&text);
        if (!good)
            return runner_end(r, VERDICT_ERROR, mark, NULL, NULL, "%s", e.text);
    }
    return true;
}

static bool wanted_make(struct looking *l)
{
    struct runner *r = l->runner;
    const struct delivered *d = &l->step->delivered;
    l->wanted_count = d->contains_count;
    if (d->contains_count > 0 && !texts_expand(r, d->contains, d->contains_count, &l->wanted, &l->step->mark))
        return false;
    /* A scenario without a nonce runs alone: every message is its own. */
    if (d->contains_count == 0 && !d->alone) {
        l->wanted = arena_array(r->result->arena, 1, sizeof *l->wanted);
        if (!l->wanted)
            return runner_end(r, VERDICT_ERROR, &l->step->mark, NULL, NULL, "no memory");
        l->wanted[0] = bytes_string(r->nonce);
        l->wanted_count = 1;
    }
    return true;
}

/* Where messages did not arrive any more, nobody waits long for the next one. */
static int64_t patience_ms(const struct looking *l)
{
    enum arrival arrival = store_arrival(l->store);
    bool hopeless = arrival == ARRIVAL_BROKEN || arrival == ARRIVAL_NEVER;
    return hopeless ? HOPELESS_MS : arrival_ms(l->runner->drive->target);
}

/* Sends a sentinel to the same mailbox and waits for it. True: it has arrived, and so has whatever was to come before.
 * False: what is not there can be blamed on nobody, `why` says so. */
static bool others_arrive(struct looking *l, struct bytes to, char why[WHY_SIZE])
{
    struct runner *r = l->runner;
    struct drive *d = r->drive;
    enum arrival before = store_arrival(l->store);
    if (before == ARRIVAL_BROKEN || before == ARRIVAL_NEVER) {
        snprintf(why, WHY_SIZE,
                 before == ARRIVAL_NEVER ? "no message was seen there in this run (see target/mailbox)"
                                         : "plain messages do not arrive there any more");
        return false;
    }
    struct sentinel s = {
        .store = l->store, .to = to, .id = r->scenario->id, .from = l->search.from, .recorder = &r->recorder};
    enum sentinel_fate fate = sentinel_try(d, &s);
    recorder_text(&r->recorder, EVENT_NOTE, NULL,
                  fate == SENTINEL_ARRIVED ? "a sentinel message sent later has arrived" : "the sentinel message: %s",
                  s.why);
    if (fate != SENTINEL_ARRIVED)
        snprintf(why, WHY_SIZE, "nor did a plain message that was sent later (%.180s)", s.why);
    drive_sleep(d, fate == SENTINEL_ARRIVED && store_is_atomic(l->store) ? GRACE_MS : d->target->settle_ms);
    return fate == SENTINEL_ARRIVED;
}

static const char *count_text(const struct delivered *d, struct arena *a)
{
    if (d->count_min == d->count_max)
        return arena_printf(a, "%lld delivered", (long long)d->count_min);
    return arena_printf(a, "%lld to %lld delivered", (long long)d->count_min, (long long)d->count_max);
}

static bool count_is_right(const struct looking *l)
{
    const struct delivered *d = &l->step->delivered;
    return (int64_t)l->search.count >= d->count_min && (int64_t)l->search.count <= d->count_max;
}

static bool count_judge(struct looking *l, struct bytes to)
{
    struct runner *r = l->runner;
    const struct delivered *d = &l->step->delivered;
    if (l->search.failed)
        return runner_end(r, VERDICT_ERROR, &l->step->mark, NULL, NULL, "%s", l->search.why);
    if (count_is_right(l))
        return true;
    const char *expected = count_text(d, r->result->arena);
    char found[64];
    snprintf(found, sizeof found, "%zu delivered", l->search.count);
    return runner_end(r, runner_broken(r), &l->step->mark, expected, found,
                      "expected %s of this scenario's messages in the mailbox of %.*s, found %zu",
                      expected ? expected : "another number", BYTES_ARG(to), l->search.count);
}

/* Too few, or none as it should be, says something only where other messages arrive; too many says it anyhow. */
static bool count_blocked(struct looking *l, struct bytes to, const char *why)
{
    struct runner *r = l->runner;
    const char *expected = count_text(&l->step->delivered, r->result->arena);
    if (l->search.failed || (int64_t)l->search.count > l->step->delivered.count_max)
        return count_judge(l, to);
    return runner_end(r, VERDICT_BLOCKED, &l->step->mark, expected, NULL,
                      "%zu of this scenario's messages arrived in the mailbox of %.*s, %s: delivery cannot be judged",
                      l->search.count, BYTES_ARG(to), why);
}

/* `found` is what of the message shows it best. */
static bool message_differs(struct looking *l, const char *expected, const char *reason, struct bytes message,
                            struct bytes found)
{
    struct buffer text = {0};
    struct runner *r = l->runner;
    text_visible(&text, found, 0);
    struct event *ev = recorder_octets(&r->recorder, EVENT_NOTE, NULL, false, message);
    if (ev)
        ev->text = "the message as delivered";
    runner_end(r, runner_broken(r), &l->step->mark, expected, buffer_string(&text), "%s", reason);
    buffer_free(&text);
    return false;
}

static bool absent_judge(struct looking *l, struct bytes message)
{
    const struct delivered *d = &l->step->delivered;
    struct bytes *absent;
    if (!texts_expand(l->runner, d->absent, d->absent_count, &absent, &l->step->mark))
        return false;
    for (size_t i = 0; i < d->absent_count; i++) {
        size_t at = bytes_find(message, absent[i]);
        if (at == BYTES_NONE)
            continue;
        size_t from = at > SHOWN_BEFORE ? at - SHOWN_BEFORE : 0;
        return message_differs(l, "a text is not in the message", "the delivered message holds what must not be in it",
                               message, bytes_slice(message, from, at - from + absent[i].len));
    }
    return true;
}

/* A message for regular expressions, whose lines end in LF. */
static void lines_of(struct bytes message, struct buffer *out)
{
    struct bytes line;
    while (bytes_next_line(&message, &line)) {
        buffer_add(out, line);
        buffer_add_octet(out, '\n');
    }
}

/* True when all of them say of the message what is wanted of them. */
static bool patterns_judge(struct looking *l, struct bytes message, struct bytes text, bool wanted)
{
    const struct delivered *d = &l->step->delivered;
    const struct text *patterns = wanted ? d->patterns : d->forbidden;
    size_t count = wanted ? d->pattern_count : d->forbidden_count;
    struct runner *r = l->runner;
    for (size_t i = 0; i < count; i++) {
        struct error e = {0};
        struct bytes found = bytes_slice(text, 0, SHOWN);
        enum pattern_result result = pattern_match(&patterns[i], &r->variables, text, wanted ? NULL : &found, &e);
        if (result == PATTERN_ERROR)
            return runner_end(r, VERDICT_ERROR, &l->step->mark, NULL, NULL, "%s", e.text);
        if ((result == PATTERN_MATCHES) == wanted)
            continue;
        const char *expected = arena_printf(r->result->arena, "a message %s text \"%.*s\"", wanted ? "with" : "without",
                                            BYTES_ARG(patterns[i].source));
        return message_differs(l, expected ? expected : "another text",
                               wanted ? "the delivered message does not have the form that it must have"
                                      : "the delivered message holds what must not be in it",
                               message, found);
    }
    return true;
}

static bool text_judge(struct looking *l, struct bytes message)
{
    struct buffer text = {0};
    if (l->step->delivered.pattern_count + l->step->delivered.forbidden_count == 0)
        return true;
    lines_of(message, &text);
    bool good = buffer_failed(&text) ? runner_end(l->runner, VERDICT_ERROR, &l->step->mark, NULL, NULL, "no memory")
                                     : patterns_judge(l, message, buffer_bytes(&text), true) &&
                                           patterns_judge(l, message, buffer_bytes(&text), false);
    buffer_free(&text);
    return good;
}

static bool body_judge(struct looking *l, struct bytes message)
{
    struct runner *r = l->runner;
    const struct delivered *d = &l->step->delivered;
    struct buffer body = {0};
    struct error e = {0};
    bool good = octets_expand(&d->body, &r->variables, &body, &e);
    if (!good)
        runner_end(r, VERDICT_ERROR, &l->step->mark, NULL, NULL, "%s", e.text);
    else if (!message_same(buffer_bytes(&body), message, d->exact))
        good = message_differs(l, "the message as it was sent", "the delivered message is not what was sent", message,
                               bytes_from(message, message.len > SHOWN ? message.len - SHOWN : 0));
    buffer_free(&body);
    return good;
}

static bool messages_judge(struct looking *l)
{
    for (size_t i = 0; i < l->search.count; i++) {
        struct bytes message = search_message(&l->search, i);
        if (!absent_judge(l, message) || !text_judge(l, message) ||
            (l->step->delivered.has_body && !body_judge(l, message)))
            return false;
    }
    return true;
}

/* A count of N to N with N above 0 is met when they are there. That not more come has to be shown only where the
 * scenario makes a point of it: 0, or a range. That and too few are judged after a sentinel. */
static bool look(struct looking *l, struct bytes to)
{
    struct drive *d = l->runner->drive;
    const struct delivered *want = &l->step->delivered;
    char why[WHY_SIZE] = "";
    bool found =
        want->count_min > 0 && search_until(d, &l->search, (size_t)want->count_min, drive_deadline(d, patience_ms(l)));
    bool judged = true;
    if (found)
        store_note_arrival(l->store, true);
    if (!found || want->count_min != want->count_max) {
        judged = others_arrive(l, to, why);
        search_until(d, &l->search, 0, clock_ms());
    }
    recorder_text(&l->runner->recorder, EVENT_NOTE, NULL, "%zu of this scenario's messages in the mailbox of %.*s",
                  l->search.count, BYTES_ARG(to));
    return (judged ? count_judge(l, to) : count_blocked(l, to, why)) && messages_judge(l);
}

bool act_delivered(struct runner *r, struct connection *c, const struct step *s)
{
    struct looking l = {.runner = r, .step = s};
    struct buffer to = {0};
    struct error e = {0};
    bool going = false;
    (void)c;
    if (s->delivered.to.source.data ? !text_expand(&s->delivered.to, &r->variables, &to, &e)
                                    : (buffer_add_string(&to, r->drive->target->recipient), false)) {
        runner_end(r, VERDICT_ERROR, &s->mark, NULL, NULL, "%s", e.text);
        goto out;
    }
    l.store = delivery_store(r->drive->delivery, buffer_bytes(&to));
    if (!l.store) {
        going = s->delivered.optional;
        if (!going)
            runner_end(r, VERDICT_SKIP, &s->mark, NULL, NULL, "the target names no mailbox for %s", buffer_string(&to));
        goto out;
    }
    if (!wanted_make(&l))
        goto out;
    size_t from = r->marks[delivery_number(r->drive->delivery, l.store)];
    l.search = (struct search){
        .store = l.store, .wanted = l.wanted, .wanted_count = l.wanted_count, .from = from, .looked = from};
    /* Where every message is the scenario's own, those of plain transactions are not: the one that the run began with
     * may come late, and a sentinel is one too. */
    if (l.wanted_count == 0)
        l.search.unwanted = BYTES(PLAIN_SUBJECT);
    going = look(&l, buffer_bytes(&to));
    search_free(&l.search);
out:
    buffer_free(&to);
    return going;
}
