/* What the script of the comparison page shows when a result is opened: transcripts, as JSON, each text once. */
#ifndef REPORT_COMPARISON_DATA_H
#define REPORT_COMPARISON_DATA_H

#include "report/comparison.h"

/* Appends {"texts": [TEXT...], "rows": {"NUMBER": [REQUIREMENT, [CELL or null...]]...}}. NUMBER is the row's index; a
 * CELL is [EXPECTED, FOUND, REASON, [KIND, TIME, TEXT, CONNECTION, ...]], four numbers for each exchange. Texts are
 * named by their index, 0 is none. KIND: 0 client, 1 server, 2 anything else; plus 4 inside TLS, 8 it decided. TIME is
 * in tenths of a millisecond. Control octets in texts stand between \x01 and \x02. No "<" is in it. Rows that are the
 * same everywhere and fail nowhere are left out, and what would make it much too large. Where a brief comparison leaves
 * a transcript out, null stands for it. */
void comparison_data(const struct comparison *c, struct buffer *out);
/* True when comparison_data has that row. */
bool comparison_data_has(const struct comparison_row *row, size_t run_count);

#endif
