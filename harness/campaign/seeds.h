/* The sessions that a campaign begins with, made from what is known of the target. */
#ifndef CAMPAIGN_SEEDS_H
#define CAMPAIGN_SEEDS_H

#include "base/buffer.h"
#include "scenario/target.h"

size_t seeds_count(void);
/* Appends a text, with LF written as CRLF but behind marks, and the facts of the target in place of {hello}, {sender},
 * {recipient}, {recipient2}, {unknown}, {foreign}, {domain}, {plain} (the initial response of AUTH PLAIN). False: the
 * target lacks one. */
bool seed_print(const char *seed, const struct target *t, struct buffer *out);
/* Appends the text of seed `at` (mutate/script.h). False: the target lacks a fact that it needs. */
bool seeds_print(size_t at, const struct target *t, struct buffer *out);

#endif
