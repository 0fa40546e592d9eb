#include "fuzz_options.h"

#include "print.h"

#include <stdio.h>
#include <string.h>

#define AT(field) offsetof(struct fuzz_options, field)

static bool set_jobs(void *values, const char *argument, struct error *e)
{
    uint64_t n = 0;
    if (!bytes_to_number(bytes_string(argument), &n) || n < 1 || n > 64)
        return error_set(e, "--jobs: expected a whole number from 1 to 64, found '%s'", argument);
    ((struct fuzz_options *)values)->jobs = (int)n;
    return true;
}

static bool set_rate(void *values, const char *argument, struct error *e)
{
    double *out = &((struct fuzz_options *)values)->rate;
    return option_rate(argument, out) ||
           error_set(e, "--rate: expected sessions a second such as 100/s, found '%s'", argument);
}

static const struct option campaign_table[] = {
    {"time", 0, "TIME", "end after so long (until Ctrl-C)", OPTION_DURATION, AT(time_ms), NULL},
    {"runs", 0, "N", "end after so many inputs", OPTION_NUMBER, AT(runs), NULL},
    {"max-findings", 0, "N", "end after so many findings, leads not counted", OPTION_NUMBER, AT(max_findings), NULL},
    {"seed", 0, "N", "the same seed and the same server give the same inputs, with one job", OPTION_NUMBER, AT(seed),
     NULL},
    {"findings", 0, "DIR", "where findings, the report and the campaign's state go (findings)", OPTION_TEXT,
     AT(findings), NULL},
    {"corpus", 0, "DIR", "inputs to begin with; what reaches something new is added there (FINDINGS/corpus)",
     OPTION_TEXT, AT(corpus), NULL},
    {"seeds", 0, "DIR", "more inputs to begin with, only read", OPTION_TEXT, AT(seeds), NULL},
    {"dictionary", 0, "FILE", "tokens to put in, one a line in quotes, as for libFuzzer and AFL++ (the project's own)",
     OPTION_TEXT, AT(dictionary), NULL},
    {"jobs", 'j', "N", "connections at once, 1 to 64 (1); with coverage: servers, see below", OPTION_CALL, 0, set_jobs},
    {"rate", 0, "N/s", "at most so many sessions a second", OPTION_CALL, 0, set_rate},
    {"timeout", 0, "TIME", "how long a reply may take at the most (10s); what is usual is learnt", OPTION_DURATION,
     AT(timeout_ms), NULL},
    {"against", 0, "TARGET",
     "send the same inputs to this server too, and report where the two differ; may be given several times",
     OPTION_LIST, AT(against), NULL},
    {"resume", 0, NULL, "go on with the campaign in --findings", OPTION_FLAG, AT(resume), NULL},
    {"i-am-authorised", 0, NULL, "needed where the target is not this machine", OPTION_FLAG, AT(authorised), NULL},
};

static const struct option server_table[] = {
    {"launch", 0, "COMMAND", "starts the server (as launch: in a target file); it is started again when it dies",
     OPTION_TEXT, AT(launch), NULL},
    {"coverage", 0, NULL,
     "fail where the server that is started has no edge coverage (used by itself where it is there)", OPTION_FLAG,
     AT(coverage), NULL},
    {"no-coverage", 0, NULL, "replies alone, whatever the server has", OPTION_FLAG, AT(no_coverage), NULL},
    {"defect", 0, "NAME", "without a target: make the reference server wrong in this way (serve --list-defects)",
     OPTION_TEXT, AT(defect), NULL},
    {"style", 0, "NAME", "without a target: make the reference server unusual but right in this way", OPTION_TEXT,
     AT(style), NULL},
};

static const struct option show_table[] = {
    {"replay", 0, "FILE", "no campaign: play this one input, show the conversation and which oracles fire", OPTION_TEXT,
     AT(replay), NULL},
    {"growth", 0, NULL, "with --replay: play it over and over too, and look whether memory or descriptors grow",
     OPTION_FLAG, AT(growth), NULL},
    {"report", 0, "FILE", "the HTML page at the end (FINDINGS/report.html)", OPTION_TEXT, AT(report), NULL},
    {"journal", 0, "FILE", "every session as it was played, for other clients to play again; with one job", OPTION_TEXT,
     AT(journal), NULL},
    {"json", 0, NULL, "a JSON object a line on standard output: progress, findings, and all of it at the end",
     OPTION_FLAG, AT(json), NULL},
    {"quiet", 'q', NULL, "findings and the last lines only", OPTION_FLAG, AT(quiet), NULL},
};

#define GROUP(title, table)                                                                                            \
    {                                                                                                                  \
        title, table, sizeof(table) / sizeof *(table), 0                                                               \
    }

static enum options_status parse(int argc, char **argv, struct arena *a, struct fuzz_options *o,
                                 struct word_list *words)
{
    const struct option_group groups[] = {GROUP("The campaign", campaign_table), GROUP("The server", server_table),
                                          GROUP("What to see", show_table), target_option_facts(AT(target)),
                                          target_option_connection(AT(target))};
    const struct usage usage = {
        .name = "fuzz",
        .synopsis = "[TARGET] [options]",
        .about =
            "Sends an SMTP server sessions that no client would send, and looks for what no server should do: "
            "processes that die, hang or leak, connections dropped, replies too many or too few, commands accepted "
            "out of order, octets of a message taken for commands.\n\n"
            "TARGET is an address or a target file, as for 'smtpspec test'; without one the reference server is "
            "started as a process of its own. Inputs that reach new replies, or new edges where the server was "
            "built for it (AFL++'s compiler, fuzz/coverage.c) and is started here (launch: or exec:), are kept and "
            "changed further. "
            "Each finding is confirmed on a fresh connection, made small, and written to FINDINGS/ID/ with a "
            "scenario that 'smtpspec test TARGET FINDINGS' replays. What is only odd is a lead, in FINDINGS/leads.",
        .examples = "  smtpspec fuzz --time 1m\n"
                    "  smtpspec fuzz smtp://127.0.0.1:2525 --to alice@example.test --time 10m\n"
                    "  smtpspec fuzz target.yaml --prologue tls,auth --resume\n"
                    "  smtpspec fuzz target.yaml --replay findings/hang-noop-5b1c09d3/smallest.smtp\n",
        .more =
            "With --jobs and coverage each job starts a server of its own, on the target's port plus 0, 1, ...: the\n"
            "start command finds its port in SMTPSPEC_PORT.\n\n"
            "Exit status: 0 nothing was found; 1 something was; 2 the command line or a file is wrong; 3 the server\n"
            "could not be had, or is gone for good, or a file could not be written; 130 interrupted.\n",
        .groups = groups,
        .group_count = sizeof groups / sizeof *groups,
    };
    return options_parse(&usage, argc, argv, a, o, words);
}

static const char *contradiction(const struct fuzz_options *o, const struct word_list *words)
{
    if (words->count > 1)
        return "expected one target, found several words";
    if (words->count && (o->defect || o->style))
        return "--defect and --style are for the reference server: expected no target beside them";
    if (o->coverage && o->no_coverage)
        return "expected --coverage or --no-coverage, found both";
    if (!words->count && o->launch)
        return "--launch starts a target: expected its address beside it";
    if (o->journal && o->jobs > 1)
        return "--journal tells of one session after the other: expected no --jobs beside it";
    if (o->growth && !o->replay)
        return "--growth belongs to --replay";
    return NULL;
}

enum options_status fuzz_options_parse(int argc, char **argv, struct arena *a, struct fuzz_options *out)
{
    struct word_list words = {0};
    *out = (struct fuzz_options){.target = TARGET_OPTIONS_NONE, .findings = "findings", .jobs = 1};
    enum options_status status = parse(argc, argv, a, out, &words);
    if (status != OPTIONS_OK)
        return status;
    const char *wrong = contradiction(out, &words);
    if (wrong) {
        print_problem("%s", wrong);
        return OPTIONS_WRONG;
    }
    out->target_word = words.count ? words.items[0] : NULL;
    if (!out->corpus)
        out->corpus = arena_printf(a, "%s/corpus", out->findings);
    if (!out->report)
        out->report = arena_printf(a, "%s/report.html", out->findings);
    return OPTIONS_OK;
}
