#include "judge.h"

#include "judge_internal.h"

#include <stdlib.h>

struct judge *judge_new(void)
{
    struct judge *j = calloc(1, sizeof *j);
    HOLDS(j != NULL);
    return j;
}

static bool is_blank(unsigned char c)
{
    return c == ' ' || c == '\t';
}

struct reply judge_reply(struct judge *j)
{
    struct reply_reader reader = {0};
    struct reply r;
    size_t used = 0;
    HOLDS(j->out.len > 0); /* a reply is owed */
    HOLDS(reply_read(&reader, j->out, &used) == REPLY_DONE);
    reply_parse(bytes_slice(j->out, 0, used), &r);
    HOLDS(r.flaws == 0);
    j->out = bytes_from(j->out, used);
    return r;
}

struct reply judge_reply_to(struct judge *j, bool enhanced)
{
    struct reply r = judge_reply(j);
    HOLDS((r.enhanced.klass != 0) == (enhanced && r.code >= 200 && r.code / 100 != 3));
    return r;
}

void judge_end_transaction(struct judge *j)
{
    j->open = j->chunked = j->broken = j->binary = false;
    j->count = 0;
    buffer_clear(&j->message);
}

bool judge_line(struct judge *j, struct bytes *line)
{
    size_t end = bytes_find(j->in, BYTES("\r\n"));
    if (end == BYTES_NONE)
        return false;
    *line = bytes_slice(j->in, 0, end);
    judge_skip(j, end + 2);
    return true;
}

void judge_skip(struct judge *j, size_t octets)
{
    HOLDS(octets <= j->in.len);
    j->in = bytes_from(j->in, octets);
    j->at += octets;
}

/* Goes on where the client shook hands; without a handshake there is nothing more. */
void judge_handshake(struct judge *j)
{
    const size_t *offsets = (const size_t *)(const void *)j->handshakes.data;
    size_t count = j->handshakes.len / sizeof *offsets, i = 0;
    while (i < count && offsets[i] < j->at)
        i++;
    if (i == count) {
        judge_skip(j, j->in.len);
        return;
    }
    judge_skip(j, offsets[i] - j->at);
    j->handshakes = bytes_from(j->handshakes, (i + 1) * sizeof *offsets);
    judge_end_transaction(j);
    j->hello = j->extended = j->authenticated = false;
    j->tls = true;
}

/* Verb and argument, as loosely as section 4.1.1 allows: blanks at the end are nothing. */
static void split(struct bytes line, struct asked *a)
{
    size_t len = 0;
    while (line.len > 0 && is_blank(line.data[line.len - 1]))
        line.len--;
    while (len < line.len && !is_blank(line.data[len]))
        len++;
    a->line = line;
    a->word = bytes_slice(line, 0, len);
    a->argument = bytes_from(line, len);
}

static const struct rule *find(struct bytes word)
{
    size_t count;
    const struct rule *rules = judge_rules(&count);
    for (size_t i = 0; i < count; i++)
        if (word.len == rules[i].verb.len && bytes_equal_nocase(word, rules[i].verb))
            return &rules[i];
    return NULL;
}

static bool holds_bare(struct bytes line)
{
    return bytes_find_octet(line, '\r') != BYTES_NONE || bytes_find_octet(line, '\n') != BYTES_NONE;
}

static void judge_command(struct judge *j, struct bytes line)
{
    enum { LONGEST = 2046 };
    struct asked a;
    split(line, &a);
    const struct rule *rule = line.len > LONGEST || holds_bare(line) ? NULL : find(a.word);
    if (rule) {
        rule->judge(j, &a);
        return;
    }
    struct reply r = judge_reply_to(j, true);
    HOLDS(r.code == 500 || (r.code == 502 && line.len <= LONGEST && !holds_bare(line)));
}

static void begin(struct judge *j, const struct play *p)
{
    j->in = buffer_bytes(&p->input);
    j->out = buffer_bytes(&p->output);
    j->handshakes = buffer_bytes(&p->handshakes);
    j->at = 0;
    j->messages = 0;
    j->lmtp = p->config.lmtp;
    j->tls = p->config.tls;
    j->hello = j->extended = j->authenticated = j->closed = false;
    buffer_clear(&j->deliveries);
    judge_end_transaction(j);
}

void judge_play(struct judge *j, const struct play *p)
{
    struct bytes line;
    begin(j, p);
    HOLDS(judge_reply_to(j, false).code == 220);
    while (!j->closed && judge_line(j, &line))
        judge_command(j, line);
    HOLDS(j->out.len == 0); /* no reply that nobody asked for */
    HOLDS(p->closed == j->closed);
    HOLDS(p->messages == j->messages);
    HOLDS(!buffer_failed(&j->deliveries) && !buffer_failed(&j->message));
    HOLDS(bytes_equal(buffer_bytes(&p->deliveries), buffer_bytes(&j->deliveries)));
    HOLDS(j->deliveries.len > 0 || p->notifications.len == 0);
}
