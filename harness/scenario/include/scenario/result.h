/* What a run brings: verdicts with their evidence. Made by driver/, read by report/ and campaign/. */
#ifndef SCENARIO_RESULT_H
#define SCENARIO_RESULT_H

#include "base/arena.h"
#include "scenario/scenario.h"

enum verdict { VERDICT_PASS, VERDICT_WARN, VERDICT_FAIL, VERDICT_SKIP, VERDICT_BLOCKED, VERDICT_ERROR, VERDICT_COUNT };
const char *verdict_name(enum verdict v);
/* True when `a` says worse of a server than `b`: fail, error, warn, blocked, pass, skip. */
bool verdict_is_worse(enum verdict a, enum verdict b);

enum event_kind {
    EVENT_CLIENT,  /* octets sent */
    EVENT_SERVER,  /* octets received */
    EVENT_CONNECT, /* text says to what */
    EVENT_TLS,     /* handshake done or refused; text says version and cipher, or why */
    EVENT_CLOSE,   /* text says who: "client FIN", "server FIN", "server RST" */
    EVENT_NOTE,    /* harness: a wait, a delivery looked for */
    EVENT_KIND_COUNT
};
const char *event_kind_name(enum event_kind k); /* "client" */

#define EVENT_KEEP 65536 /* more octets are kept as head and tail */

struct event {
    enum event_kind kind;
    const char *connection; /* NULL: the main one */
    int64_t ns;             /* since the result's start */
    bool tls;               /* octets: sent inside TLS */
    bool deciding;          /* the octets that decided the verdict */
    struct bytes octets;    /* all, or the head */
    struct bytes tail;      /* when cut */
    uint64_t length;        /* of all octets */
    char digest[65];        /* SHA-256 in hexadecimal when cut, else "" */
    const char *text;
    struct event *next;
};

struct transcript {
    struct event *first, *last;
    size_t count;
};

struct result {
    const char *id;
    const struct scenario *scenario;       /* NULL for checks, plain transaction and "target died" */
    const struct requirement *requirement; /* NULL: none */
    enum verdict verdict;
    const char *reason;   /* one line, always set but for a pass without remark */
    const char *expected; /* in words; NULL where nothing was compared */
    const char *found;
    struct mark step; /* the step that decided; line 0: none */
    struct transcript transcript;
    int64_t started_ns; /* since the run's start */
    int64_t duration_ns;
    int attempts; /* 1, more after a relaunch or retry */
    /* Where it was run several times (--repeat): how often each verdict came up; else all 0. `verdict` and everything
     * else are those of the worst one. */
    int came[VERDICT_COUNT];
    struct arena *arena; /* owns the transcript and the texts */
};

/* A check applied to every reply: "check/reply-line-length". */
struct check_result {
    const char *name;                      /* "check/NAME" */
    const struct requirement *requirement; /* NULL when the catalogue has no row */
    uint64_t judged;                       /* replies looked at */
    uint64_t broken;
    struct result result; /* verdict, and the first transcript that broke it; `result.found` names the scenario */
};

/* A part of a run: 2 of 4; 0 of 0: the whole. */
struct shard {
    int number, of;
};

struct run {
    char started[24]; /* UTC */
    int64_t duration_ns;
    const char *target_name;
    const char *endpoint;
    const char *greeting;   /* first line as received, made visible; NULL: none was read */
    const char *extensions; /* EHLO keywords, one a line, as the plain transaction saw them; NULL: none */
    const char *tls;        /* version and cipher; NULL: no TLS seen */
    uint64_t seed;
    int jobs;
    struct shard shard;
    struct result *results; /* in the order of the library */
    size_t count;
    struct check_result *checks;
    size_t check_count;
    struct result plain_first, plain_last; /* the plain transaction; ids "plain/first", "plain/last" */
    struct result *extra;                  /* such as "target/died" */
    size_t extra_count;
    bool interrupted;    /* Ctrl-C: what was not run is missing from `results` (verdict SKIP, reason "interrupted") */
    struct arena *arena; /* owns the texts above */
};
/* True when its repetitions did not agree. */
bool result_is_unstable(const struct result *r);
/* Reads "2/4": of 1 to 1000 parts. */
bool shard_parse(struct bytes text, struct shard *out);
/* Frees what it holds, not `r`, and zeroes it: the arenas of all results, `arena`, and the arrays `results`, `checks`
 * and `extra`, which come from malloc(3). */
void run_free(struct run *r);

#endif
