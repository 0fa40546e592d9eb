/* Between the loader of a suite with its cases and the loader of one scenario. */
#ifndef SCENARIO_SUITE_H
#define SCENARIO_SUITE_H

#include "files.h"

struct suite_fields {
    const char *suite, *title, *file;
    const struct node *tags, *needs, *scenarios;
};

struct case_fields {
    const char *id, *title, *requirement, *note;
    const struct node *requirement_node, *needs, *tags;
};

struct loading {
    struct reader *r;
    const struct suite_fields *suite;
    struct pointer_list *out;
    const struct node *case_node; /* NULL: no cases */
    struct case_fields c;
    size_t mistakes; /* before this scenario */
};

/* One scenario, its case's variables put in already: a result for each transport. */
void scenario_load(struct loading *l, const struct node *n);

#endif
