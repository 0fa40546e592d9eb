/* The scenarios and the catalogue that a subcommand works on: those inside the program, or those of a folder, and the
 * user's own files beside them. */
#ifndef CLI_SOURCES_H
#define CLI_SOURCES_H

#include "options.h"
#include "scenario/library.h"

struct sources_options {
    const char *scenarios; /* folder to read in the place of what is inside the program; NULL: none */
    struct word_list own;  /* the user's own files and folders */
};
/* --scenarios DIR, for usages; `offset` of the struct sources_options. */
struct option_group sources_option_group(size_t offset);

/* Loads all of it. A user's file or folder that is also inside the program takes its place. NULL: no memory. Mistakes
 * are in library_diagnostics. */
struct library *sources_load(const struct sources_options *o);
/* True when a word names a file or folder that is there. */
bool sources_path_exists(const char *word);
/* Scenarios that the patterns select, none: all. NULL, said on standard error, when a pattern matches nothing or there
 * is no memory. The array lives in `a`. */
const struct scenario **sources_select(const struct library *l, struct arena *a, const struct word_list *include,
                                       const struct word_list *exclude, size_t *count);

#endif
