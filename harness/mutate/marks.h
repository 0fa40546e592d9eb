/* The text of marks: what reader and printer of scripts share. */
#ifndef MUTATE_MARKS_H
#define MUTATE_MARKS_H

#include "mutate/script.h"

struct mark_found {
    size_t at, len;   /* of "#!NAME\n", quotes and argument included */
    size_t quotes;    /* "!" beyond the first: 0 for a mark, else octets that look like one */
    struct part mark; /* when quotes is 0 */
};
/* The first mark or quoted mark in `in`. */
bool mark_find(struct bytes in, struct mark_found *found);

#endif
