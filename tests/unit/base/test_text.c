/* Text for people: visible octets, durations, the nearest name, patterns. */
#include "base/text.h"

#include <criterion/criterion.h>
#include <string.h>

static const struct {
    const char *octets;
    size_t len, most;
    const char *shown;
} visible[] = {
    {"a b", 3, 0, "a b"},
    {"\r\n\t\0\\", 5, 0, "\\r\\n\\t\\0\\\\"},
    {"\x1b[0m\x80\x7f", 6, 0, "\\x1b[0m\\x80\\x7f"},
    {"abcdef", 6, 4, "abcd... (2 more octets)"},
    {"abcd", 4, 4, "abcd"},
    {"", 0, 4, ""},
};

Test(text, visible)
{
    for (size_t i = 0; i < sizeof visible / sizeof *visible; i++) {
        struct buffer b = {0};
        text_visible(&b, bytes_of(visible[i].octets, visible[i].len), visible[i].most);
        cr_expect_str_eq(buffer_string(&b), visible[i].shown);
        buffer_free(&b);
    }
}

static const struct {
    const char *text;
    int64_t ms; /* -1: refused */
} durations[] = {
    {"500ms", 500}, {"10s", 10000}, {"2m", 120000}, {"1h", 3600000}, {"0", 0},     {"0s", 0},  {"5", -1},
    {"", -1},       {"s", -1},      {"1 s", -1},    {"-1s", -1},     {"1.5s", -1}, {"1d", -1}, {"99999999999h", -1},
};

Test(text, durations)
{
    for (size_t i = 0; i < sizeof durations / sizeof *durations; i++) {
        int64_t ms = -1;
        bool good = text_duration(bytes_string(durations[i].text), &ms);
        cr_expect_eq(good, durations[i].ms >= 0, "%s", durations[i].text);
        if (good)
            cr_expect_eq(ms, durations[i].ms, "%s", durations[i].text);
    }
}

static const char *const names[] = {"send", "expect", "requirement", "scenarios", "id"};

static const struct {
    const char *word, *nearest;
} nearest[] = {
    {"sned", "send"}, {"SEND", "send"}, {"requirment", "requirement"}, {"exepct", "expect"}, {"scenario", "scenarios"},
    {"ic", "id"},     {"zz", NULL},     {"completely", NULL},          {"", NULL},
};

Test(text, nearest_name)
{
    const size_t count = sizeof names / sizeof *names;
    for (size_t i = 0; i < sizeof nearest / sizeof *nearest; i++) {
        const char *found = text_nearest(bytes_string(nearest[i].word), names, count);
        cr_expect_str_eq(found ? found : "(none)", nearest[i].nearest ? nearest[i].nearest : "(none)", "%s",
                         nearest[i].word);
    }
    char word[500];
    memset(word, 'a', sizeof word);
    cr_expect_null(text_nearest(bytes_of(word, sizeof word), names, count));
    cr_expect_null(text_nearest(BYTES("send"), names, 0));
}

static const struct {
    const char *pattern, *text;
    bool match;
} globs[] = {
    {"bdat/c*", "bdat/chunk", true},
    {"bdat/c*", "bdat/d", false},
    {"*", "", true},
    {"*", "a/b", true},
    {"?", "", false},
    {"a?c", "abc", true},
    {"a*b*c", "aXbYbZc", true},
    {"a*b*c", "aXbYbZ", false},
    {"", "", true},
    {"", "a", false},
    {"a", "", false},
    {"**a", "bba", true},
};

Test(text, globs)
{
    for (size_t i = 0; i < sizeof globs / sizeof *globs; i++)
        cr_expect_eq(text_glob(globs[i].pattern, globs[i].text), globs[i].match, "%s %s", globs[i].pattern,
                     globs[i].text);
    /* Many stars that match nothing: done at once. */
    cr_expect_not(
        text_glob("*a*a*a*a*a*a*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
}
