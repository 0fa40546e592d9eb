#include "junit.h"

#include "explanation.h"
#include "layout.h"
#include "rows.h"
#include "terminal.h"

#include <libxml/xmlwriter.h>
#include <string.h>

/* How CI systems are to show a result: a fail or a warning that --fail-on looks at is a failure, what the baseline
 * excuses and what was blocked is skipped with the reason (nothing was learned; --max-blocked sees to it that it hides
 * nothing), what the harness could not do is an error. */
enum outcome { OUTCOME_PASS, OUTCOME_FAILURE, OUTCOME_ERROR, OUTCOME_SKIPPED, OUTCOME_COUNT };

static enum outcome outcome_of(const struct report_context *c, const struct row *row)
{
    switch (row->result->verdict) {
    case VERDICT_FAIL:
        return row_excuse(row, c->baseline) ? OUTCOME_SKIPPED : OUTCOME_FAILURE;
    case VERDICT_WARN:
        return !row_excuse(row, c->baseline) && row_gates(row, c->summary->fail_on) ? OUTCOME_FAILURE : OUTCOME_PASS;
    case VERDICT_SKIP:
    case VERDICT_BLOCKED:
        return OUTCOME_SKIPPED;
    case VERDICT_ERROR:
        return OUTCOME_ERROR;
    default:
        return OUTCOME_PASS;
    }
}

static void put_attribute(xmlTextWriterPtr w, const char *name, const char *text)
{
    struct buffer safe = {0};
    row_text(&safe, text);
    xmlTextWriterWriteAttribute(w, BAD_CAST name, BAD_CAST buffer_string(&safe));
    buffer_free(&safe);
}

static void put_count(xmlTextWriterPtr w, const char *name, size_t n)
{
    xmlTextWriterWriteFormatAttribute(w, BAD_CAST name, "%zu", n);
}

/* Three digits: Jenkins' schema takes no more. */
static void put_seconds(xmlTextWriterPtr w, int64_t ns)
{
    xmlTextWriterWriteFormatAttribute(w, BAD_CAST "time", "%.3f", (double)ns / 1e9);
}

static void put_property(xmlTextWriterPtr w, const char *name, const char *value)
{
    if (!value || !*value)
        return;
    xmlTextWriterStartElement(w, BAD_CAST "property");
    put_attribute(w, "name", name);
    put_attribute(w, "value", value);
    xmlTextWriterEndElement(w);
}

static void put_properties(xmlTextWriterPtr w, const struct row *row)
{
    char source[128];
    if (!row->requirement)
        return;
    xmlTextWriterStartElement(w, BAD_CAST "properties");
    put_property(w, "verdict", verdict_name(row->result->verdict));
    put_property(w, "level", level_name(row->requirement->level));
    put_property(w, "reference", row_source(row, source, sizeof source));
    put_property(w, "requirement", row->requirement->id);
    if (row->result->scenario)
        put_property(w, "cve", row->result->scenario->cve);
    xmlTextWriterEndElement(w);
}

/* Why, in one line, for the message that CI systems show in their lists. */
static void add_message(struct buffer *out, const struct report_context *c, const struct row *row)
{
    const struct result *r = row->result;
    const char *excuse = row_excuse(row, c->baseline);
    if (excuse)
        buffer_printf(out, "excused by the baseline: %s; ", excuse);
    if (r->verdict == VERDICT_BLOCKED)
        buffer_add_string(out, "blocked: ");
    if (!r->reason && r->expected && r->found)
        buffer_printf(out, "expected %s, found %s", r->expected, row_found(row));
    else
        buffer_add_string(out, row_reason(row));
}

static void put_outcome(xmlTextWriterPtr w, const struct report_context *c, const struct row *row)
{
    static const char *const elements[OUTCOME_COUNT] = {NULL, "failure", "error", "skipped"};
    enum outcome o = outcome_of(c, row);
    if (!elements[o])
        return;
    struct buffer message = {0}, text = {0};
    add_message(&message, c, row);
    xmlTextWriterStartElement(w, BAD_CAST elements[o]);
    put_attribute(w, "message", buffer_string(&message));
    if (o != OUTCOME_SKIPPED) {
        put_attribute(w, "type", row->requirement ? level_name(row->requirement->level) : "harness");
        terminal_details(row, &text);
        xmlTextWriterWriteString(w, BAD_CAST buffer_string(&text));
    }
    xmlTextWriterEndElement(w);
    buffer_free(&message);
    buffer_free(&text);
}

static void put_transcript(xmlTextWriterPtr w, const struct row *row)
{
    if (row->result->verdict == VERDICT_PASS || !row->result->transcript.first)
        return;
    struct buffer text = {0};
    report_transcript(&row->result->transcript, 0, false, &text);
    xmlTextWriterStartElement(w, BAD_CAST "system-out");
    xmlTextWriterWriteString(w, BAD_CAST buffer_string(&text));
    xmlTextWriterEndElement(w);
    buffer_free(&text);
}

static void put_case(xmlTextWriterPtr w, const struct report_context *c, const struct row *row)
{
    size_t suite = row_suite_length(row->id);
    const struct scenario *s = row->result->scenario;
    char class[128];
    snprintf(class, sizeof class, "smtpspec.%.*s", (int)(suite < 100 ? suite : 100), row->id);
    xmlTextWriterStartElement(w, BAD_CAST "testcase");
    put_attribute(w, "name", row->id[suite] ? row->id + suite + 1 : row->id);
    put_attribute(w, "classname", class);
    put_seconds(w, row->result->duration_ns);
    if (s && s->file) {
        put_attribute(w, "file", s->file);
        put_count(w, "line", s->line > 0 ? (size_t)s->line : 0);
    }
    put_properties(w, row);
    put_outcome(w, c, row);
    put_transcript(w, row);
    xmlTextWriterEndElement(w);
}

/* `suite` NULL: the whole run. */
static void put_totals(xmlTextWriterPtr w, const struct report_context *c, const char *suite)
{
    size_t total = 0, counts[OUTCOME_COUNT] = {0};
    int64_t ns = 0;
    struct row row;
    for (size_t next = 0; row_next(c->run, &next, &row);)
        if (!suite || row_same_suite(row.id, suite)) {
            total++;
            counts[outcome_of(c, &row)]++;
            ns += row.result->duration_ns;
        }
    put_count(w, "tests", total + !suite);
    put_count(w, "failures", counts[OUTCOME_FAILURE]);
    put_count(w, "errors", counts[OUTCOME_ERROR] + (!suite && c->summary->exit_status > 1));
    if (suite)
        put_count(w, "skipped", counts[OUTCOME_SKIPPED]);
    put_seconds(w, suite ? ns : c->run->duration_ns);
}

static void put_suite(xmlTextWriterPtr w, const struct report_context *c, const char *id)
{
    char name[128];
    size_t len = row_suite_length(id);
    snprintf(name, sizeof name, "%.*s", (int)(len < 100 ? len : 100), id);
    xmlTextWriterStartElement(w, BAD_CAST "testsuite");
    put_attribute(w, "name", name);
    put_totals(w, c, id);
    put_attribute(w, "timestamp", c->run->started);
    struct row row;
    for (size_t next = 0; row_next(c->run, &next, &row);)
        if (row_same_suite(row.id, id))
            put_case(w, c, &row);
    xmlTextWriterEndElement(w);
}

/* The run as a whole is a case of its own: that too much was blocked, or that it was interrupted, shows nowhere else.
 */
static void put_run(xmlTextWriterPtr w, const struct report_context *c)
{
    bool bad = c->summary->exit_status > 1;
    xmlTextWriterStartElement(w, BAD_CAST "testsuite");
    put_attribute(w, "name", "run");
    put_count(w, "tests", 1);
    put_count(w, "failures", 0);
    put_count(w, "errors", bad);
    put_count(w, "skipped", 0);
    put_seconds(w, 0);
    put_attribute(w, "timestamp", c->run->started);
    xmlTextWriterStartElement(w, BAD_CAST "testcase");
    put_attribute(w, "name", "judged");
    put_attribute(w, "classname", "smtpspec.run");
    put_seconds(w, 0);
    if (bad) {
        xmlTextWriterStartElement(w, BAD_CAST "error");
        put_attribute(w, "message", c->summary->why);
        put_attribute(w, "type", "run");
        xmlTextWriterEndElement(w);
    }
    xmlTextWriterEndElement(w);
    xmlTextWriterEndElement(w);
}

static bool is_first_of_suite(const struct run *r, const struct row *row)
{
    struct row other;
    for (size_t next = 0; row_next(r, &next, &other) && other.result != row->result;)
        if (row_same_suite(other.id, row->id))
            return false;
    return true;
}

static void put_document(xmlTextWriterPtr w, const struct report_context *c)
{
    xmlTextWriterSetIndent(w, 1);
    xmlTextWriterStartDocument(w, NULL, "UTF-8", NULL);
    xmlTextWriterStartElement(w, BAD_CAST "testsuites");
    put_attribute(w, "name", "smtpspec");
    put_totals(w, c, NULL);
    struct row row;
    for (size_t next = 0; row_next(c->run, &next, &row);)
        if (is_first_of_suite(c->run, &row))
            put_suite(w, c, row.id);
    put_run(w, c);
    xmlTextWriterEndElement(w);
}

bool junit_write(const struct report_context *c, struct buffer *out)
{
    xmlBufferPtr memory = xmlBufferCreate();
    xmlTextWriterPtr writer = memory ? xmlNewTextWriterMemory(memory, 0) : NULL;
    bool ok = false;
    if (!writer)
        goto out;
    put_document(writer, c);
    ok = xmlTextWriterEndDocument(writer) >= 0;
    xmlFreeTextWriter(writer);
    buffer_add(out, bytes_of(xmlBufferContent(memory), (size_t)xmlBufferLength(memory)));
out:
    xmlBufferFree(memory);
    return ok && !buffer_failed(out);
}
