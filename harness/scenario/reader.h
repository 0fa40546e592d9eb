/* What every loader needs: where mistakes go, what names are known, and readers of single values. A reader tells a
 * mistake ("expected X, found Y") at the place of the node and goes on; nothing is returned for a node that is wrong.
 */
#ifndef SCENARIO_READER_H
#define SCENARIO_READER_H

#include "tree.h"

#include "scenario/octets.h"

/* What is known and gathered while one scenario is read. */
struct scope {
    const char **captures; /* made by earlier steps */
    size_t capture_count;
    uint64_t facts;  /* facts that variables need, a bit for each row of fact_table */
    bool nonce_sent; /* ${nonce} is in what the scenario sends */
    bool sending;    /* what is read now is sent */
    const char *case_ /* id of the case; NULL: none */;
};

struct reader {
    struct arena *arena;
    struct arena *nodes; /* nodes that are made while a file is loaded; ends with it */
    struct diagnostics *d;
    const char *directory; /* what paths are relative to; NULL: the current one */
    struct scope *scope;   /* NULL: no variables here */
    size_t budget;         /* work left for putting case variables in */
    size_t mistakes;       /* told to this reader, those that were told before too */
};

__attribute__((format(printf, 3, 4))) void mistake(struct reader *r, struct mark where, const char *format, ...);
/* "expected WHAT, found ...". Silent for NODE_BAD. */
void mistake_expected(struct reader *r, const struct node *n, const char *what);
/* "expected WHAT, found "word"; did you mean "nearest"?", or the names when they are few. */
void mistake_name(struct reader *r, struct mark where, struct bytes word, const char *what, const char *const *names,
                  size_t count);
/* Memory of the arena; NULL is noted as "no memory". */
void *reader_array(struct reader *r, size_t count, size_t size);
__attribute__((format(printf, 2, 3))) const char *reader_printf(struct reader *r, const char *format, ...);

/* False when it is no text; then the mistake was told. */
bool read_is_text(struct reader *r, const struct node *n, const char *what);
/* A text without NUL and control octets as a C string; NULL after a mistake. */
const char *read_line(struct reader *r, const struct node *n, const char *what);
/* a-z 0-9 - . */
const char *read_id(struct reader *r, const struct node *n);
/* A text with variables, names checked. Source NULL after a mistake. */
struct text read_text(struct reader *r, const struct node *n, const char *what);
/* As read_text for a regular expression. */
struct text read_pattern(struct reader *r, const struct node *n);
bool read_range(struct reader *r, const struct node *n, const char *what, int64_t *min, int64_t *max);

/* Many acts and keys take one thing or a list of them. Calls `take` for the node itself, or for each item. */
void read_each(struct reader *r, const struct node *n, void (*take)(struct reader *r, const struct node *n, void *to),
               void *to);
size_t each_count(const struct node *n);

#endif
