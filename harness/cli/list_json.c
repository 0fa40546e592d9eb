#include "list_json.h"

#include "driver/driver.h"

#include <jansson.h>

/* Takes the list over. */
static bool print(json_t *list)
{
    bool ok = list && json_dumpf(list, stdout, JSON_INDENT(1)) == 0;
    putchar('\n');
    json_decref(list);
    return ok;
}

/* As they are written in a scenario: "AUTH PLAIN", "no STARTTLS", "recipient2". */
static json_t *needs_of(const struct scenario *s)
{
    json_t *list = json_array();
    for (size_t i = 0; i < s->need_count; i++) {
        const struct need *n = &s->needs[i];
        json_array_append_new(list, json_sprintf("%s%s%s%s", n->kind == NEED_NO_EXTENSION ? "no " : "", n->name,
                                                 n->parameter ? " " : "", n->parameter ? n->parameter : ""));
    }
    return list;
}

bool list_scenarios_json(const struct scenario *const *scenarios, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        const struct scenario *s = scenarios[i];
        json_t *tags = json_array();
        for (size_t t = 0; t < s->tag_count; t++)
            json_array_append_new(tags, json_string(s->tags[t]));
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:s, s:s, s:s?, s:s?, s:s?, s:o, s:o, s:s?, s:i, s:b, s:b, s:b}", "id", s->id,
                            "suite", s->suite, "title", s->title, "level", level_name(s->requirement->level),
                            "requirement", s->requirement->id, "reference", s->reference, "cve", s->cve, "tags", tags,
                            "needs", needs_of(s), "file", s->file, "line", s->line, "intrusive", s->intrusive,
                            "lockout", s->lockout, "slow", s->slow));
    }
    return print(list);
}

bool list_requirements_json(const struct requirement *const *rows, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        const struct requirement *r = rows[i];
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:s?, s:s, s:s?, s:s?, s:I}", "id", r->id, "rfc",
                                              r->rfc, "section", r->section, "level", level_name(r->level), "applies",
                                              r->applies, "text", r->text, "unobservable", r->unobservable, "check",
                                              r->check, "scenarios", (json_int_t)r->scenarios));
    }
    return print(list);
}

bool list_checks_json(void)
{
    size_t count;
    const struct check_info *checks = check_table(&count);
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_pack("{s:s, s:s?, s:s?}", "name", checks[i].name, "requirement",
                                              checks[i].requirement, "summary", checks[i].summary));
    return print(list);
}
