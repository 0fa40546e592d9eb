#include "wire.h"

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
    if (getnameinfo((const struct sockaddr *)address, len, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
        snprintf(out, size, "unknown");
        return;
    }
    snprintf(out, size, address->ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host, port);
}
