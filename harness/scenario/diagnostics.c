#include "scenario/diagnostics.h"

#include <stdio.h>

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
