/* What a person sees at the end of a run. */
#ifndef REPORT_TERMINAL_H
#define REPORT_TERMINAL_H

#include "rows.h"

/* "FAIL  sequence/rcpt-before-mail", without a line end. */
void terminal_heading(const struct row *row, bool colour, struct buffer *out);
/* Title, requirement, step, expected, found, meaning: one field a line, wrapped. */
void terminal_details(const struct row *row, struct buffer *out);
/* The whole of one result: see report_result. */
void terminal_row(const struct report_context *c, const struct row *row, struct buffer *out);
/* All of it. False: no memory. */
bool terminal_write(const struct report_context *c, struct buffer *out);

#endif
