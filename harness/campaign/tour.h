/* The round through what is known to break things, before chance comes to it: every word of mutate/words.h once in each
 * place that it is meant for, and every argument once at each length at an edge. Deterministic; pure. */
#ifndef CAMPAIGN_TOUR_H
#define CAMPAIGN_TOUR_H

#include "base/buffer.h"
#include "scenario/target.h"

/* Appends the text of session `at` (mutate/script.h). Places take turns, so that none has to wait for another's whole
 * list; where the target lacks a fact that one needs, nothing is appended. False: there are not so many. */
bool tour_print(size_t at, const struct target *t, struct buffer *out);

#endif
