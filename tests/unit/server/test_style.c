/* Under each style the same commands get replies of the same meaning, all of them well-formed. */
#include "play.h"

#define MAIL  "MAIL FROM:<carol@client.test> SIZE=10\n"
#define RCPT  "RCPT TO:<alice@example.test>\n"
#define EHLO  "EHLO client.test\n"
#define LOGIN "AUTH CRAM-MD5\nYWxpY2UgMDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\n"

static const char script[] =
    "EHLO client.test\nNOOP\n" MAIL RCPT "RCPT TO:<nobody@example.test>\nDATA\nx\n.\nRSET\nFOO\nHELP\nQUIT\n";
/* Codes of the script; where a style does not differ from the reference server, the first row holds. */
static const struct {
    enum style style;
    const char *codes;
    size_t deliveries;
} rows[] = {
    {STYLE_NONE, "220 250 250 250 250 550 354 250 250 500 214 221", 1},
    {STYLE_HELP_211, "220 250 250 250 250 550 354 250 250 500 211 221", 1},
    {STYLE_BARE, "220 250 250 555 503 503 503 500 500 250 500 502 221", 0},
    {STYLE_NO_HELP, "220 250 250 250 250 550 354 250 250 500 502 221", 1},
    {STYLE_NO_SIZE, "220 250 250 555 503 503 503 500 500 250 500 214 221", 0},
    {STYLE_NEEDS_TLS, "220 250 250 530 530 530 530 530 530 530 530 530 221", 0},
    {STYLE_NEEDS_AUTH, "220 250 250 530 530 530 530 530 530 250 530 530 221", 0},
    {STYLE_NEEDS_BOTH, "220 250 250 530 530 530 530 530 530 530 530 530 221", 0},
    {STYLE_CATCH_ALL, "220 250 250 250 250 250 354 250 250 500 214 221", 1},
    {STYLE_RECIPIENTS_AT_END, "220 250 250 250 250 250 354 550 250 500 214 221", 0},
    {STYLE_RCPT_251, "220 250 250 250 251 550 354 250 250 500 214 221", 1},
    {STYLE_RCPT_551, "220 250 250 250 250 551 354 250 250 500 214 221", 1},
    {STYLE_GREYLISTING, "220 250 250 250 450 450 503 500 500 250 500 214 221", 0},
    {STYLE_FIRST_450, "220 250 250 250 450 550 503 500 500 250 500 214 221", 0},
    {STYLE_NO_SENDER, "220 250 250 550 503 503 503 500 500 250 500 214 221", 0},
    {STYLE_NO_SENDER_YET, "220 250 250 451 503 503 503 500 500 250 500 214 221", 0},
    {STYLE_NO_DATA_YET, "220 250 250 250 250 550 451 500 500 250 500 214 221", 0},
    {STYLE_NO_MESSAGE, "220 250 250 250 250 550 354 550 250 500 214 221", 0},
    {STYLE_NO_MESSAGE_YET, "220 250 250 250 250 550 354 451 250 500 214 221", 0},
    {STYLE_GREETING_554, "554 503 503 503 503 503 503 503 503 503 503 503 221", 0},
    {STYLE_GREETING_521, "521 521", 0},
    {STYLE_GREETING_421, "421", 0},
};

Test(style, a_session_under_each)
{
    struct buffer codes = {0};
    for (int style = 0; style < STYLE_COUNT; style++) {
        struct play p;
        size_t row = 0;
        for (size_t i = 1; i < sizeof rows / sizeof *rows; i++)
            if (rows[i].style == (enum style)style)
                row = i;
        play_init(&p);
        p.config.style = (enum style)style;
        play_text(&p, script);
        play_codes(&p, &codes);
        cr_expect(play_codes_match(rows[row].codes, buffer_string(&codes)), "style %d: %s", style,
                  buffer_string(&codes));
        cr_expect_eq(p.deliveries, rows[row].deliveries, "style %d", style);
        play_free(&p);
    }
    buffer_free(&codes);
}

static const struct {
    enum style style;
    const char *in;
    const char *text; /* in the replies under the style, and not without it */
} visible[] = {
    {STYLE_MULTILINE, "NOOP\n", "\r\n250-2.0.0 Nothing done\r\n250-2.0.0 "},
    {STYLE_CODE_ONLY, "NOOP\n", "\r\n250\r\n"},
    {STYLE_VRFY_252, "VRFY alice\n", "\r\n252 2.5.0 "},
    {STYLE_MIXED_CASE, "EHLO client.test\n", "\r\n250-PiPeLiNiNg\r\n"},
    {STYLE_TERSE, EHLO "STARTTLS\n", "\r\n502 Command not implemented\r\n"},
    {STYLE_HUNDRED_LINES, "NOOP\n", "\r\n250-2.0.0 and more\r\n250 2.0.0 and more\r\n"},
    {STYLE_LONG_LINES, "NOOP\n", "\r\n250 2.0.0 Nothing done......"},
    {STYLE_TABS, "NOOP\n", "\r\n250 2.0.0 Nothing done\t(said"},
    {STYLE_DIGITS, "NOOP\n", "\r\n250-2.0.0 999-554 is no code of this reply\r\n250 2.0.0 221 Nothing"},
    {STYLE_NO_CODES, "NOOP\n", "\r\n250 Nothing done\r\n"},
    {STYLE_PLAIN_CODES, "FOO\n", "\r\n500 5.0.0 "},
    {STYLE_GREETING_LINES, "", "220-mx.example.test ESMTP smtpspec reference server\r\n220-\r\n220-No mail"},
    {STYLE_LITERAL_NAME, EHLO "QUIT\n", "\r\n221 2.0.0 [127.0.0.1] closing"},
    {STYLE_BARE_NAME, EHLO, "\r\n250-mx.example.test\r\n250-"},
    {STYLE_BARE, EHLO, "\r\n250 mx.example.test greets client.test\r\n"},
    {STYLE_NO_PIPELINING, EHLO, "greets client.test\r\n250-SIZE"},
    {STYLE_NO_CHUNKING, EHLO "BDAT 0\n", "\r\n502 5.5.1 "},
    {STYLE_NO_BINARYMIME, EHLO "MAIL FROM:<a@b.test> BODY=BINARYMIME\n", "\r\n501 5.5.4 "},
    {STYLE_NO_SMTPUTF8, EHLO "MAIL FROM:<a@b.test> SMTPUTF8\n", "\r\n555 5.5.4 "},
    {STYLE_NO_DSN, EHLO "MAIL FROM:<a@b.test> RET=HDRS\n", "\r\n555 5.5.4 "},
    {STYLE_NO_8BITMIME, EHLO "MAIL FROM:<a@b.test> BODY=8BITMIME\n", "\r\n555 5.5.4 "},
    {STYLE_NO_STARTTLS, EHLO "STARTTLS\n", "\r\n502 5.5.1 "},
    {STYLE_NO_AUTH, EHLO "AUTH PLAIN\n", "\r\n502 5.5.1 "},
    {STYLE_NO_EXPN, EHLO "EXPN alice\n", "\r\n502 5.5.1 "},
    {STYLE_SIZE_BARE, EHLO, "\r\n250-SIZE\r\n"},
    {STYLE_SIZE_ZERO, EHLO, "\r\n250-SIZE 0\r\n"},
    {STYLE_SIZE_SMALL, EHLO, "\r\n250-SIZE 65536\r\n"},
    {STYLE_PRIVATE_KEYWORDS, EHLO, "\r\n250-XEXPS GSSAPI NTLM\r\n"},
    {STYLE_REVERSED, EHLO, "\r\n250 PIPELINING\r\n"},
    {STYLE_AUTH_UNDER_TLS, EHLO, "\r\n250-STARTTLS\r\n250-ETRN\r\n"},
    {STYLE_TLS_LATER, EHLO "STARTTLS\n", "\r\n454 4.7.0 "},
    {STYLE_AUTH_LATER, EHLO "AUTH CRAM-MD5\n", "\r\n454 4.7.0 "},
    {STYLE_VRFY_502, "VRFY alice\n", "\r\n502 5.5.1 "},
    {STYLE_VRFY_FULL_NAME, "VRFY alice\n", "\r\n250 2.1.5 Jane Q. Public <alice@example.test>\r\n"},
    {STYLE_TEXTS_IN_UTF8, EHLO "VRFY alice SMTPUTF8\n", "\r\n250 2.1.5 J\xC3\xA9r\xC3\xB4me <alice@example.test>\r\n"},
    {STYLE_TEXTS_IN_UTF8, EHLO "MAIL FROM:<a@b.test> SMTPUTF8\nRCPT TO:<no@example.test>\n", "\r\n551 5.1.6 "},
    {STYLE_CASE_SENSITIVE, EHLO MAIL "RCPT TO:<ALICE@example.test>\n", "\r\n550 5.1.1 "},
    {STYLE_SENDER_AT_RCPT, EHLO "MAIL FROM:<no@example.test>\n" RCPT, "\r\n550 5.1.8 "},
    {STYLE_SENDER_AT_DATA, EHLO "MAIL FROM:<no@example.test>\n" RCPT "DATA\n", "\r\n550 5.1.8 "},
    {STYLE_ROUTES_550, EHLO "MAIL FROM:<@c.test:a@b.test>\n", "\r\n550 5.7.1 "},
    {STYLE_TEN_ERRORS, "A\nA\nA\nA\nA\nA\nA\nA\nA\nA\nNOOP\n", "\r\n421 4.7.0 mx.example.test Too many errors"},
    {STYLE_THREE_LOGINS, EHLO LOGIN LOGIN LOGIN, "\r\n421 4.7.0 mx.example.test Too many failed"},
    {STYLE_FORBIDDEN_VERBS, "GET / HTTP/1.1\n", "\r\n421 4.7.0 "},
    {STYLE_BARE_CLOSES, "NOOP\rNOOP\n", "\r\n421 4.7.0 "},
    {STYLE_BARE_KEPT, EHLO MAIL RCPT "DATA\na\rb\n.\n", "\r\n250 2.6.0 "},
};

Test(style, each_is_visible)
{
    for (size_t i = 0; i < sizeof visible / sizeof *visible; i++)
        for (int on = 0; on < 2; on++) {
            struct play p;
            play_init(&p);
            p.config.style = on ? visible[i].style : STYLE_NONE;
            play_text(&p, visible[i].in);
            cr_expect(!!strstr(buffer_string(&p.out), visible[i].text) == on, "%d: %s", visible[i].style,
                      buffer_string(&p.out));
            play_free(&p);
        }
}

Test(style, more_trace_fields_are_stored)
{
    for (int on = 0; on < 2; on++) {
        struct play p;
        play_init(&p);
        p.config.style = on ? STYLE_MORE_TRACE : STYLE_NONE;
        play_text(&p, EHLO MAIL RCPT "DATA\na\n.\n");
        cr_expect(!!strstr(buffer_string(&p.received), "X-Original-To: <alice@example.test>\r\nReceived: ") == on);
        play_free(&p);
    }
}

Test(style, lmtp_keeps_what_it_must_have)
{
    static const enum style styles[] = {STYLE_CODE_ONLY, STYLE_TERSE};
    for (size_t i = 0; i < 2; i++) {
        struct play p;
        play_init(&p);
        p.config.lmtp = true;
        p.config.style = styles[i];
        play_text(&p, "LHLO client.test\nNOOP\n");
        cr_expect_not_null(strstr(buffer_string(&p.out), "PIPELINING\r\n"));
        cr_expect_not_null(strstr(buffer_string(&p.out), "ENHANCEDSTATUSCODES\r\n"));
        cr_expect_not_null(strstr(buffer_string(&p.out), "\r\n250 2.0.0 "));
        play_free(&p);
    }
}

Test(style, names)
{
    size_t count;
    const struct style_info *table = style_table(&count);
    cr_expect_eq(count, STYLE_COUNT - 1);
    for (size_t i = 0; i < count; i++)
        cr_expect_eq(style_find(bytes_string(table[i].name)), (enum style)(i + 1));
    cr_expect_eq(style_find(BYTES("no-such-style")), STYLE_NONE);
}

/* The reply to EHLO has a way of its own where there is neither defect nor style. */
Test(style, ehlo_is_the_same_without_any)
{
    static const char name[] = "EHLO a.client.test\n", lmtp[] = "LHLO [192.0.2.7]\n";
    for (int i = 0; i < 8; i++) {
        struct play sound, styled;
        for (struct play *p = &sound;; p = &styled) {
            play_init(p);
            p->config.tls = i & 1;
            p->config.lmtp = i & 2;
            p->config.size_limit = i & 4 ? 0 : UINT64_MAX;
            p->config.style = p == &sound ? STYLE_NONE : STYLE_HELP_211;
            play_text(p, p->config.lmtp ? lmtp : name);
            if (p == &styled)
                break;
        }
        cr_expect(bytes_ends(buffer_bytes(&sound.out), BYTES("\r\n250 HELP\r\n")), "%s", buffer_string(&sound.out));
        cr_expect_str_eq(buffer_string(&sound.out), buffer_string(&styled.out));
        play_free(&sound);
        play_free(&styled);
    }
}
