#include "html_parts.h"

enum { BAR_WIDTH = 4, HEIGHT = 28 };

static void put_time(struct buffer *out, int64_t ns)
{
    double ms = (double)ns / 1e6;
    buffer_printf(out, "<td>%.*f", ms < 10 ? 2 : ms < 100 ? 1 : 0, ms);
}

/* How the times are spread: a bar for each step of a scale that doubles every second one. */
static void put_bars(struct buffer *out, const struct latency *l)
{
    size_t most = 1;
    for (size_t i = 0; i < LATENCY_BARS; i++)
        most = l->bars[i] > most ? l->bars[i] : most;
    buffer_printf(out, "<td><svg width=%d height=%d aria-hidden=true>", LATENCY_BARS * BAR_WIDTH, HEIGHT);
    for (size_t i = 0; i < LATENCY_BARS; i++) {
        if (!l->bars[i])
            continue;
        double height = 2 + (HEIGHT - 2) * (double)l->bars[i] / (double)most;
        buffer_printf(out, "<rect x=%zu y=%.1f width=%d height=%.1f />", i * BAR_WIDTH, HEIGHT - height, BAR_WIDTH - 1,
                      height);
    }
    buffer_add_string(out, "</svg>\n");
}

void html_put_latency(void *page, struct buffer *out)
{
    const struct report_page *p = page;
    if (!p->latencies.count)
        return;
    buffer_add_string(out, "<section id=latency>\n<h2>Latency</h2>\n<p class=what>Milliseconds from a command to what "
                           "the server sent next, where one command went alone.</p>\n<div class=wide tabindex=0 "
                           "role=region aria-label=\"Latency of each command\"><table>\n<thead><tr><th scope=col>"
                           "Command<th scope=col>Replies<th scope=col>50 %<th scope=col>90 %<th scope=col>99 %"
                           "<th scope=col>Most<th scope=col>");
    buffer_printf(out, "%.2g ms to %.0f s</thead>\n<tbody>\n", (double)latency_bar_ns(0) / 1e6,
                  (double)latency_bar_ns(LATENCY_BARS - 1) / 1e9);
    for (size_t i = 0; i < p->latencies.count; i++) {
        const struct latency *l = &p->latencies.items[i];
        buffer_printf(out, "<tr><th scope=row>%s<td>%zu", l->name, l->count);
        put_time(out, l->median_ns);
        put_time(out, l->p90_ns);
        put_time(out, l->p99_ns);
        put_time(out, l->most_ns);
        put_bars(out, l);
    }
    buffer_add_string(out, "</tbody></table></div>\n</section>\n");
}
