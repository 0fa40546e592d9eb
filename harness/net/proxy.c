#include "wire.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

struct end {
    unsigned char address[16]; /* IPv4 is mapped */
    uint16_t port;             /* network order */
    bool v4;
};

static bool end_of(const struct sockaddr_storage *a, struct end *out)
{
    static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
    if (a->ss_family == AF_INET) {
        const struct sockaddr_in *in = (const struct sockaddr_in *)a;
        memcpy(out->address, mapped, 12);
        memcpy(out->address + 12, &in->sin_addr, 4);
        out->port = in->sin_port;
        out->v4 = true;
        return true;
    }
    if (a->ss_family == AF_INET6) {
        const struct sockaddr_in6 *in = (const struct sockaddr_in6 *)a;
        memcpy(out->address, &in->sin6_addr, 16);
        out->port = in->sin6_port;
        out->v4 = false;
        return true;
    }
    return false;
}

static void print_v1(struct buffer *out, const struct end *from, const struct end *to, bool v4)
{
    char source[INET6_ADDRSTRLEN];
    char target[INET6_ADDRSTRLEN];
    size_t skip = v4 ? 12 : 0;
    inet_ntop(v4 ? AF_INET : AF_INET6, from->address + skip, source, sizeof source);
    inet_ntop(v4 ? AF_INET : AF_INET6, to->address + skip, target, sizeof target);
    buffer_printf(out, "PROXY TCP%c %s %s %u %u\r\n", v4 ? '4' : '6', source, target, (unsigned)ntohs(from->port),
                  (unsigned)ntohs(to->port));
}

static void print_v2(struct buffer *out, const struct end *from, const struct end *to, bool v4)
{
    size_t skip = v4 ? 12 : 0;
    size_t len = 16 - skip;
    buffer_add(out, BYTES("\r\n\r\n\0\r\nQUIT\n"));
    buffer_add_octet(out, 0x21); /* version 2, PROXY */
    buffer_add_octet(out, v4 ? 0x11 : 0x21);
    buffer_add_octet(out, 0);
    buffer_add_octet(out, (unsigned char)(2 * len + 4));
    buffer_add(out, bytes_of(from->address + skip, len));
    buffer_add(out, bytes_of(to->address + skip, len));
    buffer_add(out, bytes_of(&from->port, 2));
    buffer_add(out, bytes_of(&to->port, 2));
}

bool proxy_print(struct buffer *out, int version, const struct sockaddr_storage *from,
                 const struct sockaddr_storage *to, struct error *e)
{
    struct end source;
    struct end target;
    if (version != 1 && version != 2) {
        return error_set(e, "expected version 1 or 2 of the PROXY protocol, got %d", version);
    }
    if (!end_of(from, &source) || !end_of(to, &target)) {
        return error_set(e, "expected a TCP connection for a PROXY header, got something else");
    }
    (version == 1 ? print_v1 : print_v2)(out, &source, &target, source.v4 && target.v4);
    return !buffer_failed(out) || error_set(e, "no memory for a PROXY header");
}

static bool parse_source(const char *text, uint16_t port, struct sockaddr_storage *out)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = port};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = port};
    if (inet_pton(AF_INET, text, &v4.sin_addr) == 1) {
        memcpy(out, &v4, sizeof v4);
        return true;
    }
    if (inet_pton(AF_INET6, text, &v6.sin6_addr) == 1) {
        memcpy(out, &v6, sizeof v6);
        return true;
    }
    return false;
}

bool net_proxy_header(struct buffer *out, int version, const char *source, const struct net *n, struct error *e)
{
    struct sockaddr_storage from = {0};
    struct sockaddr_storage to = {0};
    socklen_t len = sizeof to;
    int port = net_listen_port(n->fd);
    if (!parse_source(source, htons((uint16_t)port), &from)) {
        return error_set(e, "expected an IPv4 or IPv6 address as the source of a PROXY header, got \"%s\"", source);
    }
    if (getpeername(n->fd, (struct sockaddr *)&to, &len) < 0) {
        return error_set(e, "expected an open connection for a PROXY header");
    }
    return proxy_print(out, version, &from, &to, e);
}
