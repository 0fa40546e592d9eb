#include "scenario/diagnostics.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void diagnostics_add(struct diagnostics *d, struct mark where, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);

    struct diagnostic *found = arena_alloc(d->arena, sizeof *found);
    char *copy = arena_string(d->arena, text);
    if (!found || !copy) {
        d->out_of_memory = true;
        return;
    }
    *found = (struct diagnostic){.where = where, .text = copy};
    if (d->last)
        d->last->next = found;
    else
        d->first = found;
    d->last = found;
    d->count++;
}

struct sorted {
    struct diagnostic *d;
    size_t number; /* in the order of adding, so that the order is total */
};

static int place_order(const void *a, const void *b)
{
    const struct sorted *x = a, *y = b;
    const struct mark *m = &x->d->where, *n = &y->d->where;
    int files = strcmp(m->file ? m->file : "", n->file ? n->file : "");
    if (files)
        return files;
    if (m->line != n->line)
        return m->line < n->line ? -1 : 1;
    if (m->column != n->column)
        return m->column < n->column ? -1 : 1;
    return x->number < y->number ? -1 : 1;
}

void diagnostics_sort(struct diagnostics *d)
{
    struct sorted *all = d->count ? malloc(d->count * sizeof *all) : NULL;
    size_t count = 0;
    if (!all)
        return;
    for (struct diagnostic *i = d->first; i; i = i->next, count++)
        all[count] = (struct sorted){i, count};
    qsort(all, count, sizeof *all, place_order);
    d->first = all[0].d;
    d->last = all[count - 1].d;
    for (size_t i = 0; i < count; i++)
        all[i].d->next = i + 1 < count ? all[i + 1].d : NULL;
    free(all);
}
