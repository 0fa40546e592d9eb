/* The catalogue and how the server stands on it: as a picture of each section, and in words. */
#include "html_parts.h"

#include "report/html_text.h"
#include "rfc_title.h"

#include <string.h>

enum { LINKS_MOST = 200 };

static const char *class_of(const size_t verdicts[VERDICT_COUNT])
{
    enum verdict v = standing_verdict(verdicts);
    return v == VERDICT_COUNT ? "none" : verdict_name(v);
}

/* How many requirements from here on are of one section, and what all their results say. */
static size_t section_at(const struct standings *s, size_t at, size_t verdicts[VERDICT_COUNT])
{
    size_t n = 0;
    memset(verdicts, 0, VERDICT_COUNT * sizeof *verdicts);
    while (at + n < s->count && standing_same_section(&s->items[at], &s->items[at + n])) {
        for (int v = 0; v < VERDICT_COUNT; v++)
            verdicts[v] += s->items[at + n].verdicts[v];
        n++;
    }
    return n;
}

static void section_id(struct buffer *out, const struct requirement *q)
{
    buffer_printf(out, "s-%s%s%s", q->rfc, *q->section ? "/" : "", q->section);
}

static void put_rfc(struct buffer *out, const struct requirement *q)
{
    bool number = octet_is_digit((unsigned char)*q->rfc);
    buffer_add_string(out, number ? "RFC " : "");
    html_text(out, q->rfc);
    if (*rfc_title(q->rfc))
        buffer_printf(out, " <span>%s</span>", rfc_title(q->rfc));
}

/* A bar of 100 by 4, divided as the verdicts are. */
static void put_bar(struct buffer *out, const size_t verdicts[VERDICT_COUNT])
{
    static const enum verdict order[] = {VERDICT_FAIL,    VERDICT_WARN, VERDICT_ERROR,
                                         VERDICT_BLOCKED, VERDICT_PASS, VERDICT_SKIP};
    size_t total = 0;
    double x = 0;
    for (int v = 0; v < VERDICT_COUNT; v++)
        total += verdicts[v];
    buffer_add_string(out, "<svg viewBox=\"0 0 100 4\" preserveAspectRatio=none aria-hidden=true>");
    for (size_t i = 0; total && i < VERDICT_COUNT; i++) {
        double width = 100.0 * (double)verdicts[order[i]] / (double)total;
        if (verdicts[order[i]])
            buffer_printf(out, "<rect class=%s x=%.2f width=%.2f height=4 />", verdict_name(order[i]), x, width);
        x += width;
    }
    buffer_add_string(out, "</svg>");
}

static void put_tile(struct buffer *out, const struct requirement *q, size_t count,
                     const size_t verdicts[VERDICT_COUNT])
{
    struct buffer id = {0};
    section_id(&id, q);
    buffer_printf(out, "<li><a class=\"tile %s\" href=\"", class_of(verdicts));
    html_link(out, buffer_string(&id));
    buffer_add_string(out, "\" title=\"");
    html_counts(out, verdicts);
    buffer_printf(out, "; %zu requirement%s\"><b>", count, count == 1 ? "" : "s");
    html_text(out, *q->section ? q->section : "all");
    buffer_add_string(out, "</b>");
    put_bar(out, verdicts);
    buffer_add_string(out, "</a>\n");
    buffer_free(&id);
}

void html_put_picture(void *page, struct buffer *out)
{
    const struct report_page *p = page;
    const struct standings *s = &p->standings;
    const char *rfc = NULL;
    size_t verdicts[VERDICT_COUNT];
    for (size_t i = 0, n; i < s->count; i += n) {
        const struct requirement *q = s->items[i].requirement;
        n = section_at(s, i, verdicts);
        if (standing_verdict(verdicts) == VERDICT_COUNT)
            continue;
        if (!rfc || strcmp(rfc, q->rfc) != 0) {
            buffer_add_string(out, rfc ? "</ul></div>\n<div class=rfc><h3>" : "<div class=rfc><h3>");
            put_rfc(out, q);
            buffer_add_string(out, "</h3>\n<ul>\n");
        }
        rfc = q->rfc;
        put_tile(out, q, n, verdicts);
    }
    buffer_add_string(out, rfc ? "</ul></div>\n" : "");
}

static void put_links(struct buffer *out, const struct standing *s)
{
    buffer_add_string(out, "<details><summary>");
    html_counts(out, s->verdicts);
    buffer_add_string(out, "</summary><ul>\n");
    for (size_t i = 0; i < s->count && i < LINKS_MOST; i++) {
        buffer_add_string(out, "<li>");
        html_verdict(out, s->rows[i].result->verdict);
        buffer_add_string(out, " <a href=\"");
        html_link(out, s->rows[i].id);
        buffer_add_string(out, "\">");
        html_text(out, s->rows[i].id);
        buffer_add_string(out, "</a>\n");
    }
    buffer_add_string(out, "</ul></details>\n");
}

static void put_requirement(struct buffer *out, const struct standing *s)
{
    const struct requirement *q = s->requirement;
    struct buffer id = {0};
    const char *class = class_of(s->verdicts);
    buffer_printf(&id, "q-%s", q->id);
    buffer_add_string(out, "<li class=req id=\"");
    html_id(out, buffer_string(&id));
    buffer_add_string(out, "\"");
    html_filter_keys(out, class, q);
    buffer_printf(out, "><span class=\"v %s\">%s</span> <div><span class=l>%s</span> ", class,
                  strcmp(class, "none") != 0 ? class : "&ndash;", level_name(q->level));
    html_text(out, q->text ? q->text : q->id);
    buffer_add_string(out, " <code>");
    html_text(out, q->id);
    buffer_add_string(out, "</code>\n");
    if (s->count)
        put_links(out, s);
    else if (q->unobservable) {
        buffer_add_string(out, "<p class=note>No client can see it: ");
        html_text(out, q->unobservable);
        buffer_add_string(out, "</p>\n");
    } else {
        buffer_add_string(out, "<p class=note>No result cites it.</p>\n");
    }
    buffer_add_string(out, "</div>\n");
    buffer_free(&id);
}

static void put_section(struct buffer *out, const struct standings *s, size_t at, size_t n,
                        const size_t verdicts[VERDICT_COUNT])
{
    const struct requirement *q = s->items[at].requirement;
    struct buffer id = {0};
    section_id(&id, q);
    buffer_add_string(out, "<div class=section id=\"");
    html_id(out, buffer_string(&id));
    buffer_add_string(out, "\"><h4>");
    buffer_add_string(out, *q->section ? "Section " : "");
    html_text(out, *q->section ? q->section : "All");
    buffer_add_string(out, " <small>");
    html_counts(out, verdicts);
    buffer_add_string(out, "</small></h4>\n<ul>\n");
    for (size_t i = 0; i < n; i++)
        put_requirement(out, &s->items[at + i]);
    buffer_add_string(out, "</ul></div>\n");
    buffer_free(&id);
}

void html_put_catalogue(void *page, struct buffer *out)
{
    const struct report_page *p = page;
    const struct standings *s = &p->standings;
    const char *rfc = NULL;
    size_t verdicts[VERDICT_COUNT];
    buffer_printf(out, "<section id=catalogue>\n<h2>Requirements <small>%zu</small></h2>\n", s->count);
    for (size_t i = 0, n; i < s->count; i += n) {
        const struct requirement *q = s->items[i].requirement;
        n = section_at(s, i, verdicts);
        if (!rfc || strcmp(rfc, q->rfc) != 0) {
            buffer_add_string(out, "<h3 class=rfc>");
            put_rfc(out, q);
            buffer_add_string(out, "</h3>\n");
        }
        rfc = q->rfc;
        put_section(out, s, i, n, verdicts);
    }
    buffer_add_string(out, "</section>\n");
}
