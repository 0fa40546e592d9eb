/* The names of fact_table for the loader. */
#ifndef SCENARIO_FACTS_H
#define SCENARIO_FACTS_H

#include "reader.h"

/* A variable of a target: notes in `facts` what it needs. False: no such variable. */
bool fact_use(struct bytes name, uint64_t *facts);
/* The fact that variables need, for each bit that fact_use set; NULL behind the last. */
const char *fact_needed(uint64_t facts, size_t number);
/* Names for the nearest one: all variables of the table and `more`. NULL: no memory. */
const char **fact_variables(struct reader *r, const char *const *more, size_t more_count, size_t *count);
/* A fact that `needs:` may name. */
bool fact_is_need(struct bytes name);

#endif
