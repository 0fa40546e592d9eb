/* Named deviations of the reference server: with one of them it is wrong in exactly one way, so that a test can show
 * that the scenarios of a requirement fail when they should (scripts/prove). One row in defects_5321.def or
 * defects_more.def, and one `session_has` at the place where the server goes wrong; or, where the defect is only in
 * what is said or listed, in what comes of one command, in the end of the data or in the message, a row in the tables
 * of session_defects.c, session_command_defects.c, session_data_defects.c and session_message_defects.c. Those of
 * defects_crash.def are for fuzzing campaigns. */
#ifndef SERVER_DEFECT_H
#define SERVER_DEFECT_H

#include "base/bytes.h"

enum defect {
    DEFECT_NONE,
#define X(id, name, requirement, summary) DEFECT_##id,
#include "server/defects_5321.def"
#include "server/defects_crash.def"
#include "server/defects_more.def"
#undef X
    DEFECT_COUNT
};

struct defect_info {
    const char *name;
    const char *requirement; /* id of its row in the catalogue; NULL: for campaigns to find (defects_crash.def) */
    const char *summary;
};

/* Rows in the order of `enum defect`, DEFECT_NONE left out: the row of `d` is at d - 1. */
const struct defect_info *defect_table(size_t *count);
/* DEFECT_NONE when there is none of that name. */
enum defect defect_find(struct bytes name);

#endif
