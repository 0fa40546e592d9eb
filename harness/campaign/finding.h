/* What a campaign brings back, and its folder: scenario.yaml (replayed by `smtpspec test`), input.smtp (as it was
 * found), smallest.smtp (both for `smtpspec fuzz --replay`), transcript.txt, server.log, report.txt (a sanitizer's),
 * summary.md. */
#ifndef CAMPAIGN_FINDING_H
#define CAMPAIGN_FINDING_H

#include "oracle.h"

struct finding {
    struct symptom symptom;
    char id[80];
    bool lead;      /* only odd, or it did not show again */
    bool confirmed; /* on a fresh connection, and a fresh server where we can start one */
    uint64_t seen;  /* sessions that showed it */
    uint64_t session;
    int64_t ms;      /* since the campaign's begin */
    int64_t late_ms; /* the server dies of it within so long; 0: at once */
    size_t tests;    /* sessions that making it small took */
    struct buffer input, smallest, transcript, log, report;
};
void finding_free(struct finding *f);

/* What a scenario is made of besides the finding. */
struct finding_context {
    const struct target *target;
    const struct target *const *against; /* servers that it was compared with */
    size_t against_count;
    unsigned prologue;
    const struct outcome *outcome; /* of the smallest input */
    const char *command;           /* how the campaign was started, for the summary */
    const char *words;             /* how the target is named on a command line; NULL: by its file or endpoint */
};
/* Writes the folder FOLDER/ID; a lead FOLDER/leads/ID, with its scenario as lead.txt, which no test run picks up. */
bool finding_write(const struct finding *f, const char *folder, const struct finding_context *c, struct error *e);
/* Appends the scenario of a finding as YAML. False: no memory. */
bool finding_scenario(const struct finding *f, const struct finding_context *c, struct buffer *out);
/* The octets of the act that decided, for the summary; empty where there are none. They are appended. */
void finding_deciding(const struct finding *f, const struct outcome *outcome, struct buffer *out);

#endif
