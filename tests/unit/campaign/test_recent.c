/* The last few sessions. */
#include "recent.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static void add(struct recent *r, const char *before, const char *text)
{
    recent_add(r, bytes_string(before), bytes_string(text));
}

Test(recent, the_last_comes_first_and_the_oldest_goes)
{
    struct recent r = {0};
    cr_expect_null(recent_at(&r, 0));
    add(&r, "", "0");
    add(&r, "0", "1");
    cr_assert_not_null(recent_at(&r, 0));
    cr_expect(bytes_equal(buffer_bytes(&recent_at(&r, 0)->text), BYTES("1")));
    cr_expect(bytes_equal(buffer_bytes(&recent_at(&r, 0)->before), BYTES("0")));
    cr_expect(bytes_equal(buffer_bytes(&recent_at(&r, 1)->text), BYTES("0")));
    cr_expect_null(recent_at(&r, 2));
    for (int i = 0; i < RECENT_MOST; i++)
        add(&r, "", i ? "b" : "a");
    cr_expect(bytes_equal(buffer_bytes(&recent_at(&r, RECENT_MOST - 1)->text), BYTES("a")));
    cr_expect_null(recent_at(&r, RECENT_MOST));
    recent_free(&r);
}

Test(recent, what_is_too_long_to_keep_is_left_out)
{
    struct recent r = {0};
    struct buffer much = {0};
    for (int i = 0; i <= RECENT_BEFORE_MOST; i++)
        buffer_add_octet(&much, 'x');
    recent_add(&r, buffer_bytes(&much), BYTES("a"));
    cr_expect_eq(recent_at(&r, 0)->before.len, 0);
    cr_expect_eq(recent_at(&r, 0)->text.len, 1);
    recent_free(&r);
    buffer_free(&much);
}
