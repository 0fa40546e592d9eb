/* A baseline as it is written: sorted by id, so grouped by suite, and the requirement beside each entry. */
#include "rows.h"
#include "yaml_text.h"

#include <stdlib.h>
#include <string.h>

/* One line to write: a result of this run, or an entry of the old baseline that the run did not judge. */
struct excuse {
    const char *id;
    const char *reason; /* of the old baseline; NULL: none yet */
    struct row row;
    bool in_run;
};

static int by_id(const void *a, const void *b)
{
    return strcmp(((const struct excuse *)a)->id, ((const struct excuse *)b)->id);
}

static bool was_judged(enum verdict v)
{
    return v == VERDICT_PASS || v == VERDICT_WARN || v == VERDICT_FAIL;
}

/* What fails, and what was excused and could not be judged this time. */
static size_t collect_rows(const struct run *r, const struct baseline *old, struct excuse *out)
{
    size_t count = 0;
    struct row row;
    for (size_t next = 0; row_next(r, &next, &row);) {
        enum verdict v = row.result->verdict;
        const char *reason = baseline_reason(old, row.id);
        if (v == VERDICT_FAIL || v == VERDICT_WARN || (reason && !was_judged(v)))
            out[count++] = (struct excuse){row.id, reason, row, true};
    }
    return count;
}

static void put_comment(struct buffer *out, const struct excuse *x)
{
    char source[128];
    if (!x->in_run) {
        buffer_add_string(out, "# not in the run that this was written after\n");
        return;
    }
    buffer_printf(out, "# %s", level_name(row_level(&x->row)));
    const char *from = row_source(&x->row, source, sizeof source);
    if (*from) {
        buffer_add_string(out, ", ");
        row_text(out, from);
    }
    if (x->row.requirement && x->row.requirement->text) {
        buffer_add_string(out, ": ");
        row_text(out, x->row.requirement->text);
    }
    buffer_add_octet(out, '\n');
}

/* Where nobody has said why, what was seen stands in for it. */
static void put_reason(struct buffer *out, const struct excuse *x)
{
    struct buffer text = {0};
    const struct result *r = x->row.result;
    if (x->reason)
        buffer_add_string(&text, x->reason);
    else if (!r->reason && r->expected && r->found)
        buffer_printf(&text, "not looked into: expected %s, found %s", r->expected, row_found(&x->row));
    else
        buffer_printf(&text, "not looked into: %s", row_reason(&x->row));
    yaml_text(out, buffer_string(&text));
    out->failed |= text.failed;
    buffer_free(&text);
}

static void put_excuse(struct buffer *out, const struct excuse *x)
{
    put_comment(out, x);
    buffer_add_string(out, "- id: ");
    yaml_text(out, x->id);
    buffer_add_string(out, "\n  reason: ");
    put_reason(out, x);
    buffer_add_octet(out, '\n');
}

static void put_list(struct buffer *out, const struct excuse *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!i || !row_same_suite(list[i].id, list[i - 1].id))
            buffer_add_octet(out, '\n');
        put_excuse(out, &list[i]);
    }
}

static size_t count_rows(const struct run *r)
{
    size_t n = 0;
    struct row row;
    for (size_t next = 0; row_next(r, &next, &row);)
        n++;
    return n;
}

bool baseline_write(const struct run *r, const struct baseline *old, struct buffer *out)
{
    struct excuse *list = calloc(count_rows(r) + baseline_count(old) + 1, sizeof *list);
    if (!list)
        return false;
    size_t count = collect_rows(r, old, list);
    for (size_t i = 0; i < baseline_count(old); i++) {
        const char *id = baseline_id(old, i);
        if (!row_present(r, id))
            list[count++] = (struct excuse){.id = id, .reason = baseline_reason(old, id)};
    }
    qsort(list, count, sizeof *list, by_id);
    buffer_add_string(out,
                      "# What may fail, and why. Say the reason in your own words: it is kept when this is written "
                      "again.\n");
    if (!count)
        buffer_add_string(out, "[]\n");
    put_list(out, list, count);
    free(list);
    return !buffer_failed(out);
}
