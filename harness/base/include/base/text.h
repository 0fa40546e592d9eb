/* Text for people: octets made visible, durations, the nearest name to a misspelt one. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/buffer.h"
#include "base/bytes.h"

/* Appends octets so that they can be read and not mistaken, nor do anything to a terminal: printable ASCII as it
 * is, backslash doubled, \r \n \t \0, everything else as \xNN. With `most` octets shown at the most (0: all), the
 * rest as "... (123 more octets)". */
void text_visible(struct buffer *out, struct bytes octets, size_t most);

/* Reads "500ms", "10s", "2m", "1h" or "0". */
bool text_duration(struct bytes text, int64_t *ms);

/* The name among `count` that is nearest to `word` (Damerau-Levenshtein, case ignored), NULL when none is near
 * enough to be what was meant. */
const char *text_nearest(struct bytes word, const char *const *names, size_t count);

/* Shell-style pattern with * and ? over the whole of `text`; * takes / as well. */
bool text_glob(const char *pattern, const char *text);

#endif
