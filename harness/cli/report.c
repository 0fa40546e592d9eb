/* `smtpspec report`: what `test --json` wrote, shown, turned into another format, or put together from its parts. */
#include "gate_options.h"
#include "output.h"
#include "page_sources.h"
#include "print.h"
#include "sources.h"
#include "subcommand.h"

#include "report/merge.h"

#include <stdlib.h>
#include <string.h>

struct report_options {
    struct gate_options gate;
    struct sources_options suite;
    const char *output;
    bool quiet, verbose, no_colour;
    const char *verb;
    const struct reporter *reporter;
    bool merge;
    bool show;
    struct word_list files;
};

#define AT(field) offsetof(struct report_options, field)

static const struct option output_table[] = {
    {"output", 'o', "FILE", "write there ('-': standard output, which is where it goes without this)", OPTION_TEXT,
     AT(output), NULL},
    {"quiet", 'q', NULL, "show: only what failed, and the last lines", OPTION_FLAG, AT(quiet), NULL},
    {"verbose", 'v', NULL, "show: passes too, and whole transcripts", OPTION_FLAG, AT(verbose), NULL},
    {"no-color", 0, NULL, "no colours (as the environment's NO_COLOR)", OPTION_FLAG, AT(no_colour), NULL},
};

static enum options_status parse(int argc, char **argv, struct arena *a, struct report_options *o,
                                 struct word_list *words)
{
    const struct option_group groups[] = {
        {"What to write", output_table, sizeof output_table / sizeof *output_table, 0},
        gate_option_group(AT(gate)),
        sources_option_group(AT(suite))};
    const struct usage usage = {
        .name = "report",
        .synopsis = "show|merge|FORMAT RESULTS.json... [options]",
        .about =
            "Works on files that 'smtpspec test --json' wrote ('-': standard input).\n\n"
            "show prints one as 'smtpspec test' does, and ends with the exit status of its run. merge puts the parts "
            "of one run (test --shard) together into one such file. FORMAT turns one into html, junit, sarif, md, tap "
            "or json.\n\n"
            "What counts is what counted in the run, unless the options say otherwise: another baseline may be "
            "held against an old run.",
        .examples = "  smtpspec report show results.json --baseline known.yaml\n"
                    "  smtpspec report html results.json -o report.html\n"
                    "  smtpspec report sarif results.json -o results.sarif\n"
                    "  smtpspec report merge part-1.json part-2.json -o results.json\n",
        .more = "Exit status: show: that of the run; else 0. 2 the command line or a file is wrong, or parts do not "
                "fit\ntogether; 3 what was made could not be written.\n",
        .groups = groups,
        .group_count = sizeof groups / sizeof *groups,
    };
    return options_parse(&usage, argc, argv, a, o, words);
}

static bool wrong_verb(const char *word)
{
    struct buffer names = {0};
    size_t count;
    const struct reporter *table = reporter_table(&count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(table[i].name, "terminal") != 0)
            buffer_printf(&names, ", %s", table[i].name);
    print_problem("report: expected show, merge%s, found '%s'", buffer_string(&names), word);
    buffer_free(&names);
    return false;
}

/* Sorts the words: the verb, then files. */
static bool take_words(struct report_options *o, const struct word_list *words, struct arena *a)
{
    if (words->count < 2) {
        print_problem("report: expected what to do and a file, as in 'smtpspec report show results.json', found %s",
                      words->count ? "no file" : "nothing");
        return false;
    }
    o->verb = words->items[0];
    o->show = !strcmp(o->verb, "show");
    o->merge = !strcmp(o->verb, "merge");
    o->reporter = reporter_find(o->show ? "terminal" : o->merge ? "json" : o->verb);
    if (!o->reporter)
        return wrong_verb(o->verb);
    for (size_t i = 1; i < words->count; i++)
        if (!word_list_add(&o->files, a, words->items[i])) {
            print_problem("out of memory");
            return false;
        }
    if (!o->merge && o->files.count > 1) {
        print_problem("report %s: expected one file, found %zu; 'smtpspec report merge' puts parts together", o->verb,
                      o->files.count);
        return false;
    }
    return true;
}

/* The place of an id in the library; SIZE_MAX: it has none. */
struct ranked {
    size_t rank, before;
    struct result result;
};

static int by_rank(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    return x->before < y->before ? -1 : x->before > y->before;
}

static size_t rank_of(const struct scenario *const *all, size_t count, size_t guess, const char *id)
{
    /* Parts take every so manieth: the place is most often a little behind the last one. */
    for (size_t k = 0; k < count; k++) {
        size_t i = (guess + k) % count;
        if (!strcmp(all[i]->id, id))
            return i;
    }
    return SIZE_MAX;
}

/* Puts merged results in the library's order again, which is that of an undivided run. False: no memory. */
static bool sort_results(const struct sources_options *suite, struct run *run)
{
    struct library *l = sources_load(suite);
    struct ranked *list = calloc(run->count + 1, sizeof *list);
    bool ok = l && list;
    if (ok) {
        size_t count, guess = 0;
        const struct scenario *const *all = library_scenarios(l, &count);
        for (size_t i = 0; i < run->count; i++) {
            list[i] = (struct ranked){rank_of(all, count, guess, run->results[i].id), i, run->results[i]};
            guess = list[i].rank == SIZE_MAX ? guess : list[i].rank + 1;
        }
        qsort(list, run->count, sizeof *list, by_rank);
        for (size_t i = 0; i < run->count; i++)
            run->results[i] = list[i].result;
    }
    free(list);
    library_free(l);
    return ok;
}

/* The page shows the catalogue and the scenarios as they are written too; a file that somebody's results name is not
 * read from the disk. */
static bool make_report(const struct report_options *o, struct report_context *c, struct buffer *out)
{
    if (strcmp(o->reporter->name, "html") != 0)
        return o->reporter->write(c, out);
    struct page_sources sources = {0};
    struct library *l = sources_load(&o->suite);
    if (l)
        page_sources_use(&sources, l, c);
    bool made = l && o->reporter->write(c, out);
    page_sources_free(&sources);
    library_free(l);
    return made;
}

static bool write_report(const struct report_options *o, struct report_context *c)
{
    const char *path = o->output ? o->output : "-";
    struct buffer report = {0};
    c->colour = o->show && !o->no_colour && !strcmp(path, "-") && output_takes_colour(stdout);
    c->quiet = o->quiet;
    c->verbose = o->verbose;
    bool made = make_report(o, c, &report);
    return output_report(path, &report, made);
}

static int report(const struct report_options *o, struct results *r, struct baseline *given)
{
    struct gate gate = {r->summary.fail_on, r->summary.max_blocked, o->gate.gate.strict_baseline};
    if (o->gate.fail_on)
        gate.fail_on = o->gate.gate.fail_on;
    if (o->gate.max_blocked)
        gate.max_blocked = o->gate.gate.max_blocked;
    /* What was said of the baseline's other entries is known to the summary alone. */
    if (o->gate.fail_on || o->gate.max_blocked || given || gate.strict_baseline || o->merge)
        report_summary(&r->run, given ? given : r->excuses, &gate, &r->summary);
    struct report_context c = results_context(r);
    if (given)
        c.baseline = given;
    if (!write_report(o, &c))
        return STATUS_NOTHING;
    return o->show ? r->summary.exit_status : STATUS_OK;
}

/* Results do not say what their run left out; the scenarios that there are do. */
static bool know_scenarios(const struct report_options *o, const struct results *r, struct baseline *given)
{
    size_t count;
    struct library *l = sources_load(&o->suite);
    if (!l)
        return false;
    const struct scenario *const *all = library_scenarios(l, &count);
    baseline_know(given, &r->run, all, count);
    library_free(l);
    return true;
}

static int judge(const struct report_options *o, struct results *r, struct diagnostics *d)
{
    struct baseline *given = NULL;
    int status = STATUS_NOTHING;
    if (o->gate.gate.strict_baseline && !o->gate.baseline) {
        print_problem("--strict-baseline: expected a baseline beside it (--baseline FILE), found none");
        return STATUS_WRONG;
    }
    if (o->gate.baseline && !(given = baseline_load(o->gate.baseline, r->run.started, d))) {
        print_mistakes(d);
        return STATUS_WRONG;
    }
    if (!given || know_scenarios(o, r, given))
        status = report(o, r, given);
    else
        print_problem("out of memory");
    baseline_free(given);
    return status;
}

static int merge(const struct report_options *o, const struct results *parts, struct diagnostics *d)
{
    struct results whole = {0};
    /* The gate is the first part's, as it is for one file. */
    if (!results_merge(parts, o->files.count, d, &whole)) {
        print_mistakes(d);
        return STATUS_WRONG;
    }
    whole.summary = parts[0].summary;
    int status = STATUS_NOTHING;
    if (sort_results(&o->suite, &whole.run))
        status = judge(o, &whole, d);
    else
        print_problem("out of memory");
    results_free(&whole);
    return status;
}

/* What is published of a run is for comparing. */
static bool have_transcripts(const struct report_options *o, const struct results *parts)
{
    for (size_t i = 0; i < o->files.count; i++)
        if (parts[i].verdicts_only) {
            print_problem("%s: expected the JSON of smtpspec test --json, found what is published of a run; 'smtpspec "
                          "compare' reads that",
                          o->files.items[i]);
            return false;
        }
    return true;
}

static int run(const struct report_options *o, struct arena *a)
{
    struct diagnostics d = {.arena = a};
    struct results *parts = calloc(o->files.count, sizeof *parts);
    int status = STATUS_NOTHING;
    if (!parts) {
        print_problem("out of memory");
        return status;
    }
    for (size_t i = 0; i < o->files.count; i++)
        results_load(o->files.items[i], &d, &parts[i]);
    if (!print_mistakes(&d) || !have_transcripts(o, parts))
        status = STATUS_WRONG;
    else
        status = o->merge ? merge(o, parts, &d) : judge(o, &parts[0], &d);
    for (size_t i = 0; i < o->files.count; i++)
        results_free(&parts[i]);
    free(parts);
    return status;
}

int cli_report(int argc, char **argv)
{
    struct report_options o = {.gate = GATE_OPTIONS_NONE};
    struct word_list words = {0};
    struct arena *arena = arena_new();
    int status = STATUS_WRONG;
    if (!arena) {
        print_problem("out of memory");
        return STATUS_NOTHING;
    }
    enum options_status parsed = parse(argc, argv, arena, &o, &words);
    if (parsed != OPTIONS_OK)
        status = options_exit(parsed);
    else if (take_words(&o, &words, arena))
        status = run(&o, arena);
    arena_free(arena);
    return status;
}
