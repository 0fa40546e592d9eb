/* The page's parts: what a conversation looks like, that nothing of a peer becomes markup, and that the whole holds
 * together. What a browser makes of it is tested in tests/page/. */
#include "html.h"
#include "html_transcript.h"
#include "latency.h"
#include "report/html_text.h"
#include "reproduce.h"
#include "sample.h"
#include "standings.h"

static void expect_octets(struct bytes octets, size_t most, const char *expected)
{
    struct buffer out = {0};
    html_octets(&out, octets, most);
    cr_expect_str_eq(buffer_string(&out), expected);
    buffer_free(&out);
}

Test(html, octets)
{
    expect_octets(BYTES("250 ok\r\n"), 99, "250 ok");
    expect_octets(BYTES("a\r\nb\r\n"), 99, "a\nb");
    expect_octets(BYTES("a\nb"), 99, "a<b>LF</b>\nb");
    expect_octets(BYTES("a\rb\r\n"), 99, "a<b>CR</b>b");
    expect_octets(BYTES("\x1b[31m\0\0\t\xff"), 99, "<b>\\x1b</b>[31m<b>NULNULTAB\\xff</b>");
    expect_octets(BYTES("<script>\"&'"), 99, "&lt;script&gt;&quot;&amp;'");
    expect_octets(BYTES("abcdef\r\n"), 3, "abc<b>5 more octets</b>");
    expect_octets(BYTES(""), 3, "");
}

Test(html, ids_are_one_word)
{
    struct buffer id = {0}, link = {0};
    html_id(&id, "a b\"<x>\n/\xc3\xa9");
    html_link(&link, "a b\"<x>\n/\xc3\xa9");
    cr_expect_str_eq(buffer_string(&id), "a_b&quot;&lt;x&gt;_/\xc3\xa9");
    cr_expect_str_eq(buffer_string(&link), "#a_b%22%3Cx%3E_/%C3%A9");
    buffer_free(&id);
    buffer_free(&link);
}

Test(html, conversation)
{
    struct sample s;
    struct buffer out = {0};
    sample_fill(&s);
    html_transcript(&out, &s.results[0].transcript, "250 2.1.5 Ok", &html_measure_whole);
    html_transcript(&out, &s.results[1].transcript, NULL, &html_measure_whole);
    sample_golden("conversation.html", &out);
    buffer_free(&out);
}

/* Of a long one the beginning, the end and what decided are shown. */
Test(html, long_conversation)
{
    struct event events[500] = {0};
    struct result r = {0};
    struct buffer out = {0};
    for (size_t i = 0; i < 500; i++)
        events[i] = (struct event){.kind = EVENT_SERVER, .octets = BYTES("250 ok\r\n"), .length = 8};
    events[250].deciding = true;
    sample_chain(&r, events, 500);
    html_transcript(&out, &r.transcript, NULL, &html_measure_whole);
    size_t items = 0;
    for (struct bytes rest = buffer_bytes(&out); bytes_find(rest, BYTES("<li")) != BYTES_NONE; items++)
        rest = bytes_from(rest, bytes_find(rest, BYTES("<li")) + 1);
    cr_expect_eq(items, 160 + 1 + 2); /* what decided, and a remark on each side of it */
    cr_expect_neq(bytes_find(buffer_bytes(&out), BYTES("<li class=n>170 events are left out here")), BYTES_NONE);
    cr_expect_neq(bytes_find(buffer_bytes(&out), BYTES("<em>decided</em>")), BYTES_NONE);
    buffer_free(&out);
}

static void write_sample(struct sample *s, struct buffer *out)
{
    struct summary summary;
    report_summary(&s->run, NULL, &(struct gate){FAIL_ON_MUST, 0.2, false}, &summary);
    struct report_context c = {.run = &s->run, .summary = &summary, .version = "0.0.0"};
    cr_assert(html_write(&c, out));
}

static bool holds(const struct buffer *page, const char *text)
{
    return bytes_find(buffer_bytes(page), bytes_string(text)) != BYTES_NONE;
}

Test(html, page)
{
    static const char *const parts[] = {
        "<title>Sample 1.0 - smtpspec</title>",
        "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-",
        "<li class=\"fail\"><b>1</b> <span>security failed</span> <small>of 1 judged</small>",
        "<li class=\"fail\"><b>2</b> <span>MUST failed</span>",
        "<article class=\"case fail\" id=\"sequence/rcpt-before-mail\" data-v=fail data-l=MUST data-r=\"5321\" data-t",
        " data-t=\"order quick\">",
        "<details class=case id=\"vrfy/off\" data-v=pass data-l=MAY",
        "<details class=group><summary><b>CHUNKING is not offered</b> <small>2</small></summary>",
        "<a class=\"tile fail\" href=\"#s-5321/3.3\" title=\"1 failed",
        "<dt>Known as<dd>CVE-2023-51764",
        "<tr><th scope=row>RCPT<td>1<td>0.10<td>0.10<td>0.10<td>0.10<td>",
    };
    struct sample s;
    struct buffer page = {0};
    sample_fill(&s);
    write_sample(&s, &page);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        cr_expect(holds(&page, parts[i]), "not on the page: %s", parts[i]);
    cr_expect_not(holds(&page, "{{"));
    buffer_free(&page);
}

/* Wherever a text may come from, it stays a text. */
Test(html, nothing_becomes_markup)
{
    static const char evil[] = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{script:report.js}}";
    struct sample s;
    struct buffer page = {0};
    sample_fill(&s);
    s.must.id = s.must.rfc = s.must.section = s.must.text = evil;
    s.run.target_name = s.run.endpoint = s.run.greeting = s.run.extensions = s.run.tls = evil;
    for (size_t i = 0; i < s.run.count; i++) {
        static const char *tags[] = {evil};
        char *id = malloc(200);
        snprintf(id, 200, "%zu%s", i, evil);
        s.results[i].id = s.scenarios[i].id = id;
        s.results[i].reason = s.results[i].found = s.results[i].expected = evil;
        s.scenarios[i].title = s.scenarios[i].note = s.scenarios[i].cve = s.scenarios[i].reference = evil;
        s.scenarios[i].file = evil;
        s.scenarios[i].tags = tags;
        s.scenarios[i].tag_count = 1;
        s.events[i][0].octets = bytes_string(evil);
        s.events[i][0].connection = s.events[i][0].text = evil;
    }
    s.results[8].transcript = s.results[0].transcript;
    write_sample(&s, &page);
    for (struct bytes rest = buffer_bytes(&page), at; (at = rest).len; rest = bytes_from(rest, 1)) {
        size_t lt = bytes_find(rest, BYTES("<script>"));
        if (lt == BYTES_NONE)
            break;
        rest = bytes_from(rest, lt);
        cr_expect(bytes_starts(rest, BYTES("<script>'use strict';")));
    }
    cr_expect_not(holds(&page, "<img"));
    for (size_t i = 0; i < s.run.count; i++)
        free((char *)s.results[i].id);
    buffer_free(&page);
}

Test(html, standings_are_in_order)
{
    static const struct requirement rows[] = {
        {.id = "a", .rfc = "5321", .section = "4.1.1.10", .text = "", .applies = ""},
        {.id = "b", .rfc = "1870", .section = "3", .text = "", .applies = ""},
        {.id = "c", .rfc = "5321", .section = "4.1.1.9", .text = "", .applies = ""},
        {.id = "d", .rfc = "smtpspec", .section = "", .text = "", .applies = ""},
        {.id = "e", .rfc = "10000", .section = "3", .text = "", .applies = ""}};
    static const char *const expected[] = {"c", "a", "b", "e", "d"};
    const struct requirement *catalogue[5];
    struct result results[3] = {{.id = "x", .requirement = &rows[0], .verdict = VERDICT_FAIL},
                                {.id = "y"},
                                {.id = "z", .requirement = &rows[0], .verdict = VERDICT_PASS}};
    struct run run = {.results = results, .count = 3};
    struct arena *arena = arena_new();
    struct standings s;
    for (size_t i = 0; i < 5; i++)
        catalogue[i] = &rows[i];
    cr_assert(standings_make(&run, catalogue, 5, arena, &s));
    cr_assert_eq(s.count, 5);
    for (size_t i = 0; i < 5; i++)
        cr_expect_str_eq(s.items[i].requirement->id, expected[i]);
    cr_expect_eq(s.items[1].count, 2);
    cr_expect_str_eq(s.items[1].rows[1].id, "z");
    cr_expect_eq(standing_verdict(s.items[1].verdicts), VERDICT_FAIL);
    cr_expect_eq(standing_verdict(s.items[0].verdicts), VERDICT_COUNT);
    cr_expect_eq(s.uncited, 1);
    cr_expect_str_eq(s.rows[s.row_count - 1].id, "y");
    arena_free(arena);
}

/* Commands that went alone are measured, those of a pipeline and the content of a message are not commands. */
Test(html, latencies)
{
    struct event events[] = {
        {.kind = EVENT_CONNECT, .ns = 0, .text = "x"},
        OCTETS(EVENT_SERVER, 5000000, "220 hi\r\n"),
        OCTETS(EVENT_CLIENT, 6000000, "MAIL FROM:<>\r\n"),
        OCTETS(EVENT_SERVER, 7000000, "250 ok\r\n"),
        OCTETS(EVENT_CLIENT, 7000000, "RCPT TO:<a@b>\r\nDATA\r\n"),
        OCTETS(EVENT_SERVER, 8000000, "354 go\r\n"),
        OCTETS(EVENT_CLIENT, 8000000, "QUIT\r\n.\r\n"),
        OCTETS(EVENT_SERVER, 28000000, "250 ok\r\n"),
        OCTETS(EVENT_CLIENT, 30000000, "mail FROM:<>\r\n"),
        OCTETS(EVENT_SERVER, 33000000, "250 ok\r\n"),
        OCTETS(EVENT_CLIENT, 40000000, "NOOP\r\n", .connection = "second"),
        OCTETS(EVENT_SERVER, 41000000, "250 ok\r\n"),
    };
    static const struct scenario scenario = {.id = "a"};
    struct result r = {.id = "a", .scenario = &scenario};
    struct run run = {.results = &r, .count = 1};
    struct arena *arena = arena_new();
    struct latencies l;
    sample_chain(&r, events, sizeof events / sizeof *events);
    cr_assert(latencies_make(&run, arena, &l));
    cr_assert_eq(l.count, 3);
    cr_expect_str_eq(l.items[0].name, "MAIL");
    cr_expect_eq(l.items[0].count, 2);
    cr_expect_eq(l.items[0].median_ns, 1000000);
    cr_expect_eq(l.items[0].p90_ns, 3000000);
    cr_expect_str_eq(l.items[1].name, "end of data");
    cr_expect_eq(l.items[1].most_ns, 20000000);
    cr_expect_str_eq(l.items[2].name, "greeting");
    arena_free(arena);
}
