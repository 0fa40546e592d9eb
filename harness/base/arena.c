#include "base/arena.h"

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 16384 };

struct block {
    struct block *next;
    size_t used, cap;
    alignas(max_align_t) unsigned char data[];
};

struct arena {
    struct block *blocks; /* the one in use first */
    size_t used;
};

struct arena *arena_new(void)
{
    return calloc(1, sizeof(struct arena));
}

void arena_free(struct arena *a)
{
    if (!a)
        return;
    for (struct block *b = a->blocks, *next; b; b = next) {
        next = b->next;
        free(b);
    }
    free(a);
}

void arena_clear(struct arena *a)
{
    struct block *kept = NULL;
    for (struct block *b = a->blocks, *next; b; b = next) {
        next = b->next;
        if (!kept && b->cap == BLOCK) {
            kept = b;
            *kept = (struct block){.cap = BLOCK};
        } else {
            free(b);
        }
    }
    *a = (struct arena){.blocks = kept};
}

static struct block *block_new(size_t cap)
{
    struct block *b = malloc(sizeof *b + cap);
    if (b)
        *b = (struct block){.cap = cap};
    return b;
}

/* A large piece gets a block of its own behind the one in use, which keeps its free space. */
static void *alloc_large(struct arena *a, size_t len)
{
    struct block *b = block_new(len);
    if (!b)
        return NULL;
    b->used = len;
    if (a->blocks) {
        b->next = a->blocks->next;
        a->blocks->next = b;
    } else {
        a->blocks = b;
    }
    return b->data;
}

void *arena_alloc(struct arena *a, size_t len)
{
    const size_t align = alignof(max_align_t);
    if (len > SIZE_MAX / 2)
        return NULL;
    size_t need = (len + align) / align * align; /* never 0 */
    void *at = NULL;
    if (need > BLOCK / 4) {
        at = alloc_large(a, need);
    } else {
        if (!a->blocks || a->blocks->cap - a->blocks->used < need) {
            struct block *b = block_new(BLOCK);
            if (!b)
                return NULL;
            b->next = a->blocks;
            a->blocks = b;
        }
        at = a->blocks->data + a->blocks->used;
        a->blocks->used += need;
    }
    if (!at)
        return NULL;
    a->used += need;
    return memset(at, 0, need);
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        return NULL;
    return arena_alloc(a, count * size);
}

static void *copy(struct arena *a, struct bytes b)
{
    void *at = b.len == SIZE_MAX ? NULL : arena_alloc(a, b.len + 1);
    if (at && b.len)
        memcpy(at, b.data, b.len);
    return at;
}

struct bytes arena_bytes(struct arena *a, struct bytes b)
{
    void *at = copy(a, b);
    return (struct bytes){at, at ? b.len : 0};
}

char *arena_string(struct arena *a, const char *text)
{
    return copy(a, bytes_string(text));
}

/* Most is short: it is then printed once, not measured first. */
char *arena_vprintf(struct arena *a, const char *format, va_list args)
{
    char text[256];
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(text, sizeof text, format, again);
    va_end(again);
    if (len >= 0 && (size_t)len < sizeof text)
        return copy(a, bytes_of(text, (size_t)len));
    char *at = len < 0 ? NULL : arena_alloc(a, (size_t)len + 1);
    if (at)
        vsnprintf(at, (size_t)len + 1, format, args);
    return at;
}

char *arena_printf(struct arena *a, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *at = arena_vprintf(a, format, args);
    va_end(args);
    return at;
}

size_t arena_used(const struct arena *a)
{
    return a->used;
}
