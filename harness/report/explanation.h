/* The reply that decided a verdict, in a line for a mail engineer. */
#ifndef REPORT_EXPLANATION_H
#define REPORT_EXPLANATION_H

#include "report/report.h"

/* Appends "550 5.7.1: mailbox unavailable ... (RFC 5321 section 4.2.3). Do not repeat ..."; nothing when no reply
 * decided. */
void explanation_add(struct buffer *out, const struct result *r);

#endif
