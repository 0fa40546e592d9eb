/* Reduction: what is left still does it, and nothing more can be left out. */
#include "mutate/reduce.h"

#include <criterion/criterion.h>

struct row {
    const char *text, *needs[3], *result;
};

static bool holds(struct bytes text, const struct row *row)
{
    for (int i = 0; i < 3 && row->needs[i]; i++)
        if (bytes_find(text, bytes_string(row->needs[i])) == BYTES_NONE)
            return false;
    return true;
}

Test(reduce, keeps_what_matters_and_no_more)
{
    static const struct row rows[] = {
        {"EHLO a\r\nMAIL FROM:<>\r\nNOOP\r\nQUIT\r\n", {"NOOP"}, "NOOP"},
        {"EHLO a\r\n#!join\nMAIL FROM:<aaaaaaaaaaaaaaaaaaa%n>\r\n#!write\nQUIT\r\n",
         {"%n", "#!write\n"},
         "%n#!write\n"},
        {"EHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<b>\r\nDATA\r\nc\r\n.\r\n", {"DATA", "."}, "DATA."},
        {"a", {"a"}, "a"},
        {"EHLO a\r\n", {"\r\n"}, "\r\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct reducer r;
        struct bytes candidate;
        size_t tries = 0;
        for (reduce_begin(&r, bytes_string(rows[i].text)); reduce_next(&r, &candidate); tries++) {
            cr_assert_lt(candidate.len, reduce_result(&r).len);
            reduce_answer(&r, holds(candidate, &rows[i]));
            cr_assert_lt(tries, 10000);
        }
        cr_expect(bytes_equal(reduce_result(&r), bytes_string(rows[i].result)), "%s: %.*s", rows[i].text,
                  BYTES_ARG(reduce_result(&r)));
        reduce_free(&r);
    }
}

Test(reduce, of_nothing_and_to_nothing)
{
    struct reducer r;
    struct bytes candidate;
    reduce_begin(&r, (struct bytes){0});
    cr_expect_not(reduce_next(&r, &candidate));
    reduce_free(&r);
    for (reduce_begin(&r, BYTES("EHLO a\r\nQUIT\r\n")); reduce_next(&r, &candidate);)
        reduce_answer(&r, true);
    cr_expect_eq(reduce_result(&r).len, 0);
    reduce_free(&r);
}
