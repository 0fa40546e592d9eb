/* All results of a run as one sequence, in the order in which reports print them: the first plain transaction, the
 * scenarios, the checks, what came up beside them, the last plain transaction. */
#ifndef REPORT_ROWS_H
#define REPORT_ROWS_H

#include "report/report.h"

enum row_group { ROW_PLAIN, ROW_SCENARIO, ROW_CHECK, ROW_EXTRA };

struct row {
    enum row_group group;
    const char *id;
    const struct requirement *requirement; /* NULL: none */
    const struct result *result;
    const struct check_result *check; /* ROW_CHECK only */
};

/* The next one; begin with `*next` 0. False at the end. A plain transaction that was not tried is passed over. */
bool row_next(const struct run *r, size_t *next, struct row *out);
/* The row of one result, for those who have nothing else. */
struct row row_of(const struct result *r);

/* True when the run has a result with that id. */
bool row_present(const struct run *r, const char *id);
/* "sequence" of "sequence/rcpt-before-mail": its length in `id`; the whole id when it has no "/". */
size_t row_suite_length(const char *id);
bool row_same_suite(const char *id, const char *other);
enum level row_level(const struct row *row); /* MUST when it has no requirement */
/* "RFC 5321 section 3.3", or the file's own reference; "" when there is none. Written to `out`. */
const char *row_source(const struct row *row, char *out, size_t size);
/* One line on what it is: the scenario's title, else the requirement's words, else "". */
const char *row_title(const struct row *row);
/* Why the verdict is as it is, in one line; never NULL. */
const char *row_reason(const struct row *row);
/* What was found, without the word "found" before it; NULL where nothing was compared. */
const char *row_found(const struct row *row);
/* The baseline's reason where it failed or warned and is excused, else NULL. */
const char *row_excuse(const struct row *row, const struct baseline *b);
/* True when this result makes the run fail at that level, baseline aside. */
bool row_gates(const struct row *row, enum fail_on fail_on);

/* Appends text that may quote a peer or a file so that no terminal, no XML and no JSON can mind: printable ASCII and
 * UTF-8 as they are, line ends and tabs as a blank, everything else as \xNN. NULL is no text. */
void row_text(struct buffer *out, const char *text);

#endif
