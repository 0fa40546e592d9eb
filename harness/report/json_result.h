/* One result, its requirement and its transcript as JSON. Every function gives NULL when there is no memory. */
#ifndef REPORT_JSON_RESULT_H
#define REPORT_JSON_RESULT_H

#include "rows.h"

#include <jansson.h>

json_t *json_result(const struct row *row, const struct baseline *b);
/* Text made safe by row_text; null for NULL. */
json_t *json_text(const char *text);
/* {"text": "..."} when the octets are printable ASCII, CR and LF; else {"base64": "..."}. */
json_t *json_octets(struct bytes octets);
bool json_octets_are_text(struct bytes octets);

#endif
