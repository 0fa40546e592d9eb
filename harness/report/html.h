/* The page of a run: one file that opens from disk, needs no network, and can be read without JavaScript. */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include "report/report.h"

/* False: no memory. */
bool html_write(const struct report_context *c, struct buffer *out);

#endif
