/* Arenas: zeroed, aligned, apart from each other, however large. */
#include "base/arena.h"

#include <criterion/criterion.h>
#include <stdalign.h>
#include <stdint.h>
#include <string.h>

Test(arena, pieces_are_zeroed_aligned_and_apart)
{
    struct arena *a = arena_new();
    unsigned char *pieces[600];
    cr_assert_not_null(a);
    for (size_t i = 0; i < 600; i++) {
        size_t len = i * 37 % 9000;
        pieces[i] = arena_alloc(a, len);
        cr_assert_not_null(pieces[i]);
        cr_expect_eq((uintptr_t)pieces[i] % alignof(max_align_t), 0);
        for (size_t k = 0; k < len; k++)
            cr_assert_eq(pieces[i][k], 0);
        memset(pieces[i], (int)(i % 251) + 1, len);
    }
    for (size_t i = 0; i < 600; i++)
        for (size_t k = 0; k < i * 37 % 9000; k++)
            cr_assert_eq(pieces[i][k], i % 251 + 1);
    cr_expect_geq(arena_used(a), 600 * 1000);
    arena_free(a);
}

Test(arena, too_much_is_refused)
{
    struct arena *a = arena_new();
    cr_expect_null(arena_array(a, SIZE_MAX / 2, 3));
    cr_expect_null(arena_alloc(a, SIZE_MAX));
    cr_expect_not_null(arena_array(a, 0, 8));
    arena_free(a);
    arena_free(NULL);
}

Test(arena, copies_end_with_nul)
{
    struct arena *a = arena_new();
    struct bytes b = arena_bytes(a, BYTES("a\0b"));
    cr_expect(bytes_equal(b, BYTES("a\0b")));
    cr_expect_eq(b.data[3], 0);
    cr_expect_str_eq(arena_string(a, "text"), "text");
    cr_expect_str_eq(arena_printf(a, "%s-%d", "x", 7), "x-7");
    b = arena_bytes(a, (struct bytes){0});
    cr_expect(b.data && b.len == 0);
    arena_free(a);
}

Test(arena, is_empty_when_cleared)
{
    struct arena *a = arena_new();
    for (int round = 0; round < 100; round++) {
        for (size_t len = 0; len < 10000; len += 999) {
            unsigned char *at = arena_alloc(a, len);
            for (size_t i = 0; i < len; i++)
                cr_assert_eq(at[i], 0);
            memset(at, 0xff, len);
        }
        arena_clear(a);
        cr_assert_eq(arena_used(a), 0);
    }
    arena_free(a);
}
