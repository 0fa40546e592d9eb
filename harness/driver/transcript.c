#include "transcript.h"

#include "base/clock.h"

#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>

enum { TRANSCRIPT_FULL = 1 << 20, KEEP_WHEN_FULL = 1024 };

static struct event *event_add(struct recorder *r, enum event_kind kind, const char *connection)
{
    if (!r)
        return NULL;
    struct event *ev = arena_alloc(r->arena, sizeof *ev);
    if (!ev) {
        r->out_of_memory = true;
        return NULL;
    }
    *ev = (struct event){.kind = kind, .connection = connection, .ns = clock_ns() - r->origin_ns};
    if (r->transcript->last)
        r->transcript->last->next = ev;
    else
        r->transcript->first = ev;
    r->transcript->last = ev;
    r->transcript->count++;
    return ev;
}

static void digest_write(char *out, size_t size, struct bytes octets)
{
    unsigned char digest[SHA256_DIGEST_LENGTH];
    SHA256(octets.data, octets.len, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(out + 2 * i, size - 2 * i, "%02x", digest[i]);
}

struct event *recorder_octets(struct recorder *r, enum event_kind kind, const char *connection, bool tls,
                              struct bytes octets)
{
    struct event *ev = event_add(r, kind, connection);
    if (!ev)
        return NULL;
    ev->tls = tls;
    ev->length = octets.len;
    size_t most = r->kept > TRANSCRIPT_FULL ? KEEP_WHEN_FULL : EVENT_KEEP;
    if (octets.len <= most) {
        ev->octets = arena_bytes(r->arena, octets);
        r->kept += octets.len;
    } else {
        ev->octets = arena_bytes(r->arena, bytes_slice(octets, 0, KEEP_WHEN_FULL / 2));
        ev->tail = arena_bytes(r->arena, bytes_from(octets, octets.len - KEEP_WHEN_FULL / 2));
        digest_write(ev->digest, sizeof ev->digest, octets);
        r->kept += KEEP_WHEN_FULL;
    }
    if (!ev->octets.data)
        r->out_of_memory = true;
    return ev;
}

struct event *recorder_text(struct recorder *r, enum event_kind kind, const char *connection, const char *format, ...)
{
    struct event *ev = event_add(r, kind, connection);
    if (!ev)
        return NULL;
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    ev->text = arena_string(r->arena, text);
    if (!ev->text)
        r->out_of_memory = true;
    return ev;
}
