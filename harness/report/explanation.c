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
        buffer_printf(out, "%d: %s", reply.code, info->meaning);
        add_enhanced(out, reply.enhanced);
        buffer_printf(out, " (%s). %s", info->source, advice_text(info->advice));
        return;
    }
    const char *klass = code_class_text(reply.code), *category = code_category_text(reply.code);
    if (!klass || !category)
        return;
    buffer_printf(out, "%d is not registered; its digits say: %s, %s", reply.code, klass, category);
    add_enhanced(out, reply.enhanced);
}
