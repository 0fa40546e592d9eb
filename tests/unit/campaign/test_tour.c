/* The round through what is known to break things. */
#include "mutate/words.h"
#include "tour.h"

#include <criterion/criterion.h>

enum { SESSIONS_MOST = 5000 };

static struct target *target_make(void)
{
    struct target *t = target_new();
    t->recipient = "alice@example.test";
    t->domain = "example.test";
    return t;
}

/* The first session that has all of it; SESSIONS_MOST: none. */
static size_t session_with(const struct target *t, struct bytes wanted)
{
    size_t at = 0;
    struct buffer text = {0};
    for (; tour_print(at, t, &text); at++) {
        cr_assert_lt(at, (size_t)SESSIONS_MOST);
        if (bytes_find(buffer_bytes(&text), wanted) != BYTES_NONE)
            break;
        buffer_clear(&text);
    }
    bool found = text.len > 0;
    buffer_free(&text);
    return found ? at : SESSIONS_MOST;
}

Test(tour, comes_to_every_word)
{
    struct target *t = target_make();
    for (int w = 0; w < WORDS_COUNT; w++) {
        size_t count;
        const struct bytes *words = words_of((enum words)w, &count);
        for (size_t i = 0; i < count; i++)
            cr_expect_lt(session_with(t, words[i]), (size_t)SESSIONS_MOST, "%s %zu", words_title((enum words)w), i);
    }
    target_free(t);
}

Test(tour, no_place_waits_for_all_words_of_another)
{
    struct target *t = target_make();
    cr_expect_lt(session_with(t, BYTES("DATA\r\n__proto__: a\r\n")), (size_t)250);
    cr_expect_lt(session_with(t, BYTES("VRFY aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n")),
                 (size_t)100);
    target_free(t);
}

Test(tour, leaves_out_what_needs_a_fact_that_is_missing)
{
    struct target *t = target_make();
    struct buffer text = {0};
    t->recipient = NULL;
    size_t empty = 0, sessions = 0;
    for (; tour_print(sessions, t, &text); sessions++) {
        empty += text.len == 0;
        cr_expect(bytes_find(buffer_bytes(&text), BYTES("{recipient}")) == BYTES_NONE);
        buffer_clear(&text);
    }
    cr_expect_gt(empty, (size_t)0);
    cr_expect_gt(sessions, empty);
    buffer_free(&text);
    target_free(t);
}
