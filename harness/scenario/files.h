/* What the loaders of whole files add to a library. */
#ifndef SCENARIO_FILES_H
#define SCENARIO_FILES_H

#include "load.h"

#include "scenario/catalogue.h"

/* A scenario with what the library still has to resolve. */
struct loaded {
    struct scenario s;
    const char *cited; /* the row's id; NULL: the scenario carries level and reference */
    struct mark cited_mark;
    struct mark id_mark;
    bool broken; /* it has mistakes: its id and what it cites are looked at, and nothing else */
};

/* Pointers in the arena that never move once they are in the list. */
struct pointer_list {
    void **items;
    size_t count, room;
};
bool pointer_list_add(struct reader *r, struct pointer_list *list, void *item);

/* Adds struct loaded to `out`. */
void suite_load(struct reader *r, const struct node *root, const char *file, struct pointer_list *out);
extern const struct keys suite_keys, scenario_keys, case_keys;
/* Adds struct requirement. */
void catalogue_load(struct reader *r, const struct node *root, struct pointer_list *out);
extern const struct keys catalogue_keys, requirement_keys;

#endif
