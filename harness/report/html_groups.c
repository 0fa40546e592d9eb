/* The results in groups: what failed, by requirement; what passed, by suite; what was skipped, by reason. */
#include "html_parts.h"

#include "report/html_text.h"

#include <stdlib.h>
#include <string.h>

enum {
    SHOWN_MOST = 3,       /* conversations that are open from the start */
    UNLEARNED_WHOLE = 20, /* more of them are grouped by reason */
};

static void put_heading(struct buffer *out, const char *id, const char *title, size_t count)
{
    buffer_printf(out, "<section id=%s>\n<h2>%s <small>%zu</small></h2>\n", id, title, count);
}

static void put_group_head(struct buffer *out, const struct row *row, size_t count)
{
    const struct requirement *q = row->requirement;
    buffer_add_string(out, "<div class=group>\n<h3>");
    buffer_printf(out, "<span class=\"l%s\">%s</span> ", row_level(row) == LEVEL_SECURITY ? " hot" : "",
                  level_name(row_level(row)));
    if (q && q->text)
        html_text(out, q->text);
    else
        buffer_add_string(out, "The run itself");
    buffer_add_string(out, "</h3>\n<p class=what>");
    html_source(out, row);
    if (q) {
        buffer_add_string(out, " <code>");
        html_text(out, q->id);
        buffer_add_string(out, "</code>");
    }
    buffer_printf(out, " <small>%zu result%s</small></p>\n", count, count == 1 ? "" : "s");
}

/* Those rows that have one of the two verdicts. */
static void put_rows(const struct report_page *p, const struct row *rows, size_t count, enum verdict a, enum verdict b,
                     size_t *shown, struct buffer *out)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        found += rows[i].result->verdict == a || rows[i].result->verdict == b;
    for (size_t i = 0, put = 0; i < count; i++) {
        if (rows[i].result->verdict != a && rows[i].result->verdict != b)
            continue;
        if (put++ == 0)
            put_group_head(out, &rows[i], found);
        html_case_whole(&p->cases, &rows[i], (*shown)++ < SHOWN_MOST, out);
    }
    if (found)
        buffer_add_string(out, "</div>\n");
}

static void put_level(const struct report_page *p, enum level level, enum verdict a, enum verdict b, size_t *shown,
                      struct buffer *out)
{
    for (size_t i = 0; i < p->standings.count; i++) {
        const struct standing *s = &p->standings.items[i];
        if (s->requirement->level == level)
            put_rows(p, s->rows, s->count, a, b, shown, out);
    }
}

/* By level, then requirement; what rests on no requirement is about the run as a whole, and stands first. */
static void put_by_requirement(const struct report_page *p, enum verdict a, enum verdict b, size_t shown,
                               struct buffer *out)
{
    static const enum level order[] = {LEVEL_SECURITY, LEVEL_MUST, LEVEL_SHOULD, LEVEL_MAY};
    const struct standings *s = &p->standings;
    put_rows(p, s->rows + (s->row_count - s->uncited), s->uncited, a, b, &shown, out);
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        put_level(p, order[i], a, b, &shown, out);
}

void html_put_failures(void *page, struct buffer *out)
{
    const struct report_page *p = page;
    size_t count = p->c->summary->verdicts[VERDICT_FAIL];
    put_heading(out, "failures", "Failed", count);
    if (!count)
        buffer_add_string(out, "<p class=none>Nothing failed.</p>\n");
    put_by_requirement(p, VERDICT_FAIL, VERDICT_FAIL, 0, out);
    buffer_add_string(out, "</section>\n");
}

void html_put_warnings(void *page, struct buffer *out)
{
    const struct report_page *p = page;
    size_t count = p->c->summary->verdicts[VERDICT_WARN];
    if (!count)
        return;
    put_heading(out, "warnings", "Warned", count);
    put_by_requirement(p, VERDICT_WARN, VERDICT_WARN, SHOWN_MOST, out);
    buffer_add_string(out, "</section>\n");
}

/* A row under the text by which it is grouped. */
struct grouped {
    const char *key;
    size_t key_len;
    struct row row;
    size_t number;
};

static int grouped_order(const void *a, const void *b)
{
    const struct grouped *x = a, *y = b;
    size_t least = x->key_len < y->key_len ? x->key_len : y->key_len;
    int keys = memcmp(x->key, y->key, least);
    if (keys || x->key_len != y->key_len)
        return keys ? keys : x->key_len < y->key_len ? -1 : 1;
    return x->number < y->number ? -1 : 1;
}

static bool same_group(const struct grouped *a, const struct grouped *b)
{
    return a->key_len == b->key_len && !memcmp(a->key, b->key, a->key_len);
}

static void put_grouped(const struct report_page *p, const struct grouped *all, size_t count, struct buffer *out)
{
    for (size_t i = 0; i < count;) {
        size_t n = 1;
        while (i + n < count && same_group(&all[i], &all[i + n]))
            n++;
        struct buffer key = {0};
        buffer_add(&key, bytes_of(all[i].key, all[i].key_len));
        buffer_add_string(out, "<details class=group><summary><b>");
        html_text(out, key.len ? buffer_string(&key) : "without a reason");
        buffer_printf(out, "</b> <small>%zu</small></summary>\n", n);
        for (size_t k = 0; k < n; k++)
            html_case_brief(&p->cases, &all[i + k].row, out);
        buffer_add_string(out, "</details>\n");
        buffer_free(&key);
        i += n;
    }
}

/* Those with one of the two verdicts. */
static void put_all_of(const struct report_page *p, enum verdict v, enum verdict or_v, bool by_reason,
                       struct buffer *out)
{
    struct grouped *all = calloc(p->standings.row_count + 1, sizeof *all);
    size_t count = 0;
    struct row row;
    for (size_t next = 0; all && row_next(p->c->run, &next, &row);) {
        if (row.result->verdict != v && row.result->verdict != or_v)
            continue;
        const char *key = by_reason ? row_reason(&row) : row.id;
        all[count] = (struct grouped){key, by_reason ? strlen(key) : row_suite_length(key), row, count};
        count++;
    }
    out->failed |= !all;
    if (count)
        qsort(all, count, sizeof *all, grouped_order);
    put_grouped(p, all, count, out);
    free(all);
}

/* Where nobody answered, every result says so: by reason then. */
void html_put_unlearned(void *page, struct buffer *out)
{
    const struct report_page *p = page;
    size_t count = p->c->summary->verdicts[VERDICT_ERROR] + p->c->summary->verdicts[VERDICT_BLOCKED];
    if (!count)
        return;
    put_heading(out, "unlearned", "Nothing learned", count);
    buffer_add_string(out, "<p class=what>Errors and blocked results: a premise was refused, or nobody answered. They "
                           "say nothing about these requirements.</p>\n");
    if (count <= UNLEARNED_WHOLE)
        put_by_requirement(p, VERDICT_ERROR, VERDICT_BLOCKED, SHOWN_MOST, out);
    else
        put_all_of(p, VERDICT_ERROR, VERDICT_BLOCKED, true, out);
    buffer_add_string(out, "</section>\n");
}

void html_put_passes(void *page, struct buffer *out)
{
    const struct report_page *p = page;
    size_t count = p->c->summary->verdicts[VERDICT_PASS];
    if (!count)
        return;
    put_heading(out, "passes", "Passed", count);
    put_all_of(p, VERDICT_PASS, VERDICT_PASS, false, out);
    buffer_add_string(out, "</section>\n");
}

void html_put_skips(void *page, struct buffer *out)
{
    const struct report_page *p = page;
    size_t count = p->c->summary->verdicts[VERDICT_SKIP];
    if (!count)
        return;
    put_heading(out, "skips", "Skipped", count);
    put_all_of(p, VERDICT_SKIP, VERDICT_SKIP, true, out);
    buffer_add_string(out, "</section>\n");
}
