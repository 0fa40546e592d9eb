/* Octet strings. SMTP data may hold NUL, so everything that came from a peer or a file travels as
 * `struct bytes`, never as a C string. Nothing here allocates; a `struct bytes` never owns its data. */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct bytes {
    const unsigned char *data;
    size_t len;
};

/* printf("%.*s", BYTES_ARG(b)): only for octets known to be printable. */
#define BYTES_ARG(b) (int)(b).len, (const char *)(b).data

/* The octets of a string constant, without its NUL; embedded NULs are kept. */
#define BYTES(literal) ((struct bytes){(const unsigned char *)("" literal), sizeof("" literal) - 1})

static inline struct bytes bytes_of(const void *data, size_t len)
{
    return (struct bytes){data, len};
}
/* The octets of a C string without its NUL; NULL gives no octets. */
static inline struct bytes bytes_string(const char *text)
{
    return (struct bytes){(const unsigned char *)text, text ? strlen(text) : 0};
}
/* From `from` on, at most `len` octets; both are cut to what is there. */
static inline struct bytes bytes_slice(struct bytes b, size_t from, size_t len)
{
    if (from > b.len)
        from = b.len;
    if (len > b.len - from)
        len = b.len - from;
    return (struct bytes){b.data ? b.data + from : NULL, len};
}
/* All from `from` on. */
static inline struct bytes bytes_from(struct bytes b, size_t from)
{
    return bytes_slice(b, from, b.len);
}

static inline bool bytes_equal(struct bytes a, struct bytes b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}
/* Equal when ASCII letters are compared without case. */
bool bytes_equal_nocase(struct bytes a, struct bytes b);
bool bytes_starts(struct bytes b, struct bytes prefix);
bool bytes_starts_nocase(struct bytes b, struct bytes prefix);
bool bytes_ends(struct bytes b, struct bytes suffix);

#define BYTES_NONE SIZE_MAX
/* Offset of the first occurrence, BYTES_NONE when there is none. An empty needle is at 0. */
size_t bytes_find(struct bytes b, struct bytes needle);
size_t bytes_find_octet(struct bytes b, unsigned char octet);

/* Cuts the next line off `*rest`: up to and with LF, or all that is left. False at the end.
 * `*line` is without its LF and without the CR before it. */
bool bytes_next_line(struct bytes *rest, struct bytes *line);
/* Cuts the next word off `*rest`; words are parted by one or more SP. False at the end. */
bool bytes_next_word(struct bytes *rest, struct bytes *word);

/* A decimal number and nothing else, at most UINT64_MAX. */
bool bytes_to_number(struct bytes b, uint64_t *out);

/* ASCII only, whatever the locale says. */
static inline bool octet_is_alpha(unsigned char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}
static inline bool octet_is_digit(unsigned char c)
{
    return c >= '0' && c <= '9';
}
static inline bool octet_is_alnum(unsigned char c)
{
    return octet_is_alpha(c) || octet_is_digit(c);
}
/* 0x20 to 0x7E */
static inline bool octet_is_print(unsigned char c)
{
    return c >= 0x20 && c <= 0x7e;
}
static inline unsigned char octet_lower(unsigned char c)
{
    return c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c;
}
static inline unsigned char octet_upper(unsigned char c)
{
    return c >= 'a' && c <= 'z' ? (unsigned char)(c - 32) : c;
}
int octet_hex(unsigned char c); /* value of a hexadecimal digit, -1 for anything else */

#endif
