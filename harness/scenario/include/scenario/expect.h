/* Expectations: what a step says about the reply that comes. Pure matching, no I/O. */
#ifndef SCENARIO_EXPECT_H
#define SCENARIO_EXPECT_H

#include "scenario/octets.h"
#include "smtp/reply.h"

enum answer { ANSWER_CODE, ANSWER_CLOSE, ANSWER_FIN, ANSWER_RST, ANSWER_SILENCE };

/* One of the alternatives of "250 | 45x | not 2xx | close | silence 500ms". */
struct alternative {
    enum answer kind;
    bool negated;         /* any reply but this one; a close is no reply */
    signed char digit[3]; /* ANSWER_CODE: 0-9, -1 for x (or y, z) */
    int64_t silence_ms;   /* ANSWER_SILENCE */
};

/* A reply without an enhanced code does not satisfy it: whoever knows that the server does not offer
 * ENHANCEDSTATUSCODES sets `present` to false in a copy. */
struct enhanced_pattern {
    bool present;
    int part[3]; /* -1: x */
};

struct expectation {
    bool present;
    struct mark mark;
    const char *source; /* as a person would say it: "503", "2xx | close", "250 with keyword SIZE" */
    struct alternative *alternatives;
    size_t count; /* 0: any reply with a code */
    struct enhanced_pattern enhanced;
    struct text text;      /* regular expression over the text of all lines joined by LF (codes cut off, enhanced codes
                              kept), ^ and $ at each line; source.data NULL: none */
    bool text_absent;      /* must not match */
    struct text challenge; /* regular expression over the only line's text, decoded from base64, ^ and $ at each line;
                              source.data NULL: none */
    int lines_min, lines_max;  /* 0, 0: any */
    int64_t within_ms;         /* 0: the step's time-out */
    struct bytes keyword;      /* EHLO keyword that must be there; len 0: none */
    bool keyword_absent;       /* `no KEYWORD`: must not be there */
    struct text keyword_value; /* regular expression over its parameters; source.data NULL: any */
    struct text times;         /* so many replies in a row, each as described; source.data NULL: one */
    struct expectation *each;  /* LMTP: one for each accepted recipient, in order; the last one serves for the rest */
    size_t each_count;
};

enum observed { OBSERVED_REPLY, OBSERVED_FIN, OBSERVED_RST, OBSERVED_SILENCE };

struct observation {
    enum observed kind;
    const struct reply *reply; /* OBSERVED_REPLY */
    int64_t ms;                /* waited */
};

/* True when it satisfies the expectation, `times` and `each` aside: those are for who reads several replies. Otherwise
 * `why` has what was found, in a few words: "found 250 2.1.0 Ok", "the connection was closed (FIN)", "no reply within 5
 * s". `v` serves variables in regular expressions. */
bool expectation_met(const struct expectation *x, const struct observation *o, const struct variables *v,
                     struct buffer *why);
/* How long to listen: 0 when no alternative is `silence`. */
int64_t expectation_silence(const struct expectation *x);
/* True when an alternative takes a closed connection. */
bool expectation_takes_close(const struct expectation *x);
/* True when a reply code alone (421) satisfies some alternative by name or class, negation aside. */
bool expectation_takes_code(const struct expectation *x, int code);
/* True when an alternative names the code in full, or refuses it by name or class (`not 538`, `not 5xx`). */
bool expectation_names_code(const struct expectation *x, int code);

#endif
