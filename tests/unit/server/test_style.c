/* Under each style the same commands get replies of the same meaning, all of them well-formed. */
#include "play.h"

#define MAIL "MAIL FROM:<carol@client.test> SIZE=10\n"
#define RCPT "RCPT TO:<alice@example.test>\n"

static const char script[] =
    "EHLO client.test\nNOOP\n" MAIL RCPT "RCPT TO:<nobody@example.test>\nDATA\nx\n.\nRSET\nFOO\nHELP\nQUIT\n";
static const char sound[] = "220 250 250 250 250 550 354 250 250 500 214 221";

Test(style, a_session_under_each)
{
    struct buffer codes = {0};
    for (int style = 0; style < STYLE_COUNT; style++) {
        struct play p;
        play_init(&p);
        p.config.style = (enum style)style;
        play_text(&p, script);
        play_codes(&p, &codes);
        cr_expect(play_codes_match(sound, buffer_string(&codes)), "style %d: %s", style, buffer_string(&codes));
        cr_expect_eq(p.deliveries, 1);
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
    {STYLE_TERSE, "EHLO client.test\nSTARTTLS\n", "\r\n502 Command not implemented\r\n"},
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
