/* Regular expressions of scenarios: PCRE2 over octets, ^ and $ at each line. Limits keep a hostile reply or a hostile
 * file from running for ever. */
#ifndef SCENARIO_PATTERN_H
#define SCENARIO_PATTERN_H

#include "scenario/octets.h"

enum pattern_result { PATTERN_MATCHES, PATTERN_DIFFERS, PATTERN_ERROR };

/* Matches `pattern` anywhere in `subject`. Variables are put in as literal text. `found` (NULL is fine) gets the first
 * group, or the whole match where there is no group; it points into `subject`. PATTERN_ERROR: see `e`. */
enum pattern_result pattern_match(const struct text *pattern, const struct variables *v, struct bytes subject,
                                  struct bytes *found, struct error *e);
/* True when it can be compiled, with any variables taken as one letter. */
bool pattern_check(const struct text *pattern, struct error *e);

#endif
