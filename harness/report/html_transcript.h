/* A transcript as a conversation in HTML. */
#ifndef REPORT_HTML_TRANSCRIPT_H
#define REPORT_HTML_TRANSCRIPT_H

#include "report/report.h"

/* How much of it is shown. */
struct html_measure {
    size_t exchanges; /* more: the first and the last ones, and what decided */
    size_t octets;    /* of one exchange */
};
extern const struct html_measure html_measure_whole, html_measure_brief;

/* An <ol class=t>. `found` is the reply that decided, as the verdict tells it; its line is marked where it is among
 * those that decided. NULL: none. */
void html_transcript(struct buffer *out, const struct transcript *t, const char *found, const struct html_measure *m);

#endif
