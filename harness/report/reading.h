/* Values out of JSON that somebody else may have written: each is asked for by key and type, and what is wrong with it
 * is said with its path. */
#ifndef REPORT_READING_H
#define REPORT_READING_H

#include "scenario/diagnostics.h"

#include <jansson.h>

struct reading {
    struct arena *arena; /* for what is read */
    struct diagnostics *d;
    const char *file;
    size_t mistakes;
};

/* Where a value stands, as a chain on the stack: a member of an object, or an item of an array. */
struct place {
    const struct place *up; /* NULL: the whole */
    const char *key;        /* NULL: an item */
    size_t index;
};

/* Says "PATH: expected EXPECTED, found FOUND"; `found` NULL: it is missing. */
void reading_wrong(struct reading *r, const struct place *at, const char *expected, const json_t *found);

/* Each takes a member of `object`, whose place is `at`. What is missing or of another type is a mistake, and gives the
 * value in the name of which nothing is broken: NULL, 0, false. */
const char *reading_text(struct reading *r, const struct place *at, const json_t *object, const char *key);
/* null gives NULL, and is none. */
const char *reading_text_or_null(struct reading *r, const struct place *at, const json_t *object, const char *key);
int64_t reading_integer(struct reading *r, const struct place *at, const json_t *object, const char *key, int64_t least,
                        int64_t most);
/* For keys that later programs added: `absent` where it is missing; any whole number from 0 on. */
int64_t reading_integer_if_there(struct reading *r, const struct place *at, const json_t *object, const char *key,
                                 int64_t absent);
double reading_fraction(struct reading *r, const struct place *at, const json_t *object, const char *key);
bool reading_flag(struct reading *r, const struct place *at, const json_t *object, const char *key);
/* The index among `count` names. */
int reading_word(struct reading *r, const struct place *at, const json_t *object, const char *key,
                 const char *(*name)(int), int count);
const json_t *reading_object(struct reading *r, const struct place *at, const json_t *object, const char *key);
const json_t *reading_object_or_null(struct reading *r, const struct place *at, const json_t *object, const char *key);
const json_t *reading_array(struct reading *r, const struct place *at, const json_t *object, const char *key);
/* An item of an array that must be an object. */
const json_t *reading_item(struct reading *r, const struct place *at, const json_t *array, size_t index);

#endif
