/* Makes a session small while something stays true of it (a crash, a difference, the same edges): first runs of parts
 * are left out, then octets of each part. The caller tries each candidate and says whether it is still so.
 *
 *     for (reduce_begin(&r, text); reduce_next(&r, &candidate);)
 *         reduce_answer(&r, try(candidate));
 *     result = reduce_result(&r); */
#ifndef MUTATE_REDUCE_H
#define MUTATE_REDUCE_H

#include "mutate/script.h"

struct reducer {
    struct arena *arena;
    struct script script; /* of `text` */
    struct buffer text, candidate;
    size_t part;    /* octets: of which part; SIZE_MAX while parts are left out */
    size_t run, at; /* how many parts or octets are left out, from where */
    bool failed;    /* no memory: it ends early, the result is good all the same */
};

/* Copies `text`. Free with reduce_free. */
void reduce_begin(struct reducer *r, struct bytes text);
/* The next candidate, shorter than what was kept; lives until reduce_answer. False: there is none left. */
bool reduce_next(struct reducer *r, struct bytes *candidate);
/* Whether the last candidate still does it: then it is kept. */
void reduce_answer(struct reducer *r, bool still);
struct bytes reduce_result(const struct reducer *r);
void reduce_free(struct reducer *r);

#endif
