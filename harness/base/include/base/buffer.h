/* A growing octet string that owns its memory. A failed allocation sticks: later appends do nothing, and
 * `buffer_failed` says so, so that a series of appends needs one check at its end. */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include "base/bytes.h"

#include <stdarg.h>

struct buffer {
    unsigned char *data; /* NUL-terminated behind `len` whenever it is not NULL */
    size_t len;
    size_t cap;
    bool failed;
};

/* A zeroed struct is an empty buffer. */
void buffer_free(struct buffer *b);
/* Empties it and keeps its memory; clears `failed`. */
void buffer_clear(struct buffer *b);
bool buffer_failed(const struct buffer *b);

void buffer_add(struct buffer *b, struct bytes octets);
void buffer_add_string(struct buffer *b, const char *text);
void buffer_add_octet(struct buffer *b, unsigned char octet);
void buffer_add_repeated(struct buffer *b, struct bytes octets, size_t times);
__attribute__((format(printf, 2, 3))) void buffer_printf(struct buffer *b, const char *format, ...);
void buffer_vprintf(struct buffer *b, const char *format, va_list args);
/* Space for `len` more octets, to be filled by the caller, who then raises `len`; NULL on failure. */
unsigned char *buffer_reserve(struct buffer *b, size_t len);
/* Removes all octets behind the first `len`. */
void buffer_truncate(struct buffer *b, size_t len);
/* Removes the first `len` octets. */
void buffer_consume(struct buffer *b, size_t len);

/* Valid until the next change of the buffer. */
struct bytes buffer_bytes(const struct buffer *b);
/* The content as a C string, "" when empty; valid until the next change. */
const char *buffer_string(const struct buffer *b);

#endif
