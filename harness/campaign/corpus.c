#include "corpus.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DRAWN = 4, WEAKEST_DRAWN = 16 };

void corpus_init(struct corpus *c, const char *folder)
{
    *c = (struct corpus){.folder = folder};
    c->entries = calloc(CORPUS_MOST, sizeof *c->entries);
}

void corpus_free(struct corpus *c)
{
    for (size_t i = 0; i < c->count; i++)
        free(c->entries[i].text);
    free(c->entries);
    *c = (struct corpus){0};
}

static void rare_keep(struct entry *e, const struct features *f, uint32_t feature)
{
    size_t at = e->rare_count;
    if (feature >= f->size)
        return;
    while (at > 0 && f->hits[e->rare[at - 1]] > f->hits[feature])
        at--;
    if (at >= RARE_MOST)
        return;
    size_t last = e->rare_count < RARE_MOST ? e->rare_count++ : RARE_MOST - 1;
    memmove(&e->rare[at + 1], &e->rare[at], (last - at) * sizeof *e->rare);
    e->rare[at] = feature;
}

/* The fewer sessions ever had its rarest feature, the more; the oftener it was chosen and the longer it takes, the
 * less.
 */
static double worth(const struct entry *e, const struct features *f)
{
    uint32_t fewest = UINT32_MAX;
    for (size_t i = 0; i < e->rare_count; i++)
        if (f->hits[e->rare[i]] < fewest)
            fewest = f->hits[e->rare[i]];
    return 1 / ((1.0 + (double)fewest) * (1.0 + (double)e->chosen / 8) * (1.0 + (double)e->replies / 16));
}

static struct entry *place_for_one(struct corpus *c, const struct features *f, struct prng *prng)
{
    if (c->count < CORPUS_MOST)
        return &c->entries[c->count++];
    struct entry *weakest = &c->entries[prng_below(prng, c->count)];
    for (int i = 1; i < WEAKEST_DRAWN; i++) {
        struct entry *other = &c->entries[prng_below(prng, c->count)];
        if (worth(other, f) < worth(weakest, f))
            weakest = other;
    }
    free(weakest->text);
    return weakest;
}

static bool save(const struct corpus *c, struct bytes text, struct error *e)
{
    char name[40];
    snprintf(name, sizeof name, "%016llx", (unsigned long long)bytes_hash(text));
    return !c->folder || file_write(c->folder, name, text, e);
}

bool corpus_add(struct corpus *c, struct bytes text, size_t replies, const struct feature_list *l,
                const struct features *f, struct prng *prng, struct error *e)
{
    unsigned char *copy = malloc(text.len + 1);
    if (!copy || !c->entries) {
        free(copy);
        return error_set(e, "out of memory");
    }
    if (text.len)
        memcpy(copy, text.data, text.len);
    struct entry *place = place_for_one(c, f, prng);
    *place = (struct entry){.text = copy, .len = text.len, .replies = replies};
    for (size_t i = 0; i < l->count; i++)
        rare_keep(place, f, l->of[i]);
    return save(c, text, e);
}

struct entry *corpus_choose(const struct corpus *c, const struct features *f, struct prng *prng)
{
    struct entry *best = NULL;
    double most = -1;
    for (int i = 0; i < DRAWN && c->count; i++) {
        struct entry *drawn = &c->entries[prng_below(prng, c->count)];
        double value = worth(drawn, f);
        if (value > most) {
            most = value;
            best = drawn;
        }
    }
    if (best)
        best->chosen++;
    return best;
}
