/* Limits, notifications, loops, trace fields in detail. */
#include "play.h"

#define EHLO   "EHLO client.test\n"
#define MAIL   "MAIL FROM:<carol@client.test>\n"
#define RCPT   "RCPT TO:<alice@example.test>\n"
#define PLAIN  "AUTH PLAIN AGFsaWNlAHNlY3JldA==\n"
#define SECURE EHLO "STARTTLS\n" TLS EHLO

/* Notifications of success: who asks for one gets one, from the null sender. */
static const struct notify_row {
    const char *in;
    size_t deliveries; /* the message and its notification */
    const char *text;  /* in what is delivered; NULL: not looked at */
} notify_rows[] = {
    {EHLO "MAIL FROM:<bob@example.test> ENVID=a+2Bb\nRCPT TO:<alice@example.test> NOTIFY=SUCCESS "
          "ORCPT=rfc822;x+40y\nDATA\nA: b\n\nc\n.\n",
     2,
     "Original-Envelope-Id: a+b\r\n\r\nOriginal-Recipient: rfc822; x@y\r\nFinal-Recipient: rfc822; "
     "alice@example.test\r\nAction: delivered\r\n"},
    {EHLO "MAIL FROM:<bob@example.test>\nRCPT TO:<alice@example.test> NOTIFY=success,delay\n"
          "RCPT TO:<bob@example.test>\nDATA\nA: b\n\nc\n.\n",
     2, "Content-Type: text/rfc822-headers\r\n\r\nA: b\r\n\r\n--=_"},
    {EHLO MAIL "RCPT TO:<alice@example.test> NOTIFY=SUCCESS\nDATA\n.\n", 2, "<carol@client.test>\nDate: Thu, "},
    {EHLO "MAIL FROM:<bob@example.test>\nRCPT TO:<alice@example.test> NOTIFY=NEVER\nDATA\n.\n", 1, NULL},
    /* Late when it came (RFC 2852 section 4.1.3). */
    {EHLO "MAIL FROM:<bob@example.test> BY=0;N\nRCPT TO:<alice@example.test>\nDATA\n.\n", 2,
     "Action: delayed\r\nStatus: 4.4.7\r\n"},
    {EHLO "MAIL FROM:<bob@example.test> BY=-5;N\nRCPT TO:<alice@example.test> NOTIFY=FAILURE\nDATA\n.\n", 1, NULL},
    {EHLO "MAIL FROM:<bob@example.test> BY=60;N\nRCPT TO:<alice@example.test>\nDATA\n.\n", 1, NULL},
    {EHLO "MAIL FROM:<bob@example.test>\nRCPT TO:<alice@example.test> NOTIFY=FAILURE\nDATA\n.\n", 1, NULL},
    {EHLO "MAIL FROM:<bob@example.test>\n" RCPT "DATA\n.\n", 1, NULL},
    {EHLO "MAIL FROM:<>\nRCPT TO:<alice@example.test> NOTIFY=SUCCESS\nDATA\n.\n", 1, NULL},
    {EHLO "MAIL FROM:<nobody@example.test>\nRCPT TO:<alice@example.test> NOTIFY=SUCCESS\nDATA\n.\n", 1, NULL},
    {SECURE PLAIN "MAIL FROM:<bob@example.test>\nRCPT TO:<a@elsewhere.test> NOTIFY=SUCCESS\nDATA\n.\n", 1, NULL},
};

Test(message, notifications)
{
    for (size_t i = 0; i < sizeof notify_rows / sizeof *notify_rows; i++) {
        struct play p;
        play_init(&p);
        play_text(&p, notify_rows[i].in);
        cr_expect_eq(p.deliveries, notify_rows[i].deliveries, "row %zu: %s", i, buffer_string(&p.delivered));
        if (notify_rows[i].text)
            cr_expect_not_null(strstr(buffer_string(&p.delivered), notify_rows[i].text), "row %zu: %s", i,
                               buffer_string(&p.delivered));
        play_free(&p);
    }
}

/* A message with too many Received fields is a loop; one with many is not. */
Test(message, hops)
{
    for (size_t hops = 100; hops < 102; hops++) {
        struct play p;
        struct buffer in = {0}, codes = {0};
        play_init(&p);
        buffer_add_string(&in, "EHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<bob@example.test>\r\nDATA\r\n");
        buffer_add_repeated(&in, BYTES("Received: from a\r\n\tReceived: by b\r\n"), hops);
        buffer_add_string(&in, "\r\nReceived: x\r\n.\r\n");
        play_octets(&p, buffer_bytes(&in));
        play_codes(&p, &codes);
        cr_expect(play_codes_match(hops == 100 ? "220 250 250 250 354 250" : "220 250 250 250 354 554:5.4.6",
                                   buffer_string(&codes)),
                  "%s", buffer_string(&codes));
        buffer_free(&in);
        buffer_free(&codes);
        play_free(&p);
    }
}

/* What fits, and what is one octet or one recipient too long. */
static const struct limit_row {
    const char *name;
    const char *before; /* LF stands for CRLF in all of them */
    const char *unit;   /* repeated */
    size_t fits;
    const char *behind;
    const char *codes, *too_many;
} limit_rows[] = {
    {"command line", "", "NOOP aaaa ", 204, "NOOPab\nNOOP\n", "220 250 250", "220 500:5.5.2 250"},
    {"line of 512 as section 4.5.3.1.4 asks", "NOOP ", "a", 505, "\nNOOP\n", "220 250 250", "220 250 250"},
    {"SASL response", SECURE "AUTH PLAIN\n", "aaaa", 3072, "\nNOOP\n", "220 250 220 250 334 501:5.5.2 250",
     "220 250 220 250 334 500:5.5.6 250"},
    {"size of the message", EHLO MAIL RCPT "DATA\n", "12345678\n", 10000, ".\nNOOP\n", "220 250 250 250 354 250 250",
     "220 250 250 250 354 552:5.3.4 250"},
    {"size with stuffed dots", EHLO MAIL RCPT "DATA\n", "..2345678\n", 10000, ".\nNOOP\n",
     "220 250 250 250 354 250 250", "220 250 250 250 354 552:5.3.4 250"},
    {"one text line", EHLO MAIL RCPT "DATA\n", "1234567890", 9999, "12345678\n.\nNOOP\n", "220 250 250 250 354 250 250",
     "220 250 250 250 354 552:5.3.4 250"},
};

static void add_text(struct buffer *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '\n')
            buffer_add_octet(out, '\r');
        buffer_add_octet(out, (unsigned char)*text);
    }
}

Test(message, limits)
{
    struct buffer in = {0}, codes = {0};
    for (size_t i = 0; i < sizeof limit_rows / sizeof *limit_rows; i++)
        for (size_t more = 0; more < 2; more++) {
            struct play p;
            play_init(&p);
            buffer_clear(&in);
            add_text(&in, limit_rows[i].before);
            for (size_t n = 0; n < limit_rows[i].fits + more; n++)
                add_text(&in, limit_rows[i].unit);
            add_text(&in, limit_rows[i].behind);
            play_octets(&p, buffer_bytes(&in));
            play_codes(&p, &codes);
            const char *wanted = more ? limit_rows[i].too_many : limit_rows[i].codes;
            cr_expect(play_codes_match(wanted, buffer_string(&codes)), "%s, %zu more:\nexpected %s\nfound    %s",
                      limit_rows[i].name, more, wanted, buffer_string(&codes));
            play_free(&p);
        }
    buffer_free(&in);
    buffer_free(&codes);
}

/* 100 recipients fit (the limit of the test); the next gets 452, and the message is delivered to the 100. */
Test(message, too_many_recipients)
{
    struct play p;
    struct buffer in = {0}, codes = {0};
    play_init(&p);
    add_text(&in, EHLO MAIL);
    for (int i = 0; i < 101; i++)
        add_text(&in, RCPT);
    add_text(&in, "DATA\n.\n");
    play_octets(&p, buffer_bytes(&in));
    play_codes(&p, &codes);
    cr_expect_not_null(strstr(buffer_string(&codes), "250:2.1.5 452:4.5.3 354 250:2.6.0"), "%s", buffer_string(&codes));
    size_t commas = 0;
    for (const char *c = buffer_string(&p.delivered); *c; c++)
        commas += *c == ',';
    cr_expect_eq(commas, 99);
    play_free(&p);
    buffer_free(&in);
    buffer_free(&codes);
}

Test(message, cipher_is_named)
{
    struct play p;
    play_init(&p);
    p.config.context = &p;
    p.config.tls = true;
    struct session *s = session_new(&p.config);
    struct bytes in = BYTES("EHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<bob@example.test>\r\nDATA\r\n.\r\n");
    session_tls_cipher(s, "TLS_A_B");
    play_segment(&p, s, in);
    cr_expect_not_null(strstr(buffer_string(&p.received), "for <bob@example.test>\r\n\ttls TLS_A_B;\r\n\t"), "%s",
                       buffer_string(&p.received));
    session_free(s);
    play_free(&p);
}
