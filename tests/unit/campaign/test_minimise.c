/* Inputs get as small as what they show lets them. */
#include "base/clock.h"
#include "minimise.h"

#include <criterion/criterion.h>

static bool has_word(void *context, struct bytes text)
{
    const char *word = context;
    return bytes_find(text, bytes_string(word)) != BYTES_NONE;
}

static void make_small(struct buffer *text, const char *word, size_t most)
{
    struct minimise m = {
        .shows = has_word, .context = (void *)word, .most_tests = most, .deadline = clock_deadline(20000)};
    minimise(&m, text);
    cr_expect_leq(m.tests, most);
}

Test(minimise, leaves_what_is_needed)
{
    struct buffer text = {0};
    buffer_add_string(&text,
                      "EHLO a\r\nMAIL FROM:<x@y>\r\n#!write\nRCPT TO:<needle@y>\r\nDATA\r\nlong text\r\n.\r\nQUIT\r\n");
    make_small(&text, "needle", 1000);
    cr_expect_str_eq(buffer_string(&text), "needle");
    buffer_free(&text);
}

Test(minimise, keeps_what_cannot_be_smaller)
{
    struct buffer text = {0};
    buffer_add_string(&text, "NOOP\r\n");
    make_small(&text, "NOOP\r\n", 1000);
    cr_expect_str_eq(buffer_string(&text), "NOOP\r\n");
    buffer_free(&text);
}

Test(minimise, ends_when_it_may_not_test_any_more)
{
    struct buffer text = {0};
    for (int i = 0; i < 500; i++)
        buffer_add_string(&text, "RCPT TO:<needle@y>\r\n");
    make_small(&text, "needle", 3);
    cr_expect(has_word("needle", buffer_bytes(&text)));
    buffer_free(&text);
}
