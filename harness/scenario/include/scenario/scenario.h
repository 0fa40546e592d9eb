/* A scenario as the driver runs it: cases and `over:` are spread out, so that one struct is one result. */
#ifndef SCENARIO_SCENARIO_H
#define SCENARIO_SCENARIO_H

#include "scenario/catalogue.h"
#include "scenario/step.h"

enum start { START_NOTHING, START_CONNECT, START_HELLO, START_EHLO, START_MAIL, START_RCPT, START_DATA, START_COUNT };
const char *start_name(enum start s);

enum over { OVER_DEFAULT, OVER_PLAIN, OVER_TLS };

enum need_kind {
    NEED_EXTENSION,    /* "PIPELINING"; "AUTH PLAIN": the keyword with that parameter */
    NEED_NO_EXTENSION, /* "no STARTTLS" */
    NEED_FACT,         /* a fact of the target: recipient2, unknown, credentials, mailbox ... */
    NEED_TRANSPORT     /* tcp, tls, implicit-tls, smtp, lmtp, loopback, launch, stranger, submission */
};
struct need {
    enum need_kind kind;
    const char *name;
    const char *parameter; /* NEED_EXTENSION: must be among its parameters; NULL: any */
    struct mark mark;      /* line 0: derived from the steps */
};

struct scenario {
    const char *id; /* suite/id, suite/id/case, suite/id@tls, suite/id/case@tls */
    const char *suite;
    const char *title; /* a case's own title is put behind, after ": " */
    const char *file;
    int line;
    const struct requirement *requirement; /* never NULL: made from level and reference where no row is cited, with the
                                              scenario's id and title, rfc "" and section "" */
    const char *reference; /* what to print as source: "RFC 5321 section 3.3" or the file's own `reference:` */
    const char *cve;       /* NULL: none */
    const char **tags;
    size_t tag_count;
    const char *note; /* NULL: none */
    enum start start;
    enum over over;
    bool auth;
    struct need *needs;
    size_t need_count;
    bool intrusive, lockout, slow, alive;
    bool alone; /* must run while nothing else does: see struct delivered */
    struct steps steps;
};

bool scenario_has_tag(const struct scenario *s, const char *tag);

#endif
