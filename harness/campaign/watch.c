#include "watch.h"

#include "base/clock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    AGAIN_MS = 20,
    GREETING_MS = 1000,
    IDLE_MS = 150,
    SETTLE_MS = 5000,
    LEARN_TIMES = 15,
    ENVIRONMENT = 8,
    REPORT_MOST = 65536,
    CHILDREN = 64,
    REAP_MS = 1000
};
/* A server that had no children behind so many sessions does not fork for them. */
enum { FORKS_KNOWN = 200 };
/* Children that never go by themselves serve one connection after the other (Postfix). */
enum { POOL_KNOWN = 2 };

struct watch {
    struct watch_settings settings;
    struct launched launched;
    pid_t listener;
    size_t idle_children;
    struct trouble ended;   /* how it ended; until it is started again */
    size_t settled, forked; /* how often it was waited for, and had children then */
    size_t went, stayed;    /* how often these were gone in time, and were not */
    char folder[256];       /* where sanitizers put their reports */
    char asan[512], ubsan[512], port[32];
    const char *environment[ENVIRONMENT];
};

/* Other users' processes write here too: without the last bits a report is lost without a word. */
static bool folder_make(struct watch *w, struct error *e)
{
    const char *parent = getenv("TMPDIR");
    snprintf(w->folder, sizeof w->folder, "%s/smtpspec-fuzz-XXXXXX", parent && *parent ? parent : "/tmp");
    if (mkdtemp(w->folder) && chmod(w->folder, 01777) == 0)
        return true;
    error_set(e, "expected to make a folder for sanitizer reports, found: %s", strerror(errno));
    w->folder[0] = 0;
    return false;
}

static void environment_make(struct watch *w)
{
    /* 2: a server that catches SIGSEGV itself (Exim does) may not hide it. */
    static const char rest[] = "abort_on_error=1:detect_leaks=0:symbolize=1:handle_segv=2:handle_sigbus=2:"
                               "handle_sigfpe=2:handle_sigill=2:handle_abort=2";
    const char *asan = getenv("ASAN_OPTIONS"), *ubsan = getenv("UBSAN_OPTIONS");
    size_t n = 0;
    snprintf(w->asan, sizeof w->asan, "ASAN_OPTIONS=%s%slog_path=%s/report:%s", asan ? asan : "", asan ? ":" : "",
             w->folder, rest);
    snprintf(w->ubsan, sizeof w->ubsan, "UBSAN_OPTIONS=%s%slog_path=%s/report:print_stacktrace=1:halt_on_error=1",
             ubsan ? ubsan : "", ubsan ? ":" : "", w->folder);
    w->environment[n++] = w->asan;
    w->environment[n++] = w->ubsan;
    if (w->settings.target->endpoint.port) {
        snprintf(w->port, sizeof w->port, "SMTPSPEC_PORT=%s", w->settings.target->endpoint.port);
        w->environment[n++] = w->port;
    }
    const char *const *map = w->settings.coverage ? coverage_environment(w->settings.coverage) : NULL;
    for (size_t i = 0; map && map[i]; i++)
        w->environment[n++] = map[i];
}

/* exec: the program is started for each connection, by net/, and inherits our own environment. */
static void environment_share(const struct watch *w)
{
    char text[512];
    for (size_t i = 0; w->environment[i]; i++) {
        snprintf(text, sizeof text, "%s", w->environment[i]);
        char *equals = strchr(text, '=');
        *equals = 0;
        setenv(text, equals + 1, 1);
    }
}

static bool stopped(const struct watch *w)
{
    return w->settings.stop && *w->settings.stop;
}

static bool await_greeting(struct watch *w, struct error *e)
{
    char why[256] = "";
    int64_t within = w->settings.target->ready_within_ms > 0 ? w->settings.target->ready_within_ms : 10000;
    int64_t deadline = clock_deadline(within);
    while (!link_greets(w->settings.link, GREETING_MS, why, sizeof why)) {
        if (!launched_check(&w->launched, e))
            return false;
        if (clock_left(deadline) == 0 || stopped(w))
            return error_set(e, "expected a greeting within %lld ms, found: %s", (long long)within, why);
        clock_sleep_ms(AGAIN_MS);
    }
    return true;
}

/* The processes of the first connections may be slow to end: the fewest children of several looks are its own. */
static void listener_learn(struct watch *w)
{
    w->listener = process_listening(&w->settings.target->endpoint);
    if (!w->listener)
        return;
    w->launched.adopted = watch_is_ours(w) ? process_our_child(w->listener) : 0;
    w->idle_children = SIZE_MAX;
    for (int i = 0; i < LEARN_TIMES && w->idle_children > 0; i++) {
        clock_sleep_ms(AGAIN_MS);
        size_t count = process_children(w->listener, NULL, 0);
        if (count < w->idle_children)
            w->idle_children = count;
    }
}

static bool start(struct watch *w, struct error *e)
{
    if (!launched_start(&w->launched, w->settings.target, w->environment, e) || !await_greeting(w, e))
        return false;
    listener_learn(w);
    return true;
}

/* Where coverage is wanted it must be our own, or nobody knows where its edges go. */
static bool begin(struct watch *w, struct error *e)
{
    const struct target *t = w->settings.target;
    char why[256] = "";
    if (t->endpoint.scheme == SCHEME_EXEC) {
        environment_share(w);
        return true;
    }
    if (link_greets(w->settings.link, w->settings.timeout_ms, why, sizeof why)) {
        if (w->settings.needed)
            return error_set(e,
                             "expected nobody at %s, so that the server can be started with a coverage map; found one "
                             "that answers: stop it, or leave --coverage out",
                             t->endpoint.text);
        listener_learn(w);
        return true;
    }
    if (t->launch_start)
        return start(w, e);
    return error_set(e, "expected a greeting from %s, found: %s", t->endpoint.text, why);
}

struct watch *watch_open(const struct watch_settings *settings, struct error *e)
{
    struct watch *w = calloc(1, sizeof *w);
    if (!w) {
        error_set(e, "out of memory");
        return NULL;
    }
    w->settings = *settings;
    /* What a server leaves behind when it dies comes to us, with its status. */
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    /* Nobody looks at cores, and to write one takes longer than all else. */
    setrlimit(RLIMIT_CORE, &(struct rlimit){0});
    if (folder_make(w, e)) {
        environment_make(w);
        if (begin(w, e))
            return w;
    }
    watch_close(w);
    return NULL;
}

static void folder_empty(const struct watch *w, bool remove_it)
{
    char path[600];
    DIR *d = w->folder[0] ? opendir(w->folder) : NULL;
    for (const struct dirent *entry; d && (entry = readdir(d));) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", w->folder, entry->d_name);
        unlink(path);
    }
    if (d)
        closedir(d);
    if (remove_it && w->folder[0])
        rmdir(w->folder);
}

/* What the start command left in the background, and its children, were adopted by us. */
static void adopted_end(const struct watch *w)
{
    if (!watch_is_ours(w) || w->settings.target->launch_stop || !process_is_alive(w->listener))
        return;
    kill(w->listener, SIGTERM);
    for (int i = 0; i < 100 && process_is_alive(w->listener); i++)
        clock_sleep_ms(AGAIN_MS);
    if (process_is_alive(w->listener))
        kill(w->listener, SIGKILL);
}

static void end(struct watch *w)
{
    adopted_end(w);
    launched_stop(&w->launched, w->settings.target);
    if (w->listener)
        waitpid(w->listener, NULL, WNOHANG);
    w->listener = 0;
    w->ended = (struct trouble){0};
}

void watch_close(struct watch *w)
{
    if (!w)
        return;
    end(w);
    folder_empty(w, true);
    free(w);
}

bool watch_is_ours(const struct watch *w)
{
    return w->launched.by_us;
}

pid_t watch_process(const struct watch *w)
{
    return w->listener;
}

static bool report_read(const char *path, struct buffer *out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    unsigned char *at = fd >= 0 ? buffer_reserve(out, REPORT_MOST) : NULL;
    ssize_t got, sum = 0;
    while (at && sum < REPORT_MOST && (got = read(fd, at + sum, (size_t)(REPORT_MOST - sum))) > 0)
        sum += got;
    out->len += (size_t)sum;
    if (fd >= 0)
        close(fd);
    return sum > 0;
}

/* A report grows while it is written: it is whole when its process is gone, or a while later. */
static void report_await(const char *name)
{
    const char *dot = strrchr(name, '.');
    pid_t pid = dot ? (pid_t)strtol(dot + 1, NULL, 10) : 0;
    for (int i = 0; i < 250 && process_is_alive(pid); i++)
        clock_sleep_ms(AGAIN_MS);
}

static bool report_find(const struct watch *w, struct trouble *t, struct buffer *report)
{
    char path[600];
    bool found = false;
    DIR *d = opendir(w->folder);
    for (const struct dirent *entry; d && (entry = readdir(d));) {
        struct buffer text = {0};
        if (entry->d_name[0] == '.')
            continue;
        report_await(entry->d_name);
        snprintf(path, sizeof path, "%s/%s", w->folder, entry->d_name);
        if (!found && report_read(path, &text) && sanitizer_read(buffer_bytes(&text), t)) {
            found = true;
            if (report)
                buffer_add(report, buffer_bytes(&text));
        }
        unlink(path);
        buffer_free(&text);
    }
    if (d)
        closedir(d);
    return found;
}

struct trouble trouble_of_signal(int signal)
{
    struct trouble t = {.kind = TROUBLE_SIGNAL};
    const char *name = sigabbrev_np(signal);
    snprintf(t.what, sizeof t.what, "SIG%s", name ? name : "?");
    return t;
}

static void ended_tell(struct trouble *t, int status)
{
    int number = WIFSIGNALED(status) ? WTERMSIG(status) : WIFEXITED(status) ? WEXITSTATUS(status) - 128 : 0;
    const char *name = number > 0 ? sigabbrev_np(number) : NULL;
    if (name) {
        *t = trouble_of_signal(number);
        return;
    }
    t->kind = TROUBLE_ENDED;
    snprintf(t->what, sizeof t->what, "exit status %d", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
}

/* A process of several threads is a zombie for a while before it can be waited for. */
static bool reaped(pid_t pid, int *status)
{
    pid_t got = pid > 0 ? waitpid(pid, status, WNOHANG) : 0;
    int64_t deadline = clock_deadline(REAP_MS);
    while (pid > 0 && got == 0 && !process_is_alive(pid) && clock_left(deadline) > 0) {
        nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL);
        got = waitpid(pid, status, WNOHANG);
    }
    return pid > 0 && got == pid;
}

static struct trouble look_for_end(struct watch *w)
{
    struct trouble t = {0};
    int status = 0;
    bool shell = reaped(w->launched.pid, &status);
    bool itself = !shell && reaped(w->listener, &status);
    if (shell && !(WIFEXITED(status) && WEXITSTATUS(status) == 0 && process_is_alive(w->listener)))
        ended_tell(&t, status);
    else if (itself)
        ended_tell(&t, status);
    else if (w->listener > 0 && !process_is_alive(w->listener)) {
        t = w->ended;
        if (t.kind == TROUBLE_NONE) {
            t.kind = TROUBLE_ENDED;
            snprintf(t.what, sizeof t.what, "gone");
        }
    }
    if (shell)
        w->launched.pid = 0;
    if (t.kind != TROUBLE_NONE)
        w->ended = t;
    return t;
}

struct trouble watch_look(struct watch *w, struct buffer *report)
{
    struct trouble end = {0}, said = {0};
    if (w->settings.target->endpoint.scheme != SCHEME_EXEC)
        end = look_for_end(w);
    if (report_find(w, &said, report))
        return said;
    return end;
}

static void children_kill(const struct watch *w)
{
    pid_t children[CHILDREN];
    size_t count = process_children(w->listener, children, CHILDREN);
    for (size_t i = w->idle_children; i < count && i < CHILDREN; i++)
        kill(children[i], SIGKILL);
}

bool watch_settle(struct watch *w, int64_t within_ms)
{
    int64_t deadline = 0;
    bool pool = w->went == 0 && w->stayed >= POOL_KNOWN;
    if (!w->listener || pool || (w->settled >= FORKS_KNOWN && w->forked == 0))
        return true;
    w->settled++;
    for (int i = 0; process_children(w->listener, NULL, 0) > w->idle_children; i++) {
        struct timespec moment = {.tv_nsec = i < 20 ? 100000 : 1000000};
        if (!deadline) {
            deadline = clock_deadline(within_ms);
            w->forked++;
        }
        if (clock_left(deadline) == 0) {
            if (watch_is_ours(w) && w->went > 0)
                children_kill(w);
            w->stayed++;
            return false;
        }
        nanosleep(&moment, NULL);
    }
    w->went += deadline != 0;
    return true;
}

bool watch_restart(struct watch *w, struct error *e)
{
    end(w);
    folder_empty(w, false);
    return start(w, e);
}

/* What it takes in one moment without a session. */
static const uint32_t *idle_read(struct watch *w, size_t *count)
{
    coverage_clear(w->settings.coverage);
    clock_sleep_ms(IDLE_MS);
    return coverage_read(w->settings.coverage, count);
}

/* Twice, since the end of a session before it may be late: only what comes both times is the server's own. */
void watch_idle(struct watch *w)
{
    struct coverage *c = w->settings.coverage;
    size_t count, again, j = 0;
    uint32_t *edges;
    if (!c)
        return;
    watch_settle(w, SETTLE_MS);
    const uint32_t *found = idle_read(w, &count);
    edges = count ? malloc(count * sizeof *edges) : NULL;
    if (!edges)
        return;
    for (size_t i = 0; i < count; i++)
        edges[i] = found[i] / COVERAGE_BUCKETS;
    found = idle_read(w, &again);
    for (size_t i = 0; i < again; i++) {
        uint32_t edge = found[i] / COVERAGE_BUCKETS;
        while (j < count && edges[j] < edge)
            j++;
        if (j < count && edges[j] == edge)
            coverage_mask(c, edge);
    }
    free(edges);
}

void watch_forget_coverage(struct watch *w)
{
    w->settings.coverage = NULL;
}

struct process_use watch_use(const struct watch *w)
{
    return process_use(w->listener);
}

void watch_log(const struct watch *w, size_t most, struct buffer *out)
{
    launched_tail(&w->launched, most, out);
}
