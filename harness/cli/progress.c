#include "progress.h"

#include "base/clock.h"

#include <stdio.h>
#include <unistd.h>

enum { EVERY_MS = 50 };

void progress_begin(struct progress *p, bool quiet)
{
    *p = (struct progress){.on = !quiet && isatty(STDERR_FILENO), .begin_ms = clock_ms()};
}

void progress_step(void *context, const struct result *r, size_t done, size_t total)
{
    struct progress *p = context;
    int64_t now = clock_ms();
    p->failed += r && r->verdict == VERDICT_FAIL;
    /* The first verdict is told at once. */
    if (!p->on || (now - p->last_ms < EVERY_MS && done != 1 && done < total))
        return;
    p->last_ms = now;
    fprintf(stderr, "\r\x1b[K%zu of %zu done, %zu failed, %.1f s", done, total, p->failed,
            (double)(now - p->begin_ms) / 1000);
    fflush(stderr);
}

void progress_end(struct progress *p)
{
    if (p->on)
        fputs("\r\x1b[K", stderr);
}
