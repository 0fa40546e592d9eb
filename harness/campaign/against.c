#include "against.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct rival {
    const struct target *target;
    struct link *link;
    struct watch *server;
    struct post *post;
    struct pace pace;
    struct outcome outcome;
};

static bool rival_open(struct rival *r, const struct campaign_options *o, const struct target *t, struct error *e)
{
    const struct driver_options options = {
        .timeout_ms = o->timeout_ms, .rate = o->rate, .stop = o->stop, .jobs = o->jobs};
    *r = (struct rival){.target = t};
    pace_begin(&r->pace, o->timeout_ms);
    r->link = link_new(t, &options, e);
    const struct watch_settings settings = {.target = t, .link = r->link, .timeout_ms = o->timeout_ms, .stop = o->stop};
    r->server = r->link ? watch_open(&settings, e) : NULL;
    return r->server && post_open(t, &r->post, e);
}

void rivals_close(struct rival *r, size_t count)
{
    for (size_t i = 0; r && i < count; i++) {
        watch_close(r[i].server);
        link_free(r[i].link);
        post_free(r[i].post);
    }
    free(r);
}

struct rival *rivals_open(const struct campaign_options *o, struct error *e)
{
    struct rival *r = calloc(o->against_count, sizeof *r);
    if (!r) {
        error_set(e, "out of memory");
        return NULL;
    }
    for (size_t i = 0; i < o->against_count; i++)
        if (!rival_open(&r[i], o, o->against[i], e)) {
            rivals_close(r, i + 1);
            return NULL;
        }
    return r;
}

static const char *name_of(const struct target *t)
{
    return t->name ? t->name : t->endpoint.text;
}

static void rival_play(struct worker *w, struct rival *r, struct bytes text, unsigned flags, struct buffer *record)
{
    struct script s;
    struct arena *a = arena_new();
    struct exchange_options o = exchange_options_of(w, &r->pace, flags, record);
    o.target = r->target;
    o.lmtp = r->target->endpoint.lmtp;
    o.server = 0;
    o.quit_alone = false; /* what is known of it is about the first server */
    if (r->post)
        post_disturb(r->post);
    if (a && script_parse(&s, a, text))
        exchange_play(r->link, &s, &o, NULL, NULL, &r->outcome);
    else
        r->outcome = (struct outcome){.ending = ENDING_NOBODY};
    pace_add(&r->pace, r->outcome.slowest_ms);
    arena_free(a);
}

/* One that died is started again; one that cannot be had any more ends the campaign. */
static bool rival_is_there(struct worker *w, struct rival *r)
{
    struct error e = {0};
    char why[256];
    if (r->outcome.ending != ENDING_NOBODY && r->outcome.ending != ENDING_MUTE)
        return true;
    if (link_greets(r->link, w->c->o->timeout_ms, why, sizeof why))
        return false;
    if (watch_is_ours(r->server) && watch_restart(r->server, &e))
        return false;
    error_set(&e, "%s, which is compared with, does not greet any more: %s", name_of(r->target), why);
    campaign_fail(w->c, &e);
    return false;
}

/* "250", or how the session ended there. */
static const char *answer_text(const struct outcome *o, size_t at, char text[24])
{
    if (at < o->count)
        snprintf(text, 24, "%d", o->answers[at].code);
    else
        snprintf(text, 24, "%s", ending_name(o->ending));
    return text;
}

static bool is_certain(const struct outcome *o, size_t at)
{
    return at >= o->count || o->answers[at].certain;
}

/* A server that ended where the other one answers; QUIT and FIN of our own are no difference. */
static bool ends_alike(const struct outcome *o, size_t at)
{
    return at < o->count || o->ending == ENDING_CLOSED || o->ending == ENDING_LEFT;
}

bool outcomes_differ(const struct outcome *a, const struct outcome *b, const char *other, struct symptom *out)
{
    size_t at = 0;
    char here[24], there[24];
    while (at < a->count && at < b->count && a->answers[at].certain && b->answers[at].certain &&
           a->answers[at].asked == b->answers[at].asked && a->answers[at].code / 100 == b->answers[at].code / 100)
        at++;
    bool over = at >= a->count && at >= b->count;
    if ((over && a->ending == b->ending) || !is_certain(a, at) || !is_certain(b, at))
        return false;
    if ((at >= a->count || at >= b->count) && ends_alike(a, at) && ends_alike(b, at))
        return false;
    int asked = at < a->count ? a->answers[at].asked : at < b->count ? b->answers[at].asked : a->asked;
    const char *what = asked_name(asked);
    answer_text(a, at, here);
    answer_text(b, at, there);
    *out = (struct symptom){.oracle = ORACLE_DIFFERENT};
    /* The codes make clusters: another code has most often another reason. */
    snprintf(out->place, sizeof out->place, "%s %s, %s at %.80s", what, here, there, other);
    snprintf(out->detail, sizeof out->detail, "%s is answered %s here, %s at %.80s", what, here, there, other);
    return true;
}

static const char delivered[] = "delivered ";

bool difference_is_mail(const struct symptom *s)
{
    return s->oracle == ORACLE_DIFFERENT && !strncmp(s->place, delivered, sizeof delivered - 1);
}

/* Messages in the mailboxes of both, by their order in the two targets. */
static void mail_compare(struct worker *w, struct rival *r, struct symptoms *found)
{
    size_t here[MAILBOXES_MOST], there[MAILBOXES_MOST], i = 0;
    char place[192], detail[256];
    size_t count =
        w->target.mailbox_count < r->target->mailbox_count ? w->target.mailbox_count : r->target->mailbox_count;
    post_wait(r->post);
    post_wait(w->c->post);
    post_count(w->c->post, here);
    post_count(r->post, there);
    while (i < count && i < MAILBOXES_MOST && here[i] == there[i])
        i++;
    if (i == count || i == MAILBOXES_MOST)
        return;
    snprintf(place, sizeof place, "%s%s, %.80s %s", delivered, here[i] < there[i] ? "less" : "more", name_of(r->target),
             here[i] < there[i] ? "more" : "less");
    snprintf(detail, sizeof detail, "%zu messages for %.60s here, %zu at %.80s", here[i],
             w->target.mailboxes[i].address, there[i], name_of(r->target));
    symptoms_add(found, ORACLE_DIFFERENT, place, detail);
}

void against_mail(struct worker *w, const struct buffer *texts, size_t count, struct symptoms *found)
{
    struct campaign *c = w->c;
    for (size_t i = 0; i < c->o->against_count; i++) {
        struct rival *r = &c->rivals[i];
        bool there = r->post != NULL;
        if (there)
            post_begin(r->post);
        for (size_t j = 0; there && j < count; j++) {
            rival_play(w, r, buffer_bytes(&texts[j]), PLAY_FRESH, NULL);
            there = rival_is_there(w, r);
        }
        if (there)
            mail_compare(w, r, found);
    }
}

/* Each further session that shows what is known makes its cluster bigger. */
static void seen_again(struct campaign *c, const struct symptom *s)
{
    pthread_mutex_lock(&c->lock);
    for (size_t i = 0; i < c->finding_count; i++)
        c->findings[i].seen += symptom_same(&c->symptoms[i], s);
    pthread_mutex_unlock(&c->lock);
}

void against_judge(struct worker *w, struct bytes text, unsigned flags, struct buffer *record, struct symptoms *found)
{
    struct campaign *c = w->c;
    for (size_t i = 0; i < c->o->against_count; i++) {
        struct rival *r = &c->rivals[i];
        struct symptom s;
        bool mail = flags & PLAY_MAIL && c->post && r->post;
        if (record)
            buffer_printf(record, "\nThe same at %s:\n", name_of(r->target));
        if (mail)
            post_begin(r->post);
        rival_play(w, r, text, flags, record);
        if (!rival_is_there(w, r))
            continue;
        if (outcomes_differ(&w->outcome, &r->outcome, name_of(r->target), &s)) {
            symptoms_add(found, s.oracle, s.place, s.detail);
            seen_again(c, &s);
        } else if (mail) {
            mail_compare(w, r, found);
        }
    }
}
