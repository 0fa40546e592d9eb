/* libFuzzer's custom mutator and cross-over for targets whose input is a session (docs/fuzzing-format.md). Without
 * libFuzzer (other engines, the standalone runner) these are functions that nobody calls. */
#include "mutate/mutate.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

__attribute__((weak)) size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size, uint8_t *out,
                                 size_t max_size, unsigned int seed);

/* A session is over within microseconds: freed memory need not be kept for long to be caught when it is used again, and
 * less of it is still in the processor's cache when its turn comes. Two frames of each allocation cost no unwinding; an
 * input that was found is run again with $ASAN_OPTIONS malloc_context_size=30 to see all. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "quarantine_size_mb=1:thread_local_quarantine_size_kb=64:max_malloc_fill_size=0:malloc_context_size=2";
}

/* What is kept from call to call is memory and the dictionary; the result depends on the arguments alone. */
struct custom {
    struct arena *arena, *words;
    struct dictionary dictionary;
    struct mutator mutator;
    struct buffer text;
};

static size_t mutate_octets(void *context, unsigned char *data, size_t len, size_t size)
{
    (void)context;
    return LLVMFuzzerMutate(data, len, size);
}

static struct custom *begin(unsigned seed, size_t most)
{
    static struct custom c;
    if (!c.arena) {
        c.arena = arena_new();
        c.words = arena_new();
        if (!c.arena || !c.words || !dictionary_make(&c.dictionary, c.words))
            abort();
        mutator_init(&c.mutator, seed);
        c.mutator.dictionary = &c.dictionary;
        c.mutator.octets = LLVMFuzzerMutate ? mutate_octets : NULL;
    }
    arena_clear(c.arena);
    mutator_seed(&c.mutator, seed);
    c.mutator.most = most;
    return &c;
}

/* The text of the script, cut to what fits. */
static size_t finish(struct custom *c, const struct script *s, uint8_t *out, size_t max_size)
{
    buffer_clear(&c->text);
    script_print(s, &c->text);
    if (s->failed || buffer_failed(&c->text))
        return 0;
    struct bytes text = bytes_slice(buffer_bytes(&c->text), 0, max_size);
    if (text.len)
        memcpy(out, text.data, text.len);
    return text.len;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
    struct custom *c = begin(seed, max_size);
    struct script s;
    if (!script_parse(&s, c->arena, bytes_of(data, size)) || !mutate_script(&s, &c->mutator))
        return size;
    return finish(c, &s, data, max_size);
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size, uint8_t *out,
                                 size_t max_size, unsigned int seed)
{
    struct custom *c = begin(seed, max_size);
    struct script first, second, child;
    script_init(&child, c->arena);
    if (!script_parse(&first, c->arena, bytes_of(a, a_size)) || !script_parse(&second, c->arena, bytes_of(b, b_size)) ||
        !mutate_cross(&child, &first, &second, &c->mutator))
        return 0;
    return finish(c, &child, out, max_size);
}
