/* Bugs for fuzzing campaigns to find (defects_crash.def). */
#include "session_internal.h"

#include <stdlib.h>
#include <string.h>

enum { LONG_HELLO = 255, LONG_VRFY = 64, LOST = 65536 };

/* Memory that nobody frees: the session forgets where it is when it ends. */
struct lost {
    struct lost *next;
    unsigned char octets[LOST];
};

static void lose(struct session *s)
{
    struct lost *l = malloc(sizeof *l);
    if (!l)
        return;
    memset(l->octets, 'x', sizeof l->octets);
    l->next = s->planted;
    s->planted = l;
}

bool session_planted(struct session *s, const struct command *c)
{
    const struct transaction *t = &s->transaction;
    bool hello = c->verb == VERB_HELO || c->verb == VERB_EHLO || c->verb == VERB_LHLO;
    switch (s->config.defect) {
    case DEFECT_CRASH_LONG_HELLO:
        if (hello && c->argument.len > LONG_HELLO)
            abort();
        break;
    case DEFECT_CRASH_EMPTY_CHUNK:
        if (c->verb == VERB_BDAT && t->chunked && !s->syntax && c->size == 0)
            abort();
        break;
    case DEFECT_CRASH_QUOTED_PAIR:
        if (c->verb == VERB_RCPT && bytes_find_octet(c->argument, '\\') != BYTES_NONE)
            abort();
        break;
    case DEFECT_HANG_LONG_VRFY:
        return c->verb == VERB_VRFY && c->argument.len > LONG_VRFY;
    case DEFECT_HANG_RSET_IN_CHUNKS:
        return c->verb == VERB_RSET && t->chunked;
    case DEFECT_LEAK_NESTED_MAIL:
        if (c->verb == VERB_MAIL && t->open)
            lose(s);
        break;
    case DEFECT_LEAK_HELP:
        if (c->verb == VERB_HELP && c->argument.len > 0)
            lose(s);
        break;
    default:
        break;
    }
    return false;
}

void session_planted_cancel(struct session *s)
{
    if (session_has(s, DEFECT_CRASH_SECOND_CANCEL) && s->cancelled++ > 0)
        abort();
}
