/* One result out of the JSON of a run: its requirement, its scenario, its transcript. */
#ifndef REPORT_READ_RESULT_H
#define REPORT_READ_RESULT_H

#include "reading.h"

#include "report/report.h"

/* Where the keys of a scenario (suite, title, place ...) are expected, `of_scenario` is true. */
void read_result(struct reading *r, const struct place *at, const json_t *object, bool of_scenario, struct result *out);

#endif
