/* Starts and stops a target by the commands of its file, each in a process group of its own. */
#ifndef DRIVER_LAUNCH_H
#define DRIVER_LAUNCH_H

#include "base/buffer.h"
#include "base/error.h"
#include "scenario/target.h"

#include <sys/types.h>

struct launched {
    bool by_us;  /* launched_start was called and the target not stopped since */
    pid_t group; /* process group of the start command */
    pid_t pid;   /* of the start command while it stays in the foreground; 0: it ended */
    /* What the start command left in the background and a subreaper was given; it is waited for while launch.stop runs,
     * which would take the zombie for a server that still lives. 0: none. */
    pid_t adopted;
    int output; /* read end of its output; -1 or 0: none */
    /* What its commands find in their environment beside what this process has: "NAME=VALUE", NULL at the end. NULL: no
     * more than that. */
    const char *const *added;
};

/* Runs launch.start by /bin/sh -c in the target's directory. It may stay or go into the background. `added` must live
 * as long as `l`. */
bool launched_start(struct launched *l, const struct target *t, const char *const *added, struct error *e);
/* False, with the command's last output in the error, when it ended with a status other than 0. */
bool launched_check(struct launched *l, struct error *e);
/* Appends the last octets, at most `most`, of what the commands printed since the start. */
void launched_tail(const struct launched *l, size_t most, struct buffer *out);
/* Runs launch.stop where there is one, then ends the process group of a start command that stayed. Does nothing for a
 * target that was not launched by us. */
void launched_stop(struct launched *l, const struct target *t);

#endif
