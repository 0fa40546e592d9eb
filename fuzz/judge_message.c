/* DATA and BDAT: the end of a message, its content, who gets it. */
#include "judge_internal.h"

#include <string.h>

/* Lines of the header section that begin a Received field. */
static size_t hops(struct bytes content)
{
    size_t found = 0;
    while (content.len > 0) {
        size_t lf = bytes_find_octet(content, '\n');
        struct bytes line = bytes_slice(content, 0, lf);
        if (line.len == 0 || (line.len == 1 && line.data[0] == '\r'))
            break;
        found += bytes_starts_nocase(line, BYTES("received:"));
        content = lf == BYTES_NONE ? (struct bytes){0} : bytes_from(content, lf + 1);
    }
    return found;
}

static int code_due(struct bytes content, bool bare)
{
    enum { MOST_HOPS = 100 };
    static const int codes[] = {[DELIVERY_DONE] = 250, [DELIVERY_LATER] = 451, [DELIVERY_NO_ROOM] = 452};
    if (content.len > PLAY_SIZE_LIMIT)
        return 552;
    if (bare || hops(content) > MOST_HOPS)
        return 554;
    return codes[play_store(content)];
}

static void note(struct judge *j, size_t first, size_t count, struct bytes content)
{
    for (size_t i = first; i < first + count; i++) {
        bool local;
        const char *mailbox = judge_mailbox(j->recipients[i], &local);
        buffer_clear(&j->path);
        judge_add_path(&j->path, j->recipients[i]);
        delivery_note_recipient(&j->deliveries, buffer_bytes(&j->path), mailbox);
    }
    delivery_note_content(&j->deliveries, content);
}

/* One reply for all, in LMTP one for each recipient (RFC 2033 section 4.2). */
static void end(struct judge *j, int due)
{
    struct bytes content = buffer_bytes(&j->message);
    size_t replies = j->lmtp ? j->count : 1;
    for (size_t i = 0; i < replies; i++) {
        HOLDS(judge_reply_to(j, true).code == due);
        if (due == 250) {
            note(j, j->lmtp ? i : 0, j->lmtp ? 1 : j->count, content);
            j->messages++;
        }
    }
    judge_end_transaction(j);
}

/* The content of one line, its CRLF not included, without the dot that was put in front. */
static void take_line(struct judge *j, struct bytes line, bool *bare)
{
    *bare |= bytes_find_octet(line, '\r') != BYTES_NONE || bytes_find_octet(line, '\n') != BYTES_NONE;
    buffer_add(&j->message, bytes_from(line, line.len > 0 && line.data[0] == '.'));
    buffer_add(&j->message, BYTES("\r\n"));
}

static void take_message(struct judge *j)
{
    struct bytes line;
    bool bare = false;
    while (judge_line(j, &line)) {
        if (bytes_equal(line, BYTES("."))) {
            end(j, code_due(buffer_bytes(&j->message), bare));
            return;
        }
        take_line(j, line, &bare);
    }
    judge_skip(j, j->in.len); /* it never ended: nothing is said, nothing delivered */
}

void judge_data(struct judge *j, const struct asked *a)
{
    struct reply r = judge_reply_to(j, true);
    bool due = a->argument.len == 0 && j->open && j->count > 0 && !j->chunked && !j->broken && !j->binary;
    HOLDS((r.code == 354) == due);
    if (due)
        take_message(j);
    else if (a->argument.len == 0 && (j->chunked || (j->binary && j->count > 0)))
        j->broken = true;
}

/* "BDAT 12 LAST": the number, which counts also where something is wrong behind it. */
struct chunk {
    bool number, huge, well_formed, last;
    uint64_t size;
};

static struct chunk parse(const struct asked *a)
{
    struct chunk c = {0};
    struct bytes rest = a->argument, word;
    size_t blanks = 0;
    while (blanks < rest.len && (rest.data[blanks] == ' ' || rest.data[blanks] == '\t'))
        blanks++;
    rest = bytes_from(rest, blanks);
    if (rest.len == 0)
        return c;
    size_t space = bytes_find_octet(rest, ' ');
    word = bytes_slice(rest, 0, space);
    bool digits = word.len > 0;
    for (size_t i = 0; i < word.len; i++)
        digits &= octet_is_digit(word.data[i]);
    struct bytes behind = bytes_from(rest, word.len);
    c.last = word_is(behind, " LAST");
    c.well_formed =
        digits && bytes_equal(bytes_slice(a->argument, 0, blanks), BYTES(" ")) && (c.last || behind.len == 0);
    c.last = c.last && c.well_formed;
    c.number = digits && bytes_to_number(word, &c.size);
    c.huge = digits && !c.number && c.well_formed;
    return c;
}

static bool chunk_due(const struct judge *j, const struct chunk *c)
{
    return c->well_formed && j->extended && j->open && j->count > 0 && !j->broken &&
           c->size <= PLAY_SIZE_LIMIT - j->message.len;
}

static void take_chunk(struct judge *j, const struct chunk *c)
{
    bool due = chunk_due(j, c);
    if (c->size > j->in.len) {
        judge_skip(j, j->in.len); /* it never ended */
        return;
    }
    if (due)
        buffer_add(&j->message, bytes_slice(j->in, 0, (size_t)c->size));
    judge_skip(j, (size_t)c->size);
    j->chunked |= due;
    if (c->last && due) {
        end(j, code_due(buffer_bytes(&j->message), false));
    } else if (c->last && j->open && j->lmtp) {
        for (size_t i = 0; i < j->count; i++)
            HOLDS(judge_reply_to(j, true).code >= 400);
        judge_end_transaction(j);
    } else {
        struct reply r = judge_reply_to(j, true);
        HOLDS((r.code == 250) == due);
        j->broken |= !due && j->open;
    }
}

void judge_bdat(struct judge *j, const struct asked *a)
{
    struct chunk c = parse(a);
    if (c.number) {
        take_chunk(j, &c);
        return;
    }
    struct reply r = judge_reply_to(j, true);
    HOLDS(r.code >= 500);
    j->broken |= j->open;
    j->closed = c.huge; /* more octets than there are: nothing can follow */
}
