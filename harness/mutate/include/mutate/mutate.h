/* The mutator: changes a script (mutate/script.h) in ways that mean something in SMTP. Three engines call it: libFuzzer
 * (fuzz/custom.c), AFL++ (fuzz/afl.c) and `smtpspec fuzz`. The same script, seed and settings give the same result
 * everywhere. No I/O, no clock. */
#ifndef MUTATE_MUTATE_H
#define MUTATE_MUTATE_H

#include "base/prng.h"
#include "mutate/dictionary.h"
#include "mutate/script.h"

/* What a server is known to have; used where an operator makes addresses and logins up. */
struct mutate_facts {
    struct bytes hello;     /* client.test */
    struct bytes sender;    /* mailbox without angle brackets */
    struct bytes recipient; /* accepted */
    struct bytes recipient2;
    struct bytes unknown; /* refused, of a local domain */
    struct bytes foreign; /* of a domain elsewhere */
    struct bytes user, password;
};
/* Those of the reference server. */
const struct mutate_facts *mutate_facts_default(void);

enum { MUTATE_LOG = 16 };

struct mutator {
    /* Settings: set after mutator_init, may be changed between calls. */
    const struct dictionary *dictionary; /* tokens to put in; NULL: none but those of the operators */
    const struct mutate_facts *facts;
    const struct script *other; /* a script to take parts from; NULL: none */
    size_t most;                /* octets of a mutant at the most; it is cut where it would be longer */
    /* Changes `len` octets in place, at most `size` of them then, and returns how many there are: the engine's own
     * mutations (LLVMFuzzerMutate). NULL: our own. */
    size_t (*octets)(void *context, unsigned char *data, size_t len, size_t size);
    void *context;

    /* What the last call did, in order; static texts. */
    const char *applied[MUTATE_LOG];
    size_t applied_count;

    struct prng prng;
    struct buffer scratch;
};

void mutator_init(struct mutator *m, uint64_t seed);
void mutator_free(struct mutator *m);
/* Begins a new sequence; settings stay. */
void mutator_seed(struct mutator *m, uint64_t seed);

/* Applies one or more operators to the script. At least one part is changed where any operator can; an empty script
 * gets a session. False: no memory, the script is not to be used. */
bool mutate_script(struct script *s, struct mutator *m);
/* Makes `out` (initialised, empty) from the begin of `a` and an end of `b`, most often where both are equally far in
 * their session. `a` and `b` must live as long as `out`. */
bool mutate_cross(struct script *out, const struct script *a, const struct script *b, struct mutator *m);
/* Makes it end in a line without an end (MARK_FLOOD), begun anywhere, also within a line. Costs a campaign much more
 * than other changes, so that it is no operator of mutate_script. False: no memory. */
bool mutate_flood(struct script *s, struct mutator *m);
/* "double-part, other-verb": what the last call did, for a log or a file name; cut to `size`. Returns `out`. */
const char *mutate_describe(const struct mutator *m, char *out, size_t size);

/* The operators, for logs and documentation. */
struct operator_info {
    const char *name;
    unsigned weight; /* share of all picks: weight by the sum of weights */
    const char *summary;
};
size_t operator_count(void);
struct operator_info operator_info(size_t at);

#endif
