/* The floor: a bare server and a bare client that exchange the octets of one plain session in lockstep, on loopback.
 *   floor serve PORT_FILE     serves for ever; writes the port it got into the file
 *   floor client PORT COUNT   runs so many sessions, prints the seconds they took
 * Nothing is parsed beyond the ends of lines: this is what the exchange itself costs, whoever makes it. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* One session: what the client sends and what the server answers. The octets are those of bench/session.yaml. */
static const struct {
    const char *command, *reply;
} session[] = {
    {"", "220 bench.test ESMTP\r\n"},
    {"EHLO client.test\r\n", "250-bench.test\r\n250 8BITMIME\r\n"},
    {"MAIL FROM:<carol@client.test>\r\n", "250 Ok\r\n"},
    {"RCPT TO:<alice@example.test>\r\n", "250 Ok\r\n"},
    {"DATA\r\n", "354 Go on\r\n"},
    {"Subject: bench\r\n\r\nA line.\r\n.\r\n", "250 Ok\r\n"},
    {"NOOP\r\n", "250 Ok\r\n"},
    {"QUIT\r\n", "221 Bye\r\n"},
};
enum { TURNS = sizeof session / sizeof *session };

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

/* Reads until the octets read end with `end`. */
static int read_until(int fd, const char *end)
{
    char in[4096];
    size_t have = 0, len = strlen(end);
    while (have < len || memcmp(in + have - len, end, len) != 0) {
        ssize_t got = read(fd, in + have, sizeof in - have);
        if (got <= 0)
            return 0;
        have += (size_t)got;
    }
    return 1;
}

static void put(int fd, const char *text)
{
    size_t len = strlen(text);
    if (len && send(fd, text, len, MSG_NOSIGNAL) < 0)
        return; /* the client has gone; the next read says so */
}

/* The verbs that are answered, so that any client of this server is served, whatever its arguments. */
static const char *answer_to(const char *line)
{
    static const struct {
        const char *verb;
        int turn;
    } verbs[] = {{"EHLO", 1}, {"MAIL", 2}, {"RCPT", 3}, {"DATA", 4}, {"NOOP", 6}, {"QUIT", 7}};

    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (memcmp(line, verbs[i].verb, 4) == 0)
            return session[verbs[i].turn].reply;
    return "500 What?\r\n";
}

static void *serve_one(void *argument)
{
    int fd = (int)(intptr_t)argument, one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    put(fd, session[0].reply);
    char in[4096];
    size_t have = 0;
    int in_data = 0;
    for (;;) {
        ssize_t got = read(fd, in + have, sizeof in - have);
        if (got <= 0)
            break;
        have += (size_t)got;
        const char *end = in_data ? "\r\n.\r\n" : "\r\n";
        size_t len = strlen(end);
        if (have < len || memcmp(in + have - len, end, len) != 0) {
            if (have == sizeof in)
                break;
            continue;
        }
        const char *reply = in_data ? session[5].reply : answer_to(in);
        in_data = !in_data && reply == session[4].reply;
        have = 0;
        put(fd, reply);
        if (reply == session[7].reply)
            break;
    }
    close(fd);
    return NULL;
}

static void serve(const char *port_file)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof a;
    if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof a) || listen(fd, 128) ||
        getsockname(fd, (struct sockaddr *)&a, &len))
        fail("listen");
    FILE *out = fopen(port_file, "w");
    if (!out || fprintf(out, "%d\n", ntohs(a.sin_port)) < 0 || fclose(out))
        fail(port_file);
    for (;;) {
        int peer = accept(fd, NULL, NULL);
        pthread_t thread;
        if (peer < 0 || pthread_create(&thread, NULL, serve_one, (void *)(intptr_t)peer))
            fail("accept");
        pthread_detach(thread);
    }
}

static void client(int port, long count)
{
    struct sockaddr_in a = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons((uint16_t)port)};
    struct timespec begin, end;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    for (long i = 0; i < count; i++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
        if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof a))
            fail("connect");
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        for (int turn = 0; turn < TURNS; turn++) {
            put(fd, session[turn].command);
            if (!read_until(fd, session[turn].reply))
                fail("read");
        }
        char rest;
        while (read(fd, &rest, 1) > 0)
            continue;
        close(fd);
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    printf("%.6f\n", (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9);
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "serve") == 0)
        serve(argv[2]);
    else if (argc == 4 && strcmp(argv[1], "client") == 0)
        client(atoi(argv[2]), atol(argv[3]));
    else
        fprintf(stderr, "usage: floor serve PORT_FILE | floor client PORT COUNT\n");
    return argc > 2 ? 0 : 2;
}
