/* Command lines by RFC 5321 section 4.1 and the extensions' own texts. */
#include "smtp/command.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

enum { UTF8 = COMMAND_UTF8, SPACE = COMMAND_SPACE_AFTER_COLON };

struct row {
    const char *line;
    enum verb verb;
    int wrong_at; /* -1: good; else the offset of the mistake in a known verb's argument */
    unsigned flags;
};

static const struct row rows[] = {
    /* HELO, EHLO, LHLO */
    {"HELO client.test", VERB_HELO, -1, 0},
    {"helo 127.0.0.1", VERB_HELO, -1, 0},
    {"HELO [127.0.0.1]", VERB_HELO, -1, 0},
    {"EHLO [IPv6:fe80::1ff:fe23:4567:890a]", VERB_EHLO, -1, 0},
    {"EHLO [IPV6:::ffff:172.16.149.220]", VERB_EHLO, -1, 0},
    {"LHLO client.test \t ", VERB_LHLO, -1, 0},
    {"EHLO", VERB_EHLO, 4, 0},
    {"EHLO ", VERB_EHLO, 4, 0},
    {"HELO bad value", VERB_HELO, 8, 0},
    {"HELO !@#$%^&*(", VERB_HELO, 5, 0},
    {"EHLO localhost) (spoofed into received header", VERB_EHLO, 14, 0},
    {"EHLO sub..bad", VERB_EHLO, 9, 0},
    {"EHLO []", VERB_EHLO, 6, 0},
    {"EHLO a_b", VERB_EHLO, 6, 0},
    {"EHLO a.", VERB_EHLO, 7, 0},
    {"EHLO  a", VERB_EHLO, 5, 0},
    {"EHLO b\xc3\xbc.test", VERB_EHLO, 6, UTF8},
    /* MAIL */
    {"MAIL FROM:<>", VERB_MAIL, -1, 0},
    {"MaIl FrOm:<a@b>", VERB_MAIL, -1, 0},
    {"MAIL FROM:<a@b>  ", VERB_MAIL, -1, 0},
    {"MAIL FROM:<a@b> SIZE=1000 BODY=8BITMIME AUTH=<>", VERB_MAIL, -1, 0},
    {"MAIL FROM:<\"x y\"@b> ENVID=QQ+3D", VERB_MAIL, -1, 0},
    {"MAIL FROM:<@a,@b:c@d>", VERB_MAIL, -1, 0},
    {"MAIL FROM: <a@b>", VERB_MAIL, -1, SPACE},
    {"MAIL FROM: <a@b>", VERB_MAIL, 10, 0},
    {"MAIL FROM:", VERB_MAIL, 10, 0},
    {"MAIL FROM:a@b", VERB_MAIL, 10, 0},
    {"MAIL", VERB_MAIL, 4, 0},
    {"MAIL FROM :<a@b>", VERB_MAIL, 5, 0},
    {"MAIL  FROM:<a@b>", VERB_MAIL, 5, 0},
    {"MAIL TO:<a@b>", VERB_MAIL, 5, 0},
    {"MAIL\tFROM:<a@b>", VERB_MAIL, 4, 0},
    {"MAIL FROM:<a@b>SIZE=1", VERB_MAIL, 15, 0},
    {"MAIL FROM:<a@b>  SIZE=1", VERB_MAIL, 16, 0},
    {"MAIL FROM:<a@b> SIZE=", VERB_MAIL, 21, 0},
    {"MAIL FROM:<a@b> =1", VERB_MAIL, 16, 0},
    {"MAIL FROM:<a@b> -X=1", VERB_MAIL, 16, 0},
    {"MAIL FROM:<a@b> SI_ZE=1", VERB_MAIL, 18, 0},
    {"MAIL FROM:<a@b> SIZE=1=2", VERB_MAIL, 22, 0},
    {"MAIL FROM:<a@b> SIZE=1\t2", VERB_MAIL, 22, 0},
    {"MAIL FROM:<a@b> junk junk", VERB_MAIL, -1, 0},
    {"MAIL FROM:<Postmaster>", VERB_MAIL, 21, 0},
    {"MAIL FROM:<\xc3\xbc@b>", VERB_MAIL, 11, 0},
    {"MAIL FROM:<\xc3\xbc@b> SMTPUTF8", VERB_MAIL, -1, 0},
    {"MAIL FROM:<\xc3\xbc@b> SIZE=1 smtputf8", VERB_MAIL, -1, 0},
    {"MAIL FROM:<\xc3\xbc@b> SMTPUTF8=1", VERB_MAIL, 11, 0},
    {"MAIL FROM:<\xc3@b> SMTPUTF8", VERB_MAIL, 11, 0},
    {"MAIL FROM:<a@b> X=\xc3\xbc", VERB_MAIL, 18, 0},
    {"MAIL FROM:<a@b> SMTPUTF8 X=\xc3\xbc", VERB_MAIL, -1, 0},
    {"MAIL FROM:<a@b> SMTPUTF8 X=\xbc", VERB_MAIL, 27, 0},
    {"MAIL FROM:<\xc3\xbc@b>", VERB_MAIL, -1, UTF8},
    /* RCPT */
    {"RCPT TO:<alice@example.test>", VERB_RCPT, -1, 0},
    {"RCPT TO:<Postmaster>", VERB_RCPT, -1, 0},
    {"RCPT TO:<pOSTmaster> NOTIFY=NEVER", VERB_RCPT, -1, 0},
    {"RCPT TO:<a@b> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;a+40b@c", VERB_RCPT, -1, 0},
    {"RCPT TO:<>", VERB_RCPT, 9, 0},
    {"RCPT TO:", VERB_RCPT, 8, 0},
    {"RCPT TO:Postmaster", VERB_RCPT, 8, 0},
    {"RCPT TO:<a@b> SMTPUTF8 X=\xc3\xbc", VERB_RCPT, 25, 0},
    {"RCPT TO:<\xc3\xbc@b>", VERB_RCPT, 9, 0},
    {"RCPT TO:<\xc3\xbc@b>", VERB_RCPT, -1, UTF8},
    {"RCPT FROM:<a@b>", VERB_RCPT, 5, 0},
    /* no argument */
    {"DATA", VERB_DATA, -1, 0},
    {"data  ", VERB_DATA, -1, 0},
    {"DATA foo", VERB_DATA, 5, 0},
    {"RSET x", VERB_RSET, 5, 0},
    {"QUIT now", VERB_QUIT, 5, 0},
    {"STARTTLS", VERB_STARTTLS, -1, 0},
    {"starttls foo", VERB_STARTTLS, 9, 0},
    {"TURN", VERB_TURN, -1, 0},
    {"ONEX 1", VERB_ONEX, 5, 0},
    /* BDAT */
    {"BDAT 88 LAST", VERB_BDAT, -1, 0},
    {"bdat 5 last", VERB_BDAT, -1, 0},
    {"BDAT 00005", VERB_BDAT, -1, 0},
    {"BDAT 99999999999999999999", VERB_BDAT, -1, 0},
    {"BDAT", VERB_BDAT, 4, 0},
    {"BDAT x", VERB_BDAT, 5, 0},
    {"BDAT -1", VERB_BDAT, 5, 0},
    {"BDAT 5 X", VERB_BDAT, 7, 0},
    {"BDAT 5  LAST", VERB_BDAT, 7, 0},
    {"BDAT  5", VERB_BDAT, 5, 0},
    {"BDAT 5 LAST X", VERB_BDAT, 11, 0},
    {"BDAT 5LAST", VERB_BDAT, 6, 0},
    {"BDAT LAST", VERB_BDAT, 5, 0},
    /* strings */
    {"NOOP", VERB_NOOP, -1, 0},
    {"NOOP one two", VERB_NOOP, -1, 0},
    {"NOOP \x07", VERB_NOOP, 5, 0},
    {"HELP RCPT TO", VERB_HELP, -1, 0},
    {"VRFY alice", VERB_VRFY, -1, 0},
    {"VRFY", VERB_VRFY, 4, 0},
    {"VRFY alice@example.test", VERB_VRFY, -1, 0},
    {"VRFY \xc3\xbc", VERB_VRFY, 5, 0},
    {"VRFY \xc3\xbc SMTPUTF8", VERB_VRFY, -1, 0},
    {"VRFY \xc3 SMTPUTF8", VERB_VRFY, 5, 0},
    {"VRFY SMTPUTF8", VERB_VRFY, -1, 0},
    {"EXPN staff smtputf8", VERB_EXPN, -1, 0},
    {"EXPN \xc3\xbc", VERB_EXPN, -1, UTF8},
    /* AUTH */
    {"AUTH PLAIN", VERB_AUTH, -1, 0},
    {"AUTH PLAIN =", VERB_AUTH, -1, 0},
    {"auth plain AGFsaWNlAHNlY3JldA==", VERB_AUTH, -1, 0},
    {"AUTH SCRAM-SHA-256", VERB_AUTH, -1, 0},
    {"AUTH X_Y", VERB_AUTH, -1, 0},
    {"AUTH", VERB_AUTH, 4, 0},
    {"AUTH PLAIN *", VERB_AUTH, 11, 0},
    {"AUTH PLAIN AAA", VERB_AUTH, 14, 0},
    {"AUTH PLAIN A===", VERB_AUTH, 14, 0},
    {"AUTH PLAIN AA==AA==", VERB_AUTH, 15, 0},
    {"AUTH PLAIN canNot Decode", VERB_AUTH, 17, 0},
    {"AUTH PLAIN  AAAA", VERB_AUTH, 11, 0},
    {"AUTH ABCDEFGHIJKLMNOPQRSTU", VERB_AUTH, 25, 0},
    {"AUTH !", VERB_AUTH, 5, 0},
    /* the rest */
    {"ETRN example.test", VERB_ETRN, -1, 0},
    {"ETRN @example.test", VERB_ETRN, -1, 0},
    {"ETRN #uucp_1", VERB_ETRN, -1, 0},
    {"ETRN", VERB_ETRN, 4, 0},
    {"ETRN @", VERB_ETRN, 6, 0},
    {"ETRN #", VERB_ETRN, 6, 0},
    {"ETRN a b", VERB_ETRN, 6, 0},
    {"ATRN", VERB_ATRN, -1, 0},
    {"ATRN example.org,example.com", VERB_ATRN, -1, 0},
    {"ATRN example.org, example.com", VERB_ATRN, 17, 0},
    {"ATRN localhost", VERB_ATRN, 14, 0},
    {"SEND FROM:<a@b>", VERB_SEND, -1, 0},
    {"SOML FROM:<>", VERB_SOML, -1, 0},
    {"SAML FROM:<a@b> SIZE=1", VERB_SAML, 15, 0},
    {"BURL imap://h/x;urlauth=a:internal:01 LAST", VERB_BURL, -1, 0},
    {"BURL imap://h/x", VERB_BURL, -1, 0},
    {"BURL", VERB_BURL, 4, 0},
    {"BURL nothing", VERB_BURL, 12, 0},
    {"BURL imap://h/<x>", VERB_BURL, 14, 0},
    {"BURL imap: LAST", VERB_BURL, 10, 0},
    {"XCLIENT NAME=[UNAVAILABLE] ADDR=IPV6:::1", VERB_XCLIENT, -1, 0},
    {"XCLIENT", VERB_XCLIENT, 7, 0},
    {"XCLIENT NAME", VERB_XCLIENT, 12, 0},
    {"XCLIENT NAME=a+0", VERB_XCLIENT, 13, 0},
    {"XFORWARD NAME=a ADDR=1.2.3.4", VERB_XFORWARD, -1, 0},
    {"XFORWARD NAME=a  ADDR=1.2.3.4", VERB_XFORWARD, 16, 0},
    /* not ours */
    {"XFOO whatever", VERB_PRIVATE, -1, 0},
    {"x", VERB_PRIVATE, -1, 0},
    {"GET / HTTP/1.1", VERB_UNKNOWN, -1, 0},
    {"debug", VERB_UNKNOWN, -1, 0},
    {"MAILFROM:<a@b>", VERB_UNKNOWN, -1, 0},
    {"MAI", VERB_UNKNOWN, -1, 0},
    {"mail\xe4 x", VERB_UNKNOWN, -1, 0},
};

Test(command, grammar)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *r = &rows[i];
        struct command c;
        struct syntax_error e;
        enum command_status s = command_parse(bytes_string(r->line), r->flags, &c, &e);
        cr_expect_eq(s, r->wrong_at < 0 ? COMMAND_OK : COMMAND_BAD_ARGUMENT, "'%s': status %d (%s)", r->line, s,
                     e.expected);
        cr_expect_eq(c.verb, r->verb, "'%s': verb %d", r->line, c.verb);
        if (r->wrong_at >= 0 && s == COMMAND_BAD_ARGUMENT)
            cr_expect_eq((int)e.offset, r->wrong_at, "'%s': at %zu (%s)", r->line, e.offset, e.expected);
        if (s == COMMAND_OK)
            cr_expect_null(e.expected, "'%s'", r->line);
    }
}

Test(command, no_verb)
{
    static const struct bytes lines[] = {{NULL, 0},
                                         {(const unsigned char *)"", 0},
                                         {(const unsigned char *)"   ", 3},
                                         {(const unsigned char *)" NOOP", 5},
                                         {(const unsigned char *)"\tNOOP", 5},
                                         {(const unsigned char *)"\0NOOP", 5},
                                         {(const unsigned char *)"250 OK", 6},
                                         {(const unsigned char *)"\r", 1},
                                         {(const unsigned char *)"\xff", 1}};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct command c;
        struct syntax_error e;
        cr_expect_eq(command_parse(lines[i], 0, &c, &e), COMMAND_BAD_VERB, "line %zu", i);
        cr_expect_eq(c.verb, VERB_UNKNOWN);
        cr_expect_eq(e.offset, 0);
        cr_expect_not_null(e.expected);
    }
}

Test(command, nul_is_an_octet)
{
    struct command c;
    struct syntax_error e;
    cr_expect_eq(command_parse(BYTES("NOOP\0"), 0, &c, &e), COMMAND_OK);
    cr_expect_eq(c.verb, VERB_UNKNOWN);
    cr_expect_eq(command_parse(BYTES("HELO a\0b"), 0, &c, &e), COMMAND_BAD_ARGUMENT);
    cr_expect_eq(e.offset, 6);
}

Test(command, parts)
{
    struct command c;
    struct syntax_error e;
    struct bytes line = BYTES("mail FROM:<a@b> SIZE=10 SMTPUTF8 ");
    cr_assert_eq(command_parse(line, 0, &c, &e), COMMAND_OK);
    cr_expect(bytes_equal(c.line, line));
    cr_expect(bytes_equal(c.word, BYTES("mail")));
    cr_expect(bytes_equal(c.argument, BYTES("FROM:<a@b> SIZE=10 SMTPUTF8")));
    cr_expect(bytes_equal(c.path.mailbox, BYTES("a@b")));
    cr_assert_eq(c.parameter_count, 2);
    cr_expect(bytes_equal(c.parameters[0].keyword, BYTES("SIZE")) && c.parameters[0].has_value);
    cr_expect(bytes_equal(c.parameters[0].value, BYTES("10")));
    cr_expect(bytes_equal(c.parameters[1].keyword, BYTES("SMTPUTF8")) && !c.parameters[1].has_value);
    cr_expect_eq(command_parameter(&c, "size"), &c.parameters[0]);
    cr_expect_null(command_parameter(&c, "BODY"));

    cr_assert_eq(command_parse(BYTES("VRFY a b SMTPUTF8"), 0, &c, &e), COMMAND_OK);
    cr_expect(bytes_equal(c.first, BYTES("a b")));
    cr_expect_not_null(command_parameter(&c, "SMTPUTF8"));

    cr_assert_eq(command_parse(BYTES("AUTH login dXNlcg=="), 0, &c, &e), COMMAND_OK);
    cr_expect(bytes_equal(c.first, BYTES("login")) && c.has_second && bytes_equal(c.second, BYTES("dXNlcg==")));
    cr_assert_eq(command_parse(BYTES("AUTH login"), 0, &c, &e), COMMAND_OK);
    cr_expect_not(c.has_second);

    cr_assert_eq(command_parse(BYTES("EHLO [x:y]"), 0, &c, &e), COMMAND_OK);
    cr_expect_eq(c.domain.kind, DOMAIN_GENERAL);
}

/* What a failed argument had given so far is not left behind. */
Test(command, nothing_is_left_of_a_bad_argument)
{
    struct command c;
    struct syntax_error e;
    cr_assert_eq(command_parse(BYTES("MAIL FROM:<a@b> SIZE=1 SIZE="), 0, &c, &e), COMMAND_BAD_ARGUMENT);
    cr_expect(c.path.mailbox.len == 0 && c.parameter_count == 0);
    cr_expect_eq(c.verb, VERB_MAIL);
    cr_expect(bytes_equal(c.argument, BYTES("FROM:<a@b> SIZE=1 SIZE=")));
}

Test(command, bdat_sizes)
{
    static const struct {
        const char *line;
        uint64_t size;
        bool overflow, last;
    } sizes[] = {
        {"BDAT 0 LAST", 0, false, true},
        {"BDAT 007", 7, false, false},
        {"BDAT 4294967296", UINT64_C(4294967296), false, false},
        {"BDAT 18446744073709551615", UINT64_MAX, false, false},
        {"BDAT 18446744073709551616 LAST", UINT64_MAX, true, true},
        {"BDAT 99999999999999999999999", UINT64_MAX, true, false},
    };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct command c;
        struct syntax_error e;
        cr_assert_eq(command_parse(bytes_string(sizes[i].line), 0, &c, &e), COMMAND_OK);
        cr_expect_eq(c.size, sizes[i].size, "%s", sizes[i].line);
        cr_expect_eq(c.size_overflow, sizes[i].overflow, "%s", sizes[i].line);
        cr_expect_eq(c.last, sizes[i].last, "%s", sizes[i].line);
    }
}

Test(command, at_most_32_parameters)
{
    char line[400] = "MAIL FROM:<a@b>";
    struct command c;
    struct syntax_error e;
    for (int i = 0; i < 32; i++)
        strcat(line, " A=1");
    cr_expect_eq(command_parse(bytes_string(line), 0, &c, &e), COMMAND_OK);
    cr_expect_eq(c.parameter_count, 32);
    strcat(line, " A=1");
    cr_expect_eq(command_parse(bytes_string(line), 0, &c, &e), COMMAND_BAD_ARGUMENT);
    cr_expect_eq(e.offset, 15 + 32 * 4 + 1);
}

/* The table drives the parser and the manual: its own examples have to hold, and its names lead back to it. */
Test(command, every_verb)
{
    size_t count = 0;
    const struct verb_info *table = verb_table(&count);
    cr_assert_eq(count, VERB_COUNT - VERB_HELO);
    for (size_t i = 0; i < count; i++) {
        struct command c;
        struct syntax_error e;
        cr_expect_eq(table[i].verb, VERB_HELO + i);
        cr_expect_eq(verb_info(table[i].verb), &table[i]);
        cr_expect_eq(verb_find(bytes_string(table[i].name)), table[i].verb, "%s", table[i].name);
        cr_expect_eq(command_parse(bytes_string(table[i].example), 0, &c, &e), COMMAND_OK, "%s", table[i].example);
        cr_expect_eq(c.verb, table[i].verb, "%s", table[i].example);
        cr_expect_eq(strncmp(table[i].syntax, table[i].name, strlen(table[i].name)), 0);
        cr_expect(table[i].summary && table[i].source && table[i].success && table[i].failure);
    }
    cr_expect_null(verb_info(VERB_UNKNOWN));
    cr_expect_null(verb_info(VERB_PRIVATE));
    cr_expect_null(verb_info(VERB_COUNT));
    cr_expect_eq(verb_find(BYTES("xForward")), VERB_XFORWARD);
    cr_expect_eq(verb_find(BYTES("XFORWARDS")), VERB_PRIVATE);
    cr_expect_eq(verb_find(BYTES("DAT!")), VERB_UNKNOWN);
    cr_expect_eq(verb_find(BYTES("EHLO\0")), VERB_UNKNOWN);
    cr_expect_eq(verb_find(BYTES("EHLO\1\0\0\0")), VERB_UNKNOWN);
    cr_expect_eq(verb_find(BYTES("EHLO!\0\0\0")), VERB_UNKNOWN);
    cr_expect_eq(verb_find(BYTES("XCLIENT!")), VERB_PRIVATE);
    cr_expect_eq(verb_find((struct bytes){NULL, 0}), VERB_UNKNOWN);
}

Test(parameter, table)
{
    size_t count = 0;
    const struct parameter_info *table = parameter_table(&count);
    for (size_t i = 0; i < count; i++) {
        char line[200];
        struct command c;
        struct syntax_error e;
        cr_expect(table[i].verb == VERB_MAIL || table[i].verb == VERB_RCPT);
        snprintf(line, sizeof line, "%s:<a@b> %s%s", table[i].verb == VERB_MAIL ? "MAIL FROM" : "RCPT TO",
                 table[i].keyword, table[i].value ? "=1" : "");
        cr_expect_eq(command_parse(bytes_string(line), 0, &c, &e), COMMAND_OK, "%s", line);
        cr_expect_not_null(command_parameter(&c, table[i].keyword));
        cr_expect(table[i].syntax && table[i].source && table[i].extension);
    }
}

Test(xtext, table)
{
    static const struct {
        const char *in, *out; /* NULL: no xtext */
    } table[] = {
        {"", ""},    {"QQ+3D", "QQ="}, {"a+2Bb", "a+b"}, {"+e4", "\xe4"}, {"a=b", NULL},  {"a b", NULL},
        {"+", NULL}, {"+4", NULL},     {"+4g", NULL},    {"\xe4", NULL},  {"\x7f", NULL}, {"<>", "<>"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        unsigned char out[16];
        size_t len = 0;
        bool ok = xtext_decode(bytes_string(table[i].in), out, sizeof out, &len);
        cr_expect_eq(ok, table[i].out != NULL, "'%s'", table[i].in);
        cr_expect_eq(xtext_valid(bytes_string(table[i].in)), ok, "'%s'", table[i].in);
        if (ok && table[i].out)
            cr_expect(bytes_equal(bytes_of(out, len), bytes_string(table[i].out)), "'%s'", table[i].in);
    }
    size_t len = 0;
    unsigned char out[2];
    cr_expect_not(xtext_decode(BYTES("abc"), out, sizeof out, &len));
}
