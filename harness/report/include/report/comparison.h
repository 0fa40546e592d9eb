/* Several runs side by side: each result that any of them has, with its verdict in each. For exactly two runs also what
 * changed from the first to the second. */
#ifndef REPORT_COMPARISON_H
#define REPORT_COMPARISON_H

#include "report/results.h"

/* From the first run to the second. What was skipped, blocked or ended in error was not judged. */
enum change {
    CHANGE_SAME,     /* the same verdict, or not judged in both */
    CHANGE_WORSE,    /* fails and did not; warns and passed; ends in error and was judged */
    CHANGE_UNJUDGED, /* was judged and is not */
    CHANGE_GONE,     /* the second run has no such result */
    CHANGE_NEW,      /* the first run has no such result */
    CHANGE_JUDGED,   /* was not judged, and passes or warns now */
    CHANGE_BETTER,
    CHANGE_COUNT
};
const char *change_name(enum change c); /* "worse" */

struct comparison_row {
    const char *id;
    const struct result **results;         /* one for each run; NULL: that run has none */
    const struct result *any;              /* the first of them */
    const struct requirement *requirement; /* NULL: none */
    bool differs;                          /* not the same verdict everywhere, or not everywhere at all */
    enum change change;                    /* two runs only, else CHANGE_SAME */
    bool slower; /* two runs only: judged in both, took twice as long and a quarter second more */
};

struct comparison {
    const struct results *runs; /* not owned */
    size_t run_count;
    const char **names; /* of the runs, each another: the target's name, with the file's where that is not enough */
    struct comparison_row *rows; /* what differs first, and among that failures, by level */
    size_t count;
    size_t differing, slower;
    size_t changes[CHANGE_COUNT];
    bool brief; /* a page has no transcripts of what passed; set by the caller */
    struct arena *arena;
};
/* False: no memory, and nothing to free. */
bool comparison_make(const struct results *runs, size_t run_count, struct comparison *out);
void comparison_free(struct comparison *c);
/* The baseline's reason where the result failed or warned in that run and is excused, else NULL. */
const char *comparison_excuse(const struct comparison *c, const struct comparison_row *row, size_t run);

/* One row for each format. */
struct comparison_format {
    const char *name; /* "md": also the ending of the file's name */
    const char *summary;
    /* `all`: what does not differ too, where the format is for people. False: no memory. */
    bool (*write)(const struct comparison *c, bool all, struct buffer *out);
};
const struct comparison_format *comparison_format_table(size_t *count);

#endif
