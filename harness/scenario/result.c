#include "scenario/result.h"

#include <stdlib.h>

enum { SHARDS_MOST = 1000 };

const char *verdict_name(enum verdict v)
{
    static const char *const names[VERDICT_COUNT] = {"pass", "warn", "fail", "skip", "blocked", "error"};
    return names[v];
}

bool verdict_is_worse(enum verdict a, enum verdict b)
{
    static const int order[VERDICT_COUNT] = {[VERDICT_SKIP] = 0, [VERDICT_PASS] = 1,  [VERDICT_BLOCKED] = 2,
                                             [VERDICT_WARN] = 3, [VERDICT_ERROR] = 4, [VERDICT_FAIL] = 5};
    return order[a] > order[b];
}

const char *event_kind_name(enum event_kind k)
{
    static const char *const names[EVENT_KIND_COUNT] = {"client", "server", "connect", "tls", "close", "note"};
    return names[k];
}

bool result_is_unstable(const struct result *r)
{
    int kinds = 0;
    for (int v = 0; v < VERDICT_COUNT; v++)
        kinds += r->came[v] > 0;
    return kinds > 1;
}

bool shard_parse(struct bytes text, struct shard *out)
{
    uint64_t shard = 0, shards = 0;
    size_t slash = bytes_find_octet(text, '/');
    if (slash == BYTES_NONE || !bytes_to_number(bytes_slice(text, 0, slash), &shard) ||
        !bytes_to_number(bytes_from(text, slash + 1), &shards) || shards > SHARDS_MOST || shard < 1 || shard > shards)
        return false;
    out->number = (int)shard;
    out->of = (int)shards;
    return true;
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
