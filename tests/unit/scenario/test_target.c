/* Target files and endpoints. */
#include "sample.h"

#include "scenario/target.h"

#include <math.h>

static const struct {
    const char *text;
    enum scheme scheme;
    bool lmtp;
    const char *host, *port, *path;
    bool loopback;
} endpoints[] = {
    {"smtp://127.0.0.1:2525", SCHEME_SMTP, false, "127.0.0.1", "2525", NULL, true},
    {"smtp://mx.example.test", SCHEME_SMTP, false, "mx.example.test", "25", NULL, false},
    {"SMTP://mx.example.test/", SCHEME_SMTP, false, "mx.example.test", "25", NULL, false},
    {"mx.example.test:26", SCHEME_SMTP, false, "mx.example.test", "26", NULL, false},
    {"localhost", SCHEME_SMTP, false, "localhost", "25", NULL, true},
    {"smtps://[::1]", SCHEME_SMTPS, false, "::1", "465", NULL, true},
    {"[2001:db8::1]:25", SCHEME_SMTP, false, "2001:db8::1", "25", NULL, false},
    {"lmtp://127.9.9.9", SCHEME_LMTP, true, "127.9.9.9", "24", NULL, true},
    {"127.example.test", SCHEME_SMTP, false, "127.example.test", "25", NULL, false},
    {"unix:/run/lmtp", SCHEME_UNIX, false, NULL, NULL, "/run/lmtp", true},
    {"lmtp+unix:lmtp.sock", SCHEME_UNIX, true, NULL, NULL, "lmtp.sock", true},
    {"exec:exim -bs", SCHEME_EXEC, false, NULL, NULL, "exim -bs", true},
    {"lmtp+exec:./a b", SCHEME_EXEC, true, NULL, NULL, "./a b", true},
};

static const char *or_none(const char *text)
{
    return text ? text : "(none)";
}

Test(target, endpoints)
{
    struct arena *a = arena_new();
    for (size_t i = 0; i < COUNT(endpoints); i++) {
        struct endpoint e;
        struct error error = {0};
        cr_assert(endpoint_parse(a, endpoints[i].text, &e, &error), "%s: %s", endpoints[i].text, error.text);
        cr_expect(e.present && e.scheme == endpoints[i].scheme && e.lmtp == endpoints[i].lmtp, "%s", endpoints[i].text);
        cr_expect_str_eq(e.text, endpoints[i].text);
        cr_expect_str_eq(or_none(e.host), or_none(endpoints[i].host));
        cr_expect_str_eq(or_none(e.port), or_none(endpoints[i].port));
        cr_expect_str_eq(or_none(e.path), or_none(endpoints[i].path));
        cr_expect_eq(endpoint_is_loopback(&e), endpoints[i].loopback, "%s", endpoints[i].text);
    }
    arena_free(a);
}

static const char *const no_endpoints[] = {
    "",           "smtp://",        "http://a",   "smtp://a:0",    "smtp://a:65536", "smtp://a:x", "smtp://[::1",
    "::1",        "smtp://user@a",  "smtp://a/b", "smtp://[::1]x", "unix:",          "exec:",      "smtp://a b",
    "smtp://a\n", "smtp://a:25:26",
};

Test(target, no_endpoints)
{
    struct arena *a = arena_new();
    for (size_t i = 0; i < COUNT(no_endpoints); i++) {
        struct endpoint e;
        struct error error = {0};
        cr_expect_not(endpoint_parse(a, no_endpoints[i], &e, &error), "%s", no_endpoints[i]);
        cr_expect_eq(strncmp(error.text, "expected ", 9), 0, "%s: %s", no_endpoints[i], error.text);
        cr_expect_not(e.present);
    }
    arena_free(a);
}

static const char full[] =
    "name: Postfix 3.7.11\n"
    "endpoint: smtp://127.0.0.1:2525\n"
    "implicit-tls: smtps://127.0.0.1:4650\n"
    "tls: {verify: true, ca: ca.pem, name: mx.test, certificate: /c.pem, key: k.pem, minimum: 1.2, maximum: \"1.3\"}\n"
    "prologue: [tls, auth]\n"
    "launch: {start: ./start, stop: ./stop, ready-within: 3s}\n"
    "facts:\n"
    "  sender: carol@client.test\n"
    "  recipient: alice@example.test\n"
    "  recipient2: bob@example.test\n"
    "  recipients: [dora@example.test, emil@example.test]\n"
    "  unknown: nobody@example.test\n"
    "  foreign: x@other.test\n"
    "  hello: me.test\n"
    "  credentials: {user: alice, password: secret}\n"
    "mailboxes:\n"
    "  alice@example.test: {maildir: state/Maildir}\n"
    "  bob@example.test: {command: [cat, \"a b\"]}\n"
    "  dora@example.test: {mbox: /var/mail/dora}\n"
    "  emil@example.test: {command: cat x}\n"
    "  settle: 5s\n"
    "pace: {jobs: 4, rate: 30/m}\n"
    "baseline: baseline.yaml\n"
    "source-address: 127.0.0.9\n"
    "family: 4\n"
    "proxy: v2\n"
    "proxy-source: 192.0.2.9\n"
    "xclient: true\n";

Test(target, a_full_file)
{
    struct target *t = target_new();
    struct error e = {0};
    struct buffer told = {0};
    target_load_memory(t, "servers/postfix/target.yaml", bytes_string(full));
    sample_mistakes(&t->diagnostics, &told);
    cr_assert_eq(t->diagnostics.count, 0, "%s", buffer_string(&told));
    cr_assert(target_finish(t, &e), "%s", e.text);
    cr_expect_str_eq(t->name, "Postfix 3.7.11");
    cr_expect_str_eq(t->directory, "servers/postfix");
    cr_expect_str_eq(t->endpoint.port, "2525");
    cr_expect_str_eq(t->implicit_tls.port, "4650");
    cr_expect(t->tls.verify);
    cr_expect_str_eq(t->tls.ca, "servers/postfix/ca.pem");
    cr_expect_str_eq(t->tls.certificate, "/c.pem");
    cr_expect_str_eq(t->tls.minimum, "1.2");
    cr_expect_str_eq(t->tls.maximum, "1.3");
    cr_expect_eq(t->prologue, (unsigned)(PROLOGUE_TLS | PROLOGUE_AUTH));
    cr_expect_str_eq(t->launch_start, "./start");
    cr_expect_eq(t->ready_within_ms, 3000);
    cr_expect_str_eq(t->domain, "example.test");
    cr_expect_eq(t->recipient_count, 2);
    cr_expect_str_eq(t->recipients[1], "emil@example.test");
    cr_expect_str_eq(t->hello_name, "me.test");
    cr_expect_str_eq(t->password, "secret");
    cr_expect_eq(t->mailbox_count, 4);
    cr_expect_str_eq(target_mailbox(t, BYTES("ALICE@example.test"))->path, "servers/postfix/state/Maildir");
    cr_expect_str_eq(target_mailbox(t, BYTES("bob@example.test"))->command[1], "a b");
    cr_expect_null(target_mailbox(t, BYTES("bob@example.test"))->command[2]);
    cr_expect_str_eq(target_mailbox(t, BYTES("emil@example.test"))->command[0], "/bin/sh");
    cr_expect_null(target_mailbox(t, BYTES("x@example.test")));
    cr_expect_eq(t->settle_ms, 5000);
    cr_expect_eq(t->jobs, 4);
    cr_expect(fabs(t->rate - 0.5) < 1e-9);
    cr_expect_str_eq(t->baseline, "servers/postfix/baseline.yaml");
    cr_expect(t->family == 4 && t->proxy == PROXY_V2 && t->xclient);
    buffer_free(&told);
    target_free(t);
}

Test(target, defaults)
{
    struct target *t = target_new();
    struct error e = {0};
    cr_assert(target_load_memory(t, "t.yaml", BYTES("endpoint: unix:s\nfacts: {recipient: a@b.test}\n")));
    cr_assert(target_finish(t, &e));
    cr_expect_str_eq(t->name, "unix:s");
    cr_expect_str_eq(t->sender, "carol@client.test");
    cr_expect_str_eq(t->foreign, "someone@elsewhere.test");
    cr_expect_str_eq(t->domain, "b.test");
    cr_expect_str_eq(t->hello_name, "client.test");
    cr_expect(!t->tls.verify && t->settle_ms == 2000 && t->ready_within_ms == 10000);
    target_free(t);
}

static const struct {
    const char *text;
    const char *told;
} wrong[] = {
    {"name: a\n", "1:1: expected the key \"endpoint\" in a target, found none\n"},
    {"endpoint: http://a\n", "1:11: expected smtp://, smtps://, lmtp://, unix:, exec:, lmtp+unix: or lmtp+exec:, found "
                             "\"http://a\"\n"},
    {"endpiont: a\n", "1:1: expected a key of a target, found \"endpiont\"; did you mean \"endpoint\"?\n"},
    {"endpoint: a\nimplicit-tls: smtp://a\n", "2:15: expected an endpoint with smtps://, found \"smtp://a\"\n"},
    {"endpoint: a\ntls: {verfy: true}\n", "2:7: expected a key of tls, found \"verfy\"; did you mean \"verify\"?\n"},
    {"endpoint: a\ntls: {minimum: 1.4}\n",
     "2:16: expected a word for \"minimum\", found \"1.4\"; did you mean \"1.0\"?\n"},
    {"endpoint: a\nprologue: [tsl]\n", "2:12: expected a part of the prologue, found \"tsl\"; did you mean \"tls\"?\n"},
    {"endpoint: a\nfacts: {recipient: alice}\n",
     "2:20: expected an address such as alice@example.test, found \"alice\"\n"},
    {"endpoint: a\nfacts: {credentials: {user: a}}\n",
     "2:22: expected the key \"password\" in credentials, found none\n"},
    {"endpoint: a\nmailboxes: {setle: 2s}\n", "2:13: expected an address, or settle, found \"setle\"; did you mean "
                                              "\"settle\"?\n"},
    {"endpoint: a\nmailboxes: {a@b: {maildri: x}}\n",
     "2:19: expected a kind of mailbox, found \"maildri\"; did you mean "
     "\"maildir\"?\n"},
    {"endpoint: a\nmailboxes: {a@b: {command: []}}\n", "2:28: expected a command, found an empty list\n"},
    {"endpoint: a\npace: {rate: fast}\n", "2:14: expected a rate such as 100/s or 30/m, found \"fast\"\n"},
    {"endpoint: a\npace: {jobs: 0}\n", "2:14: expected a number of workers from 1 to 1024, found \"0\"\n"},
};

Test(target, mistakes)
{
    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct target *t = target_new();
        struct buffer told = {0};
        cr_expect_not(target_load_memory(t, "t.yaml", bytes_string(wrong[i].text)));
        sample_mistakes(&t->diagnostics, &told);
        cr_expect_str_eq(buffer_string(&told), wrong[i].told, "%s: %s", wrong[i].text, buffer_string(&told));
        buffer_free(&told);
        target_free(t);
    }
}

static const struct {
    const char *text;
    const char *path; /* NULL: refused */
} mailboxes[] = {
    {"a@b=maildir:/m", "/m"},
    {"a@b=directory:x:y", "x:y"},
    {"a@b=mbox:", NULL},
    {"a@b=pop3:x", NULL},
    {"a=mbox:x", NULL},
    {"a@b", NULL},
    {"", NULL},
};

Test(target, mailboxes_of_the_command_line)
{
    for (size_t i = 0; i < COUNT(mailboxes); i++) {
        struct target *t = target_new();
        struct error e = {0};
        cr_expect_eq(target_add_mailbox(t, mailboxes[i].text, &e), mailboxes[i].path != NULL, "%s", mailboxes[i].text);
        if (mailboxes[i].path)
            cr_expect_str_eq(target_mailbox(t, BYTES("a@b"))->path, mailboxes[i].path);
        else
            cr_expect_eq(strncmp(e.text, "expected ADDRESS=KIND:PATH", 26), 0, "%s", e.text);
        target_free(t);
    }
}

Test(target, what_is_missing_is_told)
{
    struct target *t = target_new();
    struct error e = {0};
    cr_expect_not(target_finish(t, &e));
    cr_expect_str_eq(e.text, "expected an endpoint such as smtp://127.0.0.1:2525, found none");
    cr_assert(endpoint_parse(t->arena, "a", &t->endpoint, &e));
    t->user = "u";
    cr_expect_not(target_finish(t, &e));
    cr_expect_str_eq(e.text, "expected a password beside the user, found none");
    target_free(t);
}
