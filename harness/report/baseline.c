/* What a baseline says of an id, and what a run says of a baseline. */
#include "baseline.h"

#include "base/text.h"
#include "rows.h"

#include <stdlib.h>
#include <string.h>

void baseline_free(struct baseline *b)
{
    if (!b)
        return;
    arena_free(b->arena);
    free(b);
}

size_t baseline_count(const struct baseline *b)
{
    return b ? b->count : 0;
}

const struct baseline_entry *baseline_entry(const struct baseline *b, size_t index)
{
    return &b->entries[index];
}

const struct baseline_entry *baseline_find(const struct baseline *b, const char *id)
{
    const struct baseline_entry *found = NULL;
    for (size_t i = 0; b && i < b->count; i++) {
        const struct baseline_entry *e = &b->entries[i];
        if (!e->pattern && !strcmp(e->id, id))
            return e;
        if (!found && e->pattern && text_glob(e->id, id))
            found = e;
    }
    return found;
}

const char *baseline_reason(const struct baseline *b, const char *id)
{
    const struct baseline_entry *e = baseline_find(b, id);
    return e && e->state != BASELINE_EXPIRED ? e->reason : NULL;
}

/* Of the ids that no scenario has, only these two suites are complete in each run. */
static bool is_of_run(const char *id)
{
    return row_same_suite(id, "check/") || row_same_suite(id, "plain/");
}

/* A pattern over suites may mean any of them. */
static bool is_of_suite(const struct baseline_entry *e, const char *id)
{
    return row_same_suite(e->id, id) || strcspn(e->id, "*?") < row_suite_length(e->id);
}

void baseline_know(struct baseline *b, const struct run *r, const struct scenario *const *all, size_t count)
{
    for (size_t i = 0; i < baseline_count(b); i++) {
        bool known = is_of_run(b->entries[i].id);
        for (size_t k = 0; k < count && !known; k++)
            known = is_of_suite(&b->entries[i], all[k]->id);
        b->entries[i].elsewhere = !known;
    }
    for (size_t k = 0; k < count; k++) {
        const struct baseline_entry *e = baseline_find(b, all[k]->id);
        if (e && !e->elsewhere && !row_present(r, all[k]->id))
            b->entries[e - b->entries].elsewhere = true;
    }
}

/* What a result says of the entry that speaks for it; of all that are said, the last in the order of the enum holds. */
static enum baseline_state state_of(enum verdict v)
{
    switch (v) {
    case VERDICT_FAIL:
    case VERDICT_WARN:
        return BASELINE_USED;
    case VERDICT_PASS:
        return BASELINE_PASSING;
    default:
        return BASELINE_IDLE;
    }
}

void baseline_judge(struct baseline *b, const struct run *r)
{
    struct row row;
    for (size_t i = 0; i < baseline_count(b); i++)
        if (b->entries[i].state != BASELINE_EXPIRED)
            b->entries[i].state = b->entries[i].elsewhere ? BASELINE_IDLE : BASELINE_STALE;
    for (size_t next = 0; row_next(r, &next, &row);) {
        const struct baseline_entry *found = baseline_find(b, row.id);
        struct baseline_entry *e = found ? &b->entries[found - b->entries] : NULL;
        enum baseline_state state = state_of(row.result->verdict);
        if (e && state > e->state)
            e->state = state;
    }
}
