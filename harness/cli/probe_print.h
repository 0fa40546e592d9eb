/* A probe's findings on standard output, for people and as JSON. False: no memory. */
#ifndef CLI_PROBE_PRINT_H
#define CLI_PROBE_PRINT_H

#include "driver/driver.h"

bool probe_print(const struct target *t, const struct probe *p, bool transcript);
bool probe_print_json(const struct target *t, const struct probe *p);

#endif
