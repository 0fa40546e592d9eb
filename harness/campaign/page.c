/* The report page of a campaign: figures, pictures over time, findings. */
#include "campaign/campaign.h"

#include "base/clock.h"
#include "report/html_text.h"

#include <stdio.h>
#include <string.h>

enum { WIDTH = 640, HEIGHT = 180, LEFT = 56, BOTTOM = 28, TOP = 12, RIGHT = 12 };

static const char style[] =
    "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#1b1f24;"
    "background:#fff}"
    "h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.35rem .6rem;border-bottom:1px solid "
    "#d8dee4;vertical-align:top}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}"
    "code{font-family:ui-monospace,monospace;font-size:.9em;overflow-wrap:anywhere}"
    ".charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(22rem,1fr));gap:1rem}"
    "figure{margin:0;border:1px solid #d8dee4;border-radius:6px;padding:.5rem}figcaption{font-weight:600}"
    "svg{width:100%;height:auto}svg text{font:11px system-ui,sans-serif;fill:#57606a}"
    ".axis{stroke:#8c959f}.grid{stroke:#eaeef2}.line{fill:none;stroke:#0969da;stroke-width:2}"
    "@media(prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}th,td{border-color:#30363d}"
    "figure{border-color:#30363d}.grid{stroke:#21262d}.line{stroke:#58a6ff}svg text{fill:#8b949e}}";

typedef double (*reading)(const struct campaign_result *r, size_t at);

static double read_edges(const struct campaign_result *r, size_t at)
{
    return (double)r->points[at].edges;
}
static double read_states(const struct campaign_result *r, size_t at)
{
    return (double)r->points[at].states;
}
static double read_corpus(const struct campaign_result *r, size_t at)
{
    return (double)r->points[at].corpus;
}
static double read_findings(const struct campaign_result *r, size_t at)
{
    return (double)r->points[at].findings;
}
/* Over the time since the point before. */
static double read_pace(const struct campaign_result *r, size_t at)
{
    const struct campaign_point *now = &r->points[at];
    int64_t ms = now->ms - (at ? r->points[at - 1].ms : 0);
    uint64_t before = at ? r->points[at - 1].sessions : 0;
    return ms > 0 ? (double)(now->sessions - before) * 1000 / (double)ms : 0;
}

static double highest(const struct campaign_result *r, reading of)
{
    double most = 1;
    for (size_t i = 0; i < r->point_count; i++)
        most = of(r, i) > most ? of(r, i) : most;
    return most;
}

static void put_axes(struct buffer *out, double most, int64_t last_ms)
{
    for (int i = 0; i <= 2; i++) {
        int y = TOP + (HEIGHT - TOP - BOTTOM) * i / 2;
        buffer_printf(out,
                      "<line class=\"%s\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/><text x=\"%d\" y=\"%d\" "
                      "text-anchor=\"end\">%.0f</text>",
                      i == 2 ? "axis" : "grid", LEFT, y, WIDTH - RIGHT, y, LEFT - 6, y + 4, most * (2 - i) / 2);
    }
    for (int i = 0; i <= 2; i++)
        buffer_printf(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%.0f s</text>",
                      LEFT + (WIDTH - LEFT - RIGHT) * i / 2, HEIGHT - 8,
                      i == 0   ? "start"
                      : i == 1 ? "middle"
                               : "end",
                      (double)last_ms * i / 2000);
}

static void put_chart(struct buffer *out, const struct campaign_result *r, const char *title, reading of)
{
    double most = highest(r, of);
    int64_t last_ms = r->point_count ? r->points[r->point_count - 1].ms : 1;
    buffer_printf(out,
                  "<figure><figcaption>%s</figcaption><svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s over "
                  "time\">",
                  title, WIDTH, HEIGHT, title);
    put_axes(out, most, last_ms);
    buffer_add_string(out, "<polyline class=\"line\" points=\"");
    for (size_t i = 0; i < r->point_count; i++) {
        double x = LEFT + (double)(WIDTH - LEFT - RIGHT) * (double)r->points[i].ms / (double)(last_ms ? last_ms : 1);
        double y = HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * of(r, i) / most;
        buffer_printf(out, "%s%.1f,%.1f", i ? " " : "", x, y);
    }
    buffer_add_string(out, "\"/></svg></figure>\n");
}

static void put_row(struct buffer *out, const char *what, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void put_row(struct buffer *out, const char *what, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    buffer_printf(out, "<tr><th scope=\"row\">%s</th><td>", what);
    html_text(out, text);
    buffer_add_string(out, "</td></tr>\n");
}

static void put_figures(struct buffer *out, const struct campaign_options *o, const struct campaign_result *r)
{
    const struct campaign_state *s = &r->state;
    double seconds = s->ms > 0 ? (double)s->ms / 1000 : 1;
    char now[32];
    clock_utc(now, sizeof now);
    buffer_add_string(out, "<table>\n");
    put_row(out, "Target", "%s (%s)", o->target->name ? o->target->name : o->target->endpoint.text,
            o->target->endpoint.text);
    put_row(out, "Ended", "%s", now);
    put_row(out, "Time", "%.1f s", (double)s->ms / 1000);
    put_row(out, "Sessions", "%llu, %.1f a second; %llu different inputs", (unsigned long long)s->sessions,
            (double)s->sessions / seconds, (unsigned long long)s->inputs);
    put_row(out, "Seed", "%llu", (unsigned long long)r->seed);
    put_row(out, "Corpus", "%zu inputs", s->corpus);
    put_row(out, "States", "%zu", s->states);
    if (s->map)
        put_row(out, "Edges", "%zu of %zu (%.1f %%); %zu left out because they vary", s->edges, s->map,
                100.0 * (double)s->edges / (double)s->map, s->masked);
    put_row(out, "Findings", "%zu, and %zu leads", s->findings, s->leads);
    if (s->restarts)
        put_row(out, "Server started again", "%llu times", (unsigned long long)s->restarts);
    if (r->gone)
        put_row(out, "The end", "%s", r->why);
    if (o->command)
        put_row(out, "Command", "%s", o->command);
    buffer_add_string(out, "</table>\n");
}

static void put_findings(struct buffer *out, const struct campaign_result *r, bool leads)
{
    size_t n = 0;
    for (size_t i = 0; i < r->finding_count; i++)
        n += r->findings[i].lead == leads;
    buffer_printf(out, "<h2>%s</h2>\n", leads ? "Leads: odd, and no more" : "Findings");
    if (!n) {
        buffer_add_string(out, "<p>None.</p>\n");
        return;
    }
    buffer_add_string(out,
                      "<table><thead><tr><th>Folder</th><th>What is wrong</th><th>Seen</th><th class=\"n\">After</th>"
                      "<th class=\"n\">Octets</th><th class=\"n\">Sessions that showed it</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < r->finding_count; i++) {
        const struct campaign_finding *f = &r->findings[i];
        if (f->lead != leads)
            continue;
        buffer_add_string(out, "<tr><td><code>");
        html_text(out, f->id);
        buffer_add_string(out, "</code></td><td>");
        html_text(out, f->says);
        buffer_add_string(out, f->confirmed ? "</td><td>" : " (did not show again)</td><td>");
        html_text(out, f->detail);
        buffer_printf(out, "</td><td class=\"n\">%.1f s</td><td class=\"n\">%zu</td><td class=\"n\">%llu</td></tr>\n",
                      (double)f->ms / 1000, f->octets, (unsigned long long)f->seen);
    }
    buffer_add_string(out, "</tbody></table>\n");
}

bool campaign_page(const struct campaign_options *o, const struct campaign_result *r, struct buffer *out)
{
    buffer_printf(out,
                  "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
                  "content=\"width=device-width,initial-scale=1\"><title>smtpspec fuzz</title><style>%s</style></head>"
                  "<body>\n<h1>Fuzzing campaign</h1>\n",
                  style);
    put_figures(out, o, r);
    buffer_add_string(out, "<h2>Over time</h2>\n<div class=\"charts\">\n");
    if (r->state.map)
        put_chart(out, r, "Edges", read_edges);
    put_chart(out, r, "States", read_states);
    put_chart(out, r, "Corpus", read_corpus);
    put_chart(out, r, "Findings", read_findings);
    put_chart(out, r, "Sessions a second", read_pace);
    buffer_add_string(out, "</div>\n");
    put_findings(out, r, false);
    put_findings(out, r, true);
    buffer_add_string(out, "</body></html>\n");
    return !buffer_failed(out);
}
