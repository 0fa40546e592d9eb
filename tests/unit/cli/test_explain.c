/* `smtpspec explain`: what is understood, what is said of it, and that nothing hostile comes through. */
#include "explain.h"
#include "explain_text.h"

#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Each word of `wanted`, parted by "|", stands in `text` in that order. */
static void holds(const char *what, const char *text, const char *wanted)
{
    char piece[200];
    for (const char *at = text; *wanted;) {
        size_t len = strcspn(wanted, "|");
        snprintf(piece, sizeof piece, "%.*s", (int)len, wanted);
        const char *found = strstr(at, piece);
        cr_expect_not_null(found, "%s: '%s' is missing in:\n%s", what, piece, at);
        if (!found)
            return;
        at = found + strlen(piece);
        wanted += len + (wanted[len] == '|');
    }
}

static const char *flat(struct buffer *b)
{
    /* Wrapped lines become one, so that tests do not hang on where they break. */
    size_t to = 0;
    for (size_t i = 0; i < b->len; i++) {
        bool blank = b->data[i] == ' ' || b->data[i] == '\n';
        if (!blank || (to > 0 && b->data[to - 1] != ' '))
            b->data[to++] = blank ? ' ' : b->data[i];
    }
    b->len = to;
    b->data[to] = 0;
    return buffer_string(b);
}

Test(explain, replies)
{
    static const struct {
        const char *raw;
        enum verb to;
        bool brief;
        const char *wanted;
    } table[] = {
        {"550\r\n", VERB_UNKNOWN, false,
         "550|mailbox is not available|RFC 5321 section 4.2.3|permanent|do|stop sending"},
        {"450 4.7.1 later\r\n", VERB_RCPT, false, "450 4.7.1 later|4.7.1|RFC 3463|greylisting|do|Temporary"},
        {"451 4.3.0 x\r\n", VERB_RCPT, false, "451|on the server's side|4.3.0|do Temporary"},
        {"550 5.7.26 x\r\n", VERB_UNKNOWN, false, "5.7.26|more than one check|RFC 7372|do Change what is wrong"},
        {"599 x\r\n", VERB_UNKNOWN, false,
         "not a registered code|permanent failure|nothing known|do Change what is wrong"},
        {"441 x\r\n", VERB_UNKNOWN, false, "not a registered code|temporary failure|do Temporary"},
        {"650 x\r\n", VERB_UNKNOWN, false, "no SMTP reply code|fatal|odd"},
        {"250 5.1.0 x\r\n", VERB_UNKNOWN, false, "odd class of the enhanced code and first digit"},
        {"550-5.1.1 a\r\n551 b\r\n", VERB_UNKNOWN, false,
         "550-5.1.1 a|551 b|odd lines of one reply carry different codes"},
        {"hello\r\n", VERB_UNKNOWN, false, "hello|no reply|three digits"},
        {"250 2.1.5 ok\r\n", VERB_RCPT, true, "250 success: done|2.1.5: the recipient's address is good"},
        {"250 x\r\n", VERB_DATA, true, "success: the server has taken responsibility"},
        {"354 x\r\n", VERB_DATA, true, "so far accepted: send the message now"},
        {"250-a\r\n250-SIZE 9\r\n250-AUTH=LOGIN\r\n250 XNEW\r\n", VERB_EHLO, false,
         "SIZE The size of a message|RFC 1870|AUTH= Logging in|RFC 4954|XNEW not a registered keyword"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct buffer out = {0};
        struct explain_view view = {.to = table[i].to, .brief = table[i].brief};
        explain_reply(&out, bytes_string(table[i].raw), &view);
        holds(table[i].raw, flat(&out), table[i].wanted);
        buffer_free(&out);
    }
}

Test(explain, greylisting_is_not_guessed_against_the_server)
{
    struct buffer out = {0};
    explain_reply(&out, BYTES("451 4.3.0 disk\r\n"), &(struct explain_view){.to = VERB_RCPT});
    cr_expect_null(strstr(buffer_string(&out), "greylisting"));
    buffer_free(&out);
}

Test(explain, names)
{
    static const struct {
        const char *name, *wanted; /* NULL: unknown */
    } table[] = {
        {"bdat", "BDAT, a command|syntax BDAT SP size|example|success 250|failure|503|offered by CHUNKING|RFC 3030"},
        {"Chunking", "CHUNKING, an extension|command BDAT SP size|source RFC 3030"},
        {"RET", "RET, a parameter of MAIL|FULL / HDRS|offered by DSN|RFC 3461"},
        {"SIZE", "SIZE, an extension|parameter MAIL ... SIZE=|SIZE, a parameter of MAIL"},
        {"AUTH", "AUTH, a command|334|235|535|AUTH, an extension|AUTH, a parameter"},
        {"DSN", "DSN, an extension|MAIL ... RET=|RCPT ... ORCPT="},
        {"XYZZY", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct buffer out = {0};
        bool ok = explain_name(&out, bytes_string(table[i].name));
        cr_expect_eq(ok, table[i].wanted != NULL, "%s", table[i].name);
        if (ok && table[i].wanted)
            holds(table[i].name, flat(&out), table[i].wanted);
        buffer_free(&out);
    }
    cr_expect_str_eq(explain_nearest(BYTES("CHUNKNIG")), "CHUNKING");
    cr_expect_null(explain_nearest(BYTES("absolutely")));
}

Test(explain, commands)
{
    static const struct {
        const char *line, *wanted;
    } table[] = {
        {"MAIL FROM:<a@b> SIZE=5 X=1", "syntax good|mailbox a@b|SIZE 5 [|RFC 1870|X 1"},
        {"MAIL FROM:<a@b> SIZE=", "the syntax is wrong|^ expected a value behind '='"},
        {"RCPT TO:<@a:b@c>", "syntax good|source route @a|mailbox b@c"},
        {"EHLO [1.2.3.4]", "domain [1.2.3.4]"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct buffer out = {0};
        cr_expect(explain_command(&out, bytes_string(table[i].line)));
        holds(table[i].line, flat(&out), table[i].wanted);
        buffer_free(&out);
    }
    struct buffer out = {0};
    cr_expect_not(explain_command(&out, BYTES("hello world")));
    buffer_free(&out);
}

/* The mark stands under the octet that is wrong, also when octets before it are shown as four characters. */
Test(explain, the_mark_is_at_the_mistake)
{
    struct buffer out = {0};
    cr_expect(explain_command(&out, BYTES("MAIL FROM:<\"\xc3\xbc\"@b_c>")));
    const char *shown = strstr(buffer_string(&out), "MAIL FROM:"), *mark = strstr(buffer_string(&out), "^");
    cr_assert(shown && mark);
    const char *line = mark;
    while (line[-1] != '\n')
        line--;
    cr_expect_eq(shown[mark - line - 2], '_', "%s", buffer_string(&out));
    buffer_free(&out);
}

#define SESSION_END "|In short: 550 5.1.1 RCPT TO:<x@y>: Permanent"

static const struct {
    const char *what, *log, *wanted; /* wanted NULL: nothing is understood */
} logs[] = {
    {"our transcript",
     "       0.1 ms      -- connected: 127.0.0.1:25\n"
     "       0.2 ms      S: 220 x ready\n"
     "       0.3 ms  tls [second] C: RCPT TO:<x@y>\n"
     "  >    0.4 ms  tls [second] S: 550 5.1.1 no\n"
     "       0.5 ms      -- closed: server FIN\n",
     "S: 220 x ready|success|C: RCPT TO:<x@y>|S: 550 5.1.1 no|do Permanent" SESSION_END},
    {"swaks",
     "=== Trying x:25...\n<-  220 x\n -> EHLO c\n<-  250-x\n<-  250 STARTTLS\n -> STARTTLS\n<-  220 go\n"
     "=== TLS started\n ~> RCPT TO:<x@y>\n<~* 550 5.1.1 no\n*** error\n",
     "S: 220 x|C: EHLO c|STARTTLS TLS can be begun|C: STARTTLS|begin the TLS handshake|S: 550 5.1.1 no" SESSION_END},
    {"swaks, not as expected", "<-  220 x\n -> RCPT TO:<x@y>\n<** 550 5.1.1 no\n", "S: 550 5.1.1 no" SESSION_END},
    {"Postfix",
     "Transcript of session follows.\n\n Out: 220 x\n In:  RCPT TO:<x@y>\n Out: 550 5.1.1 no\n\nFor details\n",
     "S: 220 x|C: RCPT|S: 550 5.1.1 no" SESSION_END},
    {"sendmail -v", "y... Connecting to x via esmtp...\n220 x\n>>> RCPT To:<x@y>\n550 5.1.1 no\n", "S: 550 5.1.1 no"},
    {"mailx -v", "<<< 220 x\n>>> RCPT TO:<x@y>\n<<< 550 5.1.1 no\n", "S: 550 5.1.1 no" SESSION_END},
    {"exim -v", "  SMTP<< 220 x\n  SMTP>> RCPT TO:<x@y>\n  SMTP<< 550 5.1.1 no\n", "S: 550 5.1.1 no" SESSION_END},
    {"msmtp", "<-- 220 x\n--> RCPT TO:<x@y>\n<-- 550 5.1.1 no\n", "S: 550 5.1.1 no" SESSION_END},
    {"curl -v", "* Connected\n< 220 x\n> RCPT TO:<x@y>\n< 550 5.1.1 no\n", "S: 550 5.1.1 no" SESSION_END},
    {"with time in front", "2026-11-23T10:00:00.123Z S: 220 x\n10:00:01 C: RCPT TO:<x@y>\n10:00:02 S: 550 5.1.1 no\n",
     "S: 550 5.1.1 no" SESSION_END},
    {"telnet", "Trying 127.0.0.1...\r\n220 x\r\nRCPT TO:<x@y>\r\n550 5.1.1 no\r\n", "S: 550 5.1.1 no" SESSION_END},
    {"telnet, wrong syntax", "220 x\nRCPT TO:<x@y\n501 no\n", "C: RCPT|odd the syntax is wrong|In short: 501 RCPT"},
    {"mail log",
     "Nov 23 10:00:00 mx postfix/smtp[1]: 4Q: to=<x@y>, (host y[1.2.3.4] said: 450 4.7.1 <x@y>: later (in reply "
     "to RCPT TO command))\n",
     "S: 450 4.7.1 <x@y>: later|greylisting|In short: 450 4.7.1 RCPT: Temporary"},
    {"plain replies", "250-a\n250 b\n", "S: 250-a|S: 250 b|success|In short: nothing failed"},
    {"pipelined", "C: MAIL FROM:<a@b>\nC: RCPT TO:<x@y>\nS: 250 ok\nS: 550 5.1.1 no\n", "S: 550 5.1.1 no" SESSION_END},
    {"message", "S: 220 x\nC: DATA\nS: 354 go\nC: Subject: quit\nC: QUIT\nC: .\nS: 550 5.7.1 spam\n",
     "so far accepted|(the message and|In short: 550 5.7.1 the message: Permanent"},
    {"chunk", "S: 220 x\nC: BDAT 10 LAST\nC: QUITQUIT\nS: 452 full\n",
     "C: BDAT|(the chunk)|In short: 452 BDAT 10 LAST:"},
    {"cut in a reply", "S: 250-a\nS: 250-b\n", "S: 250-a|S: 250-b|success"},
    {"prose", "Dear all,\nmail me the data, help us to quit.\n", NULL},
    {"nothing", "", NULL},
    {"octets", "\x16\x03\x01\x02\xff\n\n\r\n", NULL},
};

Test(explain, logs)
{
    for (size_t i = 0; i < sizeof logs / sizeof *logs; i++) {
        struct buffer out = {0};
        bool ok = explain_log(&out, bytes_string(logs[i].log));
        cr_expect_eq(ok, logs[i].wanted != NULL, "%s", logs[i].what);
        if (ok && logs[i].wanted)
            holds(logs[i].what, flat(&out), logs[i].wanted);
        buffer_free(&out);
    }
}

Test(explain, a_message_is_not_taken_for_commands)
{
    struct buffer out = {0};
    cr_expect(explain_log(&out, BYTES("220 x\nDATA\n354 go\n550 in the text\nQUIT\n.\n250 ok\n")));
    cr_expect_null(strstr(buffer_string(&out), "QUIT"));
    cr_expect_null(strstr(buffer_string(&out), "550"));
    buffer_free(&out);
}

Test(explain, passwords_are_not_shown)
{
    struct buffer out = {0};
    cr_expect(explain_log(&out, BYTES("S: 220 x\nC: AUTH PLAIN AGFsaWNlAHNlY3JldA==\nS: 535 no\nC: AUTH LOGIN\n"
                                      "S: 334 VXNlcm5hbWU6\nC: c2VjcmV0\nS: 235 ok\n")));
    cr_expect_null(strstr(buffer_string(&out), "AGFs"));
    cr_expect_null(strstr(buffer_string(&out), "c2Vj"));
    holds("auth", flat(&out), "C: AUTH PLAIN|not shown|C: (an answer of the login|235 success: logged in");
    buffer_free(&out);
}

Test(explain, nothing_hostile_reaches_the_terminal)
{
    static const char log[] = "220 \x1b[2J\x07\x00 x\r\nRCPT TO:<\x9b@\x1b>\r\n550-\x1b]0;t\x07\r\n550 \x7f\r\n";
    struct buffer out = {0};
    cr_expect(explain_log(&out, bytes_of(log, sizeof log - 1)));
    for (size_t i = 0; i < out.len; i++)
        cr_expect(octet_is_print(out.data[i]) || out.data[i] == '\n', "octet %02x", out.data[i]);
    buffer_free(&out);
}

static void redirect(void)
{
    cr_redirect_stdout();
    cr_redirect_stderr();
}

static int run(int count, const char *const *words)
{
    char *argv[6] = {"explain"};
    for (int i = 0; i < count; i++)
        argv[i + 1] = (char *)words[i];
    return cli_explain(count + 1, argv);
}

Test(explain, exit_status, .init = redirect)
{
    static const struct {
        const char *words[4];
        int count, status;
    } table[] = {
        {{"550"}, 1, 0},
        {{"550", "5.7.1"}, 2, 0},
        {{"5.7.1"}, 1, 0},
        {{"x.7.1"}, 1, 0},
        {{"BDAT"}, 1, 0},
        {{"ret"}, 1, 0},
        {{"199"}, 1, 0},
        {{"250 ok\n550 no\n"}, 1, 0},
        {{"said: 550 5.1.1 x"}, 1, 0},
        {{"--help"}, 1, 0},
        {{"CHUNKIN"}, 1, 2},
        {{"5.7"}, 1, 2},
        {{"55"}, 1, 2},
        {{"5501"}, 1, 2},
        {{""}, 1, 2},
        {{"--no-such"}, 1, 2},
        {{"  550  "}, 1, 0},
        {{"MAIL", "FROM:<a@b"}, 2, 0},
        {{"5.7.1 and more"}, 1, 2},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        cr_expect_eq(run(table[i].count, table[i].words), table[i].status, "'%s'", table[i].words[0]);
}

Test(explain, misspelt, .init = redirect)
{
    const char *words[] = {"CHUNKIN"};
    cr_expect_eq(run(1, words), 2);
    fflush(stderr);
    cr_expect_stderr_eq_str("smtpspec: expected a reply code, a reply, a command, an extension or a parameter, found "
                            "'CHUNKIN'; did you mean 'CHUNKING'?\n");
}
