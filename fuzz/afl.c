/* AFL++'s custom mutator interface (as of 4.04c) on the mutator of the project: AFL_CUSTOM_MUTATOR_LIBRARY names
 * libsmtpspec-afl.so. The queue holds sessions as text (docs/fuzzing-format.md); the target gets their octets, what
 * stands behind a close left out. */
#include "mutate/mutate.h"
#include "mutate/reduce.h"

#include <stdlib.h>

struct afl {
    struct arena *words, *arena;
    struct dictionary dictionary;
    struct mutator mutator;
    struct buffer mutant, wire;
    struct reducer reducer;
    size_t tries;
    bool trimming;
    char description[256];
};

void *afl_custom_init(void *afl, unsigned int seed);
size_t afl_custom_fuzz(void *data, uint8_t *buf, size_t buf_size, uint8_t **out_buf, uint8_t *add_buf,
                       size_t add_buf_size, size_t max_size);
const char *afl_custom_describe(void *data, size_t max_description_len);
size_t afl_custom_post_process(void *data, uint8_t *buf, size_t buf_size, uint8_t **out_buf);
int32_t afl_custom_init_trim(void *data, uint8_t *buf, size_t buf_size);
size_t afl_custom_trim(void *data, uint8_t **out_buf);
int32_t afl_custom_post_trim(void *data, unsigned char success);
void afl_custom_deinit(void *data);

void afl_custom_deinit(void *data)
{
    struct afl *a = data;
    mutator_free(&a->mutator);
    buffer_free(&a->mutant);
    buffer_free(&a->wire);
    if (a->trimming)
        reduce_free(&a->reducer);
    arena_free(a->words);
    arena_free(a->arena);
    free(a);
}

void *afl_custom_init(void *afl, unsigned int seed)
{
    struct afl *a = calloc(1, sizeof *a);
    (void)afl;
    if (!a)
        return NULL;
    mutator_init(&a->mutator, seed);
    a->words = arena_new();
    a->arena = arena_new();
    if (!a->words || !a->arena || !dictionary_make(&a->dictionary, a->words)) {
        afl_custom_deinit(a);
        return NULL;
    }
    a->mutator.dictionary = &a->dictionary;
    return a;
}

/* Every eighth mutant is crossed with the other entry of the queue, which is there to splice from in the others too. */
static bool mutate(struct afl *a, struct script *s, const struct script *first, const struct script *other)
{
    if (other->count > 0 && prng_below(&a->mutator.prng, 8) == 0)
        return mutate_cross(s, first, other, &a->mutator);
    *s = *first;
    a->mutator.other = other->count > 0 ? other : NULL;
    return mutate_script(s, &a->mutator);
}

size_t afl_custom_fuzz(void *data, uint8_t *buf, size_t buf_size, uint8_t **out_buf, uint8_t *add_buf,
                       size_t add_buf_size, size_t max_size)
{
    struct afl *a = data;
    struct script first, other, child;
    *out_buf = buf; /* with 0: nothing is run; without a buffer AFL++ gives up */
    arena_clear(a->arena);
    buffer_clear(&a->mutant);
    script_init(&child, a->arena);
    a->mutator.most = max_size / 2; /* marks take room too */
    if (!script_parse(&first, a->arena, bytes_of(buf, buf_size)) ||
        !script_parse(&other, a->arena, bytes_of(add_buf, add_buf ? add_buf_size : 0)) ||
        !mutate(a, &child, &first, &other))
        return 0;
    script_print(&child, &a->mutant);
    if (buffer_failed(&a->mutant) || a->mutant.len == 0)
        return 0;
    *out_buf = a->mutant.data;
    return a->mutant.len < max_size ? a->mutant.len : max_size;
}

const char *afl_custom_describe(void *data, size_t max_description_len)
{
    struct afl *a = data;
    size_t size = sizeof a->description;
    return mutate_describe(&a->mutator, a->description, max_description_len < size ? max_description_len : size);
}

size_t afl_custom_post_process(void *data, uint8_t *buf, size_t buf_size, uint8_t **out_buf)
{
    struct afl *a = data;
    struct script s;
    arena_clear(a->arena);
    buffer_clear(&a->wire);
    if (!script_parse(&s, a->arena, bytes_of(buf, buf_size)))
        return 0;
    for (size_t i = 0; i < s.count; i++) {
        const struct part *p = &s.parts[i];
        if (p->kind == PART_MARK && (p->mark == MARK_CLOSE || p->mark == MARK_RESET || p->mark == MARK_FLOOD))
            break;
        buffer_add(&a->wire, p->octets);
    }
    if (a->wire.len == 0)
        buffer_add_octet(&a->wire, '\n'); /* an empty input would not be run at all */
    if (buffer_failed(&a->wire))
        return 0;
    *out_buf = a->wire.data;
    return a->wire.len;
}

/* AFL++ counts steps; here one step goes on as long as there is something to leave out. */
enum { STEPS = 1, MOST_TRIES = 2000 };

/* The next candidate lies in the reducer. */
static bool prepare(struct afl *a)
{
    struct bytes candidate;
    return a->tries++ < MOST_TRIES && reduce_next(&a->reducer, &candidate) && candidate.len > 0;
}

int32_t afl_custom_init_trim(void *data, uint8_t *buf, size_t buf_size)
{
    struct afl *a = data;
    if (a->trimming)
        reduce_free(&a->reducer);
    a->trimming = true;
    a->tries = 0;
    reduce_begin(&a->reducer, bytes_of(buf, buf_size));
    return prepare(a) ? STEPS : 0;
}

size_t afl_custom_trim(void *data, uint8_t **out_buf)
{
    struct afl *a = data;
    *out_buf = a->reducer.candidate.data;
    return a->reducer.candidate.len;
}

int32_t afl_custom_post_trim(void *data, unsigned char success)
{
    struct afl *a = data;
    reduce_answer(&a->reducer, success);
    return prepare(a) ? 0 : STEPS;
}
