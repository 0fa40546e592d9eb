#include "minimise.h"

#include "base/clock.h"
#include "mutate/script.h"

enum { ROUNDS = 6 };

static bool exhausted(const struct minimise *m)
{
    return m->tests >= m->most_tests || clock_left(m->deadline) == 0;
}

/* Takes `smaller` for `text` when it shows the same. */
static bool try_it(struct minimise *m, struct buffer *text, struct buffer *smaller)
{
    if (buffer_failed(smaller) || smaller->len >= text->len || exhausted(m))
        return false;
    m->tests++;
    if (!m->shows(m->context, buffer_bytes(smaller)))
        return false;
    struct buffer was = *text;
    *text = *smaller;
    *smaller = was;
    return true;
}

/* The text without parts `at` to `at + count - 1`. */
static bool try_without(struct minimise *m, struct buffer *text, size_t at, size_t count)
{
    struct script s;
    struct buffer smaller = {0};
    struct arena *a = arena_new();
    bool taken = false;
    if (a && script_parse(&s, a, buffer_bytes(text)) && at < s.count) {
        script_remove(&s, at, count < s.count - at ? count : s.count - at);
        script_print(&s, &smaller);
        taken = !s.failed && try_it(m, text, &smaller);
    }
    buffer_free(&smaller);
    arena_free(a);
    return taken;
}

static size_t parts_count(const struct buffer *text)
{
    struct script s;
    struct arena *a = arena_new();
    size_t count = a && script_parse(&s, a, buffer_bytes(text)) ? s.count : 0;
    arena_free(a);
    return count;
}

/* Big pieces first; from the end, since what stands behind the deciding part is most often idle. */
static bool without_parts(struct minimise *m, struct buffer *text)
{
    bool any = false;
    size_t count = parts_count(text);
    for (size_t len = count > 1 ? count / 2 : 1; len > 0; len /= 2)
        for (size_t at = parts_count(text); at > 0 && !exhausted(m); at = at > len ? at - len : 0) {
            size_t from = at > len ? at - len : 0;
            any |= try_without(m, text, from, len);
        }
    return any;
}

static bool without_octets(struct minimise *m, struct buffer *text)
{
    bool any = false;
    for (size_t len = text->len > 1 ? text->len / 2 : 0; len > 0; len /= 2) {
        size_t at = text->len;
        while (at > 0 && !exhausted(m)) {
            struct buffer smaller = {0};
            size_t from = at > len ? at - len : 0;
            buffer_add(&smaller, bytes_slice(buffer_bytes(text), 0, from));
            buffer_add(&smaller, bytes_from(buffer_bytes(text), at));
            any |= try_it(m, text, &smaller);
            buffer_free(&smaller);
            at = from < text->len ? from : text->len;
        }
    }
    return any;
}

/* Marks are short lines of the text, so leaving octets out moves and merges writes too: that is tried by parts once
 * more behind it. */
void minimise(struct minimise *m, struct buffer *text)
{
    for (int round = 0; round < ROUNDS && !exhausted(m); round++) {
        bool parts = without_parts(m, text);
        bool octets = without_octets(m, text);
        if (!parts && !octets)
            break;
    }
}
