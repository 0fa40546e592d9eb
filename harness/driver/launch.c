#include "driver/launch.h"

#include "base/clock.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STOP_MS = 10000, LAST_OUTPUT = 300 };

/* In the child: only calls that are safe after fork. */
_Noreturn static void child_run(const char *command, const char *directory, int output, char **environment)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setpgid(0, 0);
    int null = open("/dev/null", O_RDONLY);
    if (null >= 0)
        dup2(null, 0);
    dup2(output, 1);
    dup2(output, 2);
    if (directory && chdir(directory) != 0)
        _exit(126);
    const char *const argv[] = {"sh", "-c", command, NULL};
    execve("/bin/sh", (char **)argv, environment);
    _exit(127);
}

/* The output goes to an unlinked file: a pipe that nobody empties would stop a talkative server. */
static int output_open(void)
{
    char path[] = "/tmp/smtpspec-launch-XXXXXX";
    int fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0)
        unlink(path);
    return fd;
}

static bool names_same(const char *a, const char *b)
{
    size_t len = strcspn(a, "=");
    return strncmp(a, b, len) == 0 && b[len] == '=';
}

static bool names_one_of(const char *variable, const char *const *added, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (names_same(added[i], variable))
            return true;
    return false;
}

/* Our environment with what is added to it in the place of what has the same name, since shells differ in which of two
 * they take; the texts are not copied. NULL: no memory. */
static char **environment_make(const char *const *added)
{
    size_t ours = 0, more = 0;
    while (environ[ours])
        ours++;
    while (added && added[more])
        more++;
    char **all = calloc(ours + more + 1, sizeof *all);
    size_t n = 0;
    for (size_t i = 0; all && i < more; i++)
        all[n++] = (char *)added[i];
    for (size_t i = 0; all && i < ours; i++)
        if (!names_one_of(environ[i], added, more))
            all[n++] = environ[i];
    return all;
}

static pid_t command_start(const struct launched *l, const char *command, const char *directory, struct error *e)
{
    char **environment = environment_make(l->added);
    pid_t pid = environment ? fork() : -1;
    if (pid == 0)
        child_run(command, directory, l->output, environment);
    free(environment);
    if (pid < 0)
        error_set(e, "cannot run \"%s\": %s", command, strerror(errno));
    else
        setpgid(pid, pid);
    return pid;
}

bool launched_start(struct launched *l, const struct target *t, const char *const *added, struct error *e)
{
    l->added = added;
    if (l->output > 0)
        close(l->output);
    l->output = output_open();
    if (l->output < 0)
        return error_set(e, "cannot make a file for the output of launch.start: %s", strerror(errno));
    l->pid = command_start(l, t->launch_start, t->directory, e);
    if (l->pid < 0) {
        l->pid = 0;
        return false;
    }
    l->group = l->pid;
    l->by_us = true;
    return true;
}

void launched_tail(const struct launched *l, size_t most, struct buffer *out)
{
    off_t size = l->output > 0 ? lseek(l->output, 0, SEEK_END) : 0;
    off_t from = size > (off_t)most ? size - (off_t)most : 0;
    unsigned char *at = size > 0 ? buffer_reserve(out, most) : NULL;
    ssize_t got = at ? pread(l->output, at, most, from) : 0;
    if (got > 0)
        out->len += (size_t)got;
}

static bool output_explain(struct launched *l, int status, struct error *e)
{
    struct buffer last = {0}, text = {0};
    launched_tail(l, LAST_OUTPUT, &last);
    text_visible(&text, buffer_bytes(&last), 0);
    error_set(e, "expected launch.start to succeed, it ended with status %d and said: %s",
              WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), buffer_string(&text));
    buffer_free(&text);
    buffer_free(&last);
    return false;
}

bool launched_check(struct launched *l, struct error *e)
{
    int status;
    if (l->pid <= 0 || waitpid(l->pid, &status, WNOHANG) != l->pid)
        return true;
    l->pid = 0;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true; /* it went into the background */
    return output_explain(l, status, e);
}

/* `adopted`, where there is one, is waited for meanwhile. */
static bool child_ended(pid_t pid, pid_t adopted, int64_t within_ms)
{
    int64_t deadline = clock_deadline(within_ms);
    int status;
    while (waitpid(pid, &status, WNOHANG) == 0) {
        if (adopted > 0 && waitpid(adopted, NULL, WNOHANG) != 0)
            adopted = 0;
        if (clock_left(deadline) == 0)
            return false;
        clock_sleep_ms(10);
    }
    return true;
}

static void group_end(pid_t pid)
{
    kill(-pid, SIGTERM);
    if (child_ended(pid, 0, STOP_MS / 5))
        return;
    kill(-pid, SIGKILL);
    child_ended(pid, 0, STOP_MS);
}

void launched_stop(struct launched *l, const struct target *t)
{
    if (!l->by_us)
        return;
    if (t->launch_stop) {
        pid_t stop = command_start(l, t->launch_stop, t->directory, NULL);
        if (stop > 0 && !child_ended(stop, l->adopted, STOP_MS))
            group_end(stop);
    }
    if (l->pid > 0)
        group_end(l->pid);
    else if (!t->launch_stop)
        kill(-l->group, SIGTERM); /* what went into the background and is still of the group */
    if (l->output > 0)
        close(l->output);
    *l = (struct launched){0};
}
