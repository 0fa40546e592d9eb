/* The edge coverage of a server that was built with AFL++'s compiler, or with fuzz/coverage.c: a System V shared memory
 * segment whose number the server finds in its environment and into which it, and what it forks, counts the edges that
 * it takes. No fork server is needed: the map is cleared before a session and read behind it. */
#ifndef CAMPAIGN_COVERAGE_H
#define CAMPAIGN_COVERAGE_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct coverage; /* opaque */

enum { COVERAGE_BUCKETS = 8 };

/* NULL with `e` set: the system gives no shared memory. The segment goes with the last process that has it. */
struct coverage *coverage_new(struct error *e);
void coverage_free(struct coverage *c); /* NULL is fine */
/* "__AFL_SHM_ID=..." and what else the server's environment needs; NULL at the end. */
const char *const *coverage_environment(const struct coverage *c);

/* Looks whether the program that process `pid` runs is instrumented, and how big its map is: what is above is not
 * looked at. False: it is not instrumented. */
bool coverage_measure(struct coverage *c, pid_t pid);
/* True when anything was counted since the last clear. */
bool coverage_counted(const struct coverage *c);

void coverage_clear(struct coverage *c);
/* One number for each edge and bucket of its count (1, 2, 3, 4-7, 8-15, 16-31, 32-127, more): edge * COVERAGE_BUCKETS +
 * bucket, ascending; the first bucket for an edge whose count varies. `*count` of them; masked edges are left out.
 * Valid until the next read. */
const uint32_t *coverage_read(struct coverage *c, size_t *count);
/* Equal sessions gave an edge different counts, or one of them none at all. What happens again and again tells nothing:
 * the count is not looked at any more from the third time on, or the edge is masked. */
void coverage_count_varies(struct coverage *c, uint32_t edge);
void coverage_edge_varies(struct coverage *c, uint32_t edge);
/* It fires without any session. */
void coverage_mask(struct coverage *c, uint32_t edge);
/* Edges that were read at least once, masked ones too; edges in the map; edges masked. */
size_t coverage_edges(const struct coverage *c);
size_t coverage_size(const struct coverage *c);
size_t coverage_masked(const struct coverage *c);

#endif
