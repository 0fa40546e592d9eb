#include "mail.h"

#include "against.h"

#include <stdlib.h>

/* One of so many parts of the time goes into it at the most. */
enum { BATCH = 24, PART_OF_TIME = 4 };

struct batch {
    struct buffer inputs[BATCH];
    size_t count;
};

/* One session to which more may come than was promised would excuse all that are looked at with it. */
struct mail {
    struct batch strict, loose;
    int64_t spent_ms;
};

struct mail *mail_new(void)
{
    return calloc(1, sizeof(struct mail));
}

void mail_free(struct mail *m)
{
    if (!m)
        return;
    for (size_t i = 0; i < BATCH; i++) {
        buffer_free(&m->strict.inputs[i]);
        buffer_free(&m->loose.inputs[i]);
    }
    free(m);
}

/* What no promise can be told from may still differ from elsewhere. */
static bool says_something(const struct promises *p, bool compared)
{
    bool says = false;
    for (size_t i = 0; i < MAILBOXES_MOST; i++)
        says |= p->of[i].named;
    return says && (compared || !p->uncertain);
}

static void promises_add(struct promises *sum, const struct promises *p)
{
    for (size_t i = 0; i < MAILBOXES_MOST; i++) {
        sum->of[i].least += p->of[i].least;
        sum->of[i].most += p->of[i].most;
        sum->of[i].refused |= p->of[i].refused;
    }
    sum->loose |= p->loose;
    sum->uncertain |= p->uncertain;
}

/* True where the sum over some of them is not right, or another one than elsewhere. */
static bool is_wrong(struct worker *w, const struct batch *b, size_t from, size_t count)
{
    struct promises sum = {0};
    struct symptoms found = {0}, ignored;
    struct post *post = w->c->post;
    post_begin(post);
    for (size_t i = from; i < from + count; i++) {
        play(w, buffer_bytes(&b->inputs[i]), PLAY_FRESH, NULL, &ignored);
        promises_add(&sum, &w->outcome.promises);
    }
    post_judge(post, &sum, &found);
    if (w->c->rivals)
        against_mail(w, &b->inputs[from], count, &found);
    return found.count > 0;
}

static bool is_news(struct campaign *c, const struct symptoms *found)
{
    for (size_t i = 0; i < found->count; i++)
        if ((found->of[i].oracle == ORACLE_REFUSED || found->of[i].oracle == ORACLE_MAILBOX ||
             difference_is_mail(&found->of[i])) &&
            !suspect_known(c, &found->of[i]))
            return true;
    return false;
}

/* One that is wrong by itself, and is nothing that was found before; else their number. */
static size_t find(struct worker *w, const struct batch *b, struct symptoms *found)
{
    size_t from = 0, count = b->count;
    unsigned flags = PLAY_FRESH | PLAY_MAIL | (w->c->rivals ? PLAY_AGAINST : 0u);
    if (!is_wrong(w, b, from, count))
        return b->count;
    while (count > 1 && !campaign_stopped(w->c)) {
        size_t half = count / 2;
        bool first = is_wrong(w, b, from, half);
        from += first ? 0 : half;
        count = first ? half : count - half;
    }
    play(w, buffer_bytes(&b->inputs[from]), flags, NULL, found);
    return is_news(w->c, found) ? from : b->count;
}

static void batch_judge(struct worker *w, const struct batch *b)
{
    struct campaign *c = w->c;
    struct symptoms found;
    pthread_rwlock_wrlock(&c->quiet);
    campaign_phase(c, "looking into the mailboxes");
    int64_t began = campaign_ms(c);
    size_t at = find(w, b, &found);
    w->mail->spent_ms += campaign_ms(c) - began;
    campaign_phase(c, "fuzzing");
    pthread_rwlock_unlock(&c->quiet);
    if (at < b->count)
        suspect(w, buffer_bytes(&b->inputs[at]), &found);
}

void mail_follow(struct worker *w, struct bytes text, const struct promises *promised)
{
    struct mail *m = w->mail;
    if (!m || !says_something(promised, w->c->rivals != NULL) || m->spent_ms * PART_OF_TIME > campaign_ms(w->c))
        return;
    struct batch *b = promised->loose ? &m->loose : &m->strict;
    buffer_clear(&b->inputs[b->count]);
    buffer_add(&b->inputs[b->count], text);
    if (++b->count < BATCH)
        return;
    batch_judge(w, b);
    b->count = 0;
}
