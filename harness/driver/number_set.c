#include "store.h"

#include <stdlib.h>

static size_t slot_of(const struct number_set *set, uint64_t n)
{
    size_t i = (size_t)(n * UINT64_C(0x9E3779B97F4A7C15)) & (set->capacity - 1);
    while (set->slots[i] && set->slots[i] != n)
        i = (i + 1) & (set->capacity - 1);
    return i;
}

static bool grow(struct number_set *set)
{
    struct number_set larger = {.capacity = set->capacity ? set->capacity * 2 : 256, .count = set->count};
    larger.slots = calloc(larger.capacity, sizeof *larger.slots);
    if (!larger.slots)
        return false;
    for (size_t i = 0; i < set->capacity; i++)
        if (set->slots[i])
            larger.slots[slot_of(&larger, set->slots[i])] = set->slots[i];
    free(set->slots);
    *set = larger;
    return true;
}

bool number_add(struct number_set *set, uint64_t n)
{
    n = n ? n : 1;
    if (set->count * 2 >= set->capacity && !grow(set))
        return false;
    size_t i = slot_of(set, n);
    if (set->slots[i])
        return false;
    set->slots[i] = n;
    set->count++;
    return true;
}

bool number_has(const struct number_set *set, uint64_t n)
{
    return set->capacity > 0 && set->slots[slot_of(set, n ? n : 1)] != 0;
}
