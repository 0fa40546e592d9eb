/* What the examples of adapter.h share: a parser that takes a line at a time, without its end, as a C string. Octets
 * that a line has no room for are dropped. */
#ifndef FUZZ_EXAMPLES_LINES_H
#define FUZZ_EXAMPLES_LINES_H

#include "adapter.h"

#include <string.h>

enum { LINES_ROOM = 16384 };

struct lines {
    char line[LINES_ROOM];
    size_t len;
};

static inline void lines_say(struct adapter_output *out, const char *text)
{
    adapter_say(out, text, strlen(text));
}

/* Calls `take` for each line that is whole now. */
static inline void lines_feed(struct lines *l, const unsigned char *octets, size_t len,
                              void (*take)(void *session, char *line, struct adapter_output *out), void *session,
                              struct adapter_output *out)
{
    for (size_t i = 0; i < len; i++) {
        if (octets[i] == '\n') {
            if (l->len > 0 && l->line[l->len - 1] == '\r')
                l->len--;
            l->line[l->len] = 0;
            l->len = 0;
            take(session, l->line, out);
        } else if (l->len + 1 < sizeof l->line) {
            l->line[l->len++] = (char)octets[i];
        }
    }
}

#endif
