#include "launch.h"

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
_Noreturn static void child_run(const char *command, const char *directory, int output)
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
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
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

static pid_t command_start(const char *command, const char *directory, int output, struct error *e)
{
    pid_t pid = fork();
    if (pid == 0)
        child_run(command, directory, output);
    if (pid < 0)
        error_set(e, "cannot run \"%s\": %s", command, strerror(errno));
    else
        setpgid(pid, pid);
    return pid;
}

bool launched_start(struct launched *l, const struct target *t, struct error *e)
{
    if (l->output > 0)
        close(l->output);
    l->output = output_open();
    if (l->output < 0)
        return error_set(e, "cannot make a file for the output of launch.start: %s", strerror(errno));
    l->pid = command_start(t->launch_start, t->directory, l->output, e);
    if (l->pid < 0) {
        l->pid = 0;
        return false;
    }
    l->group = l->pid;
    l->by_us = true;
    return true;
}

static bool output_explain(struct launched *l, int status, struct error *e)
{
    char last[LAST_OUTPUT];
    off_t size = lseek(l->output, 0, SEEK_END);
    off_t from = size > LAST_OUTPUT ? size - LAST_OUTPUT : 0;
    ssize_t got = size > 0 ? pread(l->output, last, sizeof last, from) : 0;
    struct buffer text = {0};
    text_visible(&text, bytes_of(last, got > 0 ? (size_t)got : 0), 0);
    error_set(e, "expected launch.start to succeed, it ended with status %d and said: %s",
              WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), buffer_string(&text));
    buffer_free(&text);
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

static bool child_ended(pid_t pid, int64_t within_ms)
{
    int64_t deadline = clock_deadline(within_ms);
    int status;
    while (waitpid(pid, &status, WNOHANG) == 0) {
        if (clock_left(deadline) == 0)
            return false;
        clock_sleep_ms(10);
    }
    return true;
}

static void group_end(pid_t pid)
{
    kill(-pid, SIGTERM);
    if (child_ended(pid, STOP_MS / 5))
        return;
    kill(-pid, SIGKILL);
    child_ended(pid, STOP_MS);
}

void launched_stop(struct launched *l, const struct target *t)
{
    if (!l->by_us)
        return;
    if (t->launch_stop) {
        pid_t stop = command_start(t->launch_stop, t->directory, l->output, NULL);
        if (stop > 0 && !child_ended(stop, STOP_MS))
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
