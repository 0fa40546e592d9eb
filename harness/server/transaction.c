#include "session_internal.h"

#include <stdlib.h>
#include <string.h>

bool transaction_begin(struct transaction *t)
{
    transaction_clear(t);
    t->arena = arena_new();
    return t->arena != NULL;
}

static bool grow(struct transaction *t)
{
    if (t->envelope.count < t->room)
        return true;
    size_t room = t->room ? t->room * 2 : 4;
    struct recipient *r = realloc(t->envelope.recipients, room * sizeof *r);
    if (!r)
        return false;
    t->envelope.recipients = r;
    t->room = room;
    return true;
}

bool transaction_add(struct transaction *t, const struct recipient *r)
{
    if (!grow(t))
        return false;
    struct recipient copy = *r;
    if (!transaction_keep(t, r->orcpt, &copy.orcpt))
        return false;
    t->envelope.recipients[t->envelope.count++] = copy;
    return true;
}

void transaction_clear(struct transaction *t)
{
    struct recipient *recipients = t->envelope.recipients;
    struct buffer message = t->message;
    size_t room = t->room;
    arena_free(t->arena);
    buffer_clear(&message);
    *t = (struct transaction){.envelope.recipients = recipients, .message = message, .room = room};
}

void transaction_free(struct transaction *t)
{
    transaction_clear(t);
    free(t->envelope.recipients);
    buffer_free(&t->message);
}

bool transaction_keep(struct transaction *t, struct bytes octets, struct bytes *out)
{
    if (octets.len == 0) {
        *out = (struct bytes){0};
        return true;
    }
    *out = arena_bytes(t->arena, octets);
    return out->data != NULL;
}

bool transaction_keep_path(struct transaction *t, const struct path *p, struct bytes *out)
{
    struct bytes name = p->mailbox.len ? p->mailbox : p->local_part; /* <Postmaster> has no domain */
    char *text = arena_alloc(t->arena, name.len + 2);
    if (!text)
        return false;
    text[0] = '<';
    if (name.len)
        memcpy(text + 1, name.data, name.len);
    text[name.len + 1] = '>';
    *out = bytes_of(text, name.len + 2);
    return true;
}
