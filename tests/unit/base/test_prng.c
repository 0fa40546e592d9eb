/* Random numbers are the same for the same seed, and within their bounds. */
#include "base/prng.h"

#include <criterion/criterion.h>
#include <string.h>

Test(prng, the_same_seed_gives_the_same)
{
    struct prng a, b, c;
    bool differs = false;
    prng_seed(&a, 42);
    prng_seed(&b, 42);
    prng_seed(&c, 43);
    for (int i = 0; i < 100; i++) {
        uint64_t x = prng_next(&a);
        cr_expect_eq(x, prng_next(&b));
        differs = differs || x != prng_next(&c);
    }
    cr_expect(differs);
}

Test(prng, below_its_limit_and_reaching_all)
{
    struct prng p;
    size_t seen[7] = {0};
    prng_seed(&p, 0);
    for (int i = 0; i < 7000; i++) {
        uint64_t n = prng_below(&p, 7);
        cr_assert_lt(n, 7);
        seen[n]++;
    }
    for (size_t i = 0; i < 7; i++)
        cr_expect(seen[i] > 800 && seen[i] < 1200, "%zu: %zu", i, seen[i]);
    cr_expect_eq(prng_below(&p, 0), 0);
    cr_expect_eq(prng_below(&p, 1), 0);
}

Test(prng, fills_any_length)
{
    struct prng a, b;
    unsigned char x[33] = {0}, y[33] = {0};
    for (size_t len = 0; len < sizeof x; len++) {
        prng_seed(&a, 7);
        prng_seed(&b, 7);
        memset(x, 0, sizeof x);
        prng_fill(&a, x, len);
        prng_fill(&b, y, len);
        cr_expect_eq(memcmp(x, y, len), 0);
        cr_expect_eq(x[len], 0);
    }
    cr_expect_eq(prng_hash("a"), prng_hash("a"));
    cr_expect_neq(prng_hash("a"), prng_hash("b"));
}
