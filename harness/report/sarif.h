/* SARIF 2.1.0 for code-scanning pages: a rule for each requirement that was not met, a result for each that broke it,
 * placed at the scenario's step. */
#ifndef REPORT_SARIF_H
#define REPORT_SARIF_H

#include "report/report.h"

/* False: no memory. */
bool sarif_write(const struct report_context *c, struct buffer *out);

#endif
