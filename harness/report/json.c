#include "json.h"

#include "json_result.h"
#include "rows.h"

enum { FORMAT_VERSION = 1 };

static json_t *put_target(const struct run *r)
{
    json_t *extensions = json_array();
    for (struct bytes rest = bytes_string(r->extensions), line; bytes_next_line(&rest, &line);) {
        struct buffer text = {0};
        buffer_add(&text, line);
        json_array_append_new(extensions, json_text(buffer_string(&text)));
        buffer_free(&text);
    }
    return json_pack("{s:o, s:o, s:o, s:o, s:o}", "name", json_text(r->target_name), "endpoint", json_text(r->endpoint),
                     "greeting", json_text(r->greeting), "extensions", extensions, "tls", json_text(r->tls));
}

static json_t *put_environment(const struct report_context *c)
{
    char seed[24];
    snprintf(seed, sizeof seed, "%llu", (unsigned long long)c->run->seed);
    /* A seed uses all 64 bits, which a JSON number cannot carry everywhere. */
    json_t *out = json_pack("{s:s, s:s, s:i, s:s, s:I}", "version", c->version, "seed", seed, "jobs", c->run->jobs,
                            "started", c->run->started, "duration_ns", (json_int_t)c->run->duration_ns);
    if (out && c->run->shard.of)
        json_object_set_new(out, "shard", json_sprintf("%d/%d", c->run->shard.number, c->run->shard.of));
    return out;
}

static json_t *put_summary(const struct report_context *c)
{
    const struct summary *s = c->summary;
    json_t *verdicts = json_object();
    for (int v = 0; v < VERDICT_COUNT; v++)
        json_object_set_new(verdicts, verdict_name((enum verdict)v), json_integer((json_int_t)s->verdicts[v]));
    json_t *failed =
        json_pack("{s:I, s:I, s:I, s:I}", "security", (json_int_t)s->security_failed, "must",
                  (json_int_t)s->must_failed, "should", (json_int_t)s->should_failed, "warn", (json_int_t)s->warned);
    return json_pack("{s:I, s:o, s:o, s:I, s:I, s:I, s:I, s:I, s:f, s:f, s:s, s:i, s:o, s:b}", "total",
                     (json_int_t)s->total, "verdicts", verdicts, "not_excused", failed, "excused",
                     (json_int_t)s->excused, "unexpected_pass", (json_int_t)s->unexpected_pass, "stale",
                     (json_int_t)s->stale, "expired", (json_int_t)s->expired, "unstable", (json_int_t)s->unstable,
                     "blocked_share", s->blocked_share, "max_blocked", s->max_blocked, "fail_on",
                     fail_on_name(s->fail_on), "exit_status", s->exit_status, "why", json_text(s->why), "interrupted",
                     c->run->interrupted);
}

static int append(const char *data, size_t len, void *out)
{
    buffer_add(out, bytes_of(data, len));
    return buffer_failed(out) ? -1 : 0;
}

/* Writes a value, which it takes over, on one line. */
static bool put(struct buffer *out, json_t *value)
{
    bool ok = value && json_dump_callback(value, append, out, JSON_ENCODE_ANY | JSON_REAL_PRECISION(6)) == 0;
    json_decref(value);
    return ok;
}

static bool put_member(struct buffer *out, const char *key, json_t *value)
{
    buffer_printf(out, " \"%s\": ", key);
    bool ok = put(out, value);
    buffer_add_string(out, ",\n");
    return ok;
}

/* One result a line, and one result at a time: the tree of a whole run would take as much memory as the run. */
static bool put_group(struct buffer *out, const struct report_context *c, const char *key, enum row_group group)
{
    bool ok = true;
    size_t count = 0;
    struct row row;
    buffer_printf(out, " \"%s\": [", key);
    for (size_t next = 0; ok && row_next(c->run, &next, &row);)
        if (row.group == group) {
            buffer_add_string(out, count++ ? ",\n  " : "\n  ");
            ok = put(out, json_result(&row, c->baseline));
        }
    buffer_add_string(out, count ? "\n ]" : "]");
    return ok;
}

bool json_write(const struct report_context *c, struct buffer *out)
{
    static const struct {
        const char *key;
        enum row_group group;
    } groups[] = {{"plain", ROW_PLAIN}, {"results", ROW_SCENARIO}, {"checks", ROW_CHECK}, {"extra", ROW_EXTRA}};
    enum { GROUPS = sizeof groups / sizeof *groups };
    buffer_add_string(out, "{\n");
    bool ok = put_member(out, "format", json_string("smtpspec-results")) &&
              put_member(out, "version", json_integer(FORMAT_VERSION)) &&
              put_member(out, "environment", put_environment(c)) && put_member(out, "target", put_target(c->run)) &&
              put_member(out, "summary", put_summary(c));
    for (size_t i = 0; i < GROUPS; i++) {
        ok = ok && put_group(out, c, groups[i].key, groups[i].group);
        buffer_add_string(out, i + 1 < GROUPS ? ",\n" : "\n}\n");
    }
    return ok && !buffer_failed(out);
}
