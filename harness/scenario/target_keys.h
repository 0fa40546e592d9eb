/* The tables of the target file, for its loader and its schema. */
#ifndef SCENARIO_TARGET_KEYS_H
#define SCENARIO_TARGET_KEYS_H

#include "keys.h"

#include "scenario/target.h"

extern const struct keys target_keys, target_mailbox_keys;

/* Relative to the reader's folder. */
const char *target_path(struct reader *r, const char *path);
/* One of maildir, mbox, directory, command; false when it is none. */
bool mailbox_kind_find(struct bytes name, enum mailbox_kind *out);
/* Fills nothing in when there is no memory. */
void target_mailbox_add(struct reader *r, struct target *t, struct mailbox m);
/* argv that runs `command` in a shell; NULL: no memory. */
char **shell_command(struct arena *a, const char *command);

#endif
