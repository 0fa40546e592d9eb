/* Every reporter against its golden file, and what must hold whatever a peer sent. */
#include "sample.h"

static struct report_context context(struct sample *s, struct summary *summary, struct baseline *b)
{
    static const struct gate gate = {FAIL_ON_MUST, 0.2, false};
    report_summary(&s->run, b, &gate, summary);
    return (struct report_context){.run = &s->run, .baseline = b, .summary = summary, .version = "0.0.0"};
}

static const char excuses[] = "- {id: security/lf-dot-lf@tls, reason: \"ticket #12\"}\n"
                              "- {id: sequence/old, reason: was wrong}\n"
                              "- {id: gone/away, reason: was wrong}\n"
                              "- {id: vrfy/off, reason: was switched off, until: 2026-01-30}\n";

struct golden {
    const char *reporter, *file;
    bool baseline, colour, verbose, quiet;
};

static const struct golden goldens[] = {
    {"terminal", "report.txt", false, false, false, false},
    {"terminal", "report-baseline.txt", true, false, false, false},
    {"terminal", "report-verbose-colour.txt", true, true, true, false},
    {"terminal", "report-quiet.txt", false, false, false, true},
    {"json", "report.json", true, false, false, false},
    {"junit", "report.xml", true, false, false, false},
    {"tap", "report.tap", true, false, false, false},
    {"sarif", "report.sarif", true, false, false, false},
    {"md", "report.md", true, false, false, false},
};

Test(reporters, golden)
{
    struct sample s;
    struct summary summary;
    struct arena *arena = arena_new();
    struct diagnostics d = {.arena = arena};
    sample_fill(&s);
    struct baseline *b = sample_baseline(excuses, &d);
    cr_assert_not_null(b);
    for (size_t i = 0; i < sizeof goldens / sizeof *goldens; i++) {
        struct report_context c = context(&s, &summary, goldens[i].baseline ? b : NULL);
        c.colour = goldens[i].colour;
        c.verbose = goldens[i].verbose;
        c.quiet = goldens[i].quiet;
        struct buffer out = {0};
        cr_assert(reporter_find(goldens[i].reporter)->write(&c, &out));
        sample_golden(goldens[i].file, &out);
        buffer_free(&out);
    }
    baseline_free(b);
    arena_free(arena);
}

Test(reporters, table_has_no_unknown_name)
{
    cr_expect_null(reporter_find("pdf"));
    size_t count;
    const struct reporter *table = reporter_table(&count);
    for (size_t i = 0; i < count; i++)
        cr_expect_eq(reporter_find(table[i].name), &table[i]);
}

/* Every text and every octet of the peer is hostile: no control octet but LF may come out, and the JSON must load. */
Test(reporters, hostile_octets_stay_inside)
{
    static unsigned char all[256];
    static const char text[] = "\x1b]0;owned\x07 \xe2\x80\xae \xff\xfe \x01 <&>]]> \"\\ \r";
    struct sample s;
    struct summary summary;
    for (int i = 0; i < 256; i++)
        all[i] = (unsigned char)i;
    sample_fill(&s);
    s.run.greeting = s.run.extensions = s.run.target_name = s.run.tls = text;
    for (size_t i = 0; i < s.run.count; i++) {
        s.results[i].reason = s.results[i].found = s.results[i].expected = text;
        s.scenarios[i].title = text;
        s.events[i][0].octets = bytes_of(all, sizeof all);
        s.events[i][1].text = text;
        s.events[i][2].connection = text;
    }
    size_t count;
    const struct reporter *table = reporter_table(&count);
    for (size_t i = 0; i < count; i++) {
        struct report_context c = context(&s, &summary, NULL);
        struct buffer out = {0};
        c.verbose = true;
        cr_assert(table[i].write(&c, &out));
        for (size_t at = 0; at < out.len; at++)
            cr_assert(out.data[at] == '\n' || (out.data[at] >= 0x20 && out.data[at] < 0x7f), "%s: octet %zu is \\x%02x",
                      table[i].name, at, out.data[at]);
        buffer_free(&out);
    }
}

Test(reporters, lines_fit_100_columns)
{
    struct sample s;
    struct summary summary;
    sample_fill(&s);
    char *longest = malloc(5001);
    memset(longest, 'a', 5000);
    longest[5000] = 0;
    s.results[0].found = s.results[2].reason = s.results[4].reason = longest;
    s.events[0][1].octets = bytes_of(longest, 5000);
    struct report_context c = context(&s, &summary, NULL);
    struct buffer out = {0};
    cr_assert(reporter_find("terminal")->write(&c, &out));
    for (struct bytes rest = buffer_bytes(&out), line; bytes_next_line(&rest, &line);)
        cr_expect_leq(line.len, 100, "%.*s", (int)line.len, (const char *)line.data);
    buffer_free(&out);
    free(longest);
}

/* GitHub takes 65,536 characters in a comment, whatever a server says. */
Test(reporters, markdown_is_short)
{
    enum { MANY = 2000 };
    struct sample s;
    struct summary summary;
    struct result *results = calloc(MANY, sizeof *results);
    char *text = malloc(1 << 20);
    sample_fill(&s);
    memset(text, '@', (1 << 20) - 1);
    text[(1 << 20) - 1] = 0;
    s.scenarios[0].title = text;
    struct event event = {.kind = EVENT_SERVER, .octets = bytes_of(text, 1 << 16), .length = 1 << 20};
    for (size_t i = 0; i < MANY; i++) {
        results[i] = s.results[0];
        results[i].verdict = (enum verdict)(i % VERDICT_COUNT);
        results[i].reason = text;
        results[i].transcript = (struct transcript){&event, &event, 1};
    }
    s.run.results = results;
    s.run.count = MANY;
    struct report_context c = context(&s, &summary, NULL);
    struct buffer out = {0};
    cr_assert(reporter_find("md")->write(&c, &out));
    cr_expect_gt(out.len, 20000);
    cr_expect_lt(out.len, 65536);
    buffer_free(&out);
    free(results);
    free(text);
}

/* Not all that failed is shown: what concerns security is, wherever it stands in the suite. */
Test(reporters, markdown_tells_security_first)
{
    struct sample s;
    struct summary summary;
    sample_fill(&s);
    struct report_context c = context(&s, &summary, NULL);
    struct buffer out = {0};
    cr_assert(reporter_find("md")->write(&c, &out));
    size_t security = bytes_find(buffer_bytes(&out), BYTES("| security | `security/lf-dot-lf@tls`"));
    size_t must = bytes_find(buffer_bytes(&out), BYTES("| MUST | `sequence/rcpt-before-mail`"));
    cr_assert_neq(security, BYTES_NONE);
    cr_assert_neq(must, BYTES_NONE);
    cr_expect_lt(security, must);
    buffer_free(&out);
}

/* A transcript of any length shows the deciding octets, however far up they are. */
Test(reporters, deciding_is_shown)
{
    struct event events[40] = {0};
    struct result r = {0};
    struct buffer out = {0};
    for (size_t i = 0; i < 40; i++)
        events[i] = (struct event){.kind = EVENT_SERVER, .octets = BYTES("250 ok\r\n"), .length = 8};
    events[3].octets = BYTES("999 this one\r\n");
    events[3].deciding = true;
    sample_chain(&r, events, 40);
    report_transcript(&r.transcript, 5, false, &out);
    cr_expect_neq(bytes_find(buffer_bytes(&out), BYTES("999 this one")), BYTES_NONE);
    cr_expect_neq(bytes_find(buffer_bytes(&out), BYTES("-- 31 earlier events")), BYTES_NONE);
    buffer_free(&out);
}

/* What others' programs say of the golden files. */
static const char *const outsiders[] = {
    "python3 %s/tests/unit/report/validate.py json %s/reports/results.schema.json %s/tests/golden/report.json",
    "python3 %s/tests/unit/report/validate.py tap %s/tests/golden/report.tap # %s",
    "xmllint --noout %s/tests/golden/report.xml # %s %s",
};

Test(reporters, golden_files_are_valid)
{
    for (size_t i = 0; i < sizeof outsiders / sizeof *outsiders; i++) {
        char command[2048];
        snprintf(command, sizeof command, outsiders[i], SOURCE_DIR, SOURCE_DIR, SOURCE_DIR);
        cr_expect_eq(system(command), 0, "%s", command);
    }
}
