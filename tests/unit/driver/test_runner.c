/* One scenario against one scripted server: which verdict, and why. */
#include "scripted.h"

#include <criterion/criterion.h>

static const char *const greeting = "220 server.test ready\r\n";

struct play {
    const char *name;
    const char *steps; /* what stands behind id, title, level */
    const struct row *rows;
    enum verdict verdict;
    const char *reason; /* part of it; NULL: none asked for */
};

#define ROWS(...)                                                                                                      \
    (const struct row[])                                                                                               \
    {                                                                                                                  \
        __VA_ARGS__, ORDINARY                                                                                          \
    }
#define PLAIN_ROWS                                                                                                     \
    (const struct row[])                                                                                               \
    {                                                                                                                  \
        ORDINARY                                                                                                       \
    }

static enum verdict play_run(const struct play *p, const char *level, char *reason, size_t size)
{
    struct scripted server;
    struct trial t;
    char yaml[4096];
    scripted_start(&server, (struct script){.greeting = greeting, .rows = p->rows});
    snprintf(yaml, sizeof yaml, "  - id: a\n    title: a\n    level: %s\n    reference: x\n    %s\n", level, p->steps);
    trial_begin(&t, server.port, "", yaml);
    trial_run(&t);
    cr_assert(t.ran, "%s: %s", p->name, t.error.text);
    cr_assert_eq(t.run.count, 1, "%s", p->name);
    enum verdict verdict = t.run.results[0].verdict;
    snprintf(reason, size, "%s", t.run.results[0].reason ? t.run.results[0].reason : "");
    trial_end(&t);
    scripted_stop(&server);
    return verdict;
}

static void plays_run(const struct play *plays, size_t count)
{
    char reason[1024];
    for (size_t i = 0; i < count; i++) {
        enum verdict verdict = play_run(&plays[i], "MUST", reason, sizeof reason);
        cr_expect_eq(verdict, plays[i].verdict, "%s: expected %s, found %s: %s", plays[i].name,
                     verdict_name(plays[i].verdict), verdict_name(verdict), reason);
        if (plays[i].reason)
            cr_expect(strstr(reason, plays[i].reason), "%s: expected \"%s\", found \"%s\"", plays[i].name,
                      plays[i].reason, reason);
    }
}
#define PLAYS_RUN(plays) plays_run(plays, sizeof plays / sizeof *plays)

Test(runner, expectations)
{
    const struct play plays[] = {
        {"met", "steps: [{send: NOOP, expect: 250}]", PLAIN_ROWS, VERDICT_PASS, NULL},
        {"not met", "steps: [{send: NOOP, expect: 503}]", PLAIN_ROWS, VERDICT_FAIL, "expected 503, found 250"},
        {"assumption not met", "steps: [{send: NOOP, assume: 503}]", PLAIN_ROWS, VERDICT_BLOCKED, "assumed 503"},
        {"preference not met", "steps: [{send: NOOP, expect: 2xx, prefer: 251}]", PLAIN_ROWS, VERDICT_WARN,
         "preferred 251"},
        {"421", "steps: [{send: VRFY a, expect: 2xx}]", ROWS({"VRFY", "421 4.3.2 No\r\n", CLOSE}), VERDICT_BLOCKED,
         "421"},
        {"538", "steps: [{send: AUTH PLAIN, expect: 334}]", ROWS({"AUTH", "538 5.7.11 No\r\n", 0}), VERDICT_BLOCKED,
         "no TLS"},
        {"538 refused", "steps: [{send: AUTH PLAIN, expect: not 538}]", ROWS({"AUTH", "538 5.7.11 No\r\n", 0}),
         VERDICT_FAIL, "not 538"},
        {"421 named", "steps: [{send: VRFY a, expect: 2xx | 421}]", ROWS({"VRFY", "421 4.3.2 No\r\n", CLOSE}),
         VERDICT_PASS, NULL},
        {"silence", "steps: [{raw: NOO, expect: silence 50ms}, {raw: \"P\\r\\n\", expect: 250}]", PLAIN_ROWS,
         VERDICT_PASS, NULL},
        {"no reply", "steps: [{send: VRFY a, expect: 2xx}]", ROWS({"VRFY", NULL, 0}), VERDICT_FAIL,
         "while another connection was greeted"},
        {"closed", "steps: [{send: VRFY a, expect: 2xx}]", ROWS({"VRFY", NULL, CLOSE}), VERDICT_FAIL,
         "closed without a reply"},
        {"reset", "steps: [{send: VRFY a, expect: 2xx}]", ROWS({"VRFY", NULL, RESET}), VERDICT_FAIL,
         "closed without a reply"},
        {"close wanted", "steps: [{send: VRFY a, expect: 2xx | close}]", ROWS({"VRFY", NULL, CLOSE}), VERDICT_PASS,
         NULL},
        {"FIN is no RST", "steps: [{send: VRFY a, expect: rst}]", ROWS({"VRFY", NULL, CLOSE}), VERDICT_FAIL, NULL},
        {"times", "steps: [{raw: \"NOOP\\r\\nNOOP\\r\\n\", expect: {code: 250, times: 2}}]", PLAIN_ROWS, VERDICT_PASS,
         NULL},
        {"captured",
         "steps: [{send: VRFY a, expect: 252, capture: {word: \"(May)be\"}}, {send: \"${word}\", expect: 500}]",
         PLAIN_ROWS, VERDICT_PASS, NULL},
        {"nothing to capture",
         "steps: [{send: VRFY a, expect: 252, capture: {word: \"(never)\"}}, {send: \"${word}\"}]", PLAIN_ROWS,
         VERDICT_BLOCKED, "${word}"},
        {"when",
         "steps: [{send: VRFY a, expect: 2xx}, {when: 252, then: [{send: NOOP, expect: 250}], else: [{send: NOOP, "
         "expect: 599}]}]",
         PLAIN_ROWS, VERDICT_PASS, NULL},
        {"otherwise",
         "steps: [{send: VRFY a, expect: 2xx}, {when: 250, then: [{send: NOOP, expect: 250}], else: [{send: "
         "NOOP, expect: 503}]}]",
         PLAIN_ROWS, VERDICT_FAIL, "expected 503"},
    };
    PLAYS_RUN(plays);
}

/* The reply; where there was none, the close instead of it, or the command that was left unanswered. */
Test(runner, what_decided_is_marked)
{
    static const struct {
        struct row row;
        enum event_kind kind;
        const char *says;
    } cases[] = {{{"VRFY", "550 5.1.1 No\r\n", 0}, EVENT_SERVER, "550 "},
                 {{"VRFY", NULL, CLOSE}, EVENT_CLOSE, "server "},
                 {{"VRFY", NULL, 0}, EVENT_CLIENT, "VRFY a"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scripted server;
        struct trial t;
        const struct row rows[] = {cases[i].row, ORDINARY};
        size_t marked = 0;
        scripted_start(&server, (struct script){.greeting = greeting, .rows = rows});
        trial_begin(&t, server.port, "",
                    "  - id: a\n    title: a\n    level: MUST\n    reference: x\n    steps: [{send: VRFY a, expect: "
                    "2xx}]\n");
        trial_run(&t);
        cr_assert(t.ran && t.run.count == 1, "%zu: %s", i, t.error.text);
        for (const struct event *e = t.run.results[0].transcript.first; e; e = e->next) {
            if (!e->deciding)
                continue;
            struct bytes says = e->text ? bytes_string(e->text) : e->octets;
            marked++;
            cr_expect_eq(e->kind, cases[i].kind, "%zu", i);
            cr_expect(bytes_starts(says, bytes_string(cases[i].says)), "%zu: %.*s", i, (int)says.len, says.data);
        }
        cr_expect_eq(marked, 1, "%zu: %zu events are marked", i, marked);
        trial_end(&t);
        scripted_stop(&server);
    }
}

Test(runner, a_should_that_is_not_met_is_a_warning)
{
    const struct play p = {"should", "steps: [{send: NOOP, expect: 503}]", PLAIN_ROWS, VERDICT_WARN, NULL};
    char reason[1024];
    cr_expect_eq(play_run(&p, "SHOULD", reason, sizeof reason), VERDICT_WARN);
    cr_expect_eq(play_run(&p, "security", reason, sizeof reason), VERDICT_FAIL);
}

Test(runner, refusals_that_say_nothing)
{
    const struct row tls_first[] = {{"VRFY", "530 5.7.0 TLS first\r\n", 0},
                                    {"RSET", "530 5.7.0 TLS first\r\n", 0},
                                    {"QUIT", "530 5.7.0 TLS first\r\n", 0},
                                    ORDINARY};
    const struct row no_recipient[] = {
        {"RCPT", "450 4.7.1 Later\r\n", 0}, {"VRFY", "450 4.7.1 Later\r\n", 0}, ORDINARY};
    const struct row no_message[] = {{".", "550 5.7.1 No\r\n", 0}, ORDINARY};
    const struct row bad_mail[] = {{"MAIL", "501 5.5.4 No\r\n", 0}, ORDINARY};
    const struct row no_login[] = {{"AUTH", "454 4.7.0 Later\r\n", 0}, {"VRFY", "454 4.7.0 Later\r\n", 0}, ORDINARY};
    const char *mail =
        "steps: [{send: \"MAIL FROM:<a@b.test>\", expect: 250}, {send: \"RCPT TO:<a@b.test>\", expect: 250}]";
    const struct play plays[] = {
        {"530 in the clear", "steps: [{send: VRFY a, expect: 252}]", tls_first, VERDICT_BLOCKED, "TLS or AUTH"},
        {"530 where another is preferred", "steps: [{send: VRFY a, expect: 2xx | 530, prefer: 252}]", tls_first,
         VERDICT_BLOCKED, "530 5.7.0 TLS first, TLS or AUTH"},
        {"530 to RSET", "steps: [{send: RSET, expect: 250}]", tls_first, VERDICT_BLOCKED, "530"},
        {"530 to QUIT", "steps: [{send: QUIT, expect: 221}]", tls_first, VERDICT_FAIL, "530"},
        {"as in the plain transaction", mail, no_recipient, VERDICT_BLOCKED, "as it did to the plain transaction"},
        {"the same code to something else", "steps: [{send: VRFY a, expect: 252}]", no_recipient, VERDICT_FAIL, "450"},
        {"the end of the data", "start: data\n    steps: [{data: x, expect: 250}]", no_message, VERDICT_BLOCKED,
         "plain"},
        {"a code of form", mail, bad_mail, VERDICT_FAIL, "501"},
        {"454 to AUTH", "steps: [{send: AUTH PLAIN, expect: 334}]", no_login, VERDICT_BLOCKED, "454"},
        {"454 to something else", "steps: [{send: VRFY a, expect: 252}]", no_login, VERDICT_FAIL, "454"},
    };
    PLAYS_RUN(plays);
}

Test(runner, prologue)
{
    const struct play plays[] = {
        {"mail refused", "start: mail\n    steps: [{send: NOOP, expect: 250}]",
         ROWS({"MAIL", "450 4.7.1 Later\r\n", 0}), VERDICT_BLOCKED, "MAIL was answered 450 4.7.1 Later"},
        {"recipient refused", "start: rcpt\n    steps: [{send: NOOP, expect: 250}]",
         ROWS({"RCPT", "550 5.7.1 No\r\n", 0}), VERDICT_BLOCKED, "RCPT was answered 550"},
        {"closed", "start: data\n    steps: [{data: x, expect: 250}]", ROWS({"DATA", NULL, CLOSE}), VERDICT_BLOCKED,
         "the connection was closed"},
        {"hello", "start: hello\n    steps: [{send: NOOP, expect: 250}]", PLAIN_ROWS, VERDICT_PASS, NULL},
        {"data", "start: data\n    steps: [{data: \".a\\nb\", expect: 250}]", PLAIN_ROWS, VERDICT_PASS, NULL},
        {"greeting not read", "start: nothing\n    steps: [{expect: 220}, {send: NOOP, expect: 250}]", PLAIN_ROWS,
         VERDICT_PASS, NULL},
        {"greeting left behind", "start: nothing\n    steps: [{pause: 1ms}]", PLAIN_ROWS, VERDICT_PASS, NULL},
        {"no TLS", "over: [tls]\n    steps: [{send: NOOP, expect: 250}]", PLAIN_ROWS, VERDICT_SKIP,
         "TLS cannot be had"},
    };
    PLAYS_RUN(plays);
}

Test(runner, needs)
{
    const struct play plays[] = {
        {"offered", "needs: [CHUNKING]\n    steps: [{send: NOOP, expect: 250}]", PLAIN_ROWS, VERDICT_PASS, NULL},
        {"not offered", "needs: [BURL]\n    steps: [{send: NOOP, expect: 250}]", PLAIN_ROWS, VERDICT_SKIP,
         "the server does not offer BURL"},
        {"offered, and must not be", "needs: [no CHUNKING]\n    steps: [{send: NOOP, expect: 250}]", PLAIN_ROWS,
         VERDICT_SKIP, "the server offers CHUNKING"},
        {"limit", "needs: [size]\n    steps: [{send: \"MAIL FROM:<a@b.test> SIZE=${size+1}\", expect: 250}]",
         PLAIN_ROWS, VERDICT_PASS, NULL},
        {"lmtp", "needs: [lmtp]\n    steps: [{send: NOOP, expect: 250}]", PLAIN_ROWS, VERDICT_SKIP, "LMTP"},
        {"mailbox", "start: data\n    steps: [{data: \"${nonce}\", expect: 250}, {delivered: {}}]", PLAIN_ROWS,
         VERDICT_SKIP, "mailbox"},
        {"optional mailbox",
         "start: data\n    steps: [{data: \"${nonce}\", expect: 250}, {delivered: {optional: true}}]", PLAIN_ROWS,
         VERDICT_PASS, NULL},
        {"intrusive", "intrusive: true\n    steps: [{send: NOOP, expect: 250}]", PLAIN_ROWS, VERDICT_SKIP,
         "--intrusive"},
    };
    PLAYS_RUN(plays);
}

Test(runner, pipeline)
{
    const char *refused_chunk =
        "needs: [unknown]\n    steps: [{pipeline: [{send: \"MAIL FROM:<${sender}>\", assume: 250}, {send: \"RCPT "
        "TO:<${unknown}>\", assume: 5xx}, {bdat: {octets: \"VRFY a\\r\\nVRFY b\\r\\n\"}, expect: 4xx | 5xx}, {send: "
        "RSET, "
        "expect: 250}], replies: 4}]";
    const struct play plays[] = {
        {"in order", "steps: [{pipeline: [{send: NOOP, expect: 250}, {send: VRFY a, expect: 252}]}]", PLAIN_ROWS,
         VERDICT_PASS, NULL},
        {"wrong order", "steps: [{pipeline: [{send: NOOP, expect: 252}, {send: VRFY a, expect: 250}]}]", PLAIN_ROWS,
         VERDICT_FAIL, "expected 252"},
        {"repeat",
         "steps: [{pipeline: [{repeat: {times: 30, steps: [{send: NOOP, expect: 250}]}}, {send: VRFY a, expect: "
         "252}]}]",
         PLAIN_ROWS, VERDICT_PASS, NULL},
        {"chunk swallowed", refused_chunk, ROWS({"BDAT", "503 5.5.1 No\r\n", 0}), VERDICT_PASS, NULL},
        {"when within",
         "steps: [{pipeline: [{send: VRFY a, expect: 2xx}, {when: 252, then: [{expect: 250}]}, {send: RSET, "
         "expect: 250}]}]",
         ROWS({"VRFY", "252 2.0.0 a\r\n250 2.0.0 b\r\n", 0}), VERDICT_PASS, NULL},
    };
    PLAYS_RUN(plays);
}

Test(runner, in_step)
{
    const struct play plays[] = {
        {"a reply too many", "steps: [{send: VRFY a, expect: 252}]",
         ROWS({"VRFY", "252 2.0.0 a\r\n252 2.0.0 b\r\n", 0}), VERDICT_FAIL, "out of step: QUIT was answered 250"},
        {"a refused one too many", "steps: [{send: VRFY a, expect: 252}]",
         ROWS({"VRFY", "252 2.0.0 a\r\n503 5.0.0 b\r\n", 0}), VERDICT_FAIL, "out of step: NOOP was answered 503"},
        {"behind QUIT", "steps: [{send: VRFY a, expect: 252}]",
         ROWS({"QUIT", "221 2.0.0 Bye\r\n250 2.0.0 One more\r\n", CLOSE}), VERDICT_FAIL, "after the reply to QUIT"},
        {"NOOP without reply", "steps: [{send: VRFY a, expect: 252}]", ROWS({"NOOP", NULL, 0}), VERDICT_FAIL,
         "out of step: NOOP got no reply"},
        {"closed at NOOP", "steps: [{send: VRFY a, expect: 252}]", ROWS({"NOOP", NULL, CLOSE}), VERDICT_FAIL,
         "out of step: NOOP got no reply"},
        {"421 at NOOP", "steps: [{send: VRFY a, expect: 252}]", ROWS({"NOOP", "421 4.3.2 Enough\r\n", CLOSE}),
         VERDICT_PASS, NULL},
        {"530 at NOOP", "steps: [{send: VRFY a, expect: 252}]", ROWS({"NOOP", "530 5.7.0 TLS first\r\n", 0}),
         VERDICT_PASS, NULL},
        {"payload owed", "start: data\n    steps: [{raw: \"Subject: half\\r\\n\"}]", PLAIN_ROWS, VERDICT_PASS, NULL},
        {"half a line", "steps: [{raw: VRF}]", PLAIN_ROWS, VERDICT_PASS, NULL},
        {"half a chunk", "start: rcpt\n    steps: [{raw: \"BDAT 20\\r\\nabc\"}]", PLAIN_ROWS, VERDICT_PASS, NULL},
        {"QUIT said by the scenario", "steps: [{send: QUIT, expect: 221}]", PLAIN_ROWS, VERDICT_PASS, NULL},
        {"QUIT said and not read", "steps: [{send: QUIT}]", PLAIN_ROWS, VERDICT_PASS, NULL},
        {"replies not read", "steps: [{send: VRFY a}, {send: VRFY b}]", PLAIN_ROWS, VERDICT_PASS, NULL},
    };
    PLAYS_RUN(plays);
}

/* Connections that the server saw beside those of a scenario that does nothing. */
static int further_connections(const char *steps)
{
    int counts[2];
    const char *both[] = {"steps: [{send: NOOP, expect: 250}]", steps};
    for (int i = 0; i < 2; i++) {
        struct scripted server;
        struct trial t;
        char yaml[1024];
        scripted_start(&server, (struct script){.greeting = greeting, .rows = PLAIN_ROWS});
        snprintf(yaml, sizeof yaml, "  - id: a\n    title: a\n    level: MUST\n    reference: x\n    %s\n", both[i]);
        trial_begin(&t, server.port, "", yaml);
        trial_run(&t);
        cr_assert(t.ran, "%s", t.error.text);
        cr_expect_eq(t.run.results[0].verdict, VERDICT_PASS, "%s: %s", both[i], t.run.results[0].reason);
        counts[i] = atomic_load(&server.connections);
        trial_end(&t);
        scripted_stop(&server);
    }
    return counts[1] - counts[0];
}

Test(runner, acts_with_connections_of_their_own)
{
    cr_expect_eq(further_connections("steps: [{crowd: {times: 7, steps: [{send: NOOP, expect: 250}]}}]"), 7);
    cr_expect_eq(further_connections("steps: [{cut: \"EHLO a\\r\\n\"}]"), 8);
    const struct play plays[] = {
        {"a step within a crowd", "steps: [{crowd: {times: 2, steps: [{send: NOOP, expect: 503}]}}]", PLAIN_ROWS,
         VERDICT_FAIL, "expected 503"},
    };
    PLAYS_RUN(plays);
}

Test(runner, ledger)
{
    static const char smuggled[] = "250 2.0.0 a\r\n250 2.1.0 b\r\n250 2.1.5 c\r\n";
    const char *one = "start: data\n    steps: [{raw: \"a\\n.\\r\\nMAIL FROM:<a@b.test>\\r\\n.\\r\\n\", expect: 2xx, "
                      "replies: 0..1}]";
    const struct play plays[] = {
        {"one", one, PLAIN_ROWS, VERDICT_PASS, NULL},
        {"smuggled", one, ROWS({".", smuggled, 0}), VERDICT_FAIL,
         "expected 0 to 1 reply from this step on, found 3 replies: 250 2.0.0 a, 250 2.1.0 b, 250 2.1.5 c"},
        {"two, unread", "steps: [{raw: \"VRFY a\\r\\nVRFY b\\r\\n\", replies: 2}]", PLAIN_ROWS, VERDICT_PASS, NULL},
        {"later steps do not count",
         "steps: [{raw: \"VRFY a\\r\\n\", expect: 252, replies: 1}, {send: VRFY b, expect: 252}]", PLAIN_ROWS,
         VERDICT_PASS, NULL},
        {"two steps add up", "steps: [{raw: \"VRFY a\\r\\n\", replies: 1}, {raw: \"VRFY b\\r\\n\", replies: 1}]",
         PLAIN_ROWS, VERDICT_PASS, NULL},
        {"closed by the scenario", "steps: [{raw: \"VRFY a\\r\\n\", expect: 252, replies: 1}, {close: }]",
         ROWS({"VRFY", "252 2.0.0 a\r\n252 2.0.0 b\r\n", 0}), VERDICT_FAIL, "found 2 replies"},
        {"a range left open", "steps: [{raw: \"VRFY a\\r\\n\", replies: 0..1}]", PLAIN_ROWS, VERDICT_PASS, NULL},
        {"a range left open, nothing came", "steps: [{raw: \"VRFY a\\r\\n\", replies: 0..1}]", ROWS({"VRFY", NULL, 0}),
         VERDICT_PASS, NULL},
    };
    PLAYS_RUN(plays);
}

Test(runner, connections)
{
    const struct play plays[] = {
        {"a second one", "steps: [{send: VRFY a, expect: 252, connection: other}, {send: NOOP, expect: 250}]",
         PLAIN_ROWS, VERDICT_PASS, NULL},
        {"connect",
         "steps: [{connect: , connection: other, expect: 220}, {send: NOOP, expect: 250, connection: other}]",
         PLAIN_ROWS, VERDICT_PASS, NULL},
        {"reconnect", "steps: [{send: VRFY a, expect: 252}, {reconnect: }, {send: VRFY a, expect: 252}]", PLAIN_ROWS,
         VERDICT_PASS, NULL},
        {"close", "steps: [{close: }]", PLAIN_ROWS, VERDICT_PASS, NULL},
        {"reset", "steps: [{reset: }]", PLAIN_ROWS, VERDICT_PASS, NULL},
        {"half-close", "steps: [{raw: \"VRFY a\\r\\n\"}, {half-close: , expect: 252}]", PLAIN_ROWS, VERDICT_PASS, NULL},
        {"sent after close", "steps: [{close: }, {send: NOOP, expect: 250}]", PLAIN_ROWS, VERDICT_ERROR,
         "closed before"},
        {"dribble", "steps: [{send: VRFY a, expect: 252, dribble: true}]", PLAIN_ROWS, VERDICT_PASS, NULL},
        {"split", "steps: [{send: VRFY a, expect: 252, split: [2, -1], delay: 5ms}]", PLAIN_ROWS, VERDICT_PASS, NULL},
    };
    PLAYS_RUN(plays);
}

/* What the server heard, from the first to the last of these lines. */
static void heard_check(const char *steps, const struct row *rows, const char *target_more, const char *expected)
{
    struct scripted server;
    struct trial t;
    char yaml[4096];
    scripted_start(&server, (struct script){.greeting = greeting, .rows = rows});
    snprintf(yaml, sizeof yaml, "  - id: a\n    title: a\n    level: MUST\n    reference: x\n    %s\n", steps);
    trial_begin(&t, server.port, target_more, yaml);
    trial_run(&t);
    cr_assert(t.ran, "%s", t.error.text);
    cr_expect_eq(t.run.results[0].verdict, VERDICT_PASS, "%s: %s", steps, t.run.results[0].reason);
    pthread_mutex_lock(&server.lock);
    cr_expect(strstr(server.heard, expected), "%s: expected to hear \"%s\", heard \"%s\"", steps, expected,
              server.heard);
    pthread_mutex_unlock(&server.lock);
    trial_end(&t);
    scripted_stop(&server);
}

Test(runner, what_is_sent)
{
    heard_check("start: data\n    steps: [{data: \".a\\n..b\\nc\", expect: 250}]", PLAIN_ROWS, "",
                "DATA\n..a\n...b\nc\n.\nNOOP\nQUIT\n");
    heard_check("start: rcpt\n    steps: [{bdat: {octets: \"ab\", last: true}, expect: 250}]",
                ROWS({"BDAT", "250 2.0.0 Ok\r\n", 0}), "", "BDAT 2 LAST\nNOOP\n");
    heard_check("start: rcpt\n    steps: [{bdat: {octets: \"abcdefg\", size: \"007\"}, expect: 5xx}]",
                ROWS({"BDAT", "501 5.5.4 No\r\n", 0}), "", "BDAT 007\n");
    heard_check(
        "steps: [{send: [{repeat: ab, times: 2}, \" ${sender} ${case}x\"], expect: 500}]\n    cases: [{id: one}]",
        PLAIN_ROWS, "", "abab carol@client.test onex\n");
    heard_check("steps: [{send: \"X ${nonce}\", expect: 500}]", PLAIN_ROWS, "", "X ");
}

Test(runner, proxy_header_comes_first)
{
    heard_check("start: connect\n    steps: [{send: NOOP, expect: 250}]", ROWS({"PROXY", NULL, 0}),
                "proxy: v1\nproxy-source: 192.0.2.7\n", "PROXY TCP4 192.0.2.7 127.0.0.1 ");
}

Test(runner, xclient_goes_before_the_transaction)
{
    heard_check("start: mail\n    steps: [{send: NOOP, expect: 250}]",
                ROWS({"EHLO", "250-server.test\r\n250 XCLIENT ADDR\r\n", 0}, {"XCLIENT", "220 server.test\r\n", 0}),
                "xclient: true\nproxy-source: 192.0.2.7\n",
                "EHLO client.test\nXCLIENT ADDR=192.0.2.7\nEHLO client.test\nMAIL FROM:<carol@client.test>\n");
}

#define AUTH_EHLO      "250-server.test\r\n250 AUTH PLAIN LOGIN\r\n"
#define AUTH_ROWS(...) ROWS({"EHLO", AUTH_EHLO, 0}, __VA_ARGS__)

Test(runner, auth)
{
    const struct row *takes_all =
        AUTH_ROWS({"AUTH PLAIN A", "235 Ok\r\n", 0}, {"AUTH PLAIN", "334 \r\n", 0},
                  {"AUTH LOGIN", "334 VXNlcm5hbWU6\r\n", 0}, {"YWxpY2U=", "334 UGFzc3dvcmQ6\r\n", 0},
                  {"c2VjcmV0", "235 Ok\r\n", 0}, {"AGFsaWNlAHNlY3JldA==", "235 Ok\r\n", 0},
                  {"*", "501 Cancelled\r\n", 0}, {"!", "501 No\r\n", 0}, {"A", "535 No\r\n", 0});
    const struct {
        const char *auth, *heard;
    } all[] = {
        {"{mechanism: PLAIN}", "AUTH PLAIN AGFsaWNlAHNlY3JldA==\nNOOP\n"},
        {"{mechanism: PLAIN, initial: false}", "AUTH PLAIN\nAGFsaWNlAHNlY3JldA==\nNOOP\n"},
        {"{mechanism: LOGIN}", "AUTH LOGIN\nYWxpY2U=\nc2VjcmV0\nNOOP\n"},
        {"{mechanism: PLAIN, error: cancel}, expect: 501", "AUTH PLAIN\n*\nNOOP\n"},
        {"{mechanism: LOGIN, error: cancel}, expect: 501", "AUTH LOGIN\nYWxpY2U=\n*\nNOOP\n"},
        {"{mechanism: LOGIN, error: bad-base64}, expect: 501", "AUTH LOGIN\nYWxpY2U=\n!"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        char steps[256];
        snprintf(steps, sizeof steps, "steps: [{auth: %s}]", all[i].auth);
        heard_check(steps, takes_all, "", all[i].heard);
    }
    heard_check("auth: true\n    steps: [{send: NOOP, expect: 250}]", takes_all, "",
                "AUTH PLAIN AGFsaWNlAHNlY3JldA==\nNOOP\nNOOP\n");
}

Test(runner, auth_refused)
{
    const struct play plays[] = {
        {"by default 235 is wanted", "steps: [{auth: {mechanism: PLAIN}}]",
         AUTH_ROWS({"AUTH PLAIN", "535 No\r\n", 0}, {"AUTH LOGIN", "334 VXNlcm5hbWU6\r\n", 0},
                   {"YWxpY2U=", "334 UGFzc3dvcmQ6\r\n", 0}, {"c2VjcmV0", "235 Ok\r\n", 0}),
         VERDICT_FAIL, "expected 235, found 535"},
        {"every mechanism refuses", "steps: [{auth: {mechanism: PLAIN}}]", AUTH_ROWS({"AUTH", "535 No\r\n", 0}),
         VERDICT_BLOCKED, "as every mechanism does"},
        {"in the prologue", "auth: true\n    steps: [{send: NOOP, expect: 250}]", AUTH_ROWS({"AUTH", "535 No\r\n", 0}),
         VERDICT_BLOCKED, "AUTH was answered 535"},
        {"mechanism not offered", "steps: [{auth: {mechanism: CRAM-MD5}}]", AUTH_ROWS({"AUTH", "235 a\r\n", 0}),
         VERDICT_SKIP, "AUTH CRAM-MD5"},
        {"disconnect", "steps: [{auth: {mechanism: PLAIN, error: disconnect}, expect: close}]",
         AUTH_ROWS({"AUTH", "334 \r\n", 0}), VERDICT_PASS, NULL},
    };
    PLAYS_RUN(plays);
}

/* A 4yz for this recipient alone: see test_run.c for one that comes to all. */
Test(runner, put_off)
{
    const struct play plays[] = {
        {"another recipient is taken", "start: mail\n    steps: [{send: \"RCPT TO:<bob@example.test>\", expect: 250}]",
         ROWS({"RCPT TO:<bob", "451 4.3.0 Later\r\n", 0}), VERDICT_FAIL, "expected 250, found 451"},
    };
    PLAYS_RUN(plays);
}

Test(runner, starttls)
{
    const struct row *rows =
        ROWS({"EHLO", "250-server.test\r\n250 STARTTLS\r\n", 0}, {"STARTTLS", "454 4.7.0 Later\r\n", 0});
    const struct row *fails =
        ROWS({"EHLO", "250-server.test\r\n250 STARTTLS\r\n", 0}, {"STARTTLS", "220 Go\r\n", CLOSE});
    const struct row *no = ROWS({"EHLO", "250-server.test\r\n250 STARTTLS\r\n", 0}, {"STARTTLS", "502 No\r\n", 0});
    const struct play plays[] = {
        {"not now", "steps: [{starttls: }]", rows, VERDICT_BLOCKED, "454"},
        {"refused", "steps: [{starttls: }]", no, VERDICT_FAIL, "expected 220, found 502"},
        {"handshake fails", "steps: [{starttls: }]", fails, VERDICT_FAIL, "handshake failed"},
        {"handshake may be refused",
         "steps: [{raw: \"STARTTLS\\r\\n\", expect: 220}, {handshake: ok | refused}, {send: NOOP, expect: 599}]", fails,
         VERDICT_PASS, NULL},
        {"prologue", "over: [tls]\n    steps: [{send: NOOP, expect: 250}]", fails, VERDICT_BLOCKED, "handshake failed"},
        {"needs inside TLS", "over: [tls]\n    needs: [CHUNKING]\n    steps: [{send: NOOP, expect: 250}]", fails,
         VERDICT_BLOCKED, "not known"},
    };
    PLAYS_RUN(plays);
}
