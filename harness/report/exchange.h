/* What belongs together in a transcript: octets that went the same way in pieces are one thing to a reader. */
#ifndef REPORT_EXCHANGE_H
#define REPORT_EXCHANGE_H

#include "report/report.h"

/* One or more events that are shown together. */
struct exchange {
    const struct event *first;
    const struct event *end; /* behind the last */
    size_t pieces;
    bool deciding;
};
struct exchange exchange_at(const struct event *e);
size_t exchange_count(const struct transcript *t);
bool event_is_octets(const struct event *e);

#endif
