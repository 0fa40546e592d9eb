/* A file that travels inside the program: made by cmake/embed.c at build time. */
#ifndef BASE_EMBEDDED_H
#define BASE_EMBEDDED_H

#include <stddef.h>

struct embedded_file {
    const char *name; /* "scenarios/rfc3030/2-bdat.yaml" */
    const unsigned char *data;
    size_t len;
};

#endif
