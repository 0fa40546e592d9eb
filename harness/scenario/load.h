/* Loaders of the parts of a scenario, each for the nodes of its own part. */
#ifndef SCENARIO_LOAD_H
#define SCENARIO_LOAD_H

#include "keys.h"

#include "scenario/scenario.h"
#include "scenario/step.h"

/* Octets: a text, or a list of parts. `text_kind` is what a text is: PART_TEXT or PART_HEX. */
void octets_load(struct reader *r, const struct node *n, enum part_kind text_kind, struct octets *out);
key_reader key_octets; /* struct octets */
extern const struct keys part_keys;

void expectation_load(struct reader *r, const struct node *n, struct expectation *out);
key_reader key_expectation;       /* struct expectation */
key_reader key_expectation_apart; /* struct expectation *: for those that few steps have */
extern const struct keys expectation_keys, keyword_keys;

enum place {
    PLACE_FREE,
    PLACE_PIPELINE, /* only what can be part of one write */
    PLACE_BRANCH    /* behind a `when` in a pipeline: only expectations */
};
/* Steps in the order of the file. */
void steps_load(struct reader *r, const struct node *n, enum place inside, struct steps *out);
extern const struct keys step_keys;

/* The value of an act. */
void act_load(struct reader *r, const struct node *value, enum act act, enum place inside, struct step *step);
/* The keys of acts that take a map; NULL for others. */
const struct keys *act_keys(enum act act);
const struct act_info *act_info(enum act act);

/* Puts the case's variables into everything below `n`. */
struct node *case_substitute(struct reader *r, const struct node *n, const struct node *case_map, const char *case_id);

struct need_list {
    struct need *items;
    size_t count, room;
};
/* `needs:`, a list of texts. */
void needs_load(struct reader *r, const struct node *n, struct need_list *list);
/* Adds what the scenario's steps need. */
void needs_derive(struct reader *r, const struct scenario *s, struct need_list *list);

#endif
