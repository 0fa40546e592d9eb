/* The one place that knows how ${name}, ${name+1} and $${ look. */
#ifndef SCENARIO_VARIABLES_H
#define SCENARIO_VARIABLES_H

#include "scenario/octets.h"

enum piece_kind {
    PIECE_END,
    PIECE_LITERAL,
    PIECE_ESCAPE,   /* $${, means ${ */
    PIECE_VARIABLE, /* ${name} */
    PIECE_BROKEN    /* ${ that is no variable; nothing is read after it */
};

struct piece {
    enum piece_kind kind;
    struct bytes octets; /* as written */
    struct bytes name;   /* PIECE_VARIABLE */
    char operator_;      /* '+', '-', '*'; 0: none */
    int64_t operand;
};

/* Cuts the next piece off `*rest`. */
enum piece_kind piece_next(struct bytes *rest, struct piece *out);

/* Letter, then letters, digits, _ and - before a letter. */
bool variable_name_is_right(struct bytes name);

/* `value` as a whole number with the piece's operation done. False with a message in `e`. */
bool piece_compute(const struct piece *p, struct bytes value, int64_t *out, struct error *e);

/* Decimal, with a leading "-" or not. */
bool whole_number(struct bytes b, int64_t *out);

#endif
