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
    return json_pack("{s:s, s:s, s:i, s:s, s:I}", "version", c->version, "seed", seed, "jobs", c->run->jobs, "started",
                     c->run->started, "duration_ns", (json_int_t)c->run->duration_ns);
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
    return json_pack("{s:I, s:o, s:o, s:I, s:I, s:I, s:f, s:f, s:s, s:i, s:o, s:b}", "total", (json_int_t)s->total,
                     "verdicts", verdicts, "not_excused", failed, "excused", (json_int_t)s->excused, "unexpected_pass",
                     (json_int_t)s->unexpected_pass, "stale", (json_int_t)s->stale, "blocked_share", s->blocked_share,
                     "max_blocked", s->max_blocked, "fail_on", fail_on_name(s->fail_on), "exit_status", s->exit_status,
                     "why", json_text(s->why), "interrupted", c->run->interrupted);
}

/* The plain transactions are an object of two; every other group is a list. */
static json_t *put_group(const struct report_context *c, enum row_group group)
{
    json_t *list = json_array();
    struct row row;
    for (size_t next = 0; row_next(c->run, &next, &row);)
        if (row.group == group)
            json_array_append_new(list, json_result(&row, c->baseline));
    return list;
}

static int append(const char *data, size_t len, void *out)
{
    buffer_add(out, bytes_of(data, len));
    return buffer_failed(out) ? -1 : 0;
}

bool json_write(const struct report_context *c, struct buffer *out)
{
    json_t *root = json_pack("{s:s, s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "format", "smtpspec-results", "version",
                             FORMAT_VERSION, "environment", put_environment(c), "target", put_target(c->run), "summary",
                             put_summary(c), "plain", put_group(c, ROW_PLAIN), "results", put_group(c, ROW_SCENARIO),
                             "checks", put_group(c, ROW_CHECK), "extra", put_group(c, ROW_EXTRA));
    bool ok = root && json_dump_callback(root, append, out, JSON_INDENT(1)) == 0;
    buffer_add_octet(out, '\n');
    json_decref(root);
    return ok && !buffer_failed(out);
}
