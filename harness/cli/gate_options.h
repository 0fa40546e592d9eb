/* The options that say what of a run's results counts; `test` and `report` share them. */
#ifndef CLI_GATE_OPTIONS_H
#define CLI_GATE_OPTIONS_H

#include "options.h"
#include "report/report.h"

struct gate_options {
    struct gate gate;
    const char *baseline;      /* file; NULL: not given */
    bool fail_on, max_blocked; /* was given */
};
/* What stands in the values before options_parse. */
#define GATE_OPTIONS_NONE                                                                                              \
    {                                                                                                                  \
        .gate = {.fail_on = FAIL_ON_MUST, .max_blocked = 0.2 }                                                         \
    }

/* The group for a usage; `offset`: of the struct gate_options within the values. */
struct option_group gate_option_group(size_t offset);

#endif
