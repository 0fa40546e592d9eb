#include "report/merge.h"

#include "rows.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* What merging needs at hand. */
struct merging {
    const struct results *parts;
    size_t count;
    struct diagnostics *d;
    struct results *out;
    json_t *seen; /* id to the number of its part: an object as a map */
};

__attribute__((format(printf, 3, 4))) static void wrong(struct merging *m, size_t part, const char *format, ...)
{
    struct buffer text = {0};
    va_list args;
    va_start(args, format);
    buffer_vprintf(&text, format, args);
    va_end(args);
    diagnostics_add(m->d, (struct mark){m->parts[part].file, 0, 0}, "%s", buffer_string(&text));
    buffer_free(&text);
}

static bool same(const char *a, const char *b)
{
    return !strcmp(a ? a : "", b ? b : "");
}

static void check_origin(struct merging *m, size_t i)
{
    const struct results *first = &m->parts[0], *part = &m->parts[i];
    if (!same(part->version, first->version))
        wrong(m, i, "expected results of smtpspec %s as in %s, found those of %s", first->version, first->file,
              part->version);
    if (!same(part->run.target_name, first->run.target_name))
        wrong(m, i,
              "expected results of '%s' as in %s, found those of '%s'; 'smtpspec compare' puts servers side by side",
              first->run.target_name ? first->run.target_name : "", first->file,
              part->run.target_name ? part->run.target_name : "");
    if (part->run.shard.of != first->run.shard.of)
        wrong(m, i, "expected one of %d parts as in %s, found one of %d", first->run.shard.of, first->file,
              part->run.shard.of);
}

/* A part that got lost on its way would make a run look better than it was. */
static void check_complete(struct merging *m)
{
    int shards = m->parts[0].run.shard.of;
    for (int shard = 1; shard <= shards; shard++) {
        size_t found = 0;
        for (size_t i = 0; i < m->count; i++)
            found += m->parts[i].run.shard.number == shard;
        if (!found)
            wrong(m, 0, "expected all %d parts of the run, found no %d/%d", shards, shard, shards);
    }
}

static void keep_worst(struct result *kept, const struct result *other)
{
    if (other->id && (!kept->id || verdict_is_worse(other->verdict, kept->verdict)))
        *kept = *other;
}

static bool note_id(struct merging *m, size_t part, const char *id)
{
    const json_t *before = json_object_get(m->seen, id);
    if (before) {
        wrong(m, part, "expected each id once, found '%s', which is in %s too", id,
              m->parts[json_integer_value(before)].file);
        return false;
    }
    m->d->out_of_memory |= json_object_set_new(m->seen, id, json_integer((json_int_t)part)) != 0;
    return !m->d->out_of_memory;
}

static void take_check(struct run *out, const struct check_result *check)
{
    for (size_t i = 0; i < out->check_count; i++) {
        struct check_result *mine = &out->checks[i];
        if (strcmp(mine->name, check->name) != 0)
            continue;
        mine->judged += check->judged;
        mine->broken += check->broken;
        keep_worst(&mine->result, &check->result);
        return;
    }
    out->checks[out->check_count++] = *check;
}

static void take_extra(struct run *out, const struct result *extra)
{
    for (size_t i = 0; i < out->extra_count; i++)
        if (!strcmp(out->extra[i].id, extra->id)) {
            keep_worst(&out->extra[i], extra);
            return;
        }
    out->extra[out->extra_count++] = *extra;
}

static void take_excuses(struct merging *m, const struct baseline *of)
{
    for (size_t i = 0; i < baseline_count(of); i++) {
        const struct baseline_entry *e = baseline_entry(of, i);
        if (!baseline_find(m->out->excuses, e->id))
            m->d->out_of_memory |= !baseline_add(m->out->excuses, e->id, e->reason);
    }
}

static void take_part(struct merging *m, size_t i)
{
    const struct run *part = &m->parts[i].run;
    struct run *out = &m->out->run;
    for (size_t k = 0; k < part->count; k++)
        if (note_id(m, i, part->results[k].id))
            out->results[out->count++] = part->results[k];
    for (size_t k = 0; k < part->check_count; k++)
        take_check(out, &part->checks[k]);
    for (size_t k = 0; k < part->extra_count; k++)
        take_extra(out, &part->extra[k]);
    keep_worst(&out->plain_first, &part->plain_first);
    keep_worst(&out->plain_last, &part->plain_last);
    out->interrupted |= part->interrupted;
    if (part->duration_ns > out->duration_ns)
        out->duration_ns = part->duration_ns;
    if (strcmp(part->started, out->started) < 0)
        memcpy(out->started, part->started, sizeof out->started);
    take_excuses(m, m->parts[i].excuses);
}

static bool merging_begin(struct merging *m)
{
    size_t results = 1, checks = 1, extra = 1;
    const struct results *first = &m->parts[0];
    for (size_t i = 0; i < m->count; i++) {
        results += m->parts[i].run.count;
        checks += m->parts[i].run.check_count;
        extra += m->parts[i].run.extra_count;
    }
    *m->out = (struct results){.file = first->file, .version = first->version, .excuses = baseline_new()};
    struct run *out = &m->out->run;
    *out = first->run;
    out->arena = NULL;
    out->shard = (struct shard){0};
    out->count = out->check_count = out->extra_count = 0;
    out->results = calloc(results, sizeof *out->results);
    out->checks = calloc(checks, sizeof *out->checks);
    out->extra = calloc(extra, sizeof *out->extra);
    m->seen = json_object();
    return m->seen && m->out->excuses && out->results && out->checks && out->extra;
}

bool results_merge(const struct results *parts, size_t count, struct diagnostics *d, struct results *out)
{
    struct merging m = {parts, count, d, out, NULL};
    size_t before = d->count;
    for (size_t i = 1; i < count; i++)
        check_origin(&m, i);
    if (d->count == before)
        check_complete(&m);
    *out = (struct results){0};
    if (d->count == before) {
        d->out_of_memory |= !merging_begin(&m);
        for (size_t i = 0; i < count && !d->out_of_memory; i++)
            take_part(&m, i);
        json_decref(m.seen);
    }
    if (d->count == before && !d->out_of_memory)
        return true;
    results_free(out);
    return false;
}
