/* `smtpspec check`: every mistake of every file, with its place. */
#include "driver/checks.h"
#include "print.h"
#include "sources.h"
#include "subcommand.h"
#include "target_options.h"

#include <string.h>

enum schema { SCHEMA_NONE, SCHEMA_SCENARIO, SCHEMA_TARGET };

struct check_options {
    struct arena *arena;
    struct sources_options suite;
    struct word_list targets; /* target files */
    enum schema schema;
};

static bool set_schema(void *values, const char *argument, struct error *e)
{
    struct check_options *c = values;
    if (!strcmp(argument, "scenario"))
        c->schema = SCHEMA_SCENARIO;
    else if (!strcmp(argument, "target"))
        c->schema = SCHEMA_TARGET;
    else
        return error_set(e, "--schema: expected scenario or target, found '%s'", argument);
    return true;
}

static enum options_status parse(int argc, char **argv, struct check_options *c, struct word_list *words)
{
    static const struct option table[] = {{"schema", 0, "scenario|target",
                                           "print the JSON Schema of scenario or target files, for your editor",
                                           OPTION_CALL, 0, set_schema}};
    const struct option_group groups[] = {{"Instead of looking for mistakes", table, 1, 0},
                                          sources_option_group(offsetof(struct check_options, suite))};
    const struct usage usage = {
        .name = "check",
        .synopsis = "[FILE...]",
        .about = "Looks for mistakes in scenario files, catalogues and target files, and tells all of them at once as "
                 "FILE:LINE:COLUMN. FILE may be a folder. Without one, what is inside this program is checked. Each "
                 "requirement has to have a scenario, or the reason why no client can see it.",
        .examples = "  smtpspec check mine.yaml target.yaml\n"
                    "  smtpspec check --schema scenario > scenario.schema.json\n",
        .more = "Exit status: 0 no mistakes; 2 there are.\n",
        .groups = groups,
        .group_count = sizeof groups / sizeof *groups,
    };
    return options_parse(&usage, argc, argv, c->arena, c, words);
}

static int print_schema(enum schema kind)
{
    struct buffer text = {0};
    bool ok = kind == SCHEMA_SCENARIO ? scenario_schema(&text) : target_schema(&text);
    ok = ok && !buffer_failed(&text);
    if (ok)
        printf("%s%s", buffer_string(&text), bytes_ends(buffer_bytes(&text), BYTES("\n")) ? "" : "\n");
    else
        print_problem("out of memory");
    buffer_free(&text);
    return ok ? STATUS_OK : STATUS_NOTHING;
}

/* The number of mistakes, which were printed. */
static size_t check_target(const char *path)
{
    struct error e = {0};
    struct target *t = target_new();
    if (!t) {
        print_problem("out of memory");
        return 1;
    }
    bool ok = target_load_file(t, path);
    size_t mistakes = t->diagnostics.count;
    print_mistakes(&t->diagnostics);
    if (ok && !target_finish(t, &e)) {
        print_error(&e);
        mistakes++;
    }
    target_free(t);
    return mistakes;
}

static bool check_exists(const char *name)
{
    size_t count;
    const struct check_info *checks = check_table(&count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(checks[i].name, name) == 0)
            return true;
    return false;
}

/* What does not account for a requirement, or says two things about it; NULL: it is accounted for. */
static const char *unaccounted(const struct requirement *r)
{
    if (r->check && !check_exists(r->check))
        return "expected the name of a check that 'smtpspec list --checks' shows";
    if (r->unobservable && (r->scenarios || r->check))
        return "expected no \"unobservable\" where scenarios or a check test it";
    if (!r->unobservable && !r->scenarios && !r->check)
        return "expected a scenario or check that tests it, or why no client can see it (\"unobservable\")";
    return NULL;
}

static size_t check_catalogue(const struct library *l)
{
    size_t count, mistakes = 0;
    const struct requirement *const *rows = library_requirements(l, &count);
    for (size_t i = 0; i < count; i++) {
        const char *why = unaccounted(rows[i]);
        if (!why)
            continue;
        fprintf(stderr, "%s:%d:%d: %s: %s\n", rows[i]->mark.file, rows[i]->mark.line, rows[i]->mark.column, rows[i]->id,
                why);
        mistakes++;
    }
    return mistakes;
}

/* What came from files of the user's own. */
struct own {
    size_t scenarios, requirements, targets;
};

/* True when `file` is `path` or lies below it. */
static bool is_below(const char *file, const char *path)
{
    size_t len = strlen(path);
    while (len > 1 && path[len - 1] == '/')
        len--;
    return !strncmp(file, path, len) && (!file[len] || file[len] == '/');
}

static struct own count_own(const struct library *l, const char *path)
{
    struct own own = {0};
    size_t scenarios, requirements, targets;
    const struct scenario *const *s = library_scenarios(l, &scenarios);
    const struct requirement *const *r = library_requirements(l, &requirements);
    const char *const *t = library_targets(l, &targets);
    for (size_t i = 0; i < scenarios; i++)
        own.scenarios += is_below(s[i]->file, path);
    for (size_t i = 0; i < requirements; i++)
        own.requirements += r[i]->mark.file && is_below(r[i]->mark.file, path);
    for (size_t i = 0; i < targets; i++)
        own.targets += is_below(t[i], path);
    return own;
}

/* The number of files and folders with nothing in them, which are told: nobody means to check those. */
static size_t check_contents(const struct check_options *c, const struct library *l, struct own *sum)
{
    size_t mistakes = 0;
    for (size_t i = 0; i < c->suite.own.count; i++) {
        struct own own = count_own(l, c->suite.own.items[i]);
        if (!own.scenarios && !own.requirements && !own.targets) {
            print_problem("%s: expected scenarios, requirements or a target file, found none", c->suite.own.items[i]);
            mistakes++;
        }
        sum->scenarios += own.scenarios;
        sum->requirements += own.requirements;
        sum->targets += own.targets;
    }
    return mistakes;
}

static void put_count(struct buffer *out, size_t count, const char *what)
{
    if (count)
        buffer_printf(out, "%s%zu %s%s", out->len ? ", " : "", count, what, count == 1 ? "" : "s");
}

static void say_counts(const struct check_options *c, const struct library *l, struct own own)
{
    struct buffer text = {0};
    if (!c->suite.own.count) {
        library_scenarios(l, &own.scenarios);
        library_requirements(l, &own.requirements);
    }
    put_count(&text, own.scenarios, "scenario");
    put_count(&text, own.requirements, "requirement");
    put_count(&text, own.targets + c->targets.count, "target file");
    printf("%s: no mistakes\n", buffer_string(&text));
    buffer_free(&text);
}

static size_t check_suites(const struct check_options *c, bool *counted)
{
    struct library *l = sources_load(&c->suite);
    if (!l) {
        print_problem("out of memory");
        return 1;
    }
    struct own own = {0};
    size_t targets, mistakes = library_diagnostics(l)->count;
    print_mistakes(library_diagnostics(l));
    const char *const *files = library_targets(l, &targets);
    for (size_t i = 0; i < targets; i++)
        mistakes += check_target(files[i]);
    if (mistakes == 0) /* scenarios with mistakes are not there to count */
        mistakes += check_catalogue(l);
    if (mistakes == 0)
        mistakes += check_contents(c, l, &own);
    *counted = mistakes == 0;
    if (*counted)
        say_counts(c, l, own);
    library_free(l);
    return mistakes;
}

static int check_all(const struct check_options *c)
{
    size_t mistakes = 0;
    bool counted = false;
    for (size_t i = 0; i < c->targets.count; i++)
        mistakes += check_target(c->targets.items[i]);
    if (c->suite.own.count || !c->targets.count)
        mistakes += check_suites(c, &counted);
    if (mistakes)
        fprintf(stderr, "%zu mistake%s\n", mistakes, mistakes == 1 ? "" : "s");
    else if (!counted)
        printf("%zu target file%s: no mistakes\n", c->targets.count, c->targets.count == 1 ? "" : "s");
    return mistakes ? STATUS_WRONG : STATUS_OK;
}

static int run(struct check_options *c, const struct word_list *words)
{
    if (c->schema != SCHEMA_NONE)
        return print_schema(c->schema);
    for (size_t i = 0; i < words->count; i++) {
        const char *word = words->items[i];
        if (!word_list_add(target_file_is(word) ? &c->targets : &c->suite.own, c->arena, word)) {
            print_problem("out of memory");
            return STATUS_NOTHING;
        }
    }
    return check_all(c);
}

int cli_check(int argc, char **argv)
{
    struct word_list words = {0};
    struct check_options c = {.arena = arena_new()};
    int status = STATUS_NOTHING;
    if (!c.arena) {
        print_problem("out of memory");
        return status;
    }
    enum options_status parsed = parse(argc, argv, &c, &words);
    if (parsed != OPTIONS_OK)
        status = options_exit(parsed);
    else
        status = run(&c, &words);
    arena_free(c.arena);
    return status;
}
