#include "standings.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* Numbers in a text count as numbers: 4.1.1.10 stands behind 4.1.1.9. */
static int natural_order(const char *a, const char *b)
{
    while (*a && *b) {
        if (octet_is_digit((unsigned char)*a) && octet_is_digit((unsigned char)*b)) {
            unsigned long long x = strtoull(a, (char **)&a, 10), y = strtoull(b, (char **)&b, 10);
            if (x != y)
                return x < y ? -1 : 1;
        } else if (*a != *b) {
            return (unsigned char)*a < (unsigned char)*b ? -1 : 1;
        } else {
            a++;
            b++;
        }
    }
    return *a ? 1 : *b ? -1 : 0;
}

/* The base first, then its extensions by number, then what is no RFC. */
static int rfc_rank(const char *rfc)
{
    return !strcmp(rfc, "5321") ? 0 : octet_is_digit((unsigned char)*rfc) ? 1 : 2;
}

static int standing_order(const void *one, const void *other)
{
    const struct requirement *a = ((const struct standing *)one)->requirement;
    const struct requirement *b = ((const struct standing *)other)->requirement;
    int ranks = rfc_rank(a->rfc) - rfc_rank(b->rfc);
    if (ranks)
        return ranks;
    int rfcs = natural_order(a->rfc, b->rfc);
    if (rfcs)
        return rfcs;
    int sections = natural_order(a->section, b->section);
    return sections ? sections : natural_order(a->id, b->id);
}

/* What collecting needs at hand: `ids` maps a requirement's id to its place in `items`. */
struct collecting {
    struct standings *to;
    json_t *ids;
};

static bool add_requirement(struct collecting *c, const struct requirement *q)
{
    if (json_object_get(c->ids, q->id))
        return true;
    c->to->items[c->to->count].requirement = q;
    return json_object_set_new(c->ids, q->id, json_integer((json_int_t)c->to->count++)) == 0;
}

static struct standing *find(const struct collecting *c, const struct requirement *q)
{
    return q ? &c->to->items[json_integer_value(json_object_get(c->ids, q->id))] : NULL;
}

/* Counts, then deals out the places in `rows`, then fills them: those of a requirement lie together. */
static void deal_rows(struct collecting *c, const struct run *run)
{
    struct standings *s = c->to;
    struct row row;
    size_t used = 0;
    for (size_t next = 0; row_next(run, &next, &row); s->row_count++) {
        struct standing *of = find(c, row.requirement);
        if (of) {
            of->count++;
            of->verdicts[row.result->verdict]++;
        } else {
            s->uncited++;
        }
    }
    for (size_t i = 0; i < s->count; i++) {
        s->items[i].rows = s->rows + used;
        used += s->items[i].count;
        s->items[i].count = 0;
    }
    for (size_t next = 0; row_next(run, &next, &row);) {
        struct standing *of = find(c, row.requirement);
        if (of)
            of->rows[of->count++] = row;
        else
            s->rows[used++] = row;
    }
}

static bool collect(struct collecting *c, const struct run *run, const struct requirement *const *catalogue,
                    size_t catalogue_count)
{
    struct row row;
    for (size_t i = 0; i < catalogue_count; i++)
        if (!add_requirement(c, catalogue[i]))
            return false;
    for (size_t next = 0; row_next(run, &next, &row);)
        if (row.requirement && !add_requirement(c, row.requirement))
            return false;
    qsort(c->to->items, c->to->count, sizeof *c->to->items, standing_order);
    for (size_t i = 0; i < c->to->count; i++)
        if (json_object_set_new(c->ids, c->to->items[i].requirement->id, json_integer((json_int_t)i)))
            return false;
    deal_rows(c, run);
    return true;
}

bool standings_make(const struct run *run, const struct requirement *const *catalogue, size_t catalogue_count,
                    struct arena *a, struct standings *out)
{
    size_t most = run->count + run->check_count + run->extra_count + 2;
    *out = (struct standings){0};
    out->items = arena_array(a, most + catalogue_count, sizeof *out->items);
    out->rows = arena_array(a, most, sizeof *out->rows);
    struct collecting c = {out, json_object()};
    bool ok = out->items && out->rows && c.ids && collect(&c, run, catalogue, catalogue_count);
    json_decref(c.ids);
    return ok;
}

enum verdict standing_verdict(const size_t verdicts[VERDICT_COUNT])
{
    static const enum verdict order[] = {VERDICT_FAIL, VERDICT_WARN,    VERDICT_ERROR,
                                         VERDICT_PASS, VERDICT_BLOCKED, VERDICT_SKIP};
    for (size_t i = 0; i < VERDICT_COUNT; i++)
        if (verdicts[order[i]])
            return order[i];
    return VERDICT_COUNT;
}

bool standing_same_section(const struct standing *a, const struct standing *b)
{
    return !strcmp(a->requirement->rfc, b->requirement->rfc) &&
           !strcmp(a->requirement->section, b->requirement->section);
}
