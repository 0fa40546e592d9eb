/* `smtpspec explain`: a code, a reply, a command, an extension or a whole session in words. */
#include "explain.h"
#include "explain_text.h"

#include "base/text.h"
#include "options.h"
#include "print.h"
#include "smtp/extension.h"
#include "subcommand.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* More than any session log; a wrong file does not fill the memory. */
enum { LOG_MOST = 64 << 20 };

static const char about[] =
    "Says in words what a reply, a code, a command or an extension of SMTP means: whether it is permanent or "
    "temporary, whether to retry, to fix something or to stop sending, and where it stands. Without a word, or with "
    "'-', a session log is read from standard input: the transcripts of this program, the output of swaks, 'sendmail "
    "-v', 'exim -v', msmtp and curl, Postfix's notices to the postmaster, log lines with 'said: 550 ...', and plain "
    "replies and commands. Passwords in it are not shown again.";

static const char examples[] = "  smtpspec explain 550\n"
                               "  smtpspec explain 550 5.7.1\n"
                               "  smtpspec explain 5.7.1\n"
                               "  smtpspec explain '450 4.7.1 <a@b>: Recipient address rejected: Greylisted'\n"
                               "  smtpspec explain BDAT\n"
                               "  smtpspec explain CHUNKING\n"
                               "  smtpspec explain RET\n"
                               "  smtpspec explain 'MAIL FROM:<a@b> SIZE='        where is the mistake?\n"
                               "  swaks --to alice@example.test | smtpspec explain\n";

static struct bytes blanks_cut(struct bytes b)
{
    while (b.len > 0 && strchr(" \t\r\n", b.data[0]))
        b = bytes_from(b, 1);
    while (b.len > 0 && strchr(" \t\r\n", b.data[b.len - 1]))
        b.len--;
    return b;
}

/* Three digits, then a blank, "-" or the end: any number, so that a wrong one can be told to be wrong. */
static bool is_reply(struct bytes text)
{
    if (text.len < 3)
        return false;
    for (size_t i = 0; i < 3; i++)
        if (!octet_is_digit(text.data[i]))
            return false;
    return text.len == 3 || text.data[3] == ' ' || text.data[3] == '-';
}

/* "5.7.1", or "X.7.1" for all classes. */
static bool enhanced_alone(struct bytes text, struct enhanced *out)
{
    size_t used = 0;
    char digits[32];
    if (text.len >= sizeof digits || text.len < 5)
        return false;
    memcpy(digits, text.data, text.len);
    bool any = octet_upper(text.data[0]) == 'X';
    if (any)
        digits[0] = '5';
    if (!enhanced_parse(bytes_of(digits, text.len), out, &used) || used != text.len)
        return false;
    if (any)
        out->klass = 0;
    return true;
}

/* "250-SIZE 1000": a line of an EHLO reply, to all appearance. */
static void explain_keyword_line(struct buffer *out, struct bytes text)
{
    struct bytes rest = bytes_from(text, 4), word;
    if (!bytes_starts(text, BYTES("250")) || !bytes_next_word(&rest, &word))
        return;
    const struct extension_info *x = extension_find(word);
    if (!x || !bytes_equal(word, bytes_string(x->keyword)))
        return;
    explain_field(out, "in an EHLO", "reply this line names an extension:");
    explain_name(out, word);
}

static void explain_line(struct buffer *out, struct bytes text)
{
    struct buffer raw = {0};
    buffer_add(&raw, text);
    buffer_add_string(&raw, "\r\n");
    explain_reply(out, buffer_bytes(&raw), &(struct explain_view){0});
    explain_keyword_line(out, text);
    out->failed |= raw.failed;
    buffer_free(&raw);
}

/* What stands on the command line. False: it could not be understood. */
static bool explain_words(struct buffer *out, struct bytes text)
{
    struct enhanced e;
    if (bytes_find_octet(text, '\n') != BYTES_NONE)
        return explain_log(out, text);
    if (is_reply(text)) {
        explain_line(out, text);
        return true;
    }
    if (enhanced_alone(text, &e)) {
        explain_enhanced(out, e);
        return true;
    }
    if (bytes_find_octet(text, ' ') == BYTES_NONE && explain_name(out, text))
        return true;
    return explain_command(out, text) || explain_log(out, text);
}

static void say_unknown(struct bytes text)
{
    struct buffer shown = {0};
    struct bytes rest = text, word = text;
    bytes_next_word(&rest, &word);
    const char *near = explain_nearest(word);
    text_visible(&shown, text, 80);
    print_problem("expected a reply code, a reply, a command, an extension or a parameter, found '%s'%s%s%s",
                  buffer_string(&shown), near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    buffer_free(&shown);
}

/* All of standard input; false with a message when it cannot be read. */
static bool read_log(struct buffer *log)
{
    for (;;) {
        enum { PIECE = 65536 };
        unsigned char *room = buffer_reserve(log, PIECE);
        if (!room) {
            print_problem("out of memory");
            return false;
        }
        ssize_t n = read(STDIN_FILENO, room, PIECE);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            print_problem("standard input cannot be read: %s", strerror(errno));
            return false;
        }
        if (n == 0)
            return true;
        log->len += (size_t)n;
        if (log->len > LOG_MOST) {
            print_problem("expected a session log of at most 64 MiB on standard input");
            return false;
        }
    }
}

static int print_out(const struct buffer *out)
{
    if (buffer_failed(out)) {
        print_problem("out of memory");
        return STATUS_NOTHING;
    }
    if (fwrite(out->data, 1, out->len, stdout) != out->len || fflush(stdout) != 0) {
        print_problem("standard output cannot be written: %s", strerror(errno));
        return STATUS_NOTHING;
    }
    return STATUS_OK;
}

static int explain_input(void)
{
    struct buffer log = {0}, out = {0};
    int status = STATUS_NOTHING;
    if (isatty(STDIN_FILENO))
        fprintf(stderr, "Reading a session log from standard input; Ctrl-D ends it, --help says more.\n");
    if (!read_log(&log))
        goto out;
    status = STATUS_WRONG;
    if (explain_log(&out, buffer_bytes(&log)))
        status = print_out(&out);
    else
        print_problem("expected an SMTP session on standard input, found no command and no reply in %zu octets",
                      log.len);
out:
    buffer_free(&log);
    buffer_free(&out);
    return status;
}

static int explain_arguments(const struct word_list *words)
{
    struct buffer text = {0}, out = {0};
    int status = STATUS_WRONG;
    for (size_t i = 0; i < words->count; i++) {
        buffer_add_string(&text, i ? " " : "");
        buffer_add_string(&text, words->items[i]);
    }
    struct bytes all = blanks_cut(buffer_bytes(&text));
    if (explain_words(&out, all))
        status = print_out(&out);
    else
        say_unknown(all);
    buffer_free(&text);
    buffer_free(&out);
    return status;
}

int cli_explain(int argc, char **argv)
{
    const struct usage usage = {.name = "explain",
                                .synopsis = "[CODE | REPLY | COMMAND | EXTENSION | PARAMETER | -]",
                                .about = about,
                                .examples = examples,
                                .more = "Exit status: 0 explained; 2 nothing could be understood.\n"};
    struct word_list words = {0};
    struct arena *arena = arena_new();
    int status = STATUS_NOTHING;
    if (!arena) {
        print_problem("out of memory");
        return status;
    }
    enum options_status parsed = options_parse(&usage, argc, argv, arena, NULL, &words);
    if (parsed != OPTIONS_OK)
        status = options_exit(parsed);
    else
        status = words.count == 0 || (words.count == 1 && !strcmp(words.items[0], "-")) ? explain_input()
                                                                                        : explain_arguments(&words);
    arena_free(arena);
    return status;
}
