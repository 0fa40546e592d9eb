/* Reads what `smtpspec test --json` wrote (reports/results.schema.json) back into a run, for everything that works on
 * the results of earlier runs: pages, comparison, merging, showing. The opposite of the reporter "json". */
#ifndef REPORT_RESULTS_H
#define REPORT_RESULTS_H

#include "report/report.h"

struct results {
    const char *file;         /* the name it was read under */
    const char *version;      /* of the program that wrote it */
    struct run run;           /* all of it lives in `run.arena`; the results' own arenas are NULL */
    struct baseline *excuses; /* what the results say is excused, with its reason; entries that excused nothing are
                                 told by `summary` alone */
    struct summary summary;   /* as written: its counts were found to agree with the results */
    bool verdicts_only; /* of what is published of a run (reports/published/): no transcripts, no times, no gate */
};

/* Takes the content of a file, of a run or of what is published of one; `file` is the name for messages. Whoever wrote
 * it is not trusted. All mistakes, up to a few dozen, go to `d` with their place: line and column where it is no JSON,
 * else the path of the value, as in `results[12].transcript[3].ns`. Keys that are not known are passed over, since a
 * later program may add some. False: `d` says why, and there is nothing to free. */
bool results_read(const char *file, struct bytes content, struct diagnostics *d, struct results *out);
/* The same for a file's name; "-" is standard input. */
bool results_load(const char *path, struct diagnostics *d, struct results *out);
void results_free(struct results *r); /* a zeroed one is fine */
/* What is published names no requirement of what passed, and no scenario: takes both from those that there are, which
 * must outlive `r`. */
void results_describe(struct results *r, const struct scenario *const *all, size_t count);
/* To write it again with any reporter. */
struct report_context results_context(const struct results *r);

#endif
