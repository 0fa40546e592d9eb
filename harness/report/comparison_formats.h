/* The formats of a comparison, one function and one file each: see comparison_format.write. */
#ifndef REPORT_COMPARISON_FORMATS_H
#define REPORT_COMPARISON_FORMATS_H

#include "report/comparison.h"

bool comparison_md(const struct comparison *c, bool all, struct buffer *out);
bool comparison_csv(const struct comparison *c, bool all, struct buffer *out);
bool comparison_json(const struct comparison *c, bool all, struct buffer *out);
bool comparison_html(const struct comparison *c, bool all, struct buffer *out);

#endif
