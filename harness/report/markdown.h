/* A run as Markdown for a pull request or a job summary: short, what failed first. */
#ifndef REPORT_MARKDOWN_H
#define REPORT_MARKDOWN_H

#include "report/report.h"

/* At most some 60,000 characters, whatever came up: GitHub takes 65,536 in a comment. False: no memory. */
bool markdown_write(const struct report_context *c, struct buffer *out);

#endif
