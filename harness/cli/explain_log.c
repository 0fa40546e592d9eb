#include "explain_text.h"

#include "base/text.h"
#include "smtp/code.h"

#include <stdio.h>
#include <string.h>

/* Who said a line. */
enum side { SIDE_NONE, SIDE_CLIENT, SIDE_SERVER, SIDE_EITHER };

/* How programs mark the lines of a session, behind leading blanks. A mark that both sides of a program use for itself
 * (SIDE_EITHER) leaves it to the text: replies begin with a code. */
static const struct {
    const char *mark;
    enum side side;
} marks[] = {
    {"C: ", SIDE_CLIENT},      {"S: ", SIDE_SERVER},      /* ours, and the RFCs' */
    {"In: ", SIDE_CLIENT},     {"Out: ", SIDE_SERVER},    /* Postfix's notices to the postmaster */
    {">>> ", SIDE_CLIENT},     {"<<< ", SIDE_SERVER},     /* sendmail -v, mailx -v */
    {"-> ", SIDE_CLIENT},      {"<- ", SIDE_SERVER},      /* swaks in the clear */
    {"~> ", SIDE_CLIENT},      {"<~ ", SIDE_SERVER},      /* swaks in TLS */
    {"**> ", SIDE_CLIENT},     {"<** ", SIDE_SERVER},     /* swaks, not as expected */
    {"*~> ", SIDE_CLIENT},     {"<~* ", SIDE_SERVER},     /* the same in TLS */
    {"--> ", SIDE_CLIENT},     {"<-- ", SIDE_SERVER},     /* msmtp --debug */
    {"SMTP>> ", SIDE_CLIENT},  {"SMTP<< ", SIDE_SERVER},  /* exim -v */
    {"> ", SIDE_EITHER},       {"< ", SIDE_EITHER},       /* curl -v; Postfix's daemons write > for what they send */
    {"CLIENT: ", SIDE_CLIENT}, {"SERVER: ", SIDE_SERVER}, /* notes by hand */
};

/* What a log of a mail server says of a remote host's reply: "... said: 550 5.1.1 ... (in reply to RCPT TO command)".
 */
static const char said[] = "said: ";
static const char in_reply_to[] = " (in reply to ";

/* Commands that wait for their reply: several of them when the client pipelined. */
enum { WAITING = 64 };
struct waiting {
    enum verb verb;
    char text[64]; /* as it may be shown */
};

struct log {
    struct buffer *out;
    bool marked;    /* some lines carry marks: those without are no part of the session */
    bool message;   /* behind a 354: the client's lines are the message */
    bool login;     /* behind a 334: the client's line is an answer */
    uint64_t chunk; /* behind BDAT: octets of the client's lines that are no commands */
    size_t found;   /* commands and replies understood */
    struct waiting waiting[WAITING];
    size_t first, count;    /* of them */
    struct waiting answers; /* what the reply at hand answers */
    struct reply_reader reader;
    struct buffer reply;    /* the lines of the reply that has not ended */
    struct buffer seen;     /* EHLO keywords that were explained */
    struct buffer failures; /* for the end: what failed, and what to do */
    size_t replies;
};

static void wait_for(struct log *l, enum verb verb, const char *text)
{
    if (l->count == WAITING) {
        l->first = (l->first + 1) % WAITING;
        l->count--;
    }
    struct waiting *w = &l->waiting[(l->first + l->count++) % WAITING];
    w->verb = verb;
    snprintf(w->text, sizeof w->text, "%s", text);
}

/* The command that the next reply answers. In LMTP several replies answer one message. */
static void next_answers(struct log *l)
{
    if (l->count > 0) {
        l->answers = l->waiting[l->first];
        l->first = (l->first + 1) % WAITING;
        l->count--;
    } else if (l->answers.verb != VERB_DATA && l->answers.verb != VERB_BDAT) {
        l->answers = (struct waiting){VERB_UNKNOWN, ""};
    }
}

static struct bytes blanks_cut(struct bytes b)
{
    while (b.len > 0 && (b.data[0] == ' ' || b.data[0] == '\t'))
        b = bytes_from(b, 1);
    while (b.len > 0 && (b.data[b.len - 1] == ' ' || b.data[b.len - 1] == '\t' || b.data[b.len - 1] == '\r'))
        b.len--;
    return b;
}

static bool is_reply_line(struct bytes line)
{
    if (line.len < 3 || line.data[0] < '2' || line.data[0] > '5' || !octet_is_digit(line.data[1]) ||
        !octet_is_digit(line.data[2]))
        return false;
    return line.len == 3 || line.data[3] == ' ' || line.data[3] == '-';
}

/* A word that may stand before a mark: times, dates, "ms", "tls", "[name]", and the ">" of our own transcripts. */
static bool is_noise(struct bytes word)
{
    static const char *const words[] = {">", "ms", "s", "tls", "TLS"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (bytes_equal(word, bytes_string(words[i])))
            return true;
    if (word.data[0] == '[' && word.data[word.len - 1] == ']')
        return true;
    for (size_t i = 0; i < word.len; i++)
        if (!octet_is_digit(word.data[i]) && !strchr(":.,-+TZ", word.data[i]))
            return false;
    return octet_is_digit(word.data[0]);
}

/* The side that a mark at the start of `*line` names; the mark is cut off. */
static enum side mark_take(struct bytes *line)
{
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        struct bytes mark = bytes_string(marks[i].mark);
        struct bytes bare = bytes_slice(mark, 0, mark.len - 1);
        if (!bytes_starts(*line, mark) && !bytes_equal(*line, bare))
            continue;
        *line = blanks_cut(bytes_from(*line, bare.len));
        if (marks[i].side == SIDE_EITHER)
            return is_reply_line(*line) ? SIDE_SERVER : SIDE_CLIENT;
        return marks[i].side;
    }
    return SIDE_NONE;
}

/* Finds the mark of a line, behind noise or at once. */
static enum side side_take(struct bytes *line)
{
    enum { NOISE_MOST = 6 };
    struct bytes rest = blanks_cut(*line);
    for (int i = 0; i <= NOISE_MOST && rest.len > 0; i++) {
        struct bytes after = rest, word;
        enum side side = mark_take(&after);
        /* ">" alone is noise in our own transcripts, so a mark behind it goes first. */
        if (side != SIDE_NONE && rest.data[0] != '>' && rest.data[0] != '<') {
            *line = after;
            return side;
        }
        if (side != SIDE_NONE) {
            struct bytes behind = after;
            enum side second = side_take(&behind);
            *line = second != SIDE_NONE ? behind : after;
            return second != SIDE_NONE ? second : side;
        }
        if (!bytes_next_word(&rest, &word) || !is_noise(word))
            return SIDE_NONE;
        rest = blanks_cut(rest);
    }
    return SIDE_NONE;
}

/* A line without a mark in a log without marks, as telnet and netcat leave it. A sentence may begin with the name of a
 * command too: then its argument is wrong, and it is not in capitals. */
static enum side side_guess(struct bytes line)
{
    struct command c;
    struct syntax_error e;
    if (is_reply_line(line))
        return SIDE_SERVER;
    enum command_status status = command_parse(line, COMMAND_UTF8 | COMMAND_SPACE_AFTER_COLON, &c, &e);
    if (!verb_info(c.verb))
        return SIDE_NONE;
    bool upper = true, lower = true;
    for (size_t i = 0; i < c.word.len; i++) {
        upper = upper && c.word.data[i] == octet_upper(c.word.data[i]);
        lower = lower && c.word.data[i] == octet_lower(c.word.data[i]);
    }
    return upper || (lower && status == COMMAND_OK) ? SIDE_CLIENT : SIDE_NONE;
}

/* One line for the end: which command got which code, and what to do. */
static void note_failure(struct log *l, const struct reply *r)
{
    struct buffer label = {0};
    buffer_printf(&label, "%d", r->code);
    if (r->enhanced.klass)
        buffer_printf(&label, " %d.%d.%d", r->enhanced.klass, r->enhanced.subject, r->enhanced.detail);
    struct buffer text = {0};
    if (*l->answers.text)
        buffer_printf(&text, "%s: ", l->answers.text);
    buffer_add_string(&text, advice_text(reply_advice(r->code, r->enhanced)));
    explain_field(&l->failures, buffer_string(&label), buffer_string(&text));
    l->failures.failed |= label.failed || text.failed;
    buffer_free(&label);
    buffer_free(&text);
}

/* A reply has ended, or the log has: says what it means. */
static void reply_end(struct log *l)
{
    struct reply r;
    if (l->reply.len == 0)
        return;
    next_answers(l);
    reply_parse(buffer_bytes(&l->reply), &r);
    struct explain_view view = {"S: ", l->answers.verb, true, &l->seen};
    explain_reply(l->out, buffer_bytes(&l->reply), &view);
    buffer_add_octet(l->out, '\n');
    l->found += r.code > 0;
    l->replies++;
    if (r.code >= 400)
        note_failure(l, &r);
    l->message = r.code == 354;
    l->login = r.code == 334;
    buffer_clear(&l->reply);
    l->reader = (struct reply_reader){0};
}

static void server_line(struct log *l, struct bytes line)
{
    struct bytes end = BYTES("\r\n");
    size_t used = 0;
    if (line.len == 0)
        return;
    buffer_add(&l->reply, line);
    buffer_add(&l->reply, end);
    enum reply_status first = reply_read(&l->reader, line, &used);
    if (first == REPLY_LIMIT || reply_read(&l->reader, end, &used) != REPLY_MORE)
        reply_end(l);
}

/* A password does not come back on the screen. */
static void client_command(struct log *l, struct bytes line)
{
    struct command c;
    struct syntax_error e;
    struct buffer text = {0};
    enum command_status status = command_parse(line, COMMAND_UTF8, &c, &e);
    const struct verb_info *v = verb_info(c.verb);
    bool hidden = c.verb == VERB_AUTH && c.has_second;
    if (hidden)
        line = blanks_cut(bytes_slice(line, 0, (size_t)(c.second.data - line.data)));
    text_visible(&text, line, 60);
    if (c.verb == VERB_HELO || c.verb == VERB_EHLO || c.verb == VERB_LHLO)
        l->count = 0; /* begins the session anew; replies that the log has lost are not waited for any more */
    wait_for(l, c.verb, buffer_string(&text));
    explain_quote(l->out, "C: ", line);
    if (hidden)
        explain_field(l->out, "", "(with an initial response, which is not shown)");
    if (v) {
        l->found++;
        explain_field(l->out, v->name, v->summary);
    }
    if (status == COMMAND_BAD_ARGUMENT)
        explain_field(l->out, "odd", "the syntax is wrong: 'smtpspec explain' with this line tells where");
    l->chunk = c.verb == VERB_BDAT && status == COMMAND_OK ? c.size : 0;
    l->out->failed |= text.failed;
    buffer_free(&text);
}

/* Lines of the client that are no commands. False: the line is one. */
static bool client_payload(struct log *l, struct bytes line)
{
    if (l->login) {
        buffer_add_string(l->out, "C: (an answer of the login, which is not shown)\n");
        wait_for(l, VERB_AUTH, "AUTH");
        l->login = false;
    } else if (l->message) {
        if (!bytes_equal(line, BYTES(".")))
            return true;
        buffer_add_string(l->out, "C: (the message and the dot that ends it)\n");
        wait_for(l, VERB_DATA, "the message");
        l->message = false;
    } else if (l->chunk > 0) {
        uint64_t taken = (uint64_t)line.len + 2;
        l->chunk -= taken < l->chunk ? taken : l->chunk;
        if (l->chunk == 0)
            buffer_add_string(l->out, "C: (the chunk)\n");
    } else {
        return line.len == 0;
    }
    return true;
}

static void client_line(struct log *l, struct bytes line)
{
    reply_end(l);
    if (!client_payload(l, line))
        client_command(l, line);
}

/* The reply that a mail log quotes: up to the note which command it answered. */
static bool quoted_line(struct log *l, struct bytes line)
{
    size_t at = bytes_find(line, bytes_string(said));
    if (at == BYTES_NONE)
        return false;
    struct bytes reply = bytes_from(line, at + sizeof said - 1), word;
    if (!is_reply_line(reply))
        return false;
    size_t end = bytes_find(reply, bytes_string(in_reply_to));
    if (end != BYTES_NONE) {
        struct bytes command = bytes_from(reply, end + sizeof in_reply_to - 1);
        reply.len = end;
        const struct verb_info *v = bytes_next_word(&command, &word) ? verb_info(verb_find(word)) : NULL;
        l->count = 0;
        if (v)
            wait_for(l, v->verb, v->name);
    }
    reply_end(l);
    buffer_add(&l->reply, reply);
    buffer_add_string(&l->reply, "\r\n");
    reply_end(l);
    return true;
}

static void log_line(struct log *l, struct bytes line)
{
    enum side side = side_take(&line);
    if (!l->marked) {
        line = blanks_cut(line);
        if (quoted_line(l, line))
            return;
        bool payload = l->message || (l->login && !is_reply_line(line));
        side = payload ? SIDE_CLIENT : side_guess(line);
    }
    if (side == SIDE_SERVER)
        server_line(l, line);
    else if (side == SIDE_CLIENT)
        client_line(l, line);
}

static void put_summary(struct log *l)
{
    if (l->replies > 0 && l->failures.len == 0)
        buffer_add_string(l->out, "In short: nothing failed.\n");
    else if (l->replies > 0)
        buffer_printf(l->out, "In short:\n%s", buffer_string(&l->failures));
}

bool explain_log(struct buffer *out, struct bytes log)
{
    struct log l = {.out = out};
    struct bytes rest = log, line;
    while (!l.marked && bytes_next_line(&rest, &line)) {
        enum side side = side_take(&line);
        l.marked = side == SIDE_SERVER && is_reply_line(line);
    }
    rest = log;
    while (bytes_next_line(&rest, &line))
        log_line(&l, line);
    reply_end(&l);
    put_summary(&l);
    out->failed |= l.reply.failed || l.seen.failed || l.failures.failed;
    buffer_free(&l.reply);
    buffer_free(&l.seen);
    buffer_free(&l.failures);
    return l.found > 0;
}
