/* The options of `smtpspec fuzz`. */
#ifndef CLI_FUZZ_OPTIONS_H
#define CLI_FUZZ_OPTIONS_H

#include "campaign/campaign.h"
#include "target_options.h"

struct fuzz_options {
    struct target_options target;
    struct word_list against;
    const char *target_word; /* NULL: the reference server */
    const char *launch, *dictionary, *findings, *corpus, *seeds, *report, *replay, *journal;
    const char *defect, *style;
    int64_t time_ms, timeout_ms;
    uint64_t runs, seed, max_findings;
    int jobs;
    double rate;
    bool resume, json, quiet, authorised, coverage, no_coverage, growth;
};

enum options_status fuzz_options_parse(int argc, char **argv, struct arena *a, struct fuzz_options *out);

#endif
