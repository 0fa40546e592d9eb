#include "server/style.h"

static const struct style_info table[] = {
#define X(id, name, source, summary) {name, source, summary},
#include "server/styles.def"
#undef X
};

const struct style_info *style_table(size_t *count)
{
    *count = sizeof table / sizeof *table;
    return table;
}

enum style style_find(struct bytes name)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (bytes_equal(name, bytes_string(table[i].name)))
            return (enum style)(i + 1);
    return STYLE_NONE;
}
