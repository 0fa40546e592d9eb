#include "play.h"

#define EHLO   "EHLO client.test\n"
#define MAIL   "MAIL FROM:<carol@client.test>\n"
#define RCPT   "RCPT TO:<alice@example.test>\n"
#define PLAIN  "AUTH PLAIN AGFsaWNlAHNlY3JldA==\n" /* \0alice\0secret */
#define SECURE EHLO "STARTTLS\n" TLS EHLO          /* 220 250 220 250 */
#define S64    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

struct row {
    const char *name;
    const char *in; /* LF stands for CRLF */
    const char *codes;
    const char *delivered; /* NULL: not looked at; LF stands for CRLF within the content */
};

static const struct row rows[] = {
    /* RFC 5321 */
    {"a message", EHLO MAIL RCPT "DATA\nA: b\n\ntext\n.\nQUIT\n", "220 250 250:2.1.0 250:2.1.5 354 250:2.6.0 221:2.0.0",
     "<alice@example.test>\nA: b\n\ntext\n--\n"},
    {"after HELO", "HELO client.test\n" MAIL RCPT "DATA\n.\n", "220 250 250 250 354 250", "<alice@example.test>\n--\n"},
    {"two recipients, one reply", EHLO MAIL RCPT "RCPT TO:<bob@example.test>\nDATA\nx\n.\n",
     "220 250 250 250 250 354 250", "<alice@example.test>,<bob@example.test>\nx\n--\n"},
    {"two messages", EHLO MAIL RCPT "DATA\n1\n.\n" MAIL RCPT "DATA\n2\n.\n", "220 250 250 250 354 250 250 250 354 250",
     "<alice@example.test>\n1\n--\n<alice@example.test>\n2\n--\n"},
    {"any case", "ehlo client.test\nmAIL fROM:<a@b.test>\nrcpt to:<ALICE@EXAMPLE.TEST>\ndata\n.\nquit\n",
     "220 250 250 250 354 250 221", NULL},
    {"trailing blanks", "EHLO client.test \t\nNOOP \nQUIT \n", "220 250 250 221", NULL},
    {"no verb", "\n \n123\n", "220 500 500 500", NULL},
    {"unknown and private verbs", "FOO\nXYZZY a\nGET / HTTP/1.1\n", "220 500:5.5.1 500:5.5.1 500:5.5.1", NULL},
    {"obsolete verbs", EHLO "TURN\nSEND FROM:<a@b.test>\nSOML FROM:<a@b.test>\nSAML FROM:<a@b.test>\nONEX\nBURL x:y\n",
     "220 250 502:5.5.1 502:5.5.1 502:5.5.1 502:5.5.1 502:5.5.1 502:5.5.1", NULL},
    {"XCLIENT is private", EHLO "XCLIENT ADDR=192.0.2.1\nXFORWARD NAME=a\n", "220 250 500 500", NULL},
    {"LHLO is not SMTP", "LHLO client.test\n", "220 500", NULL},
    {"bad HELO arguments", "EHLO\nHELO\nEHLO a b\nEHLO bad_name!\nEHLO [127.0.0.1]\nHELO client.test\n",
     "220 501:5.5.4 501 501 501 250 250", NULL},
    {"a refused EHLO changes nothing", EHLO MAIL "EHLO\n" RCPT, "220 250 250 501 250", NULL},
    {"mail before hello", MAIL RCPT "DATA\n" EHLO RCPT "DATA\n", "220 503:5.5.1 503 503 250 503 503", NULL},
    {"second MAIL", EHLO MAIL MAIL, "220 250 250 503:5.5.1", NULL},
    {"EHLO resets", EHLO MAIL RCPT EHLO RCPT MAIL, "220 250 250 250 250 503 250", NULL},
    {"HELO resets", EHLO MAIL RCPT "HELO client.test\n" RCPT MAIL, "220 250 250 250 250 503 250", NULL},
    {"RSET resets, and keeps the hello", EHLO MAIL RCPT "RSET\n" RCPT MAIL, "220 250 250 250 250:2.0.0 503 250", NULL},
    {"before any hello", "NOOP\nRSET\nHELP\nVRFY alice\nEXPN alice\nQUIT\n", "220 250 250 214 250 250 221", NULL},
    {"NOOP takes anything", "NOOP\nNOOP a b\nNOOP \"q\"\n", "220 250 250 250", NULL},
    {"no arguments", EHLO MAIL RCPT "RSET x\nDATA x\nQUIT x\nSTARTTLS x\nDATA\n.\n",
     "220 250 250 250 501 501 501 501 354 250", NULL},
    {"QUIT ends it", "QUIT\nNOOP\n", "220 221", NULL},
    {"QUIT in a transaction", EHLO MAIL RCPT "QUIT\n", "220 250 250 250 221", ""},
    {"DATA without recipients", EHLO MAIL "DATA\n" RCPT "DATA\n.\n", "220 250 250 503:5.5.1 250 354 250", NULL},
    {"DATA when all recipients were refused", EHLO MAIL "RCPT TO:<nobody@example.test>\nDATA\n",
     "220 250 250 550:5.1.1 503", NULL},
    {"recipients",
     EHLO MAIL "RCPT TO:<Postmaster>\nRCPT TO:<pOSTMASTER@example.test>\nRCPT TO:<\"alice\"@example.test>\n"
               "RCPT TO:<\"a\\lice\"@example.test>\nRCPT TO:<@a.test,@b.test:bob@example.test>\nRCPT "
               "TO:<alice@mx.example.test>\n",
     "220 250 250 250 250 250 250 250 250", NULL},
    {"refused recipients",
     EHLO MAIL
     "RCPT TO:<nobody@example.test>\nRCPT TO:<a@elsewhere.test>\n"
     "RCPT TO:<@example.test:a@elsewhere.test>\nRCPT TO:<a%elsewhere.test@example.test>\nRCPT TO:<alice>\nRCPT TO:<>\n"
     "RCPT TO:alice@example.test\nRCPT TO: <alice@example.test>\nRCPT\nRCPT FROM:<alice@example.test>\n",
     "220 250 250 550:5.1.1 550:5.7.1 550:5.7.1 550:5.1.1 501 501 501 501 501 501", NULL},
    {"a source route is left out", EHLO MAIL "RCPT TO:<@a.test:bob@example.test>\nDATA\n.\n", "220 250 250 250 354 250",
     "<bob@example.test>\n--\n"},
    {"null sender", EHLO "MAIL FROM:<>\n", "220 250 250", NULL},
    {"bad senders",
     EHLO "MAIL FROM:a@b.test\nMAIL FROM: <a@b.test>\nMAIL\nMAIL FROM:\nMAIL FROM:<a@>\nMAIL FROM:<a@b.test\n"
          "MAIL FROM:<a b@c.test>\nMAIL TO:<a@b.test>\n" MAIL,
     "220 250 501 501 501 501 501 501 501 501 250", NULL},
    {"local part of 64", EHLO "MAIL FROM:<" S64 "@b.test>\n", "220 250 250", NULL},
    {"dots", EHLO MAIL RCPT "DATA\n..\n.a\n...\n. \na.\n.\n", "220 250 250 250 354 250",
     "<alice@example.test>\n.\na\n..\n \na.\n--\n"},
    {"commands in the text", EHLO MAIL RCPT "DATA\nQUIT\nRSET\n.\nNOOP\n", "220 250 250 250 354 250 250",
     "<alice@example.test>\nQUIT\nRSET\n--\n"},
    {"VRFY",
     EHLO "VRFY alice\nVRFY <alice@example.test>\nVRFY Postmaster\nVRFY nobody\nVRFY a@elsewhere.test\nVRFY\nVRFY Jane "
          "Doe\n",
     "220 250 250:2.1.5 250 250 550:5.1.1 550:5.7.1 501 550", NULL},
    {"HELP", "HELP\nHELP MAIL\nHELP FOO\n", "220 214:2.0.0 214:2.0.0 504:5.5.4", NULL},
    /* Parameters */
    {"parameters need EHLO", "HELO client.test\nMAIL FROM:<a@b.test> SIZE=1\n", "220 250 555:5.5.4", NULL},
    {"unknown parameters", EHLO "MAIL FROM:<a@b.test> FOO=1\n" MAIL "RCPT TO:<alice@example.test> SIZE=1\n",
     "220 250 555:5.5.4 250 555:5.5.4", NULL},
    {"SIZE",
     EHLO
     "MAIL FROM:<a@b.test> SIZE=100000\nRSET\nMAIL FROM:<a@b.test> SIZE=0\nRSET\nMAIL FROM:<a@b.test> size=00005\n",
     "220 250 250 250 250 250 250", NULL},
    {"SIZE too large",
     EHLO "MAIL FROM:<a@b.test> SIZE=100001\nMAIL FROM:<a@b.test> SIZE=4294967296\n"
          "MAIL FROM:<a@b.test> SIZE=18446744073709551616\nMAIL FROM:<a@b.test> SIZE=18446744073709551620\n" RCPT,
     "220 250 552:5.3.4 552:5.3.4 552:5.3.4 552:5.3.4 503", NULL},
    {"SIZE malformed",
     EHLO "MAIL FROM:<a@b.test> SIZE\nMAIL FROM:<a@b.test> SIZE=\nMAIL FROM:<a@b.test> SIZE=-1\n"
          "MAIL FROM:<a@b.test> SIZE=abc\nMAIL FROM:<a@b.test> SIZE=1 SIZE=1\n",
     "220 250 501 501 501 501 501", NULL},
    {"BODY",
     EHLO "MAIL FROM:<a@b.test> BODY=7BIT\nRSET\nMAIL FROM:<a@b.test> body=8bitmime\nRSET\n"
          "MAIL FROM:<a@b.test> BODY=9BIT\nMAIL FROM:<a@b.test> BODY\n",
     "220 250 250 250 250 250 501 501", NULL},
    {"SMTPUTF8",
     EHLO "MAIL FROM:<\xc3\xa4@b.test> SMTPUTF8\nRCPT TO:<\xc3\xa4@example.test>\nRSET\n"
          "MAIL FROM:<\xc3\xa4@b.test>\n" MAIL
          "RCPT TO:<\xc3\xa4@example.test>\nRSET\nMAIL FROM:<a@b.test> SMTPUTF8=x\n"
          "MAIL FROM:<\xff@b.test> SMTPUTF8\n",
     "220 250 250 550:5.1.1 250 550:5.6.7 250 553:5.6.7 250 501 501", NULL},
    {"VRFY with SMTPUTF8", EHLO "VRFY \xc3\xa4 SMTPUTF8\nVRFY alice SMTPUTF8\n", "220 250 550 250", NULL},
    {"AUTH of MAIL",
     EHLO "MAIL FROM:<a@b.test> AUTH=<>\nRSET\nMAIL FROM:<a@b.test> AUTH=e+3Dmc2@b.test\nRSET\n"
          "MAIL FROM:<a@b.test> AUTH=a+zz@b.test\nMAIL FROM:<a@b.test> AUTH=nobody\nMAIL FROM:<a@b.test> AUTH\n",
     "220 250 250 250 250 250 501 501 501", NULL},
    {"RET and ENVID",
     EHLO "MAIL FROM:<a@b.test> RET=FULL ENVID=QQ+2B1\nRSET\nMAIL FROM:<a@b.test> ret=hdrs\nRSET\n"
          "MAIL FROM:<a@b.test> RET=SOME\nMAIL FROM:<a@b.test> RET=FULL RET=FULL\nMAIL FROM:<a@b.test> ENVID=a+0\n"
          "MAIL FROM:<a@b.test> ENVID=+07\nMAIL FROM:<a@b.test> ENVID=" S64 S64 "\n",
     "220 250 250 250 250 250 501 501 501 501 501", NULL},
    {"NOTIFY and ORCPT",
     EHLO MAIL
     "RCPT TO:<alice@example.test> NOTIFY=NEVER\nRCPT TO:<alice@example.test> NOTIFY=success,DELAY\n"
     "RCPT TO:<alice@example.test> ORCPT=rfc822;a+2Bb@c.test\nRCPT TO:<alice@example.test> NOTIFY=NEVER,DELAY\n"
     "RCPT TO:<alice@example.test> NOTIFY=\nRCPT TO:<alice@example.test> NOTIFY=DELAY,\nRCPT TO:<alice@example.test> "
     "NOTIFY=SOON\n"
     "RCPT TO:<alice@example.test> ORCPT=a@b.test\nRCPT TO:<alice@example.test> ORCPT=rfc822;\nRCPT "
     "TO:<alice@example.test> ORCPT=rfc822;a+2b\n"
     "RCPT TO:<alice@example.test> NOTIFY=DELAY NOTIFY=DELAY\n",
     "220 250 250 250 250 250 501 501 501 501 501 501 501 501", NULL},
    /* CHUNKING */
    {"BDAT", EHLO MAIL RCPT "BDAT 3\na\nBDAT 0\nBDAT 4 LAST\nb.\nNOOP\n", "220 250 250 250 250:2.0.0 250 250:2.6.0 250",
     "<alice@example.test>\na\nb.\n--\n"},
    {"BDAT LAST with nothing", EHLO MAIL RCPT "BDAT 4\nab\nBDAT 0 LAST\n", "220 250 250 250 250 250",
     "<alice@example.test>\nab\n--\n"},
    {"BDAT, any case, zeros", EHLO MAIL RCPT "bdat 0003 last\na\n", "220 250 250 250 250",
     "<alice@example.test>\na\n--\n"},
    {"dots and ends of data are plain in BDAT", EHLO MAIL RCPT "BDAT 9 LAST\n.\n..\n.\nNOOP\n",
     "220 250 250 250 250 500", NULL},
    {"BDAT before MAIL is swallowed", EHLO "BDAT 6\nQUIT\nNOOP\n", "220 250 503 250", ""},
    {"BDAT before EHLO is swallowed", "BDAT 6\nQUIT\nHELO client.test\nBDAT 6\nQUIT\nNOOP\n", "220 503 250 503 250",
     NULL},
    {"BDAT without recipients is swallowed",
     EHLO MAIL "RCPT TO:<nobody@example.test>\nBDAT 6\nQUIT\nBDAT 6 LAST\nQUIT\nRSET\nNOOP\n",
     "220 250 250 550 503 503 250 250", ""},
    {"BDAT with a wrong end is swallowed", EHLO MAIL RCPT "BDAT 6 FIRST\nQUIT\n" RCPT "RSET\n",
     "220 250 250 250 501 503 250", ""},
    {"BDAT without a number", EHLO MAIL RCPT "BDAT\nRSET\nBDAT x\nBDAT -1\nBDAT 5X\n",
     "220 250 250 250 501 250 501 501 501", NULL},
    {"BDAT too big is swallowed", EHLO "MAIL FROM:<a@b.test> SIZE=10\n" RCPT "BDAT 100001\n", "220 250 250 250", ""},
    {"BDAT beyond 2^64", EHLO MAIL RCPT "BDAT 18446744073709551616\nQUIT\n", "220 250 250 250 552:5.3.4", ""},
    {"BDAT after LAST", EHLO MAIL RCPT "BDAT 3 LAST\na\nBDAT 6 LAST\nQUIT\n", "220 250 250 250 250 503",
     "<alice@example.test>\na\n--\n"},
    {"DATA after BDAT", EHLO MAIL RCPT "BDAT 3\na\nDATA\nBDAT 3 LAST\na\nRSET\n" MAIL RCPT "DATA\nx\n.\n",
     "220 250 250 250 250 503 503 250 250 250 354 250", "<alice@example.test>\nx\n--\n"},
    {"RSET between chunks", EHLO MAIL RCPT "BDAT 3\na\nRSET\n" MAIL RCPT "BDAT 3 LAST\nb\n",
     "220 250 250 250 250 250 250 250 250", "<alice@example.test>\nb\n--\n"},
    {"RCPT after BDAT", EHLO MAIL RCPT "BDAT 3\na\n" RCPT "BDAT 0 LAST\n", "220 250 250 250 250 503 250", NULL},
    {"BINARYMIME",
     EHLO "MAIL FROM:<a@b.test> BODY=BINARYMIME\n" RCPT "DATA\nRSET\nMAIL FROM:<a@b.test> BODY=BINARYMIME\n" RCPT
          "BDAT 3 LAST\na\n",
     "220 250 250 250 503 250 250 250 250", NULL},
    /* STARTTLS */
    {"STARTTLS", EHLO "STARTTLS\n" TLS "EHLO client.test\nSTARTTLS\nNOOP\n", "220 250 220 250 503 250", NULL},
    {"STARTTLS needs EHLO", "STARTTLS\nHELO client.test\nSTARTTLS\n", "220 503 250 503", NULL},
    {"STARTTLS forgets all", EHLO MAIL RCPT "STARTTLS\n" TLS "DATA\n" MAIL EHLO RCPT,
     "220 250 250 250 220 503 503 250 503", NULL},
    {"STARTTLS forgets who logged in", EHLO "AUTH CRAM-MD5\n*\nSTARTTLS\n" TLS EHLO PLAIN "NOOP\n",
     "220 250 334 501 220 250 235 250", NULL},
    {"plaintext behind STARTTLS is dropped", EHLO "STARTTLS\nNOOP\nRSET\n" TLS "NOOP\n", "220 250 220 250", NULL},
    /* AUTH */
    {"AUTH", SECURE PLAIN PLAIN "NOOP\n", "220 250 220 250 235:2.7.0 503:5.5.1 250", NULL},
    {"AUTH in two steps", SECURE "AUTH PLAIN\nAGFsaWNlAHNlY3JldA==\n", "220 250 220 250 334 235", NULL},
    {"AUTH LOGIN", SECURE "AUTH LOGIN\nYWxpY2U=\nc2VjcmV0\n", "220 250 220 250 334 334 235", NULL},
    {"wrong password, unknown user",
     SECURE "AUTH PLAIN AGFsaWNlAHdyb25n\nAUTH PLAIN AGJvYgBzZWNyZXQ=\nAUTH LOGIN\nYWxpY2U=\nd3Jvbmc=\n",
     "220 250 220 250 535:5.7.8 535:5.7.8 334 334 535:5.7.8", NULL},
    {"no passwords in clear", EHLO PLAIN "AUTH LOGIN\nAUTH XOAUTH2\nAUTH OAUTHBEARER\n",
     "220 250 504:5.5.4 504 504 504", NULL},
    {"AUTH malformed",
     SECURE "AUTH\nAUTH FOO\nAUTH PLAIN ====\nAUTH PLAIN AAA=BBB\nAUTH PLAIN\nnot base64\nAUTH PLAIN\n=\nAUTH PLAIN "
            "=\nAUTH PLAIN YWxpY2U=\n",
     "220 250 220 250 501:5.5.4 504:5.5.4 501:5.5.2 501:5.5.2 334 501:5.5.2 334 501 501 501", NULL},
    {"AUTH cancelled", SECURE "AUTH PLAIN\n*\nAUTH LOGIN\n*\nAUTH CRAM-MD5\n*\nNOOP\n",
     "220 250 220 250 334 501 334 501 334 501 250", NULL},
    {"the server begins", SECURE "AUTH CRAM-MD5 YWxpY2U=\nAUTH LOGIN YWxpY2U=\nAUTH CRAM-MD5 =\n",
     "220 250 220 250 501:5.7.0 501:5.7.0 501:5.7.0", NULL},
    {"AUTH out of order", SECURE MAIL PLAIN "RSET\n" PLAIN, "220 250 220 250 250 503 250 235", NULL},
    {"AUTH needs EHLO", "AUTH CRAM-MD5\nHELO client.test\nAUTH CRAM-MD5\n", "220 503 250 503", NULL},
    {"relaying", SECURE PLAIN MAIL "RCPT TO:<a@elsewhere.test>\nDATA\nx\n.\n", "220 250 220 250 235 250 250 354 250",
     "<a@elsewhere.test>\nx\n--\n"},
    /* DELIVERBY, MT-PRIORITY, REQUIRETLS */
    {"BY",
     EHLO "MAIL FROM:<a@b.test> BY=86400;N\nRSET\nMAIL FROM:<a@b.test> BY=+999999999;rt\nRSET\n"
          "MAIL FROM:<a@b.test> BY=-10;NT\nRSET\nMAIL FROM:<a@b.test> BY=0;R\nMAIL FROM:<a@b.test> BY=-1;R\n"
          "MAIL FROM:<a@b.test> BY=1000000000;N\nMAIL FROM:<a@b.test> BY=1;X\nMAIL FROM:<a@b.test> BY=1\n"
          "MAIL FROM:<a@b.test> BY=--1;N\nMAIL FROM:<a@b.test> BY=;N\n",
     "220 250 250 250 250 250 250 250 501:5.5.4 501 501 501 501 501 501", NULL},
    {"MT-PRIORITY from a stranger is at most normal",
     EHLO "MAIL FROM:<a@b.test> MT-PRIORITY=9\nRSET\nMAIL FROM:<a@b.test> MT-PRIORITY=-9\nRSET\n"
          "MAIL FROM:<a@b.test> MT-PRIORITY=0\n",
     "220 250 250:2.3.6 250 250:2.1.0 250 250:2.1.0", NULL},
    {"MT-PRIORITY after a login", SECURE PLAIN "MAIL FROM:<a@b.test> mt-priority=9\n", "220 250 220 250 235 250:2.1.0",
     NULL},
    {"bad MT-PRIORITY",
     EHLO "MAIL FROM:<a@b.test> MT-PRIORITY=10\nMAIL FROM:<a@b.test> MT-PRIORITY=-0\n"
          "MAIL FROM:<a@b.test> MT-PRIORITY=+1\nMAIL FROM:<a@b.test> MT-PRIORITY=-\n"
          "MAIL FROM:<a@b.test> MT-PRIORITY\nMAIL FROM:<a@b.test> MT-PRIORITY=1 MT-PRIORITY=2\n",
     "220 250 501 501 501 501 501 501", NULL},
    {"REQUIRETLS within TLS alone",
     EHLO "MAIL FROM:<a@b.test> REQUIRETLS\nSTARTTLS\n" TLS EHLO
          "MAIL FROM:<a@b.test> REQUIRETLS=YES\nMAIL FROM:<a@b.test> requiretls\n",
     "220 250 555:5.5.4 220 250 501 250", NULL},
    {"SIZE has twenty digits at most",
     EHLO "MAIL FROM:<a@b.test> SIZE=00000000000000000001\nRSET\n"
          "MAIL FROM:<a@b.test> SIZE=000000000000000000001\n",
     "220 250 250 250 501", NULL},

    /* ETRN, ATRN */
    {"ETRN",
     EHLO "ETRN example.test\nETRN @example.test\nETRN elsewhere.test\nETRN #queue\nETRN\nETRN -\n" MAIL
          "ETRN example.test\n",
     "220 250 251:2.0.0 251 459:4.7.1 458:4.3.0 501 501 250 503", NULL},
    {"ATRN",
     SECURE "ATRN\nATRN -\n" PLAIN
            "ATRN\nATRN example.test\nATRN elsewhere.test\nATRN example.test,elsewhere.test\nATRN -\n" MAIL "ATRN\n",
     "220 250 220 250 530:5.7.0 530 235 453 453 450 450 501 250 503", NULL},
};

Test(session, table)
{
    struct buffer codes = {0}, wanted = {0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct play p;
        play_init(&p);
        play_text(&p, rows[i].in);
        play_codes(&p, &codes);
        cr_expect(play_codes_match(rows[i].codes, buffer_string(&codes)), "%s:\nexpected %s\nfound    %s", rows[i].name,
                  rows[i].codes, buffer_string(&codes));
        if (rows[i].delivered) {
            /* The line of recipients and "--" end with LF alone. */
            buffer_clear(&wanted);
            bool content = false;
            for (const char *c = rows[i].delivered; *c; c++) {
                bool end = content && !strncmp(c, "--\n", 3);
                if (end)
                    content = false;
                if (*c == '\n' && content)
                    buffer_add_octet(&wanted, '\r');
                buffer_add_octet(&wanted, (unsigned char)*c);
                if (*c == '\n' && !content)
                    content = c[-1] != '-' || c[-2] != '-';
            }
            cr_expect(bytes_equal(buffer_bytes(&wanted), buffer_bytes(&p.delivered)), "%s: delivered %s", rows[i].name,
                      buffer_string(&p.delivered));
        }
        play_free(&p);
    }
    buffer_free(&codes);
    buffer_free(&wanted);
}

/* Octets as they are; only CRLF is a line end. */
static const struct raw_row {
    const char *name;
    struct bytes in; /* behind EHLO, MAIL, RCPT */
    const char *codes;
    size_t deliveries;
} raw_rows[] = {
    {"LF ends no command", BYTES("NOOP\nNOOP\r\n"), "500:5.5.2", 0},
    {"CR ends no command", BYTES("NOOP\rNOOP\r\n"), "500:5.5.2", 0},
    {"CR CR LF", BYTES("NOOP\r\r\n"), "500:5.5.2", 0},
    {"NUL in a command", BYTES("NOOP \0\r\nNOOP\0\r\n"), "501 500", 0},
    {"LF . LF", BYTES("DATA\r\na\n.\nb\r\n.\r\n"), "354 554:5.6.0", 0},
    {"LF . CRLF", BYTES("DATA\r\na\n.\r\nb\r\n.\r\n"), "354 554:5.6.0", 0},
    {"CRLF . LF", BYTES("DATA\r\na\r\n.\nb\r\n.\r\n"), "354 554:5.6.0", 0},
    {"CR . CR", BYTES("DATA\r\na\r.\rb\r\n.\r\n"), "354 554:5.6.0", 0},
    {"CR . CRLF", BYTES("DATA\r\na\r.\r\nb\r\n.\r\n"), "354 554:5.6.0", 0},
    {"CRLF . CR", BYTES("DATA\r\na\r\n.\rb\r\n.\r\n"), "354 554:5.6.0", 0},
    {"CRLF . CR CRLF", BYTES("DATA\r\na\r\n.\r\r\nb\r\n.\r\n"), "354 554:5.6.0", 0},
    {"CR CRLF . CRLF", BYTES("DATA\r\na\r\r\n.\r\n"), "354 554:5.6.0", 0},
    {"CRLF NUL . CRLF", BYTES("DATA\r\na\r\n\0.\r\nb\r\n.\r\n"), "354 250", 1},
    {"CRLF . NUL CRLF", BYTES("DATA\r\na\r\n.\0\r\nb\r\n.\r\n"), "354 250", 1},
    {"CRLF . CRLF", BYTES("DATA\r\na\r\n.\r\nNOOP\r\n"), "354 250 250", 1},
    {"a lone LF at the start", BYTES("DATA\r\n\n.\r\nb\r\n.\r\n"), "354 554", 0},
    {"8 bits", BYTES("DATA\r\n\x80\xff\r\n.\r\n"), "354 250", 1},
    {"a smuggled message",
     BYTES("DATA\r\na\r\n.\nMAIL FROM:<x@y.test>\r\nRCPT TO:<alice@example.test>\r\nDATA\r\nb\r\n.\r\n"), "354 554", 0},
    {"BDAT keeps what stands alone", BYTES("BDAT 6 LAST\r\na\n.\n\r\r"), "250", 1},
};

Test(session, line_ends)
{
    struct buffer codes = {0}, in = {0};
    for (size_t i = 0; i < sizeof raw_rows / sizeof *raw_rows; i++) {
        struct play p;
        play_init(&p);
        buffer_clear(&in);
        buffer_add_string(&in, "EHLO client.test\r\nMAIL FROM:<carol@client.test>\r\nRCPT TO:<alice@example.test>\r\n");
        buffer_add(&in, raw_rows[i].in);
        play_octets(&p, buffer_bytes(&in));
        play_codes(&p, &codes);
        char wanted[200];
        snprintf(wanted, sizeof wanted, "220 250 250 250 %s", raw_rows[i].codes);
        cr_expect(play_codes_match(wanted, buffer_string(&codes)), "%s: expected %s, found %s", raw_rows[i].name,
                  wanted, buffer_string(&codes));
        cr_expect(p.deliveries == raw_rows[i].deliveries, "%s: %zu delivered", raw_rows[i].name, p.deliveries);
        play_free(&p);
    }
    buffer_free(&codes);
    buffer_free(&in);
}

static const struct row lmtp_rows[] = {
    {"LHLO only", "HELO client.test\nEHLO client.test\nEHLO\nLHLO\nLHLO client.test\n", "220 500 500 500 501 250",
     NULL},
    {"a reply for each recipient",
     "LHLO client.test\n" MAIL RCPT "RCPT TO:<nobody@example.test>\nRCPT TO:<bob@example.test>\n" RCPT
     "DATA\nx\n.\nNOOP\n",
     "220 250 250 250 550 250 250 354 250 250 250 250",
     "<alice@example.test>\nx\n--\n<bob@example.test>\nx\n--\n<alice@example.test>\nx\n--\n"},
    {"no recipients", "LHLO client.test\n" MAIL "DATA\n", "220 250 250 503", NULL},
    {"BDAT", "LHLO client.test\n" MAIL RCPT "RCPT TO:<bob@example.test>\nBDAT 3\na\nBDAT 0 LAST\nNOOP\n",
     "220 250 250 250 250 250 250 250 250", NULL},
    {"BDAT LAST without recipients says nothing", "LHLO client.test\n" MAIL "BDAT 3 LAST\na\nNOOP\n", "220 250 250 250",
     NULL},
    {"no queues to turn", "LHLO client.test\nETRN example.test\nATRN\n", "220 250 502 502", NULL},
};

Test(session, lmtp)
{
    struct buffer codes = {0};
    for (size_t i = 0; i < sizeof lmtp_rows / sizeof *lmtp_rows; i++) {
        struct play p;
        play_init(&p);
        p.config.lmtp = true;
        play_text(&p, lmtp_rows[i].in);
        play_codes(&p, &codes);
        cr_expect(play_codes_match(lmtp_rows[i].codes, buffer_string(&codes)), "%s:\nexpected %s\nfound    %s",
                  lmtp_rows[i].name, lmtp_rows[i].codes, buffer_string(&codes));
        play_free(&p);
    }
    buffer_free(&codes);
}

static const struct {
    enum delivery_status store;
    bool lmtp;
    const char *codes;
} failures[] = {
    {DELIVERY_LATER, false, "220 250 250 250 250 354 451:4.3.0"},
    {DELIVERY_NO_ROOM, false, "220 250 250 250 250 354 452:4.3.1"},
    {DELIVERY_LATER, true, "220 250 250 250 250 354 451:4.3.0 451:4.3.0"},
};

Test(session, delivery_fails)
{
    struct buffer codes = {0};
    for (size_t i = 0; i < sizeof failures / sizeof *failures; i++) {
        struct play p;
        play_init(&p);
        p.store = failures[i].store;
        p.config.lmtp = failures[i].lmtp;
        play_text(&p, p.config.lmtp ? "LHLO client.test\n" MAIL RCPT RCPT "DATA\nx\n.\n"
                                    : EHLO MAIL RCPT RCPT "DATA\nx\n.\n");
        play_codes(&p, &codes);
        cr_expect(play_codes_match(failures[i].codes, buffer_string(&codes)), "%s", buffer_string(&codes));
        play_free(&p);
    }
    buffer_free(&codes);
}

static const struct {
    const char *in;
    bool lmtp;
    const char *protocol;
} traces[] = {
    {"HELO client.test\n" MAIL RCPT "DATA\n.\n", false, " with SMTP id "},
    {EHLO MAIL RCPT "DATA\n.\n", false, " with ESMTP id "},
    {SECURE MAIL RCPT "DATA\n.\n", false, " with ESMTPS id "},
    {SECURE PLAIN MAIL RCPT "DATA\n.\n", false, " with ESMTPSA id "},
    {EHLO "MAIL FROM:<a@b.test> SMTPUTF8\n" RCPT "DATA\n.\n", false, " with UTF8SMTP id "},
    {SECURE "MAIL FROM:<a@b.test> SMTPUTF8\n" RCPT "DATA\n.\n", false, " with UTF8SMTPS id "},
    {"LHLO client.test\n" MAIL RCPT "DATA\n.\n", true, " with LMTP id "},
};

Test(session, trace)
{
    for (size_t i = 0; i < sizeof traces / sizeof *traces; i++) {
        struct play p;
        play_init(&p);
        p.config.lmtp = traces[i].lmtp;
        play_text(&p, traces[i].in);
        const char *text = buffer_string(&p.received);
        cr_expect_not_null(strstr(text, traces[i].protocol), "%s", text);
        cr_expect(!strncmp(text, "Return-Path: <", 14), "%s", text);
        cr_expect_not_null(strstr(text, "\r\nReceived: from client.test ([192.0.2.1])\r\n\tby mx.example.test with "),
                           "%s", text);
        cr_expect_not_null(strstr(text, "\r\n\tfor <alice@example.test>;\r\n\tThu, 01 Jan 1970 00:00:00 +0000\r\n"),
                           "%s", text);
        play_free(&p);
    }
}

Test(session, for_clause_names_nobody_else)
{
    struct play p;
    play_init(&p);
    play_text(&p, EHLO MAIL RCPT "RCPT TO:<bob@example.test>\nDATA\n.\n");
    cr_expect_null(strstr(buffer_string(&p.received), "for <"));
    play_free(&p);
}

Test(session, ehlo_reply)
{
    static const struct {
        const char *in;
        const char *keyword, *parameters; /* NULL: must not be there */
    } wanted[] = {
        {EHLO, "SIZE", "100000"},
        {EHLO, "PIPELINING", ""},
        {EHLO, "8BITMIME", ""},
        {EHLO, "SMTPUTF8", ""},
        {EHLO, "CHUNKING", ""},
        {EHLO, "BINARYMIME", ""},
        {EHLO, "DSN", ""},
        {EHLO, "STARTTLS", ""},
        {EHLO, "ENHANCEDSTATUSCODES", ""},
        {EHLO, "AUTH", "CRAM-MD5 SCRAM-SHA-256"},
        {SECURE, "STARTTLS", NULL},
        {SECURE, "AUTH", "PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256 XOAUTH2 OAUTHBEARER"},
        {EHLO, "ETRN", ""},
        {EHLO, "ATRN", ""},
        {EHLO, "EXPN", ""},
        {EHLO, "HELP", ""},
        {EHLO, "BURL", NULL},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        struct play p;
        struct keyword k;
        play_init(&p);
        play_text(&p, wanted[i].in);
        /* The last reply is the one that counts. */
        size_t at = 0;
        for (size_t found; (found = bytes_find(bytes_from(buffer_bytes(&p.out), at), BYTES("250-mx"))) != BYTES_NONE;)
            at += found + 1;
        bool there = ehlo_find(bytes_from(buffer_bytes(&p.out), at - 1), bytes_string(wanted[i].keyword), &k);
        cr_expect(there == (wanted[i].parameters != NULL), "%s", wanted[i].keyword);
        if (there && wanted[i].parameters)
            cr_expect(bytes_equal(k.parameters, bytes_string(wanted[i].parameters)), "%s: %.*s", wanted[i].keyword,
                      BYTES_ARG(k.parameters));
        play_free(&p);
    }
}

Test(session, ends_with_421)
{
    struct play p;
    struct buffer codes = {0};
    play_init(&p);
    p.config.context = &p;
    struct session *s = session_new(&p.config);
    session_end(s, "4.4.2", "waited too long", &p.out);
    size_t used;
    cr_expect_eq(session_feed(s, BYTES("NOOP\r\n"), &used, &p.out), SESSION_CLOSE);
    play_codes(&p, &codes);
    cr_expect_str_eq(buffer_string(&codes), "421:4.4.2");
    cr_expect_not_null(strstr(buffer_string(&p.out), "421 4.4.2 mx.example.test "));
    session_free(s);
    buffer_free(&codes);
    play_free(&p);
}
