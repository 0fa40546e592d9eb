#include "base/error.h"

#include <stdio.h>

bool error_set(struct error *e, const char *format, ...)
{
    if (!e)
        return false;
    e->where = (struct mark){0};
    va_list args;
    va_start(args, format);
    vsnprintf(e->text, sizeof e->text, format, args);
    va_end(args);
    return false;
}

bool error_at(struct error *e, struct mark where, const char *format, ...)
{
    if (!e)
        return false;
    e->where = where;
    va_list args;
    va_start(args, format);
    vsnprintf(e->text, sizeof e->text, format, args);
    va_end(args);
    return false;
}

const char *error_print(const struct error *e, char *out, unsigned long size)
{
    if (e->where.file && e->where.line)
        snprintf(out, size, "%s:%d:%d: %s", e->where.file, e->where.line, e->where.column, e->text);
    else if (e->where.file)
        snprintf(out, size, "%s: %s", e->where.file, e->text);
    else
        snprintf(out, size, "%s", e->text);
    return out;
}
