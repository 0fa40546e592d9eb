/* What a baseline holds, for the files here that load it, ask it and write it. */
#ifndef REPORT_BASELINE_H
#define REPORT_BASELINE_H

#include "report/report.h"

struct baseline {
    struct arena *arena; /* owns the entries' texts */
    struct baseline_entry *entries;
    size_t count, room;
};

#endif
