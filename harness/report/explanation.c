#include "explanation.h"

#include "smtp/code.h"

#include <string.h>

/* The reply code that `found` tells of ("250 2.1.5 Ok", "found 250"): the text from there on, or nothing. */
static struct bytes code_in(const char *found)
{
    struct bytes text = bytes_string(found);
    for (size_t i = 0; i + 3 <= text.len; i++) {
        const unsigned char *d = text.data + i;
        bool begins = i == 0 || d[-1] == ' ' || d[-1] == '"' || d[-1] == '\'';
        bool digits = d[0] >= '2' && d[0] <= '5' && octet_is_digit(d[1]) && octet_is_digit(d[2]);
        bool ends = i + 3 == text.len || strchr(" -\\\"',.;:", d[3]);
        if (begins && digits && ends)
            return bytes_from(text, i);
    }
    return bytes_of(NULL, 0);
}

static struct bytes deciding_octets(const struct result *r)
{
    struct bytes octets = bytes_of(NULL, 0);
    for (const struct event *e = r->transcript.first; e; e = e->next)
        if (e->deciding && e->kind == EVENT_SERVER)
            octets = e->octets;
    return octets;
}

static bool is_before(const struct event *e, const struct event *deciding, enum event_kind kind)
{
    return e->kind == kind && e->connection == deciding->connection;
}

static bool is_intermediate(struct bytes reply)
{
    return bytes_starts(reply, BYTES("354"));
}

/* The one command in what was sent, or DATA for what ends a message; VERB_UNKNOWN where it is several, or a part. */
static enum verb verb_of(struct bytes sent, bool in_message)
{
    struct bytes line, rest = sent, word;
    if (in_message)
        return bytes_ends(sent, BYTES("\r\n.\r\n")) && bytes_find(sent, BYTES("\r\n.\r\n")) == sent.len - 5
                   ? VERB_DATA
                   : VERB_UNKNOWN;
    if (!bytes_ends(sent, BYTES("\r\n")) || !bytes_next_line(&rest, &line) || rest.len)
        return VERB_UNKNOWN;
    return bytes_next_word(&line, &word) ? verb_find(word) : VERB_UNKNOWN;
}

/* The command that the deciding reply answers, as far as the transcript leaves no doubt. */
static enum verb verb_answered(const struct result *r)
{
    const struct event *deciding = NULL, *sent = NULL;
    bool in_message = false, said = false;
    enum verb verb = VERB_UNKNOWN;
    for (const struct event *e = r->transcript.first; e; e = e->next)
        if (e->deciding && e->kind == EVENT_SERVER)
            deciding = e;
    for (const struct event *e = r->transcript.first; deciding && e != deciding; e = e->next) {
        if (is_before(e, deciding, EVENT_SERVER)) {
            in_message = is_intermediate(e->octets);
            said = true;
            sent = NULL;
        } else if (is_before(e, deciding, EVENT_CLIENT)) {
            /* What went in several pieces is not put together. */
            verb = sent || e->tail.len ? VERB_UNKNOWN : verb_of(e->octets, said && in_message);
            sent = e;
        }
    }
    return sent ? verb : VERB_UNKNOWN;
}

static void add_enhanced(struct buffer *out, struct enhanced e)
{
    const struct enhanced_info *info = e.klass ? enhanced_find(e) : NULL;
    if (info)
        buffer_printf(out, "; %u.%u.%u: %s", (unsigned)e.klass, (unsigned)e.subject, (unsigned)e.detail, info->meaning);
}

void explanation_add(struct buffer *out, const struct result *r)
{
    struct bytes octets = code_in(r->found);
    if (!octets.len)
        octets = deciding_octets(r);
    struct reply reply;
    reply_parse(octets, &reply);
    if (!octets.len || !reply.code)
        return;
    const struct code_info *info = code_find(reply.code);
    if (info) {
        const char *special = code_special(reply.code, reply.enhanced, verb_answered(r));
        buffer_printf(out, "%d: %s", reply.code, special ? special : info->meaning);
        add_enhanced(out, reply.enhanced);
        if (!special)
            buffer_printf(out, " (%s)", info->source);
        /* What decided a verdict is no news to go on with. */
        if (info->advice != ADVICE_GO)
            buffer_printf(out, ". %s", advice_text(info->advice));
        return;
    }
    const char *klass = code_class_text(reply.code), *category = code_category_text(reply.code);
    if (!klass || !category)
        return;
    buffer_printf(out, "%d is not registered; its digits say: %s, %s", reply.code, klass, category);
    add_enhanced(out, reply.enhanced);
}
