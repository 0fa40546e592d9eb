/* That some defects are visible, and only under their names; for all of them scripts/prove shows it. */
#include "play.h"

#include <signal.h>

#define EHLO   "EHLO client.test\n"
#define MAIL   "MAIL FROM:<carol@client.test>\n"
#define RCPT   "RCPT TO:<alice@example.test>\n"
#define PLAIN  "AUTH PLAIN AGFsaWNlAHNlY3JldA==\n"
#define SECURE EHLO "STARTTLS\n" TLS EHLO

enum judge { CODES, DELIVERED, EHLO_KEYWORD };

/* What is sent, and what is seen of a sound server and of the defective one: reply codes, what is delivered (LF as it
 * is), or whether the last EHLO reply has a keyword. '~' stands for a LF on its own. */
static const struct row {
    enum defect defect;
    const char *in;
    enum judge judge;
    const char *sound, *defective;
} rows[] = {
    {DEFECT_BARE_LF_ENDS_DATA, EHLO MAIL RCPT "DATA\na~.~NOOP\n.\n", CODES, "220 250 250 250 354 554",
     "220 250 250 250 354 250 250 500"},
    {DEFECT_LF_ENDS_DATA_AFTER_DOT, EHLO MAIL RCPT "DATA\na\n.~NOOP\n.\n", CODES, "220 250 250 250 354 554",
     "220 250 250 250 354 250 250 500"},
    {DEFECT_LF_ENDS_COMMAND, "NOOP~NOOP\n", CODES, "220 500", "220 250 250"},
    {DEFECT_STARTTLS_KEEPS_PLAINTEXT, EHLO "STARTTLS\nNOOP\n" TLS EHLO, CODES, "220 250 220 250",
     "220 250 220 250 250"},
    {DEFECT_STARTTLS_KEEPS_STATE, EHLO "STARTTLS\n" TLS MAIL, CODES, "220 250 220 503", "220 250 220 250"},
    {DEFECT_STARTTLS_OFFERED_AGAIN, SECURE, EHLO_KEYWORD, "no STARTTLS", "STARTTLS"},
    {DEFECT_RCPT_WITHOUT_MAIL, EHLO RCPT, CODES, "220 250 503", "220 250 250"},
    {DEFECT_DATA_WITHOUT_RECIPIENT, EHLO MAIL "DATA\n.\n", CODES, "220 250 250 503 500", "220 250 250 354 250"},
    {DEFECT_DOTS_STAY_STUFFED, EHLO MAIL RCPT "DATA\n..\n..a\nb\n.\n", DELIVERED, "<alice@example.test>~.\n.a\nb\n--~",
     "<alice@example.test>~..\n..a\nb\n--~"},
    {DEFECT_NO_REPLY_TO_NOOP, "NOOP\nRSET\n", CODES, "220 250 250", "220 250"},
    {DEFECT_WRONG_CODE_IN_MULTILINE, EHLO, CODES, "220 250", "220 BAD"},
    {DEFECT_LONG_REPLY_LINES, "NOOP\n", CODES, "220 250", "BAD BAD"},
    {DEFECT_BDAT_NOT_SWALLOWED, EHLO "BDAT 6\nNOOP\nRSET\n", CODES, "220 250 503 250", "220 250 503 250 250"},
    {DEFECT_BDAT_THEN_DATA, EHLO MAIL RCPT "BDAT 2\n\nDATA\n.\n", CODES, "220 250 250 250 250 503 500",
     "220 250 250 250 250 354 250"},
    {DEFECT_SIZE_IGNORED, EHLO "MAIL FROM:<a@b.test> SIZE=999999999\n", CODES, "220 250 552", "220 250 250"},
    {DEFECT_AUTH_TWICE, SECURE PLAIN PLAIN, CODES, "220 250 220 250 235 503", "220 250 220 250 235 235"},
    {DEFECT_AUTH_IN_TRANSACTION, SECURE MAIL PLAIN, CODES, "220 250 220 250 250 503", "220 250 220 250 250 235"},
    {DEFECT_AUTH_CANCEL_IGNORED, SECURE "AUTH LOGIN\n*\n", CODES, "220 250 220 250 334 501", "220 250 220 250 334 334"},
    {DEFECT_PLAIN_IN_CLEAR, EHLO PLAIN, CODES, "220 250 504", "220 250 235"},
    {DEFECT_TOKENS_IN_CLEAR, EHLO "AUTH OAUTHBEARER\n*\n", CODES, "220 250 504 500", "220 250 334 501"},
    {DEFECT_OPEN_RELAY, EHLO MAIL "RCPT TO:<a@elsewhere.test>\n", CODES, "220 250 250 550", "220 250 250 250"},
    {DEFECT_RSET_KEEPS_TRANSACTION, EHLO MAIL "RSET\n" RCPT, CODES, "220 250 250 250 503", "220 250 250 250 250"},
    {DEFECT_EHLO_KEEPS_TRANSACTION, EHLO MAIL EHLO RCPT, CODES, "220 250 250 250 503", "220 250 250 250 250"},
    {DEFECT_QUIT_CLOSES_SILENTLY, "QUIT\n", CODES, "220 221", "220"},
    {DEFECT_VRFY_CONFIRMS_ALL, "VRFY nobody\n", CODES, "220 550", "220 250"},
};

static void send_row(struct play *p, const struct row *row)
{
    struct buffer octets = {0};
    for (const char *c = row->in; *c; c++) {
        if (*c == '\n')
            buffer_add_octet(&octets, '\r');
        buffer_add_octet(&octets, (unsigned char)(*c == '~' ? '\n' : *c));
    }
    play_octets(p, buffer_bytes(&octets));
    buffer_free(&octets);
}

/* Delivered octets with '~' for LF alone, LF for CRLF. */
static void show_delivered(const struct play *p, struct buffer *out)
{
    struct bytes d = buffer_bytes(&p->delivered);
    for (size_t i = 0; i < d.len; i++)
        if (d.data[i] != '\r')
            buffer_add_octet(out, d.data[i] == '\n' && (i == 0 || d.data[i - 1] != '\r') ? '~' : d.data[i]);
}

static void show(const struct row *row, const struct play *p, struct buffer *out)
{
    struct keyword k;
    buffer_clear(out);
    switch (row->judge) {
    case CODES:
        play_codes(p, out);
        break;
    case DELIVERED:
        show_delivered(p, out);
        break;
    case EHLO_KEYWORD: {
        size_t tls = bytes_find(buffer_bytes(&p->out), BYTES("\r\n220"));
        bool there =
            ehlo_find(bytes_from(buffer_bytes(&p->out),
                                 bytes_find(bytes_from(buffer_bytes(&p->out), tls + 2), BYTES("250-")) + tls + 2),
                      BYTES("STARTTLS"), &k);
        buffer_add_string(out, there ? "STARTTLS" : "no STARTTLS");
        break;
    }
    }
}

static bool matches(const struct row *row, const char *expected, const char *found)
{
    return row->judge == CODES ? play_codes_match(expected, found) : !strcmp(expected, found);
}

Test(defect, each_is_visible)
{
    struct buffer found = {0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int on = 0; on < 2; on++) {
            struct play p;
            play_init(&p);
            p.config.defect = on ? rows[i].defect : DEFECT_NONE;
            send_row(&p, &rows[i]);
            show(&rows[i], &p, &found);
            const char *expected = on ? rows[i].defective : rows[i].sound;
            size_t count;
            cr_expect(matches(&rows[i], expected, buffer_string(&found)), "%s %s:\nexpected %s\nfound    %s",
                      defect_table(&count)[rows[i].defect - 1].name, on ? "on" : "off", expected,
                      buffer_string(&found));
            play_free(&p);
        }
    buffer_free(&found);
}

/* Found by its name: names are unique. */
Test(defect, is_found_by_name)
{
    size_t count;
    const struct defect_info *table = defect_table(&count);
    cr_expect_eq(count, DEFECT_COUNT - 1);
    for (size_t d = 1; d <= count; d++)
        cr_expect_eq(defect_find(bytes_string(table[d - 1].name)), (enum defect)d, "%s", table[d - 1].name);
    cr_expect_eq(defect_find(BYTES("no-such-defect")), DEFECT_NONE);
}

/* Bugs for campaigns: what they do to a session, and that a session without them goes on. */
static const struct planted {
    enum defect defect;
    const char *in, *sound, *defective;
} planted[] = {
    {DEFECT_HANG_LONG_VRFY, "VRFY aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\nNOOP\n",
     "220 550 250", "220 250"},
    {DEFECT_HANG_EMPTY_MESSAGE, EHLO MAIL RCPT "DATA\n.\nNOOP\n", "220 250 250 250 354 250 250",
     "220 250 250 250 354 250"},
    {DEFECT_HANG_RSET_IN_CHUNKS, EHLO MAIL RCPT "BDAT 2\n\nRSET\nNOOP\n", "220 250 250 250 250 250 250",
     "220 250 250 250 250 250"},
};

Test(defect, planted_silence)
{
    struct buffer found = {0};
    for (size_t i = 0; i < sizeof planted / sizeof *planted; i++)
        for (int on = 0; on < 2; on++) {
            struct play p;
            play_init(&p);
            p.config.defect = on ? planted[i].defect : DEFECT_NONE;
            send_row(&p, &(struct row){.in = planted[i].in});
            buffer_clear(&found);
            play_codes(&p, &found);
            const char *expected = on ? planted[i].defective : planted[i].sound;
            cr_expect(play_codes_match(expected, buffer_string(&found)), "%zu %s: expected %s, found %s", i,
                      on ? "on" : "off", expected, buffer_string(&found));
            play_free(&p);
        }
    buffer_free(&found);
}

static void crash(enum defect defect, const char *in)
{
    struct play p;
    play_init(&p);
    p.config.defect = defect;
    send_row(&p, &(struct row){.in = in});
    play_free(&p);
}

Test(defect, planted_quoted_pair, .signal = SIGABRT)
{
    crash(DEFECT_CRASH_QUOTED_PAIR, EHLO MAIL "RCPT TO:<\"a\\b\"@example.test>\n");
}

Test(defect, planted_empty_chunk, .signal = SIGABRT)
{
    crash(DEFECT_CRASH_EMPTY_CHUNK, EHLO MAIL RCPT "BDAT 2\n\nBDAT 0 LAST\n");
}

Test(defect, planted_second_cancel, .signal = SIGABRT)
{
    crash(DEFECT_CRASH_SECOND_CANCEL, SECURE "AUTH LOGIN\n*\nAUTH LOGIN\n*\n");
}

Test(defect, planted_crashes_need_their_input)
{
    crash(DEFECT_CRASH_QUOTED_PAIR, EHLO MAIL RCPT);
    crash(DEFECT_CRASH_EMPTY_CHUNK, EHLO MAIL RCPT "BDAT 0 LAST\n");
    crash(DEFECT_CRASH_SECOND_CANCEL, SECURE "AUTH LOGIN\n*\n");
    crash(DEFECT_CRASH_LONG_HELLO, EHLO);
}
