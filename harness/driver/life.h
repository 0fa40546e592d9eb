/* Is the target alive? Looks by new connections, launches it where the target file says how, and launches it again. */
#ifndef DRIVER_LIFE_H
#define DRIVER_LIFE_H

#include "drive.h"

struct life; /* opaque; shared by the workers */
struct life *life_new(void);
void life_free(struct life *l);

enum greeted {
    GREETED,
    REFUSED, /* no connection, or closed at once */
    SILENT   /* connected, and no greeting */
};
/* Opens a connection and waits for any complete greeting. `took_ms` may be NULL; `why` (WHY_SIZE) too. */
enum greeted life_greeted(struct drive *d, int64_t within_ms, int64_t *took_ms, char *why);

/* Something broke: looks again by new connections for up to two seconds. False: nobody greets, and the target counts
 * as dead from now on (unless it never was alive). */
bool life_look(struct drive *d);
bool life_is_dead(const struct drive *d);

/* How long to wait, in ms, for the replies to NOOP and QUIT at a scenario's end: --timeout, and a second once eight of
 * them were not answered in that time, or a server that never answers NOOP would make the run last for hours. */
int64_t life_patience(struct drive *d);
void life_unanswered(struct drive *d);

/* Makes sure before the run that somebody answers: launches the target where nobody does and the file says how. False
 * only when the launch fails. `*answers` tells whether somebody greets; if not, `why`. */
bool life_begin(struct drive *d, bool *answers, char why[WHY_SIZE], struct error *e);
/* After a death: launches it again. False with the error set when it cannot be. */
bool life_revive(struct drive *d, struct error *e);
/* Stops what life_begin or life_revive launched. */
void life_end(struct drive *d);

#endif
