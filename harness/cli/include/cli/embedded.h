/* The files that travel inside the program: scenarios and catalogue. */
#ifndef CLI_EMBEDDED_H
#define CLI_EMBEDDED_H

#include "base/embedded.h"

extern const struct embedded_file embedded_files[]; /* ends with a NULL name */
extern const size_t embedded_count;
/* One file: for each of those above, in their order, the length in four octets, the least first, and what library_pack
 * made of it (cmake/pack.c). */
extern const struct embedded_file packed_files[];
extern const size_t packed_count;

#endif
