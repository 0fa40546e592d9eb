/* Results to terminal, JSON, JUnit, TAP; baseline; the exit status of a run. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "base/buffer.h"
#include "scenario/diagnostics.h"
#include "scenario/result.h"

#include <stdio.h>

/* What a baseline excuses: ids with reasons. In YAML a list of `{id: ID, reason: TEXT}`, or a map `ID: TEXT`, or either
 * of them under the key `baseline:`. */
struct baseline;                                                         /* opaque */
struct baseline *baseline_load(const char *path, struct diagnostics *d); /* NULL: see d */
struct baseline *baseline_new(void);                                     /* an empty one; NULL: no memory */
/* Adds an entry for an id that it has not; the texts are copied. False: no memory. */
bool baseline_add(struct baseline *b, const char *id, const char *reason);
void baseline_free(struct baseline *b);
/* The reason why a failing id is excused; NULL: it is not. `b` may be NULL. */
const char *baseline_reason(const struct baseline *b, const char *id);
size_t baseline_count(const struct baseline *b); /* 0 for NULL */
const char *baseline_id(const struct baseline *b, size_t index);
/* A baseline that excuses what fails (and warns) in this run; reasons of `old` (may be NULL) are kept, and so are its
 * entries for what this run did not judge. False: no memory. */
bool baseline_write(const struct run *r, const struct baseline *old, struct buffer *out);

enum fail_on { FAIL_ON_SECURITY, FAIL_ON_MUST, FAIL_ON_SHOULD, FAIL_ON_WARN, FAIL_ON_COUNT };
const char *fail_on_name(enum fail_on f); /* "must" */

struct summary {
    size_t total, verdicts[VERDICT_COUNT];
    size_t must_failed, security_failed; /* fails that nothing excuses; what has no requirement counts as MUST */
    size_t should_failed;                /* warnings on a requirement of level SHOULD that nothing excuses */
    size_t warned;                       /* warnings that nothing excuses, those on SHOULD too */
    size_t excused;                      /* by the baseline: failed or warned */
    size_t unexpected_pass;              /* in the baseline, and passed */
    size_t stale;                        /* in the baseline, and not among the results */
    double blocked_share;                /* of the scenarios that were not skipped */
    double max_blocked;
    enum fail_on fail_on;
    int exit_status; /* design section 5: 0, 1, 3, 130 */
    char why[200];   /* the rule that gave it, for people: a sentence without its full stop */
};
/* Counts scenarios, checks, plain transactions and extra results; whether anything was judged at all, and how much was
 * blocked, is asked of the scenarios alone. `b` may be NULL. `max_blocked` is a share, 0.2 by default. */
void report_summary(const struct run *r, const struct baseline *b, enum fail_on fail_on, double max_blocked,
                    struct summary *out);

struct report_context {
    const struct run *run;
    const struct baseline *baseline; /* NULL: none */
    const struct summary *summary;
    const char *version; /* of the program */
    bool colour;         /* terminal only */
    bool verbose;        /* terminal: passes too, whole transcripts */
    bool quiet;          /* terminal: the failures and the last lines only */
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
/* A transcript as a conversation, one line of the protocol a line:
 *
 *       12.3 ms      C: MAIL FROM:<carol@client.test>
 *   >   12.9 ms  tls [second] S: 250 2.1.0 Ok
 *       13.0 ms      -- closed: server FIN
 *
 * ">" marks the octets that decided, "tls" what went inside TLS, "[NAME]" a connection other than the main one. The
 * CRLF at a line's end is not shown, every other control octet is. `most` events from the end (0: all, and no line is
 * cut); the deciding ones are shown even where they are further up. */
void report_transcript(const struct transcript *t, size_t most, bool colour, struct buffer *out);

#endif
