#include "options.h"

#include "base/text.h"
#include "print.h"
#include "subcommand.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { HELP_COLUMN = 32 };

bool word_list_add(struct word_list *l, struct arena *a, const char *word)
{
    if (l->count == l->room) {
        size_t room = l->room ? l->room * 2 : 8;
        const char **items = arena_array(a, room, sizeof *items);
        if (!items)
            return false;
        if (l->count)
            memcpy(items, l->items, l->count * sizeof *items);
        l->items = items;
        l->room = room;
    }
    l->items[l->count++] = word;
    return true;
}

bool option_fraction(const char *text, double *out)
{
    if (!octet_is_digit((unsigned char)*text) && *text != '.')
        return false;
    char *end = NULL;
    double value = strtod(text, &end);
    if (end == text || !isfinite(value))
        return false;
    if (*end == '%') {
        value /= 100;
        end++;
    }
    *out = value;
    return *end == 0;
}

bool option_rate(const char *text, double *out)
{
    char number[32];
    size_t len = strlen(text);
    if (len > 2 && !strcmp(text + len - 2, "/s"))
        len -= 2;
    snprintf(number, sizeof number, "%.*s", (int)(len < sizeof number ? len : 0), text);
    return option_fraction(number, out) && *out > 0;
}

/* One option of the table and the struct that its value goes into. */
struct found {
    const struct option *option;
    void *values;
};

static struct found find_option(const struct usage *u, void *values, struct bytes name, char letter)
{
    for (size_t g = 0; g < u->group_count; g++)
        for (size_t i = 0; i < u->groups[g].count; i++) {
            const struct option *o = &u->groups[g].options[i];
            bool same = letter ? o->letter == letter : bytes_equal(bytes_string(o->name), name);
            if (same)
                return (struct found){o, (char *)values + u->groups[g].offset};
        }
    return (struct found){0};
}

static void say_unknown(const struct usage *u, const char *name, size_t len, struct error *e)
{
    enum { MOST = 96 };
    const char *names[MOST] = {"help", "version"};
    size_t count = 2;
    for (size_t g = 0; g < u->group_count; g++)
        for (size_t i = 0; i < u->groups[g].count && count < MOST; i++)
            names[count++] = u->groups[g].options[i].name;
    const char *near = text_nearest(bytes_of(name, len), names, count);
    error_set(e, "unknown option '--%.*s'%s%s%s", (int)len, name, near ? "; did you mean '--" : "", near ? near : "",
              near ? "'?" : "");
}

static bool set_number(const struct option *o, void *at, const char *text, struct error *e)
{
    uint64_t n = 0;
    bool integer = o->kind == OPTION_INTEGER;
    if (!bytes_to_number(bytes_string(text), &n) || (integer && n > 1000000))
        return error_set(e, "--%s: expected a whole number%s, found '%s'", o->name, integer ? " from 0 to 1000000" : "",
                         text);
    if (integer)
        *(int *)at = (int)n;
    else
        *(uint64_t *)at = n;
    return true;
}

static bool set_duration(const struct option *o, int64_t *at, const char *text, struct error *e)
{
    if (!text_duration(bytes_string(text), at))
        return error_set(e, "--%s: expected a duration such as 500ms, 10s or 2m, found '%s'", o->name, text);
    return *at > 0 || o->kind == OPTION_WAIT ||
           error_set(e, "--%s: expected a duration over 0, such as 500ms, found '%s'", o->name, text);
}

static bool set_value(struct found f, const char *text, struct arena *a, struct error *e)
{
    const struct option *o = f.option;
    void *at = (char *)f.values + o->offset;
    switch (o->kind) {
    case OPTION_FLAG:
        *(bool *)at = true;
        return true;
    case OPTION_TEXT:
        *(const char **)at = text;
        return true;
    case OPTION_LIST:
        return word_list_add(at, a, text) || error_set(e, "out of memory");
    case OPTION_INTEGER:
    case OPTION_NUMBER:
        return set_number(o, at, text, e);
    case OPTION_DURATION:
    case OPTION_WAIT:
        return set_duration(o, at, text, e);
    case OPTION_CALL:
        return o->set(f.values, text, e);
    }
    return false;
}

/* The words of the command line, and how far they are read. */
struct words {
    int argc;
    char **argv;
    int next;
};

static bool take_argument(const struct option *o, const char *attached, struct words *w, const char **out,
                          struct error *e)
{
    *out = NULL;
    if (!o->argument)
        return !attached || error_set(e, "--%s takes no value, found '%s'", o->name, attached);
    if (attached) {
        *out = attached;
        return true;
    }
    if (w->next >= w->argc)
        return error_set(e, "--%s: expected %s behind it, found nothing", o->name, o->argument);
    const char *word = w->argv[w->next];
    if (word[0] == '-' && word[1] == '-' && word[2])
        return error_set(e, "--%s: expected %s behind it, found the option %s", o->name, o->argument, word);
    *out = word;
    w->next++;
    return true;
}

static bool parse_long(const struct usage *u, void *values, struct words *w, const char *word, struct arena *a,
                       struct error *e)
{
    size_t len = strcspn(word, "=");
    struct found f = find_option(u, values, bytes_of(word, len), 0);
    if (!f.option) {
        say_unknown(u, word, len, e);
        return false;
    }
    const char *text;
    return take_argument(f.option, word[len] ? word + len + 1 : NULL, w, &text, e) && set_value(f, text, a, e);
}

/* "-vq", "-j4", "-j 4". */
static bool parse_letters(const struct usage *u, void *values, struct words *w, const char *letters, struct arena *a,
                          struct error *e)
{
    for (; *letters; letters++) {
        struct found f = find_option(u, values, bytes_of(NULL, 0), *letters);
        if (!f.option)
            return error_set(e, "unknown option '-%c'", *letters);
        const char *attached = f.option->argument && letters[1] ? letters + 1 : NULL, *text;
        if (!take_argument(f.option, attached, w, &text, e) || !set_value(f, text, a, e))
            return false;
        if (f.option->argument)
            break;
    }
    return true;
}

static void print_as(const struct usage *u, void (*put)(const struct usage *u, struct buffer *out), FILE *out)
{
    struct buffer text = {0};
    put(u, &text);
    if (buffer_failed(&text))
        print_problem("out of memory");
    else
        fputs(buffer_string(&text), out);
    buffer_free(&text);
}

/* True when the word asks for help or the version, which was then printed. */
static bool ask(const struct usage *u, const char *word)
{
    if (!strcmp(word, "-h") || !strcmp(word, "--help"))
        options_help(u, stdout);
    else if (!strcmp(word, "--help=scdoc"))
        print_as(u, options_manual, stdout);
    else if (!strcmp(word, "--help=words"))
        print_as(u, options_words, stdout);
    else if (!strcmp(word, "-V") || !strcmp(word, "--version"))
        printf("smtpspec %s\n", SMTPSPEC_VERSION);
    else
        return false;
    return true;
}

static bool take_word(struct word_list *others, struct arena *a, const char *word, struct error *e)
{
    if (!others)
        return error_set(e, "expected options only, found '%s'", word);
    return word_list_add(others, a, word) || error_set(e, "out of memory");
}

int options_exit(enum options_status parsed)
{
    return parsed == OPTIONS_WRONG ? STATUS_WRONG : STATUS_OK;
}

enum options_status options_parse(const struct usage *u, int argc, char **argv, struct arena *a, void *values,
                                  struct word_list *others)
{
    struct words w = {argc, argv, 1};
    struct error e = {0};
    bool ok = true, ended = false;
    while (ok && w.next < w.argc) {
        const char *word = w.argv[w.next++];
        if (!ended && !strcmp(word, "--"))
            ended = true;
        else if (ended || word[0] != '-' || !word[1])
            ok = take_word(others, a, word, &e);
        else if (ask(u, word))
            return OPTIONS_DONE;
        else if (word[1] == '-')
            ok = parse_long(u, values, &w, word + 2, a, &e);
        else
            ok = parse_letters(u, values, &w, word + 1, a, &e);
    }
    if (ok)
        return OPTIONS_OK;
    fprintf(stderr, "smtpspec %s: %s\n'smtpspec %s --help' lists the options.\n", u->name, e.text, u->name);
    return OPTIONS_WRONG;
}

static void put_option(struct buffer *out, const struct option *o)
{
    char letter[8] = "    ", left[64];
    if (o->letter)
        snprintf(letter, sizeof letter, "-%c, ", o->letter);
    int len = snprintf(left, sizeof left, "  %s--%s%s%s", letter, o->name, o->argument ? " " : "",
                       o->argument ? o->argument : "");
    buffer_add_string(out, left);
    if (len + 2 > HELP_COLUMN) {
        buffer_add_octet(out, '\n');
        len = 0;
    }
    buffer_printf(out, "%*s", HELP_COLUMN - len, "");
    print_wrap(out, o->help, HELP_COLUMN, HELP_COLUMN);
}

static const struct option common[] = {
    {"help", 'h', NULL, "this text", OPTION_FLAG, 0, NULL},
    {"version", 'V', NULL, "print the version", OPTION_FLAG, 0, NULL},
};

static void put_help(const struct usage *u, struct buffer *out)
{
    buffer_printf(out, "Usage: smtpspec %s %s\n\n", u->name, u->synopsis);
    print_wrap(out, u->about, 0, 0);
    if (u->examples)
        buffer_printf(out, "\nExamples:\n%s", u->examples);
    for (size_t g = 0; g < u->group_count; g++) {
        buffer_printf(out, "\n%s:\n", u->groups[g].title);
        for (size_t i = 0; i < u->groups[g].count; i++)
            put_option(out, &u->groups[g].options[i]);
    }
    buffer_printf(out, "\nAlways:\n");
    for (size_t i = 0; i < sizeof common / sizeof *common; i++)
        put_option(out, &common[i]);
    if (u->more)
        buffer_printf(out, "\n%s", u->more);
}

void options_help(const struct usage *u, FILE *out)
{
    print_as(u, put_help, out);
}
