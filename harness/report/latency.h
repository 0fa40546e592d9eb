/* How long a server took to answer each command, from the transcripts. */
#ifndef REPORT_LATENCY_H
#define REPORT_LATENCY_H

#include "report/report.h"

enum { LATENCY_BARS = 44 };

struct latency {
    const char *name; /* "MAIL", "greeting", "TLS handshake", "end of data" */
    size_t count;
    int64_t median_ns, p90_ns, p99_ns, most_ns;
    /* How many replies took how long: bar i is for times from 10 us times 2^(i/2) on. */
    size_t bars[LATENCY_BARS];
};
struct latencies {
    struct latency *items; /* those that were measured, the most frequent first */
    size_t count;
};
/* Only where one command, sent in one piece, is followed by what the server sent: with several commands in a write
 * nobody can tell which time is whose. Lives in `a`. False: no memory. */
bool latencies_make(const struct run *run, struct arena *a, struct latencies *out);
/* Where bar `i` begins. */
int64_t latency_bar_ns(size_t i);

#endif
