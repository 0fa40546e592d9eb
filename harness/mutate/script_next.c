#include "mutate/script.h"

/* A message that ends: a line with a dot alone, whatever the line ends are. */
static bool message_ends(struct bytes b)
{
    size_t len = b.len;
    if (len == 0 || b.data[len - 1] != '\n')
        return false;
    len -= len > 1 && b.data[len - 2] == '\r' ? 2 : 1;
    return len > 0 && b.data[len - 1] == '.' && (len == 1 || b.data[len - 2] == '\n');
}

/* Whether a write ends behind part `at` by itself. */
static bool is_whole(const struct script *s, size_t at)
{
    const struct part *p = &s->parts[at], *next = at + 1 < s->count ? p + 1 : NULL;
    switch (p->kind) {
    case PART_MESSAGE:
        return message_ends(p->octets);
    case PART_CHUNK:
        return !next || next->kind != PART_CHUNK;
    case PART_COMMAND:
    case PART_ANSWER:
    case PART_RAW:
        return bytes_ends(p->octets, BYTES("\n")) && !(next && next->kind == PART_CHUNK);
    case PART_MARK:
        break;
    }
    return false;
}

static bool is_join(const struct script *s, size_t at)
{
    return at < s->count && s->parts[at].kind == PART_MARK && s->parts[at].mark == MARK_JOIN;
}

/* The parts from `at` on that go out in one write; what is behind it stands at `*at` then. */
static void collect(const struct script *s, size_t *at, struct buffer *room, struct act *act)
{
    bool ended = false;
    *act = (struct act){.kind = ACT_SEND, .first = *at};
    buffer_clear(room);
    for (; *at < s->count && !ended; ++*at) {
        const struct part *p = &s->parts[*at];
        if (p->kind == PART_MARK && p->mark != MARK_JOIN)
            break;
        buffer_add(room, p->octets);
        ended = is_whole(s, *at) && !is_join(s, *at + 1);
    }
    act->count = *at - act->first;
    act->octets = buffer_bytes(room);
    act->wait = *at == s->count;
    if (*at < s->count && s->parts[*at].kind != PART_MARK)
        act->wait = true;
}

static bool act_of_mark(const struct part *p, struct act *act)
{
    static const enum act_kind kinds[MARK_COUNT] = {
        [MARK_WRITE] = ACT_SEND,  [MARK_JOIN] = ACT_SEND,    [MARK_WAIT] = ACT_SEND,
        [MARK_PAUSE] = ACT_PAUSE, [MARK_STARTTLS] = ACT_TLS, [MARK_HALF_CLOSE] = ACT_HALF_CLOSE,
        [MARK_CLOSE] = ACT_CLOSE, [MARK_RESET] = ACT_RESET,  [MARK_FLOOD] = ACT_FLOOD,
    };
    *act = (struct act){.kind = kinds[p->mark], .pause = p->pause, .wait = p->mark == MARK_WAIT};
    return act->kind != ACT_SEND || act->wait;
}

bool script_next(const struct script *s, size_t *at, struct buffer *room, struct act *act)
{
    while (*at < s->count) {
        const struct part *p = &s->parts[*at];
        if (p->kind != PART_MARK || p->mark == MARK_JOIN) {
            collect(s, at, room, act);
            const struct part *next = *at < s->count ? &s->parts[*at] : NULL;
            bool waits = next && next->kind == PART_MARK && (next->mark == MARK_WAIT || next->mark == MARK_STARTTLS);
            act->wait |= waits;
            *at += waits && next->mark == MARK_WAIT; /* it is done with */
            if (act->octets.len > 0 || act->wait)
                return true;
            continue;
        }
        ++*at;
        if (act_of_mark(p, act)) {
            if (act->kind == ACT_CLOSE || act->kind == ACT_RESET || act->kind == ACT_FLOOD)
                *at = s->count;
            return true;
        }
    }
    return false;
}
