#include "feature.h"

#include <stdlib.h>
#include <string.h>

bool features_init(struct features *f, size_t edges)
{
    *f = (struct features){.size = FEATURE_STATES + edges};
    f->hits = calloc(f->size, sizeof *f->hits);
    return f->hits != NULL;
}

void features_free(struct features *f)
{
    free(f->hits);
    *f = (struct features){0};
}

void feature_list_free(struct feature_list *l)
{
    free(l->of);
    *l = (struct feature_list){0};
}

static bool list_room(struct feature_list *l, size_t more)
{
    size_t room = l->room ? l->room : 256;
    while (room < l->count + more)
        room *= 2;
    if (room == l->room)
        return true;
    uint32_t *grown = realloc(l->of, room * sizeof *grown);
    if (!grown)
        return false;
    l->of = grown;
    l->room = room;
    return true;
}

static int compare(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static void list_sort(struct feature_list *l)
{
    size_t kept = 0;
    qsort(l->of, l->count, sizeof *l->of, compare);
    for (size_t i = 0; i < l->count; i++)
        if (i == 0 || l->of[i] != l->of[i - 1])
            l->of[kept++] = l->of[i];
    l->count = kept;
}

static uint32_t state_number(uint32_t before, int asked, uint32_t label)
{
    uint32_t hash = (before * 2654435761u) ^ ((uint32_t)asked * 40503u) ^ label;
    hash ^= hash >> 15;
    hash *= 2246822519u;
    hash ^= hash >> 13;
    return hash % FEATURE_STATES;
}

/* How often the session had this answer before it. */
static size_t times_before(const struct outcome *out, size_t at)
{
    size_t times = 0;
    for (size_t i = 0; i < at; i++)
        times += out->answers[i].asked == out->answers[at].asked && out->answers[i].label == out->answers[at].label;
    return times;
}

/* Something done again is another state than done once: what a server counts is not seen in its replies. */
static void again_add(const struct outcome *out, size_t at, struct feature_list *l)
{
    size_t nth = times_before(out, at) + 1;
    if (nth == 2 || nth == 4 || nth == 8)
        l->of[l->count++] = state_number((uint32_t)nth, out->answers[at].asked, out->answers[at].label);
}

bool features_of_outcome(const struct outcome *out, struct feature_list *l)
{
    uint32_t before = 0;
    l->count = 0;
    if (!list_room(l, out->count * 2 + 1))
        return false;
    for (size_t i = 0; i < out->count; i++) {
        const struct answer *a = &out->answers[i];
        l->of[l->count++] = state_number(before, a->asked, a->label);
        before = (uint32_t)(a->asked * 8 + a->code / 100);
        again_add(out, i, l);
    }
    l->of[l->count++] = state_number(before, -1 - (int)out->ending, 0);
    list_sort(l);
    return true;
}

bool features_of_edges(const uint32_t *edges, size_t count, struct feature_list *l)
{
    if (!list_room(l, count))
        return false;
    for (size_t i = 0; i < count; i++)
        l->of[l->count++] = FEATURE_STATES + edges[i];
    return true;
}

bool features_is_new(const struct features *f, uint32_t feature)
{
    return feature < f->size && f->hits[feature] == 0;
}

size_t features_new(const struct features *f, const struct feature_list *l)
{
    size_t fresh = 0;
    for (size_t i = 0; i < l->count; i++)
        fresh += features_is_new(f, l->of[i]);
    return fresh;
}

void features_count(struct features *f, const struct feature_list *l)
{
    for (size_t i = 0; i < l->count; i++) {
        uint32_t at = l->of[i];
        if (at >= f->size || f->hits[at] == UINT32_MAX)
            continue;
        if (at < FEATURE_STATES && f->hits[at] == 0)
            f->states++;
        f->hits[at]++;
    }
}

void feature_list_meet(struct feature_list *l, const struct feature_list *other)
{
    size_t kept = 0, j = 0;
    for (size_t i = 0; i < l->count; i++) {
        while (j < other->count && other->of[j] < l->of[i])
            j++;
        if (j < other->count && other->of[j] == l->of[i])
            l->of[kept++] = l->of[i];
    }
    l->count = kept;
}
