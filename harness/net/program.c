#include "wire.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define GRACE_MS 100

/* Between fork and exec: nothing but what is safe there in a process that has threads. */
static void become(int fd, const char *command, const char *directory)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    setpgid(0, 0);
    if ((directory && chdir(directory) < 0) || dup2(fd, STDIN_FILENO) < 0 || dup2(fd, STDOUT_FILENO) < 0) {
        _exit(126);
    }
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

int program_start(const char *command, const char *directory, int *pid, struct error *e)
{
    int pair[2];
    char text[128];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0) {
        error_set(e, "expected a socket pair for the command, got: %s", wire_errno(errno, text, sizeof text));
        return -1;
    }
    *pid = fork();
    if (*pid < 0) {
        error_set(e, "expected a process for the command, got: %s", wire_errno(errno, text, sizeof text));
        close(pair[0]);
        close(pair[1]);
        return -1;
    }
    if (*pid == 0) {
        become(pair[1], command, directory);
    }
    /* Both sides say it, so that it holds whichever runs first. */
    setpgid(*pid, *pid);
    close(pair[1]);
    return pair[0];
}

void program_end(int pid)
{
    int64_t deadline = clock_deadline(GRACE_MS);
    siginfo_t info;
    do {
        info.si_pid = 0;
        /* WNOWAIT leaves the zombie, which keeps the number from being given to another group. */
        if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) < 0 && errno != EINTR) {
            break;
        }
        if (info.si_pid == pid) {
            break;
        }
        clock_sleep_ms(1);
    } while (clock_left(deadline) > 0);
    kill(-pid, SIGKILL);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
    }
}
