#include "html_case.h"

#include "explanation.h"
#include "html_transcript.h"
#include "report/html_text.h"
#include "reproduce.h"

#include <string.h>

enum { TEXT_MOST = 1200 };

void html_verdict(struct buffer *out, enum verdict v)
{
    buffer_printf(out, "<span class=\"v %s\">%s</span>", verdict_name(v), verdict_name(v));
}

void html_counts(struct buffer *out, const size_t verdicts[VERDICT_COUNT])
{
    static const enum verdict order[] = {VERDICT_FAIL,    VERDICT_WARN, VERDICT_ERROR,
                                         VERDICT_BLOCKED, VERDICT_PASS, VERDICT_SKIP};
    static const char *const words[VERDICT_COUNT] = {"passed", "warned", "failed", "skipped", "blocked", "in error"};
    bool any = false;
    for (size_t i = 0; i < VERDICT_COUNT; i++)
        if (verdicts[order[i]]) {
            buffer_printf(out, "%s%zu %s", any ? ", " : "", verdicts[order[i]], words[order[i]]);
            any = true;
        }
}

void html_source(struct buffer *out, const struct row *row)
{
    char source[128];
    const char *from = row_source(row, source, sizeof source);
    if (!*from)
        return;
    if (!strcmp(from, "smtpspec"))
        from = "a rule of this suite";
    if (row->requirement && row->requirement->rfc && *row->requirement->rfc) {
        struct buffer id = {0};
        buffer_printf(&id, "q-%s", row->requirement->id);
        buffer_add_string(out, "<a href=\"");
        html_link(out, buffer_string(&id));
        buffer_add_string(out, "\">");
        html_text(out, from);
        buffer_add_string(out, "</a>");
        buffer_free(&id);
    } else {
        html_text(out, from);
    }
}

void html_filter_keys(struct buffer *out, const char *verdict, const struct requirement *q)
{
    buffer_printf(out, " data-v=%s data-l=%s data-r=\"", verdict, level_name(q ? q->level : LEVEL_MUST));
    html_text(out, q && q->rfc ? q->rfc : "");
    buffer_add_string(out, "\"");
}

static void put_keys(struct buffer *out, const struct row *row)
{
    const struct scenario *s = row->result->scenario;
    html_filter_keys(out, verdict_name(row->result->verdict), row->requirement);
    if (!s || !s->tag_count)
        return;
    buffer_add_string(out, " data-t=\"");
    for (size_t i = 0; i < s->tag_count; i++) {
        buffer_add_string(out, i ? " " : "");
        html_id(out, s->tags[i]);
    }
    buffer_add_string(out, "\"");
}

static void put_id_link(struct buffer *out, const char *id)
{
    buffer_add_string(out, "<a class=here href=\"");
    html_link(out, id);
    buffer_add_string(out, "\" aria-label=\"Link to ");
    html_text(out, id);
    buffer_add_string(out, "\">#</a>");
}

static void put_field(struct buffer *out, const char *label, const char *class, const char *text)
{
    if (!text || !*text)
        return;
    buffer_printf(out, "<dt>%s<dd%s%s>", label, *class ? " class=" : "", class);
    html_text_cut(out, text, TEXT_MOST);
    buffer_add_octet(out, '\n');
}

static void put_place(struct buffer *out, const struct row *row)
{
    const struct scenario *s = row->result->scenario;
    struct mark at = row->result->step;
    struct buffer text = {0};
    if ((!at.file || !at.line) && s)
        at = (struct mark){s->file, s->line, 0};
    if (at.file && at.line)
        buffer_printf(&text, "%s:%d", at.file, at.line);
    put_field(out, "Scenario", "", buffer_string(&text));
    buffer_free(&text);
}

static void put_check(struct buffer *out, const struct row *row)
{
    if (row->check && row->check->broken)
        buffer_printf(out, "<dt>Broken by<dd>%llu of %llu replies\n", (unsigned long long)row->check->broken,
                      (unsigned long long)row->check->judged);
}

static void put_fields(const struct html_case *h, const struct row *row, struct buffer *out)
{
    const struct result *r = row->result;
    struct buffer meaning = {0};
    explanation_add(&meaning, r);
    buffer_add_string(out, "<dl>\n");
    put_field(out, "Expected", "octets", r->expected);
    put_field(out, "Found", "octets", row_found(row));
    if (!r->expected || !r->found)
        put_field(out, "Reason", "", row_reason(row));
    put_check(out, row);
    put_field(out, "Meaning", "", buffer_string(&meaning));
    put_field(out, "Excused", "", row_excuse(row, h->c->baseline));
    put_field(out, "Note", "", r->scenario ? r->scenario->note : NULL);
    put_field(out, "Known as", "", r->scenario ? r->scenario->cve : NULL);
    put_place(out, row);
    buffer_add_string(out, "</dl>\n");
    buffer_free(&meaning);
}

static bool is_full(const struct html_case *h, struct buffer *out)
{
    if (out->len < h->most)
        return false;
    buffer_add_string(out, "<p class=note>The transcript is left out, since the page has grown large: the JSON results "
                           "have it.</p>\n");
    return true;
}

static void put_conversation(const struct html_case *h, const struct row *row, bool shown, struct buffer *out)
{
    const struct result *r = row->result;
    if (!r->transcript.first || is_full(h, out))
        return;
    buffer_printf(out, "<details class=talk%s><summary>Conversation <small>%zu events, %.1f ms</small></summary>\n",
                  shown ? " open" : "", r->transcript.count, (double)r->duration_ns / 1e6);
    html_transcript(out, &r->transcript, row_found(row), &html_measure_whole);
    buffer_add_string(out, "</details>\n");
}

static void put_command(const struct html_case *h, const struct row *row, struct buffer *out)
{
    struct buffer text = {0};
    const char *why;
    buffer_add_string(out, "<h5>As a shell command</h5>\n");
    if (reproduce_command(h->c->run, row->result, &text, &why)) {
        buffer_add_string(out, "<pre data-copy=\"the shell command\" tabindex=0>");
        html_lines(out, buffer_bytes(&text));
        buffer_add_string(out, "</pre>\n");
    } else {
        buffer_add_string(out, "<p class=note>There is none: ");
        html_text(out, why);
        buffer_add_string(out, "</p>\n");
    }
    buffer_free(&text);
}

static void put_scenario(const struct html_case *h, const struct row *row, struct buffer *out)
{
    const struct scenario *s = row->result->scenario;
    struct buffer text = {0}, id = {0};
    struct bytes file = h->c->source && s && s->file ? h->c->source(h->c->sources, s->file) : bytes_of(NULL, 0);
    if (file.len && reproduce_scenario(s, file, &text)) {
        buffer_add_string(out, "<h5>As a scenario</h5>\n<p class=note>Save it as <code>copy.yaml</code>, then "
                               "<code>smtpspec test target.yaml copy.yaml '");
        reproduce_id(s, &id);
        html_text(out, buffer_string(&id));
        buffer_add_string(out, "'</code></p>\n<pre data-copy=\"the scenario\" tabindex=0>");
        html_lines(out, buffer_bytes(&text));
        buffer_add_string(out, "</pre>\n");
    }
    buffer_free(&text);
    buffer_free(&id);
}

static void put_again(const struct html_case *h, const struct row *row, struct buffer *out)
{
    if (!row->result->transcript.first || out->len >= h->most)
        return;
    buffer_add_string(out, "<details class=again><summary>Reproduce</summary>\n");
    put_command(h, row, out);
    put_scenario(h, row, out);
    buffer_add_string(out, "</details>\n");
}

void html_case_whole(const struct html_case *h, const struct row *row, bool shown, struct buffer *out)
{
    buffer_printf(out, "<article class=\"case %s\" id=\"", verdict_name(row->result->verdict));
    html_id(out, row->id);
    buffer_add_string(out, "\"");
    put_keys(out, row);
    buffer_add_string(out, ">\n<h4>");
    html_verdict(out, row->result->verdict);
    buffer_add_string(out, " <code>");
    html_text(out, row->id);
    buffer_add_string(out, "</code> ");
    put_id_link(out, row->id);
    buffer_add_string(out, "</h4>\n");
    if (row->result->scenario && row->result->scenario->title) {
        buffer_add_string(out, "<p class=title>");
        html_text(out, row->result->scenario->title);
        buffer_add_string(out, "</p>\n");
    }
    put_fields(h, row, out);
    put_conversation(h, row, shown, out);
    put_again(h, row, out);
    buffer_add_string(out, "</article>\n");
}

static void put_brief_body(const struct html_case *h, const struct row *row, struct buffer *out)
{
    const struct requirement *q = row->requirement;
    buffer_add_string(out, "<p class=what>");
    if (q)
        buffer_printf(out, "<span class=l>%s</span> ", level_name(q->level));
    html_source(out, row);
    if (q && q->text) {
        buffer_add_string(out, ": ");
        html_text(out, q->text);
    }
    buffer_add_octet(out, ' ');
    put_id_link(out, row->id);
    buffer_add_string(out, "</p>\n");
    if (*row_reason(row) && row->result->verdict != VERDICT_SKIP) {
        buffer_add_string(out, "<p class=what>");
        html_text_cut(out, row_reason(row), TEXT_MOST);
        buffer_add_string(out, "</p>\n");
    }
    if (row->result->transcript.first && !is_full(h, out))
        html_transcript(out, &row->result->transcript, row_found(row), &html_measure_brief);
}

void html_case_brief(const struct html_case *h, const struct row *row, struct buffer *out)
{
    buffer_add_string(out, "<details class=case id=\"");
    html_id(out, row->id);
    buffer_add_string(out, "\"");
    put_keys(out, row);
    buffer_add_string(out, "><summary>");
    html_verdict(out, row->result->verdict);
    buffer_add_string(out, " <code>");
    html_text(out, row->id);
    buffer_add_string(out, "</code> <span class=title>");
    html_text(out, row_title(row));
    buffer_add_string(out, "</span></summary>\n");
    put_brief_body(h, row, out);
    buffer_add_string(out, "</details>\n");
}
