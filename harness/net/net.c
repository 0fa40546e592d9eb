#include "wire.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

const char *wire_errno(int code, char *out, size_t size)
{
    return strerror_r(code, out, size);
}

static enum net_status fail(struct error *e, const char *what, int code)
{
    char text[128];
    error_set(e, "%s: %s", what, wire_errno(code, text, sizeof text));
    return NET_FAILED;
}

struct net *wire_new(int fd, const char *peer)
{
    struct net *n = calloc(1, sizeof *n);
    if (!n) {
        close(fd);
        return NULL;
    }
    n->fd = fd;
    n->transport = &wire_clear;
    int on = 1;
    struct timeval moment = {.tv_usec = (suseconds_t)WIRE_MOMENT_MS * 1000};
    struct sockaddr_storage address = {0};
    socklen_t len = sizeof address;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &moment, sizeof moment);
    if (getsockname(fd, (struct sockaddr *)&address, &len) == 0) {
        if (address.ss_family == AF_INET || address.ss_family == AF_INET6) {
            setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        }
        address_print(&address, len, n->local, sizeof n->local);
    }
    snprintf(n->peer, sizeof n->peer, "%s", peer);
    return n;
}

struct net *net_adopt(int fd)
{
    int flags = fcntl(fd, F_GETFL);
    struct sockaddr_storage address = {0};
    socklen_t len = sizeof address;
    char peer[256] = "";
    if (flags < 0 || (flags & O_NONBLOCK && fcntl(fd, F_SETFL, flags & ~O_NONBLOCK) < 0)) {
        close(fd);
        return NULL;
    }
    if (getpeername(fd, (struct sockaddr *)&address, &len) == 0) {
        address_print(&address, len, peer, sizeof peer);
    }
    return wire_new(fd, peer);
}

void net_free(struct net *n)
{
    if (!n) {
        return;
    }
    tls_free(n);
    if (n->fd >= 0) {
        close(n->fd);
    }
    if (n->pid) {
        program_end(n->pid);
    }
    buffer_free(&n->in);
    free(n);
}

enum net_status wire_wait(const struct net *n, short events, short *ready, int64_t deadline, struct error *e)
{
    struct pollfd p = {.fd = n->fd, .events = events};
    for (;;) {
        int got = poll(&p, 1, clock_left(deadline));
        if (got > 0) {
            *ready = p.revents;
            return NET_OK;
        }
        if (got == 0) {
            if (clock_left(deadline) > 0) {
                continue;
            }
            error_set(e, "nothing moved before the deadline");
            return NET_TIMEOUT;
        }
        if (errno != EINTR) {
            return fail(e, "poll", errno);
        }
    }
}

/* recv(2), which waits for a moment unless `flags` say otherwise. */
static enum net_status receive(struct net *n, int flags, unsigned char *out, size_t size, size_t *got, struct error *e)
{
    ssize_t len = recv(n->fd, out, size, flags);
    *got = len > 0 ? (size_t)len : 0;
    if (len >= 0) {
        return len > 0 ? NET_OK : NET_FIN;
    }
    switch (errno) {
    case EINTR:
    case EAGAIN:
        return NET_TIMEOUT;
    case ECONNRESET:
    case EPIPE:
        return NET_RST;
    default:
        return fail(e, "reading", errno);
    }
}

enum net_status wire_receive(struct net *n, unsigned char *out, size_t size, size_t *got, struct error *e)
{
    return receive(n, MSG_DONTWAIT, out, size, got, e);
}

static bool no_memory(struct net *n, struct error *e)
{
    n->end = NET_FAILED;
    error_set(&n->error, "no memory for what was received");
    return error_set(e, "%s", n->error.text);
}

static bool clear_take(struct net *n, struct error *e)
{
    size_t got;
    unsigned char *space = buffer_reserve(&n->in, WIRE_CHUNK);
    if (!space) {
        return no_memory(n, e);
    }
    enum net_status status = wire_receive(n, space, WIRE_CHUNK, &got, &n->error);
    n->in.len += got;
    if (status == NET_FAILED) {
        n->end = NET_FAILED;
        return error_set(e, "%s", n->error.text);
    }
    if (status != NET_OK && status != NET_TIMEOUT) {
        n->end = status;
    }
    return true;
}

/* The peer is gone, but what it sent before can still be read. The kernel tells a reset once only, to whoever asks
 * first: here. EPIPE behind a FIN means that the peer had closed in good order before we wrote. */
static enum net_status write_refused(struct net *n, int code, struct error *e)
{
    size_t before;
    do {
        before = n->in.len;
        if (n->end == NET_OK && !n->transport->take(n, e)) {
            return NET_FAILED;
        }
    } while (n->end == NET_OK && n->in.len > before);
    if (code == ECONNRESET) {
        n->end = NET_RST;
    }
    if (n->end == NET_OK || n->end == NET_FAILED) {
        return fail(e, "writing", code);
    }
    error_set(e, n->end == NET_RST ? "the peer reset the connection" : "the peer closed the connection");
    return n->end;
}

enum net_status wire_push(struct net *n, struct bytes octets, size_t *sent, int64_t deadline, struct error *e)
{
    size_t from = 0;
    while (from < octets.len) {
        ssize_t len = send(n->fd, octets.data + from, octets.len - from, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (len >= 0) {
            from += (size_t)len;
            *sent += (size_t)len;
            continue;
        }
        if (errno == EINTR) {
            continue;
        }
        if (errno != EAGAIN) {
            return write_refused(n, errno, e);
        }
        bool listen_too = n->end == NET_OK && net_pending(n) < WIRE_KEEP;
        short ready = 0;
        enum net_status status = wire_wait(n, (short)(POLLOUT | (listen_too ? POLLIN : 0)), &ready, deadline, e);
        if (status != NET_OK) {
            return status;
        }
        if (listen_too && (ready & POLLIN) && !n->transport->take(n, e)) {
            return NET_FAILED;
        }
    }
    return NET_OK;
}

static enum net_status clear_finish(struct net *n, int64_t deadline, struct error *e)
{
    (void)n;
    (void)deadline;
    (void)e;
    return NET_OK;
}

const struct transport wire_clear = {clear_take, wire_push, clear_finish};

static enum net_status usable(const struct net *n, struct error *e)
{
    if (n->fd < 0) {
        error_set(e, "the connection was reset by this side");
        return NET_FAILED;
    }
    return NET_OK;
}

static enum net_status tell_end(const struct net *n, struct error *e)
{
    switch (n->end) {
    case NET_FIN:
        error_set(e, "the peer closed the connection");
        break;
    case NET_RST:
        error_set(e, "the peer reset the connection");
        break;
    default:
        error_set(e, "%s", n->error.text);
        break;
    }
    return n->end;
}

/* In clear and with nothing kept, octets go from the kernel to the caller without a stop. */
static enum net_status read_clear(struct net *n, int flags, unsigned char *out, size_t size, size_t *got,
                                  struct error *e)
{
    enum net_status status = receive(n, flags, out, size, got, &n->error);
    if (status == NET_OK || status == NET_TIMEOUT) {
        return status;
    }
    n->end = status;
    return tell_end(n, e);
}

/* Most replies come within the moment that recv(2) itself waits: poll(2) before it would be a system call for nothing,
 * unless the deadline comes first. */
static bool may_wait_in_recv(const struct net *n, int64_t deadline)
{
    int left = clock_left(deadline);
    return !n->ssl && (left < 0 || left > WIRE_MOMENT_MS);
}

enum net_status net_read(struct net *n, unsigned char *out, size_t size, size_t *got, int64_t deadline, struct error *e)
{
    *got = 0;
    enum net_status status = usable(n, e);
    if (status != NET_OK) {
        return status;
    }
    while (net_pending(n) == 0) {
        short ready = 0;
        if (n->end != NET_OK) {
            return tell_end(n, e);
        }
        bool at_once = may_wait_in_recv(n, deadline);
        if (!at_once && (status = wire_wait(n, POLLIN, &ready, deadline, e)) != NET_OK) {
            return status;
        }
        if (!n->ssl) {
            status = read_clear(n, at_once ? 0 : MSG_DONTWAIT, out, size, got, e);
            if (status != NET_TIMEOUT) {
                return status;
            }
        } else if (!n->transport->take(n, e)) {
            return NET_FAILED;
        }
    }
    *got = size < net_pending(n) ? size : net_pending(n);
    memcpy(out, n->in.data + n->given, *got);
    n->given += *got;
    if (n->given == n->in.len) {
        n->given = 0;
        buffer_clear(&n->in);
    }
    return NET_OK;
}

enum net_status net_write(struct net *n, struct bytes octets, size_t *written, int64_t deadline, struct error *e)
{
    *written = 0;
    enum net_status status = usable(n, e);
    return status == NET_OK ? n->transport->write(n, octets, written, deadline, e) : status;
}

size_t net_pending(const struct net *n)
{
    return n->in.len - n->given;
}

enum net_status net_half_close(struct net *n, int64_t deadline)
{
    enum net_status status = usable(n, NULL);
    if (status != NET_OK || n->finished) {
        return status;
    }
    n->finished = true;
    status = n->transport->finish(n, deadline, NULL);
    if (shutdown(n->fd, SHUT_WR) < 0 && status == NET_OK) {
        status = errno == ENOTCONN ? NET_RST : NET_FAILED;
    }
    return status;
}

void net_reset(struct net *n)
{
    struct linger now = {.l_onoff = 1, .l_linger = 0};
    if (n->fd < 0) {
        return;
    }
    setsockopt(n->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close(n->fd);
    n->fd = -1;
}

int net_fd(const struct net *n)
{
    return n->fd;
}

int net_pid(const struct net *n)
{
    return n->pid;
}

const char *net_peer(const struct net *n)
{
    return n->peer;
}

const char *net_local(const struct net *n)
{
    return n->local;
}
