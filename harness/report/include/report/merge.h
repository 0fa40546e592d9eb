/* Puts the parts of one run (`smtpspec test --shard`), read back from JSON, together again. */
#ifndef REPORT_MERGE_H
#define REPORT_MERGE_H

#include "report/results.h"

/* Results in the order of the files; of the plain transactions and the checks, which every part has, the worst one, and
 * the counts of the checks added up. The greeting and whatever else is of the run as a whole is the first part's; it
 * took as long as the longest part. `out` points into the parts, which must outlive it; end it with results_free. Its
 * summary is left to the caller. False: `d` says why: parts of different servers or programs, an id that stands in two
 * of them, a part that is missing. */
bool results_merge(const struct results *parts, size_t count, struct diagnostics *d, struct results *out);

#endif
