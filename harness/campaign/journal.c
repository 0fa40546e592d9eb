#include "journal.h"

#include "base/clock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct journal {
    FILE *file;
    int64_t began; /* ns */
    size_t replies;
};

struct journal *journal_open(const char *path, struct error *e)
{
    struct journal *j = calloc(1, sizeof *j);
    if (!j) {
        error_set(e, "out of memory");
        return NULL;
    }
    j->file = fopen(path, "we");
    j->began = clock_ns();
    if (j->file)
        return j;
    error_set(e, "expected to write the journal %s, found: %s", path, strerror(errno));
    free(j);
    return NULL;
}

bool journal_close(struct journal *j, struct error *e)
{
    if (!j)
        return true;
    bool good = !ferror(j->file);
    good = fclose(j->file) == 0 && good;
    free(j);
    return good || error_set(e, "the journal could not be written: %s", strerror(errno));
}

static long long now(const struct journal *j)
{
    return (long long)(clock_ns() - j->began) / 1000;
}

static void replies_tell(struct journal *j)
{
    if (j->replies)
        fprintf(j->file, "replies %zu\n", j->replies);
    j->replies = 0;
}

void journal_begin(struct journal *j, bool goes_on)
{
    if (j)
        fprintf(j->file, "%s %lld\n", goes_on ? "goes on" : "session", now(j));
}

void journal_write(struct journal *j, struct bytes octets)
{
    if (!j)
        return;
    replies_tell(j);
    fprintf(j->file, "write %zu\n", octets.len);
    fwrite(octets.data, 1, octets.len, j->file);
    fputc('\n', j->file);
}

void journal_reply(struct journal *j)
{
    if (j)
        j->replies++;
}

void journal_pause(struct journal *j, int64_t ms)
{
    if (!j)
        return;
    replies_tell(j);
    fprintf(j->file, "pause %lld\n", (long long)ms);
}

void journal_say(struct journal *j, const char *what)
{
    if (!j)
        return;
    replies_tell(j);
    fprintf(j->file, "%s\n", what);
}

void journal_end(struct journal *j)
{
    if (!j)
        return;
    replies_tell(j);
    fprintf(j->file, "end %lld\n", now(j));
    fflush(j->file); /* who plays along reads whole sessions, and one that killed us is there too */
}
