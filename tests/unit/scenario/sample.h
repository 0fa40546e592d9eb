/* Scenarios in memory for the tests of scenario/. */
#ifndef TEST_SCENARIO_SAMPLE_H
#define TEST_SCENARIO_SAMPLE_H

#include "scenario/library.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))

static const char sample_catalogue[] = "catalogue: sample\n"
                                       "rfc: \"5321\"\n"
                                       "requirements:\n"
                                       "- {id: 5321-3.3-needs-mail, section: \"3.3\", level: MUST, text: One.}\n"
                                       "- {id: 5321-4.1.1-order, section: 4.1.1, level: SHOULD, text: Two.}\n"
                                       "- {id: own-row, rfc: smtpspec, level: security, text: Three.}\n";

/* The catalogue and one file, finished. */
static inline struct library *sample_load(const char *text)
{
    struct library *l = library_new();
    cr_assert_not_null(l);
    library_add_memory(l, "catalogue.yaml", bytes_string(sample_catalogue));
    library_add_memory(l, "t.yaml", bytes_string(text));
    library_finish(l);
    return l;
}

/* One scenario with these lines behind its title; `steps` is indented by the caller. */
static inline struct library *sample_scenario(const char *keys)
{
    char text[8192];
    snprintf(text, sizeof text, "suite: s\nscenarios:\n- id: a\n  title: t\n  requirement: 5321-3.3-needs-mail\n%s",
             keys);
    return sample_load(text);
}

/* All mistakes as "line:column: text", one a line. */
static inline void sample_mistakes(const struct diagnostics *d, struct buffer *out)
{
    for (const struct diagnostic *i = d->first; i; i = i->next)
        buffer_printf(out, "%d:%d: %s\n", i->where.line, i->where.column, i->text);
}

static inline const struct scenario *const *sample_good(const struct library *l, size_t *count)
{
    struct buffer b = {0};
    sample_mistakes(library_diagnostics(l), &b);
    cr_expect_eq(library_diagnostics(l)->count, 0, "%s", buffer_string(&b));
    buffer_free(&b);
    return library_scenarios(l, count);
}

/* The one scenario of a library without mistakes. */
static inline const struct scenario *sample_one(const struct library *l)
{
    size_t count = 0;
    const struct scenario *const *all = sample_good(l, &count);
    cr_assert_eq(count, 1, "%zu scenarios", count);
    return all[0];
}

#endif
