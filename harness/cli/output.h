/* Writes a report so that it is there whole or not at all: into a file beside it that then takes its name. */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include "base/buffer.h"
#include "base/error.h"

#include <stdio.h>

/* "-" is standard output; what exists and is no regular file (a device, a pipe) is written to as it is. False: `e` says
 * what is wrong with the file; what was there before is untouched. */
bool output_write(const char *path, struct bytes content, struct error *e);
/* Writes a report where it was made, says what is wrong, and frees it. False: it is not there. */
bool output_report(const char *path, struct buffer *report, bool made);
/* A terminal, and the environment does not say NO_COLOR. */
bool output_takes_colour(FILE *out);

#endif
