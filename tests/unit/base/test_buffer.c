/* Buffers grow, stay terminated, and remember that memory ran out. */
#include "base/buffer.h"

#include <criterion/criterion.h>
#include <string.h>

Test(buffer, appends)
{
    struct buffer b = {0};
    cr_expect_str_eq(buffer_string(&b), "");
    buffer_add_string(&b, "a");
    buffer_add_octet(&b, 0);
    buffer_add(&b, BYTES("bc"));
    buffer_add_repeated(&b, BYTES("xy"), 2);
    buffer_add_repeated(&b, BYTES("z"), 2);
    buffer_add_repeated(&b, BYTES(""), 2);
    buffer_printf(&b, "%d", 42);
    cr_expect(bytes_equal(buffer_bytes(&b), BYTES("a\0bcxyxyzz42")));
    cr_expect_eq(b.data[b.len], 0);
    buffer_consume(&b, 2);
    cr_expect_str_eq(buffer_string(&b), "bcxyxyzz42");
    buffer_truncate(&b, 20);
    buffer_truncate(&b, 2);
    cr_expect_str_eq(buffer_string(&b), "bc");
    buffer_consume(&b, b.len);
    cr_expect_eq(b.len, 0);
    buffer_clear(&b);
    cr_expect_not(buffer_failed(&b));
    buffer_free(&b);
}

Test(buffer, grows_over_any_size)
{
    struct buffer b = {0};
    for (size_t i = 0; i < 100000; i++)
        buffer_printf(&b, "%zu,", i % 10);
    cr_expect_eq(b.len, 200000);
    cr_expect_eq(memcmp(b.data + 199996, "8,9,", 4), 0);
    unsigned char *space = buffer_reserve(&b, 1000000);
    cr_assert_not_null(space);
    memset(space, 'z', 1000000);
    b.len += 1000000;
    cr_expect_eq(b.data[b.len - 1], 'z');
    buffer_free(&b);
    cr_expect_eq(b.len, 0);
}

Test(buffer, failure_sticks_until_cleared)
{
    struct buffer b = {0};
    buffer_add_string(&b, "a");
    buffer_add_repeated(&b, BYTES("ab"), SIZE_MAX / 2 + 1);
    cr_expect(buffer_failed(&b));
    buffer_add_string(&b, "b");
    cr_expect_eq(b.len, 1);
    buffer_clear(&b);
    cr_expect_not(buffer_failed(&b));
    buffer_add_string(&b, "c");
    cr_expect_str_eq(buffer_string(&b), "c");
    buffer_free(&b);
}
