/* `smtpspec fuzz`: a campaign against a server. */
#include "fuzz_options.h"
#include "fuzz_screen.h"
#include "output.h"
#include "print.h"
#include "reference.h"
#include "subcommand.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

struct fuzz {
    struct arena *arena;
    struct fuzz_options options;
    struct reference reference;
    struct target *target, **against;
    struct dictionary dictionary;
    struct campaign_options campaign;
};

/* A signal handler can reach nothing but this. */
static volatile sig_atomic_t stop_asked;

static void ask_to_stop(int number)
{
    (void)number;
    stop_asked = 1;
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = ask_to_stop, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

static bool read_file(const char *path, struct buffer *out)
{
    FILE *f = fopen(path, "re");
    size_t got = 1;
    while (f && got > 0) {
        unsigned char *at = buffer_reserve(out, 65536);
        got = at ? fread(at, 1, 65536, f) : 0;
        out->len += got;
    }
    bool good = f && !ferror(f) && !buffer_failed(out);
    if (!good)
        print_problem("expected a file that can be read, found %s: %s", path, strerror(errno));
    if (f)
        fclose(f);
    return good;
}

/* Their addresses and facts are in their own files; what the command line says of the first one is true of them too. */
static bool find_against(struct fuzz *f)
{
    const struct word_list *words = &f->options.against;
    f->against = arena_array(f->arena, words->count + 1, sizeof(struct target *));
    for (size_t i = 0; f->against && i < words->count; i++) {
        f->against[i] = target_build(words->items[i], &f->options.target, NULL);
        if (!f->against[i])
            return false;
    }
    return f->against != NULL;
}

static bool find_target(struct fuzz *f)
{
    struct target *base = NULL;
    struct error e = {0};
    const struct fuzz_options *o = &f->options;
    if (!o->target_word) {
        if (reference_knows(o->defect, o->style, &e))
            base = reference_launch(&f->reference, o->defect, o->style, &e);
        if (!base) {
            print_error(&e);
            return false;
        }
    }
    f->target = target_build(o->target_word, &o->target, base);
    if (!f->target)
        return false;
    if (o->launch)
        f->target->launch_start = o->launch;
    return find_against(f);
}

static bool may_be_run(const struct target *t, bool authorised)
{
    if (!t || authorised || endpoint_is_loopback(&t->endpoint))
        return true;
    print_problem("a campaign may crash or exhaust %s, which is not this machine: expected --i-am-authorised beside it",
                  t->endpoint.text);
    return false;
}

static bool load_dictionary(struct fuzz *f)
{
    struct buffer text = {0};
    struct error e = {0};
    const char *path = f->options.dictionary;
    if (!path) {
        if (dictionary_make(&f->dictionary, f->arena))
            return true;
        print_problem("out of memory");
        return false;
    }
    bool good = read_file(path, &text);
    struct bytes kept = good ? arena_bytes(f->arena, buffer_bytes(&text)) : (struct bytes){0};
    buffer_free(&text);
    if (!good)
        return false;
    if (dictionary_parse(&f->dictionary, f->arena, path, kept, &e))
        return true;
    print_error(&e);
    return false;
}

static const char *command_line(struct arena *a, int argc, char **argv)
{
    struct buffer text = {0};
    buffer_add_string(&text, "smtpspec");
    for (int i = 0; i < argc; i++)
        buffer_printf(&text, " %s", argv[i]);
    const char *out = arena_string(a, buffer_string(&text));
    buffer_free(&text);
    return out;
}

/* The reference server runs only as long as we do: it is named by what it was told to be. */
static const char *target_words(const struct fuzz *f)
{
    const struct fuzz_options *o = &f->options;
    struct buffer text = {0};
    if (o->target_word)
        return f->target->file ? f->target->file : f->target->endpoint.text;
    if (o->defect)
        buffer_printf(&text, "--defect %s", o->defect);
    if (o->style)
        buffer_printf(&text, "%s--style %s", text.len ? " " : "", o->style);
    const char *out = arena_string(f->arena, buffer_string(&text));
    buffer_free(&text);
    return out ? out : "";
}

static void fill_campaign(struct fuzz *f, int argc, char **argv)
{
    const struct fuzz_options *o = &f->options;
    f->campaign = (struct campaign_options){
        .target = f->target,
        .against = (const struct target *const *)f->against,
        .against_count = o->against.count,
        .prologue = f->target->prologue,
        .time_ms = o->time_ms,
        .runs = o->runs,
        .max_findings = o->max_findings,
        .seed = o->seed,
        .jobs = o->jobs,
        .rate = o->rate,
        .timeout_ms = o->timeout_ms,
        .coverage = o->coverage      ? COVERAGE_NEEDED
                    : o->no_coverage ? COVERAGE_NONE
                                     : COVERAGE_IF_THERE,
        .corpus = o->corpus,
        .findings = o->findings,
        .seeds = o->seeds,
        .dictionary = &f->dictionary,
        .journal = o->journal,
        .resume = o->resume,
        .command = command_line(f->arena, argc, argv),
        .words = target_words(f),
        .stop = &stop_asked,
    };
}

static int replay(struct fuzz *f)
{
    struct buffer input = {0}, out = {0};
    struct error e = {0};
    int status = STATUS_WRONG;
    if (read_file(f->options.replay, &input)) {
        int fired = campaign_replay(&f->campaign, buffer_bytes(&input), f->options.growth, &out, &e);
        fwrite(out.data, 1, out.len, stdout);
        if (fired < 0)
            print_error(&e);
        else
            printf(fired ? "%d oracle%s fired\n" : "nothing is wrong\n", fired, fired == 1 ? "" : "s");
        status = fired < 0 ? STATUS_NOTHING : fired ? STATUS_FAILED : STATUS_OK;
    }
    buffer_free(&input);
    buffer_free(&out);
    return status;
}

static bool write_page(struct fuzz *f, const struct campaign_result *r)
{
    struct buffer page = {0};
    struct error e = {0};
    bool good = campaign_page(&f->campaign, r, &page) || error_set(&e, "out of memory for the report");
    good = good && output_write(f->options.report, buffer_bytes(&page), &e);
    if (!good)
        print_error(&e);
    buffer_free(&page);
    return good;
}

static int campaign(struct fuzz *f)
{
    struct campaign_result result;
    struct error e = {0};
    struct fuzz_screen screen = {.json = f->options.json,
                                 .quiet = f->options.quiet,
                                 .target = f->target->file ? f->target->file : f->target->endpoint.text,
                                 .findings = f->options.findings,
                                 .words = f->campaign.words,
                                 .time_ms = f->options.time_ms};
    fuzz_screen_begin(&screen);
    f->campaign.progress = fuzz_screen_step;
    f->campaign.progress_context = &screen;
    bool good = campaign_run(&f->campaign, &result, &e);
    if (!good)
        print_error(&e);
    bool ran = good || result.state.sessions > 0;
    if (ran) {
        good = write_page(f, &result) && good;
        fuzz_screen_end(&screen, &result, f->options.report);
    }
    int status = STATUS_OK;
    if (stop_asked)
        status = STATUS_INTERRUPTED;
    else if (result.state.findings)
        status = STATUS_FAILED;
    else if (!good || result.gone)
        status = STATUS_NOTHING;
    campaign_result_free(&result);
    return status;
}

static int run(struct fuzz *f, int argc, char **argv)
{
    if (!find_target(f) || !may_be_run(f->target, f->options.authorised) || !load_dictionary(f))
        return STATUS_WRONG;
    for (size_t i = 0; i < f->options.against.count; i++)
        if (!may_be_run(f->against[i], f->options.authorised))
            return STATUS_WRONG;
    fill_campaign(f, argc, argv);
    catch_signals();
    return f->options.replay ? replay(f) : campaign(f);
}

int cli_fuzz(int argc, char **argv)
{
    struct fuzz f = {.arena = arena_new()};
    int status = STATUS_NOTHING;
    if (!f.arena) {
        print_problem("out of memory");
        return status;
    }
    enum options_status parsed = fuzz_options_parse(argc, argv, f.arena, &f.options);
    status = parsed == OPTIONS_OK ? run(&f, argc, argv) : options_exit(parsed);
    for (size_t i = 0; f.against && i < f.options.against.count; i++)
        target_free(f.against[i]);
    target_free(f.target);
    reference_stop(&f.reference);
    arena_free(f.arena);
    return status;
}
