#include "comparison_formats.h"

const struct comparison_format *comparison_format_table(size_t *count)
{
    static const struct comparison_format table[] = {
        {"md", "Markdown, for people: what differs, or for two runs what changed", comparison_md},
        {"html", "a page: results by runs, with the transcripts side by side", comparison_html},
        {"csv", "one line for each result, one column for each run", comparison_csv},
        {"json", "the same for programs (reports/comparison.schema.json)", comparison_json},
    };
    *count = sizeof table / sizeof *table;
    return table;
}
