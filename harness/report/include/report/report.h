/* Results to terminal, JSON, JUnit, TAP; baseline; the exit status of a run. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "base/buffer.h"
#include "scenario/diagnostics.h"
#include "scenario/result.h"

#include <stdio.h>

/* What a baseline excuses: ids with reasons. In YAML a list of `{id: ID, reason: TEXT, until: 2027-01-31}`, or a map
 * `ID: TEXT`, or either of them under the key `baseline:`. An id may be a pattern with * and ?; where an entry names an
 * id exactly, patterns do not speak for it, and of several patterns the first does. */
struct baseline; /* opaque */
enum baseline_state {
    BASELINE_STALE,   /* there is nothing of that id, in a suite that there is */
    BASELINE_PASSING, /* all that it is for passes */
    BASELINE_IDLE,    /* some of what it is for was not judged this time, or not asked for */
    BASELINE_USED,    /* it excuses something */
    BASELINE_EXPIRED  /* its last day is over: it excuses no more */
};
struct baseline_entry {
    const char *id, *reason;
    const char *until; /* the last day on which it excuses; NULL: no end */
    bool pattern;
    bool elsewhere;            /* baseline_know: it speaks for what was not asked for, or for nobody knows what */
    enum baseline_state state; /* in the run that report_summary saw last; BASELINE_EXPIRED from the beginning */
    struct mark mark;
};
/* `today` (a day, or a time that begins with one) decides what has expired; NULL: nothing. NULL: see d. */
struct baseline *baseline_load(const char *path, const char *today, struct diagnostics *d);
struct baseline *baseline_new(void); /* an empty one; NULL: no memory */
/* Adds an entry for an id, which is no pattern, that it has not; the texts are copied. False: no memory. */
bool baseline_add(struct baseline *b, const char *id, const char *reason);
void baseline_free(struct baseline *b);
/* The reason why a failing id is excused; NULL: it is not. `b` may be NULL. */
const char *baseline_reason(const struct baseline *b, const char *id);
size_t baseline_count(const struct baseline *b); /* 0 for NULL */
const struct baseline_entry *baseline_entry(const struct baseline *b, size_t index);
/* The entry that speaks for an id, expired or not; NULL: none. */
const struct baseline_entry *baseline_find(const struct baseline *b, const char *id);
/* Tells it of all scenarios there are. An entry for one that the run left out is not stale, nor is one for a suite that
 * is none of theirs: that may stand in a file which this run was not given. `b` may be NULL. */
void baseline_know(struct baseline *b, const struct run *r, const struct scenario *const *all, size_t count);
/* Sets the states of all entries. */
void baseline_judge(struct baseline *b, const struct run *r);
/* A baseline that excuses what fails (and warns) in this run. Reasons, days and used patterns of `old` (may be NULL)
 * are kept, and so are its entries for what this run did not judge; it is judged by this run. False: no memory. */
bool baseline_write(const struct run *r, struct baseline *old, struct buffer *out);

enum fail_on { FAIL_ON_SECURITY, FAIL_ON_MUST, FAIL_ON_SHOULD, FAIL_ON_WARN, FAIL_ON_COUNT };
const char *fail_on_name(enum fail_on f); /* "must" */

struct summary {
    size_t total, verdicts[VERDICT_COUNT];
    size_t must_failed, security_failed; /* fails that nothing excuses; `must` is all that is not security */
    size_t failed_at[LEVEL_COUNT];       /* the same by the requirement's level; MUST where there is none */
    size_t should_failed;                /* warnings on a requirement of level SHOULD that nothing excuses */
    size_t warned;                       /* warnings that nothing excuses, those on SHOULD too */
    size_t excused;                      /* by the baseline: failed or warned */
    size_t unexpected_pass;              /* entries of the baseline: BASELINE_PASSING */
    size_t stale, expired;               /* entries of the baseline in that state */
    size_t unstable;                     /* repetitions (--repeat) that did not agree */
    double blocked_share;                /* of the scenarios that were not skipped */
    double max_blocked;
    enum fail_on fail_on;
    int exit_status; /* 0, 1, 3, 130: README, "What a verdict means" */
    char why[200];   /* the rule that gave it, for people: a sentence without its full stop */
};
/* What is asked of a run. */
struct gate {
    enum fail_on fail_on;
    double max_blocked;   /* a share; 0.2 by default */
    bool strict_baseline; /* fail on entries of the baseline that pass, are stale or have expired */
};
/* Counts scenarios, checks, plain transactions and extra results; whether anything was judged at all, and how much was
 * blocked, is asked of the scenarios alone. Judges the baseline's entries; `b` may be NULL. */
void report_summary(const struct run *r, struct baseline *b, const struct gate *g, struct summary *out);

struct report_context {
    const struct run *run;
    const struct baseline *baseline; /* NULL: none */
    const struct summary *summary;
    const char *version; /* of the program */
    bool colour;         /* terminal only */
    bool verbose;        /* terminal: passes too, whole transcripts */
    bool quiet;          /* terminal: the failures and the last lines only */
    /* Page only: all requirements there are, so that what no result cites is shown too; NULL: unknown. */
    const struct requirement *const *catalogue;
    size_t catalogue_count;
    /* Page only: the text of a scenario's file, to show the scenario; no data: unknown. NULL: nobody knows any. */
    struct bytes (*source)(void *sources, const char *file);
    void *sources;
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
