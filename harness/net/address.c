#include "wire.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <sys/un.h>

void address_print(const struct sockaddr_storage *address, socklen_t len, char *out, size_t size)
{
    char host[128];
    char port[16];
    if (address->ss_family == AF_UNIX) {
        const struct sockaddr_un *u = (const struct sockaddr_un *)address;
        snprintf(out, size, "%.*s", (int)sizeof u->sun_path, len > sizeof(sa_family_t) ? u->sun_path : "");
        return;
    }
    if (address->ss_family == AF_INET) {
        const struct sockaddr_in *in = (const struct sockaddr_in *)address;
        const unsigned char *octet = (const unsigned char *)&in->sin_addr;
        snprintf(out, size, "%u.%u.%u.%u:%u", octet[0], octet[1], octet[2], octet[3], ntohs(in->sin_port));
        return;
    }
    if (getnameinfo((const struct sockaddr *)address, len, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
        snprintf(out, size, "unknown");
        return;
    }
    snprintf(out, size, "[%s]:%s", host, port);
}
