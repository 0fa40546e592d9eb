#include "complete.h"

#include "options.h"
#include "print.h"
#include "sources.h"

#include "report/report.h"
#include "server/defect.h"
#include "server/style.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Where the values of an option come from. */
enum source { SOURCE_WORDS, SOURCE_IDS, SOURCE_TAGS, SOURCE_DEFECTS, SOURCE_STYLES };

static const struct {
    const char *option;
    enum source source;
    const char *words; /* parted by blanks */
} sources[] = {
    {"--fail-on", SOURCE_WORDS, "security must should warn"},
    {"--level", SOURCE_WORDS, "MUST SHOULD MAY security"},
    {"--proxy", SOURCE_WORDS, "v1 v2"},
    {"--prologue", SOURCE_WORDS, "none tls auth tls,auth"},
    {"--schema", SOURCE_WORDS, "scenario target"},
    {"--tls-min", SOURCE_WORDS, "1.0 1.1 1.2 1.3"},
    {"--tls-max", SOURCE_WORDS, "1.0 1.1 1.2 1.3"},
    {"--tag", SOURCE_TAGS, NULL},
    {"--select", SOURCE_IDS, NULL},
    {"--exclude", SOURCE_IDS, NULL},
    {"--defect", SOURCE_DEFECTS, NULL},
    {"--style", SOURCE_STYLES, NULL},
};

static void put(const char *current, const char *prefix, const char *word, const char *summary)
{
    size_t len = strlen(prefix), typed = strlen(current);
    if (typed >= len ? !strncmp(prefix, current, len) && !strncmp(word, current + len, typed - len)
                     : !strncmp(prefix, current, typed))
        printf("%s%s\t%s\n", prefix, word, summary);
}

static void put_files(void)
{
    printf("\t\n");
}

static void put_ids(const struct library *l, const char *current)
{
    size_t count;
    const struct scenario *const *all = library_scenarios(l, &count);
    for (size_t i = 0; i < count; i++)
        put(current, "", all[i]->id, all[i]->title);
}

static bool tag_before(const struct scenario *const *all, size_t i, const char *tag)
{
    for (size_t k = 0; k < i; k++)
        if (scenario_has_tag(all[k], tag))
            return true;
    return false;
}

static void put_tags(const struct library *l, const char *current, const char *prefix)
{
    size_t count;
    const struct scenario *const *all = library_scenarios(l, &count);
    for (size_t i = 0; i < count; i++)
        for (size_t t = 0; t < all[i]->tag_count; t++)
            if (!tag_before(all, i, all[i]->tags[t]))
                put(current, prefix, all[i]->tags[t], "tag");
}

/* Calls for what is in the library; nothing where it cannot be loaded. */
static void put_of_library(const char *current, bool ids, const char *tag_prefix)
{
    struct library *l = sources_load(&(struct sources_options){0});
    if (!l)
        return;
    if (ids)
        put_ids(l, current);
    if (tag_prefix)
        put_tags(l, current, tag_prefix);
    library_free(l);
}

static void put_defects(const char *current)
{
    size_t count;
    const struct defect_info *table = defect_table(&count);
    for (size_t i = 0; i < count; i++)
        put(current, "", table[i].name, table[i].summary);
}

static void put_styles(const char *current)
{
    size_t count;
    const struct style_info *table = style_table(&count);
    for (size_t i = 0; i < count; i++)
        put(current, "", table[i].name, table[i].summary);
}

static void put_value(const char *option, const char *current)
{
    size_t i = 0;
    while (i < sizeof sources / sizeof *sources && strcmp(sources[i].option, option) != 0)
        i++;
    if (i == sizeof sources / sizeof *sources) {
        put_files();
        return;
    }
    switch (sources[i].source) {
    case SOURCE_WORDS:
        for (struct bytes rest = bytes_string(sources[i].words), word; bytes_next_word(&rest, &word);) {
            char text[32];
            snprintf(text, sizeof text, "%.*s", BYTES_ARG(word));
            put(current, "", text, "");
        }
        break;
    case SOURCE_IDS:
        put_of_library(current, true, NULL);
        break;
    case SOURCE_TAGS:
        put_of_library(current, false, "");
        break;
    case SOURCE_DEFECTS:
        put_defects(current);
        break;
    case SOURCE_STYLES:
        put_styles(current);
        break;
    }
}

/* What is no option. */
static void put_word(const char *subcommand, size_t place, const char *current)
{
    if (!strcmp(subcommand, "test") || !strcmp(subcommand, "list"))
        put_of_library(current, true, "tag:");
    if (!strcmp(subcommand, "report") && place == 1) {
        size_t count;
        const struct reporter *table = reporter_table(&count);
        put(current, "", "show", "print it as the run did");
        put(current, "", "merge", "put the parts of a run together");
        for (size_t i = 0; i < count; i++)
            if (strcmp(table[i].name, "terminal") != 0)
                put(current, "", table[i].name, table[i].summary);
        return;
    }
    put_files();
}

/* Runs a subcommand for its list of options, and takes what it prints. */
static bool options_of(const struct subcommand *s, struct buffer *out)
{
    FILE *file = tmpfile();
    int kept = file && !fflush(stdout) ? dup(STDOUT_FILENO) : -1;
    char word[] = "--help=words", *argv[] = {(char[]){"help"}, word, NULL};
    bool ok = kept >= 0 && dup2(fileno(file), STDOUT_FILENO) >= 0;
    if (ok) {
        s->run(2, argv);
        fflush(stdout);
        dup2(kept, STDOUT_FILENO);
        rewind(file);
        for (int c; (c = getc(file)) != EOF;)
            buffer_add_octet(out, (unsigned char)c);
    }
    if (kept >= 0)
        close(kept);
    if (file)
        fclose(file);
    return ok && !buffer_failed(out);
}

/* Cuts "OPTION TAB ARGUMENT TAB HELP" into its parts. False at the end. */
static bool next_option(char **rest, char *parts[3])
{
    char *line = strsep(rest, "\n");
    if (!line || !*line)
        return false;
    for (int i = 0; i < 3; i++) {
        parts[i] = strsep(&line, "\t");
        if (!parts[i])
            return false;
    }
    return true;
}

static void put_options(char *rest, const char *current)
{
    char *parts[3];
    while (next_option(&rest, parts))
        put(current, "", parts[0], parts[2]);
}

/* True when `word` is an option that wants a value behind it. */
static bool wants_value(char *rest, const char *word)
{
    char *parts[3];
    while (next_option(&rest, parts))
        if (!strcmp(parts[0], word))
            return *parts[1];
    return false;
}

static void complete_behind(const struct subcommand *s, char *const *words, size_t count)
{
    const char *current = words[count - 1], *before = words[count - 2];
    struct buffer options = {0};
    if (!options_of(s, &options) || !options.len) {
        buffer_free(&options);
        return;
    }
    char *text = strdup(buffer_string(&options));
    if (text && before[0] == '-' && wants_value(text, before))
        put_value(before, current);
    else if (current[0] == '-')
        put_options((char *)options.data, current);
    else
        put_word(s->name, count - 1, current);
    free(text);
    buffer_free(&options);
}

int complete_words(const struct subcommand *table, size_t count, char *const *words, size_t word_count)
{
    for (size_t i = 0; i < count; i++) {
        if (word_count == 1)
            put(words[0], "", table[i].name, table[i].summary);
        else if (word_count > 1 && !strcmp(words[0], table[i].name))
            complete_behind(&table[i], words, word_count);
    }
    return STATUS_OK;
}
