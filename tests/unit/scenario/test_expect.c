/* Expectations and observations: which goes with which. */
#include "sample.h"

#include "scenario/pattern.h"

/* The expectation of a scenario with `expect: TEXT`. */
static const struct expectation *the_expectation(const char *text, struct library **l)
{
    char steps[600];
    snprintf(steps, sizeof steps, "  steps:\n  - {send: a, capture: {n: a}}\n  - expect: %s\n", text);
    *l = sample_scenario(steps);
    return &sample_one(*l)->steps.items[1].expect;
}

static bool find_value(void *context, struct bytes name, struct bytes *value)
{
    (void)context;
    *value = bytes_equal(name, BYTES("n")) ? BYTES("a.(b\\E") : BYTES("carol@client.test");
    return true;
}

struct row {
    const char *expect;
    const char *reply; /* "FIN", "RST", "SILENCE 500", or octets */
    const char *why;   /* NULL: it is met */
};

#define EHLO "250-mx.test\r\n250-SIZE 1000\r\n250-AUTH PLAIN LOGIN\r\n250 HELP\r\n"

static const struct row rows[] = {
    {"250", "250 OK\r\n", NULL},
    {"250", "251 2.1.5 elsewhere\r\n", "found 251 2.1.5 elsewhere"},
    {"250 | 251", "251 OK\r\n", NULL},
    {"2xx", "299 OK\r\n", NULL},
    {"2yz", "250 OK\r\n", NULL},
    {"2xx", "354 go on\r\n", "found 354 go on"},
    {"50x", "503 no\r\n", NULL},
    {"50x", "513 no\r\n", "found 513 no"},
    {"45x|5xx", "451 no\r\n", NULL},
    {"xxx", "421 bye\r\n", NULL},
    {"not 2xx", "250 OK\r\n", "found 250 OK"},
    {"not 2xx", "354 go on\r\n", NULL},
    {"not 2xx", "hello\r\n", "found hello"},
    {"not 2xx", "FIN", "the connection was closed (FIN)"},
    {"not 2xx | close", "FIN", NULL},
    {"250", "25\r\n", "found 25"},
    {"250", "FIN", "the connection was closed (FIN)"},
    {"250", "RST", "the connection was reset (RST)"},
    {"250", "SILENCE 10000", "no reply within 10 s"},
    {"close", "FIN", NULL},
    {"close", "RST", NULL},
    {"close", "250 OK\r\n", "found 250 OK"},
    {"fin", "FIN", NULL},
    {"fin", "RST", "the connection was reset (RST)"},
    {"rst", "RST", NULL},
    {"rst", "FIN", "the connection was closed (FIN)"},
    {"silence 500ms", "SILENCE 500", NULL},
    {"silence 500ms", "SILENCE 499", "no reply within 499 ms"},
    {"silence 500ms", "250 OK\r\n", "found 250 OK"},
    {"{code: 250, enhanced: 2.1.x}", "250 2.1.5 OK\r\n", NULL},
    {"{enhanced: x.7.1}", "550 5.7.1 no\r\n", NULL},
    {"{enhanced: 5.5.x}", "550 5.7.1 no\r\n", "found 550 5.7.1 no"},
    {"{enhanced: 5.5.x}", "550 no\r\n", "found 550 no, without an enhanced code"},
    {"{text: ^two$}", "250-one\r\n250 two\r\n", NULL},
    {"{text: \"one\\ntwo\"}", "250-one\r\n250 two\r\n", NULL},
    {"{text: three}", "250-one\r\n250 two\r\n", "found the text one\\ntwo"},
    {"{no-text: three}", "250-one\r\n250 two\r\n", NULL},
    {"{no-text: one}", "250 one\r\n", "found the text one"},
    {"{text: \"x${n}$\"}", "250 xa.(b\\E\r\n", NULL},
    {"{text: \"${n}\"}", "250 aa(b\\E\r\n", "found the text aa(b\\\\E"},
    {"{text: \"${sender}\"}", "250 carol@client-test\r\n", "found the text carol@client-test"},
    {"{challenge: \"^a(,|$)\"}", "334 YSxi\r\n", NULL},
    {"{challenge: \"^b\"}", "334 YSxi\r\n", "found the challenge a,b"},
    {"{challenge: \"^$\"}", "334 \r\n", NULL},
    {"{challenge: a}", "334 YSx\r\n", "found 334 YSx, which is no base64"},
    {"{challenge: a}", "334-YSxi\r\n334 YSxi\r\n", "found 334-YSxi (2 lines), which is no base64"},
    {"{lines: 2..3}", "250-one\r\n250 two\r\n", NULL},
    {"{lines: 1}", "250-one\r\n250 two\r\n", "found 2 lines"},
    {"{keyword: size}", EHLO, NULL},
    {"{keyword: {name: SIZE, value: \"^[0-9]+$\"}}", EHLO, NULL},
    {"{keyword: {name: AUTH, value: CRAM}}", EHLO, "found AUTH with \"PLAIN LOGIN\""},
    {"{keyword: DSN}", EHLO, "found a reply without DSN"},
    {"{no-keyword: DSN}", EHLO, NULL},
    {"{no-keyword: HELP}", EHLO, "found a reply with HELP"},
    {"{within: 2s}", "250 OK\r\n", "found the reply after 3 s"},
    {"{within: 3s}", "250 OK\r\n", NULL},
    {"{keyword: HELP}", "FIN", "the connection was closed (FIN)"},
    {"250", "250-one\r\n250 two\r\n", NULL},
    {"251", "250-one\r\n250 two\r\n", "found 250-one (2 lines)"},
    {"251", "250 \x1b[0m\x00\r\n", "found 250 \\x1b[0m"},
};

static struct observation observe(const char *what, struct reply *reply)
{
    struct observation o = {.kind = OBSERVED_REPLY, .reply = reply, .ms = 3000};
    if (strcmp(what, "FIN") == 0)
        o.kind = OBSERVED_FIN;
    else if (strcmp(what, "RST") == 0)
        o.kind = OBSERVED_RST;
    else if (sscanf(what, "SILENCE %ld", &o.ms) == 1)
        o.kind = OBSERVED_SILENCE;
    reply_parse(bytes_string(what), reply);
    return o;
}

Test(expect, meets_what_it_says)
{
    const struct variables v = {.find = find_value};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct library *l;
        struct reply reply;
        struct buffer why = {0};
        const struct expectation *x = the_expectation(rows[i].expect, &l);
        struct observation o = observe(rows[i].reply, &reply);
        bool met = expectation_met(x, &o, &v, &why);
        cr_expect_eq(met, rows[i].why == NULL, "%s with %s: %s", rows[i].expect, rows[i].reply, buffer_string(&why));
        cr_expect_str_eq(buffer_string(&why), rows[i].why ? rows[i].why : "", "%s with %s: %s", rows[i].expect,
                         rows[i].reply, buffer_string(&why));
        buffer_free(&why);
        library_free(l);
    }
}

static const struct {
    const char *expect;
    const char *source;
    int64_t silence;
    bool close, takes_421;
} told[] = {
    {"503", "503", 0, false, false},
    {"2xx|close", "2xx | close", 0, true, false},
    {"4yz | silence 2s", "4xx | silence 2000ms", 2000, false, true},
    {"421", "421", 0, false, true},
    {"not 2xx", "not 2xx", 0, false, false},
    {"not 421", "not 421", 0, false, false},
    {"fin | rst", "fin | rst", 0, true, false},
    {"silence 1s | silence 500ms", "silence 1000ms | silence 500ms", 1000, false, false},
    {"{code: 250, keyword: SIZE}", "250 with keyword SIZE", 0, false, false},
    {"{keyword: {name: AUTH, value: PLAIN}}", "a reply with keyword AUTH and value \"PLAIN\"", 0, false, false},
    {"{code: 5xx, enhanced: 5.x.1, lines: 1, within: 5s}", "5xx with enhanced code 5.x.1 in 1 line within 5000ms", 0,
     false, false},
    {"{no-text: \"a\\n\", lines: 2..3}", "a reply without text \"a\\n\" in 2 to 3 lines", 0, false, false},
    {"{code: 334, challenge: a}", "334 with challenge \"a\"", 0, false, false},
    {"{each: [250, {code: 4xx}]}", "for each recipient 250, 4xx", 0, false, false},
};

Test(expect, tells_what_it_says)
{
    for (size_t i = 0; i < COUNT(told); i++) {
        struct library *l;
        const struct expectation *x = the_expectation(told[i].expect, &l);
        cr_expect_str_eq(x->source, told[i].source);
        cr_expect_eq(expectation_silence(x), told[i].silence, "%s", told[i].expect);
        cr_expect_eq(expectation_takes_close(x), told[i].close, "%s", told[i].expect);
        cr_expect_eq(expectation_takes_code(x, 421), told[i].takes_421, "%s", told[i].expect);
        library_free(l);
    }
}

/* Patterns that never end on octets made for them are given up. */
Test(expect, patterns_end)
{
    const struct text pattern = {.source = BYTES("^(a|aa)+$"), .mark = {"t.yaml", 1, 1}};
    struct buffer subject = {0};
    struct error e = {0};
    buffer_add_repeated(&subject, BYTES("a"), 60);
    buffer_add_octet(&subject, 'c');
    cr_expect_eq(pattern_match(&pattern, NULL, buffer_bytes(&subject), NULL, &e), PATTERN_ERROR);
    cr_expect_not_null(strstr(e.text, "too many steps"), "%s", e.text);
    buffer_free(&subject);
}

static const struct {
    const char *pattern, *subject, *found; /* found NULL: differs */
} groups[] = {
    {"<([^>]*)>", "250 id <a@b> ok", "a@b"},
    {"[0-9]+", "250 OK", "250"},
    {"(x)?OK", "250 OK", "OK"},
    {"(x*)OK", "250 OK", ""},
    {"nothing", "250 OK", NULL},
    {"^b", "a\nb", "b"},
};

Test(expect, pattern_finds_the_first_group)
{
    for (size_t i = 0; i < COUNT(groups); i++) {
        const struct text pattern = {.source = bytes_string(groups[i].pattern)};
        struct bytes found = {0};
        enum pattern_result r = pattern_match(&pattern, NULL, bytes_string(groups[i].subject), &found, NULL);
        cr_expect_eq(r, groups[i].found ? PATTERN_MATCHES : PATTERN_DIFFERS, "%s", groups[i].pattern);
        if (groups[i].found)
            cr_expect(bytes_equal(found, bytes_string(groups[i].found)), "%s: %.*s", groups[i].pattern,
                      BYTES_ARG(found));
    }
}
