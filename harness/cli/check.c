/* `smtpspec check`: every mistake of every file, with its place. */
#include "driver/checks.h"
#include "print.h"
#include "sources.h"
#include "subcommand.h"
#include "target_options.h"

#include "report/report.h"

#include <string.h>

enum schema { SCHEMA_NONE, SCHEMA_SCENARIO, SCHEMA_TARGET };

struct check_options {
    struct arena *arena;
    struct sources_options suite;
    struct word_list noted[NOTED_COUNT]; /* target files and baselines */
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
        .about = "Looks for mistakes in scenario files, catalogues, target files and baselines, and tells all of them "
                 "at once as FILE:LINE:COLUMN. FILE may be a folder. Without one, what is inside this program is "
                 "checked. Each "
                 "requirement has to have a scenario, or the reason why no client can see it.",
        .examples = "  smtpspec check mine.yaml target.yaml known.yaml\n"
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

static size_t check_baseline(const char *path)
{
    struct diagnostics d = {.arena = arena_new()};
    struct baseline *b = d.arena ? baseline_load(path, NULL, &d) : NULL;
    size_t mistakes = d.count;
    if (!d.arena || d.out_of_memory) {
        print_problem("out of memory");
        mistakes++;
    } else {
        print_mistakes(&d);
    }
    baseline_free(b);
    if (d.arena)
        arena_free(d.arena);
    return mistakes;
}

static const struct {
    size_t (*check)(const char *path);
    const char *name;
} kinds[NOTED_COUNT] = {
    [NOTED_TARGET] = {check_target, "target file"}, [NOTED_BASELINE] = {check_baseline, "baseline"}};

/* The kind of a file that was named; NOTED_COUNT: a suite, a catalogue, a folder, or not there. Only a baseline is a
 * list. */
static enum noted kind_of(const char *path)
{
    char line[512] = "";
    FILE *f = sources_path_exists(path) && !target_file_is(path) ? fopen(path, "rb") : NULL;
    bool head = true;
    while (f && head && fgets(line, sizeof line, f))
        head = strchr("#\r\n", line[0]) || !strncmp(line, "---", 3);
    if (f)
        fclose(f);
    if (target_file_is(path))
        return NOTED_TARGET;
    return !strncmp(line, "- ", 2) || !strncmp(line, "baseline:", 9) ? NOTED_BASELINE : NOTED_COUNT;
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
    size_t scenarios, requirements, noted[NOTED_COUNT];
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
    size_t scenarios, requirements, noted;
    const struct scenario *const *s = library_scenarios(l, &scenarios);
    const struct requirement *const *r = library_requirements(l, &requirements);
    for (size_t i = 0; i < scenarios; i++)
        own.scenarios += is_below(s[i]->file, path);
    for (size_t i = 0; i < requirements; i++)
        own.requirements += r[i]->mark.file && is_below(r[i]->mark.file, path);
    for (int k = 0; k < NOTED_COUNT; k++) {
        const char *const *files = library_noted(l, (enum noted)k, &noted);
        for (size_t i = 0; i < noted; i++)
            own.noted[k] += is_below(files[i], path);
    }
    return own;
}

/* The number of files and folders with nothing in them, which are told: nobody means to check those. */
static size_t check_contents(const struct check_options *c, const struct library *l, struct own *sum)
{
    size_t mistakes = 0;
    for (size_t i = 0; i < c->suite.own.count; i++) {
        struct own own = count_own(l, c->suite.own.items[i]);
        if (!own.scenarios && !own.requirements && !own.noted[NOTED_TARGET] && !own.noted[NOTED_BASELINE]) {
            print_problem("%s: expected scenarios, requirements, a target file or a baseline, found none",
                          c->suite.own.items[i]);
            mistakes++;
        }
        sum->scenarios += own.scenarios;
        sum->requirements += own.requirements;
        for (int k = 0; k < NOTED_COUNT; k++)
            sum->noted[k] += own.noted[k];
    }
    return mistakes;
}

static void put_count(struct buffer *out, size_t count, const char *what)
{
    if (count)
        buffer_printf(out, "%s%zu %s%s", out->len ? ", " : "", count, what, count == 1 ? "" : "s");
}

/* `l`: NULL where only files of other kinds were checked. */
static void say_counts(const struct check_options *c, const struct library *l, struct own own)
{
    struct buffer text = {0};
    if (l && !c->suite.own.count) {
        library_scenarios(l, &own.scenarios);
        library_requirements(l, &own.requirements);
    }
    put_count(&text, own.scenarios, "scenario");
    put_count(&text, own.requirements, "requirement");
    for (int k = 0; k < NOTED_COUNT; k++)
        put_count(&text, own.noted[k] + c->noted[k].count, kinds[k].name);
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
    size_t noted, mistakes = library_diagnostics(l)->count;
    print_mistakes(library_diagnostics(l));
    for (int k = 0; k < NOTED_COUNT; k++) {
        const char *const *files = library_noted(l, (enum noted)k, &noted);
        for (size_t i = 0; i < noted; i++)
            mistakes += kinds[k].check(files[i]);
    }
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
    size_t mistakes = 0, named = 0;
    bool counted = false;
    for (int k = 0; k < NOTED_COUNT; k++)
        for (size_t i = 0; i < c->noted[k].count; i++, named++)
            mistakes += kinds[k].check(c->noted[k].items[i]);
    if (c->suite.own.count || !named)
        mistakes += check_suites(c, &counted);
    if (mistakes)
        fprintf(stderr, "%zu mistake%s\n", mistakes, mistakes == 1 ? "" : "s");
    else if (!counted)
        say_counts(c, NULL, (struct own){0});
    return mistakes ? STATUS_WRONG : STATUS_OK;
}

static int run(struct check_options *c, const struct word_list *words)
{
    if (c->schema != SCHEMA_NONE)
        return print_schema(c->schema);
    for (size_t i = 0; i < words->count; i++) {
        const char *word = words->items[i];
        enum noted kind = kind_of(word);
        if (!word_list_add(kind == NOTED_COUNT ? &c->suite.own : &c->noted[kind], c->arena, word)) {
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
