/* What may come next on the command line, for shells: `smtpspec help --complete WORD...`. */
#ifndef CLI_COMPLETE_H
#define CLI_COMPLETE_H

#include "subcommand.h"

#include <stddef.h>

/* The words behind the program's name, the last of which is being typed ("" at first). Prints what may stand in its
 * place, "WORD TAB SUMMARY", one a line; a line that is nothing but TAB stands for the names of files. */
int complete_words(const struct subcommand *table, size_t count, char *const *words, size_t word_count);

#endif
