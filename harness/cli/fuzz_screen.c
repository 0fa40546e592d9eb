#include "fuzz_screen.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { LINE_EVERY_MS = 5000, JSON_EVERY_MS = 1000 };

void fuzz_screen_begin(struct fuzz_screen *s)
{
    s->terminal = !s->json && !s->quiet && isatty(STDOUT_FILENO);
    s->last_ms = -LINE_EVERY_MS;
}

static const char *duration(int64_t ms, char *out, size_t size)
{
    long long s = ms / 1000;
    if (s < 60)
        snprintf(out, size, "%lld.%lld s", s, (long long)(ms % 1000 / 100));
    else if (s < 3600)
        snprintf(out, size, "%lld:%02lld min", s / 60, s % 60);
    else
        snprintf(out, size, "%lld:%02lld:%02lld h", s / 3600, s / 60 % 60, s % 60);
    return out;
}

static const char *last_new(const struct campaign_state *now, char *out, size_t size)
{
    char ago[32];
    if (now->last_new_ms < 0)
        snprintf(out, size, "nothing yet");
    else
        snprintf(out, size, "%s ago", duration(now->ms - now->last_new_ms, ago, sizeof ago));
    return out;
}

static void edges_text(const struct campaign_state *now, char *out, size_t size)
{
    if (now->map)
        snprintf(out, size, "%zu of %zu (%.1f %%)", now->edges, now->map,
                 100.0 * (double)now->edges / (double)now->map);
    else
        snprintf(out, size, "no coverage: replies guide it");
}

static void block_clear(struct fuzz_screen *s)
{
    if (s->lines)
        printf("\x1b[%dA\x1b[J", s->lines);
    s->lines = 0;
}

static void block_show(struct fuzz_screen *s, const struct campaign_state *now)
{
    char time[32], planned[32], news[64], edges[64];
    edges_text(now, edges, sizeof edges);
    block_clear(s);
    /* A line that wraps would be two to go up: what does not fit is cut off. */
    fputs("\x1b[?7l", stdout);
    printf("  %-12s %s   (%s)\n", "smtpspec fuzz", s->target, now->phase);
    printf("  %-12s %s%s%s\n", "time", duration(now->ms, time, sizeof time), s->time_ms ? " of " : "",
           s->time_ms ? duration(s->time_ms, planned, sizeof planned) : "");
    printf("  %-12s %llu, %.0f a second\n", "sessions", (unsigned long long)now->sessions, now->sessions_a_second);
    printf("  %-12s %zu inputs, the last one %s\n", "corpus", now->corpus, last_new(now, news, sizeof news));
    printf("  %-12s %zu\n", "states", now->states);
    printf("  %-12s %s\n", "edges", edges);
    printf("  %-12s %zu, %zu leads   in %s\n", "findings", now->findings, now->leads, s->findings);
    fputs("\x1b[?7h", stdout);
    s->lines = 7;
    fflush(stdout);
}

static void finding_show(struct fuzz_screen *s, const struct campaign_state *now)
{
    char time[32];
    if (now->findings + now->leads <= s->shown || !now->last_finding)
        return;
    s->shown = now->findings + now->leads;
    if (s->json)
        return;
    block_clear(s);
    printf("%s after %s: %s/%s\n", now->last_is_lead ? "lead" : "FOUND", duration(now->ms, time, sizeof time),
           s->findings, now->last_finding);
    fflush(stdout);
}

static void line_show(struct fuzz_screen *s, const struct campaign_state *now)
{
    char time[32], edges[64], news[64];
    if (s->quiet || now->ms - s->last_ms < LINE_EVERY_MS)
        return;
    s->last_ms = now->ms;
    edges_text(now, edges, sizeof edges);
    printf("%s: %llu sessions, %.0f a second; corpus %zu, last new %s; states %zu; edges %s; findings %zu, leads %zu; "
           "%s\n",
           duration(now->ms, time, sizeof time), (unsigned long long)now->sessions, now->sessions_a_second, now->corpus,
           last_new(now, news, sizeof news), now->states, edges, now->findings, now->leads, now->phase);
    fflush(stdout);
}

static json_t *state_pack(const struct campaign_state *now)
{
    char digest[24];
    snprintf(digest, sizeof digest, "%016llx", (unsigned long long)now->inputs_digest);
    return json_pack("{s:s, s:I, s:I, s:I, s:s, s:f, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:s}", "event",
                     "progress", "ms", (json_int_t)now->ms, "sessions", (json_int_t)now->sessions, "inputs",
                     (json_int_t)now->inputs, "inputs-digest", digest, "sessions-a-second", now->sessions_a_second,
                     "corpus", (json_int_t)now->corpus, "states", (json_int_t)now->states, "edges",
                     (json_int_t)now->edges, "map", (json_int_t)now->map, "masked", (json_int_t)now->masked, "findings",
                     (json_int_t)now->findings, "leads", (json_int_t)now->leads, "restarts", (json_int_t)now->restarts,
                     "memory-kib", (json_int_t)now->memory_kib, "phase", now->phase);
}

static void json_put(json_t *j)
{
    char *text = json_dumps(j, JSON_COMPACT);
    if (text)
        printf("%s\n", text);
    fflush(stdout);
    free(text);
    json_decref(j);
}

static void json_show(struct fuzz_screen *s, const struct campaign_state *now)
{
    if (now->ms - s->last_ms < JSON_EVERY_MS)
        return;
    s->last_ms = now->ms;
    json_put(state_pack(now));
}

void fuzz_screen_step(void *context, const struct campaign_state *now)
{
    struct fuzz_screen *s = context;
    finding_show(s, now);
    if (s->json)
        json_show(s, now);
    else if (s->terminal)
        block_show(s, now);
    else
        line_show(s, now);
}

static json_t *findings_pack(const struct campaign_result *r)
{
    json_t *list = json_array();
    for (size_t i = 0; i < r->finding_count; i++) {
        const struct campaign_finding *f = &r->findings[i];
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:s, s:s, s:b, s:b, s:I, s:I, s:I, s:I}", "id", f->id, "oracle",
                                        f->oracle, "says", f->says, "detail", f->detail, "lead", f->lead, "confirmed",
                                        f->confirmed, "seen", (json_int_t)f->seen, "input", (json_int_t)f->session,
                                        "ms", (json_int_t)f->ms, "octets", (json_int_t)f->octets));
    }
    return list;
}

static json_t *points_pack(const struct campaign_result *r)
{
    json_t *list = json_array();
    for (size_t i = 0; i < r->point_count; i++) {
        const struct campaign_point *p = &r->points[i];
        json_array_append_new(list, json_pack("{s:I, s:I, s:I, s:I, s:I, s:I}", "ms", (json_int_t)p->ms, "sessions",
                                              (json_int_t)p->sessions, "corpus", (json_int_t)p->corpus, "states",
                                              (json_int_t)p->states, "edges", (json_int_t)p->edges, "findings",
                                              (json_int_t)p->findings));
    }
    return list;
}

static void json_end(const struct campaign_result *r, const char *report)
{
    json_t *all = state_pack(&r->state);
    json_object_set_new(all, "event", json_string("end"));
    json_object_set_new(all, "seed", json_integer((json_int_t)r->seed));
    json_object_set_new(all, "gone", json_boolean(r->gone));
    json_object_set_new(all, "why", json_string(r->why));
    json_object_set_new(all, "report", json_string(report));
    json_object_set_new(all, "found", findings_pack(r));
    json_object_set_new(all, "points", points_pack(r));
    json_put(all);
}

void fuzz_screen_end(struct fuzz_screen *s, const struct campaign_result *r, const char *report)
{
    char time[32], edges[64];
    const struct campaign_state *now = &r->state;
    double seconds = now->ms > 0 ? (double)now->ms / 1000 : 1;
    if (s->json) {
        json_end(r, report);
        return;
    }
    block_clear(s);
    edges_text(now, edges, sizeof edges);
    printf("\n%llu sessions in %s (%.1f a second), seed %llu\ncorpus %zu, states %zu, edges %s\n",
           (unsigned long long)now->sessions, duration(now->ms, time, sizeof time), (double)now->sessions / seconds,
           (unsigned long long)r->seed, now->corpus, now->states, edges);
    printf("%zu finding%s, %zu lead%s\n", now->findings, now->findings == 1 ? "" : "s", now->leads,
           now->leads == 1 ? "" : "s");
    for (size_t i = 0; i < r->finding_count; i++) {
        const struct campaign_finding *f = &r->findings[i];
        printf("  %s%s: %s: %s%s\n", f->lead ? "lead " : "", f->id, f->says, f->detail,
               f->confirmed ? "" : " (did not show again)");
    }
    if (r->gone)
        printf("%s\n", r->why);
    if (now->findings)
        printf("replay them: smtpspec test %s%s%s\n", s->words, *s->words ? " " : "", s->findings);
    printf("report: %s\n", report);
}
