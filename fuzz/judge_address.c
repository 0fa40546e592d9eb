#include "judge_internal.h"

#include <string.h>

/* "<" up to the ">" that stands outside of quotes. */
struct bytes judge_path(struct bytes argument)
{
    size_t open = bytes_find_octet(argument, '<');
    bool quoted = false;
    for (size_t i = open; open != BYTES_NONE && i < argument.len; i++) {
        unsigned char c = argument.data[i];
        if (c == '\\')
            i++;
        else if (c == '"')
            quoted = !quoted;
        else if (c == '>' && !quoted)
            return bytes_slice(argument, open, i + 1 - open);
    }
    return (struct bytes){0};
}

/* Offset behind a source route "@a,@b:" at the start of what stands between the brackets. */
static size_t route_length(struct bytes inner)
{
    size_t colon = bytes_find_octet(inner, ':');
    return inner.len > 0 && inner.data[0] == '@' && colon != BYTES_NONE ? colon + 1 : 0;
}

static struct bytes inside(struct bytes path)
{
    struct bytes inner = bytes_slice(path, 1, path.len - 2);
    return bytes_from(inner, route_length(inner));
}

void judge_add_path(struct buffer *out, struct bytes path)
{
    buffer_add_string(out, "<");
    buffer_add(out, inside(path));
    buffer_add_string(out, ">");
}

static size_t last_at(struct bytes text)
{
    size_t at = text.len;
    while (at > 0 && text.data[at - 1] != '@')
        at--;
    return at;
}

/* Without quotes and backslashes. */
static size_t plain(struct bytes local, unsigned char *out, size_t size)
{
    size_t len = 0;
    bool quoted = local.len > 1 && local.data[0] == '"';
    if (quoted)
        local = bytes_slice(local, 1, local.len - 2);
    for (size_t i = 0; i < local.len; i++) {
        if (quoted && local.data[i] == '\\' && i + 1 < local.len)
            i++;
        if (len < size)
            out[len] = local.data[i];
        len++;
    }
    return len <= size ? len : 0;
}

const char *judge_mailbox(struct bytes path, bool *local)
{
    static const char *const names[] = {"alice", "bob", "postmaster"};
    unsigned char name[64];
    if (path.len > 1 && path.data[0] == '<' && path.data[path.len - 1] == '>')
        path = inside(path);
    size_t at = last_at(path);
    struct bytes domain = bytes_from(path, at);
    *local = at == 0 || word_is(domain, PLAY_DOMAIN) || word_is(domain, PLAY_HOST);
    size_t len = plain(at ? bytes_slice(path, 0, at - 1) : path, name, sizeof name);
    for (size_t i = 0; *local && i < sizeof names / sizeof *names; i++)
        if (word_is(bytes_of(name, len), names[i]))
            return names[i];
    return NULL;
}
