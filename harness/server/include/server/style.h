/* Named oddities of the reference server that the RFCs allow: under each of them no scenario may raise an alarm. Same
 * mechanism as defects: one row in styles.def, and one row of a table in session_style.c, one `session_styled`, or a
 * test in the listener, at the place where it shows. scripts/styles runs the suite under each. */
#ifndef SERVER_STYLE_H
#define SERVER_STYLE_H

#include "base/bytes.h"

enum style {
    STYLE_NONE,
#define X(id, name, source, summary) STYLE_##id,
#include "server/styles.def"
#undef X
    STYLE_COUNT
};

struct style_info {
    const char *name;
    const char *source; /* the RFC and section whose words allow it */
    const char *summary;
};

/* Rows in the order of `enum style`, STYLE_NONE left out: the row of `s` is at s - 1. */
const struct style_info *style_table(size_t *count);
/* STYLE_NONE when there is none of that name. */
enum style style_find(struct bytes name);

#endif
