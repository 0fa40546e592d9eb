#include "loopback.h"

#include <errno.h>
#include <netdb.h>
#include <signal.h>

static struct net *try_connect(struct net_address a, enum net_status *status, struct error *e)
{
    return net_connect(&a, clock_deadline(2000), status, e);
}

Test(connect, refused_is_an_error_with_the_address_in_it)
{
    struct error e = {0};
    enum net_status status = NET_OK;
    char port[16];
    int listener = net_listen("127.0.0.1", "0", &e);
    snprintf(port, sizeof port, "%d", net_listen_port(listener));
    close(listener);
    cr_assert_null(try_connect((struct net_address){.host = "127.0.0.1", .port = port}, &status, &e));
    cr_assert_eq(status, NET_FAILED);
    cr_assert_not_null(strstr(e.text, "127.0.0.1:"), "%s", e.text);
    cr_assert_not_null(strstr(e.text, "refused"), "%s", e.text);
}

/* A connection from a port to that very port, where nobody listens, is made by TCP's simultaneous open. */
Test(connect, never_meets_itself)
{
    struct error e = {0};
    enum net_status status = NET_OK;
    FILE *range = fopen("/proc/sys/net/ipv4/ip_local_port_range", "r");
    int low = 0;
    int high = 0;
    char port[16];
    if (!range || fscanf(range, "%d %d", &low, &high) != 2) {
        cr_skip("the range of local ports is not told");
    }
    fclose(range);
    /* An address of its own: all its local ports are free; those of the parity of the first are given out first. */
    struct net_address a = {.host = "127.0.77.7", .port = port, .source = "127.0.77.7"};
    snprintf(port, sizeof port, "%d", low + (high - low) / 4 * 2);
    for (int i = 0; i < high - low; i++) {
        struct net *n = net_connect(&a, clock_deadline(2000), &status, &e);
        cr_assert_null(n);
    }
}

Test(connect, every_address_of_a_name_is_tried)
{
    struct error e = {0};
    enum net_status status = NET_OK;
    char port[16];
    struct addrinfo *found = NULL;
    if (getaddrinfo("localhost", NULL, NULL, &found) != 0)
        cr_skip_test("this machine has no /etc/hosts");
    freeaddrinfo(found);
    int listener = net_listen("127.0.0.1", "0", &e);
    snprintf(port, sizeof port, "%d", net_listen_port(listener));
    struct net *n = try_connect((struct net_address){.host = "localhost", .port = port}, &status, &e);
    cr_assert_not_null(n, "%s", e.text);
    net_free(n);
    close(listener);
}

Test(connect, from_the_address_that_was_asked)
{
    struct error e = {0};
    enum net_status status = NET_OK;
    char port[16];
    int listener = net_listen("127.0.0.1", "0", &e);
    snprintf(port, sizeof port, "%d", net_listen_port(listener));
    struct net_address a = {.host = "127.0.0.1", .port = port, .source = "127.0.0.9"};
    struct net *n = try_connect(a, &status, &e);
    cr_assert_not_null(n, "%s", e.text);
    cr_assert_eq(strncmp(net_local(n), "127.0.0.9:", 10), 0, "%s", net_local(n));
    net_free(n);
    a.source = "::1";
    cr_assert_null(try_connect(a, &status, &e));
    cr_assert_eq(status, NET_FAILED);
    close(listener);
}

Test(connect, over_ipv6)
{
    struct error e = {0};
    int probe = net_listen("::1", "0", &e);
    if (probe < 0) {
        cr_skip("no IPv6 on this machine");
    }
    close(probe);
    struct pair p = pair_over("::1");
    write_all(p.client, BYTES("x"));
    expect_octets(p.server, BYTES("x"));
    cr_assert_eq(strncmp(net_peer(p.client), "[::1]:", 6), 0, "%s", net_peer(p.client));
    pair_free(&p);
}

static void expect_full_backlog(struct net_address a, int listener)
{
    struct error e = {0};
    enum net_status status = NET_OK;
    struct net *held[8] = {0};
    cr_assert_eq(listen(listener, 0), 0);
    int64_t start = clock_ms();
    size_t i = 0;
    for (; i < 8 && status == NET_OK; i++) {
        held[i] = net_connect(&a, clock_deadline(200), &status, &e);
    }
    cr_assert_eq(status, NET_TIMEOUT, "%s", e.text);
    int64_t took = clock_ms() - start;
    cr_assert(took >= 199 && took < 3000, "%d ms", (int)took);
    for (size_t k = 0; k < i; k++) {
        net_free(held[k]);
    }
    close(listener);
}

Test(connect, a_full_backlog_costs_the_deadline)
{
    struct error e = {0};
    char port[16];
    int listener = net_listen("127.0.0.1", "0", &e);
    snprintf(port, sizeof port, "%d", net_listen_port(listener));
    expect_full_backlog((struct net_address){.host = "127.0.0.1", .port = port}, listener);
}

Test(connect, a_full_backlog_of_a_unix_socket_costs_the_deadline)
{
    struct error e = {0};
    char folder[] = "/tmp/net-test-XXXXXX";
    char path[64];
    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/socket", folder);
    int listener = net_listen_unix(path, &e);
    cr_assert_geq(listener, 0, "%s", e.text);
    expect_full_backlog((struct net_address){.unix_path = path}, listener);
    unlink(path);
    rmdir(folder);
}

Test(connect, over_a_unix_socket)
{
    struct error e = {0};
    enum net_status status = NET_OK;
    char folder[] = "/tmp/net-test-XXXXXX";
    char path[64];
    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/socket", folder);
    int listener = net_listen_unix(path, &e);
    cr_assert_geq(listener, 0, "%s", e.text);
    close(listener);
    /* The file that is left is no hindrance. */
    listener = net_listen_unix(path, &e);
    cr_assert_geq(listener, 0, "%s", e.text);
    struct net *client = try_connect((struct net_address){.unix_path = path}, &status, &e);
    cr_assert_not_null(client, "%s", e.text);
    cr_assert_str_eq(net_peer(client), path);
    struct net *server = net_adopt(accept(listener, NULL, NULL));
    write_all(client, BYTES("LHLO x\r\n"));
    expect_octets(server, BYTES("LHLO x\r\n"));
    net_free(server);
    expect_end(client, NET_FIN);
    net_free(client);
    close(listener);
    cr_assert_null(try_connect((struct net_address){.unix_path = path}, &status, &e));
    cr_assert_eq(status, NET_FAILED);
    unlink(path);
    rmdir(folder);
}

Test(connect, a_path_that_is_no_socket_is_kept)
{
    struct error e = {0};
    char path[] = "/tmp/net-test-XXXXXX";
    int fd = mkstemp(path);
    cr_assert_eq(net_listen_unix(path, &e), -1);
    cr_assert_eq(access(path, F_OK), 0);
    close(fd);
    unlink(path);
}

Test(connect, to_a_program)
{
    struct error e = {0};
    enum net_status status = NET_OK;
    struct net *n = try_connect((struct net_address){.command = "pwd; exec cat", .directory = "/"}, &status, &e);
    cr_assert_not_null(n, "%s", e.text);
    expect_octets(n, BYTES("/\n"));
    write_all(n, BYTES("NOOP\0\r\n"));
    expect_octets(n, BYTES("NOOP\0\r\n"));
    cr_assert_eq(net_half_close(n, clock_deadline(1000)), NET_OK);
    expect_end(n, NET_FIN);
    net_free(n);
}

Test(connect, a_program_and_its_children_do_not_outlive_the_connection)
{
    struct error e = {0};
    enum net_status status = NET_OK;
    unsigned char digits[32] = {0};
    size_t got;
    struct net *n =
        try_connect((struct net_address){.command = "sleep 1000 & echo $!; trap '' HUP TERM; wait"}, &status, &e);
    cr_assert_not_null(n, "%s", e.text);
    cr_assert_eq(net_read(n, digits, sizeof digits - 1, &got, clock_deadline(5000), &e), NET_OK);
    int grandchild = atoi((char *)digits);
    int pid = net_pid(n);
    cr_assert(grandchild > 1 && pid > 1);
    int64_t start = clock_ms();
    net_free(n);
    cr_assert_lt(clock_ms() - start, 2000);
    cr_assert(kill(pid, 0) < 0 && errno == ESRCH);
    /* The grandchild is a zombie at most, until whoever inherits it reaps it. */
    char path[64];
    char state = 'Z';
    snprintf(path, sizeof path, "/proc/%d/stat", grandchild);
    for (int i = 0; i < 100; i++) {
        FILE *f = fopen(path, "r");
        if (!f || fscanf(f, "%*d %*s %c", &state) != 1 || state == 'Z' || state == 'X') {
            state = 'Z';
        }
        if (f) {
            fclose(f);
        }
        if (state == 'Z') {
            break;
        }
        clock_sleep_ms(10);
    }
    cr_assert_eq(state, 'Z');
}

Test(connect, a_program_that_is_not_there_ends_the_connection)
{
    struct error e = {0};
    enum net_status status = NET_OK;
    struct net *n = try_connect((struct net_address){.command = "exec /nonexistent/program 2>&-"}, &status, &e);
    cr_assert_not_null(n, "%s", e.text);
    expect_end(n, NET_FIN);
    net_free(n);
}
