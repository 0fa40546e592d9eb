#include "mutate/script.h"

#include <string.h>

static const char *const names[MARK_COUNT] = {
    [MARK_WRITE] = "write",           [MARK_JOIN] = "join",   [MARK_WAIT] = "wait",
    [MARK_PAUSE] = "pause",           [MARK_CLOSE] = "close", [MARK_STARTTLS] = "starttls",
    [MARK_HALF_CLOSE] = "half-close", [MARK_RESET] = "reset", [MARK_FLOOD] = "flood",
};

const char *mark_name(enum mark_kind kind)
{
    return names[kind];
}

void script_init(struct script *s, struct arena *a)
{
    *s = (struct script){.arena = a};
}

static bool grow(struct script *s, size_t more)
{
    enum { FIRST = 32 };
    if (s->failed)
        return false;
    if (more <= s->room - s->count)
        return true;
    size_t room = s->room ? s->room * 2 : FIRST;
    while (room - s->count < more)
        room *= 2;
    struct part *parts = arena_array(s->arena, room, sizeof *parts);
    if (!parts) {
        s->failed = true;
        return false;
    }
    if (s->count)
        memcpy(parts, s->parts, s->count * sizeof *parts);
    s->parts = parts;
    s->room = room;
    return true;
}

void script_insert_parts(struct script *s, size_t at, const struct part *parts, size_t count)
{
    if (count == 0 || !grow(s, count))
        return;
    memmove(s->parts + at + count, s->parts + at, (s->count - at) * sizeof *parts);
    memcpy(s->parts + at, parts, count * sizeof *parts);
    s->count += count;
}

void script_insert(struct script *s, size_t at, struct part part)
{
    if (!grow(s, 1))
        return;
    if (at < s->count)
        memmove(s->parts + at + 1, s->parts + at, (s->count - at) * sizeof part);
    s->parts[at] = part;
    s->count++;
}

void script_remove(struct script *s, size_t at, size_t count)
{
    if (count == 0)
        return;
    memmove(s->parts + at, s->parts + at + count, (s->count - at - count) * sizeof *s->parts);
    s->count -= count;
}

struct bytes script_keep(struct script *s, struct bytes octets)
{
    struct bytes kept = arena_bytes(s->arena, octets);
    if (!kept.data)
        s->failed = true;
    return kept;
}

struct part part_of(enum part_kind kind, struct bytes octets)
{
    return (struct part){.kind = kind, .octets = octets};
}

struct part part_mark(enum mark_kind kind, unsigned pause)
{
    return (struct part){.kind = PART_MARK, .mark = kind, .pause = pause};
}

size_t script_octets(const struct script *s)
{
    size_t octets = 0;
    for (size_t i = 0; i < s->count; i++)
        octets += s->parts[i].octets.len;
    return octets;
}

enum verb part_verb(const struct part *p)
{
    size_t len = 0;
    if (p->kind != PART_COMMAND)
        return VERB_UNKNOWN;
    while (len < p->octets.len && octet_is_alpha(p->octets.data[len]))
        len++;
    return verb_find(bytes_slice(p->octets, 0, len));
}

enum phase phase_after(enum phase before, const struct part *p)
{
    switch (part_verb(p)) {
    case VERB_HELO:
    case VERB_EHLO:
    case VERB_LHLO:
        return PHASE_HELLO;
    case VERB_RSET:
        return before == PHASE_START ? PHASE_START : PHASE_HELLO;
    case VERB_MAIL:
        return before == PHASE_HELLO ? PHASE_MAIL : before;
    case VERB_RCPT:
        return before == PHASE_MAIL ? PHASE_RCPT : before;
    case VERB_DATA:
    case VERB_BDAT:
        return before == PHASE_RCPT ? PHASE_PAYLOAD : before;
    default:
        break;
    }
    if (p->kind == PART_MARK && p->mark == MARK_STARTTLS)
        return PHASE_START;
    return p->kind == PART_MESSAGE ? PHASE_HELLO : before;
}

enum phase script_phase(const struct script *s, size_t at)
{
    enum phase phase = PHASE_START;
    for (size_t i = 0; i < at && i < s->count; i++)
        phase = phase_after(phase, &s->parts[i]);
    return phase;
}
