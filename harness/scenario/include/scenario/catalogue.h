/* The catalogue: one row for each requirement that binds a server. scenarios/catalogue/ (YAML) holds the rows. */
#ifndef SCENARIO_CATALOGUE_H
#define SCENARIO_CATALOGUE_H

#include "base/bytes.h"
#include "base/error.h"

enum level { LEVEL_MUST, LEVEL_SHOULD, LEVEL_MAY, LEVEL_SECURITY, LEVEL_COUNT };
const char *level_name(enum level l); /* "MUST", "SHOULD", "MAY", "security" */
bool level_find(struct bytes name, enum level *out);

struct requirement {
    const char *id;      /* "5321-3.3-rcpt-needs-mail" */
    const char *rfc;     /* "5321"; "smtpspec" for rows that rest on no RFC sentence alone */
    const char *section; /* "3.3"; "" when none */
    enum level level;
    const char *applies;      /* "always", "extension SIZE", "submission", "lmtp", "relay" */
    const char *text;         /* the requirement in our own words */
    const char *unobservable; /* why no client can see it; NULL: observable */
    const char *check;        /* name of the driver's check that tests it; NULL: scenarios do */
    struct mark mark;
    size_t scenarios; /* how many results cite it; counted when a library is finished */
};
/* "RFC 5321 section 3.3". Written to `out`. */
const char *requirement_source(const struct requirement *r, char *out, size_t size);

#endif
