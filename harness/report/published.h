/* What targets/published.py keeps of a run: the verdict of each result, and why those that did not pass did not. */
#ifndef REPORT_PUBLISHED_H
#define REPORT_PUBLISHED_H

#include "reading.h"

#include "report/results.h"

/* Fills the run and the counts of the summary; mistakes go to the reading. */
void published_read(struct reading *r, const json_t *root, struct results *out);

#endif
