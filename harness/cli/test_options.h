/* The options of `smtpspec test`, and what its other words are: the target, the user's own files, the selection. */
#ifndef CLI_TEST_OPTIONS_H
#define CLI_TEST_OPTIONS_H

#include "report/report.h"
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

    int jobs;
    double rate, timeout_scale;
    int64_t timeout_ms;
    bool lockout, no_lockout, intrusive, slow, authorised, pin, dry_run;
    uint64_t seed;

    struct gate gate;
    const char *baseline, *write_baseline;
    const char *json, *junit, *tap;
    bool quiet, verbose, no_colour;
};

/* Reads the command line, and sorts the words that are no options: the first that looks like one is the target, what
 * is there as a file or folder is a file of the user's, the rest is selection. */
enum options_status test_options_parse(int argc, char **argv, struct arena *a, struct test_options *out);

#endif
