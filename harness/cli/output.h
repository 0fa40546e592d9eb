/* Writes a report so that it is there whole or not at all: into a file beside it that then takes its name. */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include "base/bytes.h"
#include "base/error.h"

/* "-" is standard output; what exists and is no regular file (a device, a pipe) is written to as it is. False: `e` says
 * what is wrong with the file; what was there before is untouched. */
bool output_write(const char *path, struct bytes content, struct error *e);

#endif
