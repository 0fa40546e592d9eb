/* The journal of a campaign: each session as it was played, for other clients to play again (bench/bare.c is one). It
 * is made of lines, and of octets as they are: session T       begins T microseconds after the journal; the greeting
 * (and a prologue) is not told goes on T       the same, on the connection of the session before write N         N
 * octets follow, and LF replies N       so many were read then pause N         of so many ms fin, tls, reset, close
 * what the client did closed          the server closed end T */
#ifndef CAMPAIGN_JOURNAL_H
#define CAMPAIGN_JOURNAL_H

#include "base/bytes.h"
#include "base/error.h"

struct journal; /* opaque; of one worker */

/* NULL with `e` set: the file cannot be written. */
struct journal *journal_open(const char *path, struct error *e);
/* False with `e` set: something could not be written, now or before. NULL is fine, here and below: nothing is told. */
bool journal_close(struct journal *j, struct error *e);

void journal_begin(struct journal *j, bool goes_on);
void journal_write(struct journal *j, struct bytes octets);
void journal_reply(struct journal *j);
void journal_pause(struct journal *j, int64_t ms);
void journal_say(struct journal *j, const char *what); /* "fin", "closed" ... */
void journal_end(struct journal *j);

#endif
