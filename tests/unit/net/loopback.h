/* Two ends of a connection on this machine, for the tests of this room. */
#ifndef TEST_LOOPBACK_H
#define TEST_LOOPBACK_H

#include "net/net.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct pair {
    struct net *client;
    struct net *server;
};

static inline struct pair pair_over(const char *host)
{
    struct pair p = {0};
    struct error e = {0};
    enum net_status status;
    char port[16];
    int listener = net_listen(host, "0", &e);
    cr_assert_geq(listener, 0, "%s", e.text);
    snprintf(port, sizeof port, "%d", net_listen_port(listener));
    struct net_address a = {.host = host, .port = port};
    p.client = net_connect(&a, clock_deadline(5000), &status, &e);
    cr_assert_not_null(p.client, "%s", e.text);
    cr_assert_eq(status, NET_OK);
    int fd = accept(listener, NULL, NULL);
    cr_assert_geq(fd, 0);
    close(listener);
    p.server = net_adopt(fd);
    cr_assert_not_null(p.server);
    return p;
}

static inline struct pair pair_new(void)
{
    return pair_over("127.0.0.1");
}

static inline void pair_free(struct pair *p)
{
    net_free(p->client);
    net_free(p->server);
}

static inline void write_all(struct net *n, struct bytes octets)
{
    struct error e = {0};
    size_t written = 0;
    enum net_status status = net_write(n, octets, &written, clock_deadline(10000), &e);
    cr_assert_eq(status, NET_OK, "%d %s", (int)status, e.text);
    cr_assert_eq(written, octets.len);
}

/* Reads until `len` octets are there or something else than NET_OK comes, which it returns. */
static inline enum net_status read_len(struct net *n, unsigned char *out, size_t len, size_t *got, struct error *e)
{
    *got = 0;
    while (*got < len) {
        size_t part = 0;
        enum net_status status = net_read(n, out + *got, len - *got, &part, clock_deadline(10000), e);
        if (status != NET_OK) {
            return status;
        }
        *got += part;
    }
    return NET_OK;
}

static inline void expect_octets(struct net *n, struct bytes want)
{
    struct error e = {0};
    size_t got = 0;
    unsigned char *space = malloc(want.len);
    cr_assert_not_null(space);
    enum net_status status = read_len(n, space, want.len, &got, &e);
    cr_assert_eq(status, NET_OK, "%d %s", (int)status, e.text);
    cr_assert_arr_eq(space, want.data, want.len);
    free(space);
}

static inline void expect_end(struct net *n, enum net_status want)
{
    unsigned char octet;
    size_t got = 0;
    struct error e = {0};
    enum net_status status = net_read(n, &octet, 1, &got, clock_deadline(5000), &e);
    cr_assert_eq(status, want, "expected %d, got %d %s", (int)want, (int)status, e.text);
    cr_assert_eq(got, 0);
    /* It is told again as often as asked. */
    cr_assert_eq(net_read(n, &octet, 1, &got, clock_deadline(5000), &e), want);
}

#endif
