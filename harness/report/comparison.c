#include "report/comparison.h"

#include "rows.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { SLOWER_FACTOR = 2, SLOWER_NS = 250000000 };

const char *change_name(enum change c)
{
    static const char *const names[CHANGE_COUNT] = {"same", "worse", "unjudged", "gone", "new", "judged", "better"};
    return names[c];
}

static bool is_judged(enum verdict v)
{
    return v == VERDICT_PASS || v == VERDICT_WARN || v == VERDICT_FAIL;
}

static enum change change_between(const struct result *was, const struct result *is)
{
    if (!was || !is)
        return was ? CHANGE_GONE : CHANGE_NEW;
    enum verdict a = was->verdict, b = is->verdict;
    if (is_judged(a) && is_judged(b))
        return b > a ? CHANGE_WORSE : b < a ? CHANGE_BETTER : CHANGE_SAME;
    if (b == VERDICT_FAIL || (b == VERDICT_ERROR && is_judged(a)))
        return CHANGE_WORSE;
    return is_judged(a) ? CHANGE_UNJUDGED : is_judged(b) ? CHANGE_JUDGED : CHANGE_SAME;
}

static bool is_slower(const struct result *was, const struct result *is)
{
    return was && is && is_judged(was->verdict) && is_judged(is->verdict) &&
           is->duration_ns - was->duration_ns >= SLOWER_NS && is->duration_ns / SLOWER_FACTOR >= was->duration_ns;
}

static size_t row_total(const struct run *r)
{
    return r->count + r->check_count + r->extra_count + 2;
}

/* Puts a run's results into the rows; `ids` maps an id to its row. */
static bool add_run(struct comparison *c, size_t run, json_t *ids)
{
    struct row row;
    for (size_t next = 0; row_next(&c->runs[run].run, &next, &row);) {
        const json_t *at = json_object_get(ids, row.id);
        size_t i = at ? (size_t)json_integer_value(at) : c->count;
        struct comparison_row *to = &c->rows[i];
        if (!at) {
            *to = (struct comparison_row){.id = row.id, .any = row.result};
            to->results = arena_array(c->arena, c->run_count, sizeof *to->results);
            if (!to->results || json_object_set_new(ids, row.id, json_integer((json_int_t)i)))
                return false;
            c->count++;
        }
        to->results[run] = row.result;
        if (!to->requirement)
            to->requirement = row.requirement;
    }
    return true;
}

static void judge(struct comparison *c, struct comparison_row *row)
{
    for (size_t i = 0; i < c->run_count; i++)
        row->differs |= !row->results[i] || row->results[i]->verdict != row->any->verdict;
    c->differing += row->differs;
    if (c->run_count != 2)
        return;
    row->change = change_between(row->results[0], row->results[1]);
    row->slower = is_slower(row->results[0], row->results[1]);
    c->changes[row->change]++;
    c->slower += row->slower;
}

/* A row with what it is sorted by: the greatest first, then as the runs have it. */
struct ordered {
    struct comparison_row row;
    int keys[4];
    size_t number;
};

static void set_keys(const struct comparison *c, struct ordered *o)
{
    static const int of_change[CHANGE_COUNT] = {[CHANGE_WORSE] = 6, [CHANGE_UNJUDGED] = 5, [CHANGE_GONE] = 4,
                                                [CHANGE_NEW] = 3,   [CHANGE_JUDGED] = 2,   [CHANGE_BETTER] = 1};
    static const int of_level[] = {[LEVEL_SECURITY] = 3, [LEVEL_MUST] = 2, [LEVEL_SHOULD] = 1, [LEVEL_MAY] = 0};
    enum verdict worst = VERDICT_PASS;
    for (size_t i = 0; i < c->run_count; i++)
        if (o->row.results[i] && is_judged(o->row.results[i]->verdict) && o->row.results[i]->verdict > worst)
            worst = o->row.results[i]->verdict;
    o->keys[0] = o->row.differs;
    o->keys[1] = of_change[o->row.change];
    o->keys[2] = (int)worst;
    o->keys[3] = of_level[o->row.requirement ? o->row.requirement->level : LEVEL_MUST];
}

static int order(const void *a, const void *b)
{
    const struct ordered *x = a, *y = b;
    for (size_t i = 0; i < sizeof x->keys / sizeof *x->keys; i++)
        if (x->keys[i] != y->keys[i])
            return x->keys[i] > y->keys[i] ? -1 : 1;
    return x->number < y->number ? -1 : 1;
}

static bool sort_rows(struct comparison *c)
{
    struct ordered *all = c->count ? calloc(c->count, sizeof *all) : NULL;
    for (size_t i = 0; all && i < c->count; i++) {
        all[i].row = c->rows[i];
        all[i].number = i;
        set_keys(c, &all[i]);
    }
    if (all)
        qsort(all, c->count, sizeof *all, order);
    for (size_t i = 0; all && i < c->count; i++)
        c->rows[i] = all[i].row;
    bool ok = all || !c->count;
    free(all);
    return ok;
}

static const char *run_name(const struct results *r)
{
    return r->run.target_name && *r->run.target_name ? r->run.target_name : r->run.endpoint ? r->run.endpoint : r->file;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* True when a run's name, and where `with_file` its file's name too, is that of no other run. */
static bool is_alone(const struct comparison *c, size_t run, bool with_file)
{
    const struct results *own = &c->runs[run];
    for (size_t i = 0; i < c->run_count; i++)
        if (i != run && !strcmp(run_name(&c->runs[i]), run_name(own)) &&
            (!with_file || !strcmp(base_name(c->runs[i].file), base_name(own->file))))
            return false;
    return true;
}

static bool name_runs(struct comparison *c)
{
    for (size_t i = 0; i < c->run_count; i++) {
        const char *file = c->runs[i].file;
        struct buffer text = {0};
        row_text(&text, run_name(&c->runs[i]));
        if (!is_alone(c, i, false)) {
            buffer_add_string(&text, " (");
            row_text(&text, is_alone(c, i, true) ? base_name(file) : file);
            buffer_add_string(&text, ")");
        }
        c->names[i] = arena_string(c->arena, buffer_string(&text));
        bool ok = c->names[i] && !text.failed;
        buffer_free(&text);
        if (!ok)
            return false;
    }
    return true;
}

static bool fill(struct comparison *c, json_t *ids)
{
    size_t most = 0;
    for (size_t i = 0; i < c->run_count; i++)
        most += row_total(&c->runs[i].run);
    c->rows = arena_array(c->arena, most, sizeof *c->rows);
    c->names = arena_array(c->arena, c->run_count, sizeof *c->names);
    if (!ids || !c->rows || !c->names)
        return false;
    for (size_t i = 0; i < c->run_count; i++)
        if (!add_run(c, i, ids))
            return false;
    for (size_t i = 0; i < c->count; i++)
        judge(c, &c->rows[i]);
    return sort_rows(c) && name_runs(c);
}

bool comparison_make(const struct results *runs, size_t run_count, struct comparison *out)
{
    *out = (struct comparison){.runs = runs, .run_count = run_count, .arena = arena_new()};
    if (!out->arena)
        return false;
    json_t *ids = json_object();
    bool ok = fill(out, ids);
    json_decref(ids);
    if (!ok)
        comparison_free(out);
    return ok;
}

void comparison_free(struct comparison *c)
{
    arena_free(c->arena);
    *c = (struct comparison){0};
}

const char *comparison_excuse(const struct comparison *c, const struct comparison_row *row, size_t run)
{
    const struct result *r = row->results[run];
    bool excusable = r && (r->verdict == VERDICT_FAIL || r->verdict == VERDICT_WARN);
    return excusable ? baseline_reason(c->runs[run].excuses, row->id) : NULL;
}
