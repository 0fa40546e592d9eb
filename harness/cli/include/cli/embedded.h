/* The files that travel inside the program: scenarios and catalogue, made by cmake/embed.c at build time. */
#ifndef CLI_EMBEDDED_H
#define CLI_EMBEDDED_H

#include <stddef.h>

struct embedded_file {
    const char *name; /* "scenarios/rfc3030/2-bdat.yaml" */
    const unsigned char *data;
    size_t len;
};
extern const struct embedded_file embedded_files[]; /* ends with a NULL name */
extern const size_t embedded_count;

#endif
