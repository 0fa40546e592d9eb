/* Octets to parts. The reader follows the client's side alone: it takes for granted that no command is refused, but
 * for a DATA that no RCPT stands before. Where that is wrong, parts are cut at other places; their octets are the same.
 */
#include "marks.h"
#include "mutate/script.h"

#include <string.h>

enum expected {
    EXPECT_COMMAND,
    EXPECT_REST, /* of a line that a mark parted */
    EXPECT_ANSWER,
    EXPECT_MESSAGE,
    EXPECT_CHUNK
};

struct reader {
    struct script *s;
    enum expected expected;
    bool mail, recipient; /* of the open transaction */
    bool exchange;        /* AUTH came and no command after it */
    unsigned tail;        /* how much of CRLF.CRLF stands at the end of what came of the message */
    uint64_t chunk;       /* octets still to come */
};

/* Offset behind the end of the message, in.len when it does not end here. The start of a message counts as the start of
 * a line. */
static size_t message_end(struct reader *r, struct bytes in)
{
    static const char end[] = "\r\n.\r\n";
    for (size_t i = 0; i < in.len; i++) {
        unsigned char c = in.data[i];
        if (r->tail == 0 && c != '\r') {
            const unsigned char *cr = memchr(in.data + i, '\r', in.len - i);
            if (!cr)
                return in.len;
            i = (size_t)(cr - in.data);
            c = '\r';
        }
        if (c == (unsigned char)end[r->tail])
            r->tail++;
        else
            r->tail = c == '\r';
        if (r->tail == sizeof end - 1) {
            r->expected = EXPECT_COMMAND;
            return i + 1;
        }
    }
    return in.len;
}

static size_t line_length(struct bytes in)
{
    size_t lf = bytes_find_octet(in, '\n');
    return lf == BYTES_NONE ? in.len : lf + 1;
}

/* A word of letters, and then a blank or the line end. */
static bool looks_like_command(struct bytes line)
{
    size_t len = 0;
    while (len < line.len && octet_is_alpha(line.data[len]))
        len++;
    return len > 0 && len < line.len && memchr(" \t\r\n", line.data[len], 4);
}

static void expect_chunk(struct reader *r, struct bytes line)
{
    struct bytes rest = bytes_slice(line, 0, bytes_find_octet(line, '\r')), word;
    bytes_next_word(&rest, &word); /* the verb */
    if (bytes_next_word(&rest, &word) && bytes_to_number(word, &r->chunk) && r->chunk)
        r->expected = EXPECT_CHUNK;
}

static void begin_transaction(struct reader *r, bool mail)
{
    r->mail = mail;
    r->recipient = false;
}

/* What is to be expected behind a command. */
static void follow(struct reader *r, const struct part *p)
{
    enum verb verb = part_verb(p);
    r->expected = EXPECT_COMMAND;
    r->exchange = verb == VERB_AUTH;
    switch (verb) {
    case VERB_MAIL:
        begin_transaction(r, true);
        break;
    case VERB_HELO:
    case VERB_EHLO:
    case VERB_LHLO:
    case VERB_RSET:
        begin_transaction(r, false);
        break;
    case VERB_RCPT:
        r->recipient = r->mail;
        break;
    case VERB_DATA:
        if (r->recipient) {
            begin_transaction(r, false);
            r->expected = EXPECT_MESSAGE;
            r->tail = 2;
        }
        break;
    case VERB_BDAT:
        expect_chunk(r, p->octets);
        break;
    case VERB_AUTH:
        r->expected = EXPECT_ANSWER;
        break;
    default:
        break;
    }
}

static struct part take_line(struct reader *r, struct bytes in)
{
    struct part p = part_of(PART_RAW, bytes_slice(in, 0, line_length(in)));
    bool whole = bytes_ends(p.octets, BYTES("\n"));
    if (r->expected == EXPECT_REST || !whole) {
        r->expected = !whole ? EXPECT_REST : r->exchange ? EXPECT_ANSWER : EXPECT_COMMAND;
        return p;
    }
    if (looks_like_command(p.octets)) {
        p.kind = PART_COMMAND;
        if (r->expected == EXPECT_ANSWER && part_verb(&p) == VERB_UNKNOWN)
            p.kind = PART_ANSWER;
        else
            follow(r, &p);
    } else if (r->expected == EXPECT_ANSWER) {
        p.kind = PART_ANSWER;
    }
    return p;
}

static struct part take(struct reader *r, struct bytes in)
{
    size_t len;
    switch (r->expected) {
    case EXPECT_MESSAGE:
        len = message_end(r, in);
        return part_of(PART_MESSAGE, bytes_slice(in, 0, len));
    case EXPECT_CHUNK:
        len = r->chunk < in.len ? (size_t)r->chunk : in.len;
        r->chunk -= len;
        if (r->chunk == 0)
            r->expected = EXPECT_COMMAND;
        return part_of(PART_CHUNK, bytes_slice(in, 0, len));
    default:
        return take_line(r, in);
    }
}

/* Octets between two marks. */
static void take_all(struct reader *r, struct bytes in)
{
    while (in.len > 0 && !r->s->failed) {
        struct part p = take(r, in);
        script_insert(r->s, r->s->count, p);
        in = bytes_from(in, p.octets.len);
    }
}

/* Octets that hold what looks like marks, with one "!" less in each. */
static struct bytes unquote(struct script *s, struct bytes in)
{
    unsigned char *out = arena_alloc(s->arena, in.len);
    size_t len = 0;
    struct mark_found found;
    if (!out) {
        s->failed = true;
        return (struct bytes){0};
    }
    while (mark_find(in, &found)) {
        memcpy(out + len, in.data, found.at + 1);
        len += found.at + 1;
        in = bytes_from(in, found.at + 2); /* "#" is kept, one "!" is not */
    }
    if (in.len)
        memcpy(out + len, in.data, in.len);
    return bytes_of(out, len + in.len);
}

bool script_parse(struct script *s, struct arena *a, struct bytes in)
{
    struct reader r = {.s = s};
    script_init(s, a);
    while (in.len > 0 && !s->failed) {
        struct mark_found found;
        size_t end = 0;
        bool quoted = false, mark = false;
        while (!mark && mark_find(bytes_from(in, end), &found)) {
            mark = found.quotes == 0;
            quoted |= !mark;
            end += found.at + (mark ? 0 : found.len);
        }
        struct bytes octets = bytes_slice(in, 0, mark ? end : in.len);
        take_all(&r, quoted ? unquote(s, octets) : octets);
        in = bytes_from(in, octets.len);
        if (mark) {
            script_insert(s, s->count, found.mark);
            in = bytes_from(in, found.len);
        }
    }
    return !s->failed;
}
