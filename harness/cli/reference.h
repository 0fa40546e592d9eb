/* The reference server inside this process, for `smtpspec test` without a target: a loopback port, a folder of its own
 * that goes when it stops, and a target that knows all facts about it. */
#ifndef CLI_REFERENCE_H
#define CLI_REFERENCE_H

#include "scenario/target.h"
#include "server/server.h"

struct reference {
    struct server *server;
    char folder[512];
};
/* False, with what was meant in `e`, where a defect or style of that name does not exist. NULL is fine. */
bool reference_knows(const char *defect, const char *style, struct error *e);
/* Starts it, for LMTP where `lmtp` says so; `defect` and `style` may be NULL. Returns the target that knows it, NULL
 * with `e` set. */
struct target *reference_start(struct reference *r, bool lmtp, const char *defect, const char *style, struct error *e);
/* A target that starts the reference server as a process of its own, this program run as `serve`: for campaigns, which
 * may crash it. The port stands in the start command as $SMTPSPEC_PORT. Its mail is in the folder of `r`, which
 * reference_stop removes. NULL with `e` set. */
struct target *reference_launch(struct reference *r, const char *defect, const char *style, struct error *e);
/* Stops it and removes its folder. Nothing where it was not started. */
void reference_stop(struct reference *r);

#endif
