/* Reports of AddressSanitizer, UndefinedBehaviorSanitizer and their kin. */
#include "watch.h"

#include <stdio.h>

enum { FRAMES = 3 };

/* What sanitizers and the C library put on top of a stack. */
static bool frame_is_foreign(struct bytes name)
{
    static const char *const prefixes[] = {
        "__interceptor_", "__asan",  "__ubsan", "__sanitizer",    "__GI_",        "__libc_",       "libc.so",
        "memcpy",         "memmove", "memset",  "strlen",         "strcpy",       "strcmp",        "strncasecmp",
        "abort",          "raise",   "gsignal", "__pthread_kill", "pthread_kill", "printf_common", "vsnprintf",
        "malloc",         "free",    "realloc", "calloc"};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (bytes_starts(name, bytes_string(prefixes[i])))
            return true;
    return false;
}

/* "x+0x1234" of "... (/usr/bin/x+0x1234) ...". */
static bool module_read(struct bytes line, struct bytes *name)
{
    size_t plus = bytes_find(line, BYTES("+0x"));
    if (plus == BYTES_NONE)
        return false;
    size_t begin = plus, end = plus + 1;
    while (begin > 0 && line.data[begin - 1] != '/' && line.data[begin - 1] != '(')
        begin--;
    while (end < line.len && octet_is_alnum(line.data[end]))
        end++;
    *name = bytes_slice(line, begin, end - begin);
    return true;
}

/* "    #0 0x5581 in smtp_getc /src/smtp.c:12:3" or, without symbols, "    #0 0x5581  (/usr/bin/x+0x1234)". */
static bool frame_read(struct bytes line, struct bytes *name)
{
    size_t at = bytes_find(line, BYTES("#"));
    if (at == BYTES_NONE || at + 1 >= line.len || !octet_is_digit(line.data[at + 1]))
        return false;
    size_t in = bytes_find(line, BYTES(" in "));
    struct bytes rest = bytes_from(line, in == BYTES_NONE ? 0 : in + 4);
    return in == BYTES_NONE ? module_read(rest, name) : bytes_next_word(&rest, name);
}

static void frames_read(struct bytes rest, struct trouble *out)
{
    struct bytes line, name;
    size_t len = 0;
    int frames = 0;
    bool inside = false;
    while (frames < FRAMES && bytes_next_line(&rest, &line)) {
        if (!frame_read(line, &name)) {
            if (inside)
                break; /* the second stack says where memory came from */
            continue;
        }
        inside = true;
        if (frame_is_foreign(name))
            continue;
        int n = snprintf(out->place + len, sizeof out->place - len, "%s%.*s", frames ? " < " : "",
                         (int)(name.len < 48 ? name.len : 48), (const char *)name.data);
        len += n > 0 ? (size_t)n : 0;
        if (len >= sizeof out->place)
            break;
        frames++;
    }
}

/* The word behind "ERROR: AddressSanitizer: ", or what stands behind "runtime error: ". */
static bool kind_read(struct bytes report, struct trouble *out)
{
    struct bytes word;
    size_t at = bytes_find(report, BYTES("Sanitizer: "));
    if (at != BYTES_NONE) {
        struct bytes rest = bytes_from(report, at + 11);
        if (!bytes_next_word(&rest, &word))
            return false;
        /* "SEGV on unknown address" and "attempting double-free" */
        if (bytes_equal(word, BYTES("attempting")) && !bytes_next_word(&rest, &word))
            return false;
        snprintf(out->what, sizeof out->what, "%.*s", (int)word.len, (const char *)word.data);
        return true;
    }
    at = bytes_find(report, BYTES("runtime error: "));
    if (at == BYTES_NONE)
        return false;
    struct bytes rest = bytes_from(report, at + 15), line;
    bytes_next_line(&rest, &line);
    /* Values differ from one run to the next. */
    size_t len = 0;
    while (len < line.len && !octet_is_digit(line.data[len]) && line.data[len] != '-' && len < sizeof out->what - 1)
        len++;
    snprintf(out->what, sizeof out->what, "%.*s", (int)len, (const char *)line.data);
    return true;
}

bool sanitizer_read(struct bytes report, struct trouble *out)
{
    *out = (struct trouble){.kind = TROUBLE_SANITIZER};
    if (!kind_read(report, out))
        return false;
    frames_read(report, out);
    return true;
}
