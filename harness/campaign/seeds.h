/* The sessions that a campaign begins with, made from what is known of the target. */
#ifndef CAMPAIGN_SEEDS_H
#define CAMPAIGN_SEEDS_H

#include "base/buffer.h"
#include "scenario/target.h"

size_t seeds_count(void);
/* Appends the text of seed `at` (mutate/script.h). False: the target lacks a fact that it needs. */
bool seeds_print(size_t at, const struct target *t, struct buffer *out);

#endif
