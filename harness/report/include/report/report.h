/* Results to terminal, JSON, JUnit, TAP; baseline; the exit status of a run. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "base/buffer.h"
#include "scenario/diagnostics.h"
#include "scenario/result.h"

#include <stdio.h>

/* What a baseline excuses: ids with reasons. */
struct baseline;                                                         /* opaque */
struct baseline *baseline_load(const char *path, struct diagnostics *d); /* NULL: see d */
void baseline_free(struct baseline *b);
/* The reason why a failing id is excused; NULL: it is not. */
const char *baseline_reason(const struct baseline *b, const char *id);
/* A baseline that excuses what fails (and warns) in this run; reasons of `old` (may be NULL) are kept. */
bool baseline_write(const struct run *r, const struct baseline *old, struct buffer *out);

enum fail_on { FAIL_ON_SECURITY, FAIL_ON_MUST, FAIL_ON_SHOULD, FAIL_ON_WARN };

struct summary {
    size_t total, verdicts[VERDICT_COUNT];
    size_t must_failed, security_failed, should_failed;
    size_t excused;         /* by the baseline */
    size_t unexpected_pass; /* in the baseline, and passed */
    size_t stale;           /* in the baseline, and not among the results */
    double blocked_share;
    int exit_status; /* design section 5: 0, 1, 3, 130 */
    const char *why; /* the rule that gave it, for people */
};
/* Counts scenarios, checks, plain transactions and extra results. `b` may be NULL. `max_blocked` 0.2 by default. */
void report_summary(const struct run *r, const struct baseline *b, enum fail_on fail_on, double max_blocked,
                    struct summary *out);

struct report_context {
    const struct run *run;
    const struct baseline *baseline; /* NULL: none */
    const struct summary *summary;
    const char *version; /* of the program */
    bool colour;         /* terminal only */
    bool verbose;        /* terminal: passes too, whole transcripts */
};

/* One row for each format: name ("json"), option, what it is for, function. */
struct reporter {
    const char *name;
    const char *summary;
    bool (*write)(const struct report_context *c, struct buffer *out);
};
const struct reporter *reporter_table(size_t *count);
const struct reporter *reporter_find(const char *name);

/* One result as a person wants it: requirement, section, expected, found, the end of the transcript, the deciding reply
 * explained. */
void report_result(const struct report_context *c, const struct result *r, struct buffer *out);
/* A transcript as a conversation, one line an event; `most` events from the end (0: all). */
void report_transcript(const struct transcript *t, size_t most, bool colour, struct buffer *out);

#endif
