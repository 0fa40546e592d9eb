/* One result on a page. */
#ifndef REPORT_HTML_CASE_H
#define REPORT_HTML_CASE_H

#include "rows.h"

struct html_case {
    const struct report_context *c;
    size_t most; /* octets of a page from which on no more transcripts are put in */
};

/* An <article> with everything: for what is to be read. `shown`: the conversation is open. */
void html_case_whole(const struct html_case *h, const struct row *row, bool shown, struct buffer *out);
/* A <details> with the transcript: for what passed and was skipped. */
void html_case_brief(const struct html_case *h, const struct row *row, struct buffer *out);
/* The verdict as a word in its colour. */
void html_verdict(struct buffer *out, enum verdict v);
/* "3 failed, 12 passed". */
void html_counts(struct buffer *out, const size_t verdicts[VERDICT_COUNT]);
/* "RFC 5321 section 3.3" as a link to the requirement in the catalogue. */
void html_source(struct buffer *out, const struct row *row);
/* Attributes by which a result or a requirement is filtered. */
void html_filter_keys(struct buffer *out, const char *verdict, const struct requirement *q);

#endif
