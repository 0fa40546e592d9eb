/* Tokens of the protocol for fuzzers: made from the tables of verbs, parameters, extensions, codes and SASL
 * mechanisms, or read from a file in the form that libFuzzer and AFL++ share. */
#ifndef MUTATE_DICTIONARY_H
#define MUTATE_DICTIONARY_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"

struct token {
    struct bytes octets;
    const char *group; /* heading of the tokens from here on; NULL: the same as before */
};

struct dictionary {
    const struct token *tokens;
    size_t count;
};

/* The tokens of the project; memory from `a`. False: no memory. */
bool dictionary_make(struct dictionary *d, struct arena *a);
/* Reads lines `"token"` and `name="token"`, with \\ \" and \xNN; `#` begins a comment. `file` is for messages. */
bool dictionary_parse(struct dictionary *d, struct arena *a, const char *file, struct bytes text, struct error *e);
/* Appends the text of a dictionary file. */
void dictionary_print(const struct dictionary *d, struct buffer *out);

#endif
