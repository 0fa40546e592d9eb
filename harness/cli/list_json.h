/* What `smtpspec list --json` prints: arrays of objects on standard output. Each is false when there is no memory. */
#ifndef CLI_LIST_JSON_H
#define CLI_LIST_JSON_H

#include "scenario/library.h"

bool list_scenarios_json(const struct scenario *const *scenarios, size_t count);
bool list_requirements_json(const struct requirement *const *rows, size_t count);
bool list_checks_json(void);

#endif
