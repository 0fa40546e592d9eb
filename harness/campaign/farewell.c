#include "farewell.h"

enum { WORDS = 5 };

static struct bytes last_line(struct bytes raw)
{
    struct bytes line = {0}, last = {0};
    while (raw.len > 0 && bytes_next_line(&raw, &line))
        last = line;
    return last;
}

uint32_t farewell_of(const struct reply *r)
{
    struct bytes word, text = bytes_from(last_line(r->raw), 4);
    uint32_t hash = 2166136261u ^ (uint32_t)r->code;
    if (r->code < 400)
        return 0;
    for (int n = 0; n < WORDS && bytes_next_word(&text, &word); n++)
        for (size_t i = 0; i < word.len; i++)
            hash = (hash ^ word.data[i]) * 16777619u;
    return hash ? hash : 1;
}

bool farewells_has(const struct farewells *f, uint32_t words)
{
    for (unsigned i = 0; words && i < f->count; i++)
        if (f->of[i] == words)
            return true;
    return false;
}

void farewells_add(struct farewells *f, uint32_t words)
{
    if (words && f->count < FAREWELLS_MOST && !farewells_has(f, words))
        f->of[f->count++] = words;
}
