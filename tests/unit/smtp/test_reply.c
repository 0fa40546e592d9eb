/* Replies: where they end, whatever the cut, and what is odd about them. */
#include "smtp/reply.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

struct row {
    const char *raw;
    size_t ends; /* octets of the first reply, 0: it has not ended */
};

static const struct row ends[] = {
    {"250 OK\r\n", 8},
    {"250\r\n", 5},
    {"250 \r\n", 6},
    {"250 OK\r\n250 more\r\n", 8},
    {"250-a\r\n250-b\r\n250 c\r\n", 21},
    {"250-a\r\n250\r\n", 12},
    {"250-a\n250 b\n", 12},
    {"250-a\r\nxyz\r\n250 b\r\n", 19},
    {"250-a\r\n250xb\r\n250 c\r\n", 21},
    {"250-a\r\n\r\n250 c\r\n", 16},
    {"250-\r\n250 \r\n", 12},
    {"250xb\r\n", 7},
    {"hello\r\n250 OK\r\n", 7},
    {"\r\n", 2},
    {"\n", 1},
    {"25\r\n", 4},
    {"250 a\rb\r\n", 9},
    {"250-a\r\n550 b\r\n", 14},
    {"999 a\r\n", 7},
    {"250 OK", 0},
    {"250 OK\r", 0},
    {"250-a\r\n", 0},
    {"250-a\r\n250-b\r\n25", 0},
    {"", 0},
};

/* Reads in pieces of `step` octets. */
static enum reply_status feed(struct bytes in, size_t step, size_t *used)
{
    struct reply_reader r = {0};
    enum reply_status s = REPLY_MORE;
    *used = 0;
    while (s == REPLY_MORE && *used < in.len) {
        size_t n = 0;
        s = reply_read(&r, bytes_slice(in, *used, step), &n);
        *used += n;
    }
    return s;
}

Test(reply, ends_wherever_it_is_cut)
{
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct bytes in = bytes_string(ends[i].raw);
        for (size_t step = 1; step <= in.len + 1; step++) {
            size_t used = 0;
            enum reply_status s = feed(in, step, &used);
            cr_expect_eq(s, ends[i].ends ? REPLY_DONE : REPLY_MORE, "row %zu step %zu", i, step);
            cr_expect_eq(used, ends[i].ends ? ends[i].ends : in.len, "row %zu step %zu: %zu", i, step, used);
        }
    }
}

Test(reply, reader_is_ready_for_the_next)
{
    struct reply_reader r = {0};
    struct bytes in = BYTES("220-a\r\n220 b\r\n250 c\r\n");
    size_t used = 0;
    cr_expect_eq(reply_read(&r, in, &used), REPLY_DONE);
    cr_expect_eq(used, 14);
    cr_expect_eq(reply_read(&r, bytes_from(in, used), &used), REPLY_DONE);
    cr_expect_eq(used, 7);
}

static void limit_is(char fill, const char *pattern, size_t limit)
{
    size_t len = limit + 10, n = strlen(pattern);
    unsigned char *data = malloc(len);
    cr_assert_not_null(data);
    memset(data, fill, len);
    for (size_t i = 0; n && i + n <= len; i += n)
        memcpy(data + i, pattern, n);
    for (size_t step = 1000; step <= 2000000; step *= 7) {
        size_t used = 0;
        cr_expect_eq(feed(bytes_of(data, len), step, &used), REPLY_LIMIT);
        cr_expect_eq(used, limit, "step %zu: %zu", step, used);
    }
    free(data);
}

Test(reply, endless_line)
{
    limit_is('2', "", REPLY_LINE_LIMIT);
}

Test(reply, endless_reply)
{
    limit_is('x', "250-abcdefg\r\n", REPLY_TOTAL_LIMIT);
}

#define A100       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define LINE(rest) "250 " A100 A100 A100 A100 A100 rest

Test(reply, flaws)
{
    static const struct {
        struct bytes raw;
        int code;
        size_t lines;
        unsigned flaws;
    } table[] = {
#define ROW(raw, code, lines, flaws) {{(const unsigned char *)raw, sizeof raw - 1}, code, lines, flaws}
        ROW("250 OK\r\n", 250, 1, 0),
        ROW("250\r\n", 250, 1, 0),
        ROW("250-a\tb\r\n250 b\r\n", 250, 2, 0),
        ROW("250 2.1.0 OK\r\n", 250, 1, 0),
        ROW("250-2.1.0 a\r\n250 2.1.0 b\r\n", 250, 2, 0),
        ROW("220 1.2.3.4 ready\r\n", 220, 1, 0),
        ROW("250 OK\n", 250, 1, REPLY_BARE_LF),
        ROW("250 a\rb\r\n", 250, 1, REPLY_BARE_CR),
        ROW("250 a\r\r\n", 250, 1, REPLY_BARE_CR),
        ROW("250 a\0b\r\n", 250, 1, REPLY_CONTROL),
        ROW("250 \x1b[31m\r\n", 250, 1, REPLY_CONTROL),
        ROW("250 \x7f\r\n", 250, 1, REPLY_CONTROL),
        ROW("250 \xc3\xbc\r\n", 250, 1, REPLY_EIGHT_BIT),
        ROW("OK\r\n", 0, 1, REPLY_NO_CODE),
        ROW("\r\n", 0, 1, REPLY_NO_CODE),
        ROW("250-a\r\nxyz\r\n250 b\r\n", 250, 3, REPLY_NO_CODE),
        ROW("199 x\r\n", 199, 1, REPLY_CODE_RANGE),
        ROW("600 x\r\n", 600, 1, REPLY_CODE_RANGE),
        ROW("560 x\r\n", 560, 1, REPLY_CODE_RANGE),
        ROW("250x\r\n", 250, 1, REPLY_SEPARATOR),
        ROW("2500 x\r\n", 250, 1, REPLY_SEPARATOR),
        ROW("250\tx\r\n", 250, 1, REPLY_SEPARATOR),
        ROW("250-a\r\n550 b\r\n", 250, 2, REPLY_CODES_DIFFER),
        ROW(LINE("abcdef\r\n"), 250, 1, 0),
        ROW(LINE("abcdefg\r\n"), 250, 1, REPLY_LONG_LINE),
        ROW("250 5.1.0 x\r\n", 250, 1, REPLY_ENHANCED_CLASS),
        ROW("550 4.1.0 x\r\n", 550, 1, REPLY_ENHANCED_CLASS),
        ROW("250 2.01.0 x\r\n", 250, 1, REPLY_ENHANCED_FORM),
        ROW("250 2.1.1000 x\r\n", 250, 1, REPLY_ENHANCED_FORM),
        ROW("250 3.1.0 x\r\n", 250, 1, REPLY_ENHANCED_FORM),
        ROW("250 02.1.0 x\r\n", 250, 1, REPLY_ENHANCED_FORM),
        ROW("250-2.1.0 a\r\n250 b\r\n", 250, 2, REPLY_ENHANCED_DIFFER),
        ROW("250-a\r\n250 2.1.0 b\r\n", 250, 2, REPLY_ENHANCED_DIFFER),
        ROW("250-2.1.0 a\r\n250 2.1.5 b\r\n", 250, 2, REPLY_ENHANCED_DIFFER),
        ROW("250 OK", 250, 1, REPLY_CUT),
        ROW("250-OK\r\n", 250, 1, REPLY_CUT),
        ROW("250-OK\r\nxyz\r\n", 250, 2, REPLY_CUT | REPLY_NO_CODE),
        ROW("", 0, 0, REPLY_CUT),
#undef ROW
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct reply r;
        reply_parse(table[i].raw, &r);
        cr_expect_eq(r.code, table[i].code, "row %zu: code %d", i, r.code);
        cr_expect_eq(r.lines, table[i].lines, "row %zu: lines %zu", i, r.lines);
        cr_expect_eq(r.flaws, table[i].flaws, "row %zu: flaws %x, not %x", i, r.flaws, table[i].flaws);
    }
}

Test(reply, every_flaw_has_a_text)
{
    for (unsigned bit = 0; bit < 13; bit++)
        cr_expect_str_neq(reply_flaw_text((enum reply_flaw)(1u << bit)), "no flaw", "bit %u", bit);
    cr_expect_str_eq(reply_flaw_text((enum reply_flaw)(1u << 13)), "no flaw");
}

Test(reply, parts)
{
    struct reply r;
    reply_parse(BYTES("550-5.1.1 no such\r\n550 5.1.1 user\r\n"), &r);
    cr_expect(bytes_equal(r.text, BYTES("5.1.1 no such")));
    cr_expect_eq(r.enhanced.klass, 5);
    cr_expect_eq(r.enhanced.subject, 1);
    cr_expect_eq(r.enhanced.detail, 1);

    struct bytes rest = r.raw;
    struct reply_line line;
    cr_assert(reply_next_line(&rest, &line));
    cr_expect_not(line.last);
    cr_assert(reply_next_line(&rest, &line));
    cr_expect(line.last && bytes_equal(line.text, BYTES("5.1.1 user")) && line.code == 550);
    cr_expect_not(reply_next_line(&rest, &line));
}

Test(enhanced, form)
{
    static const struct {
        const char *text;
        size_t used; /* 0: none */
        struct enhanced e;
    } table[] = {
        {"2.0.0", 5, {2, 0, 0}},    {"5.7.30 x", 7, {5, 7, 30}},  {"4.999.999 ", 10, {4, 999, 999}},
        {"5.1", 0, {0, 0, 0}},      {"5.1.", 0, {0, 0, 0}},       {"5..1", 0, {0, 0, 0}},
        {"5.1.1x", 0, {0, 0, 0}},   {"5.1.1.1", 0, {0, 0, 0}},    {"3.1.1 x", 0, {0, 0, 0}},
        {"5.1.01 x", 0, {0, 0, 0}}, {"5.1000.1 x", 0, {0, 0, 0}}, {"5.99999999999999999999.1", 0, {0, 0, 0}},
        {"", 0, {0, 0, 0}},         {" 5.1.1", 0, {0, 0, 0}},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct enhanced e;
        size_t used = 77;
        bool ok = enhanced_parse(bytes_string(table[i].text), &e, &used);
        cr_expect_eq(ok, table[i].used > 0, "'%s'", table[i].text);
        cr_expect_eq(used, table[i].used, "'%s': %zu", table[i].text, used);
        cr_expect(e.klass == table[i].e.klass && e.subject == table[i].e.subject && e.detail == table[i].e.detail,
                  "'%s'", table[i].text);
    }
}

Test(ehlo, keywords)
{
    static const char text[] = "250-mail.test PIPELINING greets\r\n250-SIZE 1000\r\n250-AUTH PLAIN  LOGIN \r\n"
                               "250-AUTH=LOGIN\r\n250-\r\n250 chunking\r\n";
    struct bytes raw = bytes_of(text, sizeof text - 1);
    static const struct {
        const char *name, *parameters;
    } wanted[] = {{"SIZE", "1000"}, {"AUTH", "PLAIN  LOGIN"}, {"AUTH=", "LOGIN"}, {"chunking", ""}};
    struct bytes rest = raw;
    bool first = true;
    struct keyword k;
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        cr_assert(ehlo_next_keyword(&rest, &first, &k), "keyword %zu", i);
        cr_expect(bytes_equal(k.name, bytes_string(wanted[i].name)), "keyword %zu", i);
        cr_expect(bytes_equal(k.parameters, bytes_string(wanted[i].parameters)), "keyword %zu", i);
    }
    cr_expect_not(ehlo_next_keyword(&rest, &first, &k));
    cr_expect_not(ehlo_find(raw, BYTES("PIPELINING"), &k));
    cr_expect(ehlo_find(raw, BYTES("Chunking"), &k));
    cr_assert(ehlo_find(raw, BYTES("auth"), &k));
    cr_expect(keyword_has(&k, BYTES("login")));
    cr_expect_not(keyword_has(&k, BYTES("LOG")));
}
