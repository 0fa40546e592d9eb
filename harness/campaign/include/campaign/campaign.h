/* A fuzzing campaign against a live server: scripts (mutate/script.h) are changed, played over the network, and judged;
 * what reaches something new is kept, what breaks an oracle is confirmed, made small and written down. Only replies are
 * needed; edge coverage is used where the server was built with AFL++'s compiler or fuzz/coverage.c and is started by
 * the campaign. */
#ifndef CAMPAIGN_CAMPAIGN_H
#define CAMPAIGN_CAMPAIGN_H

#include "base/buffer.h"
#include "mutate/dictionary.h"
#include "scenario/target.h"

#include <signal.h>

enum coverage_wish {
    COVERAGE_IF_THERE, /* used where the program that the target file starts is instrumented */
    COVERAGE_NEEDED,
    COVERAGE_NONE
};

/* How far a campaign is. */
struct campaign_state {
    int64_t ms;                        /* since the begin, earlier parts of a resumed one included */
    uint64_t sessions;                 /* inputs played, confirmations and the like included */
    uint64_t inputs;                   /* new ones */
    uint64_t inputs_digest;            /* of all of them, in order: the same seed and server give the same */
    double sessions_a_second;          /* lately */
    size_t corpus, states, edges, map; /* map: edges that there are; 0: no coverage */
    size_t masked;
    size_t findings, leads;
    int64_t last_new_ms;      /* when the last input was kept; -1: never */
    const char *last_finding; /* id of the newest finding or lead; NULL: none */
    bool last_is_lead;
    const char *phase;       /* "seeds", "fuzzing", "confirming ..." */
    uint64_t slow, restarts; /* replies that came late after all; starts of the server after the first */
    size_t memory_kib;       /* of the server's processes, as last seen; 0: not known */
};

struct campaign_options {
    const struct target *target;
    const struct target *const *against; /* the same inputs go there too; they must know the same recipients */
    size_t against_count;
    unsigned prologue;     /* enum prologue */
    int64_t time_ms;       /* 0: no limit */
    uint64_t runs;         /* inputs; 0: no limit */
    uint64_t max_findings; /* ends with so many, leads not counted; 0: no limit */
    uint64_t seed;         /* 0: from the clock */
    int jobs;              /* 0: 1 */
    double rate;           /* sessions a second; 0: the target's, else no limit */
    int64_t timeout_ms;    /* for a reply at the most; 0: 10 s */
    enum coverage_wish coverage;
    const char *corpus;   /* folder; its files are seeds, and what is kept goes there */
    const char *findings; /* folder */
    const char *seeds;    /* folder with more seeds, only read; NULL: none */
    const struct dictionary *dictionary;
    const char *journal; /* file: every session as it was played (journal.h), with one job; NULL: none */
    bool resume;         /* go on with what is in `findings` */
    const char *command; /* how it was called, for summaries; NULL: not told */
    const char *words;   /* how the target is named on a command line; NULL: by its file or endpoint */
    const volatile sig_atomic_t *stop;
    /* Called by one thread at a time, several times a second, at each finding, and at the end. */
    void (*progress)(void *context, const struct campaign_state *now);
    void *progress_context;
};

/* One point of the history. */
struct campaign_point {
    int64_t ms;
    uint64_t sessions;
    size_t corpus, states, edges, findings;
};
struct campaign_finding {
    char id[80];
    const char *oracle, *says; /* static */
    char detail[256];
    bool lead, confirmed;
    uint64_t seen, session;
    int64_t ms;
    size_t octets; /* of the smallest input */
};
struct campaign_result {
    struct campaign_state state;
    uint64_t seed;
    struct campaign_point *points;
    size_t point_count;
    struct campaign_finding *findings; /* leads too */
    size_t finding_count;
    bool gone;     /* the server died and could not be started again */
    char why[256]; /* ... and what was said about it */
};
void campaign_result_free(struct campaign_result *r);

/* Runs it. False with `e` set only where it could not begin, or the disk failed: what was found until then is in `out`
 * all the same. */
bool campaign_run(const struct campaign_options *options, struct campaign_result *out, struct error *e);

/* Plays one input on a fresh connection, says what it shows in `out` (for people; the conversation first), and how many
 * oracles fired. Negative with `e` set: it could not be played. Growth is judged too when `growth`. */
int campaign_replay(const struct campaign_options *options, struct bytes input, bool growth, struct buffer *out,
                    struct error *e);

/* The report page: one HTML file without anything from elsewhere. */
bool campaign_page(const struct campaign_options *options, const struct campaign_result *r, struct buffer *out);

#endif
