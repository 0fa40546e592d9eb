/* What holds of everything that is loaded from a file: diagnostics with a text and a place in the file, the same when
 * it is loaded again. */
#ifndef FUZZ_LOADED_H
#define FUZZ_LOADED_H

#include "property.h"
#include "scenario/diagnostics.h"

#include <string.h>

struct extent {
    int lines;
    int columns;
};

static inline struct extent extent_of(struct bytes b)
{
    struct extent e = {1, (int)b.len + 1};
    for (size_t i = 0; i < b.len; i++)
        e.lines += b.data[i] == '\n' || b.data[i] == '\r' || b.data[i] >= 0x80;
    return e;
}

static inline void check_mark(struct mark m, struct extent e)
{
    HOLDS(m.file && m.line >= 1 && m.line <= e.lines && m.column >= 1 && m.column <= e.columns);
}

static inline void check_diagnostics(const struct diagnostics *d, struct extent e)
{
    size_t count = 0;
    for (const struct diagnostic *i = d->first; i; i = i->next, count++) {
        HOLDS(i->text && i->text[0]);
        check_mark(i->where, e);
    }
    HOLDS(count == d->count);
}

static inline bool same_diagnostics(const struct diagnostics *a, const struct diagnostics *b)
{
    const struct diagnostic *x = a->first, *y = b->first;
    for (; x && y; x = x->next, y = y->next)
        if (strcmp(x->text, y->text) != 0 || x->where.line != y->where.line || x->where.column != y->where.column)
            return false;
    return !x && !y;
}

#endif
