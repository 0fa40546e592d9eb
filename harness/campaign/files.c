/* Files of the corpus and of findings. */
#include "corpus.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MOST = 16 << 20 };

bool folder_make(const char *path, struct error *e)
{
    char part[4096];
    size_t len = strlen(path);
    if (len == 0 || len >= sizeof part)
        return error_set(e, "expected the name of a folder, found \"%s\"", path);
    for (size_t i = 1; i <= len; i++) {
        if (path[i] != '/' && path[i] != 0)
            continue;
        memcpy(part, path, i);
        part[i] = 0;
        if (mkdir(part, 0777) != 0 && errno != EEXIST)
            return error_set(e, "expected to make the folder %s, found: %s", part, strerror(errno));
    }
    return true;
}

static bool write_all(int fd, struct bytes b)
{
    while (b.len > 0) {
        ssize_t n = write(fd, b.data, b.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        b = bytes_from(b, (size_t)n);
    }
    return true;
}

bool file_write(const char *folder, const char *name, struct bytes content, struct error *e)
{
    char path[4096], temporary[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    snprintf(temporary, sizeof temporary, "%s/.%s.%d", folder, name, (int)getpid());
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    bool good = fd >= 0 && write_all(fd, content);
    if (fd >= 0)
        good = close(fd) == 0 && good;
    if (good && rename(temporary, path) == 0)
        return true;
    error_set(e, "expected to write %s, found: %s", path, strerror(errno));
    unlink(temporary);
    return false;
}

static int is_shown(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static bool file_take(const char *path, bool (*take)(void *context, struct bytes content), void *context)
{
    struct stat st;
    struct buffer content = {0};
    bool go_on = true;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return true;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size <= FILE_MOST) {
        unsigned char *at = buffer_reserve(&content, (size_t)st.st_size);
        ssize_t got = at ? read(fd, at, (size_t)st.st_size) : -1;
        if (got >= 0) {
            content.len = (size_t)got;
            go_on = take(context, buffer_bytes(&content));
        }
    }
    close(fd);
    buffer_free(&content);
    return go_on;
}

bool folder_read(const char *folder, bool (*take)(void *context, struct bytes content), void *context, struct error *e)
{
    struct dirent **names;
    bool go_on = true;
    int count = scandir(folder, &names, is_shown, alphasort);
    if (count < 0)
        return error_set(e, "expected a folder that can be read, found %s: %s", folder, strerror(errno));
    for (int i = 0; i < count; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name);
        if (go_on)
            go_on = file_take(path, take, context);
        free(names[i]);
    }
    free(names);
    return true;
}

uint64_t bytes_hash(struct bytes b)
{
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < b.len; i++)
        hash = (hash ^ b.data[i]) * 1099511628211u;
    return hash;
}
