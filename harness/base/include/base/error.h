/* What went wrong, and where in the user's file or with which peer; errors travel up as text. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdarg.h>
#include <stdbool.h>

/* A place in a user's file, line and column from 1; line 0: no place in particular. `file` is not owned. */
struct mark {
    const char *file;
    int line;
    int column;
};

struct error {
    struct mark where;
    char text[512];
};

/* Sets the text, clears the place, and returns false, for `return error_set(...)`. NULL is fine. A text
 * that does not fit is cut. The form of a text: what was expected, then what was found. */
__attribute__((format(printf, 2, 3))) bool error_set(struct error *e, const char *format, ...);
__attribute__((format(printf, 3, 4))) bool error_at(struct error *e, struct mark where, const char *format, ...);
/* "file:12:3: text", or the text alone; cut to `size`, always terminated. Returns `out`. */
const char *error_print(const struct error *e, char *out, unsigned long size);

#endif
