/* Whole runs: order, load, death, launching, stopping. */
#include "scripted.h"

#include "runner.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct row ordinary[] = {ORDINARY};

static struct script ordinary_script(void)
{
    return (struct script){.greeting = "220 server.test ready\r\n", .rows = ordinary};
}

/* `count` scenarios s0, s1 ... that say VRFY; the one with number `special` says `what` instead. */
static void scenarios_write(char *out, size_t size, int count, int special, const char *what)
{
    size_t at = 0;
    for (int i = 0; i < count; i++)
        at += (size_t)snprintf(out + at, size - at,
                               "  - id: s%d\n    title: a\n    level: MUST\n    reference: x\n    steps: [{send: %s, "
                               "expect: 2xx}]\n",
                               i, i == special ? what : "VRFY a");
}

Test(run, results_stand_in_the_order_of_the_library)
{
    struct scripted server;
    struct trial t;
    char yaml[8192];
    scripted_start(&server, ordinary_script());
    scenarios_write(yaml, sizeof yaml, 40, -1, "");
    trial_begin(&t, server.port, "", yaml);
    t.options.jobs = 16;
    trial_run(&t);
    cr_assert(t.ran, "%s", t.error.text);
    for (int i = 0; i < 40; i++) {
        char id[16];
        snprintf(id, sizeof id, "t/s%d", i);
        cr_expect_str_eq(t.run.results[i].id, id);
        cr_expect_eq(t.run.results[i].verdict, VERDICT_PASS, "%s", t.run.results[i].reason);
    }
    cr_expect_eq(t.run.plain_first.verdict, VERDICT_PASS, "%s", t.run.plain_first.reason);
    cr_expect_eq(t.run.plain_last.verdict, VERDICT_PASS);
    cr_expect_str_eq(t.run.greeting, "220 server.test ready");
    cr_expect(strstr(t.run.extensions, "SIZE 1000"));
    trial_end(&t);
    scripted_stop(&server);
}

Test(run, checks_are_results_of_their_own)
{
    struct scripted server;
    struct trial t;
    char yaml[1024];
    const struct row rows[] = {{"VRFY", "252 no enhanced code\r\n", 0}, ORDINARY};
    scripted_start(&server, (struct script){.greeting = "220 server.test ready\r\n", .rows = rows});
    scenarios_write(yaml, sizeof yaml, 2, -1, "");
    trial_begin(&t, server.port, "", yaml);
    trial_run(&t);
    const struct check_result *c = trial_check(&t, "check/enhanced-present");
    cr_assert_not_null(c);
    cr_expect_eq(c->broken, 2);
    cr_expect_eq(c->result.verdict, VERDICT_FAIL);
    cr_expect(strstr(c->result.found, "t/s0"));
    cr_expect_gt(c->result.transcript.count, 0);
    cr_expect_eq(t.run.results[0].verdict, VERDICT_PASS, "a check changes no scenario's verdict");
    trial_end(&t);
    scripted_stop(&server);
}

Test(run, what_a_421_stops_is_tried_again)
{
    struct scripted server;
    struct trial t;
    char yaml[4096];
    struct script script = ordinary_script();
    script.busy_from = 5; /* behind the first look, the survey, and the plain transaction */
    script.busy_to = 7;
    scripted_start(&server, script);
    scenarios_write(yaml, sizeof yaml, 8, -1, "");
    trial_begin(&t, server.port, "", yaml);
    t.options.jobs = 4;
    t.options.timeout_scale = 0.1;
    t.options.timeout_ms = 5000;
    trial_run(&t);
    int twice = 0;
    for (int i = 0; i < 8; i++) {
        cr_expect_eq(t.run.results[i].verdict, VERDICT_PASS, "%s", t.run.results[i].reason);
        twice += t.run.results[i].attempts == 2;
    }
    cr_expect_eq(twice, 3, "found %d", twice);
    trial_end(&t);
    scripted_stop(&server);
}

Test(run, nobody_there_is_said_at_once)
{
    struct trial t;
    char yaml[4096];
    struct error e;
    int fd = net_listen("127.0.0.1", "0", &e), port = net_listen_port(fd);
    close(fd);
    scenarios_write(yaml, sizeof yaml, 3, -1, "");
    trial_begin(&t, port, "", yaml);
    trial_run(&t);
    cr_assert(t.ran);
    cr_expect_eq(t.run.plain_first.verdict, VERDICT_ERROR);
    for (int i = 0; i < 3; i++)
        cr_expect_eq(t.run.results[i].verdict, VERDICT_ERROR);
    cr_expect_lt(t.run.duration_ns, 2000000000);
    trial_end(&t);
}

Test(run, a_server_that_says_nothing_is_an_error)
{
    struct scripted server;
    struct trial t;
    char yaml[1024];
    scripted_start(&server, (struct script){.greeting = NULL, .rows = ordinary});
    scenarios_write(yaml, sizeof yaml, 2, -1, "");
    trial_begin(&t, server.port, "", yaml);
    trial_run(&t);
    cr_expect_eq(t.run.plain_first.verdict, VERDICT_ERROR);
    cr_expect(strstr(t.run.plain_first.reason, "no greeting"), "%s", t.run.plain_first.reason);
    cr_expect_eq(t.run.results[1].verdict, VERDICT_ERROR);
    trial_end(&t);
    scripted_stop(&server);
}

/* Whoever is killed in the middle of the plain transaction has not failed it. */
Test(run, a_death_in_the_plain_transaction_is_an_error)
{
    struct scripted server;
    struct trial t;
    char yaml[1024];
    const struct row rows[] = {{"DATA", NULL, DIE}, ORDINARY};
    scripted_start(&server, (struct script){.greeting = "220 server.test ready\r\n", .rows = rows});
    scenarios_write(yaml, sizeof yaml, 2, -1, "");
    trial_begin(&t, server.port, "", yaml);
    t.options.timeout_scale = 0.1;
    t.options.timeout_ms = 10000;
    trial_run(&t);
    cr_expect_eq(t.run.plain_first.verdict, VERDICT_ERROR, "%s", t.run.plain_first.reason);
    cr_expect(strstr(t.run.plain_first.reason, "no other connection is greeted"), "%s", t.run.plain_first.reason);
    cr_expect_eq(t.run.results[1].verdict, VERDICT_ERROR);
    trial_end(&t);
    scripted_stop(&server);
}

Test(run, a_target_that_dies_has_suspects)
{
    struct scripted server;
    struct trial t;
    char yaml[4096];
    const struct row rows[] = {{"EXPN", NULL, DIE}, ORDINARY};
    scripted_start(&server, (struct script){.greeting = "220 server.test ready\r\n", .rows = rows});
    scenarios_write(yaml, sizeof yaml, 4, 1, "EXPN die");
    trial_begin(&t, server.port, "", yaml);
    t.options.timeout_scale = 0.2;
    t.options.timeout_ms = 2000;
    trial_run(&t);
    cr_assert(t.ran);
    cr_assert_eq(t.run.extra_count, 1);
    cr_expect_str_eq(t.run.extra[0].id, "target/died");
    cr_expect_eq(t.run.extra[0].verdict, VERDICT_FAIL);
    cr_expect(strstr(t.run.extra[0].found, "t/s1"), "%s", t.run.extra[0].found);
    cr_expect_eq(t.run.results[0].verdict, VERDICT_PASS);
    cr_expect_eq(t.run.results[1].verdict, VERDICT_ERROR);
    cr_expect_eq(t.run.results[3].verdict, VERDICT_ERROR);
    cr_expect(strstr(t.run.results[3].reason, "no longer answers"), "%s", t.run.results[3].reason);
    trial_end(&t);
    scripted_stop(&server);
}

/* Starts the server again whenever the launch command has left a mark. */
struct starter {
    struct script script;
    char mark[64], port[16];
    struct scripted servers[8];
    int started;
    atomic_int stop;
};

static void *starter_main(void *context)
{
    struct starter *s = context;
    while (!atomic_load(&s->stop)) {
        if (access(s->mark, F_OK) == 0 && s->started < 8) {
            unlink(s->mark);
            scripted_start_on(&s->servers[s->started++], s->script, s->port);
        }
        usleep(2000);
    }
    return NULL;
}

/* A run over a target that dies at EXPN. */
static void launched_run(struct trial *t, struct starter *s, const struct row *rows)
{
    char yaml[4096], more[256];
    struct error e;
    pthread_t thread;
    int fd = net_listen("127.0.0.1", "0", &e), port = net_listen_port(fd);
    close(fd);
    *s = (struct starter){.script = {.greeting = "220 server.test ready\r\n", .rows = rows}};
    snprintf(s->mark, sizeof s->mark, "/tmp/smtpspec-test-%d-%d", (int)getpid(), port);
    snprintf(s->port, sizeof s->port, "%d", port);
    snprintf(more, sizeof more, "launch: {start: \"touch %s\", ready-within: 5s}\n", s->mark);
    scenarios_write(yaml, sizeof yaml, 6, 2, "EXPN die");
    pthread_create(&thread, NULL, starter_main, s);
    trial_begin(t, port, more, yaml);
    t->options.timeout_scale = 0.2;
    t->options.timeout_ms = 2000;
    trial_run(t);
    atomic_store(&s->stop, 1);
    pthread_join(thread, NULL);
    for (int i = 0; i < s->started; i++)
        scripted_stop(&s->servers[i]);
}

Test(run, a_suspect_that_repeats_it_alone_fails)
{
    struct trial t;
    struct starter s;
    const struct row rows[] = {{"EXPN", NULL, DIE}, ORDINARY};
    launched_run(&t, &s, rows);
    cr_assert(t.ran, "%s", t.error.text);
    cr_expect_eq(t.run.extra_count, 0);
    for (int i = 0; i < 6; i++)
        cr_expect_eq(t.run.results[i].verdict, i == 2 ? VERDICT_FAIL : VERDICT_PASS, "%d: %s", i,
                     t.run.results[i].reason);
    cr_expect(strstr(t.run.results[2].reason, "the target died"), "%s", t.run.results[2].reason);
    cr_expect_eq(t.run.results[2].attempts, 2);
    cr_expect_eq(t.run.plain_last.verdict, VERDICT_PASS, "%s", t.run.plain_last.reason);
    cr_expect_eq(s.started, 3);
    trial_end(&t);
}

Test(run, a_death_that_nobody_repeats_is_told_with_its_suspects)
{
    struct trial t;
    struct starter s;
    const struct row rows[] = {{"EXPN", "250 2.0.0 Ok\r\n", DIE_LATE}, ORDINARY};
    launched_run(&t, &s, rows);
    cr_assert(t.ran, "%s", t.error.text);
    cr_assert_eq(t.run.extra_count, 1);
    cr_expect_eq(t.run.extra[0].verdict, VERDICT_FAIL);
    cr_expect(strstr(t.run.extra[0].found, "t/s2"), "%s", t.run.extra[0].found);
    for (int i = 0; i < 6; i++)
        cr_expect_eq(t.run.results[i].verdict, VERDICT_PASS, "%d: %s", i, t.run.results[i].reason);
    trial_end(&t);
}

Test(run, a_server_that_never_stops_talking_ends_all_the_same)
{
    struct scripted server;
    struct trial t;
    char yaml[1024];
    const struct row rows[] = {{"VRFY", "250 2.0.0 Ok\r\n", FLOOD}, ORDINARY};
    scripted_start(&server, (struct script){.greeting = "220 server.test ready\r\n", .rows = rows});
    scenarios_write(yaml, sizeof yaml, 2, -1, "");
    trial_begin(&t, server.port, "", yaml);
    t.options.timeout_scale = 0.2;
    trial_run(&t);
    cr_expect_eq(t.run.results[0].verdict, VERDICT_FAIL);
    cr_expect(strstr(t.run.results[0].reason, "out of step"), "%s", t.run.results[0].reason);
    cr_expect_lt(t.run.duration_ns, 5000000000);
    trial_end(&t);
    scripted_stop(&server);
}

static volatile sig_atomic_t stop_flag;

static void stop_after_two(void *context, const struct result *r, size_t done, size_t total)
{
    (void)context;
    (void)r;
    (void)total;
    if (done == 2)
        stop_flag = 1;
}

Test(run, stopping_leaves_a_whole_report)
{
    struct scripted server;
    struct trial t;
    char yaml[4096];
    stop_flag = 0;
    scripted_start(&server, ordinary_script());
    scenarios_write(yaml, sizeof yaml, 6, -1, "");
    trial_begin(&t, server.port, "", yaml);
    t.options.stop = &stop_flag;
    t.options.progress = stop_after_two;
    trial_run(&t);
    cr_assert(t.ran);
    cr_expect(t.run.interrupted);
    cr_expect_eq(t.run.results[1].verdict, VERDICT_PASS);
    cr_expect_eq(t.run.results[5].verdict, VERDICT_SKIP);
    cr_expect_str_eq(t.run.results[5].reason, "interrupted");
    cr_expect_eq(t.run.plain_last.verdict, VERDICT_SKIP);
    trial_end(&t);
    scripted_stop(&server);
}

Test(run, a_launch_that_fails_is_told_with_its_output)
{
    struct trial t;
    char yaml[1024];
    struct error e;
    int fd = net_listen("127.0.0.1", "0", &e), port = net_listen_port(fd);
    close(fd);
    scenarios_write(yaml, sizeof yaml, 1, -1, "");
    trial_begin(&t, port, "launch: {start: \"echo no such port; exit 3\", ready-within: 2s}\n", yaml);
    trial_run(&t);
    cr_expect_not(t.ran);
    cr_expect(strstr(t.error.text, "status 3") && strstr(t.error.text, "no such port"), "%s", t.error.text);
    trial_end(&t);
}

Test(run, a_target_on_standard_input_and_output)
{
    struct trial t;
    size_t count;
    trial_begin(&t, 1, "", "  - {id: a, title: a, level: MUST, reference: x, steps: [{send: NOOP, expect: 250}]}\n");
    target_free(t.target);
    t.target = target_new();
    cr_assert(target_load_memory(t.target, "t",
                                 BYTES("endpoint: \"exec:echo 220 a; while read l; do case $l in QUIT*) "
                                       "echo 221 b; exit;; *) echo 250 a.test;; esac; done\"\n")));
    cr_assert(target_finish(t.target, &t.error), "%s", t.error.text);
    const struct scenario *const *all = library_scenarios(t.library, &count);
    t.ran = driver_run(t.target, all, count, &t.options, &t.run, &t.error);
    cr_assert(t.ran, "%s", t.error.text);
    cr_expect_eq(t.run.results[0].verdict, VERDICT_PASS, "%s", t.run.results[0].reason);
    trial_end(&t);
}

Test(run, the_same_seed_gives_the_same_nonce)
{
    char a[NONCE_LENGTH + 1], b[NONCE_LENGTH + 1], c[NONCE_LENGTH + 1];
    nonce_make(7, "t/a", a);
    nonce_make(7, "t/a", b);
    nonce_make(7, "t/b", c);
    cr_expect_str_eq(a, b);
    cr_expect_str_neq(a, c);
    cr_expect_eq(strspn(a, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"), NONCE_LENGTH);
}

/* One message to a server with a maildir; `taken` is what it does with it. */
static enum verdict delivered_verdict(const char *delivered, enum after taken, const char *answer, char *reason,
                                      size_t size)
{
    struct scripted server;
    struct trial t;
    char root[] = "/tmp/smtpspec-test-XXXXXX", path[128], yaml[1024], more[256];
    const struct row rows[] = {{".", answer, taken}, ORDINARY};
    cr_assert_not_null(mkdtemp(root));
    snprintf(path, sizeof path, "%s/new", root);
    mkdir(path, 0700);
    scripted_start(&server,
                   (struct script){.greeting = "220 server.test ready\r\n", .rows = rows, .maildir = root, .first = 2});
    snprintf(yaml, sizeof yaml,
             "  - id: a\n    title: a\n    level: MUST\n    reference: x\n    start: data\n    steps:\n"
             "      - {data: \"Subject: a\\n\\n${nonce}\\n.b\", expect: 2xx | 5xx}\n      - delivered: %s\n",
             delivered);
    snprintf(more, sizeof more, "mailboxes:\n  alice@example.test: {maildir: %s}\n  settle: 100ms\n", root);
    trial_begin(&t, server.port, more, yaml);
    t.options.timeout_scale = 0.05;
    t.options.timeout_ms = 10000;
    trial_run(&t);
    cr_assert(t.ran, "%s", t.error.text);
    enum verdict verdict = t.run.results[0].verdict;
    snprintf(reason, size, "%s", t.run.results[0].reason ? t.run.results[0].reason : "");
    trial_end(&t);
    scripted_stop(&server);
    snprintf(yaml, sizeof yaml, "rm -rf %s", root);
    cr_assert_eq(system(yaml), 0);
    return verdict;
}

Test(run, delivered)
{
    const char *good = "250 2.0.0 Ok\r\n", *bad = "550 5.7.1 No\r\n";
    const struct {
        const char *delivered;
        enum after taken;
        const char *answer;
        enum verdict verdict;
        const char *reason;
    } all[] = {
        {"{}", DELIVER, good, VERDICT_PASS, NULL},
        {"{}", DELIVER_PLAIN, good, VERDICT_FAIL, "expected 1 delivered"},
        {"{count: 0}", DELIVER_PLAIN, good, VERDICT_PASS, NULL},
        {"{count: 0}", DELIVER, good, VERDICT_FAIL, "found 1"},
        /* Nothing ever arrives; nothing any more behind plain/first and the look at the mailbox; none is accepted. */
        {"{}", GO_ON, good, VERDICT_BLOCKED, "see target/mailbox"},
        {"{count: 0}", GO_ON, good, VERDICT_BLOCKED, "see target/mailbox"},
        {"{}", DELIVER_FIRST, good, VERDICT_BLOCKED, "nor did a plain message"},
        {"{count: 0}", DELIVER_FIRST, good, VERDICT_BLOCKED, "nor did a plain message"},
        {"{count: 0}", GO_ON, bad, VERDICT_BLOCKED, "was answered 550"},
        {"{count: 0}", DELIVER, bad, VERDICT_FAIL, "found 1"},
        {"{count: 0..1}", DELIVER, good, VERDICT_PASS, NULL},
        {"{count: 0..1}", DELIVER_TWICE, good, VERDICT_FAIL, "found 2"},
        {"{absent: \".b\"}", DELIVER, good, VERDICT_FAIL, "must not be in it"},
        {"{absent: \"..b\"}", DELIVER, good, VERDICT_PASS, NULL},
        {"{text: [\"(?i)^subject: a$\", \"^${nonce}$\"]}", DELIVER, good, VERDICT_PASS, NULL},
        {"{text: \"^Subject: b\"}", DELIVER, good, VERDICT_FAIL, "does not have the form"},
        {"{no-text: \"^Subject: b\"}", DELIVER, good, VERDICT_PASS, NULL},
        {"{text: \"^Subject: a\", no-text: [\"x\", \"^\\\\.b$\"]}", DELIVER, good, VERDICT_FAIL, "must not be in it"},
        {"{body: \"Subject: a\\n\\n${nonce}\\n.b\"}", DELIVER, good, VERDICT_PASS, NULL},
        {"{body: \"Subject: a\\n\\n${nonce}\\nb\"}", DELIVER, good, VERDICT_FAIL, "not what was sent"},
        {"{contains: [\"${nonce}\", \"nothing like it\"]}", DELIVER, good, VERDICT_FAIL, "found 0"},
    };
    char reason[1024];
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        enum verdict verdict = delivered_verdict(all[i].delivered, all[i].taken, all[i].answer, reason, sizeof reason);
        cr_expect_eq(verdict, all[i].verdict, "%s: found %s: %s", all[i].delivered, verdict_name(verdict), reason);
        if (all[i].reason)
            cr_expect(strstr(reason, all[i].reason), "%s: %s", all[i].delivered, reason);
    }
}

/* Replies that waited for their reader took no time; the others take as long as the server does. */
Test(run, kinds_of_replies_are_told_apart_by_time)
{
    const struct {
        const char *alike;
        enum verdict verdict;
        const char *reason;
    } all[] = {
        {"{first: late, second: soon, apart: 20ms}", VERDICT_FAIL, "expected replies that take alike, found that late"},
        {"{first: soon, second: late, apart: 20ms}", VERDICT_FAIL, "found that soon took"},
        {"{first: soon, second: late, apart: 1m}", VERDICT_PASS, NULL},
        {"{first: late, second: mixed, apart: 20ms}", VERDICT_PASS, NULL},
        {"{first: soon, second: nobody, apart: 20ms}", VERDICT_ERROR, "no reply was timed as nobody"},
    };
    struct scripted server;
    struct script script = ordinary_script();
    script.delay_ms = 100;
    scripted_start(&server, script);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct trial t;
        char yaml[1024];
        snprintf(yaml, sizeof yaml,
                 "  - id: s0\n    title: a\n    level: MUST\n    reference: x\n    steps:\n"
                 "      - send: NOOP\n      - pause: 2s\n      - {expect: 250, took: soon}\n"
                 "      - {send: NOOP, expect: 250, took: late}\n      - {send: NOOP, expect: 250, took: mixed}\n"
                 "      - send: NOOP\n      - pause: 2s\n      - {expect: 250, took: mixed}\n"
                 "      - alike: %s\n",
                 all[i].alike);
        trial_begin(&t, server.port, "", yaml);
        trial_run(&t);
        cr_assert(t.ran, "%s", t.error.text);
        cr_expect_eq(t.run.results[0].verdict, all[i].verdict, "%s: %s", all[i].alike, t.run.results[0].reason);
        if (all[i].reason)
            cr_expect(strstr(t.run.results[0].reason, all[i].reason), "%s", t.run.results[0].reason);
        trial_end(&t);
    }
    scripted_stop(&server);
}

/* The disk is full after the first message: what is put off like every message is not judged. */
Test(run, put_off_as_all_are)
{
    struct scripted server;
    struct trial t;
    const struct row rows[] = {{".", "250 2.0.0 Ok\r\n", DELIVER_FIRST}, ORDINARY};
    scripted_start(&server, (struct script){.greeting = "220 server.test ready\r\n",
                                            .rows = rows,
                                            .maildir = "/nonexistent",
                                            .first = 1,
                                            .later = "452 4.3.1 Full\r\n"});
    trial_begin(&t, server.port, "",
                "  - {id: a, title: a, level: MUST, reference: x, start: data, steps: [{data: a, expect: 250}]}\n"
                "  - {id: b, title: a, level: MUST, reference: x, start: data, steps: [{data: a, expect: 452}]}\n");
    trial_run(&t);
    cr_assert(t.ran, "%s", t.error.text);
    cr_expect_eq(t.run.plain_first.verdict, VERDICT_PASS);
    cr_expect_eq(t.run.results[0].verdict, VERDICT_BLOCKED);
    cr_expect(strstr(t.run.results[0].reason, "as it now does to a plain transaction"), "%s", t.run.results[0].reason);
    cr_expect_eq(t.run.results[1].verdict, VERDICT_PASS, "%s", t.run.results[1].reason);
    trial_end(&t);
    scripted_stop(&server);
}

/* What a server offers is not known when it gives no answer to EHLO, or one that is for now: nothing is skipped. When
 * it wants no EHLO it offers nothing. */
Test(run, offers_that_nobody_knows)
{
    const struct {
        struct row ehlo;
        enum verdict verdict;
        const char *reason;
    } all[] = {
        {{"EHLO", NULL, CLOSE}, VERDICT_BLOCKED, "it is not known what the server offers"},
        {{"EHLO", "421 4.3.2 Later\r\n", CLOSE}, VERDICT_BLOCKED, "it is not known what the server offers"},
        {{"EHLO", "502 5.5.1 No\r\n", GO_ON}, VERDICT_SKIP, "EHLO was answered 502"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct scripted server;
        struct trial t;
        const struct row rows[] = {all[i].ehlo, ORDINARY};
        scripted_start(&server, (struct script){.greeting = "220 server.test ready\r\n", .rows = rows});
        trial_begin(&t, server.port, "",
                    "  - {id: a, title: a, level: MUST, reference: x, needs: [BURL], start: nothing, steps: [{expect: "
                    "220}]}\n");
        t.options.timeout_scale = 0.1;
        t.options.timeout_ms = 10000;
        trial_run(&t);
        cr_assert(t.ran, "%s", t.error.text);
        cr_expect_eq(t.run.results[0].verdict, all[i].verdict, "%zu: %s", i, t.run.results[0].reason);
        cr_expect(strstr(t.run.results[0].reason, all[i].reason), "%zu: %s", i, t.run.results[0].reason);
        trial_end(&t);
        scripted_stop(&server);
    }
}

/* A mailbox where nothing is ever seen, and a password that is wrong, are said once and blamed on nobody. */
Test(run, wrong_facts_are_told)
{
    struct scripted server;
    struct trial t;
    const struct row rows[] = {
        {"EHLO", "250-server.test\r\n250 AUTH LOGIN PLAIN\r\n", 0}, {"AUTH", "535 5.7.8 Wrong\r\n", 0}, ORDINARY};
    scripted_start(&server, (struct script){.greeting = "220 server.test ready\r\n", .rows = rows});
    trial_begin(
        &t, server.port,
        "mailboxes:\n  alice@example.test: {maildir: /nonexistent/smtpspec}\n"
        "  bob@example.test: {maildir: /nonexistent/smtpspec2}\n",
        "  - {id: a, title: a, level: MUST, reference: x, start: data, steps: [{data: \"${nonce}\", expect: 250}, "
        "{delivered: {}}]}\n"
        "  - {id: b, title: a, level: MUST, reference: x, steps: [{auth: {mechanism: PLAIN}, expect: 235}]}\n"
        "  - {id: c, title: a, level: MUST, reference: x, steps: [{send: AUTH PLAIN AGEAYg==, expect: 535}]}\n");
    t.options.timeout_scale = 0.05;
    t.options.timeout_ms = 20000;
    trial_run(&t);
    cr_assert(t.ran, "%s", t.error.text);
    const enum verdict verdicts[] = {VERDICT_BLOCKED, VERDICT_BLOCKED, VERDICT_PASS};
    for (size_t i = 0; i < 3; i++)
        cr_expect_eq(t.run.results[i].verdict, verdicts[i], "%s: %s", t.run.results[i].id, t.run.results[i].reason);
    const char *const extras[][2] = {
        {"target/credentials", "user alice log in by no mechanism"},
        {"target/mailbox", "maildir /nonexistent/smtpspec, in which there is no folder new"},
        {"target/mailbox-2", "bob@example.test"}};
    cr_assert_eq(t.run.extra_count, 3);
    for (size_t i = 0; i < 3; i++) {
        cr_expect_str_eq(t.run.extra[i].id, extras[i][0]);
        cr_expect_eq(t.run.extra[i].verdict, VERDICT_ERROR);
        cr_expect(strstr(t.run.extra[i].reason, extras[i][1]), "%s", t.run.extra[i].reason);
    }
    trial_end(&t);
    scripted_stop(&server);
}

Test(run, probe_tells_what_the_server_says_of_itself)
{
    struct scripted server;
    struct trial t;
    struct probe probe;
    scripted_start(&server, ordinary_script());
    trial_begin(&t, server.port, "",
                "  - {id: a, title: a, level: MUST, reference: x, steps: [{send: NOOP, expect: 250}]}\n");
    cr_assert(driver_probe(t.target, &t.options, &probe, &t.error), "%s", t.error.text);
    cr_expect(bytes_equal(probe.greeting, BYTES("220 server.test ready\r\n")));
    cr_expect(bytes_equal(probe.ehlo, bytes_string(EHLO_REPLY)));
    cr_expect_not(probe.starttls_offered);
    cr_expect_gt(probe.transcript.count, 4);
    arena_free(probe.arena);
    scripted_stop(&server);
    cr_expect_not(driver_probe(t.target, &t.options, &probe, &t.error), "nobody is there any more");
    trial_end(&t);
}
