/* A YAML file as a tree of nodes with their places, over libyaml's events. What YAML would do in silence is refused:
 * tags, anchors, aliases, keys that stand twice, several documents, deep nesting, large files. */
#ifndef SCENARIO_TREE_H
#define SCENARIO_TREE_H

#include "scenario/diagnostics.h"

#include "base/bytes.h"

#define TREE_FILE_LIMIT  (4u << 20) /* octets of a file */
#define TREE_DEPTH_LIMIT 40         /* lists and maps within each other */
#define TREE_KEY_LIMIT   200        /* keys of one map */

/* What YAML does to a plain text in silence. */
#define TREE_CUT_LINES   "the ends of its lines"
#define TREE_CUT_BLANKS  "trailing blanks"
#define TREE_CUT_COMMENT "a comment"

enum node_kind {
    NODE_TEXT,
    NODE_LIST,
    NODE_MAP,
    NODE_BAD /* a mistake was already told; readers pass over it */
};

struct node {
    enum node_kind kind;
    struct mark mark;
    struct bytes text; /* NODE_TEXT; ends with a NUL that is not counted */
    bool plain;        /* NODE_TEXT without quotes */
    const char *cut;   /* what YAML cut off or changed in a plain text: TREE_CUT_...; NULL: nothing */
    struct node *first;
    struct node *next;      /* among its parent's children */
    const struct node *key; /* of a map's child */
    size_t count;
};

/* The root, in the arena of the diagnostics; NULL when the file cannot be read as YAML. `name` outlives the tree. */
struct node *tree_load(struct diagnostics *d, const char *name, struct bytes content);

/* The child of a map with this key; NULL: none, or no map. */
const struct node *node_child(const struct node *map, const char *key);
/* Nothing stands there: an empty plain text, ~ or null. */
bool node_is_nothing(const struct node *n);

/* Reads a file of at most TREE_FILE_LIMIT octets into the arena. False with a diagnostic at line 0 of `path`. */
bool tree_read_file(struct diagnostics *d, const char *path, struct bytes *content);

#endif
