/* `smtpspec compare`: results of several runs side by side. */
#include "output.h"
#include "print.h"
#include "sources.h"
#include "subcommand.h"

#include "report/comparison.h"

#include <stdlib.h>
#include <string.h>

struct compare_options {
    const char *output;
    const char *format_name;
    bool all, brief;
    const struct comparison_format *format;
};

static const struct option table[] = {
    {"output", 'o', "FILE", "write there; its ending names the format ('-': standard output)", OPTION_TEXT,
     offsetof(struct compare_options, output), NULL},
    {"format", 0, "FORMAT", "md or html (for people), csv, json", OPTION_TEXT,
     offsetof(struct compare_options, format_name), NULL},
    {"all", 0, NULL, "in Markdown also what is the same everywhere", OPTION_FLAG, offsetof(struct compare_options, all),
     NULL},
    {"brief", 0, NULL, "in a page no transcripts of what passed, so that it is small", OPTION_FLAG,
     offsetof(struct compare_options, brief), NULL},
};

static const struct comparison_format *find_format(const char *name)
{
    size_t count;
    const struct comparison_format *formats = comparison_format_table(&count);
    for (size_t i = 0; name && i < count; i++)
        if (!strcmp(formats[i].name, name))
            return &formats[i];
    return NULL;
}

/* The format that was asked for, or that the file's ending says, or the one for people. */
static bool choose_format(struct compare_options *o)
{
    const char *dot = o->output && strcmp(o->output, "-") != 0 ? strrchr(o->output, '.') : NULL;
    const char *ending = dot && !strchr(dot, '/') ? dot + 1 : NULL;
    const char *name = o->format_name ? o->format_name : ending ? ending : "md";
    o->format = find_format(name);
    if (o->format)
        return true;
    struct buffer names = {0};
    size_t count;
    const struct comparison_format *formats = comparison_format_table(&count);
    for (size_t i = 0; i < count; i++)
        buffer_printf(&names, "%s%s", i == 0 ? "" : i + 1 < count ? ", " : " or ", formats[i].name);
    print_problem("%s: expected %s, found '%s'", o->format_name ? "--format" : "the ending of --output's file",
                  buffer_string(&names), name);
    buffer_free(&names);
    return false;
}

static bool load(const struct word_list *files, struct arena *a, struct results *runs)
{
    struct diagnostics d = {.arena = a};
    bool from_stdin = false;
    for (size_t i = 0; i < files->count; i++) {
        bool again = from_stdin && !strcmp(files->items[i], "-");
        from_stdin |= !strcmp(files->items[i], "-");
        if (again)
            diagnostics_add(&d, (struct mark){0}, "expected '-', standard input, once, found it again");
        else
            results_load(files->items[i], &d, &runs[i]);
    }
    return print_mistakes(&d);
}

static int write_comparison(const struct compare_options *o, const struct comparison *c)
{
    struct buffer out = {0};
    struct error e = {0};
    bool ok = o->format->write(c, o->all, &out) || error_set(&e, "out of memory for the comparison");
    ok = ok && output_write(o->output ? o->output : "-", buffer_bytes(&out), &e);
    buffer_free(&out);
    if (!ok) {
        print_error(&e);
        return STATUS_NOTHING;
    }
    return STATUS_OK;
}

static int compare(const struct compare_options *o, const struct results *runs, size_t count)
{
    struct comparison c;
    if (!comparison_make(runs, count, &c)) {
        print_problem("out of memory");
        return STATUS_NOTHING;
    }
    c.brief = o->brief;
    int status = write_comparison(o, &c);
    size_t worse = c.changes[CHANGE_WORSE];
    if (worse)
        print_problem("%zu became worse", worse);
    if (worse)
        status = STATUS_FAILED;
    comparison_free(&c);
    return status;
}

static enum options_status parse(int argc, char **argv, struct arena *a, struct compare_options *o,
                                 struct word_list *files)
{
    const struct option_group group = {"Options", table, sizeof table / sizeof *table, 0};
    const struct usage usage = {
        .name = "compare",
        .synopsis = "RESULTS.json RESULTS.json... [options]",
        .about =
            "Puts the results of several runs side by side: files that 'smtpspec test --json' wrote, of several "
            "servers or of one at several times, or what is published of such runs (reports/published/), which has "
            "verdicts and no transcripts.\n\n"
            "Of two runs it also says what became worse, better, slower (twice as long and a quarter of a second "
            "more), is new, is gone, is no longer judged or is judged now, from the first to the second.",
        .examples = "  smtpspec compare last-week.json today.json\n"
                    "  smtpspec compare reports/published/exim-*.json -o exim.html\n"
                    "  smtpspec compare postfix.json exim.json haraka.json -o servers.html\n",
        .more = "Exit status: 0; 1 two runs were compared and something became worse; 2 the command line or a file is\n"
                "wrong; 3 the comparison could not be written.\n",
        .groups = &group,
        .group_count = 1,
    };
    return options_parse(&usage, argc, argv, a, o, files);
}

/* What is published of a run leaves titles and requirements to the suite. NULL: no memory, or no need. */
static struct library *describe(struct results *runs, size_t count, bool *failed)
{
    bool needed = false;
    for (size_t i = 0; i < count; i++)
        needed |= runs[i].verdicts_only;
    struct library *l = needed ? sources_load(&(struct sources_options){0}) : NULL;
    *failed = needed && !l;
    for (size_t i = 0; l && i < count; i++) {
        size_t scenarios;
        const struct scenario *const *all = library_scenarios(l, &scenarios);
        if (runs[i].verdicts_only)
            results_describe(&runs[i], all, scenarios);
    }
    return l;
}

static int run(const struct compare_options *o, const struct word_list *files, struct arena *a)
{
    struct results *runs = calloc(files->count, sizeof *runs);
    struct library *suite = NULL;
    bool failed = !runs;
    int status = STATUS_WRONG;
    if (!failed && load(files, a, runs)) {
        suite = describe(runs, files->count, &failed);
        status = failed ? STATUS_NOTHING : compare(o, runs, files->count);
    }
    if (failed) {
        print_problem("out of memory");
        status = STATUS_NOTHING;
    }
    for (size_t i = 0; runs && i < files->count; i++)
        results_free(&runs[i]);
    free(runs);
    library_free(suite);
    return status;
}

int cli_compare(int argc, char **argv)
{
    struct compare_options o = {0};
    struct word_list files = {0};
    struct arena *arena = arena_new();
    int status = STATUS_WRONG;
    if (!arena) {
        print_problem("out of memory");
        return STATUS_NOTHING;
    }
    enum options_status parsed = parse(argc, argv, arena, &o, &files);
    if (parsed != OPTIONS_OK)
        status = options_exit(parsed);
    else if (files.count < 2)
        print_problem("expected the results of two runs or more, found %zu; 'smtpspec compare --help' says more",
                      files.count);
    else if (choose_format(&o))
        status = run(&o, &files, arena);
    arena_free(arena);
    return status;
}
