#include "base/buffer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST = 64 }; /* octets of the first piece of memory */

void buffer_free(struct buffer *b)
{
    free(b->data);
    *b = (struct buffer){0};
}

void buffer_clear(struct buffer *b)
{
    b->len = 0;
    b->failed = false;
    if (b->data)
        b->data[0] = 0;
}

bool buffer_failed(const struct buffer *b)
{
    return b->failed;
}

unsigned char *buffer_reserve(struct buffer *b, size_t len)
{
    if (b->failed || len >= SIZE_MAX / 4 || b->len >= SIZE_MAX / 4) {
        b->failed = true;
        return NULL;
    }
    size_t need = b->len + len + 1;
    if (need > b->cap) {
        size_t cap = b->cap ? b->cap * 2 : FIRST;
        if (cap < need)
            cap = need;
        unsigned char *data = realloc(b->data, cap);
        if (!data) {
            b->failed = true;
            return NULL;
        }
        b->data = data;
        b->cap = cap;
    }
    b->data[b->len + len] = 0;
    return b->data + b->len;
}

void buffer_add(struct buffer *b, struct bytes octets)
{
    unsigned char *at = buffer_reserve(b, octets.len);
    if (!at || octets.len == 0)
        return;
    memcpy(at, octets.data, octets.len);
    b->len += octets.len;
}

void buffer_add_string(struct buffer *b, const char *text)
{
    buffer_add(b, bytes_string(text));
}

void buffer_add_octet(struct buffer *b, unsigned char octet)
{
    if (b->failed || (b->cap - b->len < 2 && !buffer_reserve(b, 1)))
        return;
    b->data[b->len++] = octet;
    b->data[b->len] = 0;
}

void buffer_add_repeated(struct buffer *b, struct bytes octets, size_t times)
{
    if (octets.len > 0 && times > SIZE_MAX / octets.len) {
        b->failed = true;
        return;
    }
    unsigned char *at = buffer_reserve(b, octets.len * times);
    if (!at)
        return;
    if (octets.len == 1)
        memset(at, octets.data[0], times);
    else
        for (size_t i = 0; i < times && octets.len > 0; i++)
            memcpy(at + i * octets.len, octets.data, octets.len);
    b->len += octets.len * times;
}

/* Most fits where there is room already: it is then printed once, not measured first. */
void buffer_vprintf(struct buffer *b, const char *format, va_list args)
{
    va_list again;
    if (b->cap == 0)
        buffer_reserve(b, FIRST - 1);
    if (b->failed)
        return;
    size_t room = b->cap - b->len;
    va_copy(again, args);
    int len = vsnprintf((char *)b->data + b->len, room, format, again);
    va_end(again);
    if (len >= 0 && (size_t)len < room) {
        b->len += (size_t)len;
        return;
    }
    b->data[b->len] = 0;
    unsigned char *at = len < 0 ? NULL : buffer_reserve(b, (size_t)len);
    if (!at) {
        b->failed = true;
        return;
    }
    vsnprintf((char *)at, (size_t)len + 1, format, args);
    b->len += (size_t)len;
}

void buffer_printf(struct buffer *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    buffer_vprintf(b, format, args);
    va_end(args);
}

void buffer_truncate(struct buffer *b, size_t len)
{
    if (len >= b->len)
        return;
    b->len = len;
    b->data[len] = 0;
}

void buffer_consume(struct buffer *b, size_t len)
{
    if (len >= b->len) {
        b->len = 0;
    } else if (len > 0) {
        memmove(b->data, b->data + len, b->len - len);
        b->len -= len;
    }
    if (b->data)
        b->data[b->len] = 0;
}

struct bytes buffer_bytes(const struct buffer *b)
{
    return (struct bytes){b->data, b->len};
}

const char *buffer_string(const struct buffer *b)
{
    return b->data ? (const char *)b->data : "";
}
