/* JUnit XML as CI systems read it: a testsuite for each suite, a testcase for each result. */
#ifndef REPORT_JUNIT_H
#define REPORT_JUNIT_H

#include "report/report.h"

/* False: no memory. */
bool junit_write(const struct report_context *c, struct buffer *out);

#endif
