#include "loopback.h"
#include "wire.h"

#include <arpa/inet.h>

static struct sockaddr_storage address(const char *host, int port)
{
    struct sockaddr_storage out = {0};
    struct sockaddr_in *v4 = (struct sockaddr_in *)&out;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&out;
    if (inet_pton(AF_INET, host, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons((uint16_t)port);
    } else {
        cr_assert_eq(inet_pton(AF_INET6, host, &v6->sin6_addr), 1);
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons((uint16_t)port);
    }
    return out;
}

Test(proxy, headers)
{
    static const struct {
        int version;
        const char *from, *to;
        int from_port, to_port;
        struct bytes want;
    } rows[] = {
        {1,
         "127.0.0.2",
         "127.42.42.42",
         64000,
         25,
         {(const unsigned char *)"PROXY TCP4 127.0.0.2 127.42.42.42 64000 25\r\n", 44}},
        {1, "2001:db8::1", "::1", 1, 65535, {(const unsigned char *)"PROXY TCP6 2001:db8::1 ::1 1 65535\r\n", 36}},
        {1,
         "2001:db8::1",
         "127.0.0.1",
         1,
         2,
         {(const unsigned char *)"PROXY TCP6 2001:db8::1 ::ffff:127.0.0.1 1 2\r\n", 45}},
        {2,
         "127.0.0.2",
         "127.42.42.42",
         0xc295,
         0x0401,
         {(const unsigned char *)"\x0D\x0A\x0D\x0A\x00\x0D\x0A\x51\x55\x49\x54\x0A\x21\x11\x00\x0c\x7f\x00\x00\x02"
                                 "\x7f\x2a\x2a\x2a\xc2\x95\x04\x01",
          28}},
        {2,
         "2001:db8::1",
         "::1",
         258,
         25,
         {(const unsigned char *)"\x0D\x0A\x0D\x0A\x00\x0D\x0A\x51\x55\x49\x54\x0A\x21\x21\x00\x24"
                                 "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01"
                                 "\x01\x02\x00\x19",
          52}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buffer out = {0};
        struct error e = {0};
        struct sockaddr_storage from = address(rows[i].from, rows[i].from_port);
        struct sockaddr_storage to = address(rows[i].to, rows[i].to_port);
        cr_assert(proxy_print(&out, rows[i].version, &from, &to, &e), "%s", e.text);
        cr_assert_eq(out.len, rows[i].want.len, "row %zu: %zu octets", i, out.len);
        cr_assert_arr_eq(out.data, rows[i].want.data, out.len, "row %zu", i);
        buffer_free(&out);
    }
}

Test(proxy, of_a_connection)
{
    struct pair p = pair_new();
    struct buffer out = {0};
    struct error e = {0};
    char want[128];
    cr_assert(net_proxy_header(&out, 1, "192.0.2.1", p.client, &e), "%s", e.text);
    snprintf(want, sizeof want, "PROXY TCP4 192.0.2.1 127.0.0.1 %s %s\r\n", strchr(net_local(p.client), ':') + 1,
             strchr(net_peer(p.client), ':') + 1);
    cr_assert_str_eq(buffer_string(&out), want);
    buffer_free(&out);
    pair_free(&p);
}

Test(proxy, refuses_what_it_cannot_tell)
{
    struct pair p = pair_new();
    struct buffer out = {0};
    struct error e = {0};
    struct net_address a = {.command = "cat"};
    enum net_status status;
    struct net *program = net_connect(&a, clock_deadline(1000), &status, &e);
    cr_assert_not(net_proxy_header(&out, 3, "192.0.2.1", p.client, &e));
    cr_assert_not(net_proxy_header(&out, 1, "example.test", p.client, &e));
    cr_assert_not_null(strstr(e.text, "example.test"));
    cr_assert_not(net_proxy_header(&out, 2, "192.0.2.1", program, &e));
    cr_assert_eq(out.len, 0);
    net_free(program);
    buffer_free(&out);
    pair_free(&p);
}
