/* `smtpspec list`: scenarios, requirements with their coverage, tags, checks. */
#include "driver/driver.h"
#include "list_json.h"
#include "print.h"
#include "sources.h"
#include "subcommand.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

struct list {
    struct arena *arena;
    struct sources_options suite;
    struct word_list exclude;
    bool json, requirements, tags, checks;
};

static enum options_status parse(int argc, char **argv, struct list *l, struct word_list *words)
{
    static const struct option what[] = {
        {"requirements", 0, NULL,
         "the requirements, and how many scenarios test each; a word is an RFC, or an RFC and "
         "a section, or a pattern over ids",
         OPTION_FLAG, offsetof(struct list, requirements), NULL},
        {"tags", 0, NULL, "the tags, and how many scenarios have each", OPTION_FLAG, offsetof(struct list, tags), NULL},
        {"checks", 0, NULL, "the checks that every reply goes through", OPTION_FLAG, offsetof(struct list, checks),
         NULL},
        {"json", 0, NULL, "as JSON", OPTION_FLAG, offsetof(struct list, json), NULL},
        {"exclude", 0, "PATTERN", "leave these scenarios out", OPTION_LIST, offsetof(struct list, exclude), NULL},
    };
    const struct option_group groups[] = {{"What to show", what, sizeof what / sizeof *what, 0},
                                          sources_option_group(offsetof(struct list, suite))};
    const struct usage usage = {
        .name = "list",
        .synopsis = "[FILE...] [SELECTION...]",
        .about = "Shows id, level, source, title and tags of scenarios: all, or those that are selected as for "
                 "'smtpspec test'.",
        .examples = "  smtpspec list\n  smtpspec list 'bdat*' 5321/4.1.1.4 tag:smuggling\n"
                    "  smtpspec list --requirements 3030\n",
        .groups = groups,
        .group_count = sizeof groups / sizeof *groups,
    };
    return options_parse(&usage, argc, argv, l->arena, l, words);
}

static void add_tags(struct buffer *out, const struct scenario *s)
{
    for (size_t i = 0; i < s->tag_count; i++)
        buffer_printf(out, "%s%s", i ? " " : "", s->tags[i]);
}

static bool show_scenarios(const struct scenario *const *scenarios, size_t count)
{
    struct print_table table = {.columns = 5};
    for (size_t i = 0; i < count; i++) {
        const struct scenario *s = scenarios[i];
        struct buffer tags = {0};
        add_tags(&tags, s);
        print_cell(&table, s->id);
        print_cell(&table, level_name(s->requirement->level));
        print_cell(&table, s->reference ? s->reference : "");
        print_cell(&table, s->title);
        print_cell(&table, buffer_string(&tags));
        buffer_free(&tags);
    }
    return print_rows(&table);
}

struct tag_count {
    const char *tag;
    size_t count;
};

static int by_tag(const void *a, const void *b)
{
    return strcmp(((const struct tag_count *)a)->tag, ((const struct tag_count *)b)->tag);
}

/* Adds one to a tag's count; the array has room. */
static void count_tag(struct tag_count *counts, size_t *known, const char *tag)
{
    size_t i = 0;
    while (i < *known && strcmp(counts[i].tag, tag) != 0)
        i++;
    if (i == *known)
        counts[(*known)++] = (struct tag_count){tag, 0};
    counts[i].count++;
}

static bool show_tags(const struct scenario *const *scenarios, size_t count)
{
    size_t room = 1, known = 0;
    for (size_t i = 0; i < count; i++)
        room += scenarios[i]->tag_count;
    struct tag_count *counts = calloc(room, sizeof *counts);
    if (!counts)
        return false;
    for (size_t i = 0; i < count; i++)
        for (size_t t = 0; t < scenarios[i]->tag_count; t++)
            count_tag(counts, &known, scenarios[i]->tags[t]);
    qsort(counts, known, sizeof *counts, by_tag);
    for (size_t i = 0; i < known; i++)
        printf("%6zu  %s\n", counts[i].count, counts[i].tag);
    free(counts);
    return true;
}

static bool show_checks(void)
{
    size_t count;
    const struct check_info *checks = check_table(&count);
    struct print_table table = {.columns = 3};
    for (size_t i = 0; i < count; i++) {
        char name[96];
        snprintf(name, sizeof name, "check/%s", checks[i].name);
        print_cell(&table, name);
        print_cell(&table, checks[i].requirement ? checks[i].requirement : "");
        print_cell(&table, checks[i].summary);
    }
    return print_rows(&table);
}

/* "5321", "5321/4.1", or a pattern over ids. No words: all. */
static bool is_asked(const struct requirement *r, const struct word_list *words)
{
    char section[128];
    snprintf(section, sizeof section, "%s/%s", r->rfc, r->section);
    for (size_t i = 0; i < words->count; i++) {
        const char *word = words->items[i];
        size_t len = strlen(word);
        bool below = !strncmp(section, word, len) && (!section[len] || section[len] == '.' || section[len] == '/');
        if (below || text_glob(word, r->id))
            return true;
    }
    return words->count == 0;
}

static const char *coverage(const struct requirement *r, char *out, size_t size)
{
    if (r->scenarios)
        snprintf(out, size, "%zu scenario%s", r->scenarios, r->scenarios == 1 ? "" : "s");
    else if (r->check)
        snprintf(out, size, "check/%s", r->check);
    else
        snprintf(out, size, "%s", r->unobservable ? "no client can see it" : "not tested yet");
    return out;
}

struct coverage_count {
    const char *rfc;
    size_t rows, tested, unobservable;
};

static void show_coverage(const struct coverage_count *counts, size_t known)
{
    struct print_table table = {.columns = 2};
    putchar('\n');
    for (size_t i = 0; i < known; i++) {
        const struct coverage_count *c = &counts[i];
        char name[64], text[160];
        bool number = octet_is_digit((unsigned char)*c->rfc);
        snprintf(name, sizeof name, "%s%s", number ? "RFC " : "", c->rfc);
        snprintf(text, sizeof text, "%zu requirements: %zu tested, %zu that no client can see, %zu not tested yet",
                 c->rows, c->tested, c->unobservable, c->rows - c->tested - c->unobservable);
        print_cell(&table, name);
        print_cell(&table, text);
    }
    print_rows(&table);
}

static void count_row(struct coverage_count *counts, size_t *known, const struct requirement *r)
{
    size_t i = 0;
    while (i < *known && strcmp(counts[i].rfc, r->rfc) != 0)
        i++;
    if (i == *known)
        counts[(*known)++] = (struct coverage_count){.rfc = r->rfc};
    bool tested = r->scenarios || r->check;
    counts[i].rows++;
    counts[i].tested += tested;
    counts[i].unobservable += !tested && r->unobservable;
}

/* The words, and behind them why no client can see it. */
static void print_requirement(struct print_table *table, const struct requirement *r)
{
    struct buffer text = {0};
    bool unseen = r->unobservable && !r->scenarios && !r->check;
    buffer_printf(&text, "%s%s%s%s", r->text, unseen ? " (" : "", unseen ? r->unobservable : "", unseen ? ")" : "");
    print_cell(table, buffer_string(&text));
    buffer_free(&text);
}

static int show_requirements(const struct library *library, const struct list *l, const struct word_list *words)
{
    size_t count, known = 0, shown = 0;
    const struct requirement *const *rows = library_requirements(library, &count);
    struct coverage_count *counts = arena_array(l->arena, count + 1, sizeof *counts);
    const struct requirement **asked = arena_array(l->arena, count + 1, sizeof(void *));
    if (!counts || !asked)
        return STATUS_NOTHING;
    struct print_table table = {.columns = 6};
    for (size_t i = 0; i < count; i++) {
        char text[128], source[128];
        if (!is_asked(rows[i], words))
            continue;
        asked[shown++] = rows[i];
        count_row(counts, &known, rows[i]);
        print_cell(&table, rows[i]->id);
        print_cell(&table, level_name(rows[i]->level));
        print_cell(&table, requirement_source(rows[i], source, sizeof source));
        print_cell(&table, rows[i]->applies);
        print_cell(&table, coverage(rows[i], text, sizeof text));
        print_requirement(&table, rows[i]);
    }
    if (!shown) {
        print_problem("expected words that match a requirement, found none that does; 'smtpspec list --requirements' "
                      "shows all");
        buffer_free(&table.text);
        return STATUS_WRONG;
    }
    if (l->json) {
        buffer_free(&table.text);
        return list_requirements_json(asked, shown) ? STATUS_OK : STATUS_NOTHING;
    }
    bool ok = print_rows(&table);
    show_coverage(counts, known);
    return ok ? STATUS_OK : STATUS_NOTHING;
}

static int show(const struct library *library, const struct list *l, const struct word_list *words)
{
    size_t count;
    if (l->requirements)
        return show_requirements(library, l, words);
    const struct scenario **scenarios = sources_select(library, l->arena, words, &l->exclude, &count);
    if (!scenarios)
        return STATUS_WRONG;
    bool ok = l->tags   ? show_tags(scenarios, count)
              : l->json ? list_scenarios_json(scenarios, count)
                        : show_scenarios(scenarios, count);
    return ok ? STATUS_OK : STATUS_NOTHING;
}

static int run(struct list *l, const struct word_list *words)
{
    if (l->checks)
        return (l->json ? list_checks_json() : show_checks()) ? STATUS_OK : STATUS_NOTHING;
    for (size_t i = 0; i < words->count; i++)
        if (sources_path_exists(words->items[i]) && !word_list_add(&l->suite.own, l->arena, words->items[i]))
            return STATUS_NOTHING;
    struct library *library = sources_load(&l->suite);
    int status = STATUS_NOTHING;
    if (library)
        status = print_mistakes(library_diagnostics(library)) ? show(library, l, words) : STATUS_WRONG;
    library_free(library);
    return status;
}

int cli_list(int argc, char **argv)
{
    struct word_list words = {0};
    struct list l = {.arena = arena_new()};
    int status = STATUS_NOTHING;
    if (!l.arena) {
        print_problem("out of memory");
        return status;
    }
    enum options_status parsed = parse(argc, argv, &l, &words);
    if (parsed != OPTIONS_OK)
        status = options_exit(parsed);
    else
        status = run(&l, &words);
    arena_free(l.arena);
    return status;
}
