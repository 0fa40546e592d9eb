/* The days of a baseline: "2027-01-31", compared as texts. */
#ifndef REPORT_BASELINE_DATE_H
#define REPORT_BASELINE_DATE_H

#include <stdbool.h>

/* A day that is in the calendar, in that form. */
bool date_is_right(const char *text);
/* True when `until` is before the day with which `now` begins ("2027-02-01T12:00:00Z" or a day alone). */
bool date_is_over(const char *until, const char *now);

#endif
