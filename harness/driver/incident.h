/* A target that died: who was running then, launching it again, running each suspect alone. */
#ifndef DRIVER_INCIDENT_H
#define DRIVER_INCIDENT_H

#include "pool.h"

/* Clears up after a death; `jobs` are all of the run. False: the target cannot be had again, and what was not done is
 * to be ERROR. Adds "target/died" to the run where no suspect repeats it. */
bool incident_clear(struct drive *d, struct job *jobs, size_t count, struct run *run);

/* Adds a result that belongs to no scenario (ERROR, where it has no other verdict) with its arena; a second one with
 * the same id gets a number behind it. */
void incident_add(struct drive *d, struct run *run, const struct result *result);

#endif
