/* A small SMTP server for tests/campaign/coverage.sh that forks for each connection. How far the argument of a NOOP
 * agrees with a secret changes none of its replies, only its edges; the whole secret is a crash. `server fork PORT`
 * compares in the session's process, `server split PORT` in one of its own, executed at the start, that all sessions
 * ask. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MESSAGE = 8 };

static void compare(const char *line)
{
    if (line[5] != 's')
        return;
    puts("one");
    if (line[6] != 'e')
        return;
    puts("two");
    if (line[7] == 'c')
        abort();
}

/* The process that compares for the others: a message is the begin of a line. */
static int keeper(int fd)
{
    char message[MESSAGE];
    while (recv(fd, message, sizeof message, 0) > 0) {
        compare(message);
        if (send(fd, "k", 1, 0) != 1)
            break;
    }
    return 0;
}

static int keeper_fd = -1;

static void tell(const char *line)
{
    char message[MESSAGE] = "", answer;
    strncpy(message, line, sizeof message);
    if (keeper_fd < 0)
        compare(message);
    else if (send(keeper_fd, message, sizeof message, 0) < 0 || recv(keeper_fd, &answer, 1, 0) < 1)
        exit(1);
}

struct state {
    int hello, mail, recipients, data, whole; /* whole: the line before ended with CRLF */
};

static int is(const char *line, const char *verb)
{
    return !strncasecmp(line, verb, strlen(verb));
}

static const char *message(struct state *s, const char *line, size_t len)
{
    int end = s->whole && len == 3 && !memcmp(line, ".\r\n", 3);
    s->whole = len > 1 && line[len - 2] == '\r';
    if (!end)
        return "";
    *s = (struct state){.hello = s->hello};
    return "250 kept\r\n";
}

static const char *answer(struct state *s, const char *line)
{
    if (is(line, "QUIT\r"))
        return "221 bye\r\n";
    if (is(line, "EHLO ") || is(line, "HELO ") || is(line, "RSET\r")) {
        *s = (struct state){.hello = s->hello || line[0] != 'R'};
        return "250 small.test\r\n";
    }
    if (is(line, "MAIL FROM:<")) {
        int good = s->hello && !s->mail;
        s->mail |= good;
        return good ? "250 fine\r\n" : "503 not now\r\n";
    }
    if (is(line, "RCPT TO:<")) {
        s->recipients |= s->mail;
        return s->mail ? "250 fine\r\n" : "503 not now\r\n";
    }
    if (is(line, "DATA\r")) {
        s->data = s->whole = s->recipients;
        return s->data ? "354 go on\r\n" : "503 not now\r\n";
    }
    return is(line, "NOOP") || is(line, "HELP") || is(line, "VRFY") ? "250 fine\r\n" : "500 what?\r\n";
}

static void session(FILE *in, FILE *out)
{
    struct state s = {0};
    char *line = NULL;
    size_t room = 0;
    ssize_t len;
    fputs("220 small.test ESMTP\r\n", out);
    while (fflush(out) == 0 && (len = getline(&line, &room, in)) > 0 && line[len - 1] == '\n') {
        const char *reply = s.data ? message(&s, line, (size_t)len) : answer(&s, line);
        if (is(line, "NOOP ") && !s.data)
            tell(line);
        fputs(reply, out);
        if (!strncmp(reply, "221", 3))
            break;
    }
    fflush(out);
    free(line);
}

static void serve(int listener)
{
    signal(SIGCHLD, SIG_IGN);
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        if (fd < 0 || fork() != 0) {
            close(fd);
            continue;
        }
        session(fdopen(fd, "r"), fdopen(dup(fd), "w"));
        _exit(0);
    }
}

static void split(const char *program)
{
    int ends[2];
    char number[16];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends))
        exit(1);
    snprintf(number, sizeof number, "%d", ends[1]);
    if (fork() == 0) {
        execl(program, program, "keeper", number, (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    keeper_fd = ends[0];
}

int main(int argc, char **argv)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int one = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (argc != 3)
        return 2;
    if (!strcmp(argv[1], "keeper"))
        return keeper(atoi(argv[2]));
    a.sin_port = htons((unsigned short)atoi(argv[2]));
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listener, (struct sockaddr *)&a, sizeof a) || listen(listener, 32))
        return 1;
    if (!strcmp(argv[1], "split"))
        split(argv[0]);
    serve(listener);
}
