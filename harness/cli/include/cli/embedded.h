/* The files that travel inside the program: scenarios and catalogue. */
#ifndef CLI_EMBEDDED_H
#define CLI_EMBEDDED_H

#include "base/embedded.h"

extern const struct embedded_file embedded_files[]; /* ends with a NULL name */
extern const size_t embedded_count;

#endif
