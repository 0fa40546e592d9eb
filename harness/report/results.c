#include "report/results.h"

#include "published.h"
#include "read_result.h"
#include "rows.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { FORMAT_VERSION = 1 };

/* What reading one file needs at hand. */
struct file {
    struct reading reading;
    struct results *out;
    json_t *ids; /* those that were read: an object as a set */
};

static const char *fail_on_word(int i)
{
    return fail_on_name((enum fail_on)i);
}

/* "2/4"; a member that only parts of a run have. */
static void read_shard(struct reading *r, const struct place *at, const json_t *object, struct run *out)
{
    if (!json_object_get(object, "shard"))
        return;
    const char *text = reading_text(r, at, object, "shard");
    if (!shard_parse(bytes_string(text), &out->shard))
        reading_wrong(r, &(struct place){at, "shard", 0}, "a part of a run such as 2/4",
                      json_object_get(object, "shard"));
}

static void read_environment(struct reading *r, const json_t *root, struct results *out)
{
    const struct place at = {NULL, "environment", 0};
    const json_t *object = reading_object(r, NULL, root, "environment");
    if (!object)
        return;
    out->version = reading_text(r, &at, object, "version");
    const char *seed = reading_text(r, &at, object, "seed");
    if (!bytes_to_number(bytes_string(seed), &out->run.seed))
        reading_wrong(r, &(struct place){&at, "seed", 0}, "a number of 64 bits as a text",
                      json_object_get(object, "seed"));
    out->run.jobs = (int)reading_integer(r, &at, object, "jobs", 0, INT_MAX);
    const char *started = reading_text(r, &at, object, "started");
    if (strlen(started) >= sizeof out->run.started)
        reading_wrong(r, &(struct place){&at, "started", 0}, "a time such as 2026-01-31T12:00:00Z",
                      json_object_get(object, "started"));
    snprintf(out->run.started, sizeof out->run.started, "%s", started);
    out->run.duration_ns = reading_integer(r, &at, object, "duration_ns", 0, INT64_MAX);
    read_shard(r, &at, object, &out->run);
}

static const char *read_extensions(struct reading *r, const struct place *target, const json_t *object)
{
    const struct place at = {target, "extensions", 0};
    const json_t *list = reading_array(r, target, object, "extensions");
    struct buffer lines = {0};
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *line = json_array_get(list, i);
        if (!json_is_string(line))
            reading_wrong(r, &(struct place){&at, NULL, i}, "a text", line);
        else
            buffer_printf(&lines, "%s%s", i ? "\n" : "", json_string_value(line));
    }
    const char *out = json_array_size(list) ? arena_string(r->arena, buffer_string(&lines)) : NULL;
    r->d->out_of_memory |= lines.failed || (json_array_size(list) && !out);
    buffer_free(&lines);
    return out;
}

static void read_target(struct reading *r, const json_t *root, struct run *out)
{
    const struct place at = {NULL, "target", 0};
    const json_t *object = reading_object(r, NULL, root, "target");
    if (!object)
        return;
    out->target_name = reading_text_or_null(r, &at, object, "name");
    out->endpoint = reading_text_or_null(r, &at, object, "endpoint");
    out->greeting = reading_text_or_null(r, &at, object, "greeting");
    out->tls = reading_text_or_null(r, &at, object, "tls");
    out->extensions = read_extensions(r, &at, object);
}

/* A count of the summary, which must be what the results say. */
static void agree(struct reading *r, const struct place *at, const json_t *object, const char *key, size_t counted)
{
    const json_t *value = json_object_get(object, key);
    int64_t found = reading_integer(r, at, object, key, 0, INT64_MAX);
    char expected[80];
    snprintf(expected, sizeof expected, "%zu, which is what the results add up to", counted);
    if (json_is_integer(value) && found != (int64_t)counted)
        reading_wrong(r, &(struct place){at, key, 0}, expected, value);
}

static void read_counts(struct reading *r, const struct place *at, const json_t *object, const struct summary *counted)
{
    const struct place verdicts = {at, "verdicts", 0}, failed = {at, "not_excused", 0};
    const json_t *of_verdicts = reading_object(r, at, object, "verdicts");
    const json_t *of_failed = reading_object(r, at, object, "not_excused");
    agree(r, at, object, "total", counted->total);
    agree(r, at, object, "excused", counted->excused);
    for (int v = 0; of_verdicts && v < VERDICT_COUNT; v++)
        agree(r, &verdicts, of_verdicts, verdict_name((enum verdict)v), counted->verdicts[v]);
    if (!of_failed)
        return;
    agree(r, &failed, of_failed, "security", counted->security_failed);
    agree(r, &failed, of_failed, "must", counted->must_failed);
    agree(r, &failed, of_failed, "should", counted->should_failed);
    agree(r, &failed, of_failed, "warn", counted->warned);
}

static void read_summary(struct reading *r, const json_t *root, struct results *out)
{
    const struct place at = {NULL, "summary", 0};
    const json_t *object = reading_object(r, NULL, root, "summary");
    struct summary *s = &out->summary;
    if (!object)
        return;
    enum fail_on fail_on = (enum fail_on)reading_word(r, &at, object, "fail_on", fail_on_word, FAIL_ON_COUNT);
    double max_blocked = reading_fraction(r, &at, object, "max_blocked");
    out->run.interrupted = reading_flag(r, &at, object, "interrupted");
    const char *why = reading_text(r, &at, object, "why");
    int status = (int)reading_integer(r, &at, object, "exit_status", 0, 255);
    size_t passed = (size_t)reading_integer_if_there(r, &at, object, "unexpected_pass", 0);
    size_t stale = (size_t)reading_integer_if_there(r, &at, object, "stale", 0);
    size_t expired = (size_t)reading_integer_if_there(r, &at, object, "expired", 0);
    /* Where results are missing, the counts cannot agree and to say so is no news. */
    if (r->mistakes || r->d->out_of_memory)
        return;
    report_summary(&out->run, out->excuses, &(struct gate){fail_on, max_blocked, false}, s);
    read_counts(r, &at, object, s);
    s->unexpected_pass = passed;
    s->stale = stale;
    s->expired = expired;
    s->exit_status = status;
    snprintf(s->why, sizeof s->why, "%s", why);
}

/* Results are told apart by id: each once. */
static void note_id(struct file *f, const struct place *at, const struct result *result, const json_t *object)
{
    struct reading *r = &f->reading;
    const char *excused = reading_text_or_null(r, at, object, "excused");
    if (json_object_get(f->ids, result->id)) {
        reading_wrong(r, &(struct place){at, "id", 0}, "each id once", json_object_get(object, "id"));
        return;
    }
    bool ok = json_object_set_new(f->ids, result->id, json_true()) == 0;
    if (excused)
        ok = baseline_add(f->out->excuses, result->id, excused) && ok;
    r->d->out_of_memory |= !ok;
}

typedef void (*take_result)(struct file *f, const struct place *at, const json_t *object, size_t index);

static void take_plain(struct file *f, const struct place *at, const json_t *object, size_t index)
{
    struct run *run = &f->out->run;
    struct result result;
    (void)index;
    read_result(&f->reading, at, object, false, &result);
    note_id(f, at, &result, object);
    if (!strcmp(result.id, "plain/first"))
        run->plain_first = result;
    else if (!strcmp(result.id, "plain/last"))
        run->plain_last = result;
    else
        reading_wrong(&f->reading, &(struct place){at, "id", 0}, "plain/first or plain/last",
                      json_object_get(object, "id"));
}

static void take_scenario(struct file *f, const struct place *at, const json_t *object, size_t index)
{
    read_result(&f->reading, at, object, true, &f->out->run.results[index]);
    note_id(f, at, &f->out->run.results[index], object);
}

static void take_check(struct file *f, const struct place *at, const json_t *object, size_t index)
{
    struct check_result *check = &f->out->run.checks[index];
    read_result(&f->reading, at, object, false, &check->result);
    note_id(f, at, &check->result, object);
    check->name = check->result.id;
    check->requirement = check->result.requirement;
    check->judged = (uint64_t)reading_integer(&f->reading, at, object, "judged", 0, INT64_MAX);
    check->broken = (uint64_t)reading_integer(&f->reading, at, object, "broken", 0, INT64_MAX);
}

static void take_extra(struct file *f, const struct place *at, const json_t *object, size_t index)
{
    read_result(&f->reading, at, object, false, &f->out->run.extra[index]);
    note_id(f, at, &f->out->run.extra[index], object);
}

static void take_all(struct file *f, const json_t *list, const char *key, take_result take)
{
    const struct place at = {NULL, key, 0};
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item = reading_item(&f->reading, &at, list, i);
        if (item)
            take(f, &(struct place){&at, NULL, i}, item, i);
    }
}

static void *many(struct file *f, const json_t *list, size_t size)
{
    size_t count = json_array_size(list);
    void *out = count ? calloc(count, size) : NULL;
    f->reading.d->out_of_memory |= count && !out;
    return out;
}

static void read_results(struct file *f, const json_t *root)
{
    struct run *run = &f->out->run;
    const json_t *plain = reading_array(&f->reading, NULL, root, "plain");
    const json_t *results = reading_array(&f->reading, NULL, root, "results");
    const json_t *checks = reading_array(&f->reading, NULL, root, "checks");
    const json_t *extra = reading_array(&f->reading, NULL, root, "extra");
    run->results = many(f, results, sizeof *run->results);
    run->checks = many(f, checks, sizeof *run->checks);
    run->extra = many(f, extra, sizeof *run->extra);
    if (f->reading.d->out_of_memory)
        return;
    run->count = json_array_size(results);
    run->check_count = json_array_size(checks);
    run->extra_count = json_array_size(extra);
    take_all(f, plain, "plain", take_plain);
    take_all(f, results, "results", take_scenario);
    take_all(f, checks, "checks", take_check);
    take_all(f, extra, "extra", take_extra);
}

/* True when the file is what it should be at all. */
static bool read_format(struct reading *r, const json_t *root, bool *published)
{
    const json_t *format = json_object_get(root, "format"), *version = json_object_get(root, "version");
    const char *name = json_is_string(format) ? json_string_value(format) : "";
    *published = !strcmp(name, "smtpspec-published");
    if (!*published && strcmp(name, "smtpspec-results") != 0)
        reading_wrong(r, &(struct place){NULL, "format", 0},
                      "'smtpspec-results' (a file that smtpspec test --json wrote)", format);
    else if (!json_is_integer(version) || json_integer_value(version) != FORMAT_VERSION)
        reading_wrong(r, &(struct place){NULL, "version", 0}, "1, the version of the format that this program knows",
                      version);
    return !r->mistakes;
}

static json_t *parse(const char *file, struct bytes content, struct diagnostics *d)
{
    json_error_t e;
    json_t *root = json_loadb((const char *)content.data, content.len, JSON_REJECT_DUPLICATES, &e);
    if (!root) {
        struct buffer text = {0};
        row_text(&text, e.text);
        diagnostics_add(d, (struct mark){file, e.line > 0 ? e.line : 0, e.column > 0 ? e.column : 0},
                        "expected the JSON of smtpspec test --json, found a mistake: %s", buffer_string(&text));
        buffer_free(&text);
    }
    return root;
}

bool results_read(const char *file, struct bytes content, struct diagnostics *d, struct results *out)
{
    size_t before = d->count;
    struct arena *arena = arena_new();
    struct file f = {.reading = {arena, d, file, 0}, .out = out, .ids = json_object()};
    *out = (struct results){.file = file, .run.arena = arena, .excuses = baseline_new()};
    d->out_of_memory |= !arena || !f.ids || !out->excuses;
    json_t *root = d->out_of_memory ? NULL : parse(file, content, d);
    bool right = root && read_format(&f.reading, root, &out->verdicts_only);
    if (right && out->verdicts_only) {
        published_read(&f.reading, root, out);
    } else if (right) {
        read_environment(&f.reading, root, out);
        read_target(&f.reading, root, &out->run);
        read_results(&f, root);
        read_summary(&f.reading, root, out);
    }
    json_decref(root);
    json_decref(f.ids);
    if (d->count == before && !d->out_of_memory)
        return true;
    results_free(out);
    return false;
}

void results_free(struct results *r)
{
    run_free(&r->run);
    baseline_free(r->excuses);
    *r = (struct results){0};
}

struct report_context results_context(const struct results *r)
{
    return (struct report_context){
        .run = &r->run, .baseline = r->excuses, .summary = &r->summary, .version = r->version};
}
