/* Octet strings: slices are cut to what is there, searches take NUL, lines and words come off one by one. */
#include "base/bytes.h"

#include <criterion/criterion.h>

static bool same(struct bytes b, const char *text)
{
    return bytes_equal(b, bytes_string(text));
}

static const struct {
    size_t from, len;
    const char *slice;
} slices[] = {{0, 3, "abc"}, {1, 1, "b"}, {2, 9, "c"}, {3, 1, ""}, {9, 9, ""}, {1, SIZE_MAX, "bc"}};

Test(bytes, slices)
{
    for (size_t i = 0; i < sizeof slices / sizeof *slices; i++)
        cr_expect(same(bytes_slice(BYTES("abc"), slices[i].from, slices[i].len), slices[i].slice), "%zu", i);
    cr_expect(same(bytes_from(BYTES("abc"), 1), "bc"));
    cr_expect(same(bytes_from(BYTES("abc"), 4), ""));
    cr_expect_eq(bytes_string(NULL).len, 0);
}

static const struct {
    const char *in, *what;
    size_t at;
    bool starts, ends, nocase;
} searches[] = {
    {"abcab", "ab", 0, true, true, true},
    {"abcab", "b", 1, false, true, false},
    {"abc", "abcd", BYTES_NONE, false, false, false},
    {"abc", "", 0, true, true, true},
    {"", "", 0, true, true, true},
    {"aab", "ab", 1, false, true, false},
    {"ABC", "ab", BYTES_NONE, false, false, true},
};

Test(bytes, searches)
{
    for (size_t i = 0; i < sizeof searches / sizeof *searches; i++) {
        struct bytes in = bytes_string(searches[i].in), what = bytes_string(searches[i].what);
        cr_expect_eq(bytes_find(in, what), searches[i].at, "%zu", i);
        cr_expect_eq(bytes_starts(in, what), searches[i].starts, "%zu", i);
        cr_expect_eq(bytes_ends(in, what), searches[i].ends, "%zu", i);
        cr_expect_eq(bytes_starts_nocase(in, what), searches[i].nocase, "%zu", i);
    }
    cr_expect_eq(bytes_find(BYTES("a\0b"), BYTES("\0b")), 1);
    cr_expect_eq(bytes_find_octet(BYTES("a\0b"), 'b'), 2);
    cr_expect_not(bytes_equal(BYTES("a\0b"), BYTES("a\0c")));
    cr_expect(bytes_equal_nocase(BYTES("Size=1"), BYTES("sIZE=1")));
    cr_expect_not(bytes_equal_nocase(BYTES("[{"), BYTES("{[")));
}

Test(bytes, lines_and_words)
{
    static const char *const lines[] = {"one", "", "two\rx", "", "three"};
    struct bytes rest = BYTES("one\r\n\ntwo\rx\n\r\nthree"), line, word;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        cr_assert(bytes_next_line(&rest, &line));
        cr_expect(same(line, lines[i]), "%zu: %.*s", i, BYTES_ARG(line));
    }
    cr_expect_not(bytes_next_line(&rest, &line));
    rest = BYTES("  a bc   d ");
    cr_expect(bytes_next_word(&rest, &word) && same(word, "a"));
    cr_expect(bytes_next_word(&rest, &word) && same(word, "bc"));
    cr_expect(bytes_next_word(&rest, &word) && same(word, "d"));
    cr_expect_not(bytes_next_word(&rest, &word));
}

static const struct {
    const char *text;
    bool good;
    uint64_t number;
} numbers[] = {
    {"0", true, 0},
    {"007", true, 7},
    {"18446744073709551615", true, UINT64_MAX},
    {"18446744073709551616", false, 0},
    {"99999999999999999999", false, 0},
    {"", false, 0},
    {"-1", false, 0},
    {"+1", false, 0},
    {" 1", false, 0},
    {"1x", false, 0},
};

Test(bytes, numbers)
{
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        uint64_t n = 0;
        cr_expect_eq(bytes_to_number(bytes_string(numbers[i].text), &n), numbers[i].good, "%s", numbers[i].text);
        if (numbers[i].good)
            cr_expect_eq(n, numbers[i].number, "%s", numbers[i].text);
    }
}

Test(bytes, hexadecimal_digits)
{
    const char *digits = "0123456789abcdef";
    for (int i = 0; i < 16; i++) {
        cr_expect_eq(octet_hex((unsigned char)digits[i]), i);
        cr_expect_eq(octet_hex(octet_upper((unsigned char)digits[i])), i);
    }
    cr_expect_eq(octet_hex('g'), -1);
    cr_expect_eq(octet_hex(0), -1);
}
