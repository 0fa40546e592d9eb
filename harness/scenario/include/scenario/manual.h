/* The manual pages of section 5 as scdoc source, derived from the tables that the loaders read by. */
#ifndef SCENARIO_MANUAL_H
#define SCENARIO_MANUAL_H

#include "base/buffer.h"

/* smtpspec-scenario(5) and smtpspec-target(5). False: no memory. */
bool scenario_manual(struct buffer *out);
bool target_manual(struct buffer *out);
/* Appends a text so that scdoc reads no mark-up in it. */
void manual_text(struct buffer *out, const char *text);

#endif
