/* What the operators share: choosing, and building the octets of a part anew. */
#ifndef MUTATE_EDIT_H
#define MUTATE_EDIT_H

#include "mutate/mutate.h"
#include "mutate/words.h"

#define NOWHERE SIZE_MAX

/* Sets of part kinds. */
#define KIND(kind) (1u << (kind))
enum {
    KINDS_LINE = KIND(PART_COMMAND) | KIND(PART_ANSWER) | KIND(PART_RAW),
    KINDS_PAYLOAD = KIND(PART_MESSAGE) | KIND(PART_CHUNK),
    KINDS_OCTETS = KINDS_LINE | KINDS_PAYLOAD,
    KINDS_ALL = KINDS_OCTETS | KIND(PART_MARK)
};

/* True once in `n` times. */
bool edit_once_in(struct mutator *m, unsigned n);
size_t edit_below(struct mutator *m, size_t limit);
/* One part of these kinds by chance; NOWHERE when there is none. */
size_t edit_pick(const struct script *s, struct mutator *m, unsigned kinds);
/* One command with one of two verbs (the same twice for one). */
size_t edit_pick_verb(const struct script *s, struct mutator *m, enum verb a, enum verb b);
/* A place between parts, 0 to count. */
size_t edit_gap(const struct script *s, struct mutator *m);
struct bytes edit_word(struct mutator *m, enum words w);
/* Octets that may still be added before the mutant is as long as is allowed. */
size_t edit_room(const struct script *s, const struct mutator *m);

/* A line in two: what it says, and its line end (all CR and LF at its end). */
struct bytes edit_line_end(struct bytes line);

/* Begins to build octets in `m->scratch`. */
struct buffer *edit_begin(struct mutator *m);
/* They become the octets of part `at`. False when they are what they were. */
bool edit_replace(struct script *s, struct mutator *m, size_t at);
/* They become a new part before part `at`. */
void edit_insert(struct script *s, struct mutator *m, size_t at, enum part_kind kind);
/* Part `at` gets `octets` in place of `len` octets from `from` on. */
bool edit_splice(struct script *s, struct mutator *m, size_t at, size_t from, size_t len, struct bytes octets);

#endif
