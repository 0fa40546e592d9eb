/* What the target file says, and every scenario believes, is tried once before the scenarios: that messages to the
 * named mailboxes can be seen there, and that the credentials log in. What is wrong is said in a result of its own
 * ("target/mailbox", "target/credentials", ERROR), and scenarios that rest on it are blocked instead of failing. */
#ifndef DRIVER_PREMISES_H
#define DRIVER_PREMISES_H

#include "drive.h"

/* Call after offers_survey. Looks only at what one of the scenarios uses. */
void premises_look(struct drive *d, const struct scenario *const *scenarios, size_t count, struct run *run);

#endif
