#include "pace.h"

enum { LEAST_MS = 400, TIMES = 20, CERTAIN_TIMES = 5, CERTAIN_LEAST_MS = 2500 };
enum { HANGS_LEAST_MS = 200, HANGS_TIMES = 5 };

void pace_begin(struct pace *p, int64_t most_ms)
{
    *p = (struct pace){.most_ms = most_ms};
}

void pace_add(struct pace *p, int64_t slowest_ms)
{
    if (slowest_ms > p->slowest_ms)
        p->slowest_ms = slowest_ms;
    else
        p->slowest_ms -= (p->slowest_ms - slowest_ms) / 64;
}

void pace_forgive(struct pace *p, int64_t ms)
{
    if (ms > p->known_ms)
        p->known_ms = ms;
}

void pace_hangs(struct pace *p)
{
    p->hangs = true;
}

int64_t pace_patience(const struct pace *p)
{
    int64_t ms = p->slowest_ms * (p->hangs ? HANGS_TIMES : TIMES), least = p->hangs ? HANGS_LEAST_MS : LEAST_MS;
    if (ms < least)
        ms = least;
    if (ms < p->known_ms * 2)
        ms = p->known_ms * 2;
    return ms < p->most_ms ? ms : p->most_ms;
}

int64_t pace_certainty(const struct pace *p)
{
    int64_t ms = pace_patience(p) * CERTAIN_TIMES;
    if (ms < CERTAIN_LEAST_MS)
        ms = CERTAIN_LEAST_MS;
    return ms < p->most_ms ? ms : p->most_ms;
}
