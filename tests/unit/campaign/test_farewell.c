#include "farewell.h"

#include <criterion/criterion.h>

static uint32_t words_of(const char *raw)
{
    struct reply r;
    reply_parse(bytes_string(raw), &r);
    return farewell_of(&r);
}

Test(farewell, the_last_line_of_a_refusal_tells)
{
    uint32_t plain = words_of("500 unrecognized command\r\n");
    uint32_t last = words_of("500-unrecognized command\r\n500 Too many syntax or protocol errors\r\n");
    cr_expect_neq(plain, 0);
    cr_expect_neq(plain, last);
    cr_expect_eq(last, words_of("500-another line\r\n500 Too many syntax or protocol errors\r\n"));
    cr_expect_neq(last, words_of("501 Too many syntax or protocol errors\r\n"));
    cr_expect_eq(words_of("250 Too many syntax or protocol errors\r\n"), 0);
}

Test(farewell, nothing_is_added_twice_and_no_more_than_fit)
{
    struct farewells f = {0};
    farewells_add(&f, 0);
    farewells_add(&f, 7);
    farewells_add(&f, 7);
    cr_expect_eq(f.count, 1);
    cr_expect(farewells_has(&f, 7));
    cr_expect_not(farewells_has(&f, 8));
    cr_expect_not(farewells_has(&f, 0));
    for (uint32_t i = 1; i < 1000; i++)
        farewells_add(&f, i);
    cr_expect_eq(f.count, FAREWELLS_MOST);
}
