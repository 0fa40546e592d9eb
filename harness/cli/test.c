/* `smtpspec test`: target and scenarios are loaded, selected, run, reported. */
#include "driver/driver.h"
#include "print.h"
#include "progress.h"
#include "reference.h"
#include "subcommand.h"
#include "test_options.h"
#include "test_report.h"

#include <signal.h>
#include <string.h>

/* What the steps of one test hand on to each other, and what has to be cleaned up. */
struct test {
    struct arena *arena;
    struct test_options options;
    struct library *library;
    const struct scenario **scenarios;
    size_t count;
    struct reference reference;
    struct target *target;
    struct test_baselines baselines;
};

/* A signal handler can reach nothing but this. */
static volatile sig_atomic_t stop_asked;

static void ask_to_stop(int number)
{
    (void)number;
    stop_asked = 1;
}

/* The first Ctrl-C ends the run with a report, the second ends the program as if nobody had caught it. */
static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = ask_to_stop, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

/* Leaves every N-th scenario, so that what is slow in one file is spread over the parts. */
static bool take_shard(struct test *t)
{
    size_t shard = (size_t)t->options.shard.number, shards = (size_t)t->options.shard.of, kept = 0;
    if (!shards)
        return true;
    if (shards > t->count) {
        print_problem("--shard: expected at most %zu parts, which is one for each scenario, found %zu", t->count,
                      shards);
        return false;
    }
    for (size_t i = shard - 1; i < t->count; i += shards)
        t->scenarios[kept++] = t->scenarios[i];
    t->count = kept;
    return true;
}

static bool load_scenarios(struct test *t)
{
    t->library = sources_load(&t->options.suite);
    if (!t->library) {
        print_problem("out of memory");
        return false;
    }
    if (!print_mistakes(library_diagnostics(t->library)))
        return false;
    t->scenarios = sources_select(t->library, t->arena, &t->options.select, &t->options.exclude, &t->count);
    return t->scenarios != NULL && take_shard(t);
}

static int list_scenarios(const struct test *t)
{
    struct print_table table = {.columns = 2};
    for (size_t i = 0; i < t->count; i++) {
        print_cell(&table, t->scenarios[i]->id);
        print_cell(&table, t->scenarios[i]->title);
    }
    return print_rows(&table) ? STATUS_OK : STATUS_NOTHING;
}

static bool may_be_run(const struct test *t)
{
    const struct test_options *o = &t->options;
    if (!o->intrusive || o->authorised || endpoint_is_loopback(&t->target->endpoint))
        return true;
    print_problem(
        "--intrusive may exhaust or crash %s, which is not this machine: expected --i-am-authorised beside it",
        t->target->endpoint.text);
    return false;
}

/* Starts the reference server where no target is named. STATUS_OK, or what to end with. */
static int find_target(struct test *t)
{
    struct target *base = NULL;
    struct error e = {0};
    if (!t->options.target_word) {
        bool known = reference_knows(t->options.defect, t->options.style, &e);
        base = known ? reference_start(&t->reference, t->options.lmtp, t->options.defect, t->options.style, &e) : NULL;
        if (!base) {
            print_error(&e);
            return known ? STATUS_NOTHING : STATUS_WRONG;
        }
    }
    t->target = target_build(t->options.target_word, &t->options.target, base);
    return t->target && may_be_run(t) ? STATUS_OK : STATUS_WRONG;
}

static int run_and_report(struct test *t)
{
    const struct test_options *o = &t->options;
    struct progress progress;
    struct run run = {0};
    struct error e = {0};
    const struct driver_options options = {
        .jobs = o->jobs,
        .rate = o->rate,
        .timeout_ms = o->timeout_ms,
        .timeout_scale = o->timeout_scale,
        .intrusive = o->intrusive,
        .lockout = !o->no_lockout && (o->lockout || endpoint_is_loopback(&t->target->endpoint)),
        .slow = o->slow,
        .seed = o->seed,
        .pin = o->pin,
        .retries = o->retries,
        .repeat = o->repeat,
        .library = t->library,
        .stop = &stop_asked,
        .progress = progress_step,
        .progress_context = &progress,
    };
    progress_begin(&progress, o->quiet);
    bool ok = driver_run(t->target, t->scenarios, t->count, &options, &run, &e);
    progress_end(&progress);
    if (!ok) {
        print_error(&e);
        return STATUS_NOTHING;
    }
    run.shard = o->shard;
    int status = test_report(o, t->library, &run, &t->baselines);
    run_free(&run);
    return status;
}

static int test_run(struct test *t)
{
    if (!load_scenarios(t))
        return STATUS_WRONG;
    if (t->options.dry_run)
        return list_scenarios(t);
    catch_signals();
    int status = find_target(t);
    if (status != STATUS_OK)
        return status;
    if (!test_baselines_load(&t->options, t->target->baseline, t->arena, &t->baselines))
        return STATUS_WRONG;
    return run_and_report(t);
}

int cli_test(int argc, char **argv)
{
    struct test t = {.arena = arena_new()};
    int status = STATUS_NOTHING;
    if (!t.arena) {
        print_problem("out of memory");
        return status;
    }
    enum options_status parsed = test_options_parse(argc, argv, t.arena, &t.options);
    if (parsed != OPTIONS_OK)
        status = options_exit(parsed);
    else
        status = test_run(&t);
    test_baselines_free(&t.baselines);
    target_free(t.target);
    reference_stop(&t.reference);
    library_free(t.library);
    arena_free(t.arena);
    return status;
}
