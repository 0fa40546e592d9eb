/* How somebody else can see the same: the octets of a result as a shell command without this program, and the scenario
 * as a file of its own. */
#ifndef REPORT_REPRODUCE_H
#define REPORT_REPRODUCE_H

#include "report/report.h"

/* Appends a command line that sends what the result's connection sent, in the same portions and with waits between
 * them, by printf and nc, or openssl s_client where TLS was used. False: no such command can be had, and `why` says
 * why not in a sentence. */
bool reproduce_command(const struct run *run, const struct result *r, struct buffer *out, const char **why);

/* Appends a file with that scenario alone, out of the text of the file that it stands in; its suite gets a name of its
 * own, so that it can be run beside the one it was copied from. False: there is no such scenario in that place. */
bool reproduce_scenario(const struct scenario *s, struct bytes file, struct buffer *out);
/* The pattern that selects the result in that file. */
void reproduce_id(const struct scenario *s, struct buffer *out);

#endif
