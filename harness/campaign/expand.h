/* Every command in every state: where a session that is kept reached a state of the server that none reached before
 * (told by what was answered last, and how), each of a list of commands is put in there once, and the session goes on
 * behind it. What chance finds late, a command out of its place, is so found early. Used under the campaign's lock. */
#ifndef CAMPAIGN_EXPAND_H
#define CAMPAIGN_EXPAND_H

#include "exchange.h"

enum { EXPAND_ASKED = 64, EXPAND_CLASSES = 6, EXPAND_WAITING = 64 };

/* A session in two, where a state was reached. */
struct parted {
    struct buffer begin, rest;
};
struct expand {
    bool known[EXPAND_ASKED][EXPAND_CLASSES][2]; /* what was answered, class of the reply, inside TLS */
    struct parted waiting[EXPAND_WAITING];       /* a ring */
    size_t first, count;
    size_t command; /* of the list, that comes next behind the first of them */
};
void expand_free(struct expand *x);
/* A session that was played as a whole on a connection of its own. */
void expand_note(struct expand *x, struct bytes text, const struct outcome *out);
/* Puts the next input into `out`. False: every state that is known has seen all commands. */
bool expand_next(struct expand *x, const struct target *t, struct buffer *out);

#endif
