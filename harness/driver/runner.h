/* Runs one scenario: prologue, steps, in step, alive, verdict. The parts: judge.c compares replies with expectations,
 * acts.c does the acts, delivered.c looks into mailboxes, ending.c ends connections. One thread. */
#ifndef DRIVER_RUNNER_H
#define DRIVER_RUNNER_H

#include "connection.h"

struct captured {
    const char *name;
    struct bytes value;
    struct captured *next;
};

/* A reply that was timed. */
struct timed {
    const char *name;
    int64_t ms;
    struct timed *next;
};

enum { NONCE_LENGTH = 20 };

struct runner {
    struct drive *drive;
    const struct scenario *scenario;
    struct result *result; /* its arena holds all texts */
    struct recorder recorder;
    struct check_tally *tally;
    struct route route;
    struct prng prng;
    char nonce[NONCE_LENGTH + 1];
    struct connection *connections; /* in the order in which they were opened */
    struct connection *current;     /* whose step runs: for ${size} */
    struct captured *captures;
    struct timed *timed;
    struct variables variables;
    size_t *marks; /* of the mailboxes, when it began */
    bool ended;    /* a verdict stands; no more steps */
    bool died;     /* the target died while it ran */
    bool overload; /* blocked by a 421 */
};

/* What the pool has to know beside the result. */
struct outcome {
    bool died, overload;
};
/* Fills `result` (id, scenario, requirement and everything else) with memory from a new arena. Without memory the
 * verdict is ERROR and the arena may be NULL. */
struct outcome runner_run(struct drive *d, const struct scenario *s, struct result *result, struct check_tally *tally);
/* A result for a scenario that was not run, with the reason. */
void runner_not_run(struct drive *d, const struct scenario *s, struct result *result, enum verdict verdict,
                    const char *reason);

/* Sets the verdict; the first one stands. `expected` and `found` may be NULL, `mark` too. Always returns false, for
 * `return runner_end(...)`. */
__attribute__((format(printf, 6, 7))) bool runner_end(struct runner *r, enum verdict verdict, const struct mark *mark,
                                                      const char *expected, const char *found, const char *format, ...);
/* Notes a warning; the first one is the reason in the end, where nothing worse comes. */
void runner_warn(struct runner *r, const struct mark *mark, const char *expected, const char *found);
/* FAIL, or WARN where the requirement's level is SHOULD or MAY. */
enum verdict runner_broken(const struct runner *r);
/* Nobody answers any more: ends with ERROR. */
bool runner_died(struct runner *r, const struct mark *mark);

/* The connection with that name (NULL: the main one), NULL when it was never opened. */
struct connection *runner_connection(struct runner *r, const char *name);
/* Opens one as far as `start` says and puts it in the place of the one with that name. NULL: the verdict is set. */
struct connection *runner_open(struct runner *r, const char *name, enum start start);
struct connection *runner_open_raw(struct runner *r, const char *name);

/* Steps; false when the scenario has ended. */
bool runner_steps(struct runner *r, const struct steps *s);

/* judge.c: takes as many replies as the step's expectations want and judges them; `fallback` (NULL: none) stands for a
 * missing `expect`. */
bool judge_step(struct runner *r, struct connection *c, const struct step *s, const struct expectation *fallback);
/* Judges c->last, which was taken already. */
bool judge_taken(struct runner *r, struct connection *c, const struct step *s, const struct expectation *fallback);
/* A reply is due and did not come: looks who is to blame. */
bool judge_no_reply(struct runner *r, struct connection *c, const struct mark *mark, const char *expected,
                    const char *what, int64_t waited_ms);
bool judge_closed(struct runner *r, struct connection *c, const struct mark *mark, const char *expected,
                  const char *what);
bool judge_captures(struct runner *r, struct connection *c, const struct step *s);
/* Is `when:` met by the last reply? */
bool judge_when(struct runner *r, struct connection *c, const struct expectation *when);

/* acts.c: one step. */
bool act_run(struct runner *r, const struct step *s);
/* send.c: appends the octets of SEND, RAW, HEX, DATA, BDAT. False: the verdict is set. */
bool octets_make(struct runner *r, const struct step *s, struct buffer *out);
bool act_sends(enum act act);
/* The number behind `times`. False: the verdict is set. */
bool act_times(struct runner *r, const struct step *s, int64_t *times);
/* crowd.c */
bool act_crowd(struct runner *r, struct connection *c, const struct step *s);
bool act_cut(struct runner *r, struct connection *c, const struct step *s);
/* timing.c: keeps the time of the last reply; compares kinds of replies. */
bool timing_keep(struct runner *r, const struct connection *c, const struct step *s);
bool act_alike(struct runner *r, struct connection *c, const struct step *s);
/* delivered.c */
bool act_delivered(struct runner *r, struct connection *c, const struct step *s);
/* ending.c: in step and the ledgers, on all connections; the verdict may become worse. */
void ending_run(struct runner *r);
/* Ends one connection in the middle of a scenario: counts and closes. False: the verdict is set. */
bool ending_close(struct runner *r, struct connection *c);

/* variables.c */
void variables_begin(struct runner *r);
/* 20 letters and digits for that id in this run. */
void nonce_make(uint64_t seed, const char *id, char out[NONCE_LENGTH + 1]);

#endif
