/* Steps: the acts of a scenario. One row in `act_table` for each: key, what it is for, the form of its value; the
 * loader, the checker, the documentation and the JSON Schema are derived from it, and the driver has one function for
 * each (driver/acts.c). */
#ifndef SCENARIO_STEP_H
#define SCENARIO_STEP_H

#include "scenario/expect.h"

enum act {
    ACT_NONE,      /* an expectation, capture or `when` alone */
    ACT_SEND,      /* octets and CRLF */
    ACT_RAW,       /* octets */
    ACT_HEX,       /* octets from hexadecimal digits */
    ACT_DATA,      /* message after 354: LF to CRLF, dot-stuffed, final dot */
    ACT_BDAT,      /* BDAT command and its chunk in one write */
    ACT_PIPELINE,  /* steps in one write */
    ACT_STARTTLS,  /* verb, 220, handshake */
    ACT_HANDSHAKE, /* handshake only */
    ACT_AUTH,
    ACT_PAUSE,
    ACT_CLOSE,      /* FIN; with TLS: close_notify first */
    ACT_HALF_CLOSE, /* FIN in our direction, still reading; with TLS: close_notify */
    ACT_RESET,      /* RST */
    ACT_CONNECT,    /* opens the connection named by `connection:`; its greeting is not read */
    ACT_RECONNECT,  /* closes it where it is open and opens it again, as far as `start:` says */
    ACT_REPEAT,
    ACT_CROWD, /* so many more connections stand open while the steps are done */
    ACT_CUT,   /* on connections of their own, sends every beginning of the octets and goes away */
    ACT_DELIVERED,
    ACT_ALIKE, /* replies that were timed take alike */
    ACT_COUNT
};

enum value_form { FORM_OCTETS, FORM_STEPS, FORM_MAP, FORM_WORD, FORM_DURATION, FORM_NOTHING };

struct act_info {
    enum act act;
    const char *key; /* "send" */
    enum value_form form;
    const char *summary; /* one sentence, for documentation and schema */
    const char *example; /* "send: NOOP" */
};
const struct act_info *act_table(size_t *count);

/* OK and REFUSED together: both are right. MODERN: OK, and TLS 1.2 or later. */
enum handshake { HANDSHAKE_OK = 1, HANDSHAKE_REFUSED = 2, HANDSHAKE_MODERN = 4 };

/* What is deliberately wrong about an AUTH exchange. */
enum auth_error {
    AUTH_NO_ERROR,
    AUTH_CANCEL,      /* "*" instead of the last answer */
    AUTH_BAD_BASE64,  /* octets outside the alphabet */
    AUTH_BAD_PADDING, /* "=" where none belongs */
    AUTH_EMPTY,       /* an empty line as the answer */
    AUTH_WRONG_PASSWORD,
    AUTH_UNKNOWN_USER,
    AUTH_TRUNCATED,   /* a message that ends within a field */
    AUTH_OVERSIZED,   /* an answer line above 12,288 octets (RFC 4954 section 4) */
    AUTH_EXTRA_FIELD, /* one field too many */
    AUTH_WRONG_NONCE, /* SCRAM: another nonce than the server's */
    AUTH_DISCONNECT   /* FIN instead of the last answer */
};

enum auth_initial { AUTH_INITIAL_DEFAULT, AUTH_INITIAL_YES, AUTH_INITIAL_NO, AUTH_INITIAL_EMPTY /* "=" */ };

struct auth {
    const char *mechanism;      /* NULL: the best the server offers */
    struct text user, password; /* default ${user}, ${password} */
    struct text authzid;        /* default none */
    enum auth_initial initial;
    enum auth_error error;
};

struct delivered {
    struct text to;               /* mailbox address; default ${recipient} */
    int64_t count_min, count_max; /* default 1, 1 */
    struct text *contains;        /* what belongs to this result, default ${nonce}: each must be in the message. None
                                     where no nonce is sent: then every new message belongs to it */
    size_t contains_count;
    struct text *absent; /* none of these may be in one that belongs to it */
    size_t absent_count;
    struct text *patterns; /* regular expressions, each of which must match one that belongs to it; lines end in LF */
    size_t pattern_count;
    struct text *forbidden; /* regular expressions, none of which may match it */
    size_t forbidden_count;
    bool has_body;
    struct octets body; /* the message as sent, after CRLF to LF; trace fields in front are ignored */
    bool exact;         /* compare octets as they are */
    bool optional;      /* where no mailbox is known, pass over this step; else the scenario is skipped */
    bool alone; /* nothing tells its messages apart: no ${nonce} is in what the scenario sends. Set by the loader */
};

/* Two kinds of replies, each timed under its name by `took`. */
struct alike {
    const char *first, *second;
    int64_t apart_ms; /* so far may the slowest of one kind and the fastest of the other be apart */
};

struct capture {
    const char *name;
    struct text pattern; /* first group, or the whole match; over the last reply's lines with codes, joined by LF */
};

struct steps {
    struct step *items;
    size_t count;
};

struct step {
    enum act act;
    struct mark mark;
    const char *connection; /* NULL: the main one */
    struct octets octets;   /* SEND RAW HEX DATA CUT, chunk of BDAT */
    bool has_size;
    struct text size;   /* BDAT: as written behind the verb; any text */
    bool last;          /* BDAT */
    unsigned handshake; /* STARTTLS (always OK), HANDSHAKE */
    struct auth auth;
    struct delivered delivered;
    struct alike alike;
    int64_t pause_ms;
    struct steps steps; /* PIPELINE, REPEAT, CROWD */
    struct text times;  /* REPEAT, CROWD */

    /* How it is written. */
    bool dribble;   /* one octet a write */
    int64_t *split; /* offsets at which a new write begins; negative: from the end */
    size_t split_count;
    int64_t delay_ms; /* between writes */

    struct expectation expect, assume;
    struct expectation *prefer; /* NULL: none */
    const char *took;           /* keeps how long the reply took under this name; NULL: not */
    bool has_replies;
    int64_t replies_min, replies_max;
    struct capture *captures;
    size_t capture_count;

    struct expectation *when; /* on the last reply of this connection; then `then`, else `otherwise`. NULL: none */
    struct steps then, otherwise;
};

/* Visits every step, those within others too, in the order of the file. Stops when `visit` returns false. */
bool steps_visit(const struct steps *s, bool (*visit)(const struct step *step, void *context), void *context);

#endif
