/* What /proc says of a server's processes: who listens, its children, memory, descriptors. Everything is a look at this
 * moment; a process that is gone or not ours gives nothing. */
#ifndef CAMPAIGN_PROCESS_H
#define CAMPAIGN_PROCESS_H

#include "scenario/target.h"

#include <sys/types.h>

/* The process that listens at the endpoint, the eldest one where several share the socket. 0: none that can be seen. */
pid_t process_listening(const struct endpoint *e);
/* Children of all threads of a process: their number, and the first `size` of them in `out` (NULL: not wanted). */
size_t process_children(pid_t pid, pid_t *out, size_t size);
/* The child of ours that the process is, or is below of. 0: neither. */
pid_t process_our_child(pid_t pid);
bool process_is_alive(pid_t pid); /* there, and no zombie */
/* The signal that ended a child of ours, or one that its shell tells of, when it is over within the time; it can still
 * be waited for. 0: none, or one that others send. */
int process_fatal_signal(pid_t child, int64_t within_ms);

struct process_use {
    size_t processes;
    uint64_t memory_kib; /* resident and anonymous: what the program itself filled */
    size_t descriptors;
};
/* The process and all below it. */
struct process_use process_use(pid_t pid);

#endif
