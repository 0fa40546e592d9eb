#include "options.h"
#include "target_options.h"

#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <string.h>

struct values {
    bool flag;
    const char *text;
    struct word_list list;
    int jobs;
    uint64_t seed;
    int64_t timeout;
    char called[32];
};

static bool call(void *values, const char *argument, struct error *e)
{
    struct values *v = values;
    if (!strcmp(argument, "bad"))
        return error_set(e, "expected good, found bad");
    snprintf(v->called, sizeof v->called, "%s", argument);
    return true;
}

static const struct option table[] = {
    {"flag", 'f', NULL, "a flag", OPTION_FLAG, offsetof(struct values, flag), NULL},
    {"text", 't', "TEXT", "a text", OPTION_TEXT, offsetof(struct values, text), NULL},
    {"list", 0, "WORD", "a list", OPTION_LIST, offsetof(struct values, list), NULL},
    {"jobs", 'j', "N", "jobs", OPTION_INTEGER, offsetof(struct values, jobs), NULL},
    {"seed", 0, "N", "seed", OPTION_NUMBER, offsetof(struct values, seed), NULL},
    {"timeout", 0, "TIME", "timeout", OPTION_DURATION, offsetof(struct values, timeout), NULL},
    {"call", 0, "WORD", "a call", OPTION_CALL, 0, call},
};
static const struct option_group group = {"All", table, sizeof table / sizeof *table, 0};
static const struct usage usage = {"try", "[WORD...]", "Tries.", NULL, NULL, &group, 1};

enum { WORDS = 10 };

struct line {
    const char *words[WORDS];
    enum options_status status;
    /* What is expected then. */
    bool flag;
    const char *text;
    size_t list;
    int jobs;
    uint64_t seed;
    int64_t timeout;
    const char *called;
    size_t others;
    const char *first;
    const char *said; /* OPTIONS_WRONG: part of the message */
};

static const struct line lines[] = {
    {{"try"}, OPTIONS_OK},
    {{"try", "--flag", "a", "b"}, OPTIONS_OK, .flag = true, .others = 2, .first = "a"},
    {{"try", "a", "--flag"}, OPTIONS_OK, .flag = true, .others = 1, .first = "a"},
    {{"try", "-f", "-j4"}, OPTIONS_OK, .flag = true, .jobs = 4},
    {{"try", "-fj", "4"}, OPTIONS_OK, .flag = true, .jobs = 4},
    {{"try", "-tx=y"}, OPTIONS_OK, .text = "x=y"},
    {{"try", "--text=a=b"}, OPTIONS_OK, .text = "a=b"},
    {{"try", "--text="}, OPTIONS_OK, .text = ""},
    {{"try", "--text=--flag"}, OPTIONS_OK, .text = "--flag"},
    {{"try", "--text", "-"}, OPTIONS_OK, .text = "-"},
    {{"try", "--text", "--flag"}, OPTIONS_WRONG, .said = "expected TEXT behind it, found the option --flag"},
    {{"try", "--text", "a", "--text", "b"}, OPTIONS_OK, .text = "b"},
    {{"try", "--list", "a", "--list=b"}, OPTIONS_OK, .list = 2},
    {{"try", "--seed", "18446744073709551615"}, OPTIONS_OK, .seed = UINT64_MAX},
    {{"try", "--timeout", "2m"}, OPTIONS_OK, .timeout = 120000},
    {{"try", "--call", "good"}, OPTIONS_OK, .called = "good"},
    {{"try", "--", "--flag"}, OPTIONS_OK, .others = 1, .first = "--flag"},
    {{"try", "-"}, OPTIONS_OK, .others = 1, .first = "-"},
    {{"try", "--flga"}, OPTIONS_WRONG, .said = "did you mean '--flag'?"},
    {{"try", "--hepl"}, OPTIONS_WRONG, .said = "did you mean '--help'?"},
    {{"try", "--something-else"}, OPTIONS_WRONG, .said = "unknown option '--something-else'\n"},
    {{"try", "-x"}, OPTIONS_WRONG, .said = "unknown option '-x'"},
    {{"try", "--flag=yes"}, OPTIONS_WRONG, .said = "takes no value"},
    {{"try", "--text"}, OPTIONS_WRONG, .said = "expected TEXT behind it"},
    {{"try", "-j"}, OPTIONS_WRONG, .said = "expected N behind it"},
    {{"try", "--jobs", "-1"}, OPTIONS_WRONG, .said = "expected a whole number"},
    {{"try", "--jobs", "1000001"}, OPTIONS_WRONG, .said = "from 0 to 1000000"},
    {{"try", "--seed", "18446744073709551616"}, OPTIONS_WRONG, .said = "expected a whole number"},
    {{"try", "--timeout", "2x"}, OPTIONS_WRONG, .said = "found '2x'"},
    {{"try", "--call", "bad"}, OPTIONS_WRONG, .said = "expected good, found bad"},
    {{"try", "--fla"}, OPTIONS_WRONG, .said = "unknown option"},
};

static bool same(const char *a, const char *b)
{
    return a == b || (a && b && !strcmp(a, b));
}

Test(options, parse, .init = cr_redirect_stderr)
{
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        const struct line *l = &lines[i];
        struct values v = {0};
        struct word_list others = {0};
        struct arena *a = arena_new();
        int argc = 0;
        char *argv[WORDS + 1] = {0};
        while (argc < WORDS && l->words[argc]) {
            argv[argc] = (char *)l->words[argc];
            argc++;
        }
        cr_expect_eq(options_parse(&usage, argc, argv, a, &v, &others), l->status, "line %zu", i);
        if (l->status == OPTIONS_OK) {
            cr_expect_eq(v.flag, l->flag, "line %zu", i);
            cr_expect(same(v.text, l->text), "line %zu", i);
            cr_expect_eq(v.list.count, l->list, "line %zu", i);
            cr_expect_eq(v.jobs, l->jobs, "line %zu", i);
            cr_expect_eq(v.seed, l->seed, "line %zu", i);
            cr_expect_eq(v.timeout, l->timeout, "line %zu", i);
            cr_expect_str_eq(v.called, l->called ? l->called : "", "line %zu", i);
            cr_expect_eq(others.count, l->others, "line %zu", i);
            cr_expect(!l->first || (others.count && same(others.items[0], l->first)), "line %zu", i);
        }
        arena_free(a);
    }
}

/* The messages of all wrong lines, in their order. */
Test(options, messages, .init = cr_redirect_stderr)
{
    char said[16384];
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        const struct line *l = &lines[i];
        struct values v = {0};
        struct word_list others = {0};
        struct arena *a = arena_new();
        int argc = 0;
        char *argv[WORDS + 1] = {0};
        for (; argc < WORDS && l->words[argc]; argc++)
            argv[argc] = (char *)l->words[argc];
        options_parse(&usage, argc, argv, a, &v, &others);
        arena_free(a);
    }
    fflush(stderr);
    FILE *in = cr_get_redirected_stderr();
    size_t len = fread(said, 1, sizeof said - 1, in);
    said[len] = 0;
    const char *at = said;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        if (!lines[i].said)
            continue;
        const char *found = strstr(at, lines[i].said);
        cr_expect_not_null(found, "line %zu: expected '%s' in '%s'", i, lines[i].said, at);
        at = found ? found : at;
    }
}

Test(options, words_where_none_may_be, .init = cr_redirect_stderr)
{
    struct values v = {0};
    struct arena *a = arena_new();
    char *argv[] = {(char *)"try", (char *)"word", NULL};
    cr_expect_eq(options_parse(&usage, 2, argv, a, &v, NULL), OPTIONS_WRONG);
    arena_free(a);
}

Test(options, help, .init = cr_redirect_stdout)
{
    struct values v = {0};
    struct arena *a = arena_new();
    char *argv[] = {(char *)"try", (char *)"-h", NULL}, said[4096];
    cr_expect_eq(options_parse(&usage, 2, argv, a, &v, NULL), OPTIONS_DONE);
    fflush(stdout);
    size_t len = fread(said, 1, sizeof said - 1, cr_get_redirected_stdout());
    said[len] = 0;
    cr_expect_not_null(strstr(said, "Usage: smtpspec try [WORD...]"));
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        cr_expect_not_null(strstr(said, table[i].name));
        cr_expect_not_null(strstr(said, table[i].help));
    }
    arena_free(a);
}

struct fraction {
    const char *text;
    bool ok;
    double value;
};

Test(options, fraction)
{
    static const struct fraction fractions[] = {
        {"0.2", true, 0.2}, {"20%", true, 0.2}, {"0", true, 0},     {"1e2", true, 100}, {".5", true, 0.5},
        {"", false, 0},     {"%", false, 0},    {"-1", false, 0},   {"1x", false, 0},   {"1%%", false, 0},
        {"nan", false, 0},  {"inf", false, 0},  {"1e999", false, 0}};
    for (size_t i = 0; i < sizeof fractions / sizeof *fractions; i++) {
        double value = 0;
        bool ok = option_fraction(fractions[i].text, &value);
        cr_expect_eq(ok, fractions[i].ok, "%s", fractions[i].text);
        if (ok)
            cr_expect_float_eq(value, fractions[i].value, 1e-9, "%s", fractions[i].text);
    }
}

Test(target_options, what_looks_like_a_target)
{
    static const struct {
        const char *word;
        bool is;
    } words[] = {
        {"smtp://host", true},    {"SMTP://host", true},   {"smtps://h:465", true}, {"lmtp://h", true},
        {"unix:/run/x", true},    {"exec:exim -bs", true}, {"lmtp+unix:/x", true},  {"127.0.0.1:25", true},
        {"mail.test:2525", true}, {"[::1]:25", true},      {"tag:25", true},        {"level:MUST", false},
        {"tag:smuggling", false}, {"5321/4.1.1.4", false}, {"bdat*", false},        {"sequence/rcpt@tls", false},
        {"scenarios", false},     {":25", false},          {"25", false},           {"a/b:25", false},
        {"/nowhere.yaml", false},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        cr_expect_eq(target_looks_like(words[i].word), words[i].is, "%s", words[i].word);
}

Test(target_options, file_is_known_by_its_key)
{
    static const struct {
        const char *content;
        bool is;
    } files[] = {{"endpoint: smtp://h\n", true},
                 {"# a comment\nname: x\nendpoint: smtp://h\n", true},
                 {"suite: x\nscenarios: []\n", false},
                 {"suite: x\n  endpoint: smtp\n", false},
                 {"", false}};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[] = "/tmp/smtpspec-target-XXXXXX";
        int fd = mkstemp(path);
        cr_assert_geq(fd, 0);
        FILE *f = fdopen(fd, "w");
        fputs(files[i].content, f);
        fclose(f);
        cr_expect_eq(target_file_is(path), files[i].is, "%s", files[i].content);
        remove(path);
    }
}
