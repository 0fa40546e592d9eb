#include "cli/cli.h"

#include "base/text.h"
#include "complete.h"
#include "explain.h"
#include "scenario/manual.h"
#include "serve.h"
#include "subcommand.h"
#include "target_options.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct subcommand subcommands[] = {
    {"test", "run scenarios against a server and judge what it answers", cli_test},
    {"list", "show the scenarios, requirements, tags and checks there are", cli_list},
    {"check", "look for mistakes in scenario and target files", cli_check},
    {"probe", "show what a server says of itself: extensions, TLS, certificate, AUTH", cli_probe},
    {"report", "show results again, turn them into another format, put parts together", cli_report},
    {"compare", "put the results of several runs side by side, say what became worse", cli_compare},
    {"fuzz", "run a fuzzing campaign against a server, and bring findings back as scenarios", cli_fuzz},
    {"init", "ask a server and you, and write a target file", cli_init},
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

/* One subcommand's help in a form: "--help", "--help=scdoc". */
static int help_of(const struct subcommand *s, const char *form)
{
    char word[16];
    snprintf(word, sizeof word, "%s", form);
    char *argv[] = {(char[]){"help"}, word, NULL};
    return s->run(2, argv);
}

static int print_page(bool (*make)(struct buffer *out))
{
    struct buffer text = {0};
    bool ok = make(&text);
    if (ok)
        fputs(buffer_string(&text), stdout);
    else
        fprintf(stderr, "smtpspec: out of memory\n");
    buffer_free(&text);
    return ok ? STATUS_OK : STATUS_NOTHING;
}

/* The subcommands' sections between a head and a tail. */
static int manual_of_program(void)
{
    printf("smtpspec(1)\n\n# NAME\n\nsmtpspec - test whether an SMTP server does what RFC 5321 and its extensions "
           "say\n\n# SYNOPSIS\n\n*smtpspec* _SUBCOMMAND_ [option...]\n\n# DESCRIPTION\n\n"
           "Runs scenarios against a mail server, compares every reply with what the RFCs allow, keeps every octet as "
           "evidence, and says by its exit status whether a release may go out. Every subcommand knows *--help*.\n\n"
           "# SUBCOMMANDS\n\n");
    for (size_t i = 0; i < SUBCOMMANDS; i++)
        help_of(&subcommands[i], "--help=scdoc");
    printf(
        "# FILES\n\nThe scenarios and their catalogue are inside the program. Target files and files with scenarios of "
        "one's own are described in *smtpspec-target*(5) and *smtpspec-scenario*(5).\n\n"
        "# ENVIRONMENT\n\n*NO_COLOR*\n\tNot empty: no colours.\n\n"
        "# SEE ALSO\n\n*smtpspec-scenario*(5), *smtpspec-target*(5)\n");
    return STATUS_OK;
}

/* `help --man PAGE`: a manual page as scdoc source. */
static int help_manual(const char *page)
{
    if (page && !strcmp(page, "smtpspec"))
        return manual_of_program();
    if (page && !strcmp(page, "scenario"))
        return print_page(scenario_manual);
    if (page && !strcmp(page, "target"))
        return print_page(target_manual);
    fprintf(stderr, "smtpspec: help --man: expected smtpspec, scenario or target, found '%s'\n", page ? page : "");
    return STATUS_WRONG;
}

/* `help X` is `X --help`. */
static int run_help(int argc, char **argv)
{
    const char *name = argv[0];
    if (!strcmp(name, "--man"))
        return help_manual(argv[1]);
    if (!strcmp(name, "--complete"))
        return complete_words(subcommands, SUBCOMMANDS, argv + 1, (size_t)argc - 1);
    const struct subcommand *s = find(name);
    return s ? help_of(s, "--help") : say_unknown(name);
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
        return run_help(argc - 2, argv + 2);
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
