/* A comparison as a page: a matrix of results by runs, and the transcripts side by side. */
#include "comparison_data.h"
#include "comparison_formats.h"
#include "html_case.h"
#include "html_page.h"
#include "report/html_text.h"

#include <string.h>

enum { NAME_MOST = 80, FEW = 4 };

static void put_title(void *page, struct buffer *out)
{
    const struct comparison *c = page;
    for (size_t i = 0; i < c->run_count && i < 3; i++) {
        buffer_add_string(out, i ? ", " : "");
        html_text_cut(out, c->names[i], NAME_MOST);
    }
    if (c->run_count > 3)
        buffer_printf(out, " and %zu more", c->run_count - 3);
}

static void put_change(struct buffer *out, const char *class, size_t count, const char *what, const char *detail)
{
    buffer_printf(out, "<li class=\"%s\"><b>%zu</b> <span>%s</span> <small>%s</small>\n", count ? class : "zero", count,
                  what, detail);
}

static void put_scores(void *page, struct buffer *out)
{
    const struct comparison *c = page;
    const size_t *n = c->changes;
    buffer_add_string(out, "<ul class=scores>\n");
    if (c->run_count == 2) {
        put_change(out, "fail", n[CHANGE_WORSE], "worse", "from the first to the second");
        put_change(out, "pass", n[CHANGE_BETTER], "better", "");
        put_change(out, "warn", n[CHANGE_UNJUDGED] + n[CHANGE_GONE], "no longer judged", "skipped, blocked, or gone");
        put_change(out, "skip", n[CHANGE_JUDGED] + n[CHANGE_NEW], "new", "or judged now");
        put_change(out, "warn", c->slower, "slower", "twice as long and 0.25 s more");
    } else {
        buffer_printf(out, "<li class=skip><b>%zu</b> <span>runs</span>\n", c->run_count);
    }
    buffer_printf(out, "<li class=skip><b>%zu</b> <span>differ</span> <small>of %zu results</small>\n</ul>\n",
                  c->differing, c->count);
}

static void put_runs(void *page, struct buffer *out)
{
    const struct comparison *c = page;
    buffer_add_string(out, "<table class=runs><thead><tr><th scope=col>Run<th scope=col>Started");
    for (int v = 0; v < VERDICT_COUNT; v++)
        buffer_printf(out, "<th scope=col>%s", verdict_name((enum verdict)v));
    buffer_add_string(out, "<th scope=col>Greeting</thead>\n<tbody>\n");
    for (size_t i = 0; i < c->run_count; i++) {
        const struct results *r = &c->runs[i];
        buffer_add_string(out, "<tr><th scope=row>");
        html_text_cut(out, c->names[i], NAME_MOST);
        buffer_add_string(out, "<td>");
        html_text(out, r->run.started);
        for (int v = 0; v < VERDICT_COUNT; v++)
            buffer_printf(out, "<td class=%s>%zu", r->summary.verdicts[v] ? verdict_name((enum verdict)v) : "absent",
                          r->summary.verdicts[v]);
        buffer_add_string(out, "<td class=said>");
        html_text_cut(out, r->run.greeting, NAME_MOST);
        buffer_add_octet(out, '\n');
    }
    buffer_add_string(out, "</tbody></table>\n");
}

/* Filters: by what changed where there are two runs, by column where there are more. */
static void put_choices(void *page, struct buffer *out)
{
    static const char *const words[CHANGE_COUNT] = {"the same",   "worse", "no longer judged", "gone", "new",
                                                    "judged now", "better"};
    const struct comparison *c = page;
    if (c->run_count == 2) {
        buffer_add_string(out, "<label>Change <select name=c><option value=\"\">all</option>\n");
        for (int i = 0; i < CHANGE_COUNT; i++)
            if (c->changes[i])
                buffer_printf(out, "<option value=%s>%s</option>\n", change_name((enum change)i), words[i]);
        buffer_add_string(out, c->slower ? "<option value=slower>slower</option>\n</select></label>\n"
                                         : "</select></label>\n");
        return;
    }
    buffer_add_string(out, "<details class=columns><summary>Columns</summary><fieldset><legend>Shown</legend>\n");
    for (size_t i = 0; i < c->run_count; i++) {
        buffer_printf(out, "<label><input type=checkbox name=run value=%zu checked>", i);
        html_text_cut(out, c->names[i], NAME_MOST);
        buffer_add_string(out, "</label>\n");
    }
    buffer_add_string(out, "</fieldset></details>\n");
}

static void put_cell(struct buffer *out, const struct comparison *c, const struct comparison_row *row, size_t run)
{
    const struct result *r = row->results[run];
    const char *excuse = comparison_excuse(c, row, run);
    if (!r) {
        buffer_add_string(out, "<td class=absent>&ndash;");
        return;
    }
    buffer_printf(out, "<td class=%s>%s", verdict_name(r->verdict), verdict_name(r->verdict));
    buffer_add_string(out, excuse ? "*<span class=vh> excused</span>" : "");
}

static void put_what(struct buffer *out, const struct comparison_row *row)
{
    char source[128];
    struct row one = row_of(row->any);
    buffer_add_string(out, "<th scope=row><code>");
    html_text(out, row->id);
    buffer_printf(out, "</code><small><span class=\"l%s\">%s</span> <span class=title>",
                  row_level(&one) == LEVEL_SECURITY ? " hot" : "", level_name(row_level(&one)));
    html_text(out, row_title(&one));
    const char *from = row_source(&one, source, sizeof source);
    buffer_add_string(out, *from ? " &middot; " : "");
    html_text(out, strcmp(from, "smtpspec") != 0 ? from : "a rule of this suite");
    buffer_add_string(out, "</span></small>");
}

static void put_row(struct buffer *out, const struct comparison *c, size_t index)
{
    const struct comparison_row *row = &c->rows[index];
    const struct requirement *q = row->requirement;
    buffer_printf(out, "<tr data-n=%zu data-l=%s data-r=\"", index, level_name(q ? q->level : LEVEL_MUST));
    html_text(out, q ? q->rfc : "");
    buffer_printf(out, "\" data-c=\"%s%s\"", c->run_count == 2 ? change_name(row->change) : "",
                  row->slower ? " slower" : "");
    buffer_add_string(out, row->differs ? " class=differs>" : ">");
    put_what(out, row);
    for (size_t i = 0; i < c->run_count; i++)
        put_cell(out, c, row, i);
    buffer_add_octet(out, '\n');
}

/* Names of a few runs stand upright. */
static void put_class(void *page, struct buffer *out)
{
    const struct comparison *c = page;
    buffer_add_string(out, c->run_count <= FEW ? "matrix few" : "matrix");
}

static void put_matrix(void *page, struct buffer *out)
{
    const struct comparison *c = page;
    buffer_add_string(out, "<thead><tr><th scope=col>Result");
    for (size_t i = 0; i < c->run_count; i++) {
        buffer_add_string(out, "<th scope=col class=run><span>");
        html_text_cut(out, c->names[i], NAME_MOST);
        buffer_add_string(out, "</span>");
    }
    buffer_add_string(out, "</thead>\n<tbody>\n");
    for (size_t i = 0; i < c->count; i++)
        put_row(out, c, i);
    buffer_add_string(out, "</tbody>\n");
}

static void put_data(void *page, struct buffer *out)
{
    comparison_data(page, out);
}

static const struct html_part parts[] = {{"title", put_title},     {"scores", put_scores}, {"runs", put_runs},
                                         {"choices", put_choices}, {"class", put_class},   {"matrix", put_matrix},
                                         {"data", put_data}};

bool comparison_html(const struct comparison *c, bool all, struct buffer *out)
{
    (void)all;
    struct comparison page = *c;
    return html_fill("compare.html", parts, sizeof parts / sizeof *parts, &page, out);
}
