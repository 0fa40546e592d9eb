/* What counts as wrong: one row for each oracle, and the judgement of one session by all of them. A symptom says which
 * oracle fired, and where: two sessions with the same symptom show the same thing. */
#ifndef CAMPAIGN_ORACLE_H
#define CAMPAIGN_ORACLE_H

#include "exchange.h"
#include "watch.h"

enum oracle {
    ORACLE_CRASH,       /* a sanitizer's report, or a signal */
    ORACLE_DIED,        /* the server is gone without either */
    ORACLE_HANG,        /* a reply that is owed does not come */
    ORACLE_DROPPED,     /* the connection was closed with a reply owed */
    ORACLE_MUTE,        /* a new connection is not greeted any more */
    ORACLE_MEMORY,      /* memory grows with each session */
    ORACLE_DESCRIPTORS, /* descriptors do */
    ORACLE_HOARD,       /* a line without an end is kept in memory */
    ORACLE_DESYNC,      /* octets of a payload were answered as commands */
    ORACLE_TLS,         /* what came in clear was answered inside TLS */
    ORACLE_SURPLUS,     /* a reply that no command earned */
    ORACLE_ORDER,       /* a rule of sequence.h */
    ORACLE_CHECK,       /* a check on the form of replies */
    ORACLE_LINGERS,     /* not closed behind QUIT or the client's FIN */
    ORACLE_REFUSED,     /* mail for a recipient that was refused: post.h */
    ORACLE_DIFFERENT,   /* another server answers in another class: against.h */
    ORACLE_MAILBOX,     /* more or less mail than was acknowledged: post.h */
    ORACLE_COUNT
};

struct oracle_info {
    const char *name;  /* "hang" */
    const char *level; /* of the scenario: "MUST" or "security" */
    bool lead;         /* only odd: kept apart from findings */
    const char *says;  /* what is wrong, in a sentence */
    const char *reference;
};
const struct oracle_info *oracle_info(enum oracle o);

struct symptom {
    enum oracle oracle;
    char place[192]; /* stack, check, or what was asked: what makes it the same or another one */
    char detail[256];
};
bool symptom_same(const struct symptom *a, const struct symptom *b);
/* The same, or two ends of a process by one signal, of which neither has a stack: where the session was then is a
 * matter of chance. */
bool symptom_alike(const struct symptom *a, const struct symptom *b);
bool symptom_has_stack(const struct symptom *s);
/* "hang-noop-5b1c09d3"; `size` 80 is enough. */
void symptom_id(const struct symptom *s, char *out, size_t size);

enum { SYMPTOMS_MOST = 8 };
struct symptoms {
    struct symptom of[SYMPTOMS_MOST];
    size_t count;
};
void symptoms_add(struct symptoms *s, enum oracle o, const char *place, const char *detail);
const struct symptom *symptoms_find_alike(const struct symptoms *s, const struct symptom *wanted);
const struct symptom *symptoms_find(const struct symptoms *s, const struct symptom *wanted);
/* Judges what one session brought; `t` is what watch_look said behind it. The gravest stands first. */
void oracle_judge(const struct outcome *out, const struct trouble *t, struct symptoms *found);

#endif
