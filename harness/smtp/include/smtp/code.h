/* Tables of reply codes (RFC 5321 section 4.2.3, its extensions, RFC 7504) and enhanced status codes (RFC 3463,
 * RFC 5248 and what IANA added since), with what a client should do about each. */
#ifndef SMTP_CODE_H
#define SMTP_CODE_H

#include "smtp/command.h"
#include "smtp/reply.h"

enum advice {
    ADVICE_GO,    /* success or intermediate: go on */
    ADVICE_RETRY, /* temporary: the same command may succeed later (section 4.2.1, 4yz) */
    ADVICE_FIX,   /* permanent for this command: change it, do not repeat it as it is */
    ADVICE_STOP   /* permanent for this address or host: stop sending to it */
};
const char *advice_text(enum advice a); /* one sentence for a mail engineer */

struct code_info {
    int code;
    enum advice advice;
    const char *meaning;   /* in our words */
    const char *elsewhere; /* what it says too: "behind ETRN: no messages wait"; NULL: the same everywhere */
    const char *source;    /* "RFC 5321 section 4.2.3" */
};
const struct code_info *code_table(size_t *count);
const struct code_info *code_find(int code); /* NULL: not registered */
/* What a code means as the answer to one command, with its source, where that is more than `meaning` says; behind the
 * end of a message `to` is DATA. A server that gave an enhanced code of another subject meant something else. NULL: no
 * more. */
const char *code_special(int code, struct enhanced e, enum verb to);
/* What the digits say when the code is not in the table, section 4.2.1: class by the first one, NULL outside 200 to 599
 * (section 4.2 has a client go by it whatever follows); category by the second one, NULL too where it is above 5. */
const char *code_class_text(int code);
const char *code_category_text(int code);

struct enhanced_info {
    unsigned short subject;
    unsigned short detail;
    enum advice advice;  /* ADVICE_GO: by class alone */
    const char *name;    /* registered name */
    const char *meaning; /* in our words */
    const char *source;
    const char *classes; /* the classes it is used with: "45", "2" */
};
const struct enhanced_info *enhanced_table(size_t *count);
const struct enhanced_info *enhanced_find(struct enhanced e);
const char *enhanced_subject_text(unsigned subject); /* NULL when the subject is not defined */

/* What to do about a reply as a whole. The first digit decides between going on, retrying and a permanent failure; the
 * enhanced code, when it is there, of the same class and registered, says more about the last. `e.klass` 0: none. */
enum advice reply_advice(int code, struct enhanced e);

#endif
