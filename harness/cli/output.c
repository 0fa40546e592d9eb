#include "output.h"

#include "print.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool say(struct error *e, const char *path)
{
    return error_set(e, "the report %s cannot be written: %s", path, strerror(errno));
}

/* Every error counts: a full disk may show at the last write, at fsync or at close only. */
static bool write_all(FILE *f, struct bytes content, bool to_disk)
{
    bool ok = fwrite(content.data, 1, content.len, f) == content.len;
    ok = fflush(f) == 0 && ok;
    return ok && (!to_disk || fsync(fileno(f)) == 0);
}

static bool write_directly(const char *path, struct bytes content, struct error *e)
{
    FILE *f = fopen(path, "wb");
    if (!f)
        return say(e, path);
    bool ok = write_all(f, content, false);
    int problem = errno;
    if (fclose(f) && ok) {
        problem = errno;
        ok = false;
    }
    errno = problem;
    return ok || say(e, path);
}

static mode_t mode_for(const char *path)
{
    struct stat st;
    if (stat(path, &st) == 0)
        return st.st_mode & 0777;
    mode_t mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

static bool write_and_rename(const char *path, struct bytes content, struct error *e)
{
    char beside[PATH_MAX];
    int len = snprintf(beside, sizeof beside, "%s.XXXXXX", path);
    if (len < 0 || (size_t)len >= sizeof beside) {
        errno = ENAMETOOLONG;
        return say(e, path);
    }
    int fd = mkstemp(beside);
    FILE *f = fd < 0 ? NULL : fdopen(fd, "wb");
    if (!f)
        return say(e, path);
    bool ok = write_all(f, content, true) && fchmod(fd, mode_for(path)) == 0;
    int problem = errno;
    if (fclose(f) && ok) {
        problem = errno;
        ok = false;
    }
    if (ok && rename(beside, path)) {
        problem = errno;
        ok = false;
    }
    if (!ok)
        unlink(beside);
    errno = problem;
    return ok || say(e, path);
}

bool output_write(const char *path, struct bytes content, struct error *e)
{
    struct stat st;
    if (!strcmp(path, "-"))
        return write_all(stdout, content, false) || say(e, "on standard output");
    /* A link's target is replaced, not the link. */
    bool special = stat(path, &st) == 0 && !S_ISREG(st.st_mode);
    char *resolved = realpath(path, NULL);
    bool ok = special ? write_directly(path, content, e) : write_and_rename(resolved ? resolved : path, content, e);
    free(resolved);
    return ok;
}

bool output_report(const char *path, struct buffer *report, bool made)
{
    struct error e = {0};
    bool ok = made || error_set(&e, "out of memory for the report %s", path);
    ok = ok && output_write(path, buffer_bytes(report), &e);
    if (!ok)
        print_error(&e);
    buffer_free(report);
    return ok;
}

bool output_takes_colour(FILE *out)
{
    const char *refused = getenv("NO_COLOR");
    return isatty(fileno(out)) && !(refused && *refused);
}
