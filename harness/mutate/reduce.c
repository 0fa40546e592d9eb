#include "mutate/reduce.h"

#define ALL_PARTS SIZE_MAX

/* Reads what is kept anew, so that parts are what they are without what was left out. */
static void read_again(struct reducer *r)
{
    arena_clear(r->arena);
    if (!script_parse(&r->script, r->arena, buffer_bytes(&r->text)))
        r->failed = true;
}

void reduce_begin(struct reducer *r, struct bytes text)
{
    *r = (struct reducer){.arena = arena_new(), .part = ALL_PARTS};
    buffer_add(&r->text, text);
    r->failed = !r->arena || buffer_failed(&r->text);
    if (r->failed)
        return;
    read_again(r);
    r->run = r->script.count;
}

void reduce_free(struct reducer *r)
{
    buffer_free(&r->text);
    buffer_free(&r->candidate);
    arena_free(r->arena);
    r->arena = NULL;
}

static size_t length(const struct reducer *r)
{
    return r->part == ALL_PARTS ? r->script.count : r->script.parts[r->part].octets.len;
}

/* Shorter runs where all places were tried; then the octets of the first part, then of the next. False at the end. */
static bool advance(struct reducer *r)
{
    while (r->at >= length(r)) {
        r->at = 0;
        r->run /= 2;
        if (r->run > 0)
            continue;
        r->part = r->part == ALL_PARTS ? 0 : r->part + 1;
        if (r->part >= r->script.count)
            return false;
        r->run = length(r) / 2;
        if (r->run == 0)
            r->at = length(r);
    }
    return true;
}

/* The script without the run. */
static void build(struct reducer *r)
{
    struct script shorter;
    script_init(&shorter, r->arena);
    for (size_t i = 0; i < r->script.count; i++) {
        struct part p = r->script.parts[i];
        if (r->part == ALL_PARTS && i >= r->at && i - r->at < r->run)
            continue;
        if (r->part != i) {
            script_insert(&shorter, shorter.count, p);
            continue;
        }
        script_insert(&shorter, shorter.count, part_of(p.kind, bytes_slice(p.octets, 0, r->at)));
        script_insert(&shorter, shorter.count, part_of(p.kind, bytes_from(p.octets, r->at + r->run)));
    }
    buffer_clear(&r->candidate);
    script_print(&shorter, &r->candidate);
    r->failed |= shorter.failed || buffer_failed(&r->candidate);
}

bool reduce_next(struct reducer *r, struct bytes *candidate)
{
    while (!r->failed && advance(r)) {
        build(r);
        if (!r->failed && r->candidate.len < r->text.len) {
            *candidate = buffer_bytes(&r->candidate);
            return true;
        }
        r->at += r->run ? r->run : 1;
    }
    return false;
}

void reduce_answer(struct reducer *r, bool still)
{
    if (!still) {
        r->at += r->run;
        return;
    }
    struct buffer kept = r->candidate;
    r->candidate = r->text;
    r->text = kept;
    read_again(r);
    if (!r->failed && r->part != ALL_PARTS && r->part >= r->script.count)
        r->part = r->script.count - (r->script.count > 0);
    if (r->script.count == 0)
        r->failed = true; /* nothing is left */
}

struct bytes reduce_result(const struct reducer *r)
{
    return buffer_bytes(&r->text);
}
