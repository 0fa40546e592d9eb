#include "scenario/library.h"

#include "base/text.h"

#include <string.h>

/* `text` is `prefix` or goes on behind it with one of `ends`. */
static bool starts_at(const char *text, const char *prefix, const char *ends)
{
    size_t len = strlen(prefix);
    return strncmp(text, prefix, len) == 0 && (text[len] == 0 || strchr(ends, text[len]));
}

static bool id_matches(const char *pattern, const struct scenario *s)
{
    return starts_at(s->id, pattern, "/@") || text_glob(pattern, s->id);
}

/* As given, or from any folder in its path on: "rfc3030/2-bdat.yaml". */
static bool file_matches(const char *pattern, const char *file)
{
    struct bytes p = bytes_string(pattern);
    while (bytes_starts(p, BYTES("./")))
        p = bytes_from(p, 2);
    while (p.len > 1 && bytes_ends(p, BYTES("/")))
        p = bytes_slice(p, 0, p.len - 1);
    for (struct bytes rest = bytes_string(file); p.len;) {
        if (bytes_starts(rest, p) && (rest.len == p.len || rest.data[p.len] == '/'))
            return true;
        size_t slash = bytes_find_octet(rest, '/');
        if (slash == BYTES_NONE)
            return false;
        rest = bytes_from(rest, slash + 1);
    }
    return false;
}

/* "5321", "5321/4.1.1": the section and all below it; "RFC" may stand before it. */
static bool section_matches(const char *pattern, const struct requirement *r)
{
    size_t len = strlen(r->rfc);
    if (bytes_starts_nocase(bytes_string(pattern), BYTES("rfc")))
        pattern += pattern[3] == ' ' ? 4 : 3;
    if (len == 0 || strncmp(pattern, r->rfc, len) != 0)
        return false;
    if (pattern[len] == 0)
        return true;
    return pattern[len] == '/' && pattern[len + 1] && starts_at(r->section, pattern + len + 1, ".");
}

bool select_matches(const char *pattern, const struct scenario *s)
{
    if (strncmp(pattern, "tag:", 4) == 0)
        return scenario_has_tag(s, pattern + 4);
    if (strncmp(pattern, "level:", 6) == 0) {
        enum level level;
        return level_find(bytes_string(pattern + 6), &level) && level == s->requirement->level;
    }
    return id_matches(pattern, s) || file_matches(pattern, s->file) || strcmp(pattern, s->requirement->id) == 0 ||
           section_matches(pattern, s->requirement);
}

/* True when the pattern matches anything. */
static bool mark_all(const char *pattern, const struct scenario *const *all, size_t count, bool value, bool *chosen)
{
    bool any = false;
    for (size_t i = 0; i < count; i++)
        if (select_matches(pattern, all[i])) {
            chosen[i] = value;
            any = true;
        }
    return any;
}

const char *select_scenarios(const struct scenario *const *all, size_t count, const char *const *include,
                             size_t include_count, const char *const *exclude, size_t exclude_count, bool *chosen)
{
    const char *nothing = NULL;
    for (size_t i = 0; i < count; i++)
        chosen[i] = include_count == 0;
    for (size_t i = 0; i < include_count; i++)
        if (!mark_all(include[i], all, count, true, chosen) && !nothing)
            nothing = include[i];
    for (size_t i = 0; i < exclude_count; i++)
        if (!mark_all(exclude[i], all, count, false, chosen) && !nothing)
            nothing = exclude[i];
    return nothing;
}
