/* Well-formed pieces of a session, made from the facts: what operators insert. */
#ifndef MUTATE_MAKE_H
#define MUTATE_MAKE_H

#include "edit.h"

/* Appends the command line of a verb with CRLF. */
void make_command(struct mutator *m, enum verb verb, struct buffer *out);
/* One verb by chance, the usual ones most often. */
enum verb make_verb(struct mutator *m);
/* A mailbox of the facts, most often one that is accepted. */
struct bytes make_mailbox(struct mutator *m, bool recipient);
/* Inserts a transaction (MAIL, RCPT, DATA and message or BDAT and chunks) at `at`, with EHLO before it at the start of
 * a script. Returns how many parts. */
size_t make_transaction(struct script *s, struct mutator *m, size_t at);
/* A gap for one: most often where it may begin. */
size_t make_gap(const struct script *s, struct mutator *m);
/* The part of a payload to change: one that is there (whether the server takes it, nobody knows), or, now and then and
 * where there is none, that of a new transaction. NOWHERE: none was to be had. */
size_t make_payload(struct script *s, struct mutator *m, unsigned kinds);
/* Inserts AUTH with an exchange. Returns how many parts. */
size_t make_login(struct script *s, struct mutator *m, size_t at);
/* Appends text for a message: field lines and a body, dots stuffed, without the end. */
void make_message(struct mutator *m, struct buffer *out);

#endif
