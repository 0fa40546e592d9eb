/* Paths, mailboxes, domains and address literals by RFC 5321 section 4.1.2 and 4.1.3, RFC 6531 section 3.3. */
#include "smtp/path.h"

#include <criterion/criterion.h>
#include <string.h>

/* `wrong_at` -1: the input is good; else the offset of the mistake. */
struct row {
    const char *in;
    int wrong_at;
    unsigned flags;
};

static void judge(const struct row *row, bool ok, const struct syntax_error *e, const char *what)
{
    cr_expect(ok == (row->wrong_at < 0), "%s '%s': %s", what, row->in, ok ? "accepted" : e->expected);
    if (ok)
        cr_expect_null(e->expected, "%s '%s': an error is told", what, row->in);
    else if (row->wrong_at >= 0)
        cr_expect_eq((int)e->offset, row->wrong_at, "%s '%s': at %zu (%s)", what, row->in, e->offset, e->expected);
}

Test(domain, names)
{
    static const struct row rows[] = {
        {"good", -1, 0},
        {"adomain.com", -1, 0},
        {"127.0.0.1", -1, 0},
        {"7kO2OrE", -1, 0},
        {"a-b.c--d.e", -1, 0},
        {"xn--bcher-kva.test", -1, 0},
        {"", 0, 0},
        {"-a", 0, 0},
        {"a-", 1, 0},
        {"a-.b", 1, 0},
        {"a..b", 2, 0},
        {".a", 0, 0},
        {"a.", 2, 0},
        {"a_b", 1, 0},
        {"a b", 1, 0},
        {"localhost)", 9, 0},
        {"127.0.0.1/24", 9, 0},
        {"fe80::1", 4, 0},
        {"b\xc3\xbc"
         "cher.test",
         1, 0},
        {"b\xc3\xbc"
         "cher.test",
         -1, PATH_UTF8},
        {"\xc3\xbc", -1, PATH_UTF8},
        {"a.\xc3", 2, PATH_UTF8},
        {"a.\xc0\xaf", 2, PATH_UTF8},
        {"\xed\xa0\x80", 0, PATH_UTF8},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct domain d;
        struct syntax_error e;
        judge(&rows[i], domain_parse(bytes_string(rows[i].in), rows[i].flags, &d, &e), &e, "domain");
    }
}

Test(domain, literals)
{
    static const struct {
        struct row row;
        enum domain_kind kind;
        const char *tag, *content;
    } rows[] = {
        {{"[127.0.0.1]", -1, 0}, DOMAIN_IPV4, "", "127.0.0.1"},
        {{"[001.2.3.255]", -1, 0}, DOMAIN_IPV4, "", "001.2.3.255"},
        {{"[IPv6:::1]", -1, 0}, DOMAIN_IPV6, "", "::1"},
        {{"[ipv6:::]", -1, 0}, DOMAIN_IPV6, "", "::"},
        {{"[IPV6:::ffff:172.16.149.220]", -1, 0}, DOMAIN_IPV6, "", "::ffff:172.16.149.220"},
        {{"[IPv6:1:2:3:4:5:6:7:8]", -1, 0}, DOMAIN_IPV6, "", "1:2:3:4:5:6:7:8"},
        {{"[IPv6:1:2:3:4:5:6:1.2.3.4]", -1, 0}, DOMAIN_IPV6, "", "1:2:3:4:5:6:1.2.3.4"},
        {{"[IPv6:1:2:3::4:5:6]", -1, 0}, DOMAIN_IPV6, "", "1:2:3::4:5:6"},
        {{"[IPv6:1:2:3:4:5:6::]", -1, 0}, DOMAIN_IPV6, "", "1:2:3:4:5:6::"},
        {{"[IPv6:::1:2:3:4:5:6]", -1, 0}, DOMAIN_IPV6, "", "::1:2:3:4:5:6"},
        {{"[IPv6:1:2::3:4:1.2.3.4]", -1, 0}, DOMAIN_IPV6, "", "1:2::3:4:1.2.3.4"},
        {{"[IPv6:2001:DB8::25]", -1, 0}, DOMAIN_IPV6, "", "2001:DB8::25"},
        {{"[IPV4:1.2.3.4]", -1, 0}, DOMAIN_GENERAL, "IPV4", "1.2.3.4"},
        {{"[x-y:!@<>]", -1, 0}, DOMAIN_GENERAL, "x-y", "!@<>"},
        {{"[]", 1, 0}, DOMAIN_IPV4, "", ""},
        {{"[1.2.3]", 6, 0}, DOMAIN_IPV4, "", ""},
        {{"[1.2.3.4.5]", 8, 0}, DOMAIN_IPV4, "", ""},
        {{"[1.2.3.256]", 7, 0}, DOMAIN_IPV4, "", ""},
        {{"[1.2.3.0004]", 10, 0}, DOMAIN_IPV4, "", ""},
        {{"[1.2.3.4", 8, 0}, DOMAIN_IPV4, "", ""},
        {{"[abc.def]", 1, 0}, DOMAIN_IPV4, "", ""},
        {{"[IPv6:]", 6, 0}, DOMAIN_IPV6, "", ""},
        {{"[IPv6:1:2:3:4:5:6:7]", 6, 0}, DOMAIN_IPV6, "", ""},
        {{"[IPv6:1:2:3:4:5:6:7:8:9]", 6, 0}, DOMAIN_IPV6, "", ""},
        {{"[IPv6:1:2:3:4:5:6:7::]", 6, 0}, DOMAIN_IPV6, "", ""},
        {{"[IPv6:1::2::3]", 11, 0}, DOMAIN_IPV6, "", ""},
        {{"[IPv6:12345::]", 6, 0}, DOMAIN_IPV6, "", ""},
        {{"[IPv6:1:2:3:4:5:6:7:1.2.3.4]", 6, 0}, DOMAIN_IPV6, "", ""},
        {{"[IPv6:1:2:3::4:5:1.2.3.4]", 6, 0}, DOMAIN_IPV6, "", ""},
        {{"[IPv6:::1.2.3.4:5]", 15, 0}, DOMAIN_IPV6, "", ""},
        {{"[IPv6:g::]", 6, 0}, DOMAIN_IPV6, "", ""},
        {{"[IPv6:1:2:3:]", 12, 0}, DOMAIN_IPV6, "", ""},
        {{"[IPv6:fe80::1%eth0]", 13, 0}, DOMAIN_IPV6, "", ""},
        {{"[x-:a]", 3, 0}, DOMAIN_GENERAL, "", ""},
        {{"[x:]", 3, 0}, DOMAIN_GENERAL, "", ""},
        {{"[x:a b]", 4, 0}, DOMAIN_GENERAL, "", ""},
        {{"[x:[]", 3, 0}, DOMAIN_GENERAL, "", ""},
        {{":1]", 0, 0}, DOMAIN_NAME, "", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct domain d;
        struct syntax_error e;
        bool ok = domain_parse(bytes_string(rows[i].row.in), rows[i].row.flags, &d, &e);
        judge(&rows[i].row, ok, &e, "literal");
        if (!ok)
            continue;
        cr_expect_eq(d.kind, rows[i].kind, "'%s': kind %d", rows[i].row.in, d.kind);
        cr_expect(bytes_equal(d.content, bytes_string(rows[i].content)), "'%s': content", rows[i].row.in);
        cr_expect(bytes_equal(d.tag, bytes_string(rows[i].tag)), "'%s': tag", rows[i].row.in);
        cr_expect(bytes_equal(d.text, bytes_string(rows[i].row.in)), "'%s': text", rows[i].row.in);
    }
}

#define LOCAL_64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

/* Tokens that Postfix tests its own address parser with are among them. */
Test(path, good_and_bad)
{
    static const struct row rows[] = {
        {"<>", -1, PATH_EMPTY},
        {"<>", 1, 0},
        {"<Postmaster>", -1, PATH_POSTMASTER},
        {"<pOSTMASTER>", -1, PATH_POSTMASTER},
        {"<Postmaster>", 11, 0},
        {"<postmasters>", 12, PATH_POSTMASTER},
        {"<wietse@porcupine.org>", -1, 0},
        {"<\"wietse venema\"@porcupine.org>", -1, 0},
        {"<\"wietse\\\" \\\\venema\"@porcupine.org>", -1, 0},
        {"<\"\"@porcupine.org>", -1, 0},
        {"<\"foo@x> ORCPT=a@b\"@c>", -1, 0},
        {"<a.b.c@d>", -1, 0},
        {"<!#$%&'*+-/=?^_`{|}~@d>", -1, 0},
        {"<user%host@relay>", -1, 0},
        {"<host!user@relay>", -1, 0},
        {"<@a,@b.c:d@e>", -1, 0},
        {"<@a:\"q\"@[1.2.3.4]>", -1, 0},
        {"<" LOCAL_64 "@d>", -1, 0},
        {"<" LOCAL_64 "a@d>", 65, 0},
        {"<" LOCAL_64 "a@d>", -1, PATH_NO_LENGTH_LIMIT},
        {"wietse@porcupine.org", 0, 0},
        {"", 0, 0},
        {"<", 1, 0},
        {"<wietse @ porcupine.org>", 7, 0},
        {"<wietse@ porcupine.org>", 8, 0},
        {"< wietse@porcupine.org>", 1, 0},
        {"<wietse@porcupine.org >", 21, 0},
        {"<\"wietse venema\"@porcupine.org (\"wietse ) venema\")>", 30, 0},
        {"<\"wietse venema\" <wietse@porcupine.org>>", 16, 0},
        {"<wietse\\ venema@porcupine.org>", 7, 0},
        {"<\"wietse venema>", 16, 0},
        {"<\"wietse\x7f\"@a>", 8, 0},
        {"<\"wietse\\\x7f\"@a>", 9, 0},
        {"<\"wietse\t\"@a>", 8, 0},
        {"<wietse@[stuff>", 9, 0},
        {"<wietse@[\"stuff]>", 9, 0},
        {"<@bleh>", 6, 0},
        {"<@a:>", 4, 0},
        {"<@a,b:c@d>", 4, 0},
        {"<@a,:c@d>", 4, 0},
        {"<@[1.2.3.4]:c@d>", 2, 0},
        {"<john@>", 6, 0},
        {"<john>", 5, 0},
        {"<.a@b>", 1, 0},
        {"<a.@b>", 3, 0},
        {"<a..b@c>", 3, 0},
        {"<a@b@c>", 4, 0},
        {"<a@b", 4, 0},
        {"<a(x)@b>", 2, 0},
        {"<a@b_c>", 4, 0},
        {"<\xc3\xbc@b>", 1, 0},
        {"<\xc3\xbc@b>", -1, PATH_UTF8},
        {"<\"\xc3\xbc \\\"\"@b\xc3\xbc>", -1, PATH_UTF8},
        {"<\"\xc3\"@b>", 2, PATH_UTF8},
        {"<\"\\\xc3\xbc\"@b>", 3, PATH_UTF8},
        {"<\xf4\x90\x80\x80@b>", 1, PATH_UTF8},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct path p;
        struct syntax_error e;
        size_t used = 99;
        struct bytes in = bytes_string(rows[i].in);
        bool ok = path_parse(in, rows[i].flags, &p, &used, &e);
        judge(&rows[i], ok, &e, "path");
        cr_expect_eq(used, ok ? in.len : 0, "path '%s': used %zu", rows[i].in, used);
    }
}

Test(path, parts)
{
    struct path p;
    size_t used;
    struct syntax_error e;
    cr_assert(path_parse(BYTES("<@a,@b:\"x y\"@[IPv6:::1]> SIZE=1"), 0, &p, &used, &e));
    cr_expect_eq(used, 24);
    cr_expect(bytes_equal(p.text, BYTES("<@a,@b:\"x y\"@[IPv6:::1]>")));
    cr_expect(bytes_equal(p.route, BYTES("@a,@b")));
    cr_expect(bytes_equal(p.mailbox, BYTES("\"x y\"@[IPv6:::1]")));
    cr_expect(bytes_equal(p.local_part, BYTES("\"x y\"")));
    cr_expect(p.quoted);
    cr_expect_not(p.utf8);
    cr_expect_eq(p.domain.kind, DOMAIN_IPV6);
    cr_assert(path_parse(BYTES("<>"), PATH_EMPTY, &p, &used, &e));
    cr_expect(p.mailbox.len == 0 && p.domain.text.len == 0 && p.local_part.len == 0);
    cr_assert(path_parse(BYTES("<postMaster>"), PATH_POSTMASTER, &p, &used, &e));
    cr_expect(bytes_equal(p.local_part, BYTES("postMaster")));
    cr_expect(bytes_equal(p.mailbox, p.local_part) && p.domain.text.len == 0);
    cr_assert(mailbox_parse(BYTES("\xc3\xa4@b"), PATH_UTF8, &p, &e));
    cr_expect(p.utf8);
    cr_expect_not(mailbox_parse(BYTES("a@b>"), 0, &p, &e));
    cr_expect_eq(e.offset, 3);
    cr_expect_not(mailbox_parse((struct bytes){NULL, 0}, 0, &p, NULL));
}

/* A NUL is an octet like another and no end of anything. */
Test(path, nul)
{
    struct path p;
    size_t used;
    struct syntax_error e;
    cr_expect_not(path_parse(BYTES("<a\0b@c>"), 0, &p, &used, &e));
    cr_expect_eq(e.offset, 2);
    cr_expect_not(path_parse(BYTES("<\"a\0b\"@c>"), 0, &p, &used, &e));
    cr_expect_eq(e.offset, 3);
}

Test(path, lengths)
{
    static const struct {
        size_t domain, path; /* octets of the domain; of the whole path, 0: domain_parse alone */
        bool good;
    } rows[] = {{255, 0, true}, {256, 0, false}, {0, 256, true}, {0, 257, false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[600] = "<a@";
        struct path p;
        struct domain d;
        struct syntax_error e;
        size_t used, n = rows[i].path ? rows[i].path - 4 : rows[i].domain;
        for (size_t k = 0; k < n; k++)
            text[3 + k] = k % 50 == 49 && k + 1 < n ? '.' : 'd';
        text[3 + n] = '>';
        bool ok = rows[i].path ? path_parse(bytes_of(text, n + 4), 0, &p, &used, &e)
                               : domain_parse(bytes_of(text + 3, n), 0, &d, &e);
        cr_expect_eq(ok, rows[i].good, "row %zu", i);
        bool lifted = rows[i].path ? path_parse(bytes_of(text, n + 4), PATH_NO_LENGTH_LIMIT, &p, &used, &e)
                                   : domain_parse(bytes_of(text + 3, n), PATH_NO_LENGTH_LIMIT, &d, &e);
        cr_expect(lifted, "row %zu without the limit", i);
    }
}

Test(path, unquote)
{
    static const struct {
        const char *mailbox, *unquoted;
    } rows[] = {
        {"a.b@c", "a.b"},         {"\"a.b\"@c", "a.b"},         {"\"\\a\\.\\b\"@c", "a.b"},         {"\"\"@c", ""},
        {"\"a\\\\b\"@c", "a\\b"}, {"\"a \\\" b\"@c", "a \" b"}, {"\"Joe\\,Smith\"@c", "Joe,Smith"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct path p;
        struct syntax_error e;
        unsigned char out[64];
        cr_assert(mailbox_parse(bytes_string(rows[i].mailbox), 0, &p, &e), "%s", rows[i].mailbox);
        size_t n = local_part_unquote(&p, out, sizeof out);
        cr_expect(bytes_equal(bytes_of(out, n), bytes_string(rows[i].unquoted)), "%s", rows[i].mailbox);
        cr_expect_eq(local_part_unquote(&p, NULL, 0), n);
    }
}

Test(path, unquote_writes_no_more_than_there_is_room_for)
{
    struct path p;
    struct syntax_error e;
    unsigned char out[4] = "....";
    cr_assert(mailbox_parse(BYTES("\"abcdef\"@c"), 0, &p, &e));
    cr_expect_eq(local_part_unquote(&p, out, 3), 6);
    cr_expect_arr_eq(out, "abc.", 4);
}

Test(utf8, table)
{
    static const struct {
        struct bytes in;
        bool good;
    } rows[] = {
        {{(const unsigned char *)"", 0}, true},
        {{(const unsigned char *)"a\0b", 3}, true},
        {{(const unsigned char *)"\xc2\x80", 2}, true},
        {{(const unsigned char *)"\xdf\xbf", 2}, true},
        {{(const unsigned char *)"\xe0\xa0\x80", 3}, true},
        {{(const unsigned char *)"\xed\x9f\xbf", 3}, true},
        {{(const unsigned char *)"\xee\x80\x80", 3}, true},
        {{(const unsigned char *)"\xf0\x90\x80\x80", 4}, true},
        {{(const unsigned char *)"\xf4\x8f\xbf\xbf", 4}, true},
        {{(const unsigned char *)"\x80", 1}, false},
        {{(const unsigned char *)"\xc1\xbf", 2}, false},
        {{(const unsigned char *)"\xe0\x9f\xbf", 3}, false},
        {{(const unsigned char *)"\xed\xa0\x80", 3}, false},
        {{(const unsigned char *)"\xf0\x8f\xbf\xbf", 4}, false},
        {{(const unsigned char *)"\xf4\x90\x80\x80", 4}, false},
        {{(const unsigned char *)"\xf5\x80\x80\x80", 4}, false},
        {{(const unsigned char *)"\xe2\x82", 2}, false},
        {{(const unsigned char *)"\xf0\x9f\x98", 3}, false},
        {{(const unsigned char *)"\xe2\x82\x41", 3}, false},
        {{(const unsigned char *)"\xff", 1}, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_eq(utf8_valid(rows[i].in), rows[i].good, "row %zu", i);
}
