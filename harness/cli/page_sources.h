/* What the page of a run shows beside the results: the catalogue, and the scenarios as they are written. */
#ifndef CLI_PAGE_SOURCES_H
#define CLI_PAGE_SOURCES_H

#include "sources.h"

#include "report/report.h"

struct page_sources {
    bool from_disk;   /* files that are not inside the program are read: only where the user named them himself */
    const char *file; /* the one that was read last; NULL: none */
    struct buffer content;
};
/* Puts both into the context; `s` and the library must live as long as it. */
void page_sources_use(struct page_sources *s, const struct library *l, struct report_context *c);
void page_sources_free(struct page_sources *s);

#endif
