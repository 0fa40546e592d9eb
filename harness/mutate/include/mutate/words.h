/* Lists of words that break things, one for each place where they fit: used by the operators and put into the
 * dictionary. */
#ifndef MUTATE_WORDS_H
#define MUTATE_WORDS_H

#include "base/bytes.h"

enum words {
    WORDS_PATH,   /* paths with their angle brackets, right and wrong */
    WORDS_DOMAIN, /* domains and address literals */
    WORDS_LOCAL,  /* local parts */
    WORDS_NUMBER, /* numbers at their edges */
    WORDS_VALUE,  /* values of parameters */
    WORDS_END,    /* line ends and what is mistaken for them */
    WORDS_FINISH, /* ends of a message and what is mistaken for them */
    WORDS_OCTETS, /* octets that do not belong into a command; UTF-8 at its edges */
    WORDS_BASE64,
    WORDS_FIELD, /* header fields and MIME */
    WORDS_VERB,  /* lines and words of other protocols and private extensions */
    WORDS_COUNT
};

const struct bytes *words_of(enum words w, size_t *count);
const char *words_title(enum words w);

#endif
