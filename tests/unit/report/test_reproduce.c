/* Commands and scenarios that let somebody else see the same. That they do is tested in tests/page/reproduce.py. */
#include "reproduce.h"
#include "sample.h"

static struct run at(const char *endpoint)
{
    return (struct run){.endpoint = endpoint};
}

static void expect_command(const char *endpoint, struct event *events, size_t count, const char *expected)
{
    struct run run = at(endpoint);
    struct result r = {0};
    struct buffer out = {0};
    const char *why = NULL;
    sample_chain(&r, events, count);
    bool ok = reproduce_command(&run, &r, &out, &why);
    cr_expect_str_eq(ok ? buffer_string(&out) : why, expected);
    buffer_free(&out);
}
#define EXPECT(endpoint, events, expected) expect_command(endpoint, events, sizeof(events) / sizeof *(events), expected)

Test(reproduce, command)
{
    struct event plain[] = {
        {.kind = EVENT_CONNECT},
        OCTETS(EVENT_SERVER, 1000000, "220 hi\r\n"),
        OCTETS(EVENT_CLIENT, 2000000, "NOOP 100%s \\ ' $(id) `id`\r\n"),
        OCTETS(EVENT_CLIENT, 3000000, "\0\xff\n"),
        OCTETS(EVENT_SERVER, 4000000, "250 ok\r\n"),
        OCTETS(EVENT_CLIENT, 1504000000, "QUIT\r\n", .deciding = true),
    };
    EXPECT("smtp://127.0.0.1:2525", plain,
           "{\n  sleep 0.2\n  printf 'NOOP 100%%s \\134 \\047 $(id) `id`\\r\\n\\000\\377\\n'\n  sleep 1.7\n  printf "
           "'QUIT\\r\\n'\n  sleep 1.0\n} | timeout 8 nc 127.0.0.1 2525\n");
    EXPECT("lmtp+unix:/run/a'b", plain,
           "{\n  sleep 0.2\n  printf 'NOOP 100%%s \\134 \\047 $(id) `id`\\r\\n\\000\\377\\n'\n  sleep 1.7\n  printf "
           "'QUIT\\r\\n'\n  sleep 1.0\n} | timeout 8 nc -U '/run/a'\\''b'\n");
    EXPECT("exec:rm -rf /", plain, "The target is a program, not an address.");
    EXPECT("smtp://a;id:25", plain, "The results do not tell the address of the server.");
    EXPECT(NULL, plain, "The results do not tell the address of the server.");
}

Test(reproduce, command_with_tls)
{
    struct event tls[] = {
        OCTETS(EVENT_CLIENT, 0, "EHLO a\r\n"),       OCTETS(EVENT_SERVER, 0, "250 STARTTLS\r\n"),
        OCTETS(EVENT_CLIENT, 0, "STARTTLS\r\n"),     OCTETS(EVENT_SERVER, 0, "220 go\r\n"),
        {.kind = EVENT_TLS, .text = "TLSv1.3, AES"}, OCTETS(EVENT_CLIENT, 0, "QUIT\r\n", .tls = true),
    };
    EXPECT("smtp://[::1]:25", tls,
           "{\n  sleep 0.2\n  printf 'QUIT\\r\\n'\n  sleep 1.0\n} | timeout 7 openssl s_client -quiet -starttls smtp "
           "-connect [::1]:25 2>/dev/null\n");
    EXPECT("lmtp://h:24", tls,
           "{\n  sleep 0.2\n  printf 'QUIT\\r\\n'\n  sleep 1.0\n} | timeout 7 openssl s_client -quiet -starttls lmtp "
           "-connect h:24 2>/dev/null\n");
    tls[2].octets = BYTES("STARTTLS\r\nNOOP\r\n");
    EXPECT("smtp://h", tls, "Other commands than EHLO and STARTTLS go before the handshake, which openssl cannot do.");
    tls[4].text = "handshake refused: no";
    EXPECT("smtp://h", tls, "No usual tool does what this scenario does with TLS.");
}

Test(reproduce, what_cannot_be_a_command)
{
    struct event twice[] = {{.kind = EVENT_CONNECT}, OCTETS(EVENT_CLIENT, 0, "NOOP\r\n"), {.kind = EVENT_CONNECT}};
    struct event silent[] = {{.kind = EVENT_CONNECT}};
    struct event cut[] = {OCTETS(EVENT_CLIENT, 0, "a")};
    EXPECT("smtp://h", twice, "The scenario connects more than once.");
    EXPECT("smtp://h", silent, "The client sent nothing.");
    cut[0].tail = BYTES("b");
    EXPECT("smtp://h", cut, "What was sent is too long for a command line.");
}

static const char file[] = "# a comment\nsuite: first\ntitle: T\nneeds: [PIPELINING]\n\nscenarios:\n"
                           "  # of the first one\n  - id: one\n    steps:\n      - {send: NOOP}\n\n"
                           "  - id: two\n    cases:\n      - {id: a, x: 1}\n      - {id: b, x: 2}\n    note: >-\n"
                           "      long\n\n      text\n    steps:\n      - send: NOOP\n\n  # of the last one\n"
                           "  - title: odd\n    id: three\n    steps: []\n";

static void expect_scenario(const char *id, int line, const char *item)
{
    const struct scenario s = {.id = id, .suite = "first", .line = line};
    struct buffer out = {0}, expected = {0};
    bool found = reproduce_scenario(&s, bytes_string(file), &out);
    cr_expect_eq(found, item != NULL, "%s", id);
    if (item)
        buffer_printf(&expected, "suite: first-copy\ntitle: T\nneeds: [PIPELINING]\nscenarios:\n%s", item);
    cr_expect_str_eq(buffer_string(&out), buffer_string(&expected));
    buffer_free(&out);
    buffer_free(&expected);
}

Test(reproduce, scenario)
{
    static const char two[] = "  - id: two\n    cases:\n      - {id: a, x: 1}\n      - {id: b, x: 2}\n    note: >-\n"
                              "      long\n\n      text\n    steps:\n      - send: NOOP\n";
    expect_scenario("first/one", 8, "  - id: one\n    steps:\n      - {send: NOOP}\n");
    expect_scenario("first/two/a", 12, two);
    expect_scenario("first/two/b", 15, two); /* the line of its case */
    expect_scenario("first/three@tls", 24, "  - title: odd\n    id: three\n    steps: []\n");
    expect_scenario("first/two/a", 8, NULL); /* results of another version of the file */
    expect_scenario("first/tw", 12, NULL);
    expect_scenario("first/one", 2, NULL);
    expect_scenario("first/one", 0, NULL);
    expect_scenario("first/three", 999, "  - title: odd\n    id: three\n    steps: []\n");
}

Test(reproduce, id)
{
    struct buffer out = {0};
    reproduce_id(&(struct scenario){.id = "first/two/a@tls"}, &out);
    cr_expect_str_eq(buffer_string(&out), "first-copy/two/a@tls");
    buffer_free(&out);
}
