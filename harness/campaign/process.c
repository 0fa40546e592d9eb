#include "process.h"

#include "base/clock.h"

#include <ctype.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { INODES = 16, DEPTH = 8, CHILDREN = 256 };

/* Socket numbers, as /proc/net and /proc/PID/fd have them. */
struct inodes {
    unsigned long of[INODES];
    size_t count;
};

static void inode_add(struct inodes *set, unsigned long inode)
{
    if (inode && set->count < INODES)
        set->of[set->count++] = inode;
}

/* Lines such as "0: 0100007F:09DD 00000000:0000 0A ... inode"; state 0A listens. */
static void tcp_find(const char *path, unsigned port, struct inodes *set)
{
    char line[512];
    FILE *f = fopen(path, "re");
    while (f && fgets(line, sizeof line, f)) {
        unsigned local, state;
        unsigned long inode;
        if (sscanf(line, " %*d: %*[0-9A-Fa-f]:%x %*[0-9A-Fa-f]:%*x %x %*x:%*x %*x:%*x %*x %*u %*u %lu", &local, &state,
                   &inode) == 3 &&
            local == port && state == 0x0A)
            inode_add(set, inode);
    }
    if (f)
        fclose(f);
}

/* "Num: RefCount Protocol Flags Type St Inode Path". */
static void unix_find(const char *wanted, struct inodes *set)
{
    char line[512];
    FILE *f = fopen("/proc/net/unix", "re");
    while (f && fgets(line, sizeof line, f)) {
        unsigned long inode;
        int at = 0;
        line[strcspn(line, "\n")] = 0;
        if (sscanf(line, "%*x: %*x %*x %*x %*x %*x %lu %n", &inode, &at) == 1 && at > 0 && !strcmp(line + at, wanted))
            inode_add(set, inode);
    }
    if (f)
        fclose(f);
}

static bool link_is_in(const char *text, const struct inodes *set)
{
    unsigned long inode;
    if (sscanf(text, "socket:[%lu]", &inode) != 1)
        return false;
    for (size_t i = 0; i < set->count; i++)
        if (set->of[i] == inode)
            return true;
    return false;
}

/* How many descriptors a process has; with `wanted`, whether one of them is such a socket. */
static size_t descriptors(pid_t pid, const struct inodes *wanted, bool *found)
{
    char path[64];
    size_t count = 0;
    snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
    DIR *d = opendir(path);
    for (const struct dirent *entry; d && (entry = readdir(d));) {
        char at[400], text[64];
        if (entry->d_name[0] == '.')
            continue;
        count++;
        if (!wanted || *found)
            continue;
        snprintf(at, sizeof at, "%s/%s", path, entry->d_name);
        ssize_t len = readlink(at, text, sizeof text - 1);
        if (len > 0) {
            text[len] = 0;
            *found = link_is_in(text, wanted);
        }
    }
    if (d)
        closedir(d);
    return count;
}

/* Fields 3 (state), 4 (parent) and 22 (start time) of /proc/PID/stat. */
static bool stat_read(pid_t pid, char *state, pid_t *parent, unsigned long long *started)
{
    char path[64], line[1024];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *f = fopen(path, "re");
    bool good = f && fgets(line, sizeof line, f);
    if (f)
        fclose(f);
    const char *rest = good ? strrchr(line, ')') : NULL;
    return rest && sscanf(rest + 1, " %c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
                          state, parent, started) == 3;
}

bool process_is_alive(pid_t pid)
{
    char state;
    pid_t parent;
    unsigned long long started;
    return pid > 0 && stat_read(pid, &state, &parent, &started) && state != 'Z' && state != 'X';
}

pid_t process_our_child(pid_t pid)
{
    char state;
    pid_t parent;
    unsigned long long started;
    for (; pid > 1 && stat_read(pid, &state, &parent, &started); pid = parent)
        if (parent == getpid())
            return pid;
    return 0;
}

/* What a program does to itself, and nobody to it. */
static bool is_own_fault(int signal)
{
    return signal == SIGSEGV || signal == SIGABRT || signal == SIGBUS || signal == SIGFPE || signal == SIGILL ||
           signal == SIGSYS || signal == SIGTRAP;
}

int process_fatal_signal(pid_t child, int64_t within_ms)
{
    enum { BY_SHELL = 128 };
    int64_t deadline = clock_deadline(within_ms);
    siginfo_t info = {0};
    while (waitid(P_PID, (id_t)child, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid != child) {
        if (clock_left(deadline) == 0)
            return 0;
        clock_sleep_ms(1);
    }
    if (info.si_pid != child)
        return 0;
    int signal = info.si_code == CLD_EXITED ? info.si_status - BY_SHELL : info.si_status;
    return is_own_fault(signal) ? signal : 0;
}

static pid_t holder_of(const struct inodes *set)
{
    pid_t eldest = 0;
    unsigned long long eldest_started = 0;
    DIR *d = opendir("/proc");
    for (const struct dirent *entry; d && (entry = readdir(d));) {
        char state;
        pid_t parent;
        unsigned long long started;
        bool found = false;
        pid_t pid = isdigit((unsigned char)entry->d_name[0]) ? (pid_t)strtol(entry->d_name, NULL, 10) : 0;
        if (pid <= 0)
            continue;
        descriptors(pid, set, &found);
        if (!found || !stat_read(pid, &state, &parent, &started))
            continue;
        if (!eldest || started < eldest_started) {
            eldest = pid;
            eldest_started = started;
        }
    }
    if (d)
        closedir(d);
    return eldest;
}

pid_t process_listening(const struct endpoint *e)
{
    struct inodes set = {0};
    if (e->scheme == SCHEME_EXEC || !endpoint_is_loopback(e))
        return 0;
    if (e->scheme == SCHEME_UNIX) {
        unix_find(e->path, &set);
    } else {
        unsigned port = (unsigned)strtoul(e->port, NULL, 10);
        tcp_find("/proc/net/tcp", port, &set);
        tcp_find("/proc/net/tcp6", port, &set);
    }
    return set.count ? holder_of(&set) : 0;
}

static size_t thread_children(const char *path, pid_t *out, size_t size, size_t count)
{
    char text[4096];
    FILE *f = fopen(path, "re");
    size_t got = f ? fread(text, 1, sizeof text - 1, f) : 0;
    if (f)
        fclose(f);
    text[got] = 0;
    for (char *at = text, *end; *at; at = end) {
        long pid = strtol(at, &end, 10);
        if (end == at)
            break;
        if (out && count < size)
            out[count] = (pid_t)pid;
        count++;
        while (*end == ' ')
            end++;
    }
    return count;
}

size_t process_children(pid_t pid, pid_t *out, size_t size)
{
    char path[400];
    size_t count = 0;
    snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    DIR *d = opendir(path);
    for (const struct dirent *entry; d && (entry = readdir(d));) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "/proc/%d/task/%s/children", (int)pid, entry->d_name);
        count = thread_children(path, out, size, count);
    }
    if (d)
        closedir(d);
    return count;
}

/* RssAnon: pages of files come and go with what else the machine does. */
static uint64_t memory_of(pid_t pid)
{
    char path[64], line[128];
    unsigned long long kib = 0;
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *f = fopen(path, "re");
    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, "RssAnon: %llu", &kib) == 1)
            break;
    if (f)
        fclose(f);
    return kib;
}

static void use_add(pid_t pid, struct process_use *sum, int depth)
{
    pid_t children[CHILDREN];
    if (depth == 0 || !process_is_alive(pid))
        return;
    sum->processes++;
    sum->memory_kib += memory_of(pid);
    sum->descriptors += descriptors(pid, NULL, NULL);
    size_t count = process_children(pid, children, CHILDREN);
    for (size_t i = 0; i < count && i < CHILDREN; i++)
        use_add(children[i], sum, depth - 1);
}

struct process_use process_use(pid_t pid)
{
    struct process_use sum = {0};
    if (pid > 0)
        use_add(pid, &sum, DEPTH);
    return sum;
}
