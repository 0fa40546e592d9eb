/* Maps of the language, described by tables: what a key is called, how its value looks, who reads it. The loader, the
 * advice for misspelt keys and the JSON Schema come from the same rows. */
#ifndef SCENARIO_KEYS_H
#define SCENARIO_KEYS_H

#include "reader.h"

enum shape {
    SHAPE_LINE,     /* a text */
    SHAPE_ID,       /* a-z 0-9 - . */
    SHAPE_CHOICE,   /* one of `words` */
    SHAPE_BOOL,     /* true, false */
    SHAPE_NUMBER,   /* a whole number, or a text that gives one */
    SHAPE_RANGE,    /* 1, 0..1 */
    SHAPE_DURATION, /* 500ms, 10s */
    SHAPE_OCTETS,
    SHAPE_STEPS,
    SHAPE_EXPECTATION,
    SHAPE_LINES,       /* a text or a list of them */
    SHAPE_MAP,         /* a map with the keys of `map` */
    SHAPE_MAPS,        /* a list of such maps */
    SHAPE_OPEN,        /* a map with any keys, values as `map` says or texts */
    SHAPE_KEYWORD,     /* a text, or a map with the keys of `map` */
    SHAPE_EXPECTATIONS /* an expectation or a list of them */
};

struct key;
typedef void key_reader(struct reader *r, const struct node *value, const struct key *key, void *field);

struct keys {
    const char *what; /* "a scenario" */
    const struct key *rows;
    size_t count;
    bool others; /* keys beside these are somebody else's */
};

struct key {
    const char *name;
    enum shape shape;
    bool required;
    key_reader *read;
    size_t offset; /* of the field in the struct that keys_read fills */
    const char *summary;
    const struct keys *map;
    const char *const *words; /* ends with NULL */
};

/* One row: the key, its shape, its reader, the field that is filled (KEY_ALL: the whole struct), the summary; more
 * members may stand behind the summary. */
#define KEY(name_, shape_, read_, type_, member_, ...)                                                                 \
    {                                                                                                                  \
        .name = (name_), .shape = SHAPE_##shape_, .read = (read_), .offset = offsetof(type_, member_),                 \
        .summary = __VA_ARGS__                                                                                         \
    }
#define KEY_ALL(name_, shape_, read_, ...)                                                                             \
    {                                                                                                                  \
        .name = (name_), .shape = SHAPE_##shape_, .read = (read_), .summary = __VA_ARGS__                              \
    }

#define KEYS(what_, rows_)                                                                                             \
    {                                                                                                                  \
        .what = (what_), .rows = (rows_), .count = sizeof(rows_) / sizeof *(rows_)                                     \
    }

/* Reads a map in the order of the file. False when it is no map. */
bool keys_read(struct reader *r, const struct keys *keys, const struct node *map, void *out);
const struct key *keys_find(const struct keys *keys, struct bytes name);

/* Readers of single fields: the type of the field is what stands behind. */
key_reader key_line;     /* const char * */
key_reader key_id;       /* const char * */
key_reader key_bool;     /* bool */
key_reader key_choice;   /* enum: the number of the word in `words` */
key_reader key_duration; /* int64_t, milliseconds */
key_reader key_text;     /* struct text */
key_reader key_number;   /* struct text that gives a whole number */
key_reader key_node;     /* const struct node *: read later, by others */

#endif
