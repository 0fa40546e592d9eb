#include "driver/delivery.h"

#include "store.h"

#include <stdio.h>
#include <stdlib.h>

struct delivery {
    struct store *stores;
    size_t count;
};

struct delivery *delivery_new(const struct target *t)
{
    struct delivery *d = calloc(1, sizeof *d);
    if (!d)
        return NULL;
    d->stores = calloc(t->mailbox_count + 1, sizeof *d->stores);
    if (!d->stores) {
        free(d);
        return NULL;
    }
    for (; d->count < t->mailbox_count; d->count++)
        if (!store_open(&d->stores[d->count], &t->mailboxes[d->count], t->directory)) {
            delivery_free(d);
            return NULL;
        }
    return d;
}

void delivery_free(struct delivery *d)
{
    if (!d)
        return;
    for (size_t i = 0; i < d->count; i++)
        store_close(&d->stores[i]);
    free(d->stores);
    free(d);
}

void delivery_begin(struct delivery *d)
{
    for (size_t i = 0; i < d->count; i++)
        store_begin(&d->stores[i]);
}

struct store *delivery_store(struct delivery *d, struct bytes address)
{
    for (size_t i = 0; i < d->count; i++)
        if (bytes_equal_nocase(bytes_string(d->stores[i].mailbox->address), address))
            return &d->stores[i];
    return NULL;
}

size_t delivery_count(const struct delivery *d)
{
    return d->count;
}

void delivery_mark(struct delivery *d, size_t *marks)
{
    for (size_t i = 0; i < d->count; i++)
        marks[i] = store_mark(&d->stores[i]);
}

size_t delivery_number(const struct delivery *d, const struct store *s)
{
    return (size_t)(s - d->stores);
}

static bool holds_all(struct bytes message, const struct search *s)
{
    if (s->unwanted.len > 0 && bytes_find(message, s->unwanted) != BYTES_NONE)
        return false;
    for (size_t i = 0; i < s->wanted_count; i++)
        if (bytes_find(message, s->wanted[i]) == BYTES_NONE)
            return false;
    return true;
}

static bool message_keep(struct search *s, struct bytes message)
{
    if (s->count == s->capacity) {
        size_t capacity = s->capacity ? s->capacity * 2 : 4;
        struct found_message *grown = realloc(s->messages, capacity * sizeof *grown);
        if (!grown)
            return false;
        s->messages = grown;
        s->capacity = capacity;
    }
    s->messages[s->count++] = (struct found_message){s->found.len, message.len};
    buffer_add(&s->found, message);
    return !buffer_failed(&s->found);
}

static bool consider(void *context, struct bytes message)
{
    struct search *s = context;
    if (holds_all(message, s) && !message_keep(s, message)) {
        s->failed = true;
        snprintf(s->why, sizeof s->why, "no memory for the messages");
        return false;
    }
    return true;
}

void search_look(struct search *s)
{
    s->failed = false;
    if (!store_is_atomic(s->store)) {
        buffer_clear(&s->found);
        s->count = 0;
        s->looked = s->from;
    }
    if (!store_read(s->store, &s->looked, consider, s, s->why, sizeof s->why))
        s->failed = true;
}

struct bytes search_message(const struct search *s, size_t i)
{
    return bytes_slice(buffer_bytes(&s->found), s->messages[i].at, s->messages[i].len);
}

void search_free(struct search *s)
{
    buffer_free(&s->found);
    free(s->messages);
    s->messages = NULL;
    s->count = s->capacity = 0;
}

/* CRLF to LF; without the empty lines at the end, of which some stores add one. */
static void normalise(struct buffer *out, struct bytes in)
{
    for (size_t i = 0; i < in.len; i++)
        if (!(in.data[i] == '\r' && i + 1 < in.len && in.data[i + 1] == '\n'))
            buffer_add_octet(out, in.data[i]);
    while (out->len > 0 && out->data[out->len - 1] == '\n')
        out->len--;
}

/* Cuts a message at its first empty line. */
static bool message_cut(struct bytes message, struct bytes *header, struct bytes *body)
{
    size_t at = message.len > 0 && message.data[0] == '\n' ? 0 : bytes_find(message, BYTES("\n\n"));
    if (at == BYTES_NONE)
        return false;
    *header = bytes_slice(message, 0, at);
    *body = bytes_from(message, at == 0 && message.data[0] == '\n' ? 1 : at + 2);
    return true;
}

/* All lines of one header are in the other, in the same order: servers put their own fields around them. */
static bool header_within(struct bytes sent, struct bytes found)
{
    struct bytes line, other;
    while (bytes_next_line(&sent, &line)) {
        do {
            if (!bytes_next_line(&found, &other))
                return false;
        } while (!bytes_equal(line, other));
    }
    return true;
}

bool message_same(struct bytes sent, struct bytes found, bool exact)
{
    if (exact)
        return bytes_ends(found, sent);
    struct buffer a = {0}, b = {0};
    struct bytes sent_header, sent_body, found_header, found_body;
    normalise(&a, sent);
    normalise(&b, found);
    bool same = !buffer_failed(&a) && !buffer_failed(&b) && bytes_ends(buffer_bytes(&b), buffer_bytes(&a));
    if (!same && message_cut(buffer_bytes(&a), &sent_header, &sent_body) &&
        message_cut(buffer_bytes(&b), &found_header, &found_body))
        same = bytes_equal(sent_body, found_body) && header_within(sent_header, found_header);
    buffer_free(&a);
    buffer_free(&b);
    return same;
}
