/* Looks into mailboxes: which messages that came since the run began hold some texts. One store for each mailbox of
 * the target, shared by the workers. */
#ifndef DRIVER_DELIVERY_H
#define DRIVER_DELIVERY_H

#include "base/buffer.h"
#include "scenario/target.h"

struct delivery; /* opaque; all stores */
struct store;    /* opaque; one mailbox */

struct delivery *delivery_new(const struct target *t);
void delivery_free(struct delivery *d);
/* Notes what is there now: it belongs to nobody. Call once, before the scenarios. */
void delivery_begin(struct delivery *d);
/* NULL: the target names no such mailbox. */
struct store *delivery_store(struct delivery *d, struct bytes address);

/* Entries that are there now, for each store: what a result that begins now need not look at. `marks` has
 * delivery_count entries. */
size_t delivery_count(const struct delivery *d);
void delivery_mark(struct delivery *d, size_t *marks);
size_t delivery_number(const struct delivery *d, const struct store *s);

/* What was seen of messages to this mailbox: whether what is missing may be blamed on anybody. */
enum arrival {
    ARRIVAL_UNKNOWN, /* none was waited for yet */
    ARRIVAL_SEEN,
    ARRIVAL_BROKEN, /* some were seen, and then a plain message did not arrive */
    ARRIVAL_NEVER   /* a plain message did not arrive, and none was seen before */
};
enum arrival store_arrival(struct store *s);
void store_note_arrival(struct store *s, bool arrived);

/* Files appear whole in a maildir; elsewhere a message may be seen half written, and a look costs more. */
bool store_is_atomic(const struct store *s);
int64_t store_poll_ms(const struct store *s);

/* What one result looks for, with what it has looked at already. Zeroed but for store, wanted and wanted_count. */
struct search {
    struct store *store;
    const struct bytes *wanted; /* all of them have to be in a message */
    size_t wanted_count;
    struct bytes unwanted; /* a message that holds it is passed over; empty: none is */
    size_t from;           /* entries before this one are not looked at; `looked` begins with it */
    size_t looked;         /* entries of the store that were looked at */
    struct buffer found;   /* the messages one behind the other */
    struct found_message {
        size_t at, len;
    } * messages;
    size_t count, capacity;
    bool failed; /* the store cannot be read */
    char why[200];
};
/* Looks (again); afterwards s->count messages are known. In a store that is not atomic, all is looked at anew. */
void search_look(struct search *s);
struct bytes search_message(const struct search *s, size_t i);
void search_free(struct search *s);

/* True when `found` is the message `sent` but for line ends, fields put around its own, and empty lines at the end;
 * `exact`: `found` ends with the very octets of `sent`. */
bool message_same(struct bytes sent, struct bytes found, bool exact);

#endif
