#include "cli/cli.h"

#include "base/text.h"
#include "explain.h"
#include "serve.h"
#include "subcommand.h"
#include "target_options.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct subcommand {
    const char *name;
    const char *summary;
    int (*run)(int argc, char **argv);
};

static const struct subcommand subcommands[] = {
    {"test", "run scenarios against a server and judge what it answers", cli_test},
    {"list", "show the scenarios, requirements, tags and checks there are", cli_list},
    {"check", "look for mistakes in scenario and target files", cli_check},
    {"probe", "show what a server says of itself: extensions, TLS, certificate, AUTH", cli_probe},
    {"report", "show results again, turn them into another format, put parts together", cli_report},
    {"compare", "put the results of several runs side by side, say what became worse", cli_compare},
    {"fuzz", "run a fuzzing campaign against a server, and bring findings back as scenarios", cli_fuzz},
    {"serve", "run the reference server: a strict SMTP server and mail sink", cli_serve},
    {"explain", "say what a reply code, a reply, a verb or a whole session log means", cli_explain},
};
enum { SUBCOMMANDS = sizeof subcommands / sizeof *subcommands };

static void say_help(FILE *out)
{
    fprintf(out,
            "smtpspec %s tests whether an SMTP server does what RFC 5321 and its extensions say.\n\n"
            "  smtpspec test                                      try it on the server built in\n"
            "  smtpspec test smtp://127.0.0.1:2525 --to alice@example.test\n"
            "                                                     test a server that takes mail for alice\n\n",
            SMTPSPEC_VERSION);
    for (size_t i = 0; i < SUBCOMMANDS; i++)
        fprintf(out, "  smtpspec %-8s %s\n", subcommands[i].name, subcommands[i].summary);
    fprintf(out, "\n'smtpspec SUBCOMMAND --help' says more about each; 'smtpspec --version' prints the version.\n");
}

static const struct subcommand *find(const char *name)
{
    for (size_t i = 0; i < SUBCOMMANDS; i++)
        if (!strcmp(subcommands[i].name, name))
            return &subcommands[i];
    return NULL;
}

static int say_unknown(const char *word)
{
    const char *names[SUBCOMMANDS];
    for (size_t i = 0; i < SUBCOMMANDS; i++)
        names[i] = subcommands[i].name;
    const char *near = text_nearest(bytes_string(word), names, SUBCOMMANDS);
    fprintf(stderr, "smtpspec: expected a subcommand, found '%s'", word);
    if (target_looks_like(word))
        fprintf(stderr, "; did you mean 'smtpspec test %s'?", word);
    else if (near)
        fprintf(stderr, "; did you mean '%s'?", near);
    fprintf(stderr, "\n'smtpspec --help' lists them.\n");
    return STATUS_WRONG;
}

/* `help X` is `X --help`. */
static int run_help(const char *name)
{
    const struct subcommand *s = find(name);
    char word[] = "--help", *argv[] = {(char[]){"help"}, word, NULL};
    return s ? s->run(2, argv) : say_unknown(name);
}

static int run(int argc, char **argv)
{
    if (argc < 2) {
        say_help(stderr);
        return STATUS_WRONG;
    }
    const char *word = argv[1];
    const struct subcommand *s = find(word);
    if (s)
        return s->run(argc - 1, argv + 1);
    if (!strcmp(word, "--version") || !strcmp(word, "-V"))
        printf("smtpspec %s\n", SMTPSPEC_VERSION);
    else if (!strcmp(word, "help") && argc > 2)
        return run_help(argv[2]);
    else if (!strcmp(word, "--help") || !strcmp(word, "-h") || !strcmp(word, "help"))
        say_help(stdout);
    else
        return say_unknown(word);
    return STATUS_OK;
}

int cli_main(int argc, char **argv)
{
    int status = run(argc, argv);
    /* What was printed may have met a full disk. */
    if ((fflush(stdout) || ferror(stdout)) && status != STATUS_FAILED && status != STATUS_WRONG) {
        fprintf(stderr, "smtpspec: standard output cannot be written: %s\n", strerror(errno));
        status = STATUS_NOTHING;
    }
    return status;
}
