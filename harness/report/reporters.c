#include "report/report.h"

#include "html.h"
#include "json.h"
#include "junit.h"
#include "markdown.h"
#include "sarif.h"
#include "tap.h"
#include "terminal.h"

#include <string.h>

const struct reporter *reporter_table(size_t *count)
{
    static const struct reporter table[] = {
        {"terminal", "for people", terminal_write},
        {"json", "everything, transcripts too (reports/results.schema.json)", json_write},
        {"html", "a page for people, in one file", html_write},
        {"junit", "JUnit XML, for CI", junit_write},
        {"tap", "TAP 14", tap_write},
        {"sarif", "SARIF 2.1.0, for code scanning", sarif_write},
        {"md", "Markdown, short, for a pull request", markdown_write},
    };
    *count = sizeof table / sizeof *table;
    return table;
}

const struct reporter *reporter_find(const char *name)
{
    size_t count;
    const struct reporter *table = reporter_table(&count);
    for (size_t i = 0; i < count; i++)
        if (!strcmp(table[i].name, name))
            return &table[i];
    return NULL;
}
