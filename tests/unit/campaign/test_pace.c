/* How long a reply is waited for. */
#include "pace.h"

#include <criterion/criterion.h>

Test(pace, a_server_that_hangs_is_waited_for_less_but_certainty_takes_longer_still)
{
    struct pace p;
    pace_begin(&p, 10000);
    pace_add(&p, 100);
    int64_t before = pace_patience(&p);
    pace_hangs(&p);
    cr_expect_lt(pace_patience(&p), before);
    cr_expect_gt(pace_patience(&p), 100);
    cr_expect_gt(pace_certainty(&p), pace_patience(&p));
    pace_forgive(&p, 1000);
    cr_expect_geq(pace_patience(&p), 2000, "what was only slow is given more time");
}
