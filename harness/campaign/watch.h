/* The server under fuzzing, as far as it can be seen from outside the connection: starting it with a coverage map and a
 * place for sanitizer reports, noticing that one of its processes died, waiting until it is quiet, starting it again. A
 * server that was not started by the campaign and runs on this machine is watched too, as far as /proc lets. */
#ifndef CAMPAIGN_WATCH_H
#define CAMPAIGN_WATCH_H

#include "coverage.h"
#include "driver/launch.h"
#include "driver/link.h"
#include "process.h"

struct watch; /* opaque */

struct watch_settings {
    const struct target *target;
    struct link *link;
    struct coverage *coverage;         /* NULL: none wanted */
    bool needed;                       /* coverage is: a server that answers already is none of ours */
    int64_t timeout_ms;                /* for a greeting */
    const volatile sig_atomic_t *stop; /* ends waits */
};
/* Starts it where the target says how and nobody answers yet, and waits for a greeting. With coverage it must be
 * startable by us, or exec:. NULL with `e` set. */
struct watch *watch_open(const struct watch_settings *settings, struct error *e);
/* Ends what was started. NULL is fine. */
void watch_close(struct watch *w);

bool watch_is_ours(const struct watch *w);  /* it was started by watch_open */
pid_t watch_process(const struct watch *w); /* who listens; 0: not known */

enum trouble_kind { TROUBLE_NONE, TROUBLE_SANITIZER, TROUBLE_SIGNAL, TROUBLE_ENDED };
struct trouble {
    enum trouble_kind kind;
    char what[64];   /* "heap-buffer-overflow", "SIGSEGV", "exit status 1" */
    char place[160]; /* the top of the stack: "f < g < h"; "" where there is none */
};
/* What happened since the last look: a sanitizer's report of any of its processes, or that it is gone. The report is
 * appended to `report` (may be NULL). Costs two system calls where nothing happened. */
struct trouble watch_look(struct watch *w, struct buffer *report);
/* The same of a process that is known to have ended by a signal. */
struct trouble trouble_of_signal(int signal);
/* Waits until the processes that it forks for connections are gone; true when they are. Those that stay for longer than
 * `within_ms` are killed where the server is ours and others went by themselves; where none ever does they are not
 * waited for any more. */
bool watch_settle(struct watch *w, int64_t within_ms);
/* Starts it anew: stops it first where it still runs. Only where it is ours. */
bool watch_restart(struct watch *w, struct error *e);
/* A server that keeps to itself for a moment; the edges that it takes then are masked. */
void watch_idle(struct watch *w);
/* The program is not instrumented after all. */
void watch_forget_coverage(struct watch *w);
/* What its processes use now. */
struct process_use watch_use(const struct watch *w);
/* The end of what it printed. */
void watch_log(const struct watch *w, size_t most, struct buffer *out);

/* Reads a sanitizer's report: kind of error, and the three top frames that are not the sanitizer's own. */
bool sanitizer_read(struct bytes report, struct trouble *out);

#endif
