/* A packed tree is the number of its nodes, then the nodes, parents first: an octet of kind and flags, line, column,
 * then the text and a NUL, or the number of the children, in a map each behind its key. Numbers have seven bits an
 * octet, the least first, and the eighth where there are more. */
#include "tree_packed.h"

#include <string.h>

enum { KIND = 3, PLAIN = 4, CUT = 8 /* and above: which */ };

static const char *const cuts[] = {NULL, TREE_CUT_LINES, TREE_CUT_BLANKS, TREE_CUT_COMMENT};

static void put_number(struct buffer *out, size_t n)
{
    for (; n > 0x7f; n >>= 7)
        buffer_add_octet(out, (unsigned char)(n | 0x80));
    buffer_add_octet(out, (unsigned char)n);
}

static size_t count_nodes(const struct node *n)
{
    size_t count = 1;
    for (const struct node *child = n->first; child; child = child->next)
        count += count_nodes(child) + (child->key != NULL);
    return count;
}

static size_t cut_index(const char *cut)
{
    size_t i = sizeof cuts / sizeof *cuts - 1;
    while (i > 0 && (!cut || strcmp(cut, cuts[i]) != 0))
        i--;
    return i;
}

static void put_node(struct buffer *out, const struct node *n)
{
    buffer_add_octet(out, (unsigned char)((size_t)n->kind | (n->plain ? PLAIN : 0) | cut_index(n->cut) * CUT));
    put_number(out, (size_t)n->mark.line);
    put_number(out, (size_t)n->mark.column);
    if (n->kind == NODE_TEXT) {
        put_number(out, n->text.len);
        buffer_add(out, n->text);
        buffer_add_octet(out, 0);
        return;
    }
    put_number(out, n->count);
    for (const struct node *child = n->first; child; child = child->next) {
        if (n->kind == NODE_MAP)
            put_node(out, child->key);
        put_node(out, child);
    }
}

bool tree_pack(const char *name, struct bytes content, struct buffer *out)
{
    struct diagnostics d = {.arena = arena_new()};
    const struct node *root = d.arena ? tree_load(&d, name, content) : NULL;
    bool memory = d.arena && !d.out_of_memory;
    if (root && d.count == 0) {
        put_number(out, count_nodes(root));
        put_node(out, root);
    }
    arena_free(d.arena);
    return memory && !buffer_failed(out);
}

struct unpacking {
    const char *name;
    struct bytes rest;
    struct node *nodes; /* room for `left` of them */
    size_t left;
    int depth;
};

static bool take_number(struct unpacking *u, size_t *out)
{
    *out = 0;
    for (unsigned shift = 0; u->rest.len && shift < 32; shift += 7) {
        unsigned char c = u->rest.data[0];
        u->rest = bytes_from(u->rest, 1);
        *out |= (size_t)(c & 0x7f) << shift;
        if (c < 0x80)
            return true;
    }
    return false;
}

static struct node *take_node(struct unpacking *u);

static bool take_text(struct unpacking *u, struct node *n, size_t len)
{
    if (u->rest.len <= len || u->rest.data[len] != 0)
        return false;
    n->text = bytes_slice(u->rest, 0, len);
    u->rest = bytes_from(u->rest, len + 1);
    return true;
}

static bool take_children(struct unpacking *u, struct node *n)
{
    struct node **link = &n->first;
    for (size_t i = 0; i < n->count; i++) {
        const struct node *key = n->kind == NODE_MAP ? take_node(u) : NULL;
        struct node *child = n->kind != NODE_MAP || (key && key->kind == NODE_TEXT) ? take_node(u) : NULL;
        if (!child)
            return false;
        child->key = key;
        *link = child;
        link = &child->next;
    }
    return true;
}

static struct node *take_node(struct unpacking *u)
{
    size_t line, column, count;
    if (!u->rest.len || !u->left || u->depth > TREE_DEPTH_LIMIT + 1)
        return NULL;
    unsigned char head = u->rest.data[0];
    struct node *n = u->nodes;
    u->rest = bytes_from(u->rest, 1);
    if ((head & KIND) == NODE_BAD || head / CUT >= sizeof cuts / sizeof *cuts || !take_number(u, &line) ||
        !take_number(u, &column) || !take_number(u, &count))
        return NULL;
    u->nodes++;
    u->left--;
    n->kind = (enum node_kind)(head & KIND);
    n->mark = (struct mark){u->name, (int)line, (int)column};
    n->plain = head & PLAIN;
    n->cut = cuts[head / CUT];
    if (n->kind == NODE_TEXT)
        return take_text(u, n, count) ? n : NULL;
    n->count = count;
    u->depth++;
    bool taken = take_children(u, n);
    u->depth--;
    return taken ? n : NULL;
}

struct node *tree_unpack(struct arena *a, const char *name, struct bytes packed)
{
    struct unpacking u = {.name = name, .rest = packed};
    /* Each node takes four octets at least, so that a wrong number does no harm. */
    if (!take_number(&u, &u.left) || u.left > packed.len / 4)
        return NULL;
    u.nodes = arena_array(a, u.left, sizeof *u.nodes);
    struct node *root = u.nodes ? take_node(&u) : NULL;
    return u.rest.len || u.left ? NULL : root;
}
