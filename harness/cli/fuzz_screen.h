/* What a campaign shows while it runs: a block that is kept up to date on a terminal, a line now and then elsewhere, a
 * JSON object a line where that was asked for. Findings get a line of their own. */
#ifndef CLI_FUZZ_SCREEN_H
#define CLI_FUZZ_SCREEN_H

#include "campaign/campaign.h"

struct fuzz_screen {
    bool terminal, json, quiet;
    const char *target, *findings;
    const char *words; /* how the target is named on a command line */
    int64_t time_ms;   /* planned; 0: no end */
    uint64_t seed;
    int64_t last_ms; /* when something was shown */
    size_t shown;    /* findings and leads */
    int lines;       /* of the block on the terminal */
};
void fuzz_screen_begin(struct fuzz_screen *s);
/* For campaign_options.progress; the context is the struct fuzz_screen. */
void fuzz_screen_step(void *context, const struct campaign_state *now);
/* The last lines. */
void fuzz_screen_end(struct fuzz_screen *s, const struct campaign_result *r, const char *report);

#endif
