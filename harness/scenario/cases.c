/* Putting a case's variables into the nodes of a scenario, before any of them is parsed. */
#include "load.h"

#include "variables.h"

#include <inttypes.h>

enum { NODE_COST = 64 };

struct substitution {
    struct reader *r;
    const struct node *variables; /* the case's map */
    const char *id;
    bool poor; /* the budget is used up; said once */
};

static bool spend(struct substitution *s, const struct node *n, size_t cost)
{
    if (s->r->budget >= cost) {
        s->r->budget -= cost;
        return true;
    }
    if (!s->poor)
        mistake(s->r, n->mark, "expected fewer or smaller cases, found more than can be put together");
    s->poor = true;
    return false;
}

static const struct node *find_value(struct substitution *s, struct bytes name)
{
    for (const struct node *n = s->variables->first; n; n = n->next)
        if (bytes_equal(n->key->text, name))
            return n;
    return NULL;
}

/* ${n+1} where n is itself a run-time variable stays for the run: ${size+1}. */
static void put_computed(struct substitution *s, const struct node *n, const struct piece *p, struct bytes value,
                         struct buffer *out)
{
    struct bytes rest = value;
    struct piece inner;
    struct error e;
    int64_t number = 0;
    if (piece_next(&rest, &inner) == PIECE_VARIABLE && rest.len == 0 && !inner.operator_)
        buffer_printf(out, "${%.*s%c%" PRId64 "}", BYTES_ARG(inner.name), p->operator_, p->operand);
    else if (piece_compute(p, value, &number, &e))
        buffer_printf(out, "%" PRId64, number);
    else
        mistake(s->r, n->mark, "%s (in case \"%s\")", e.text, s->id);
}

static void put_piece(struct substitution *s, const struct node *n, const struct piece *p, struct buffer *out,
                      const char **cut)
{
    const struct node *value = p->kind == PIECE_VARIABLE ? find_value(s, p->name) : NULL;
    if (p->kind == PIECE_VARIABLE && !value && bytes_equal(p->name, BYTES("case"))) {
        buffer_add_string(out, s->id);
    } else if (!value) {
        buffer_add(out, p->octets);
    } else if (value->kind != NODE_TEXT) {
        mistake_expected(s->r, value, "a text, since other text stands around the variable");
    } else if (spend(s, n, value->text.len)) {
        *cut = value->cut ? value->cut : *cut;
        if (p->operator_)
            put_computed(s, n, p, value->text, out);
        else
            buffer_add(out, value->text);
    }
}

/* The case's value itself when the text is nothing but ${name}. */
static const struct node *whole_value(struct substitution *s, const struct node *n)
{
    struct bytes rest = n->text;
    struct piece p;
    if (piece_next(&rest, &p) != PIECE_VARIABLE || rest.len || p.operator_)
        return NULL;
    return find_value(s, p.name);
}

static struct node *copy_node(struct substitution *s, const struct node *n)
{
    struct node *copy = arena_alloc(s->r->nodes, sizeof *copy);
    if (copy) {
        *copy = *n;
        copy->next = NULL;
    } else {
        s->r->d->out_of_memory = true;
    }
    return copy;
}

static struct node *substitute_text(struct substitution *s, const struct node *n)
{
    const struct node *value = whole_value(s, n);
    struct node *copy = copy_node(s, value ? value : n);
    if (!copy || value || bytes_find(n->text, BYTES("${")) == BYTES_NONE) {
        if (copy)
            copy->key = n->key;
        return copy;
    }
    struct buffer out = {0};
    struct bytes rest = n->text;
    struct piece p;
    while (piece_next(&rest, &p) != PIECE_END)
        put_piece(s, n, &p, &out, &copy->cut);
    if (spend(s, n, out.len))
        copy->text = arena_bytes(s->r->arena, buffer_bytes(&out));
    if (buffer_failed(&out) || !copy->text.data)
        s->r->d->out_of_memory = true;
    buffer_free(&out);
    return copy;
}

/* Nodes lie at most TREE_DEPTH_LIMIT deep. */
static struct node *substitute(struct substitution *s, const struct node *n)
{
    if (!spend(s, n, NODE_COST))
        return NULL;
    if (n->kind == NODE_TEXT)
        return substitute_text(s, n);
    struct node *copy = copy_node(s, n);
    struct node *last = NULL;
    if (!copy)
        return NULL;
    copy->first = NULL;
    for (const struct node *child = n->first; child; child = child->next) {
        struct node *c = substitute(s, child);
        if (!c)
            return NULL;
        c->key = child->key;
        if (last)
            last->next = c;
        else
            copy->first = c;
        last = c;
    }
    return copy;
}

struct node *case_substitute(struct reader *r, const struct node *n, const struct node *case_map, const char *case_id)
{
    struct substitution s = {r, case_map, case_id, false};
    return substitute(&s, n);
}
