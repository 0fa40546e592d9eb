/* A command line: verb, argument by its own grammar, ESMTP parameters. RFC 5321 section 4.1 and the extensions' own
 * texts. No I/O, no allocation: results point into the line. One table row for each verb (`verb_table`) drives the
 * parser, the reference server, `explain` and the fuzzing dictionary. */
#ifndef SMTP_COMMAND_H
#define SMTP_COMMAND_H

#include "smtp/path.h"

enum verb {
    VERB_UNKNOWN,
    VERB_PRIVATE, /* begins with X and is none of the known ones (RFC 5321 section 4.1.5) */
    VERB_HELO,
    VERB_EHLO,
    VERB_LHLO,
    VERB_MAIL,
    VERB_RCPT,
    VERB_DATA,
    VERB_BDAT,
    VERB_RSET,
    VERB_NOOP,
    VERB_HELP,
    VERB_VRFY,
    VERB_EXPN,
    VERB_QUIT,
    VERB_STARTTLS,
    VERB_AUTH,
    VERB_ETRN,
    VERB_ATRN,
    VERB_TURN,
    VERB_SEND,
    VERB_SOML,
    VERB_SAML,
    VERB_ONEX,
    VERB_BURL,
    VERB_XCLIENT,
    VERB_XFORWARD,
    VERB_COUNT
};

struct verb_info {
    enum verb verb;
    const char *name;      /* "MAIL" */
    const char *syntax;    /* "MAIL FROM:<reverse-path> [SP parameters]" */
    const char *summary;   /* one sentence, in our words */
    const char *source;    /* "RFC 5321 section 4.1.1.2" */
    const char *extension; /* EHLO keyword that offers it, NULL for the base */
    const char *success;   /* reply codes in their meaning: "250", "354 then 250" */
    const char *failure;   /* "451 452 455 503 550 552 553 555" */
    const char *example;   /* "MAIL FROM:<carol@client.test> SIZE=1024" */
};

/* All rows, VERB_HELO first; `*count` rows. */
const struct verb_info *verb_table(size_t *count);
const struct verb_info *verb_info(enum verb verb); /* NULL for UNKNOWN and PRIVATE */
enum verb verb_find(struct bytes word);            /* any case */

#define COMMAND_PARAMETERS_MAX 32

/* esmtp-param of section 4.1.2: keyword ["=" value]. */
struct parameter {
    struct bytes keyword;
    struct bytes value;
    bool has_value; /* "SIZE=" is a syntax error; "SIZE" has none */
};

struct command {
    enum verb verb;
    struct bytes line;     /* without the line end */
    struct bytes word;     /* the verb as written */
    struct bytes argument; /* all behind the verb, leading and trailing blanks cut; empty: none */
    struct domain domain;  /* HELO EHLO LHLO */
    struct path path;      /* MAIL RCPT SEND SOML SAML */
    struct bytes first;    /* AUTH: mechanism; ETRN: node; BDAT: size; VRFY EXPN HELP NOOP: the String; BURL: URL */
    struct bytes second;   /* AUTH: initial response; */
    bool has_second;
    uint64_t size; /* BDAT: chunk-size; UINT64_MAX with `size_overflow` */
    bool size_overflow;
    bool last; /* BDAT: LAST; BURL: LAST */
    struct parameter parameters[COMMAND_PARAMETERS_MAX];
    size_t parameter_count;
};

enum command_status {
    COMMAND_OK,
    COMMAND_BAD_VERB,    /* no verb at all: the line is empty or begins with what is no letter: 500 */
    COMMAND_BAD_ARGUMENT /* the verb is known and its argument breaks the grammar: 501 */
};

enum command_flags {
    COMMAND_UTF8 = 1,             /* addresses may be UTF-8 whatever the parameters say (VRFY, EXPN need this) */
    COMMAND_SPACE_AFTER_COLON = 2 /* accept "MAIL FROM: <a@b>", which section 3.3 forbids senders */
};

/* Parses one line without its line end. On COMMAND_BAD_ARGUMENT verb, word and argument are set and `*error` has the
 * offset into `line`; nothing else is set. MAIL with the parameter SMTPUTF8, VRFY and EXPN with it at their end (RFC
 * 6531 section 3.4, 3.7.4.2) take UTF-8 by themselves; RCPT has no such parameter and needs COMMAND_UTF8. `parameters`
 * beyond the count are not cleared. Blanks at the end of the line are tolerated (section 4.1.1), one too many between
 * its parts is not. Unknown and private verbs are COMMAND_OK. The length of the line is the session's matter. */
enum command_status command_parse(struct bytes line, unsigned flags, struct command *out, struct syntax_error *error);
/* The parameter with that keyword, any case; NULL when it is not there. */
const struct parameter *command_parameter(const struct command *c, const char *keyword);

/* ESMTP parameters, for `check`, `explain`, the dictionary, and the reference server: one row each. */
struct parameter_info {
    const char *keyword;
    enum verb verb; /* VERB_MAIL or VERB_RCPT */
    bool value;     /* takes a value */
    const char *extension;
    const char *syntax;
    const char *source;
};
const struct parameter_info *parameter_table(size_t *count);

/* xtext of RFC 3461 section 4: decodes to `out` (in.len octets are enough); false when it is no xtext. */
bool xtext_decode(struct bytes in, unsigned char *out, size_t size, size_t *len);
bool xtext_valid(struct bytes in);

#endif
