#include "server/defect.h"

static const struct defect_info table[] = {
#define X(id, name, requirement, summary) {name, requirement, summary},
#include "server/defects_5321.def"
#include "server/defects_crash.def"
#include "server/defects_more.def"
#undef X
};

const struct defect_info *defect_table(size_t *count)
{
    *count = sizeof table / sizeof *table;
    return table;
}

enum defect defect_find(struct bytes name)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (bytes_equal(name, bytes_string(table[i].name)))
            return (enum defect)(i + 1);
    return DEFECT_NONE;
}
