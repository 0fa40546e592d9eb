/* TAP version 14 with a YAML block behind what did not pass. */
#ifndef REPORT_TAP_H
#define REPORT_TAP_H

#include "report/report.h"

/* False: no memory. */
bool tap_write(const struct report_context *c, struct buffer *out);

#endif
