/* A text as a YAML scalar. */
#ifndef REPORT_YAML_TEXT_H
#define REPORT_YAML_TEXT_H

#include "base/buffer.h"

/* Appends it in double quotes, made safe as row_text does; one line. NULL is "". */
void yaml_text(struct buffer *out, const char *text);

#endif
