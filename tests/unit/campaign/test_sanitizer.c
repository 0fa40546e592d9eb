/* What a sanitizer's report is about. */
#include "watch.h"

#include <criterion/criterion.h>

static const char overflow[] =
    "=================================================================\n"
    "==123==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x602 at pc 0x55 bp 0x7f sp 0x7f\n"
    "WRITE of size 1 at 0x602000000011 thread T0\n"
    "    #0 0x7f11 in __interceptor_strcpy (/usr/lib/x86_64-linux-gnu/libasan.so.8+0x1)\n"
    "    #1 0x5581 in parse_line /src/parse.c:12:3\n"
    "    #2 0x5582 in session_feed /src/session.c:99\n"
    "    #3 0x5583 in serve /src/main.c:7\n"
    "    #4 0x5584 in main /src/main.c:70\n"
    "\n0x602000000011 is located 0 bytes to the right of 1-byte region\n"
    "allocated by thread T0 here:\n"
    "    #0 0x7f22 in malloc (/usr/lib/libasan.so)\n";

Test(sanitizer, kind_and_three_frames)
{
    struct trouble t;
    cr_assert(sanitizer_read(bytes_string(overflow), &t));
    cr_expect_eq(t.kind, TROUBLE_SANITIZER);
    cr_expect_str_eq(t.what, "heap-buffer-overflow");
    cr_expect_str_eq(t.place, "parse_line < session_feed < serve");
}

Test(sanitizer, frames_without_symbols)
{
    struct trouble t;
    cr_assert(sanitizer_read(BYTES("==1==ERROR: AddressSanitizer: SEGV on unknown address 0x1\n"
                                   "    #0 0x7f22  (/lib/libc.so.6+0x15) (BuildId: 80)\n"
                                   "    #1 0x7f23  (/lib/libpcre2-8.so.0+0x67c50) (BuildId: 81)\n"
                                   "    #2 0x5581 in f /src/a.c:1:2\n"),
                             &t));
    cr_expect_str_eq(t.place, "libpcre2-8.so.0+0x67c50 < f");
}

Test(sanitizer, values_of_undefined_behaviour_do_not_count)
{
    struct trouble a, b;
    cr_assert(sanitizer_read(
        BYTES("a.c:1:2: runtime error: signed integer overflow: 1 + 2 cannot\n    #0 0x1 in f a.c:1\n"), &a));
    cr_assert(sanitizer_read(
        BYTES("a.c:1:2: runtime error: signed integer overflow: 7 + 9 cannot\n    #0 0x2 in f a.c:1\n"), &b));
    cr_expect_str_eq(a.what, b.what);
    cr_expect_str_eq(a.place, "f");
}

Test(sanitizer, other_text_is_none)
{
    struct trouble t;
    cr_expect_not(sanitizer_read(BYTES("all is well\n"), &t));
    cr_expect_not(sanitizer_read((struct bytes){0}, &t));
}
