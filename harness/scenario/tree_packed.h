/* Trees that were read when the program was built: what travels inside it need not be parsed as YAML at each start. */
#ifndef SCENARIO_TREE_PACKED_H
#define SCENARIO_TREE_PACKED_H

#include "tree.h"

#include "base/buffer.h"

/* Appends the tree that tree_load gives for a file; nothing when it has mistakes, which are then to be told by reading
 * it again. False: no memory. */
bool tree_pack(const char *name, struct bytes content, struct buffer *out);
/* The same tree again, its nodes in the arena; its texts stay where they are in `packed`. NULL when that is no such
 * tree, or there is no memory: tree_load says what is wrong. */
struct node *tree_unpack(struct arena *a, const char *name, struct bytes packed);

#endif
