#include "test_options.h"

#include "print.h"

#include <stdlib.h>
#include <string.h>

enum { JOBS_MOST = 1024, /* as in a target file */ REPEAT_MOST = 1000 };

#define AT(field) offsetof(struct test_options, field)

/* Selections that have an option of their own: "--tag NAME" is the pattern "tag:NAME". */
static bool add_pattern(struct test_options *o, const char *prefix, const char *argument, struct error *e)
{
    size_t size = strlen(prefix) + strlen(argument) + 1;
    char *pattern = arena_alloc(o->arena, size);
    if (!pattern || !word_list_add(&o->select, o->arena, pattern))
        return error_set(e, "out of memory");
    snprintf(pattern, size, "%s%s", prefix, argument);
    return true;
}

static bool set_tag(void *values, const char *argument, struct error *e)
{
    return add_pattern(values, "tag:", argument, e);
}

static bool set_level(void *values, const char *argument, struct error *e)
{
    enum level level;
    if (!level_find(bytes_string(argument), &level))
        return error_set(e, "--level: expected MUST, SHOULD, MAY or security, found '%s'", argument);
    return add_pattern(values, "level:", level_name(level), e);
}

static bool set_rfc(void *values, const char *argument, struct error *e)
{
    if (!octet_is_digit((unsigned char)*argument))
        return error_set(e, "--rfc: expected a number such as 5321 or 5321/4.1.1.4, found '%s'", argument);
    return add_pattern(values, "", argument, e);
}

/* A whole number from 1 to `most`. */
static bool take_count(const char *option, const char *argument, int most, int *out, struct error *e)
{
    uint64_t n = 0;
    if (!bytes_to_number(bytes_string(argument), &n) || n < 1 || n > (uint64_t)most)
        return error_set(e, "--%s: expected a whole number from 1 to %d, found '%s'", option, most, argument);
    *out = (int)n;
    return true;
}

static bool set_jobs(void *values, const char *argument, struct error *e)
{
    return take_count("jobs", argument, JOBS_MOST, &((struct test_options *)values)->jobs, e);
}

static bool set_repeat(void *values, const char *argument, struct error *e)
{
    return take_count("repeat", argument, REPEAT_MOST, &((struct test_options *)values)->repeat, e);
}

static bool set_shard(void *values, const char *argument, struct error *e)
{
    return shard_parse(bytes_string(argument), &((struct test_options *)values)->shard) ||
           error_set(e, "--shard: expected a part such as 2/4, the second of four, found '%s'", argument);
}

static bool set_rate(void *values, const char *argument, struct error *e)
{
    double *out = &((struct test_options *)values)->rate;
    return option_rate(argument, out) ||
           error_set(e, "--rate: expected sessions a second such as 100/s, found '%s'", argument);
}

static bool set_timeout_scale(void *values, const char *argument, struct error *e)
{
    double *out = &((struct test_options *)values)->timeout_scale;
    return (option_fraction(argument, out) && *out > 0 && *out <= 1000) ||
           error_set(e, "--timeout-scale: expected a factor up to 1000 such as 4, found '%s'", argument);
}

static const struct option select_table[] = {
    {"select", 0, "PATTERN", "the same as a word without option; may be given several times", OPTION_LIST, AT(select),
     NULL},
    {"exclude", 0, "PATTERN", "leave these out", OPTION_LIST, AT(exclude), NULL},
    {"tag", 0, "NAME", "those with that tag", OPTION_CALL, 0, set_tag},
    {"level", 0, "LEVEL", "those of that level: MUST, SHOULD, MAY, security", OPTION_CALL, 0, set_level},
    {"rfc", 0, "RFC[/SECTION]", "those that rest on that RFC or section: 5321/4.1.1.4", OPTION_CALL, 0, set_rfc},
    {"shard", 0, "I/N", "the I-th of N parts of what is selected; 'smtpspec report merge' puts them together",
     OPTION_CALL, 0, set_shard},
    {"intrusive", 0, NULL, "also what may exhaust or crash the server", OPTION_FLAG, AT(intrusive), NULL},
    {"i-am-authorised", 0, NULL, "needed with --intrusive where the target is not this machine", OPTION_FLAG,
     AT(authorised), NULL},
    {"lockout", 0, NULL, "also wrong passwords, which may lock the user out (on by itself on loopback)", OPTION_FLAG,
     AT(lockout), NULL},
    {"no-lockout", 0, NULL, "no wrong passwords on loopback either", OPTION_FLAG, AT(no_lockout), NULL},
    {"slow", 0, NULL, "also what takes minutes by its nature", OPTION_FLAG, AT(slow), NULL},
    {"dry-run", 'n', NULL, "only list what would be run", OPTION_FLAG, AT(dry_run), NULL},
};

static const struct option run_table[] = {
    {"jobs", 'j', "N", "connections at once, 1 to 1024 (4)", OPTION_CALL, 0, set_jobs},
    {"rate", 0, "N/s", "at most so many sessions a second", OPTION_CALL, 0, set_rate},
    {"timeout", 0, "TIME", "how long to wait for one reply (10s)", OPTION_DURATION, AT(timeout_ms), NULL},
    {"timeout-scale", 0, "FACTOR", "multiplies every wait, for slow machines", OPTION_CALL, 0, set_timeout_scale},
    {"retries", 0, "N", "try again, up to N times, what is blocked or ends in error; never what fails", OPTION_INTEGER,
     AT(retries), NULL},
    {"repeat", 0, "N", "run each scenario N times; one whose verdict changes is unstable, and its worst verdict counts",
     OPTION_CALL, 0, set_repeat},
    {"seed", 0, "N", "makes random parts the same again; the report has the last one", OPTION_NUMBER, AT(seed), NULL},
    {"pin", 0, NULL, "everything on one processor core, for measuring", OPTION_FLAG, AT(pin), NULL},
    {"defect", 0, "NAME", "without a target: make the reference server wrong in this way (serve --list-defects)",
     OPTION_TEXT, AT(defect), NULL},
    {"style", 0, "NAME",
     "without a target: make the reference server unusual but right in this way (serve --list-styles)", OPTION_TEXT,
     AT(style), NULL},
    {"lmtp", 0, NULL, "without a target: the reference server in LMTP", OPTION_FLAG, AT(lmtp), NULL},
};

/* One for each reporter but the terminal's. */
static const struct option file_table[] = {
    {"json", 0, "FILE", "write everything, transcripts too; '-' is standard output", OPTION_TEXT, AT(json), NULL},
    {"html", 0, "FILE", "write a page for people, in one file", OPTION_TEXT, AT(html), NULL},
    {"junit", 0, "FILE", "write JUnit XML", OPTION_TEXT, AT(junit), NULL},
    {"sarif", 0, "FILE", "write SARIF 2.1.0, for code scanning", OPTION_TEXT, AT(sarif), NULL},
    {"md", 0, "FILE", "write a short summary in Markdown, for a pull request", OPTION_TEXT, AT(md), NULL},
    {"tap", 0, "FILE", "write TAP 14", OPTION_TEXT, AT(tap), NULL},
    {"write-baseline", 0, "FILE",
     "write a baseline that excuses what fails now; keeps the reasons, days and patterns it has", OPTION_TEXT,
     AT(write_baseline), NULL},
};

static const struct option terminal_table[] = {
    {"quiet", 'q', NULL, "only what failed, and the last lines", OPTION_FLAG, AT(quiet), NULL},
    {"verbose", 'v', NULL, "passes too, and whole transcripts", OPTION_FLAG, AT(verbose), NULL},
    {"no-color", 0, NULL, "no colours (as the environment's NO_COLOR)", OPTION_FLAG, AT(no_colour), NULL},
};

#define GROUP(title, table)                                                                                            \
    {                                                                                                                  \
        title, table, sizeof(table) / sizeof *(table), 0                                                               \
    }

static enum options_status parse(int argc, char **argv, struct test_options *o, struct word_list *words)
{
    const struct option_group groups[] = {target_option_facts(AT(target)),      GROUP("Which scenarios", select_table),
                                          GROUP("How to run them", run_table),  gate_option_group(AT(gate)),
                                          GROUP("What to write", file_table),   GROUP("What to show", terminal_table),
                                          target_option_connection(AT(target)), sources_option_group(AT(suite))};
    const struct usage usage = {
        .name = "test",
        .synopsis = "[TARGET] [FILE...] [SELECTION...] [options]",
        .about = "Runs scenarios against an SMTP server and judges what it answers.\n\n"
                 "TARGET is smtp://HOST[:25], smtps://HOST[:465] (TLS at once), lmtp://HOST[:24], unix:PATH, "
                 "exec:COMMAND (a program that speaks SMTP on its standard input and output), or a target file, which "
                 "says all this and the options below once and for all. Without one, the reference server inside this "
                 "program is tested.\n\n"
                 "FILE is a file or folder with scenarios of your own; with one, only those are run. SELECTION is an "
                 "id, a pattern over ids, a suite, a file, a requirement (smtpspec list --requirements), an RFC or a "
                 "section of it, tag:NAME or level:NAME; several select what any of them names, and --exclude takes "
                 "away.",
        .examples = "  smtpspec test smtp://127.0.0.1:2525 --to alice@example.test\n"
                    "  smtpspec test target.yaml 'bdat*' 5321/4.1.1.4 --exclude tag:relay\n"
                    "  smtpspec test target.yaml --baseline known.yaml --junit junit.xml\n"
                    "  smtpspec test target.yaml mine.yaml findings/\n"
                    "  smtpspec test 'exec:/usr/sbin/exim -bs' --to alice@example.test\n",
        .more = "Exit status: 0 nothing failed; 1 something failed; 2 the command line or a file is wrong, or the\n"
                "selection matches nothing; 3 nothing was judged, the server takes no mail at all, something ended\n"
                "in error, too much was blocked, or a report could not be written; 130 interrupted.\n",
        .groups = groups,
        .group_count = sizeof groups / sizeof *groups,
    };
    return options_parse(&usage, argc, argv, o->arena, o, words);
}

/* False: what is wrong was said. */
static bool sort_word(struct test_options *o, const char *word)
{
    bool target = target_looks_like(word), added = true;
    if (target && o->target_word) {
        print_problem("expected one target, found '%s' and '%s'", o->target_word, word);
        return false;
    }
    if (target)
        o->target_word = word;
    else
        added = (!sources_path_exists(word) || word_list_add(&o->suite.own, o->arena, word)) &&
                word_list_add(&o->select, o->arena, word);
    if (!added)
        print_problem("out of memory");
    return added;
}

size_t test_options_files(const struct test_options *o, struct report_file out[REPORT_FILES_MOST])
{
    const struct report_file all[] = {{"json", o->json},        {"html", o->html}, {"junit", o->junit},
                                      {"sarif", o->sarif},      {"md", o->md},     {"tap", o->tap},
                                      {NULL, o->write_baseline}};
    size_t count = 0;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i].path)
            out[count++] = all[i];
    return count;
}

size_t test_options_on_stdout(const struct test_options *o)
{
    struct report_file files[REPORT_FILES_MOST];
    size_t files_count = test_options_files(o, files), count = 0;
    for (size_t i = 0; i < files_count; i++)
        count += !strcmp(files[i].path, "-");
    return count;
}

/* What can be seen to be wrong before anything is opened; NULL: nothing. */
static const char *contradiction(const struct test_options *o)
{
    if (o->target_word && (o->defect || o->style || o->lmtp))
        return "--defect, --style and --lmtp are for the reference server: expected no target beside them";
    if (o->lockout && o->no_lockout)
        return "expected --lockout or --no-lockout, found both";
    if (o->quiet && o->verbose)
        return "expected --quiet or --verbose, found both";
    if (test_options_on_stdout(o) > 1)
        return "expected one report on standard output, found several options with '-'";
    return NULL;
}

enum options_status test_options_parse(int argc, char **argv, struct arena *a, struct test_options *out)
{
    struct word_list words = {0};
    *out = (struct test_options){.arena = a, .target = TARGET_OPTIONS_NONE};
    out->gate = (struct gate_options)GATE_OPTIONS_NONE;
    enum options_status status = parse(argc, argv, out, &words);
    if (status != OPTIONS_OK)
        return status;
    for (size_t i = 0; i < words.count; i++)
        if (!sort_word(out, words.items[i]))
            return OPTIONS_WRONG;
    const char *wrong = contradiction(out);
    if (!wrong)
        return OPTIONS_OK;
    print_problem("%s", wrong);
    return OPTIONS_WRONG;
}
