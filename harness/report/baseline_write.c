/* A baseline as it is written: grouped by suite and requirement, each requirement told once above its entries. */
#include "layout.h"
#include "rows.h"
#include "yaml_text.h"

#include <stdlib.h>
#include <string.h>

static const char not_looked_into[] = "not looked into: ";

/* One entry to write. */
struct excuse {
    const char *id;
    const struct baseline_entry *old; /* NULL: it is new */
    struct row row;                   /* of this run; without a result where it has none, and for a pattern */
};

static const char *requirement_of(const struct excuse *x)
{
    return x->row.requirement && x->row.requirement->id ? x->row.requirement->id : "";
}

static int by_group(const void *a, const void *b)
{
    const struct excuse *x = a, *y = b;
    size_t n = row_suite_length(x->id), m = row_suite_length(y->id);
    int order = strncmp(x->id, y->id, n < m ? n : m);
    if (!order && n != m)
        order = n < m ? -1 : 1;
    if (!order)
        order = strcmp(requirement_of(x), requirement_of(y));
    return order ? order : strcmp(x->id, y->id);
}

/* What fails now and no pattern covers, and what an entry covers that could not be judged this time. */
static bool is_written(const struct row *row, const struct baseline_entry *e)
{
    enum verdict v = row->result->verdict;
    if (v == VERDICT_FAIL || v == VERDICT_WARN)
        return !e || !e->pattern;
    return e && !e->pattern && v != VERDICT_PASS;
}

static size_t collect_rows(const struct run *r, const struct baseline *old, struct excuse *out)
{
    size_t count = 0;
    struct row row;
    for (size_t next = 0; row_next(r, &next, &row);) {
        const struct baseline_entry *e = baseline_find(old, row.id);
        if (is_written(&row, e))
            out[count++] = (struct excuse){row.id, e, row};
    }
    return count;
}

/* Entries without a result of their own: patterns, and what this run left out. */
static size_t collect_entries(const struct run *r, const struct baseline *old, struct excuse *out)
{
    size_t count = 0;
    for (size_t i = 0; i < baseline_count(old); i++) {
        const struct baseline_entry *e = baseline_entry(old, i);
        bool kept = e->pattern ? e->state != BASELINE_PASSING : !row_present(r, e->id);
        if (kept)
            out[count++] = (struct excuse){.id = e->id, .old = e};
    }
    return count;
}

static void put_comment(struct buffer *out, const char *text)
{
    struct buffer wrapped = {0};
    layout_field(&wrapped, "", bytes_string(text), 0);
    for (struct bytes rest = buffer_bytes(&wrapped), line; bytes_next_line(&rest, &line);) {
        buffer_add_string(out, "# ");
        buffer_add(out, line);
        buffer_add_octet(out, '\n');
    }
    out->failed |= wrapped.failed;
    buffer_free(&wrapped);
}

/* "MUST, RFC 5321 section 3.3: the requirement in words". */
static void say_requirement(struct buffer *text, const struct row *row)
{
    char source[128];
    const char *from = row_source(row, source, sizeof source);
    buffer_add_string(text, level_name(row_level(row)));
    if (*from) {
        buffer_add_string(text, ", ");
        row_text(text, from);
    }
    if (row->requirement && row->requirement->text) {
        buffer_add_string(text, ": ");
        row_text(text, row->requirement->text);
    }
}

static void put_why(struct buffer *out, const struct excuse *x)
{
    struct buffer text = {0};
    if (x->row.result)
        say_requirement(&text, &x->row);
    else if (x->old->pattern)
        buffer_add_string(&text, "a pattern");
    else
        buffer_add_string(&text, "not in the run that this was written after");
    put_comment(out, buffer_string(&text));
    out->failed |= text.failed;
    buffer_free(&text);
}

static bool is_plain(const char *id)
{
    static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._/@";
    return octet_is_alpha((unsigned char)*id) && !id[strspn(id, safe)];
}

/* Where nobody has said why, what was seen stands in for it. */
static void put_reason(struct buffer *out, const struct excuse *x)
{
    struct buffer text = {0};
    const struct result *r = x->row.result;
    bool written = x->old && strncmp(x->old->reason, not_looked_into, sizeof not_looked_into - 1) != 0;
    if (written || !r) {
        buffer_add_string(&text, x->old->reason);
    } else {
        buffer_add_string(&text, not_looked_into);
        if (!r->reason && r->expected && r->found)
            buffer_printf(&text, "expected %s, found %s", r->expected, row_found(&x->row));
        else
            buffer_add_string(&text, row_reason(&x->row));
    }
    yaml_text(out, buffer_string(&text));
    out->failed |= text.failed;
    buffer_free(&text);
}

static void put_excuse(struct buffer *out, const struct excuse *x)
{
    buffer_add_string(out, "- id: ");
    if (is_plain(x->id))
        buffer_add_string(out, x->id);
    else
        yaml_text(out, x->id);
    buffer_add_string(out, "\n  reason: ");
    put_reason(out, x);
    buffer_add_octet(out, '\n');
    if (x->old && x->old->until)
        buffer_printf(out, "  until: %s%s\n", x->old->until,
                      x->old->state == BASELINE_EXPIRED ? " # is over: it excuses no more" : "");
}

static bool same_comment(const struct excuse *a, const struct excuse *b)
{
    return a->row.result && b->row.result && a->row.requirement == b->row.requirement &&
           !strcmp(requirement_of(a), requirement_of(b));
}

static void put_list(struct buffer *out, const struct excuse *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct excuse *x = &list[i];
        if (!i || !row_same_suite(x->id, x[-1].id))
            buffer_printf(out, "\n# ---- %.*s ----\n", (int)row_suite_length(x->id), x->id);
        if (!i || !row_same_suite(x->id, x[-1].id) || !same_comment(x, x - 1)) {
            buffer_add_octet(out, '\n');
            put_why(out, x);
        }
        put_excuse(out, x);
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

bool baseline_write(const struct run *r, struct baseline *old, struct buffer *out)
{
    struct excuse *list = calloc(count_rows(r) + baseline_count(old) + 1, sizeof *list);
    if (!list)
        return false;
    baseline_judge(old, r);
    size_t count = collect_rows(r, old, list);
    count += collect_entries(r, old, list + count);
    qsort(list, count, sizeof *list, by_group);
    buffer_add_string(out, "# What may fail, and why.\n"
                           "#   id      of a result, or a pattern over ids: \"bdat/*\"\n"
                           "#   reason  in your own words; it is kept when this is written again\n"
                           "#   until   2027-01-31, the last day on which it may fail; without it there is no end\n");
    if (!count)
        buffer_add_string(out, "[]\n");
    put_list(out, list, count);
    free(list);
    return !buffer_failed(out);
}
