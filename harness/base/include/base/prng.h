/* Repeatable pseudo-random numbers (xoshiro256**): the same seed gives the same sequence on every machine.
 * Not for keys. */
#ifndef BASE_PRNG_H
#define BASE_PRNG_H

#include <stddef.h>
#include <stdint.h>

struct prng {
    uint64_t state[4];
};

void prng_seed(struct prng *p, uint64_t seed);
uint64_t prng_next(struct prng *p);
/* From 0 to limit - 1, without bias; 0 when limit is 0. */
uint64_t prng_below(struct prng *p, uint64_t limit);
void prng_fill(struct prng *p, unsigned char *out, size_t len);
/* A stable number for a text (FNV-1a), to derive one seed for each result from the run's seed. */
uint64_t prng_hash(const char *text);

#endif
