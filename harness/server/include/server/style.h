/* Named oddities of the reference server that the RFCs allow: under each of them no scenario may raise an alarm. Same
 * mechanism as defects: one row, one `session_styled` (or a test in the listener) at its place. */
#ifndef SERVER_STYLE_H
#define SERVER_STYLE_H

#include "base/bytes.h"

/* X(identifier, name, where it is allowed, what it does) */
#define STYLE_TABLE(X)                                                                                                 \
    X(MULTILINE, "multiline", "RFC 5321 section 4.2", "every 2yz, 4yz and 5yz reply has three lines")                  \
    X(CODE_ONLY, "code-only", "RFC 5321 section 4.2",                                                                  \
      "replies are the code alone, and enhanced status codes are not offered; greeting, EHLO and 334 keep their text") \
    X(OCTETS, "octets", "RFC 9293 section 3.8", "every octet of a reply goes in a write of its own")                   \
    X(SLOW, "slow", "RFC 5321 section 4.5.3.2", "waits 50 ms before each write")                                       \
    X(VRFY_252, "vrfy-252", "RFC 5321 section 3.5.3", "answers 252 to VRFY and EXPN whatever the name is")             \
    X(MIXED_CASE, "mixed-case", "RFC 5321 section 4.1.1.1", "EHLO keywords in mixed case")                             \
    X(TERSE, "terse", "RFC 5321 section 2.2.1",                                                                        \
      "of the extensions offers SIZE and 8BITMIME alone, and does not implement the commands of the others")

enum style {
    STYLE_NONE,
#define STYLE_ENUM(id, name, source, summary) STYLE_##id,
    STYLE_TABLE(STYLE_ENUM)
#undef STYLE_ENUM
        STYLE_COUNT
};

struct style_info {
    const char *name;
    const char *source;
    const char *summary;
};

/* Rows in the order of `enum style`, STYLE_NONE left out: the row of `s` is at s - 1. */
const struct style_info *style_table(size_t *count);
/* STYLE_NONE when there is none of that name. */
enum style style_find(struct bytes name);

#endif
