#include "sources.h"

#include "base/text.h"
#include "cli/embedded.h"
#include "print.h"
#include "target_options.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct option_group sources_option_group(size_t offset)
{
    static const struct option table[] = {
        {"scenarios", 0, "DIR", "read scenarios and catalogue from here, not from inside the program", OPTION_TEXT,
         offsetof(struct sources_options, scenarios), NULL},
    };
    return (struct option_group){"Where scenarios come from", table, sizeof table / sizeof *table, offset};
}

bool sources_path_exists(const char *word)
{
    struct stat st;
    return stat(word, &st) == 0 && (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode));
}

/* True when the path `own`, resolved, is that very file or a folder that has it: in a checkout, what is on the disk is
 * meant, not the older copy inside the program. */
static bool takes_place_of(const char *own, const char *name)
{
    char path[PATH_MAX], below[PATH_MAX];
    if (!realpath(own, path))
        return false;
    struct bytes resolved = bytes_string(path);
    size_t len = strlen(name);
    for (size_t cut = len; cut > 0; cut--) {
        if (cut < len && name[cut] != '/')
            continue;
        bool same =
            resolved.len > cut && path[resolved.len - cut - 1] == '/' && bytes_ends(resolved, bytes_of(name, cut));
        int printed = snprintf(below, sizeof below, "%s%s", path, name + cut);
        if (same && printed > 0 && (size_t)printed < sizeof below && access(below, R_OK) == 0)
            return true;
    }
    return false;
}

static bool is_replaced(const struct sources_options *o, const char *name)
{
    for (size_t i = 0; i < o->own.count; i++)
        if (takes_place_of(o->own.items[i], name))
            return true;
    return false;
}

/* The next part of what was packed. */
static struct bytes next_packed(struct bytes *rest)
{
    enum { HEAD = 4 };
    size_t len = 0;
    for (size_t i = 0; i < HEAD && i < rest->len; i++)
        len |= (size_t)rest->data[i] << 8 * i;
    struct bytes part = bytes_slice(*rest, HEAD, len);
    *rest = bytes_from(*rest, HEAD + len);
    return part;
}

static void add_embedded(struct library *l, const struct sources_options *o)
{
    struct bytes rest = bytes_of(packed_files[0].data, packed_files[0].len);
    for (size_t i = 0; i < embedded_count; i++) {
        const struct embedded_file *f = &embedded_files[i];
        struct bytes packed = next_packed(&rest);
        if (!is_replaced(o, f->name))
            library_add_packed(l, f->name, bytes_of(f->data, f->len), packed);
    }
}

struct library *sources_load(const struct sources_options *o)
{
    struct library *l = library_new();
    if (!l)
        return NULL;
    if (o->scenarios)
        library_add_path(l, o->scenarios);
    else
        add_embedded(l, o);
    for (size_t i = 0; i < o->own.count; i++)
        library_add_path(l, o->own.items[i]);
    library_finish(l);
    return l;
}

/* The id, suite or requirement that comes nearest to a pattern. */
static const char *nearest(const struct library *l, const char *pattern)
{
    size_t count;
    const struct scenario *const *all = library_scenarios(l, &count);
    const char **names = calloc(3 * count + 1, sizeof *names), *near = NULL;
    for (size_t i = 0; names && i < count; i++) {
        const char *slash = strchr(all[i]->id, '/');
        names[3 * i] = all[i]->id;
        names[3 * i + 1] = all[i]->suite;
        names[3 * i + 2] = slash ? slash + 1 : all[i]->id;
    }
    if (names)
        near = text_nearest(bytes_string(pattern), names, 3 * count);
    free(names);
    return near;
}

static bool is_file_name(struct bytes word)
{
    return bytes_ends(word, BYTES(".yaml")) || bytes_ends(word, BYTES(".yml")) || bytes_starts(word, BYTES("/")) ||
           bytes_starts(word, BYTES("./"));
}

static bool is_host(struct bytes word)
{
    return bytes_find_octet(word, '/') == BYTES_NONE &&
           (bytes_find_octet(word, '.') != BYTES_NONE || bytes_equal(word, BYTES("localhost")));
}

/* A word that selects nothing: what it looks like says what was meant. */
static void say_no_match(const struct library *l, const char *pattern)
{
    const char *near = nearest(l, pattern);
    struct bytes word = bytes_string(pattern);
    if (bytes_find(word, BYTES("://")) != BYTES_NONE)
        print_problem("expected smtp://, smtps:// or lmtp:// and a host, found '%s'", pattern);
    else if (is_file_name(word))
        print_problem("expected a file or folder, found '%s': no such file", pattern);
    else if (bytes_starts(word, BYTES("tag:")))
        print_problem("expected a tag that a scenario has, found '%s'; 'smtpspec list --tags' shows all", pattern);
    else if (bytes_starts(word, BYTES("level:")))
        print_problem("expected level:MUST, level:SHOULD, level:MAY or level:security, found '%s'", pattern);
    else if (near)
        print_problem("expected a selection that matches a scenario, found '%s'; did you mean '%s'?", pattern, near);
    else if (is_host(word))
        print_problem("expected a selection that matches a scenario, found '%s'; to test that host write smtp://%s",
                      pattern, pattern);
    else
        print_problem("expected a selection that matches a scenario, found '%s'; 'smtpspec list' shows all", pattern);
}

/* What the command line leaves when each pattern matches something on its own. */
static size_t keep_chosen(const struct scenario *const *all, size_t count, const bool *chosen,
                          const struct scenario **out)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (chosen[i])
            out[kept++] = all[i];
    return kept;
}

const struct scenario **sources_select(const struct library *l, struct arena *a, const struct word_list *include,
                                       const struct word_list *exclude, size_t *count)
{
    size_t total;
    const struct scenario *const *all = library_scenarios(l, &total);
    bool *chosen = arena_array(a, total, sizeof *chosen);
    const struct scenario **out = arena_array(a, total, sizeof(void *));
    if (!chosen || !out) {
        print_problem("out of memory");
        return NULL;
    }
    const char *lost =
        select_scenarios(all, total, include->items, include->count, exclude->items, exclude->count, chosen);
    if (lost) {
        say_no_match(l, lost);
        return NULL;
    }
    *count = keep_chosen(all, total, chosen, out);
    if (*count)
        return out;
    print_problem(total ? "expected a selection that leaves something, found that --exclude takes all of it away"
                        : "expected scenarios, found none");
    return NULL;
}
