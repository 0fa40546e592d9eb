#include "driver/dialog.h"

#include <string.h>

void dialog_begin(struct dialog *d, bool lmtp)
{
    buffer_clear(&d->owed);
    struct buffer owed = d->owed;
    *d = (struct dialog){.lmtp = lmtp, .certain = true, .owed = owed};
    buffer_add_octet(&d->owed, ASKED_GREETING);
}

void dialog_free(struct dialog *d)
{
    buffer_free(&d->owed);
}

void dialog_tls(struct dialog *d)
{
    struct dialog before = *d;
    dialog_begin(d, before.lmtp);
    buffer_clear(&d->owed);
    d->told = before.told;
    d->context = before.context;
}

static void owe(struct dialog *d, int asked)
{
    /* What was answered is dropped now and then, so that a long session does not grow. */
    if (d->answered > 256) {
        buffer_consume(&d->owed, d->answered);
        d->answered = 0;
    }
    buffer_add_octet(&d->owed, (unsigned char)asked);
    if (buffer_failed(&d->owed))
        d->certain = false;
}

static enum end_state end_next(enum end_state s, unsigned char c, bool *bare)
{
    bool after_cr = s == END_DOT_CR || s == END_TEXT_CR;
    *bare = (c == '\n') != after_cr;
    if (c == '\n' && after_cr)
        return s == END_DOT_CR ? END_FOUND : END_LINE_START;
    if (c == '\r')
        return s == END_DOT ? END_DOT_CR : END_TEXT_CR;
    return c == '.' && s == END_LINE_START ? END_DOT : END_TEXT;
}

static void message_octet(struct dialog *d, unsigned char c)
{
    bool bare;
    d->end = end_next(d->end, c, &bare);
    if (bare)
        d->certain = false;
    if (d->end == END_FOUND) {
        d->data = false;
        owe(d, ASKED_END_OF_DATA);
    }
}

/* "BDAT 86 LAST": the chunk follows, whatever the server will say to it (RFC 3030 section 2). Where the line is no BDAT
 * by that section's grammar (`bdat-cmd ::= "BDAT" SP chunk-size [ SP end-marker ] CR LF`), nobody can say whether a
 * server that dislikes it skips a chunk, or whether it is the last one; blanks at the end do no harm. */
static void chunk_begins(struct dialog *d, struct bytes line)
{
    struct bytes word, rest = line;
    uint64_t size = 0;
    bytes_next_word(&rest, &word);
    size_t plain = word.len;
    bool sized = bytes_next_word(&rest, &word) && bytes_to_number(word, &size);
    plain += 1 + word.len;
    bool marked = bytes_next_word(&rest, &word), last = sized && marked && bytes_equal_nocase(word, BYTES("LAST"));
    plain += marked ? 1 + word.len : 0;
    if (!sized || marked != last || plain != line.len)
        d->certain = false;
    d->chunk_left = size;
    owe(d, last ? ASKED_LAST_CHUNK : VERB_BDAT);
}

static bool line_mentions(struct bytes line, struct bytes word)
{
    for (size_t i = 0; i + word.len <= line.len; i++)
        if ((line.data[i] | 0x20) == (word.data[0] | 0x20) && bytes_equal_nocase(bytes_slice(line, i, word.len), word))
            return true;
    return false;
}

static void line_sent(struct dialog *d)
{
    struct bytes line = {d->line, d->line_len > DIALOG_LINE ? DIALOG_LINE : d->line_len}, rest = line, word = {0};
    if (d->line_len > 510 || d->ahead)
        d->certain = false; /* a long line may be answered early, in pieces, or by closing */
    d->line_len = 0;
    if (line_mentions(line, BYTES("SMTPUTF8")))
        d->utf8 = true;
    if (d->sasl) {
        d->sasl = false;
        owe(d, ASKED_SASL);
        return;
    }
    while (rest.len > 0 && (rest.data[rest.len - 1] == ' ' || rest.data[rest.len - 1] == '\t'))
        rest.len--; /* white space may stand at the end (section 4.1.1) */
    struct bytes trimmed = rest;
    if (line.len > 0 && memchr(" \t\v\f", line.data[0], 4))
        d->certain = false; /* some skip it, and take what follows for a command, a BDAT with its chunk too */
    if (line.len == 0 || line.data[0] == ' ' || !bytes_next_word(&rest, &word))
        word = (struct bytes){0};
    if (bytes_find_octet(word, '\t') != BYTES_NONE)
        d->certain = false; /* some take it for the space behind a verb */
    word = bytes_slice(word, 0, bytes_find_octet(word, '\t'));
    enum verb verb = word.len ? verb_find(word) : VERB_UNKNOWN;
    if (verb == VERB_BDAT) {
        chunk_begins(d, trimmed);
        return;
    }
    owe(d, (int)verb);
    if (d->told)
        d->told(d->context, (int)verb, line);
    if (verb == VERB_DATA) {
        d->ahead = true;
        d->end = END_LINE_START;
    }
}

static void command_octet(struct dialog *d, unsigned char c)
{
    if (d->ahead && d->end != END_FOUND) {
        bool bare;
        d->end = end_next(d->end, c, &bare);
    }
    if (d->cr || c == '\n') {
        bool whole = d->cr && c == '\n';
        d->cr = false;
        if (!whole)
            d->certain = false; /* some take it for a line end */
        line_sent(d);
        if (whole || c == '\n')
            return;
    }
    if (c == '\r') {
        d->cr = true;
        return;
    }
    if (d->line_len < DIALOG_LINE)
        d->line[d->line_len] = c;
    d->line_len++;
}

/* Octets up to the next CR or LF. */
static size_t run_length(struct bytes octets)
{
    size_t n = 0;
    while (n < octets.len && octets.data[n] != '\r' && octets.data[n] != '\n')
        n++;
    return n;
}

/* Takes at once the octets of a message or command line that only its end gives a meaning; returns how many. */
static size_t run_sent(struct dialog *d, struct bytes octets)
{
    if (d->data)
        return d->end == END_TEXT ? run_length(octets) : 0;
    if (d->cr || d->ahead || d->chunk_left > 0)
        return 0;
    size_t len = run_length(octets), room = d->line_len < DIALOG_LINE ? DIALOG_LINE - d->line_len : 0;
    if (len > 0 && room > 0)
        memcpy(d->line + d->line_len, octets.data, len < room ? len : room);
    d->line_len += len;
    return len;
}

void dialog_sent(struct dialog *d, struct bytes octets)
{
    for (size_t i = 0; i < octets.len; i++) {
        i += run_sent(d, bytes_from(octets, i));
        if (i == octets.len)
            break;
        if (d->data) {
            message_octet(d, octets.data[i]);
        } else if (d->chunk_left > 0) {
            uint64_t here = octets.len - i < d->chunk_left ? octets.len - i : d->chunk_left;
            d->chunk_left -= here;
            i += (size_t)here - 1;
        } else {
            command_octet(d, octets.data[i]);
        }
    }
}

bool asked_hello(int asked)
{
    return asked == VERB_EHLO || asked == VERB_HELO || asked == VERB_LHLO;
}

static void data_answered(struct dialog *d, int code)
{
    if (code == 354) {
        d->data = !(d->ahead && d->end == END_FOUND);
        if (d->end == END_FOUND)
            d->end = END_LINE_START;
    }
    d->ahead = false;
}

static void transaction_follow(struct dialog *d, int asked, int code)
{
    bool good = code / 100 == 2;
    if (asked == VERB_RCPT && good)
        d->accepted++;
    else if ((asked == VERB_MAIL || asked == VERB_RSET || asked_hello(asked)) && good)
        d->accepted = 0;
}

static bool ends_message(int asked)
{
    return asked == ASKED_END_OF_DATA || asked == ASKED_LAST_CHUNK;
}

unsigned dialog_next_replies(const struct dialog *d)
{
    if (!d->lmtp || d->answered >= d->owed.len || !ends_message(d->owed.data[d->answered]))
        return 1;
    if (d->final_left > 0)
        return d->final_left;
    return d->accepted > 0 ? d->accepted : 1;
}

/* A chunk that is refused as a command is refused once, not for each recipient. */
static bool refused_once(int asked, int code)
{
    return asked == ASKED_LAST_CHUNK && code >= 500 && code <= 504;
}

int dialog_reply(struct dialog *d, const struct reply *r)
{
    d->sasl = r->code == 334;
    if (d->answered >= d->owed.len) {
        if (r->code == 354 && !d->certain)
            data_answered(d, r->code);
        return ASKED_NOTHING;
    }
    int asked = d->owed.data[d->answered];
    d->final_left = dialog_next_replies(d) - 1;
    if (refused_once(asked, r->code))
        d->final_left = 0;
    if (d->final_left == 0) {
        d->answered++;
        if (ends_message(asked))
            d->accepted = 0;
    }
    if (asked != VERB_DATA && r->code == 354)
        d->certain = false; /* it took something else for DATA, and waits for a message now */
    if (asked == VERB_DATA || r->code == 354)
        data_answered(d, r->code);
    transaction_follow(d, asked, r->code);
    return asked;
}

size_t dialog_owed(const struct dialog *d)
{
    return d->owed.len - d->answered;
}

void dialog_forgive(struct dialog *d)
{
    if (dialog_payload_owed(d))
        return; /* the reply is due when the payload is whole */
    d->answered = d->owed.len;
    d->ahead = false;
    d->certain = false; /* late is not never */
}

bool dialog_payload_owed(const struct dialog *d)
{
    return d->data || d->chunk_left > 0 || d->line_len > 0 || d->cr || d->sasl;
}
