/* Results that were written are read back whole; what anybody else wrote is refused with its place. */
#include "base/prng.h"
#include "report/results.h"
#include "sample.h"

static void golden(struct buffer *out)
{
    FILE *in = fopen(SOURCE_DIR "/tests/golden/report.json", "rb");
    cr_assert_not_null(in);
    for (int c; (c = getc(in)) != EOF;)
        buffer_add_octet(out, (unsigned char)c);
    fclose(in);
}

static void write_json(const struct report_context *c, struct buffer *out)
{
    cr_assert(reporter_find("json")->write(c, out));
}

/* Written, read, written: the same octets. The sample has every verdict, TLS, pieces, a payload that was cut, octets
 * that are no text, an excuse, an unexpected pass and a stale entry. */
Test(results, round_trip)
{
    struct arena *arena = arena_new();
    struct diagnostics d = {.arena = arena};
    struct buffer first = {0}, second = {0};
    struct results r;
    golden(&first);
    cr_assert(results_read("golden", buffer_bytes(&first), &d, &r));
    struct report_context c = results_context(&r);
    write_json(&c, &second);
    cr_expect_str_eq(buffer_string(&first), buffer_string(&second));
    cr_expect_eq(r.summary.excused, 1);
    cr_expect_eq(r.summary.unexpected_pass, 1);
    cr_expect_eq(r.summary.stale, 1);
    cr_expect_str_eq(baseline_reason(r.excuses, "security/lf-dot-lf@tls"), "ticket #12");
    cr_expect_eq(r.run.results[1].transcript.count, 10);
    cr_expect_eq(r.run.results[1].transcript.first->next->octets.len, 1);
    results_free(&r);
    buffer_free(&first);
    buffer_free(&second);
    arena_free(arena);
}

/* What is read gives every other report as the run itself would. */
Test(results, other_reports_are_the_same)
{
    struct sample s;
    struct summary summary;
    struct arena *arena = arena_new();
    struct diagnostics d = {.arena = arena};
    struct results r;
    sample_fill(&s);
    report_summary(&s.run, NULL, &(struct gate){FAIL_ON_MUST, 0.2, false}, &summary);
    struct report_context c = {.run = &s.run, .summary = &summary, .version = "0.0.0"};
    struct buffer json = {0};
    write_json(&c, &json);
    cr_assert(results_read("sample", buffer_bytes(&json), &d, &r));
    size_t count;
    const struct reporter *table = reporter_table(&count);
    for (size_t i = 0; i < count; i++) {
        struct report_context again = results_context(&r);
        struct buffer expected = {0}, found = {0};
        c.verbose = again.verbose = true;
        cr_assert(table[i].write(&c, &expected));
        cr_assert(table[i].write(&again, &found));
        cr_expect_str_eq(buffer_string(&found), buffer_string(&expected), "%s", table[i].name);
        buffer_free(&expected);
        buffer_free(&found);
    }
    results_free(&r);
    buffer_free(&json);
    arena_free(arena);
}

/* Replaces the first `from` by `to`. */
static void replaced(const struct buffer *in, const char *from, const char *to, struct buffer *out)
{
    size_t at = bytes_find(buffer_bytes(in), bytes_string(from));
    cr_assert_neq(at, BYTES_NONE, "%s", from);
    buffer_add(out, bytes_slice(buffer_bytes(in), 0, at));
    buffer_add_string(out, to);
    buffer_add(out, bytes_from(buffer_bytes(in), at + strlen(from)));
}

static const struct {
    const char *from, *to, *said;
} wrong[] = {
    {"\"smtpspec-results\"", "\"other\"",
     "format: expected 'smtpspec-results' (a file that smtpspec test --json wrote), found 'other'"},
    {"\"version\": 1,", "\"version\": 2,",
     "version: expected 1, the version of the format that this program knows, "
     "found 2"},
    {"\"jobs\": 4", "\"jobs\": -1", "environment.jobs: expected a whole number from 0 to 2147483647, found -1"},
    {"\"jobs\": 4", "\"jobs\": 4.5", "environment.jobs: expected a whole number, found a fraction"},
    {"\"18446744073709551615\"", "\"18446744073709551616\"",
     "environment.seed: expected a number of 64 bits as a text, found '18446744073709551616'"},
    {"\"2026-01-31T12:00:00Z\"", "\"2026-01-31T12:00:00.000000Z\"",
     "environment.started: expected a time such as 2026-01-31T12:00:00Z, found '2026-01-31T12:00:00.000000Z'"},
    {"\"PIPELINING\", ", "7, ", "target.extensions[0]: expected a text, found 7"},
    {"\"endpoint\"", "\"endpiont\"", "target.endpoint: expected a text or null, found nothing"},
    {"\"id\": \"plain/last\"", "\"id\": \"plain/middle\"",
     "plain[1].id: expected plain/first or plain/last, found 'plain/middle'"},
    {"\"id\": \"vrfy/off\"", "\"id\": \"sequence/text\"",
     "results[3].id: expected each id once, found 'sequence/text'"},
    {"\"id\": \"vrfy/off\"", "\"id\": \"\"", "results[3].id: expected a text that is not empty, found ''"},
    {"\"verdict\": \"fail\"", "\"verdict\": \"perhaps\\u001b[31m\"",
     "results[0].verdict: expected pass, warn, fail, skip, blocked or error, found 'perhaps\\x1b[31m'"},
    {"\"level\": \"SHOULD\"", "\"level\": [[]]",
     "results[2].requirement.level: expected MUST, SHOULD, MAY or security, found an array"},
    {"\"line\": 14", "\"line\": 0", "results[0].step.line: expected a whole number from 1 to 2147483647, found 0"},
    {"\"tags\": [\"order\"", "\"tags\": [null", "results[0].tags[0]: expected a text, found null"},
    {"\"kind\": \"server\", \"ns\": 400000", "\"kind\": \"sever\", \"ns\": 400000",
     "results[0].transcript[1].kind: expected client, server, connect, tls, close or note, found 'sever'"},
    {"{\"base64\": \"MjIw", "{\"base64\": \"M=Iw",
     "results[0].transcript[1].octets: expected either {\"text\": printable ASCII, CR and LF} or {\"base64\": ...}, "
     "found an object"},
    {"{\"text\": \"N\"}", "{\"text\": \"\\u0007\"}",
     "results[1].transcript[1].octets: expected either {\"text\": printable ASCII, CR and LF} or {\"base64\": ...}, "
     "found an object"},
    {"\"length\": 14", "\"length\": 15",
     "results[0].transcript[5].length: expected the number of the octets that are there, found 15"},
    {"\"sha256\": \"9f", "\"sha256\": \"xf",
     "results[1].transcript[6].sha256: expected 64 hexadecimal digits, found "
     "'xf86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f0...'"},
    {"\"fail\": 3", "\"fail\": 0", "summary.verdicts.fail: expected 3, which is what the results add up to, found 0"},
    {"\"must\": 2", "\"must\": 1",
     "summary.not_excused.must: expected 2, which is what the results add up to, found 1"},
    {"\"extra\": [", "\"others\": [", "extra: expected an array, found nothing"},
};

Test(results, mistakes_are_told_with_their_place)
{
    struct buffer whole = {0};
    golden(&whole);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct arena *arena = arena_new();
        struct diagnostics d = {.arena = arena};
        struct buffer spoilt = {0};
        struct results r;
        replaced(&whole, wrong[i].from, wrong[i].to, &spoilt);
        cr_expect_not(results_read("golden", buffer_bytes(&spoilt), &d, &r), "%s", wrong[i].to);
        cr_assert_not_null(d.first, "%s", wrong[i].to);
        cr_expect_str_eq(d.first->text, wrong[i].said);
        cr_expect_str_eq(d.first->where.file, "golden");
        buffer_free(&spoilt);
        arena_free(arena);
    }
    buffer_free(&whole);
}

/* Several at once, each told; what is no JSON has line and column. */
Test(results, all_mistakes_at_once)
{
    struct arena *arena = arena_new();
    struct diagnostics d = {.arena = arena};
    struct buffer whole = {0}, one = {0}, two = {0};
    struct results r;
    golden(&whole);
    replaced(&whole, "\"jobs\": 4", "\"jobs\": null", &one);
    replaced(&one, "\"verdict\": \"warn\"", "\"verdict\": 1", &two);
    cr_expect_not(results_read("golden", buffer_bytes(&two), &d, &r));
    cr_expect_eq(d.count, 2);
    cr_expect_not(results_read("golden", BYTES("{\"format\": \"smtpspec-results\",\n \"version\": 1,,}"), &d, &r));
    cr_expect_eq(d.last->where.line, 2);
    cr_expect_eq(d.last->where.column, 15);
    buffer_free(&whole);
    buffer_free(&one);
    buffer_free(&two);
    arena_free(arena);
}

static void must_not_crash(struct bytes content)
{
    struct arena *arena = arena_new();
    struct diagnostics d = {.arena = arena};
    struct results r;
    if (results_read("hostile", content, &d, &r))
        results_free(&r);
    else
        cr_expect_gt(d.count, 0);
    arena_free(arena);
}

Test(results, hostile_files)
{
    static const char *const texts[] = {"",
                                        "\xff\xfe",
                                        "[]",
                                        "null",
                                        "\"smtpspec-results\"",
                                        "{\"format\": \"a\", \"format\": \"b\"}",
                                        "{\"a\": \"\\u0000\"}",
                                        "1e999",
                                        "{\"format\": \"smtpspec-results\", \"version\": 99999999999999999999999}",
                                        "{\"format\": \"smtpspec-results\", \"version\": 1}"};
    struct buffer deep = {0}, whole = {0};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        must_not_crash(bytes_string(texts[i]));
    buffer_add_repeated(&deep, BYTES("[{\"a\":"), 200000);
    must_not_crash(buffer_bytes(&deep));
    golden(&whole);
    for (size_t len = 0; len + 2 < whole.len; len += 97)
        must_not_crash(bytes_slice(buffer_bytes(&whole), 0, len));
    struct prng p;
    prng_seed(&p, 1);
    for (int i = 0; i < 1500; i++) {
        unsigned char *at = whole.data + prng_below(&p, whole.len), before = *at;
        *at = (unsigned char)"0n\"[]{}:,-\x80 \\t9"[prng_below(&p, 15)];
        must_not_crash(buffer_bytes(&whole));
        if (i % 8)
            *at = before;
    }
    buffer_free(&deep);
    buffer_free(&whole);
}

/* A thousand mistakes are not a thousand lines. */
Test(results, many_mistakes_are_cut_short)
{
    struct arena *arena = arena_new();
    struct diagnostics d = {.arena = arena};
    struct buffer text = {0};
    struct results r;
    buffer_add_string(&text, "{\"format\": \"smtpspec-results\", \"version\": 1, \"results\": [");
    buffer_add_repeated(&text, BYTES("7,"), 1000);
    buffer_add_string(&text, "7]}");
    cr_expect_not(results_read("many", buffer_bytes(&text), &d, &r));
    cr_expect_eq(d.count, 40);
    cr_expect_str_eq(d.last->text, "and more of that kind");
    buffer_free(&text);
    arena_free(arena);
}

Test(results, files_that_cannot_be_read)
{
    struct arena *arena = arena_new();
    struct diagnostics d = {.arena = arena};
    struct results r;
    cr_expect_not(results_load("/nonexistent/results.json", &d, &r));
    cr_expect_str_eq(d.last->text, "expected a file that can be read, found: No such file or directory");
    cr_expect_not(results_load("/", &d, &r));
    cr_expect_str_eq(d.last->text, "expected a file that can be read, found: Is a directory");
    arena_free(arena);
}
