#include "wire.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 1024

static int listen_on(const struct sockaddr *address, socklen_t len, const char *name, struct error *e)
{
    char text[128];
    int on = 1;
    int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && address->sa_family != AF_UNIX) {
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    }
    if (fd >= 0 && bind(fd, address, len) == 0 && listen(fd, BACKLOG) == 0) {
        return fd;
    }
    error_set(e, "expected to listen on %s, got: %s", name, wire_errno(errno, text, sizeof text));
    if (fd >= 0) {
        close(fd);
    }
    return -1;
}

int net_listen(const char *host, const char *port, struct error *e)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
    struct addrinfo *list = NULL;
    char name[256];
    int fd = -1;
    int code = getaddrinfo(host, port, &hints, &list);
    if (code != 0) {
        error_set(e, "expected an address to listen on, got %s port %s: %s", host ? host : "any", port,
                  gai_strerror(code));
        return -1;
    }
    for (const struct addrinfo *i = list; i && fd < 0; i = i->ai_next) {
        struct sockaddr_storage address = {0};
        memcpy(&address, i->ai_addr, i->ai_addrlen);
        address_print(&address, i->ai_addrlen, name, sizeof name);
        fd = listen_on(i->ai_addr, i->ai_addrlen, name, e);
    }
    freeaddrinfo(list);
    return fd;
}

/* A socket file that nobody listens on is left from an earlier run; anything else is not ours to remove. */
static void remove_stale(const struct sockaddr_un *address)
{
    struct stat st;
    if (lstat(address->sun_path, &st) < 0 || !S_ISSOCK(st.st_mode)) {
        return;
    }
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return;
    }
    if (connect(fd, (const struct sockaddr *)address, sizeof *address) < 0 && errno == ECONNREFUSED) {
        unlink(address->sun_path);
    }
    close(fd);
}

int net_listen_unix(const char *path, struct error *e)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t len = strlen(path);
    if (len >= sizeof address.sun_path) {
        error_set(e, "expected a socket path of at most %zu octets, got %zu", sizeof address.sun_path - 1, len);
        return -1;
    }
    memcpy(address.sun_path, path, len);
    remove_stale(&address);
    return listen_on((const struct sockaddr *)&address, sizeof address, path, e);
}

int net_listen_port(int fd)
{
    struct sockaddr_storage address = {0};
    socklen_t len = sizeof address;
    if (getsockname(fd, (struct sockaddr *)&address, &len) < 0) {
        return 0;
    }
    if (address.ss_family == AF_INET) {
        return ntohs(((const struct sockaddr_in *)&address)->sin_port);
    }
    return address.ss_family == AF_INET6 ? ntohs(((const struct sockaddr_in6 *)&address)->sin6_port) : 0;
}
