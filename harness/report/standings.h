/* How a server stands on each requirement: the catalogue's rows and what the results cite, in the order of RFC and
 * section, each with its results. */
#ifndef REPORT_STANDINGS_H
#define REPORT_STANDINGS_H

#include "rows.h"

struct standing {
    const struct requirement *requirement;
    struct row *rows; /* what cites it, in the order of the run */
    size_t count;
    size_t verdicts[VERDICT_COUNT];
};

struct standings {
    struct standing *items;
    size_t count;
    struct row *rows; /* all of the run; those of a standing lie together, what cites nothing at the end */
    size_t row_count;
    size_t uncited; /* how many of `rows` cite nothing: the last ones */
};
/* `catalogue` may be NULL: then there are only the requirements that results cite. Lives in `a`. False: no memory. */
bool standings_make(const struct run *run, const struct requirement *const *catalogue, size_t catalogue_count,
                    struct arena *a, struct standings *out);

/* The verdict that speaks for several results: what failed before what warns, before what passed, before what was not
 * judged; VERDICT_COUNT: there is none. */
enum verdict standing_verdict(const size_t verdicts[VERDICT_COUNT]);
/* True when both are of one section of one RFC. */
bool standing_same_section(const struct standing *a, const struct standing *b);

#endif
