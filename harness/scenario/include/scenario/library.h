/* Loads scenario and catalogue files into one library; tells every mistake of every file. */
#ifndef SCENARIO_LIBRARY_H
#define SCENARIO_LIBRARY_H

#include "scenario/diagnostics.h"
#include "scenario/scenario.h"

struct library; /* opaque; owns everything that it hands out */

struct library *library_new(void); /* NULL: no memory */
void library_free(struct library *l);

/* Each adds what it can and puts mistakes into the diagnostics; a file that cannot be read is a mistake too. A file is
 * a catalogue when it has the key `catalogue:`, else a suite. `name` is what marks show. */
void library_add_memory(struct library *l, const char *name, struct bytes content);
/* The same for what travels inside the program: `packed` is what library_pack made of the content at build time, and
 * outlives the library. */
void library_add_packed(struct library *l, const char *name, struct bytes content, struct bytes packed);
/* Appends the form that is quick to load; nothing for a file with mistakes. False: no memory. */
bool library_pack(const char *name, struct bytes content, struct buffer *out);
void library_add_file(struct library *l, const char *path);
/* A file, or all *.yaml and *.yml below a directory, in the order of their names; target files (a key `endpoint:` and
 * no scenarios) and baselines (a list of entries with `reason:`) in a directory are only noted. */
void library_add_path(struct library *l, const char *path);
/* Resolves requirements, checks that ids are unique, counts. Call once, after the last add. True: no mistakes. */
bool library_finish(struct library *l);

const struct diagnostics *library_diagnostics(const struct library *l);
/* In the order of the files, then of their places in them. */
const struct scenario *const *library_scenarios(const struct library *l, size_t *count);
const struct requirement *const *library_requirements(const struct library *l, size_t *count);
const struct requirement *library_requirement(const struct library *l, const char *id); /* NULL: no such row */

/* The files of one of the other kinds that were noted. */
enum noted { NOTED_TARGET, NOTED_BASELINE, NOTED_COUNT };
const char *const *library_noted(const struct library *l, enum noted kind, size_t *count);

/* Names that scenarios may use in ${...}, and facts for `needs:`. */
struct fact_info {
    const char *name;    /* "recipient" */
    const char *summary; /* one line */
    bool variable;       /* usable as ${name} */
    bool always;         /* known for every target */
    const char *option;  /* of the command line that gives it: "--to"; NULL: none */
};
const struct fact_info *fact_table(size_t *count);
const char *fact_option(const char *name); /* NULL: none, or no such fact */

/* Selection: what a user writes on the command line. A pattern is an id ("sequence/rcpt-before-mail"; all its cases and
 * transports), a glob over ids
 * ("bdat/c*"), a suite's name, a file or folder ("scenarios/rfc3030/2-bdat.yaml"), an RFC ("5321"), an RFC section with
 * all below it ("5321/4.1.1.4"), "tag:NAME", "level:MUST", or a requirement's id. */
bool select_matches(const char *pattern, const struct scenario *s);
/* Marks in `chosen` (count entries) what the patterns select: any of `include` (none: all), and none of `exclude`.
 * Returns the first pattern that matches nothing, NULL when each matches. */
const char *select_scenarios(const struct scenario *const *all, size_t count, const char *const *include,
                             size_t include_count, const char *const *exclude, size_t exclude_count, bool *chosen);

/* JSON Schema of the scenario language as JSON text, derived from the tables. */
bool scenario_schema(struct buffer *out);

#endif
