/* What every fuzz target asserts with: a property that does not hold stops the program, so that libFuzzer keeps the
 * input. */
#ifndef FUZZ_PROPERTY_H
#define FUZZ_PROPERTY_H

#include "base/buffer.h"
#include "base/bytes.h"
#include "smtp/path.h"

#include <stdio.h>
#include <stdlib.h>

#define HOLDS(property)                                                                                                \
    do {                                                                                                               \
        if (!(property)) {                                                                                             \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #property);                              \
            abort();                                                                                                   \
        }                                                                                                              \
    } while (0)

/* All of `part` lies within `whole`; no octets lie anywhere. */
static inline bool lies_in(struct bytes part, struct bytes whole)
{
    if (part.len == 0)
        return true;
    uintptr_t from = (uintptr_t)part.data, begin = (uintptr_t)whole.data;
    return from >= begin && part.len <= whole.len && from - begin <= whole.len - part.len;
}

static inline bool domain_lies_in(const struct domain *d, struct bytes whole)
{
    return lies_in(d->text, whole) && lies_in(d->tag, d->text) && lies_in(d->content, d->text);
}

static inline bool path_lies_in(const struct path *p, struct bytes whole)
{
    return lies_in(p->text, whole) && lies_in(p->route, p->text) && lies_in(p->mailbox, p->text) &&
           lies_in(p->local_part, p->mailbox) && domain_lies_in(&p->domain, p->mailbox);
}

static inline bool domain_same(const struct domain *a, const struct domain *b)
{
    return a->kind == b->kind && bytes_equal(a->text, b->text) && bytes_equal(a->tag, b->tag) &&
           bytes_equal(a->content, b->content);
}

static inline bool path_same(const struct path *a, const struct path *b)
{
    return bytes_equal(a->text, b->text) && bytes_equal(a->route, b->route) && bytes_equal(a->mailbox, b->mailbox) &&
           bytes_equal(a->local_part, b->local_part) && domain_same(&a->domain, &b->domain) && a->quoted == b->quoted &&
           a->utf8 == b->utf8;
}

/* A failure names what it expected and a place in the input; a success names nothing. */
static inline bool error_fits(bool ok, const struct syntax_error *e, struct bytes in)
{
    return ok ? e->expected == NULL : e->expected != NULL && *e->expected != 0 && e->offset <= in.len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
