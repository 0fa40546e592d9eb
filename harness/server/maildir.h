/* Stores messages in maildirs: one for each local mailbox, "@relay" for mail to elsewhere. A message is written in tmp/
 * and renamed to new/, so that no reader ever sees half of one. Used by all threads of a listener. */
#ifndef SERVER_MAILDIR_H
#define SERVER_MAILDIR_H

#include "base/error.h"
#include "server/envelope.h"

struct maildir; /* opaque */

/* `path` is made, and so are the maildirs of the mailboxes, so that a reader finds them at once. NULL with `e` set. */
struct maildir *maildir_open(const char *path, const char *const *mailboxes, size_t count, struct error *e);
void maildir_free(struct maildir *m); /* NULL is fine; files stay */

/* Stores one copy in each mailbox of the delivery, or nothing at all. CRLF becomes LF, unless a CR or LF on its own is
 * in the content or the body is BINARYMIME: then every octet stays (RFC 3030 section 3). Survives the end of the
 * process, not the loss of power: nothing is synchronised to the disk. */
enum delivery_status maildir_deliver(struct maildir *m, const struct delivery *d);

#endif
