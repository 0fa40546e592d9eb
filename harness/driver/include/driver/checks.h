/* Rules that are applied, without being asked, to every reply that any scenario reads. Each is one result of the run.
 * The rules themselves are in check_rules.c; a new check is one row and one function there. */
#ifndef DRIVER_CHECKS_H
#define DRIVER_CHECKS_H

#include "scenario/catalogue.h"
#include "smtp/reply.h"

struct library;
struct run;

/* The checks: name and requirement of each, for `list` and documentation. */
struct check_info {
    const char *name;        /* "reply-line-length" */
    const char *requirement; /* id of its row */
    const char *summary;
};
const struct check_info *check_table(size_t *count);

enum { CHECKS_MAX = 24, CHECK_FOUND = 192 };

/* A reply with what is known of the moment it came in. */
struct check_context {
    const struct reply *reply;
    int asked;             /* a verb or ASKED_... of dialog.h */
    bool certain;          /* `asked` can be relied on */
    bool payload;          /* the server was waiting for payload: it may break off */
    bool utf8;             /* SMTPUTF8 was asked for on this connection */
    bool enhanced_offered; /* ENHANCEDSTATUSCODES stood in the last EHLO reply */
};

enum judged { JUDGED_NOT, JUDGED_GOOD, JUDGED_BROKEN };

struct check {
    const struct check_info *info;
    enum level level; /* where the catalogue has no row */
    enum judged (*judge)(const struct check_context *c);
};
const struct check *check_rules(size_t *count);

/* What one result brought; no lock needed. Zeroed at its start. */
struct check_tally {
    uint64_t judged[CHECKS_MAX], broken[CHECKS_MAX];
    char found[CHECKS_MAX][CHECK_FOUND]; /* the first reply that broke it, visible */
};
void checks_judge(struct check_tally *t, const struct check_context *c);

struct checks; /* opaque; the sums of the run */
struct checks *checks_new(void);
void checks_free(struct checks *c);
/* Adds the tally of the result with this place in the order of the run: the first that broke a check is the one with
 * the lowest place, whatever finished first. `place` SIZE_MAX - 1 and SIZE_MAX: the plain transactions. */
void checks_add(struct checks *c, const struct check_tally *t, size_t place);
/* Writes run->checks when all results are there. */
bool checks_report(const struct checks *c, const struct library *library, struct run *run);

#define PLACE_PLAIN_LAST  (SIZE_MAX - 1)
#define PLACE_PLAIN_FIRST SIZE_MAX

#endif
