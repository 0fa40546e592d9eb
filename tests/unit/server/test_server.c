/* The listener over loopback: ports, TLS, time-outs, limits, an orderly stop, many clients at once. */
#include "net/net.h"
#include "server/server.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATIENCE = 10000 };

struct client {
    struct net *net;
    char text[65536]; /* of the last client_read */
    enum net_status status;
};

static void client_open(struct client *c, int port)
{
    struct error e;
    char number[16];
    snprintf(number, sizeof number, "%d", port);
    struct net_address a = {.host = "127.0.0.1", .port = number};
    memset(c, 0, sizeof *c);
    c->net = net_connect(&a, clock_deadline(PATIENCE), &c->status, &e);
    cr_assert_not_null(c->net, "%s", e.text);
}

static void client_close(struct client *c)
{
    net_free(c->net);
}

/* Reads until the text holds `end` or the connection ends. */
static const char *client_read(struct client *c, const char *end)
{
    size_t len = 0, got;
    int64_t deadline = clock_deadline(PATIENCE);
    c->text[0] = 0;
    while (!(end && strstr(c->text, end))) {
        c->status = net_read(c->net, (unsigned char *)c->text + len, sizeof c->text - 1 - len, &got, deadline, NULL);
        if (c->status != NET_OK)
            break;
        len += got;
        c->text[len] = 0;
    }
    return c->text;
}

static void client_write(struct client *c, const char *text)
{
    size_t written;
    cr_assert_eq(net_write(c->net, bytes_string(text), &written, clock_deadline(PATIENCE), NULL), NET_OK);
}

static const char *client_ask(struct client *c, const char *text, const char *end)
{
    client_write(c, text);
    return client_read(c, end);
}

static struct server *start(struct server_options o)
{
    struct server *s;
    struct error e;
    if (!o.port && !o.unix_path)
        o.port = "0";
    cr_assert(server_start(&o, &s, &e), "%s", e.text);
    return s;
}

#define MESSAGE                                                                                                        \
    "EHLO client.test\r\nMAIL FROM:<carol@client.test>\r\nRCPT TO:<alice@example.test>\r\nDATA\r\nA: "                 \
    "b\r\n\r\nx\r\n.\r\nQUIT\r\n"

Test(server, a_message)
{
    struct client c;
    struct server *s = start((struct server_options){0});
    client_open(&c, server_port(s));
    cr_expect(!strncmp(client_read(&c, "\r\n"), "220 example.test ", 17), "%s", c.text);
    client_ask(&c, MESSAGE, NULL);
    cr_expect_not_null(strstr(c.text, "\r\n250 2.6.0 Message accepted, 11 octets\r\n221 2.0.0 "), "%s", c.text);
    cr_expect_eq(c.status, NET_FIN);
    cr_expect_eq(server_messages(s), 1);
    client_close(&c);
    server_stop(s);
}

/* Defects of the listener: nobody is greeted after a client that vanished. */
Test(server, dies_of_a_client_that_vanishes)
{
    for (int on = 0; on < 2; on++) {
        struct client c;
        struct server *s = start((struct server_options){.defect = on ? "dies-of-disconnect" : NULL});
        int port = server_port(s);
        client_open(&c, port);
        client_read(&c, "\r\n");
        client_close(&c);
        bool greeted = true;
        for (int64_t deadline = clock_deadline(on ? PATIENCE : 300); greeted && clock_left(deadline) > 0;) {
            char number[16];
            struct net_address a = {.host = "127.0.0.1", .port = number};
            snprintf(number, sizeof number, "%d", port);
            c.net = net_connect(&a, clock_deadline(PATIENCE), &c.status, NULL);
            greeted = c.net && !strncmp(client_read(&c, "\r\n"), "220 ", 4);
            if (greeted)
                client_ask(&c, "QUIT\r\n", NULL);
            net_free(c.net);
            clock_sleep_ms(20);
        }
        cr_expect_eq(greeted, !on);
        server_stop(s);
    }
}

/* The reply to QUIT is not lost although the server leaves input unread. */
Test(server, input_behind_quit)
{
    struct client c;
    struct server *s = start((struct server_options){0});
    for (int i = 0; i < 20; i++) {
        char text[60000] = "QUIT\r\n";
        memset(text + 6, 'x', sizeof text - 7);
        text[sizeof text - 1] = 0;
        client_open(&c, server_port(s));
        client_ask(&c, text, NULL);
        cr_expect_not_null(strstr(c.text, "\r\n221 2.0.0 "), "%s", c.text);
        cr_expect_eq(c.status, NET_FIN);
        client_close(&c);
    }
    server_stop(s);
}

static struct net_tls *client_tls(void)
{
    struct net_tls_options o = {0};
    struct net_tls *t = net_tls_new(&o, NULL);
    cr_assert_not_null(t);
    return t;
}

static void shake_hands(struct client *c, struct net_tls *t)
{
    struct error e;
    cr_assert_eq(net_tls_start(c->net, t, "example.test", (struct bytes){0}, clock_deadline(PATIENCE), &e), NET_OK,
                 "%s", e.text);
}

Test(server, starttls)
{
    struct client c;
    struct server *s = start((struct server_options){0});
    struct net_tls *t = client_tls();
    client_open(&c, server_port(s));
    client_ask(&c, "EHLO client.test\r\n", "HELP\r\n");
    client_ask(&c, "STARTTLS\r\nNOOP\r\n", "220 2.0.0");
    shake_hands(&c, t);
    client_ask(&c, "EHLO client.test\r\n", "HELP\r\n");
    cr_expect(!strncmp(c.text, "250-example.test", 16), "a NOOP sent in clear was answered: %s", c.text);
    cr_expect_null(strstr(c.text, "STARTTLS"));
    client_ask(&c, "AUTH PLAIN AGFsaWNlAHNlY3JldA==\r\n" MESSAGE, NULL);
    cr_expect(!strncmp(c.text, "235 2.7.0", 9), "%s", c.text);
    cr_expect_not_null(strstr(c.text, "\r\n250 2.6.0 "));
    cr_expect_eq(c.status, NET_FIN);
    client_close(&c);
    net_tls_free(t);
    server_stop(s);
}

Test(server, failed_handshake_leaves_the_server_alive)
{
    struct client c;
    struct server *s = start((struct server_options){0});
    client_open(&c, server_port(s));
    client_ask(&c, "EHLO client.test\r\nSTARTTLS\r\n", "220 2.0.0");
    client_ask(&c, "GET / HTTP/1.1\r\n\r\n", NULL);
    client_close(&c);
    client_open(&c, server_port(s));
    cr_expect(!strncmp(client_read(&c, "\r\n"), "220 ", 4));
    client_close(&c);
    server_stop(s);
}

Test(server, implicit_tls_and_lmtp)
{
    struct client c;
    struct server *s = start((struct server_options){.tls_port = "0", .lmtp_port = "0"});
    struct net_tls *t = client_tls();
    cr_expect(server_port(s) && server_tls_port(s) && server_lmtp_port(s));
    client_open(&c, server_tls_port(s));
    shake_hands(&c, t);
    cr_expect(!strncmp(client_read(&c, "\r\n"), "220 example.test ESMTP ", 23), "%s", c.text);
    client_ask(&c, "EHLO client.test\r\n", "HELP\r\n");
    cr_expect_null(strstr(c.text, "STARTTLS"));
    client_close(&c);
    client_open(&c, server_lmtp_port(s));
    client_ask(&c, "LHLO client.test\r\n", "HELP\r\n");
    cr_expect_not_null(strstr(c.text, "220 example.test LMTP "));
    client_close(&c);
    net_tls_free(t);
    server_stop(s);
}

Test(server, unix_socket)
{
    char path[64];
    struct client c = {0};
    snprintf(path, sizeof path, "/tmp/smtpspec-test-%d.sock", (int)getpid());
    struct server *s = start((struct server_options){.unix_path = path});
    struct net_address a = {.unix_path = path};
    c.net = net_connect(&a, clock_deadline(PATIENCE), &c.status, NULL);
    cr_assert_not_null(c.net);
    cr_expect_not_null(strstr(client_ask(&c, MESSAGE, NULL), "\r\n250 2.6.0 "), "%s", c.text);
    client_close(&c);
    server_stop(s);
    cr_expect_neq(access(path, F_OK), 0, "the socket stays behind");
}

Test(server, idle_time_out)
{
    struct client c;
    struct server *s = start((struct server_options){.timeout_s = 1});
    client_open(&c, server_port(s));
    client_read(&c, "\r\n");
    client_write(&c, "NOO");
    cr_expect(!strncmp(client_read(&c, NULL), "421 4.4.2 example.test ", 23), "%s", c.text);
    cr_expect_eq(c.status, NET_FIN);
    client_close(&c);
    server_stop(s);
}

/* An octet now and then does not hold a connection. */
Test(server, dribbling_a_command_times_out)
{
    struct client c;
    struct server *s = start((struct server_options){.timeout_s = 1});
    client_open(&c, server_port(s));
    client_read(&c, "\r\n");
    int64_t began = clock_ms();
    size_t written;
    while (clock_ms() - began < 5000 && !net_pending(c.net)) {
        if (net_write(c.net, BYTES("x"), &written, clock_deadline(PATIENCE), NULL) != NET_OK)
            break;
        clock_sleep_ms(100);
        unsigned char one[256];
        size_t got;
        if (net_read(c.net, one, sizeof one, &got, clock_deadline(1), NULL) == NET_OK) {
            cr_expect(!strncmp((char *)one, "421 ", 4));
            break;
        }
    }
    cr_expect_lt(clock_ms() - began, 4000);
    client_close(&c);
    server_stop(s);
}

/* A client that sends and never reads is dropped; the server goes on. */
Test(server, a_client_that_does_not_read)
{
    struct client c;
    struct server *s = start((struct server_options){.timeout_s = 1});
    static char commands[60000];
    for (size_t i = 0; i < sizeof commands; i += 6)
        memcpy(commands + i, "HELP\r\n", 6);
    client_open(&c, server_port(s));
    int64_t deadline = clock_deadline(60000);
    int small = 4096;
    setsockopt(net_fd(c.net), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    bool dropped = false;
    while (!dropped && clock_left(deadline) > 0) {
        struct pollfd p = {.fd = net_fd(c.net), .events = POLLOUT};
        if (poll(&p, 1, 100) > 0 && !(p.revents & POLLOUT))
            dropped = true;
        else if (p.revents && send(p.fd, commands, sizeof commands, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
            dropped = errno == EPIPE || errno == ECONNRESET;
    }
    cr_expect(dropped);
    client_close(&c);
    client_open(&c, server_port(s));
    cr_expect(!strncmp(client_read(&c, "\r\n"), "220 ", 4));
    client_close(&c);
    server_stop(s);
}

Test(server, too_many_connections)
{
    struct client a, b, c;
    struct server *s = start((struct server_options){.connections = 2});
    client_open(&a, server_port(s));
    client_read(&a, "\r\n");
    client_open(&b, server_port(s));
    client_read(&b, "\r\n");
    client_open(&c, server_port(s));
    cr_expect(!strncmp(client_read(&c, NULL), "421 4.3.2 example.test ", 23), "%s", c.text);
    client_close(&c);
    client_ask(&a, "QUIT\r\n", NULL);
    client_close(&a);
    for (int i = 0; i < 100; i++) { /* until the thread is done */
        client_open(&c, server_port(s));
        client_read(&c, "\r\n");
        client_close(&c);
        if (!strncmp(c.text, "220 ", 4))
            break;
        clock_sleep_ms(20);
    }
    cr_expect(!strncmp(c.text, "220 ", 4), "%s", c.text);
    client_close(&b);
    server_stop(s);
}

Test(server, stop_says_421)
{
    struct client c[3];
    struct server *s = start((struct server_options){0});
    for (int i = 0; i < 3; i++) {
        client_open(&c[i], server_port(s));
        client_read(&c[i], "\r\n");
    }
    client_ask(&c[1], "EHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<bob@example.test>\r\nDATA\r\n", "354 ");
    int64_t began = clock_ms();
    server_stop(s);
    cr_expect_lt(clock_ms() - began, 900);
    for (int i = 0; i < 3; i++) {
        cr_expect(!strncmp(client_read(&c[i], NULL), i == 1 ? "" : "421 4.3.2 ", i == 1 ? 0 : 10), "%s", c[i].text);
        cr_expect_not_null(strstr(c[i].text, "421 4.3.2 "), "%s", c[i].text);
        client_close(&c[i]);
    }
}

enum { CLIENTS = 8, ROUNDS = 40 };

static void *send_many(void *port)
{
    for (int i = 0; i < ROUNDS; i++) {
        struct client *c = calloc(1, sizeof *c);
        client_open(c, *(int *)port);
        client_ask(c, MESSAGE, NULL);
        cr_expect_not_null(strstr(c->text, "\r\n250 2.6.0 "));
        client_close(c);
        free(c);
    }
    return NULL;
}

static void count_line(void *context, const char *line)
{
    (void)line;
    ++*(int *)context; /* one thread at a time, as promised */
}

Test(server, many_at_once)
{
    int lines = 0;
    struct server *s = start((struct server_options){.log = count_line, .log_context = &lines});
    int port = server_port(s);
    pthread_t threads[CLIENTS];
    for (int i = 0; i < CLIENTS; i++)
        pthread_create(&threads[i], NULL, send_many, &port);
    for (int i = 0; i < CLIENTS; i++)
        pthread_join(threads[i], NULL);
    cr_expect_eq(server_messages(s), CLIENTS * ROUNDS);
    server_stop(s);
    cr_expect_eq(lines, 2 * CLIENTS * ROUNDS);
}

Test(server, styles_of_the_wire)
{
    static const char *const styles[] = {"octets", "slow"};
    for (int i = 0; i < 2; i++) {
        struct client c;
        struct server *s = start((struct server_options){.style = styles[i]});
        int64_t began = clock_ms();
        client_open(&c, server_port(s));
        client_ask(&c, MESSAGE, NULL);
        cr_expect_not_null(strstr(c.text, "\r\n250 2.6.0 "), "%s", c.text);
        if (i == 1)
            cr_expect_geq(clock_ms() - began, 100);
        client_close(&c);
        server_stop(s);
    }
}

static const struct {
    struct server_options options;
    const char *text;
} wrong[] = {
    {{.port = "0", .defect = "no-such"}, "\"no-such\""},
    {{.port = "0", .style = "no-such"}, "\"no-such\""},
    {{.port = "0", .mailboxes = (const char *const[]){"../x"}, .mailbox_count = 1}, "\"../x\""},
    {{.port = "0", .mailboxes = (const char *const[]){""}, .mailbox_count = 1}, "local part"},
    {{.port = "0", .domain = "a b"}, "\"a b\""},
    {{.port = "0", .domain = "[127.0.0.1]"}, "domain name"},
    {{.port = "0", .maildir = "/dev/null/x"}, "/dev/null/x"},
    {{.port = "0", .host = "192.0.2.1"}, "192.0.2.1"},
    {{.port = "0", .certificate = "/dev/null/x", .key = "/dev/null/x"}, "/dev/null/x"},
};

Test(server, wrong_options)
{
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct server *s;
        struct error e = {0};
        cr_expect_not(server_start(&wrong[i].options, &s, &e), "row %zu", i);
        cr_expect_null(s);
        cr_expect_not_null(strstr(e.text, wrong[i].text), "row %zu: %s", i, e.text);
    }
}
