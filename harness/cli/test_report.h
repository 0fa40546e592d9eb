/* What `smtpspec test` hands out at its end: the report for people, the files that were asked for, the exit status. */
#ifndef CLI_TEST_REPORT_H
#define CLI_TEST_REPORT_H

#include "test_options.h"

/* Loads the baselines that the options and the target name, before anything is run. False: the mistakes were printed.
 */
struct test_baselines {
    struct baseline *used; /* excuses; NULL: none */
    struct baseline *old;  /* what --write-baseline takes its reasons from; NULL: none. May be `used` */
};
bool test_baselines_load(const struct test_options *o, const char *of_target, struct arena *a,
                         struct test_baselines *out);
void test_baselines_free(struct test_baselines *b);

/* Writes all reports; the library is what the run's scenarios came from. Returns the exit status. */
int test_report(const struct test_options *o, const struct library *l, const struct run *run,
                const struct test_baselines *b);

#endif
