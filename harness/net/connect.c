#include "wire.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

/* A connect to a free port of this machine may be given that very port as its own, and meet itself: nobody
 * listens there. */
static bool met_itself(const struct net *n)
{
    struct sockaddr_storage here = {0};
    struct sockaddr_storage there = {0};
    socklen_t here_len = sizeof here;
    socklen_t there_len = sizeof there;
    const char *here_port = strrchr(n->local, ':');
    const char *there_port = strrchr(n->peer, ':');
    return here_port && there_port && strcmp(here_port, there_port) == 0 &&
           getsockname(n->fd, (struct sockaddr *)&here, &here_len) == 0 &&
           getpeername(n->fd, (struct sockaddr *)&there, &there_len) == 0 && here_len == there_len &&
           memcmp(&here, &there, here_len) == 0;
}

/* What a signal or the end of the time left behind: 0, or errno. */
static int finish_connect(int fd, int64_t deadline)
{
    struct pollfd p = {.fd = fd, .events = POLLOUT};
    int code = 0;
    socklen_t len = sizeof code;
    for (;;) {
        int got = poll(&p, 1, clock_left(deadline));
        if (got > 0) {
            break;
        }
        if (got < 0 && errno != EINTR) {
            return errno;
        }
        if (clock_left(deadline) == 0) {
            return ETIMEDOUT;
        }
    }
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &len) < 0) {
        return errno;
    }
    return code;
}

static int bind_source(int fd, const char *source, int family)
{
    struct addrinfo hints = {.ai_family = family, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST};
    struct addrinfo *list = NULL;
    int on = 1;
    if (getaddrinfo(source, NULL, &hints, &list) != 0) {
        return EADDRNOTAVAIL;
    }
    /* The port is chosen at connect, so that many connections from one address do not run out of ports. */
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    int code = bind(fd, list->ai_addr, list->ai_addrlen) < 0 ? errno : 0;
    freeaddrinfo(list);
    return code;
}

/* So long connect(2) waits. */
static void limit_time(int fd, int64_t deadline)
{
    int64_t left = clock_left(deadline);
    int64_t us = left < 0 ? 0 : left == 0 ? 1 : left * 1000; /* 0: for ever */
    struct timeval time = {.tv_sec = us / 1000000, .tv_usec = us % 1000000};
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
}

/* 0, or errno. A Unix socket waits for room in the listener's backlog, and has to begin anew when it was disturbed. */
static int connect_within(int fd, const struct sockaddr *address, socklen_t len, int64_t deadline)
{
    for (;;) {
        limit_time(fd, deadline);
        if (connect(fd, address, len) == 0) {
            return 0;
        }
        if (address->sa_family == AF_UNIX && (errno == EAGAIN || errno == EINTR)) {
            if (clock_left(deadline) == 0) {
                return ETIMEDOUT;
            }
            continue;
        }
        return errno == EINPROGRESS || errno == EINTR ? finish_connect(fd, deadline) : errno;
    }
}

/* The descriptor, or minus errno. */
static int connect_one(const struct sockaddr *address, socklen_t len, const char *source, int64_t deadline)
{
    int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return -errno;
    }
    int code = source ? bind_source(fd, source, address->sa_family) : 0;
    if (code == 0) {
        code = connect_within(fd, address, len, deadline);
    }
    if (code != 0) {
        close(fd);
        return -code;
    }
    return fd;
}

static struct net *refuse(int code, const char *peer, enum net_status *status, struct error *e)
{
    char text[128];
    error_set(e, "expected a connection to %s, got: %s", peer, wire_errno(code, text, sizeof text));
    *status = code == ETIMEDOUT ? NET_TIMEOUT : NET_FAILED;
    return NULL;
}

static struct net *made(int fd, const char *peer, enum net_status *status, struct error *e)
{
    struct net *n = wire_new(fd, peer);
    if (!n) {
        return refuse(ENOMEM, peer, status, e);
    }
    *status = NET_OK;
    return n;
}

static struct net *connect_unix(const struct net_address *a, int64_t deadline, enum net_status *status, struct error *e)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t len = strlen(a->unix_path);
    if (len >= sizeof address.sun_path) {
        return refuse(ENAMETOOLONG, a->unix_path, status, e);
    }
    memcpy(address.sun_path, a->unix_path, len);
    int fd = connect_one((const struct sockaddr *)&address, sizeof address, NULL, deadline);
    return fd < 0 ? refuse(-fd, a->unix_path, status, e) : made(fd, a->unix_path, status, e);
}

static struct net *connect_program(const struct net_address *a, enum net_status *status, struct error *e)
{
    int pid = 0;
    int fd = program_start(a->command, a->directory, &pid, e);
    if (fd < 0) {
        *status = NET_FAILED;
        return NULL;
    }
    struct net *n = made(fd, a->command, status, e);
    if (n) {
        n->pid = pid;
    } else {
        program_end(pid);
    }
    return n;
}

static int family_of(int family)
{
    return family == 4 ? AF_INET : family == 6 ? AF_INET6 : AF_UNSPEC;
}

static struct addrinfo *look_up(const struct net_address *a, struct error *e)
{
    struct addrinfo hints = {.ai_family = family_of(a->family), .ai_socktype = SOCK_STREAM};
    struct addrinfo *list = NULL;
    int code = getaddrinfo(a->host, a->port, &hints, &list);
    if (code != 0) {
        error_set(e, "expected an address for %s port %s, got: %s", a->host, a->port, gai_strerror(code));
        return NULL;
    }
    return list;
}

/* An address that does not answer may not eat the time of those behind it. */
static int64_t share(int64_t deadline, const struct addrinfo *rest)
{
    int count = 0;
    if (deadline == CLOCK_NEVER || !rest->ai_next) {
        return deadline;
    }
    for (; rest; rest = rest->ai_next) {
        count++;
    }
    return clock_deadline(clock_left(deadline) / count);
}

static struct net *connect_tcp(const struct net_address *a, int64_t deadline, enum net_status *status, struct error *e)
{
    char peer[256];
    struct net *n = NULL;
    struct addrinfo *list = look_up(a, e);
    *status = NET_FAILED;
    for (const struct addrinfo *i = list; i && !n; i = i->ai_next) {
        struct sockaddr_storage address = {0};
        memcpy(&address, i->ai_addr, i->ai_addrlen);
        address_print(&address, i->ai_addrlen, peer, sizeof peer);
        int fd = connect_one(i->ai_addr, i->ai_addrlen, a->source, share(deadline, i));
        n = fd < 0 ? refuse(-fd, peer, status, e) : made(fd, peer, status, e);
        if (n && met_itself(n)) {
            net_free(n);
            n = refuse(ECONNREFUSED, peer, status, e);
        }
    }
    if (list) {
        freeaddrinfo(list);
    }
    return n;
}

struct net *net_connect(const struct net_address *a, int64_t deadline, enum net_status *status, struct error *e)
{
    if (a->command) {
        return connect_program(a, status, e);
    }
    return a->unix_path ? connect_unix(a, deadline, status, e) : connect_tcp(a, deadline, status, e);
}
