#include "scenario/result.h"

#include <stdlib.h>

const char *verdict_name(enum verdict v)
{
    static const char *const names[VERDICT_COUNT] = {"pass", "warn", "fail", "skip", "blocked", "error"};
    return names[v];
}

const char *event_kind_name(enum event_kind k)
{
    static const char *const names[EVENT_KIND_COUNT] = {"client", "server", "connect", "tls", "close", "note"};
    return names[k];
}

void run_free(struct run *r)
{
    for (size_t i = 0; i < r->count; i++)
        arena_free(r->results[i].arena);
    for (size_t i = 0; i < r->check_count; i++)
        arena_free(r->checks[i].result.arena);
    for (size_t i = 0; i < r->extra_count; i++)
        arena_free(r->extra[i].arena);
    arena_free(r->plain_first.arena);
    arena_free(r->plain_last.arena);
    free(r->results);
    free(r->checks);
    free(r->extra);
    arena_free(r->arena);
    *r = (struct run){0};
}
