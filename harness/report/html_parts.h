/* The parts of the page of a run, each in a file with its neighbours: see html_part.put. */
#ifndef REPORT_HTML_PARTS_H
#define REPORT_HTML_PARTS_H

#include "html_case.h"
#include "latency.h"
#include "standings.h"

struct report_page {
    const struct report_context *c;
    struct html_case cases; /* how a result is put */
    struct standings standings;
    struct latencies latencies;
};

/* html_head.c */
void html_put_title(void *page, struct buffer *out);
void html_put_head(void *page, struct buffer *out);    /* which server, when, how many of what failed */
void html_put_facts(void *page, struct buffer *out);   /* what is known of the server and of the run */
void html_put_jumps(void *page, struct buffer *out);   /* links to the parts, with their counts */
void html_put_choices(void *page, struct buffer *out); /* the options of the filter by RFC and tag */
void html_put_version(void *page, struct buffer *out);
/* html_groups.c */
void html_put_failures(void *page, struct buffer *out);
void html_put_warnings(void *page, struct buffer *out);
void html_put_unlearned(void *page, struct buffer *out); /* errors and blocked */
void html_put_passes(void *page, struct buffer *out);
void html_put_skips(void *page, struct buffer *out);
/* html_catalogue.c */
void html_put_picture(void *page, struct buffer *out);   /* each section of each RFC */
void html_put_catalogue(void *page, struct buffer *out); /* each requirement */
/* html_latency.c */
void html_put_latency(void *page, struct buffer *out);

#endif
