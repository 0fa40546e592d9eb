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

Test(runner, a_should_that_is_not_met_is_a_warning)
{
    const struct play p = {"should", "steps: [{send: NOOP, expect: 503}]", PLAIN_ROWS, VERDICT_WARN, NULL};
    char reason[1024];
    cr_expect_eq(play_run(&p, "SHOULD", reason, sizeof reason), VERDICT_WARN);
    cr_expect_eq(play_run(&p, "security", reason, sizeof reason), VERDICT_FAIL);
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
        {"lmtp", "needs: [lmtp]\n    steps: [{send: NOOP, expect: 250}]", PLAIN_ROWS, VERDICT_SKIP, "lmtp"},
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
