/* Everything that a run brought, as JSON: reports/results.schema.json describes it. */
#ifndef REPORT_JSON_H
#define REPORT_JSON_H

#include "report/report.h"

/* False: no memory. */
bool json_write(const struct report_context *c, struct buffer *out);

#endif
