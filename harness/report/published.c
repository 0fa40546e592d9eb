#include "published.h"

#include <stdlib.h>
#include <string.h>

static const char *verdict_word(int i)
{
    return verdict_name((enum verdict)i);
}

static const char *level_word(int i)
{
    return level_name((enum level)i);
}

static void read_head(struct reading *r, const json_t *root, struct results *out)
{
    struct run *run = &out->run;
    run->target_name = reading_text(r, NULL, root, "server");
    out->version = reading_text(r, NULL, root, "suite");
    snprintf(run->started, sizeof run->started, "%s", reading_text(r, NULL, root, "run"));
    run->greeting = reading_text_or_null(r, NULL, root, "greeting");
}

/* The plain transactions have places of their own. */
static struct result *place_of(struct run *run, const char *id)
{
    if (!strcmp(id, "plain/first"))
        return &run->plain_first;
    if (!strcmp(id, "plain/last"))
        return &run->plain_last;
    return &run->results[run->count++];
}

static void read_verdicts(struct reading *r, const json_t *root, struct results *out)
{
    const struct place at = {NULL, "verdicts", 0};
    json_t *verdicts = (json_t *)reading_object(r, NULL, root, "verdicts");
    struct run *run = &out->run;
    const char *id;
    json_t *value;
    run->results = calloc(json_object_size(verdicts) + 1, sizeof *run->results);
    r->d->out_of_memory |= !run->results;
    if (!run->results)
        return;
    json_object_foreach(verdicts, id, value)
    {
        enum verdict verdict = (enum verdict)reading_word(r, &at, verdicts, id, verdict_word, VERDICT_COUNT);
        struct result result = {.id = arena_string(r->arena, id), .verdict = verdict, .attempts = 1};
        r->d->out_of_memory |= !result.id;
        if (result.id)
            *place_of(run, id) = result;
        out->summary.verdicts[verdict]++;
        out->summary.total++;
    }
}

static struct result *find(struct run *run, const char *id)
{
    struct result *plain[] = {&run->plain_first, &run->plain_last};
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (plain[i]->id && !strcmp(plain[i]->id, id))
            return plain[i];
    for (size_t i = 0; i < run->count; i++)
        if (!strcmp(run->results[i].id, id))
            return &run->results[i];
    return NULL;
}

/* "RFC 5321 section 4.2" taken apart again. */
static void read_source(struct reading *r, const char *source, struct requirement *q)
{
    static const char rfc[] = "RFC ", section[] = " section ";
    const char *at = strstr(source, section);
    size_t skip = strncmp(source, rfc, sizeof rfc - 1) ? 0 : sizeof rfc - 1;
    q->section = at ? arena_string(r->arena, at + sizeof section - 1) : "";
    q->rfc = arena_printf(r->arena, "%.*s", at ? (int)(at - source - (ptrdiff_t)skip) : (int)strlen(source + skip),
                          source + skip);
    r->d->out_of_memory |= !q->section || !q->rfc;
}

static void read_detail(struct reading *r, const struct place *at, const json_t *object, struct run *run)
{
    struct result *result = find(run, reading_text(r, at, object, "id"));
    if (!result) {
        reading_wrong(r, &(struct place){at, "id", 0}, "the id of a verdict", json_object_get(object, "id"));
        return;
    }
    result->reason = reading_text_or_null(r, at, object, "reason");
    const char *id = reading_text_or_null(r, at, object, "requirement");
    const char *source = reading_text_or_null(r, at, object, "section");
    struct requirement *q = id ? arena_alloc(r->arena, sizeof *q) : NULL;
    if (!q)
        return;
    *q = (struct requirement){.id = id, .applies = "", .section = "", .rfc = ""};
    q->level = (enum level)reading_word(r, at, object, "level", level_word, LEVEL_SECURITY + 1);
    if (source)
        read_source(r, source, q);
    result->requirement = q;
}

void published_read(struct reading *r, const json_t *root, struct results *out)
{
    const struct place at = {NULL, "details", 0};
    read_head(r, root, out);
    read_verdicts(r, root, out);
    const json_t *details = reading_array(r, NULL, root, "details");
    for (size_t i = 0; i < json_array_size(details) && !r->d->out_of_memory; i++) {
        const json_t *detail = reading_item(r, &at, details, i);
        if (detail)
            read_detail(r, &(struct place){&at, NULL, i}, detail, &out->run);
    }
}

void results_describe(struct results *r, const struct scenario *const *all, size_t count)
{
    size_t guess = 0;
    for (size_t i = 0; i < r->run.count; i++)
        for (size_t k = 0; k < count; k++) {
            const struct scenario *s = all[(guess + k) % count];
            if (strcmp(s->id, r->run.results[i].id) != 0)
                continue;
            r->run.results[i].scenario = s;
            r->run.results[i].requirement = s->requirement;
            guess = (guess + k + 1) % count;
            break;
        }
}
