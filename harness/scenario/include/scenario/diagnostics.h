/* All mistakes of all files at once, each with file, line and column. */
#ifndef SCENARIO_DIAGNOSTICS_H
#define SCENARIO_DIAGNOSTICS_H

#include "base/arena.h"
#include "base/error.h"

#include <stddef.h>

struct diagnostic {
    struct mark where;
    const char *text;
    struct diagnostic *next;
};

struct diagnostics {
    struct arena *arena; /* not owned; file names and texts live in it */
    struct diagnostic *first, *last;
    size_t count;
    bool out_of_memory;
};

__attribute__((format(printf, 3, 4))) void diagnostics_add(struct diagnostics *d, struct mark where, const char *format,
                                                           ...);
/* By file, line and column. Stays as it is when there is no memory. */
void diagnostics_sort(struct diagnostics *d);

#endif
