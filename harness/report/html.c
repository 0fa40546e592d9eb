#include "html.h"

#include "html_page.h"
#include "html_parts.h"

/* From here on a page takes no more transcripts: the results of a whole suite stay far below. */
enum { PAGE_MOST = 12 * 1024 * 1024 };

static const struct html_part parts[] = {
    {"title", html_put_title},         {"head", html_put_head},         {"facts", html_put_facts},
    {"jumps", html_put_jumps},         {"choices", html_put_choices},   {"picture", html_put_picture},
    {"failures", html_put_failures},   {"warnings", html_put_warnings}, {"unlearned", html_put_unlearned},
    {"passes", html_put_passes},       {"skips", html_put_skips},       {"latency", html_put_latency},
    {"catalogue", html_put_catalogue}, {"version", html_put_version},
};

bool html_write(const struct report_context *c, struct buffer *out)
{
    struct report_page page = {.c = c, .cases = {c, PAGE_MOST}};
    struct arena *arena = arena_new();
    bool ok = arena && standings_make(c->run, c->catalogue, c->catalogue_count, arena, &page.standings) &&
              latencies_make(c->run, arena, &page.latencies) &&
              html_fill("report.html", parts, sizeof parts / sizeof *parts, &page, out);
    arena_free(arena);
    return ok;
}
