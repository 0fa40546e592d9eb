/* What the subcommands say on standard error when something is wrong, and columns on standard output. */
#ifndef CLI_PRINT_H
#define CLI_PRINT_H

#include "base/buffer.h"
#include "scenario/diagnostics.h"

/* "smtpspec: TEXT". */
__attribute__((format(printf, 1, 2))) void print_problem(const char *format, ...);
void print_error(const struct error *e);
/* All of them, one a line, as FILE:LINE:COLUMN: TEXT. True when there is none. */
bool print_mistakes(const struct diagnostics *d);

enum { PRINT_WIDTH = 100 };
/* Appends the words of `text` in lines of at most PRINT_WIDTH characters; further lines begin at `indent`; the first
 * one goes on at `column`. Line ends in the text are kept; one is put behind it. */
void print_wrap(struct buffer *out, const char *text, size_t column, size_t indent);

/* A table of texts, row after row, printed with columns as wide as their widest text. */
struct print_table {
    size_t columns;
    struct buffer text; /* cells, each ended by NUL */
    size_t widths[8];
    size_t cells;
};
/* Takes one cell; row by row, `columns` (at most 8) in each. Control octets are made visible. */
void print_cell(struct print_table *t, const char *text);
/* Prints to standard output and frees. False: no memory. */
bool print_rows(struct print_table *t);

#endif
