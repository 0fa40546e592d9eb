/* Plays a script to the reference server's session engine and notes all that comes of it, for the judge (judge.h). */
#ifndef FUZZ_PLAY_H
#define FUZZ_PLAY_H

#include "base/prng.h"
#include "mutate/script.h"
#include "server/session.h"

enum { PLAY_SIZE_LIMIT = 3000, PLAY_RECIPIENT_LIMIT = 100 };

#define PLAY_HOST   "mx.example.test"
#define PLAY_DOMAIN "example.test"

struct play {
    struct session_config config;
    struct buffer input;      /* the octets that were fed */
    struct buffer handshakes; /* offsets into the input, as size_t, at which the client shook hands */
    struct buffer output;
    struct buffer deliveries;    /* in the form of delivery_note */
    struct buffer notifications; /* the same */
    struct buffer piece, room;   /* memory of its own, kept from one play to the next */
    uint64_t messages;           /* as the engine counts them */
    bool closed;
    bool handshake_due;
    bool unjudged; /* set before: the trace fields need not have their form */
};

/* `defect` and `style` are those of the server; the rest is fixed, but for LMTP (a script whose first command is LHLO)
 * and TLS at once (a script that begins with that mark). */
void play_begin(struct play *p, const struct script *s, enum defect defect, enum style style);
/* Plays the script: whole writes, or cut by chance when `cuts` is given. */
void play_script(struct play *p, const struct script *s, struct prng *cuts);
void play_free(struct play *p);

/* One delivery as text: a line for each recipient, its path and the mailbox ("-": elsewhere), then the number of octets
 * and the content. */
void delivery_note_recipient(struct buffer *out, struct bytes path, const char *mailbox);
void delivery_note_content(struct buffer *out, struct bytes content);

/* What the mailbox says of a message by how its content begins. */
enum delivery_status play_store(struct bytes content);

#endif
