/* Options of a subcommand as a table: name, argument, help, kind, and where the value goes. `--opt value` and
 * `--opt=value`, `-j4` and `-j 4`; options and other words in any order; `--` ends the options. -h, --help and
 * --version are there for every subcommand, and the help text is made from the table. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"

#include <stdio.h>

/* Words in the order of the command line; the array lives in the arena, the words are argv's. */
struct word_list {
    const char **items;
    size_t count;
    size_t room;
};

enum option_kind {
    OPTION_FLAG,     /* bool: set to true */
    OPTION_TEXT,     /* const char * */
    OPTION_LIST,     /* struct word_list: may be given several times */
    OPTION_INTEGER,  /* int, 0 to 1,000,000 */
    OPTION_NUMBER,   /* uint64_t */
    OPTION_DURATION, /* int64_t ms, over 0: "500ms", "10s", "2m" */
    OPTION_WAIT,     /* the same, or "0s" */
    OPTION_CALL      /* `set` gets the value */
};

/* In the order in which a table reads best. NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding) */
struct option {
    const char *name;     /* without dashes: "timeout" */
    char letter;          /* 'j'; 0: none */
    const char *argument; /* "FILE"; NULL: takes none */
    const char *help;
    enum option_kind kind;
    size_t offset; /* of the value within the group's values */
    /* OPTION_CALL: reads `argument` (NULL where the option takes none) into the group's values. False with `e` set:
     * what was expected, what was found. */
    bool (*set)(void *values, const char *argument, struct error *e);
};

/* Options that stand together in the help, and whose values lie in one struct. */
struct option_group {
    const char *title; /* "Which scenarios" */
    const struct option *options;
    size_t count;
    size_t offset; /* of the group's struct within the values given to options_parse */
};

struct usage {
    const char *name;     /* "test" */
    const char *synopsis; /* "[TARGET] [SELECTION...]" */
    const char *about;    /* one sentence or more; wrapped by itself; newlines are kept */
    const char *examples; /* printed as it stands; NULL: none */
    const char *more;     /* printed as it stands at the end; NULL: nothing */
    const struct option_group *groups;
    size_t group_count;
};

enum options_status {
    OPTIONS_OK,
    OPTIONS_DONE, /* --help or --version was asked for and printed: exit status 0 */
    OPTIONS_WRONG /* said on standard error: exit status 2 */
};

/* argv[0] is the subcommand. Values that are not given stay as they are. `others`: the words that are no options; NULL
 * where there may be none. */
enum options_status options_parse(const struct usage *u, int argc, char **argv, struct arena *a, void *values,
                                  struct word_list *others);
/* The exit status of a subcommand whose options were not OPTIONS_OK. */
int options_exit(enum options_status parsed);
void options_help(const struct usage *u, FILE *out);

/* What a usage is printed as, beside help for people. "--help=scdoc" and "--help=words" ask any subcommand for them. */
/* A section of smtpspec(1). */
void options_manual(const struct usage *u, struct buffer *out);
/* "--timeout TAB TIME TAB how long ...", one a line, for shells to complete; a letter as a line of its own. */
void options_words(const struct usage *u, struct buffer *out);

/* Appends a word; false: no memory. */
bool word_list_add(struct word_list *l, struct arena *a, const char *word);
/* A decimal fraction such as "0.2" or "1e3", not negative; a "%" behind it divides by 100. */
bool option_fraction(const char *text, double *out);
/* "100/s" or "100", above 0. */
bool option_rate(const char *text, double *out);

#endif
