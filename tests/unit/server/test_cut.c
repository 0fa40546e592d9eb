/* Any cutting of the input gives the same output: each script whole, octet by octet, and at random places. */
#include "play.h"

#define EHLO "EHLO client.test\r\n"
#define MAIL "MAIL FROM:<carol@client.test>\r\n"
#define RCPT "RCPT TO:<alice@example.test>\r\n"

static const struct bytes scripts[] = {
    BYTES(EHLO MAIL RCPT "DATA\r\nA: b\r\n\r\n..\r\n.x\r\n\r\n.\r\nQUIT\r\n"),
    BYTES(EHLO MAIL RCPT "DATA\r\na\n.\r\nb\r.\rc\r\n.\nd\r\n.\r\r\n\r\r\n.\r\nNOOP\r\n"),
    BYTES(EHLO MAIL RCPT "DATA\r\n.\r\n" MAIL RCPT "DATA\r\n..\r\n.\r\n\r\nfoo\n\r\nNOOP\r\r\n"),
    BYTES(EHLO MAIL RCPT "BDAT 5\r\nA: b\rBDAT 0\r\nBDAT 7 LAST\r\n\n.\r\n\r\n.BDAT 3\r\nabcBDAT 2 x\r\nabNOOP\r\n"),
    BYTES(EHLO MAIL "RCPT TO:<nobody@example.test>\r\nBDAT 12 LAST\r\nQUIT\r\nQUIT\r\nBDAT\r\nRSET\r\n"),
    BYTES(EHLO "STARTTLS\r\nNOOP\r\nQUIT\r\n" TLS "RSET\r\n" EHLO "AUTH PLAIN\r\nAGFsaWNlAHNlY3JldA==\r\n" MAIL
               "RCPT TO:<x@elsewhere.test>\r\nDATA\r\n.\r\nSTARTTLS\r\nAUTH PLAIN\r\n"),
    BYTES(
        EHLO
        "AUTH CRAM-MD5\r\n*\r\nAUTH CRAM-MD5\r\nAA\nA=\r\nAUTH SCRAM-SHA-256 biwsbj1hbGljZSxyPWFiYw==\r\n\r\nNOOP\r\n"),
    BYTES("\r\n\r\r\n\n\r\n\0\r\nEHLO\nclient.test\r\nHELO client.test\r\nHELP\r\nVRFY alice\r\nQUIT\r\nNOOP\r\n"),
};

static void compare(struct bytes script, enum defect defect, bool lmtp, int cut, uint64_t seed)
{
    struct play whole, other;
    play_init(&whole);
    whole.config.defect = defect;
    whole.config.lmtp = lmtp;
    play_octets(&whole, script);
    play_init(&other);
    other.config.defect = defect;
    other.config.lmtp = lmtp;
    other.cut = cut;
    prng_seed(&other.prng, seed);
    play_octets(&other, script);
    cr_assert(bytes_equal(buffer_bytes(&whole.out), buffer_bytes(&other.out)),
              "cut %d, seed %d, defect %d:\n%s\n-- against whole --\n%s", cut, (int)seed, defect,
              buffer_string(&other.out), buffer_string(&whole.out));
    cr_assert(bytes_equal(buffer_bytes(&whole.delivered), buffer_bytes(&other.delivered)));
    play_free(&whole);
    play_free(&other);
}

/* These are about packets. */
static bool depends_on_packets(enum defect d)
{
    return d == DEFECT_ONE_REPLY_A_GROUP || d == DEFECT_ERROR_DROPS_INPUT || d == DEFECT_INPUT_BEHIND_DOT_LOST ||
           d == DEFECT_PARTIAL_LINE_LOST || d == DEFECT_CHUNK_IN_ONE_READ || d == DEFECT_PACKET_IS_A_COMMAND ||
           d == DEFECT_END_IN_ONE_PACKET || d == DEFECT_PIECES_LOST || d == DEFECT_PIECES_OF_DATA_ENDLESS;
}

Test(cut, scripts)
{
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++)
        for (int defect = 0; defect < DEFECT_COUNT; defect++) {
            size_t count;
            if (depends_on_packets((enum defect)defect))
                continue;
            if (defect && !defect_table(&count)[defect - 1].requirement)
                continue; /* it may crash */
            compare(scripts[i], (enum defect)defect, false, CUT_OCTETS, 1);
            for (uint64_t seed = 1; seed <= 2; seed++)
                compare(scripts[i], (enum defect)defect, seed % 2, CUT_RANDOM, seed);
        }
}

/* Lines around the limits, and messages around the size limit. */
Test(cut, limits)
{
    static const size_t lengths[] = {0, 1, 509, 510, 511, 2040, 2041, 2042, 2047, 2048, 9000, 70000};
    struct buffer script = {0};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
        for (size_t crs = 0; crs < 3; crs++) {
            buffer_clear(&script);
            buffer_add_string(&script, EHLO "NOOP ");
            buffer_add_repeated(&script, BYTES("a"), lengths[i]);
            buffer_add_repeated(&script, BYTES("\r"), crs);
            buffer_add_string(&script, "\r\nNOOP\r\n" MAIL RCPT "DATA\r\n");
            buffer_add_repeated(&script, BYTES("..23456789\r\n"), lengths[i]);
            buffer_add_string(&script, ".\r\nNOOP\r\nAUTH SCRAM-SHA-256\r\n");
            buffer_add_repeated(&script, BYTES("aaaa"), lengths[i]);
            buffer_add_string(&script, "\r\nNOOP\r\n");
            compare(buffer_bytes(&script), DEFECT_NONE, false, CUT_RANDOM, i + 1);
            if (lengths[i] < 5000)
                compare(buffer_bytes(&script), DEFECT_NONE, false, CUT_OCTETS, 1);
        }
    buffer_free(&script);
}

/* Words of the protocol in any order, cut in any way, and every reply well-formed. */
Test(cut, random_sessions)
{
    static const char *const words[] = {EHLO,
                                        "HELO a\r\n",
                                        MAIL,
                                        RCPT,
                                        "RCPT TO:<bob@example.test>\r\n",
                                        "RCPT TO:<nobody@example.test>\r\n",
                                        "DATA\r\n",
                                        "text\r\n",
                                        ".\r\n",
                                        "..\r\n",
                                        "\r\n",
                                        "\r",
                                        "\n",
                                        ".",
                                        "BDAT 10\r\n",
                                        "BDAT 3 LAST\r\n",
                                        "BDAT 0 LAST\r\n",
                                        "abc",
                                        "RSET\r\n",
                                        "NOOP\r\n",
                                        "QUIT\r\n",
                                        "STARTTLS\r\n",
                                        TLS,
                                        "AUTH PLAIN\r\n",
                                        "AUTH CRAM-MD5\r\n",
                                        "*\r\n",
                                        "AGFsaWNlAHNlY3JldA==\r\n",
                                        "MAIL FROM:<> SIZE=99999999\r\n",
                                        "VRFY alice\r\n",
                                        "HELP\r\n",
                                        "LHLO a\r\n",
                                        "\0",
                                        "\xff"};
    struct prng prng;
    struct buffer script = {0}, codes = {0};
    prng_seed(&prng, 42);
    for (uint64_t round = 0; round < 3000; round++) {
        buffer_clear(&script);
        for (uint64_t n = 1 + prng_below(&prng, 25); n > 0; n--)
            buffer_add_string(&script, words[prng_below(&prng, sizeof words / sizeof *words)]);
        bool lmtp = prng_below(&prng, 4) == 0;
        compare(buffer_bytes(&script), DEFECT_NONE, lmtp, round % 2 ? CUT_OCTETS : CUT_RANDOM, round);
        struct play p;
        play_init(&p);
        p.config.lmtp = lmtp;
        play_octets(&p, buffer_bytes(&script));
        play_codes(&p, &codes);
        cr_assert_null(strstr(buffer_string(&codes), "BAD"), "%s\n%s", buffer_string(&script), buffer_string(&p.out));
        play_free(&p);
    }
    buffer_free(&script);
    buffer_free(&codes);
}
