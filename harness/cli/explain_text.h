/* The words of `smtpspec explain`: one function for each kind of thing that it explains. All append to `out`, with
 * octets that came from a peer made visible. */
#ifndef CLI_EXPLAIN_TEXT_H
#define CLI_EXPLAIN_TEXT_H

#include "base/buffer.h"
#include "smtp/command.h"
#include "smtp/reply.h"

/* "  LABEL      TEXT", the text wrapped under itself. */
void explain_field(struct buffer *out, const char *label, const char *text);
/* Octets in one line, at most 200 of them, behind `prefix`. */
void explain_quote(struct buffer *out, const char *prefix, struct bytes octets);

/* How a reply is explained. A zeroed struct: alone, in full. */
struct explain_view {
    const char *prefix;  /* before each of its lines; NULL: nothing */
    enum verb to;        /* the command that it answers; VERB_UNKNOWN: none, or nobody knows */
    bool brief;          /* success in one line */
    struct buffer *seen; /* EHLO keywords that were explained already, each ended by NUL; NULL: nobody keeps them */
};
/* A reply, with line ends: each of its lines, then what it means. Where `to` is EHLO or LHLO its keywords too. */
void explain_reply(struct buffer *out, struct bytes raw, const struct explain_view *v);
/* An enhanced code alone; klass 0: for all classes. */
void explain_enhanced(struct buffer *out, struct enhanced e);

/* A name: verb, EHLO keyword, parameter of MAIL or RCPT; all that it is. False: it is none. */
bool explain_name(struct buffer *out, struct bytes name);
/* The name that is nearest to a misspelt one; NULL: none is near. */
const char *explain_nearest(struct bytes name);
/* A command line with an argument: the verb, the parts, or the place of the mistake. False: the verb is not known. */
bool explain_command(struct buffer *out, struct bytes line);

/* A whole session in any of the forms that the recogniser knows. False: nothing in it was understood. */
bool explain_log(struct buffer *out, struct bytes log);

#endif
