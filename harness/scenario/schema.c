/* JSON Schema (draft 7, which editors know best) from the tables that the loaders read by. */
#include "files.h"
#include "target_keys.h"

#include "scenario/library.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

struct schema {
    bool variables; /* a value may be ${name}, put in before it is parsed */
    bool failed;
};

static void set(struct schema *s, json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, value) != 0)
        s->failed = true;
}

static void append(struct schema *s, json_t *array, json_t *value)
{
    if (json_array_append_new(array, value) != 0)
        s->failed = true;
}

static json_t *reference(const char *definition)
{
    return json_pack("{s:s+}", "$ref", "#/definitions/", definition);
}

static json_t *either(json_t *a, json_t *b)
{
    return json_pack("{s:[o,o]}", "anyOf", a, b);
}

static json_t *list_of(json_t *item)
{
    return json_pack("{s:s,s:o}", "type", "array", "items", item);
}

/* YAML reads true, 4 and 1.2 as what they are, the loader as words: both forms are right. */
static json_t *choice(struct schema *s, const char *const *words)
{
    json_t *all = json_array();
    for (size_t i = 0; words && words[i]; i++) {
        char *end = NULL;
        double number = strtod(words[i], &end);
        append(s, all, json_string(words[i]));
        if (strcmp(words[i], "true") == 0 || strcmp(words[i], "false") == 0)
            append(s, all, json_boolean(words[i][0] == 't'));
        else if (*end == 0 && end != words[i])
            append(s, all, json_real(number));
    }
    return json_pack("{s:o}", "enum", all);
}

static json_t *object_of(struct schema *s, const struct keys *keys);

static json_t *open_map(struct schema *s, const struct key *key)
{
    json_t *value = key->map ? either(object_of(s, key->map), reference("text")) : reference("text");
    return json_pack("{s:s,s:o}", "type", "object", "additionalProperties", value);
}

static json_t *lines(struct schema *s, const struct key *key)
{
    json_t *one = key->words ? choice(s, key->words) : reference("text");
    json_t *again = key->words ? choice(s, key->words) : reference("text");
    return either(one, list_of(again));
}

/* The value of a key, variables aside. */
static json_t *value_of(struct schema *s, const struct key *key)
{
    switch (key->shape) {
    case SHAPE_LINE:
        return reference("text");
    case SHAPE_ID:
        return reference("id");
    case SHAPE_CHOICE:
        return choice(s, key->words);
    case SHAPE_BOOL:
        return json_pack("{s:s}", "type", "boolean");
    case SHAPE_NUMBER:
        return json_pack("{s:[s,s]}", "type", "integer", "string");
    case SHAPE_RANGE:
        return reference("range");
    case SHAPE_DURATION:
        return reference("duration");
    case SHAPE_OCTETS:
        return reference("octets");
    case SHAPE_STEPS:
        return reference("steps");
    case SHAPE_EXPECTATION:
        return reference("expectation");
    case SHAPE_EXPECTATIONS:
        return either(reference("expectation"), list_of(reference("expectation")));
    case SHAPE_LINES:
        return lines(s, key);
    case SHAPE_MAP:
        return object_of(s, key->map);
    case SHAPE_MAPS:
        return list_of(object_of(s, key->map));
    case SHAPE_OPEN:
        return open_map(s, key);
    case SHAPE_KEYWORD:
        return either(reference("text"), object_of(s, key->map));
    }
    return NULL;
}

static json_t *property(struct schema *s, json_t *value, const char *summary)
{
    json_t *whole = s->variables ? either(value, reference("variable")) : value;
    if (!json_object_get(whole, "$ref"))
        set(s, whole, "description", json_string(summary));
    return whole;
}

static json_t *object_of(struct schema *s, const struct keys *keys)
{
    json_t *properties = json_object(), *required = json_array();
    for (size_t i = 0; i < keys->count; i++) {
        const struct key *key = &keys->rows[i];
        set(s, properties, key->name, property(s, value_of(s, key), key->summary));
        if (key->required)
            append(s, required, json_string(key->name));
    }
    return json_pack("{s:s,s:o,s:o,s:b}", "type", "object", "properties", properties, "required", required,
                     "additionalProperties", keys->others);
}

static json_t *act_value(struct schema *s, const struct act_info *info)
{
    switch (info->form) {
    case FORM_OCTETS:
        return reference("octets");
    case FORM_STEPS:
        return reference("steps");
    case FORM_MAP:
        if (info->act == ACT_AUTH)
            return either(object_of(s, act_keys(info->act)), json_pack("{s:s}", "type", "null"));
        return object_of(s, act_keys(info->act));
    case FORM_WORD:
        return reference("text");
    case FORM_DURATION:
        return reference("duration");
    case FORM_NOTHING:
        return json_pack("{s:[n,s]}", "enum", "");
    }
    return NULL;
}

static json_t *step_object(struct schema *s)
{
    json_t *step = object_of(s, &step_keys);
    json_t *properties = json_object_get(step, "properties");
    size_t count = 0;
    const struct act_info *table = act_table(&count);
    for (size_t i = 0; i < count; i++)
        set(s, properties, table[i].key, property(s, act_value(s, &table[i]), table[i].summary));
    set(s, step, "additionalProperties", json_false());
    return step;
}

static json_t *pattern(const char *expression)
{
    return json_pack("{s:[s,s,s],s:s}", "type", "string", "integer", "number", "pattern", expression);
}

/* What both languages know. */
static json_t *common_definitions(struct schema *s)
{
    json_t *all = json_object();
    set(s, all, "text", json_pack("{s:[s,s,s]}", "type", "string", "number", "boolean"));
    set(s, all, "id", pattern("^[a-z0-9.-]+$"));
    set(s, all, "range", pattern("^[0-9]+(\\.\\.[0-9]+)?$"));
    set(s, all, "duration", pattern("^(0|[0-9]+(ms|s|m|h))$"));
    return all;
}

static json_t *scenario_definitions(struct schema *s)
{
    json_t *all = common_definitions(s);
    set(s, all, "variable", json_pack("{s:s,s:s}", "type", "string", "pattern", "^\\$\\{[A-Za-z][A-Za-z0-9_-]*\\}$"));
    set(s, all, "part", either(reference("text"), object_of(s, &part_keys)));
    set(s, all, "octets", either(reference("text"), list_of(reference("part"))));
    set(s, all, "expectation", either(reference("text"), object_of(s, &expectation_keys)));
    set(s, all, "step", step_object(s));
    set(s, all, "steps", list_of(reference("step")));
    return all;
}

/* Takes over `root`. */
static bool print(struct schema *s, json_t *root, struct buffer *out)
{
    char *text = root && !s->failed ? json_dumps(root, JSON_INDENT(2)) : NULL;
    json_decref(root);
    if (!text)
        return false;
    buffer_add_string(out, text);
    buffer_add_octet(out, '\n');
    free(text);
    return !buffer_failed(out);
}

bool scenario_schema(struct buffer *out)
{
    struct schema with = {.variables = true}, without = {0};
    json_t *definitions = scenario_definitions(&with);
    json_t *suite = object_of(&with, &suite_keys);
    json_t *catalogue = object_of(&without, &catalogue_keys);
    json_t *root =
        json_pack("{s:s,s:s,s:[o,o],s:o}", "$schema", "http://json-schema.org/draft-07/schema#", "title",
                  "smtpspec scenarios and catalogues", "anyOf", suite, catalogue, "definitions", definitions);
    with.failed = with.failed || without.failed;
    return print(&with, root, out);
}

bool target_schema(struct buffer *out)
{
    struct schema s = {0};
    json_t *root = object_of(&s, &target_keys);
    set(&s, root, "$schema", json_string("http://json-schema.org/draft-07/schema#"));
    set(&s, root, "title", json_string("smtpspec target"));
    set(&s, root, "definitions", common_definitions(&s));
    json_t *mailboxes = json_object_get(json_object_get(root, "properties"), "mailboxes");
    set(&s, mailboxes, "properties", json_pack("{s:o}", "settle", reference("duration")));
    return print(&s, root, out);
}
