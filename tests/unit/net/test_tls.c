#include "loopback.h"

struct side {
    struct net *net;
    struct net_tls *tls;
    const char *name;
    struct bytes early;
    enum net_status status;
    struct error error;
};

static void *shake_hands(void *data)
{
    struct side *s = data;
    s->status = net_tls_start(s->net, s->tls, s->name, s->early, clock_deadline(5000), &s->error);
    return NULL;
}

struct tls_pair {
    struct pair wire;
    struct side client, server;
};

static struct tls_pair tls_pair_new(struct net_tls_options client, struct net_tls_options server)
{
    struct tls_pair p = {.wire = pair_new()};
    struct error e = {0};
    server.server = true;
    p.client = (struct side){.net = p.wire.client, .tls = net_tls_new(&client, &e)};
    cr_assert_not_null(p.client.tls, "%s", e.text);
    p.server = (struct side){.net = p.wire.server, .tls = net_tls_new(&server, &e)};
    cr_assert_not_null(p.server.tls, "%s", e.text);
    return p;
}

static void tls_pair_start(struct tls_pair *p)
{
    pthread_t other;
    cr_assert_eq(pthread_create(&other, NULL, shake_hands, &p->server), 0);
    shake_hands(&p->client);
    pthread_join(other, NULL);
}

static void tls_pair_started(struct tls_pair *p)
{
    tls_pair_start(p);
    cr_assert_eq(p->client.status, NET_OK, "%s", p->client.error.text);
    cr_assert_eq(p->server.status, NET_OK, "%s", p->server.error.text);
}

static void tls_pair_free(struct tls_pair *p)
{
    pair_free(&p->wire);
    net_tls_free(p->client.tls);
    net_tls_free(p->server.tls);
}

Test(tls, handshake_and_facts)
{
    struct tls_pair p = tls_pair_new((struct net_tls_options){0}, (struct net_tls_options){.host = "mx.example.test"});
    struct net_tls_facts facts;
    cr_assert_not(net_tls_facts(p.wire.client, &facts));
    p.client.name = "mx.example.test";
    tls_pair_started(&p);
    cr_assert(net_is_tls(p.wire.client));
    write_all(p.wire.client, BYTES("EHLO \0\r\n"));
    expect_octets(p.wire.server, BYTES("EHLO \0\r\n"));
    write_all(p.wire.server, BYTES("250 x\r\n"));
    expect_octets(p.wire.client, BYTES("250 x\r\n"));
    cr_assert(net_tls_facts(p.wire.client, &facts));
    cr_assert_str_eq(facts.version, "TLSv1.3");
    cr_assert_str_eq(facts.names, "mx.example.test");
    cr_assert_str_eq(facts.subject, "/CN=mx.example.test");
    cr_assert_str_eq(facts.subject, facts.issuer);
    cr_assert(facts.days_left >= 363 && facts.days_left <= 365, "%d", facts.days_left);
    cr_assert_not_null(strstr(facts.verified, "self"), "%s", facts.verified);
    cr_assert_eq(facts.ending[0], '\0');
    tls_pair_free(&p);
}

Test(tls, octets_that_were_read_already_open_the_handshake)
{
    struct tls_pair p = tls_pair_new((struct net_tls_options){0}, (struct net_tls_options){0});
    unsigned char early[64];
    size_t got;
    struct error e = {0};
    pthread_t other;
    pthread_create(&other, NULL, shake_hands, &p.client);
    cr_assert_eq(net_read(p.wire.server, early, sizeof early, &got, clock_deadline(5000), &e), NET_OK);
    p.server.early = bytes_of(early, got);
    shake_hands(&p.server);
    pthread_join(other, NULL);
    cr_assert_eq(p.server.status, NET_OK, "%s", p.server.error.text);
    write_all(p.wire.server, BYTES("220 hello\r\n"));
    expect_octets(p.wire.client, BYTES("220 hello\r\n"));
    tls_pair_free(&p);
}

Test(tls, versions)
{
    static const struct {
        const char *minimum, *maximum, *server_maximum, *want; /* NULL: refused */
    } rows[] = {{NULL, NULL, NULL, "TLSv1.3"},  {NULL, "1.2", NULL, "TLSv1.2"}, {NULL, NULL, "1.2", "TLSv1.2"},
                {NULL, NULL, "1.0", "TLSv1"},   {NULL, "1.1", NULL, "TLSv1.1"}, {"1.3", NULL, "1.2", NULL},
                {"1.2", "1.2", NULL, "TLSv1.2"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct tls_pair p =
            tls_pair_new((struct net_tls_options){.minimum = rows[i].minimum, .maximum = rows[i].maximum},
                         (struct net_tls_options){.maximum = rows[i].server_maximum});
        struct net_tls_facts facts = {0};
        tls_pair_start(&p);
        if (rows[i].want) {
            cr_assert(net_tls_facts(p.wire.client, &facts), "row %zu: %s", i, p.client.error.text);
            cr_assert_str_eq(facts.version, rows[i].want, "row %zu", i);
        } else {
            cr_assert_eq(p.client.status, NET_FAILED, "row %zu", i);
            cr_assert_neq(p.client.error.text[0], '\0');
        }
        tls_pair_free(&p);
    }
}

Test(tls, settings_that_cannot_be)
{
    static const struct net_tls_options rows[] = {{.minimum = "1.4"},
                                                  {.maximum = "ssl3"},
                                                  {.ca = "/nonexistent"},
                                                  {.certificate = "/nonexistent"},
                                                  {.server = true, .certificate = "/dev/null"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct error e = {0};
        cr_assert_null(net_tls_new(&rows[i], &e), "row %zu", i);
        cr_assert_neq(e.text[0], '\0', "row %zu", i);
    }
}

Test(tls, a_certificate_that_must_be_verified_and_cannot_be)
{
    struct tls_pair p = tls_pair_new((struct net_tls_options){.verify = true}, (struct net_tls_options){0});
    p.client.name = "localhost";
    tls_pair_start(&p);
    cr_assert_eq(p.client.status, NET_FAILED);
    cr_assert_not_null(strstr(p.client.error.text, "verified"), "%s", p.client.error.text);
    cr_assert_not(net_is_tls(p.wire.client));
    tls_pair_free(&p);
}

Test(tls, a_peer_that_speaks_clear_text)
{
    struct tls_pair p = tls_pair_new((struct net_tls_options){0}, (struct net_tls_options){0});
    write_all(p.wire.server, BYTES("454 TLS not available\r\n"));
    shake_hands(&p.client);
    cr_assert_eq(p.client.status, NET_FAILED);
    cr_assert_not_null(strstr(p.client.error.text, "34 35 34"), "%s", p.client.error.text);
    cr_assert_not(net_is_tls(p.wire.client));
    tls_pair_free(&p);
}

Test(tls, a_handshake_that_ends_early)
{
    struct tls_pair p = tls_pair_new((struct net_tls_options){0}, (struct net_tls_options){0});
    cr_assert_eq(net_half_close(p.wire.server, clock_deadline(1000)), NET_OK);
    shake_hands(&p.client);
    cr_assert_eq(p.client.status, NET_FIN, "%s", p.client.error.text);
    tls_pair_free(&p);

    p = tls_pair_new((struct net_tls_options){0}, (struct net_tls_options){0});
    net_reset(p.wire.server);
    shake_hands(&p.client);
    cr_assert_eq(p.client.status, NET_RST, "%s", p.client.error.text);
    tls_pair_free(&p);
}

Test(tls, a_silent_peer_costs_the_deadline)
{
    struct tls_pair p = tls_pair_new((struct net_tls_options){0}, (struct net_tls_options){0});
    struct error e = {0};
    int64_t start = clock_ms();
    cr_assert_eq(net_tls_start(p.wire.client, p.client.tls, NULL, BYTES(""), clock_deadline(150), &e), NET_TIMEOUT);
    cr_assert_lt(clock_ms() - start, 2000);
    tls_pair_free(&p);
}

Test(tls, how_it_ended_is_told)
{
    struct net_tls_facts facts;
    struct tls_pair p = tls_pair_new((struct net_tls_options){0}, (struct net_tls_options){0});
    tls_pair_started(&p);
    write_all(p.wire.server, BYTES("221 bye\r\n"));
    cr_assert_eq(net_half_close(p.wire.server, clock_deadline(1000)), NET_OK);
    expect_octets(p.wire.client, BYTES("221 bye\r\n"));
    expect_end(p.wire.client, NET_FIN);
    net_tls_facts(p.wire.client, &facts);
    cr_assert_str_eq(facts.ending, "close_notify");
    tls_pair_free(&p);

    p = tls_pair_new((struct net_tls_options){0}, (struct net_tls_options){0});
    tls_pair_started(&p);
    write_all(p.wire.server, BYTES("221 bye\r\n"));
    net_free(p.wire.server);
    p.wire.server = NULL;
    expect_octets(p.wire.client, BYTES("221 bye\r\n"));
    expect_end(p.wire.client, NET_FIN);
    net_tls_facts(p.wire.client, &facts);
    cr_assert_str_eq(facts.ending, "FIN without close_notify");
    tls_pair_free(&p);

    p = tls_pair_new((struct net_tls_options){0}, (struct net_tls_options){0});
    tls_pair_started(&p);
    net_reset(p.wire.server);
    expect_end(p.wire.client, NET_RST);
    tls_pair_free(&p);
}

Test(tls, garbage_below_tls_is_a_failure_here_and_an_alert_there)
{
    struct net_tls_facts facts;
    struct tls_pair p = tls_pair_new((struct net_tls_options){0}, (struct net_tls_options){0});
    tls_pair_started(&p);
    cr_assert_eq(send(net_fd(p.wire.server), "not a record at all", 19, MSG_NOSIGNAL), 19);
    expect_end(p.wire.client, NET_FAILED);
    expect_end(p.wire.server, NET_FIN);
    net_tls_facts(p.wire.server, &facts);
    cr_assert_not_null(strstr(facts.ending, "alert"), "%s", facts.ending);
    tls_pair_free(&p);
}

static void *end_tls(void *data)
{
    struct side *s = data;
    s->status = net_tls_end(s->net, clock_deadline(5000), &s->error);
    return NULL;
}

Test(tls, back_to_clear_text)
{
    struct tls_pair p = tls_pair_new((struct net_tls_options){0}, (struct net_tls_options){0});
    struct error e = {0};
    pthread_t other;
    cr_assert_eq(net_tls_end(p.wire.client, clock_deadline(100), &e), NET_FAILED);
    tls_pair_started(&p);
    write_all(p.wire.server, BYTES("kept "));
    pthread_create(&other, NULL, end_tls, &p.server);
    end_tls(&p.client);
    pthread_join(other, NULL);
    cr_assert_eq(p.client.status, NET_OK, "%s", p.client.error.text);
    cr_assert_eq(p.server.status, NET_OK, "%s", p.server.error.text);
    cr_assert(!net_is_tls(p.wire.client) && !net_is_tls(p.wire.server));
    write_all(p.wire.client, BYTES("NOOP\r\n"));
    unsigned char seen[6];
    cr_assert_eq(recv(net_fd(p.wire.server), seen, sizeof seen, MSG_WAITALL), 6);
    cr_assert_arr_eq(seen, "NOOP\r\n", 6);
    write_all(p.wire.server, BYTES("250 clear\r\n"));
    expect_octets(p.wire.client, BYTES("kept 250 clear\r\n"));
    /* And once more into TLS, over the same connection. */
    tls_pair_started(&p);
    write_all(p.wire.client, BYTES("again"));
    expect_octets(p.wire.server, BYTES("again"));
    tls_pair_free(&p);
}

Test(tls, threads_share_settings)
{
    enum { MANY = 8 };
    struct error e = {0};
    struct net_tls *client = net_tls_new(&(struct net_tls_options){0}, &e);
    struct net_tls *server = net_tls_new(&(struct net_tls_options){.server = true}, &e);
    struct pair pairs[MANY];
    struct side sides[2 * MANY];
    pthread_t threads[2 * MANY];
    for (size_t i = 0; i < MANY; i++) {
        pairs[i] = pair_new();
        sides[2 * i] = (struct side){.net = pairs[i].client, .tls = client};
        sides[2 * i + 1] = (struct side){.net = pairs[i].server, .tls = server};
    }
    for (size_t i = 0; i < 2 * MANY; i++) {
        cr_assert_eq(pthread_create(&threads[i], NULL, shake_hands, &sides[i]), 0);
    }
    for (size_t i = 0; i < 2 * MANY; i++) {
        pthread_join(threads[i], NULL);
        cr_assert_eq(sides[i].status, NET_OK, "%s", sides[i].error.text);
    }
    for (size_t i = 0; i < MANY; i++) {
        pair_free(&pairs[i]);
    }
    net_tls_free(client);
    net_tls_free(server);
}
