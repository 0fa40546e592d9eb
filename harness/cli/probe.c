/* `smtpspec probe`: what a server says of itself. */
#include "driver/driver.h"
#include "print.h"
#include "probe_print.h"
#include "subcommand.h"
#include "target_options.h"

#include <signal.h>

struct probe_options {
    struct target_options target;
    int64_t timeout_ms;
    bool json, transcript;
};

static enum options_status parse(int argc, char **argv, struct arena *a, struct probe_options *o,
                                 struct word_list *words)
{
    static const struct option table[] = {
        {"json", 0, NULL, "as JSON", OPTION_FLAG, offsetof(struct probe_options, json), NULL},
        {"transcript", 0, NULL, "show the conversation too", OPTION_FLAG, offsetof(struct probe_options, transcript),
         NULL},
        {"timeout", 0, "TIME", "how long to wait for one reply (10s)", OPTION_DURATION,
         offsetof(struct probe_options, timeout_ms), NULL},
    };
    const struct option_group groups[] = {{"What to show", table, sizeof table / sizeof *table, 0},
                                          target_option_connection(offsetof(struct probe_options, target))};
    const struct usage usage = {
        .name = "probe",
        .synopsis = "TARGET [options]",
        .about = "Shows what a server says of itself: greeting, extensions before and after TLS, TLS version, cipher "
                 "and certificate, AUTH mechanisms, limits. No mail is sent. TARGET is an address such as "
                 "smtp://HOST:25 or a target file.",
        .examples = "  smtpspec probe smtp://127.0.0.1:2525\n"
                    "  smtpspec probe smtps://mail.example.org --tls-verify\n",
        .more = "Exit status: 0 it greeted and took EHLO; 2 the command line is wrong; 3 it could not be talked to.\n",
        .groups = groups,
        .group_count = sizeof groups / sizeof *groups,
    };
    return options_parse(&usage, argc, argv, a, o, words);
}

/* What was shown is kept, but a session that did not come about is no answer. */
static bool was_talked_to(const struct target *t, const struct probe *p)
{
    if (p->problem)
        print_problem("%s: %s", t->endpoint.text, p->problem);
    return !p->problem;
}

static int run(const struct probe_options *o, const struct word_list *words)
{
    if (words->count != 1) {
        print_problem(words->count ? "expected one target, found %zu words"
                                   : "expected a target behind 'probe', such "
                                     "as smtp://127.0.0.1:2525",
                      words->count);
        return STATUS_WRONG;
    }
    struct target *t = target_build(words->items[0], &o->target, NULL);
    if (!t)
        return STATUS_WRONG;
    struct probe probe = {0};
    struct error e = {0};
    const struct driver_options options = {.timeout_ms = o->timeout_ms};
    signal(SIGPIPE, SIG_IGN);
    bool ok = driver_probe(t, &options, &probe, &e);
    if (ok)
        ok = o->json ? probe_print_json(t, &probe) : probe_print(t, &probe, o->transcript);
    else
        print_error(&e);
    ok = ok && was_talked_to(t, &probe);
    arena_free(probe.arena);
    target_free(t);
    return ok ? STATUS_OK : STATUS_NOTHING;
}

int cli_probe(int argc, char **argv)
{
    struct word_list words = {0};
    struct probe_options o = {.target = TARGET_OPTIONS_NONE};
    struct arena *arena = arena_new();
    int status = STATUS_NOTHING;
    if (!arena) {
        print_problem("out of memory");
        return status;
    }
    enum options_status parsed = parse(argc, argv, arena, &o, &words);
    if (parsed != OPTIONS_OK)
        status = options_exit(parsed);
    else
        status = run(&o, &words);
    arena_free(arena);
    return status;
}
