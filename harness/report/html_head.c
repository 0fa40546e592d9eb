#include "html_parts.h"

#include "report/html_text.h"

#include <string.h>

static const char *target_name(const struct run *r)
{
    return r->target_name && *r->target_name ? r->target_name : r->endpoint ? r->endpoint : "a server without a name";
}

void html_put_title(void *page, struct buffer *out)
{
    const struct report_page *p = page;
    html_text_cut(out, target_name(p->c->run), 200);
}

void html_put_version(void *page, struct buffer *out)
{
    const struct report_page *p = page;
    html_text(out, p->c->version);
}

/* What there is of one level. */
struct score {
    size_t judged, broken,
        excused; /* broken: failed, or at level SHOULD warned; excused: those that the baseline knows */
};

static struct score score_of(const struct report_context *c, enum level level, enum verdict broken)
{
    struct score s = {0};
    struct row row;
    for (size_t next = 0; row_next(c->run, &next, &row);) {
        enum verdict v = row.result->verdict;
        if (broken == VERDICT_WARN ? row_level(&row) != level
                                   : (row_level(&row) == LEVEL_SECURITY) != (level == LEVEL_SECURITY))
            continue;
        s.judged += row_level(&row) != level ? 0 : v == VERDICT_PASS || v == VERDICT_WARN || v == VERDICT_FAIL;
        s.broken += v == broken;
        s.excused += v == broken && row_excuse(&row, c->baseline);
    }
    return s;
}

/* What is excused failed all the same: it is counted, and in another colour. `others`: warnings at other levels. */
static void put_score(struct buffer *out, const char *class, struct score s, const char *what, size_t others)
{
    buffer_printf(out, "<li class=\"%s\"><b>%zu</b> <span>%s</span> <small>of %zu judged",
                  s.broken > s.excused ? class
                  : s.broken           ? "known"
                                       : "zero",
                  s.broken, what, s.judged);
    if (s.excused)
        buffer_printf(out, "; %zu excused", s.excused);
    if (others)
        buffer_printf(out, "; %zu other warning%s", others, others == 1 ? "" : "s");
    buffer_add_string(out, "</small>\n");
}

static void put_scores(struct buffer *out, const struct report_context *c)
{
    const struct summary *s = c->summary;
    const size_t *v = s->verdicts;
    buffer_add_string(out, "<ul class=scores>\n");
    struct score should = score_of(c, LEVEL_SHOULD, VERDICT_WARN);
    put_score(out, "fail", score_of(c, LEVEL_SECURITY, VERDICT_FAIL), "security failed", 0);
    put_score(out, "fail", score_of(c, LEVEL_MUST, VERDICT_FAIL), "MUST failed", 0);
    put_score(out, "warn", should, "SHOULD not met", v[VERDICT_WARN] - should.broken);
    buffer_printf(out, "<li class=pass><b>%zu</b> <span>passed</span> <small>of %zu results</small>\n", v[VERDICT_PASS],
                  s->total);
    buffer_printf(out, "<li class=skip><b>%zu</b> <span>not judged</span> <small>",
                  v[VERDICT_SKIP] + v[VERDICT_BLOCKED] + v[VERDICT_ERROR]);
    html_counts(out, (const size_t[VERDICT_COUNT]){[VERDICT_SKIP] = v[VERDICT_SKIP],
                                                   [VERDICT_BLOCKED] = v[VERDICT_BLOCKED],
                                                   [VERDICT_ERROR] = v[VERDICT_ERROR]});
    buffer_add_string(out, "</small>\n</ul>\n");
}

static void put_baseline(struct buffer *out, const struct summary *s)
{
    if (!s->excused && !s->unexpected_pass && !s->stale && !s->expired)
        return;
    buffer_printf(out, "<p class=note>Baseline: %zu excused", s->excused);
    if (s->unexpected_pass)
        buffer_printf(out, ", %zu entries pass", s->unexpected_pass);
    if (s->stale)
        buffer_printf(out, ", %zu entries match nothing", s->stale);
    if (s->expired)
        buffer_printf(out, ", %zu entries have expired", s->expired);
    buffer_add_string(out, ".</p>\n");
}

void html_put_head(void *page, struct buffer *out)
{
    const struct report_page *p = page;
    const struct summary *s = p->c->summary;
    buffer_add_string(out, "<h1>");
    html_text_cut(out, target_name(p->c->run), 200);
    buffer_printf(out, "</h1>\n<p class=\"why %s\">",
                  s->exit_status == 0   ? "pass"
                  : s->exit_status == 1 ? "fail"
                                        : "error");
    html_text(out, s->why);
    buffer_printf(out, " <small>exit status %d</small></p>\n", s->exit_status);
    put_scores(out, p->c);
    put_baseline(out, s);
}

static void put_fact(struct buffer *out, const char *label, const char *text)
{
    buffer_printf(out, "<dt>%s<dd>", label);
    html_text_cut(out, text && *text ? text : "not seen", 400);
    buffer_add_octet(out, '\n');
}

/* The plain transaction uses TLS only where the target wants it: what the scenarios saw is told too. */
static const char *tls_seen(const struct run *r)
{
    struct row row;
    for (size_t next = 0; !r->tls && row_next(r, &next, &row);)
        for (const struct event *e = row.result->transcript.first; e; e = e->next)
            if (e->kind == EVENT_TLS && e->text && !strncmp(e->text, "TLS", 3))
                return e->text;
    return r->tls;
}

static void put_extensions(struct buffer *out, const char *extensions)
{
    struct bytes rest = bytes_string(extensions), line;
    buffer_add_string(out, "<dt>Offers<dd>");
    if (!rest.len)
        buffer_add_string(out, "nothing");
    while (bytes_next_line(&rest, &line)) {
        struct buffer one = {0};
        buffer_add(&one, line);
        buffer_add_string(out, "<code>");
        html_text_cut(out, buffer_string(&one), 200);
        buffer_add_string(out, "</code> ");
        buffer_free(&one);
    }
    buffer_add_octet(out, '\n');
}

void html_put_facts(void *page, struct buffer *out)
{
    const struct report_page *p = page;
    const struct run *r = p->c->run;
    char text[120];
    buffer_add_string(out, "<dl class=facts>\n");
    put_fact(out, "Address", r->endpoint);
    put_fact(out, "Greeting", r->greeting);
    put_fact(out, "TLS", tls_seen(r));
    snprintf(text, sizeof text, "%s, took %.1f s, %d at once", r->started, (double)r->duration_ns / 1e9, r->jobs);
    put_fact(out, "Run", text);
    snprintf(text, sizeof text, "%llu", (unsigned long long)r->seed);
    put_fact(out, "Seed", text);
    put_extensions(out, r->extensions);
    buffer_add_string(out, "</dl>\n");
}

void html_put_jumps(void *page, struct buffer *out)
{
    const struct report_page *p = page;
    const size_t *v = p->c->summary->verdicts;
    const struct {
        const char *id, *name;
        size_t count;
    } jumps[] = {{"failures", "Failed", v[VERDICT_FAIL]},
                 {"warnings", "Warned", v[VERDICT_WARN]},
                 {"unlearned", "Nothing learned", v[VERDICT_ERROR] + v[VERDICT_BLOCKED]},
                 {"passes", "Passed", v[VERDICT_PASS]},
                 {"skips", "Skipped", v[VERDICT_SKIP]},
                 {"latency", "Latency", p->latencies.count},
                 {"catalogue", "Requirements", p->standings.count}};
    buffer_add_string(out, "<a href=\"#picture\">By section</a>\n");
    for (size_t i = 0; i < sizeof jumps / sizeof *jumps; i++)
        if (jumps[i].count)
            buffer_printf(out, "<a href=\"#%s\">%s <small>%zu</small></a>\n", jumps[i].id, jumps[i].name,
                          jumps[i].count);
}

/* Every tag once. A run has a few dozen at the most. */
static void put_tags(struct buffer *out, const struct run *run)
{
    enum { MOST = 200 };
    const char *seen[MOST];
    size_t count = 0;
    for (size_t i = 0; i < run->count; i++) {
        const struct scenario *s = run->results[i].scenario;
        for (size_t t = 0; s && t < s->tag_count && count < MOST; t++) {
            size_t at = 0;
            while (at < count && strcmp(seen[at], s->tags[t]) != 0)
                at++;
            if (at < count)
                continue;
            seen[count++] = s->tags[t];
            buffer_add_string(out, "<option value=\"");
            html_id(out, s->tags[t]);
            buffer_add_string(out, "\">");
            html_text(out, s->tags[t]);
            buffer_add_string(out, "</option>\n");
        }
    }
}

void html_put_choices(void *page, struct buffer *out)
{
    const struct report_page *p = page;
    const char *last = "";
    buffer_add_string(out, "<label>RFC <select name=r><option value=\"\">all</option>\n");
    for (size_t i = 0; i < p->standings.count; i++) {
        const struct standing *s = &p->standings.items[i];
        if (!s->count || !strcmp(s->requirement->rfc, last))
            continue;
        last = s->requirement->rfc;
        buffer_add_string(out, "<option>");
        html_text(out, last);
        buffer_add_string(out, "</option>\n");
    }
    buffer_add_string(out, "</select></label>\n<label>Tag <select name=t><option value=\"\">all</option>\n");
    put_tags(out, p->c->run);
    buffer_add_string(out, "</select></label>\n");
}
