#include "driver/checks.h"

#include "base/text.h"
#include "driver/driver.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sum {
    uint64_t judged, broken;
    size_t place; /* of the result that broke it first */
    char found[CHECK_FOUND];
};

struct checks {
    pthread_mutex_t lock;
    struct sum sums[CHECKS_MAX];
};

struct checks *checks_new(void)
{
    struct checks *c = calloc(1, sizeof *c);
    if (c && pthread_mutex_init(&c->lock, NULL) != 0) {
        free(c);
        c = NULL;
    }
    return c;
}

void checks_free(struct checks *c)
{
    if (!c)
        return;
    pthread_mutex_destroy(&c->lock);
    free(c);
}

static void found_write(char out[CHECK_FOUND], struct bytes raw)
{
    struct buffer text = {0};
    text_visible(&text, raw, CHECK_FOUND / 2);
    snprintf(out, CHECK_FOUND, "%s", buffer_string(&text));
    buffer_free(&text);
}

void checks_judge(struct check_tally *t, const struct check_context *c)
{
    size_t count;
    const struct check *rules = check_rules(&count);
    if (c->reply->flaws & REPLY_CUT)
        return;
    for (size_t i = 0; i < count; i++) {
        enum judged judged = rules[i].judge(c);
        if (judged == JUDGED_NOT)
            continue;
        t->judged[i]++;
        if (judged == JUDGED_BROKEN && t->broken[i]++ == 0)
            found_write(t->found[i], c->reply->raw);
    }
}

/* The plain transaction stands before all scenarios, its second run behind. */
static bool comes_before(size_t a, size_t b)
{
    if (a == PLACE_PLAIN_FIRST || b == PLACE_PLAIN_FIRST)
        return a == PLACE_PLAIN_FIRST && b != PLACE_PLAIN_FIRST;
    return a < b;
}

void checks_add(struct checks *c, const struct check_tally *t, size_t place)
{
    pthread_mutex_lock(&c->lock);
    for (size_t i = 0; i < CHECKS_MAX; i++) {
        struct sum *s = &c->sums[i];
        s->judged += t->judged[i];
        if (t->broken[i] > 0 && (s->broken == 0 || comes_before(place, s->place))) {
            s->place = place;
            memcpy(s->found, t->found[i], sizeof s->found);
        }
        s->broken += t->broken[i];
    }
    pthread_mutex_unlock(&c->lock);
}

static const struct requirement *requirement_of(const struct library *library, const struct check_info *info)
{
    size_t count = 0;
    const struct requirement *const *rows = library ? library_requirements(library, &count) : NULL;
    for (size_t i = 0; i < count; i++)
        if (rows[i]->check && strcmp(rows[i]->check, info->name) == 0)
            return rows[i];
    return library ? library_requirement(library, info->requirement) : NULL;
}

static const struct result *result_at(const struct run *run, size_t place)
{
    if (place == PLACE_PLAIN_FIRST)
        return &run->plain_first;
    return place < run->count ? &run->results[place] : &run->plain_last;
}

static void sum_report(const struct check *rule, const struct sum *s, struct run *run, struct check_result *out)
{
    struct result *r = &out->result;
    struct arena *a = run->arena;
    enum level level = out->requirement ? out->requirement->level : rule->level;
    out->judged = s->judged;
    out->broken = s->broken;
    r->id = out->name;
    r->requirement = out->requirement;
    r->expected = rule->info->summary;
    r->attempts = 1;
    if (s->broken == 0) {
        r->verdict = s->judged ? VERDICT_PASS : VERDICT_SKIP;
        r->reason = s->judged ? arena_printf(a, "%llu replies judged", (unsigned long long)s->judged)
                              : "no reply came that it applies to";
        return;
    }
    const struct result *first = result_at(run, s->place);
    r->verdict = level == LEVEL_SHOULD || level == LEVEL_MAY ? VERDICT_WARN : VERDICT_FAIL;
    r->reason = arena_printf(a, "%llu of %llu replies broke it, the first in %s", (unsigned long long)s->broken,
                             (unsigned long long)s->judged, first->id);
    r->found = arena_printf(a, "%s: %s", first->id, s->found);
    r->transcript = first->transcript; /* lives in the arena of that result */
    r->started_ns = first->started_ns;
}

bool checks_report(const struct checks *c, const struct library *library, struct run *run)
{
    size_t count;
    const struct check *rules = check_rules(&count);
    run->checks = calloc(count, sizeof *run->checks);
    if (!run->checks)
        return false;
    run->check_count = count;
    for (size_t i = 0; i < count; i++) {
        struct check_result *out = &run->checks[i];
        out->name = arena_printf(run->arena, "check/%s", rules[i].info->name);
        out->requirement = requirement_of(library, rules[i].info);
        if (!out->name)
            return false;
        sum_report(&rules[i], &c->sums[i], run, out);
    }
    return true;
}
