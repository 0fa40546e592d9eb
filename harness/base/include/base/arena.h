/* Memory for everything that lives and dies together: a library of scenarios, one result. There is no
 * single free; `arena_free` ends all. A function that gets no memory returns NULL. One thread an arena. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/bytes.h"

#include <stdarg.h>

struct arena; /* opaque */

struct arena *arena_new(void);
void arena_free(struct arena *a); /* NULL is fine */
/* Ends all that lives in it and keeps some memory for what comes next: for who needs an arena anew many times a second.
 */
void arena_clear(struct arena *a);

/* Zeroed, aligned for any type. `len` 0 gives a valid pointer. */
void *arena_alloc(struct arena *a, size_t len);
/* As arena_alloc for `count` times `size` octets; NULL when the product overflows. */
void *arena_array(struct arena *a, size_t count, size_t size);
/* A NUL-terminated copy. */
char *arena_string(struct arena *a, const char *text);
/* A NUL-terminated copy of octets; `data` is NULL on failure. */
struct bytes arena_bytes(struct arena *a, struct bytes b);
__attribute__((format(printf, 2, 3))) char *arena_printf(struct arena *a, const char *format, ...);
char *arena_vprintf(struct arena *a, const char *format, va_list args);
/* Octets handed out so far. */
size_t arena_used(const struct arena *a);

#endif
