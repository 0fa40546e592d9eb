/* `smtpspec init`: asks a server and, on a terminal, the user, and writes a target file. */
#include "init_file.h"
#include "output.h"
#include "print.h"
#include "sources.h"
#include "subcommand.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct init_options {
    struct target_options target;
    const char *output;
    bool force, ask, no_ask, offline;
    struct arena *arena;
};

#define AT(field) offsetof(struct init_options, field)

static const struct option table[] = {
    {"output", 'o', "FILE", "write there (target.yaml); '-' is standard output", OPTION_TEXT, AT(output), NULL},
    {"force", 'f', NULL, "write over a file that is there", OPTION_FLAG, AT(force), NULL},
    {"no-ask", 0, NULL, "ask nothing; what no option says stays open", OPTION_FLAG, AT(no_ask), NULL},
    {"implicit-tls", 0, "URL", "where the same server speaks TLS at once: smtps://HOST:465", OPTION_TEXT,
     AT(target.implicit_tls), NULL},
    {"offline", 0, NULL, "do not ask the server either", OPTION_FLAG, AT(offline), NULL},
};

static enum options_status parse(int argc, char **argv, struct init_options *o, struct word_list *words)
{
    const struct option_group groups[] = {{"What to write", table, sizeof table / sizeof *table, 0},
                                          target_option_facts(AT(target))};
    const struct usage usage = {
        .name = "init",
        .synopsis = "[ADDRESS] [options]",
        .about =
            "Writes a target file with comments: asks the server at ADDRESS what it offers and, on a terminal, you "
            "for what a client cannot find out and no option says.",
        .examples = "  smtpspec init smtp://127.0.0.1:2525\n"
                    "  smtpspec init smtp://mx.example.org --to test@example.org --no-ask -o mx.yaml\n",
        .more = "Exit status: 0 the file is there; 2 the command line is wrong, or the file was there before; 3 the\n"
                "server could not be talked to, or the file not written.\n",
        .groups = groups,
        .group_count = sizeof groups / sizeof *groups,
    };
    return options_parse(&usage, argc, argv, o->arena, o, words);
}

/* A line from the terminal without its end, in the arena; NULL where nothing was typed. */
static const char *ask(const struct init_options *o, const char *question)
{
    char *line = NULL;
    size_t room = 0;
    const char *answer = NULL;
    fprintf(stderr, "%s: ", question);
    ssize_t len = getline(&line, &room, stdin);
    if (len > 0) {
        line[strcspn(line, "\r\n")] = 0;
        answer = *line ? arena_string(o->arena, line) : NULL;
    }
    free(line);
    return answer;
}

/* Asks until it is an address or nothing. */
static void ask_address(const struct init_options *o, const char **to, const char *question)
{
    while (o->ask && !*to) {
        const char *answer = ask(o, question);
        if (!answer)
            return;
        if (address_is_right(bytes_string(answer)))
            *to = answer;
        else
            fprintf(stderr, "  expected an address LOCAL@DOMAIN\n");
    }
}

static void ask_facts(struct init_options *o, const struct probe *probe)
{
    struct target_options *t = &o->target;
    if (!o->ask)
        return;
    fprintf(stderr, "An empty answer leaves a question open.\n");
    ask_address(o, &t->to, "A recipient that accepts mail (test messages go there)");
    ask_address(o, &t->to2, "Another one");
    ask_address(o, &t->unknown, "A recipient that does not exist there");
    if (probe && init_offers_auth(probe) && !t->user) {
        t->user = ask(o, "A user to log in as");
        if (t->user)
            t->password = ask(o, "Its password (it is shown, and written into the file)");
    }
    if (t->to && !t->mailboxes.count) {
        const char *path = ask(o, "The Maildir that its mail is delivered to");
        const char *mailbox = path ? arena_printf(o->arena, "%s=maildir:%s", t->to, path) : NULL;
        if (mailbox)
            word_list_add(&t->mailboxes, o->arena, mailbox);
    }
}

static bool probe_server(const struct init_options *o, const char *address, struct probe *probe)
{
    struct error e = {0};
    struct target *t = target_build(address, &o->target, NULL);
    const struct driver_options options = {0};
    bool ok = t && driver_probe(t, &options, probe, &e);
    if (t && !ok)
        print_error(&e);
    else if (ok && probe->problem)
        print_problem("%s: %s", address, probe->problem);
    target_free(t);
    return ok && !probe->problem;
}

static int write_file(struct init_options *o, const char *address, const struct probe *probe)
{
    struct buffer text = {0};
    init_file(&text, address, &o->target, probe);
    bool made = !buffer_failed(&text);
    if (!output_report(o->output, &text, made))
        return STATUS_NOTHING;
    if (strcmp(o->output, "-") != 0)
        printf("%s is there. Look through it, then:\n\n  smtpspec test %s\n", o->output, o->output);
    return STATUS_OK;
}

static int init(struct init_options *o, const char *address)
{
    struct probe probe = {0};
    struct target *t = target_build(address, &o->target, NULL);
    if (!t)
        return STATUS_WRONG;
    target_free(t);
    bool probed = !o->offline && probe_server(o, address, &probe);
    int status = STATUS_NOTHING;
    if (probed || o->offline) {
        ask_facts(o, probed ? &probe : NULL);
        status = write_file(o, address, probed ? &probe : NULL);
    } else {
        print_problem("the server could not be asked; with --offline the file is written without");
    }
    arena_free(probe.arena);
    return status;
}

static int run(struct init_options *o, const struct word_list *words)
{
    o->ask = !o->no_ask && isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
    o->output = o->output ? o->output : "target.yaml";
    signal(SIGPIPE, SIG_IGN);
    if (words->count > 1) {
        print_problem("init: expected one address, found %zu words", words->count);
        return STATUS_WRONG;
    }
    if (!o->force && strcmp(o->output, "-") != 0 && sources_path_exists(o->output)) {
        print_problem("init: %s is there already: expected --force, or --output and another name", o->output);
        return STATUS_WRONG;
    }
    const char *address = words->count ? words->items[0] : NULL;
    if (!address && o->ask)
        address = ask(o, "Where does the server listen? (smtp://127.0.0.1:2525)");
    if (!address && o->ask)
        address = "smtp://127.0.0.1:2525";
    if (address)
        return init(o, address);
    print_problem("init: expected an address such as smtp://127.0.0.1:2525, found none");
    return STATUS_WRONG;
}

int cli_init(int argc, char **argv)
{
    struct word_list words = {0};
    struct init_options o = {.target = TARGET_OPTIONS_NONE, .arena = arena_new()};
    int status = STATUS_NOTHING;
    if (!o.arena) {
        print_problem("out of memory");
        return status;
    }
    enum options_status parsed = parse(argc, argv, &o, &words);
    if (parsed != OPTIONS_OK)
        status = options_exit(parsed);
    else
        status = run(&o, &words);
    arena_free(o.arena);
    return status;
}
