/* A run made by hand that has everything a report must show: each verdict, TLS, a second connection, pieces, a payload
 * that was cut, and a peer that sends escape sequences. Reports of it lie in tests/golden/. */
#ifndef SAMPLE_H
#define SAMPLE_H

#include "report/report.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OCTETS(kind_, ns_, text_, ...)                                                                                 \
    {                                                                                                                  \
        .kind = kind_, .ns = ns_, .octets = {(const unsigned char *)text_, sizeof text_ - 1},                          \
        .length = sizeof text_ - 1, __VA_ARGS__                                                                        \
    }

struct sample {
    struct requirement must, should, security, may, form;
    struct scenario scenarios[10];
    struct event events[10][16];
    struct result results[10];
    struct check_result checks[2];
    struct result extra[1];
    struct run run;
};

static inline void sample_chain(struct result *r, struct event *events, size_t count)
{
    for (size_t i = 0; i + 1 < count; i++)
        events[i].next = &events[i + 1];
    r->transcript = (struct transcript){events, &events[count - 1], count};
}

static inline void sample_result(struct sample *s, size_t i, const char *suite, const char *id, const char *title,
                                 const struct requirement *q, enum verdict v, const char *reason)
{
    static const char *tags[] = {"order", "quick"};
    s->scenarios[i] = (struct scenario){.id = id,
                                        .suite = suite,
                                        .title = title,
                                        .file = "scenarios/rfc5321/sample.yaml",
                                        .line = 10 * (int)(i + 1),
                                        .requirement = q,
                                        .reference = q == &s->security ? "draft of the smuggling paper" : NULL,
                                        .cve = q == &s->security ? "CVE-2023-51764" : NULL,
                                        .tags = tags,
                                        .tag_count = i ? 0 : 2};
    s->results[i] = (struct result){.id = id,
                                    .scenario = &s->scenarios[i],
                                    .requirement = q,
                                    .verdict = v,
                                    .reason = reason,
                                    .started_ns = 1000000 * (int64_t)i,
                                    .duration_ns = 2500000,
                                    .attempts = 1};
}

static inline void sample_transcripts(struct sample *s)
{
    const struct event first[] = {
        {.kind = EVENT_CONNECT, .ns = 100000, .text = "127.0.0.1:2525"},
        OCTETS(EVENT_SERVER, 400000, "220 mail.example.test ESMTP \x1b[31mred\x1b[0m\r\n"),
        OCTETS(EVENT_CLIENT, 500000, "EHLO client.test\r\n"),
        OCTETS(EVENT_SERVER, 700000,
               "250-mail.example.test\r\n250-PIPELINING\r\n250-SIZE 1048576\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n"
               "250-CHUNKING\r\n250-DSN\r\n250-STARTTLS\r\n250-ENHANCEDSTATUSCODES\r\n250 HELP\r\n"),
        OCTETS(EVENT_CLIENT, 800000, "RCPT TO:<alice@example.test>\r\n"),
        OCTETS(EVENT_SERVER, 900000, "250 2.1.5 Ok\r\n", .deciding = true),
        {.kind = EVENT_CLOSE, .ns = 950000, .text = "client FIN"},
    };
    const struct event second[] = {
        {.kind = EVENT_TLS, .ns = 100000, .text = "TLSv1.3, TLS_AES_256_GCM_SHA384", .tls = true},
        OCTETS(EVENT_CLIENT, 200000, "N", .tls = true),
        OCTETS(EVENT_CLIENT, 210000, "OO", .tls = true),
        OCTETS(EVENT_CLIENT, 220000, "P\r\n", .tls = true),
        OCTETS(EVENT_CLIENT, 300000, "NOOP\r\n", .connection = "second"),
        OCTETS(EVENT_CLIENT, 400000, "X-Id: 1\r\n\r\na\n.\nb\0\xff\r\n.\r\n", .tls = true),
        {.kind = EVENT_CLIENT,
         .ns = 500000,
         .octets = {(const unsigned char *)"aaaa\r\n", 6},
         .tail = {(const unsigned char *)"zzzz\r\n.\r\n", 9},
         .length = 1000000,
         .digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
         .tls = true},
        OCTETS(EVENT_SERVER, 600000, "250 2.0.0 queued\n", .tls = true, .deciding = true),
        {.kind = EVENT_NOTE, .ns = 700000, .text = "looked for mail to alice@example.test"},
        {.kind = EVENT_CLOSE, .ns = 800000, .text = "server RST"},
    };
    memcpy(s->events[0], first, sizeof first);
    memcpy(s->events[1], second, sizeof second);
    sample_chain(&s->results[0], s->events[0], sizeof first / sizeof *first);
    sample_chain(&s->results[1], s->events[1], sizeof second / sizeof *second);
}

static inline void sample_checks(struct sample *s)
{
    s->checks[0] =
        (struct check_result){.name = "check/reply-line-length",
                              .requirement = &s->form,
                              .judged = 120,
                              .result = {.id = "check/reply-line-length", .verdict = VERDICT_PASS, .attempts = 1}};
    s->checks[1] = (struct check_result){.name = "check/reply-ends-with-crlf",
                                         .requirement = &s->form,
                                         .judged = 120,
                                         .broken = 3,
                                         .result = {.id = "check/reply-ends-with-crlf",
                                                    .requirement = &s->form,
                                                    .verdict = VERDICT_FAIL,
                                                    .reason = "a line ends with LF alone",
                                                    .expected = "CRLF at the end of each line",
                                                    .found = "LF alone, in security/lf-dot-lf",
                                                    .attempts = 1}};
}

static inline void sample_fill(struct sample *s)
{
    memset(s, 0, sizeof *s);
    s->must = (struct requirement){.id = "5321-3.3-rcpt-needs-mail",
                                   .rfc = "5321",
                                   .section = "3.3",
                                   .level = LEVEL_MUST,
                                   .applies = "always",
                                   .text = "RCPT without an accepted MAIL before it is refused with a 503 reply."};
    s->should = (struct requirement){.id = "5321-4.2-text",
                                     .rfc = "5321",
                                     .section = "4.2",
                                     .level = LEVEL_SHOULD,
                                     .applies = "always",
                                     .text = "A reply carries a text for people."};
    s->may = (struct requirement){.id = "5321-3.5.3-vrfy",
                                  .rfc = "5321",
                                  .section = "3.5.3",
                                  .level = LEVEL_MAY,
                                  .applies = "always",
                                  .text = "VRFY may be switched off."};
    s->security = (struct requirement){.id = "sec-smuggling-lf",
                                       .rfc = "smtpspec",
                                       .section = "",
                                       .level = LEVEL_SECURITY,
                                       .applies = "always",
                                       .text = "Only CRLF . CRLF ends a message, so that no second one can be smuggled "
                                               "in behind a line end that the next host reads in another way."};
    s->form = (struct requirement){.id = "5321-2.3.8-crlf",
                                   .rfc = "5321",
                                   .section = "2.3.8",
                                   .level = LEVEL_MUST,
                                   .applies = "always",
                                   .text = "Lines end with CRLF.",
                                   .check = "reply-ends-with-crlf"};
    sample_result(s, 0, "sequence", "sequence/rcpt-before-mail", "RCPT is refused while no MAIL was accepted", &s->must,
                  VERDICT_FAIL, "expected 503, found 250 2.1.5 Ok");
    sample_result(s, 1, "security", "security/lf-dot-lf@tls", "LF . LF does not end a message", &s->security,
                  VERDICT_FAIL, "a second reply came");
    sample_result(s, 2, "sequence", "sequence/text", "Replies have a text", &s->should, VERDICT_WARN,
                  "expected a text behind the code, found none");
    sample_result(s, 3, "vrfy", "vrfy/off", "VRFY may be off", &s->may, VERDICT_PASS, NULL);
    sample_result(s, 4, "bdat", "bdat/zero", "An empty chunk", &s->must, VERDICT_SKIP, "CHUNKING is not offered");
    sample_result(s, 5, "bdat", "bdat/last", "The last chunk", &s->must, VERDICT_SKIP, "CHUNKING is not offered");
    sample_result(s, 6, "auth", "auth/plain", "AUTH PLAIN", &s->must, VERDICT_SKIP, "the target names no credentials");
    sample_result(s, 7, "mail", "mail/null", "MAIL FROM:<>", &s->must, VERDICT_BLOCKED,
                  "MAIL was refused: 450 #greylisted");
    sample_result(s, 8, "mail", "mail/quoted", "A quoted local part", &s->must, VERDICT_ERROR, "connection refused");
    sample_result(s, 9, "sequence", "sequence/old", "Mended since", &s->must, VERDICT_PASS, "observed: 250");
    s->results[0].expected = "503";
    s->results[0].found = "found 250 2.1.5 Ok";
    s->results[0].step = (struct mark){"scenarios/rfc5321/sample.yaml", 14, 9};
    s->scenarios[1].note = "Postfix before 3.8.4 took it.";
    sample_transcripts(s);
    sample_checks(s);
    s->extra[0] = (struct result){.id = "target/died", .verdict = VERDICT_PASS, .attempts = 1};
    s->run = (struct run){.started = "2026-01-31T12:00:00Z",
                          .duration_ns = 3210000000,
                          .target_name = "Sample 1.0",
                          .endpoint = "smtp://127.0.0.1:2525",
                          .greeting = "220 mail.example.test ESMTP",
                          .extensions = "PIPELINING\nSIZE 1048576\nAUTH PLAIN LOGIN",
                          .tls = "TLSv1.3",
                          .seed = 18446744073709551615u,
                          .jobs = 4,
                          .results = s->results,
                          .count = 10,
                          .checks = s->checks,
                          .check_count = 2,
                          .extra = s->extra,
                          .extra_count = 1};
    s->run.plain_first = (struct result){.id = "plain/first", .verdict = VERDICT_PASS, .attempts = 1};
    s->run.plain_last = (struct result){.id = "plain/last", .verdict = VERDICT_PASS, .attempts = 1};
}

static inline void sample_file(const char *path, const char *content)
{
    FILE *f = fopen(path, "wb");
    cr_assert_not_null(f);
    fputs(content, f);
    cr_assert_eq(fclose(f), 0);
}

static inline struct baseline *sample_baseline(const char *content, struct diagnostics *d)
{
    char path[] = "/tmp/smtpspec-baseline-XXXXXX";
    int fd = mkstemp(path);
    cr_assert_geq(fd, 0);
    sample_file(path, content);
    struct baseline *b = baseline_load(path, "2026-01-31T12:00:00Z", d);
    remove(path);
    return b;
}

/* Compares with tests/golden/NAME; GOLDEN=write in the environment writes it instead. */
static inline void sample_golden(const char *name, const struct buffer *found)
{
    char path[512];
    snprintf(path, sizeof path, "%s/tests/golden/%s", SOURCE_DIR, name);
    if (getenv("GOLDEN") && !strcmp(getenv("GOLDEN"), "write")) {
        FILE *out = fopen(path, "wb");
        cr_assert_not_null(out, "%s cannot be written", path);
        fwrite(found->data, 1, found->len, out);
        cr_assert_eq(fclose(out), 0);
        return;
    }
    struct buffer expected = {0};
    FILE *in = fopen(path, "rb");
    cr_assert_not_null(in, "%s is not there", path);
    for (int c; (c = getc(in)) != EOF;)
        buffer_add_octet(&expected, (unsigned char)c);
    fclose(in);
    cr_expect(bytes_equal(buffer_bytes(&expected), buffer_bytes(found)), "%s differs; expected:\n%s\nfound:\n%s", path,
              buffer_string(&expected), buffer_string(found));
    buffer_free(&expected);
}

#endif
