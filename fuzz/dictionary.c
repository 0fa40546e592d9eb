/* Prints the dictionary for fuzzers, made from the tables of the protocol (mutate/dictionary.h): scripts/dictionary. */
#include "mutate/dictionary.h"

#include <stdio.h>

int main(void)
{
    struct arena *a = arena_new();
    struct dictionary d;
    struct buffer text = {0};
    if (!a || !dictionary_make(&d, a))
        return 1;
    buffer_add_string(&text, "# Tokens of SMTP for libFuzzer (-dict=) and AFL++ (-x), made by scripts/dictionary.\n");
    dictionary_print(&d, &text);
    fwrite(text.data, 1, text.len, stdout);
    bool failed = buffer_failed(&text) || fflush(stdout) != 0;
    buffer_free(&text);
    arena_free(a);
    return failed;
}
