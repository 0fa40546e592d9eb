/* The last few sessions. */
#include "recent.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

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
    recent_clear(&r);
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
    recent_clear(&r);
    buffer_free(&much);
}

Test(recent, only_the_last_few_have_what_came_before)
{
    struct recent r = {0};
    for (int i = 0; i < 2 * RECENT_FEW; i++)
        add(&r, "before", "text");
    cr_expect_eq(recent_at(&r, RECENT_FEW - 1)->before.len, strlen("before"));
    cr_expect_eq(recent_at(&r, RECENT_FEW)->before.len, 0);
    recent_clear(&r);
}

Test(recent, holds_no_more_octets_than_it_may)
{
    struct recent r = {0};
    struct buffer much = {0};
    buffer_add_repeated(&much, BYTES("x"), RECENT_OCTETS / 4);
    for (int i = 0; i < 8; i++)
        recent_add(&r, (struct bytes){0}, buffer_bytes(&much));
    cr_expect_not_null(recent_at(&r, 3));
    cr_expect_null(recent_at(&r, 4));
    buffer_add_repeated(&much, BYTES("x"), RECENT_OCTETS);
    recent_add(&r, (struct bytes){0}, buffer_bytes(&much));
    cr_expect_not_null(recent_at(&r, 0), "one is always there");
    cr_expect_null(recent_at(&r, 1));
    recent_clear(&r);
    cr_expect_null(recent_at(&r, 0));
    buffer_free(&much);
}
