#include "loopback.h"

#include <fcntl.h>
#include <time.h>

Test(net, moves_octets_both_ways_with_nul_in_them)
{
    struct pair p = pair_new();
    write_all(p.client, BYTES("EHLO \0x\r\n"));
    expect_octets(p.server, BYTES("EHLO \0x\r\n"));
    write_all(p.server, BYTES("250 \xff\r\n"));
    expect_octets(p.client, BYTES("250 \xff\r\n"));
    cr_assert_str_eq(net_peer(p.client), net_local(p.server));
    cr_assert_str_eq(net_peer(p.server), net_local(p.client));
    cr_assert_eq(net_pid(p.client), 0);
    pair_free(&p);
}

Test(net, tells_fin_from_rst_on_reading)
{
    struct pair p = pair_new();
    write_all(p.server, BYTES("221 bye\r\n"));
    net_free(p.server);
    p.server = NULL;
    expect_octets(p.client, BYTES("221 bye\r\n"));
    expect_end(p.client, NET_FIN);
    pair_free(&p);

    p = pair_new();
    net_reset(p.server);
    expect_end(p.client, NET_RST);
    pair_free(&p);
}

Test(net, refuses_work_after_its_own_reset)
{
    struct pair p = pair_new();
    struct error e = {0};
    size_t count;
    unsigned char octet;
    net_reset(p.client);
    cr_assert_eq(net_read(p.client, &octet, 1, &count, clock_deadline(100), &e), NET_FAILED);
    cr_assert_eq(net_write(p.client, BYTES("x"), &count, clock_deadline(100), &e), NET_FAILED);
    cr_assert_eq(net_half_close(p.client, clock_deadline(100)), NET_FAILED);
    pair_free(&p);
}

Test(net, half_close_lets_the_other_direction_live)
{
    struct pair p = pair_new();
    cr_assert_eq(net_half_close(p.client, clock_deadline(1000)), NET_OK);
    expect_end(p.server, NET_FIN);
    write_all(p.server, BYTES("still here"));
    expect_octets(p.client, BYTES("still here"));
    pair_free(&p);
}

/* Writes until it is refused: the first write on a dead connection still succeeds. */
static enum net_status write_until_refused(struct net *n)
{
    struct error e = {0};
    for (int i = 0; i < 1000; i++) {
        size_t written;
        enum net_status status = net_write(n, BYTES("NOOP\r\n"), &written, clock_deadline(1000), &e);
        if (status != NET_OK) {
            cr_assert_neq(e.text[0], '\0');
            return status;
        }
        clock_sleep_ms(1);
    }
    return NET_OK;
}

Test(net, a_refused_write_loses_nothing_that_was_received)
{
    struct pair p = pair_new();
    write_all(p.server, BYTES("421 going\r\n"));
    net_free(p.server); /* FIN; what we write is answered by RST */
    p.server = NULL;
    cr_assert_eq(write_until_refused(p.client), NET_FIN);
    expect_octets(p.client, BYTES("421 going\r\n"));
    expect_end(p.client, NET_FIN);
    pair_free(&p);

    p = pair_new();
    write_all(p.server, BYTES("421 gone\r\n"));
    net_reset(p.server);
    cr_assert_eq(write_until_refused(p.client), NET_RST);
    expect_octets(p.client, BYTES("421 gone\r\n"));
    expect_end(p.client, NET_RST);
    pair_free(&p);
}

static int64_t cpu_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void expect_silence(struct net *n, int64_t ms)
{
    struct error e = {0};
    unsigned char octet;
    size_t got;
    int64_t start = clock_ms(), cpu = cpu_ms();
    cr_assert_eq(net_read(n, &octet, 1, &got, clock_deadline(ms), &e), NET_TIMEOUT);
    int64_t took = clock_ms() - start;
    cr_assert(took >= ms - 1 && took < ms + 1350, "%d ms", (int)took);
    cr_assert_lt(cpu_ms() - cpu, 50);
}

Test(net, a_silent_peer_costs_the_deadline_and_no_more)
{
    struct pair p = pair_new();
    expect_silence(p.client, 150);
    expect_silence(p.client, 1300); /* longer than one recv(2) waits */
    /* The connection is as good as before. */
    write_all(p.server, BYTES("late"));
    expect_octets(p.client, BYTES("late"));
    pair_free(&p);
}

Test(net, a_descriptor_that_did_not_block_is_waited_for_all_the_same)
{
    struct pair p = pair_new();
    int fd = dup(net_fd(p.server));
    cr_assert_eq(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
    net_free(p.server);
    p.server = net_adopt(fd);
    expect_silence(p.server, 1300);
    pair_free(&p);
}

Test(net, a_peer_that_does_not_read_costs_the_deadline)
{
    struct pair p = pair_new();
    struct error e = {0};
    size_t written = 0;
    size_t size = (size_t)64 << 20;
    unsigned char *much = calloc(1, size);
    cr_assert_not_null(much);
    int64_t start = clock_ms();
    cr_assert_eq(net_write(p.client, bytes_of(much, size), &written, clock_deadline(200), &e), NET_TIMEOUT);
    cr_assert_lt(clock_ms() - start, 2000);
    cr_assert(written > 0 && written < size);
    free(much);
    pair_free(&p);
}

#define MUCH ((size_t)10 << 20)

struct talker {
    struct net *net;
    bool ok;
    struct error error;
};

/* Writes all before it reads anything. Runs in threads: no assertions here. */
static void *write_then_read(void *data)
{
    struct talker *t = data;
    size_t count = 0;
    unsigned char *out = malloc(MUCH);
    unsigned char *in = malloc(MUCH);
    for (size_t i = 0; out && i < MUCH; i++) {
        out[i] = (unsigned char)(i * 7 >> 3);
    }
    t->ok = out && in && net_write(t->net, bytes_of(out, MUCH), &count, clock_deadline(20000), &t->error) == NET_OK &&
            count == MUCH && read_len(t->net, in, MUCH, &count, &t->error) == NET_OK && memcmp(in, out, MUCH) == 0;
    free(out);
    free(in);
    return NULL;
}

/* Without keeping what arrives while they write, the two would wait for each other. */
static void both_write(struct pair *p)
{
    pthread_t other;
    struct talker server = {.net = p->server};
    struct talker client = {.net = p->client};
    cr_assert_eq(pthread_create(&other, NULL, write_then_read, &server), 0);
    write_then_read(&client);
    pthread_join(other, NULL);
    cr_assert(client.ok, "%s", client.error.text);
    cr_assert(server.ok, "%s", server.error.text);
}

Test(net, two_sides_that_write_do_not_lock_each_other)
{
    struct pair p = pair_new();
    both_write(&p);
    pair_free(&p);
}

Test(net, what_came_while_writing_is_pending)
{
    struct pair p = pair_new();
    struct error e = {0};
    size_t written = 0;
    size_t size = (size_t)16 << 20;
    unsigned char *much = calloc(1, size);
    cr_assert_not_null(much);
    write_all(p.server, BYTES("452 too much\r\n"));
    cr_assert_eq(net_pending(p.client), 0);
    cr_assert_eq(net_write(p.client, bytes_of(much, size), &written, clock_deadline(200), &e), NET_TIMEOUT);
    cr_assert_eq(net_pending(p.client), 14);
    expect_octets(p.client, BYTES("452 too much\r\n"));
    cr_assert_eq(net_pending(p.client), 0);
    free(much);
    pair_free(&p);
}

struct start {
    struct net *net;
    struct net_tls *tls;
    bool ok;
};

static void *start_tls(void *data)
{
    struct start *s = data;
    struct error e = {0};
    s->ok = net_tls_start(s->net, s->tls, NULL, BYTES(""), clock_deadline(5000), &e) == NET_OK;
    return NULL;
}

Test(net, two_sides_that_write_through_tls_do_not_lock_each_other)
{
    struct pair p = pair_new();
    struct error e = {0};
    pthread_t other;
    struct start server = {.net = p.server, .tls = net_tls_new(&(struct net_tls_options){.server = true}, &e)};
    struct start client = {.net = p.client, .tls = net_tls_new(&(struct net_tls_options){0}, &e)};
    pthread_create(&other, NULL, start_tls, &server);
    start_tls(&client);
    pthread_join(other, NULL);
    cr_assert(client.ok && server.ok);
    both_write(&p);
    pair_free(&p);
    net_tls_free(server.tls);
    net_tls_free(client.tls);
}
