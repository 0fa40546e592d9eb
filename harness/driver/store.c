#include "store.h"

#include "base/clock.h"
#include "base/prng.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FILE_MAX = 256 << 20, COMMAND_MS = 20000, SETTLED_MS = 50 };

bool store_open(struct store *s, const struct mailbox *m, const char *directory)
{
    *s = (struct store){.mailbox = m, .directory = directory};
    return pthread_mutex_init(&s->lock, NULL) == 0;
}

void store_close(struct store *s)
{
    for (size_t i = 0; i < s->count; i++)
        free(s->paths[i]);
    free(s->paths);
    free(s->known.slots);
    pthread_mutex_destroy(&s->lock);
}

bool store_is_atomic(const struct store *s)
{
    return s->mailbox->kind == MAILBOX_MAILDIR;
}

int64_t store_poll_ms(const struct store *s)
{
    return s->mailbox->kind == MAILBOX_COMMAND ? 250 : 20;
}

static bool fill_from(int fd, struct buffer *out)
{
    for (;;) {
        unsigned char *at = buffer_reserve(out, 65536);
        ssize_t got = at && out->len < FILE_MAX ? read(fd, at, 65536) : -1;
        if (got == 0)
            return true;
        if (got < 0 && errno != EINTR)
            return false;
        out->len += got > 0 ? (size_t)got : 0;
    }
}

static bool file_read(const char *path, struct buffer *out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool good = fill_from(fd, out);
    close(fd);
    return good;
}

static bool path_add(struct store *s, const char *folder, const char *name)
{
    if (s->count == s->capacity) {
        size_t capacity = s->capacity ? s->capacity * 2 : 64;
        char **grown = realloc(s->paths, capacity * sizeof *grown);
        if (!grown)
            return false;
        s->paths = grown;
        s->capacity = capacity;
    }
    size_t size = strlen(folder) + strlen(name) + 2;
    char *path = malloc(size);
    if (!path)
        return false;
    snprintf(path, size, "%s/%s", folder, name);
    s->paths[s->count++] = path;
    return true;
}

/* A maildir name without its flags: a message keeps it on its way from new/ to cur/. */
static uint64_t name_number(const char *name)
{
    char bare[NAME_MAX + 1];
    snprintf(bare, sizeof bare, "%.*s", (int)strcspn(name, ":"), name);
    return prng_hash(bare);
}

static void folder_scan(struct store *s, const char *folder, bool keep)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;
    while (dir && (entry = readdir(dir)))
        if (entry->d_name[0] != '.' && number_add(&s->known, name_number(entry->d_name)) && keep)
            path_add(s, folder, entry->d_name);
    if (dir)
        closedir(dir);
}

static bool same_time(struct timespec a, struct timespec b)
{
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

/* Scans the folders when they changed. A change within the clock's grain of the last scan would not show, so a time
 * counts only once it has settled. */
static void folders_scan(struct store *s, bool keep)
{
    char folder[2][PATH_MAX];
    size_t folders = s->mailbox->kind == MAILBOX_MAILDIR ? 2 : 1;
    struct timespec changed[2] = {{0, 0}, {0, 0}}, now;
    for (size_t i = 0; i < folders; i++) {
        struct stat st;
        snprintf(folder[i], sizeof folder[i], "%s%s", s->mailbox->path, folders == 1 ? "" : i == 0 ? "/new" : "/cur");
        if (stat(folder[i], &st) == 0)
            changed[i] = st.st_mtim;
    }
    if (s->scanned_valid && same_time(changed[0], s->scanned[0]) && same_time(changed[1], s->scanned[1]))
        return;
    clock_gettime(CLOCK_REALTIME, &now);
    for (size_t i = 0; i < folders; i++)
        folder_scan(s, folder[i], keep);
    s->scanned_valid = true;
    for (size_t i = 0; i < folders; i++) {
        int64_t age = (int64_t)(now.tv_sec - changed[i].tv_sec) * 1000 + (now.tv_nsec - changed[i].tv_nsec) / 1000000;
        s->scanned_valid &= age > SETTLED_MS;
        s->scanned[i] = changed[i];
    }
}

static bool remember(void *context, struct bytes message)
{
    struct store *s = context;
    uint64_t n = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < message.len; i++)
        n = (n ^ message.data[i]) * UINT64_C(0x100000001b3);
    number_add(&s->known, n);
    return true;
}

static bool was_there(const struct store *s, struct bytes message)
{
    uint64_t n = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < message.len; i++)
        n = (n ^ message.data[i]) * UINT64_C(0x100000001b3);
    return number_has(&s->known, n);
}

static bool pipe_read(int fd, struct buffer *out, int64_t deadline)
{
    for (;;) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        int ready = poll(&p, 1, clock_left(deadline));
        if (ready == 0 || (ready < 0 && errno != EINTR))
            return false;
        if (ready < 0)
            continue;
        unsigned char *at = buffer_reserve(out, 65536);
        ssize_t got = at && out->len < FILE_MAX ? read(fd, at, 65536) : -1;
        if (got <= 0)
            return got == 0;
        out->len += (size_t)got;
    }
}

static bool command_read(const struct store *s, struct buffer *out)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    pid_t pid = fork();
    if (pid == 0) {
        setpgid(0, 0);
        dup2(ends[1], 1);
        if (s->directory && chdir(s->directory) != 0)
            _exit(126);
        execvp(s->mailbox->command[0], s->mailbox->command);
        _exit(127);
    }
    close(ends[1]);
    bool good = pid > 0 && pipe_read(ends[0], out, clock_deadline(COMMAND_MS));
    close(ends[0]);
    if (pid <= 0)
        return false;
    if (!good)
        kill(-pid, SIGKILL);
    int status;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return good && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* A mailbox file that does not exist yet is an empty one. */
static bool content_read(const struct store *s, struct buffer *out)
{
    if (s->mailbox->kind == MAILBOX_COMMAND)
        return command_read(s, out);
    return file_read(s->mailbox->path, out) || errno == ENOENT;
}

static bool is_folder(const struct store *s)
{
    return s->mailbox->kind == MAILBOX_MAILDIR || s->mailbox->kind == MAILBOX_DIRECTORY;
}

void store_begin(struct store *s)
{
    pthread_mutex_lock(&s->lock);
    if (is_folder(s)) {
        folders_scan(s, false);
    } else {
        struct buffer content = {0};
        if (content_read(s, &content))
            mbox_split(buffer_bytes(&content), remember, s);
        buffer_free(&content);
    }
    pthread_mutex_unlock(&s->lock);
}

enum arrival store_arrival(struct store *s)
{
    pthread_mutex_lock(&s->lock);
    enum arrival arrival = s->arrival;
    pthread_mutex_unlock(&s->lock);
    return arrival;
}

void store_note_arrival(struct store *s, bool arrived)
{
    pthread_mutex_lock(&s->lock);
    if (arrived)
        s->arrival = ARRIVAL_SEEN;
    else if (s->arrival == ARRIVAL_SEEN)
        s->arrival = ARRIVAL_BROKEN;
    else if (s->arrival == ARRIVAL_UNKNOWN)
        s->arrival = ARRIVAL_NEVER;
    pthread_mutex_unlock(&s->lock);
}

size_t store_mark(struct store *s)
{
    pthread_mutex_lock(&s->lock);
    size_t count = s->count;
    pthread_mutex_unlock(&s->lock);
    return count;
}

/* A message may have been moved from new/ to cur/, with flags behind its name, since it was seen. */
static bool moved_read(const struct store *s, const char *path, struct buffer *out)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    size_t len = strcspn(name, ":");
    bool good = false;
    snprintf(folder, sizeof folder, "%s/cur", s->mailbox->path);
    DIR *dir = opendir(folder);
    struct dirent *entry;
    while (dir && !good && (entry = readdir(dir))) {
        if (strncmp(entry->d_name, name, len) != 0 || (entry->d_name[len] != 0 && entry->d_name[len] != ':'))
            continue;
        char moved[2 * PATH_MAX];
        snprintf(moved, sizeof moved, "%s/%s", folder, entry->d_name);
        good = file_read(moved, out);
    }
    if (dir)
        closedir(dir);
    return good;
}

/* The path of entry `i`, for the caller to free; NULL when there are no more. */
static char *path_at(struct store *s, size_t i)
{
    pthread_mutex_lock(&s->lock);
    if (i >= s->count)
        folders_scan(s, true);
    char *path = i < s->count ? strdup(s->paths[i]) : NULL;
    pthread_mutex_unlock(&s->lock);
    return path;
}

static bool folder_read(struct store *s, size_t *looked, bool (*take)(void *context, struct bytes message),
                        void *context)
{
    char *path;
    bool going = true;
    while (going && (path = path_at(s, *looked))) {
        struct buffer message = {0};
        if (file_read(path, &message) || (store_is_atomic(s) && moved_read(s, path, &message)))
            going = take(context, buffer_bytes(&message));
        buffer_free(&message);
        free(path);
        ++*looked;
    }
    return true;
}

struct fresh {
    const struct store *store;
    bool (*take)(void *context, struct bytes message);
    void *context;
};

static bool fresh_take(void *context, struct bytes message)
{
    struct fresh *f = context;
    return was_there(f->store, message) || f->take(f->context, message);
}

bool store_read(struct store *s, size_t *looked, bool (*take)(void *context, struct bytes message), void *context,
                char *why, size_t why_size)
{
    if (is_folder(s))
        return folder_read(s, looked, take, context);
    struct buffer content = {0};
    struct fresh fresh = {s, take, context};
    bool good = content_read(s, &content);
    if (good)
        mbox_split(buffer_bytes(&content), fresh_take, &fresh);
    else
        snprintf(why, why_size, "the mailbox of %s cannot be read", s->mailbox->address);
    buffer_free(&content);
    return good;
}
