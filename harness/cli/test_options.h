/* The options of `smtpspec test`, and what its other words are: the target, the user's own files, the selection. */
#ifndef CLI_TEST_OPTIONS_H
#define CLI_TEST_OPTIONS_H

#include "gate_options.h"
#include "sources.h"
#include "target_options.h"

struct test_options {
    struct arena *arena; /* for what the command line gives */
    struct target_options target;
    struct sources_options suite;
    const char *target_word; /* address or file; NULL: the reference server */
    struct word_list select, exclude;
    const char *defect, *style;
    bool lmtp;

    int jobs, retries, repeat;
    double rate, timeout_scale;
    int64_t timeout_ms;
    bool lockout, no_lockout, intrusive, slow, authorised, pin, dry_run;
    uint64_t seed;
    struct shard shard; /* 0 of 0: all of it */

    struct gate_options gate;
    const char *write_baseline;
    const char *json, *html, *junit, *sarif, *md, *tap;
    bool quiet, verbose, no_colour;
};

/* Reads the command line, and sorts the words that are no options: the first that looks like one is the target, what
 * is there as a file or folder is a file of the user's, the rest is selection. */
enum options_status test_options_parse(int argc, char **argv, struct arena *a, struct test_options *out);

/* A file that was asked for. */
struct report_file {
    const char *reporter; /* NULL: the baseline */
    const char *path;     /* "-": standard output */
};
enum { REPORT_FILES_MOST = 8 };
/* How many there are. */
size_t test_options_files(const struct test_options *o, struct report_file out[REPORT_FILES_MOST]);
/* How many of them are standard output. */
size_t test_options_on_stdout(const struct test_options *o);

#endif
