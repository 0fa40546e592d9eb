#include "sarif.h"

#include "json_result.h"
#include "sarif_rule.h"

#include "base/prng.h"

#include <string.h>

static const char schema[] = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
                             "sarif-schema-2.1.0.json";
enum { EVENTS_SHOWN = 10 };

/* What grows while the rows are walked through. */
struct sarif {
    const struct report_context *c;
    json_t *rules, *results, *notifications;
    json_t *numbers; /* rule id to its place in `rules` */
};

/* A path as a relative or a file: URI (RFC 3986): what is no letter, digit, "-", ".", "_", "~" or "/" is encoded. */
static json_t *put_uri(const char *path)
{
    struct buffer uri = {0};
    bool absolute = path[0] == '/';
    buffer_add_string(&uri, absolute ? "file://" : "");
    for (const unsigned char *p = (const unsigned char *)path; *p; p++)
        if (octet_is_alnum(*p) || strchr("-._~/", *p))
            buffer_add_octet(&uri, *p);
        else
            buffer_printf(&uri, "%%%02X", *p);
    json_t *out = json_text(buffer_string(&uri));
    buffer_free(&uri);
    return out;
}

/* The step that decided, else the scenario; what is in no file of its own stands in the catalogue. */
static json_t *put_location(const struct row *row)
{
    const struct result *r = row->result;
    const struct scenario *s = r->scenario;
    const char *file = "scenarios/catalogue";
    int line = 1, column = 1;
    if (r->step.file && r->step.line > 0) {
        file = r->step.file;
        line = r->step.line;
        column = r->step.column > 0 ? r->step.column : 1;
    } else if (s && s->file && s->line > 0) {
        file = s->file;
        line = s->line;
    }
    json_t *region = json_pack("{s:i, s:i, s:i, s:i}", "startLine", line, "startColumn", column, "endLine", line,
                               "endColumn", column + 1);
    return json_pack("{s:{s:{s:o}, s:o}, s:[{s:o, s:s}]}", "physicalLocation", "artifactLocation", "uri", put_uri(file),
                     "region", region, "logicalLocations", "fullyQualifiedName", json_text(row->id), "kind", "member");
}

/* "[text](place)" in a message is a link (SARIF 2.1.0 section 3.11.6): what only looks like one is escaped. */
static json_t *plain_message(struct bytes text)
{
    struct buffer out = {0};
    bool link = bytes_find(text, BYTES("](")) != BYTES_NONE;
    for (size_t i = 0; i < text.len; i++) {
        if (link && (text.data[i] == '[' || text.data[i] == ']'))
            buffer_add_octet(&out, '\\');
        buffer_add_octet(&out, text.data[i]);
    }
    json_t *message = buffer_failed(&out) ? NULL : json_text(buffer_string(&out));
    buffer_free(&out);
    return message;
}

static json_t *put_message(const struct row *row)
{
    struct buffer text = {0};
    const struct result *r = row->result;
    const char *title = row_title(row);
    buffer_printf(&text, "%s%s", title, *title ? ": " : "");
    if (!r->reason && r->expected && r->found)
        buffer_printf(&text, "expected %s, found %s", r->expected, row_found(row));
    else
        buffer_add_string(&text, row_reason(row));
    if (!text.len)
        buffer_add_string(&text, row->id);
    json_t *out = json_pack("{s:o}", "text", plain_message(buffer_bytes(&text)));
    buffer_free(&text);
    return out;
}

static json_t *put_properties(const struct row *row)
{
    const struct result *r = row->result;
    char source[128];
    json_t *out =
        json_pack("{s:o, s:s, s:s, s:o}", "id", json_text(row->id), "verdict", verdict_name(r->verdict), "requirement",
                  level_name(row_level(row)), "reference", json_text(row_source(row, source, sizeof source)));
    if (r->expected)
        json_object_set_new(out, "expected", json_text(r->expected));
    if (r->found)
        json_object_set_new(out, "found", json_text(row_found(row)));
    if (r->scenario && r->scenario->cve)
        json_object_set_new(out, "cve", json_text(r->scenario->cve));
    if (r->transcript.first) {
        json_t *lines = json_array();
        struct buffer text = {0};
        report_transcript(&r->transcript, EVENTS_SHOWN, false, &text);
        for (struct bytes rest = buffer_bytes(&text), line; bytes_next_line(&rest, &line);)
            json_array_append_new(lines, json_pack("s%", line.data ? (const char *)line.data : "", line.len));
        json_object_set_new(out, "transcript", lines);
        buffer_free(&text);
    }
    return out;
}

/* The place of the row's rule, which is added where it is new; -1: no memory. */
static json_int_t rule_number(struct sarif *s, const struct row *row)
{
    const char *id = sarif_rule_id(row);
    const json_t *known = json_object_get(s->numbers, id);
    if (known)
        return json_integer_value(known);
    json_int_t number = (json_int_t)json_array_size(s->rules);
    bool ok = json_array_append_new(s->rules, sarif_rule(row)) == 0;
    ok = ok && json_object_set_new(s->numbers, id, json_integer(number)) == 0;
    return ok ? number : -1;
}

/* GitHub tells alerts apart by this one alone, and would take it from the line in the file: the cases of a scenario,
 * which share that line, would be one alert. */
static json_t *put_fingerprints(const struct row *row)
{
    char hash[24];
    snprintf(hash, sizeof hash, "%016llx:1", (unsigned long long)prng_hash(row->id));
    return json_pack("{s:s, s:o}", "primaryLocationLineHash", hash, "smtpspecResult/v1", json_text(row->id));
}

static json_t *put_result(const struct row *row, json_int_t rule)
{
    const char *level = row->result->verdict == VERDICT_WARN && !strcmp(sarif_rule_level(row), "error")
                            ? "warning"
                            : sarif_rule_level(row);
    return json_pack("{s:o, s:I, s:s, s:s, s:o, s:[o], s:o, s:o}", "ruleId", json_text(sarif_rule_id(row)), "ruleIndex",
                     rule, "kind", "fail", "level", level, "message", put_message(row), "locations", put_location(row),
                     "partialFingerprints", put_fingerprints(row), "properties", put_properties(row));
}

/* What the harness could not do is no result: nothing was found out about the server. */
static json_t *put_notification(const struct row *row)
{
    return json_pack("{s:s, s:o, s:[o]}", "level", row->result->verdict == VERDICT_ERROR ? "error" : "note", "message",
                     put_message(row), "locations", put_location(row));
}

/* What the baseline excuses is left out: code scanning shows a result that is suppressed as an open alert. */
static bool add_row(struct sarif *s, const struct row *row)
{
    if (row_excuse(row, s->c->baseline))
        return true;
    switch (row->result->verdict) {
    case VERDICT_FAIL:
    case VERDICT_WARN: {
        json_int_t rule = rule_number(s, row);
        return rule >= 0 && json_array_append_new(s->results, put_result(row, rule)) == 0;
    }
    case VERDICT_ERROR:
    case VERDICT_BLOCKED:
        return json_array_append_new(s->notifications, put_notification(row)) == 0;
    default:
        return true;
    }
}

/* Takes the arrays over. */
static json_t *put_invocation(const struct report_context *c, json_t *notifications)
{
    const struct summary *s = c->summary;
    return json_pack("{s:b, s:i, s:o, s:o, s:o}", "executionSuccessful", s->exit_status <= 1, "exitCode",
                     s->exit_status, "exitCodeDescription", json_text(s->why), "startTimeUtc",
                     json_text(c->run->started), "toolExecutionNotifications", notifications);
}

/* Takes the arrays over. */
static json_t *put_document(struct sarif *s)
{
    const struct report_context *c = s->c;
    const char *name = c->run->target_name ? c->run->target_name : c->run->endpoint;
    struct buffer id = {0};
    buffer_printf(&id, "smtpspec/%s/", name ? name : "");
    json_t *run = json_pack("{s:{s:{s:s, s:o, s:s, s:o}}, s:{s:o}, s:[o], s:o, s:s}", "tool", "driver", "name",
                            "smtpspec", "version", json_text(c->version), "organization", "smtpspec", "rules", s->rules,
                            "automationDetails", "id", json_text(buffer_string(&id)), "invocations",
                            put_invocation(c, s->notifications), "results", s->results, "columnKind", "utf16CodeUnits");
    buffer_free(&id);
    return json_pack("{s:s, s:s, s:[o]}", "$schema", schema, "version", "2.1.0", "runs", run);
}

bool sarif_write(const struct report_context *c, struct buffer *out)
{
    struct sarif s = {c, json_array(), json_array(), json_array(), json_object()};
    bool ok = s.rules && s.results && s.notifications && s.numbers;
    struct row row;
    for (size_t next = 0; ok && row_next(c->run, &next, &row);)
        ok = add_row(&s, &row);
    json_decref(s.numbers);
    json_t *document = put_document(&s);
    char *text = ok && document ? json_dumps(document, JSON_INDENT(1)) : NULL;
    json_decref(document);
    if (!text)
        return false;
    buffer_add_string(out, text);
    buffer_add_octet(out, '\n');
    free(text);
    return !buffer_failed(out);
}
