/* The rules of a SARIF file: what a result's rule is, and how it is told. */
#ifndef REPORT_SARIF_RULE_H
#define REPORT_SARIF_RULE_H

#include "rows.h"

#include <jansson.h>

/* The requirement's id; the row's own id where there is none. */
const char *sarif_rule_id(const struct row *row);
/* "error" for MUST and security, "warning" for SHOULD, "note" for MAY. */
const char *sarif_rule_level(const struct row *row);
/* The rule as an object; NULL: no memory. */
json_t *sarif_rule(const struct row *row);

#endif
