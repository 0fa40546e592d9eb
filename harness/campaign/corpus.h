/* The inputs worth keeping: scripts as text, each with the rarest of the features that it brought. In memory, and where
 * a folder was named, one file each there, written as soon as it is kept. Used under the campaign's lock. */
#ifndef CAMPAIGN_CORPUS_H
#define CAMPAIGN_CORPUS_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/prng.h"
#include "feature.h"

enum { CORPUS_MOST = 4096, RARE_MOST = 8 };

struct entry {
    unsigned char *text;
    size_t len;
    uint32_t rare[RARE_MOST]; /* features, the rarest when it was added */
    size_t rare_count;
    uint64_t chosen; /* how often it was mutated */
    size_t replies;  /* what a session of it costs */
};

struct corpus {
    struct entry *entries;
    size_t count;
    const char *folder; /* NULL: in memory only */
};
void corpus_init(struct corpus *c, const char *folder);
void corpus_free(struct corpus *c);
/* Adds it, in the place of one that nothing rare speaks for where it is full. False with `e` set: no memory, or the
 * folder cannot be written. */
bool corpus_add(struct corpus *c, struct bytes text, size_t replies, const struct feature_list *l,
                const struct features *f, struct prng *prng, struct error *e);
/* The entry to mutate next: of a few drawn at random the one with the rarest feature, weighed by how often it was
 * chosen already and by what it costs. NULL: it is empty. */
struct entry *corpus_choose(const struct corpus *c, const struct features *f, struct prng *prng);

/* Hands each regular file of a folder to `take`, in the order of their names; false ends. */
bool folder_read(const char *folder, bool (*take)(void *context, struct bytes content), void *context, struct error *e);
/* Writes a file whole or not at all. */
bool file_write(const char *folder, const char *name, struct bytes content, struct error *e);
/* Makes a folder and those above it. */
bool folder_make(const char *path, struct error *e);
uint64_t bytes_hash(struct bytes b);

#endif
