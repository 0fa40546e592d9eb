/* What sessions reached, counted: each state that the replies show and each edge of the coverage map is a feature with
 * a number. An input that brings one that never was there is worth keeping; those that reach rare ones get the energy.
 */
#ifndef CAMPAIGN_FEATURE_H
#define CAMPAIGN_FEATURE_H

#include "exchange.h"

enum { FEATURE_STATES = 65536 }; /* numbers below are states, above: edges with their bucket */

struct features {
    uint32_t *hits; /* sessions that had it */
    size_t size;
    size_t states; /* different states seen */
};
/* `edges`: size of the coverage map with its buckets, 0: none. False: no memory. */
bool features_init(struct features *f, size_t edges);
void features_free(struct features *f);

struct feature_list {
    uint32_t *of;
    size_t count, room;
};
void feature_list_free(struct feature_list *l);
/* The states of a session (each reply with what it answers and the class of the reply before it; the same
 * answer for the 2nd, 4th, 8th time; how it ended), each once, ascending. False: no memory. */
bool features_of_outcome(const struct outcome *out, struct feature_list *l);
/* Appends edges as coverage_read gave them. */
bool features_of_edges(const uint32_t *edges, size_t count, struct feature_list *l);

/* It was never there. */
bool features_is_new(const struct features *f, uint32_t feature);
/* How many of them were never there. */
size_t features_new(const struct features *f, const struct feature_list *l);
void features_count(struct features *f, const struct feature_list *l);
/* Leaves those that are in both; both are ascending. */
void feature_list_meet(struct feature_list *l, const struct feature_list *other);

#endif
