/* Time: a monotonic clock for deadlines and transcripts, the wall clock for reports. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

int64_t clock_ns(void); /* monotonic, nanoseconds */
int64_t clock_ms(void); /* monotonic, milliseconds */

/* Now in UTC as "2026-01-31T12:00:00Z"; `out` holds 21 octets at least. */
void clock_utc(char *out, size_t size);
/* Sleeps; returns early only when a signal came. */
void clock_sleep_ms(int64_t ms);

/* A deadline is a point on the monotonic clock in ms; NEVER is as far away as can be. */
#define CLOCK_NEVER INT64_MAX
int64_t clock_deadline(int64_t ms_from_now);
/* Milliseconds left, 0 when past, for poll(2): -1 for CLOCK_NEVER. */
int clock_left(int64_t deadline);

#endif
