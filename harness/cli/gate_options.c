#include "gate_options.h"

#include <string.h>

#define AT(field) offsetof(struct gate_options, field)

static bool set_fail_on(void *values, const char *argument, struct error *e)
{
    struct gate_options *o = values;
    for (int f = 0; f < FAIL_ON_COUNT; f++)
        if (!strcmp(argument, fail_on_name((enum fail_on)f))) {
            o->gate.fail_on = (enum fail_on)f;
            o->fail_on = true;
            return true;
        }
    return error_set(e, "--fail-on: expected security, must, should or warn, found '%s'", argument);
}

static bool set_max_blocked(void *values, const char *argument, struct error *e)
{
    struct gate_options *o = values;
    o->max_blocked = true;
    return (option_fraction(argument, &o->gate.max_blocked) && o->gate.max_blocked <= 1) ||
           error_set(e, "--max-blocked: expected a share such as 20%% or 0.2, found '%s'", argument);
}

struct option_group gate_option_group(size_t offset)
{
    static const struct option table[] = {
        {"fail-on", 0, "LEVEL", "what makes the exit status 1: security, must (includes security), should, warn (must)",
         OPTION_CALL, 0, set_fail_on},
        {"baseline", 0, "FILE", "what may fail, with reasons; such results are excused", OPTION_TEXT, AT(baseline),
         NULL},
        {"strict-baseline", 0, NULL,
         "exit status 1 where an entry of the baseline passes, is stale or has expired (else only told)", OPTION_FLAG,
         AT(gate.strict_baseline), NULL},
        {"max-blocked", 0, "SHARE", "exit status 3 where more of the scenarios are blocked (20%)", OPTION_CALL, 0,
         set_max_blocked},
    };
    return (struct option_group){"What counts", table, sizeof table / sizeof *table, offset};
}
