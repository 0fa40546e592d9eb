/* The schemas are JSON, and name what the tables name. */
#include "sample.h"

#include "scenario/target.h"

#include <jansson.h>

static json_t *load(bool (*schema)(struct buffer *out))
{
    struct buffer b = {0};
    json_error_t e;
    cr_assert(schema(&b));
    json_t *root = json_loadb(buffer_string(&b), b.len, JSON_REJECT_DUPLICATES, &e);
    cr_assert_not_null(root, "%s", e.text);
    buffer_free(&b);
    return root;
}

/* Every "#/definitions/NAME" below `node` is defined. */
static void check_references(const json_t *node, const json_t *definitions)
{
    const char *key;
    json_t *value;
    size_t i;
    if (json_is_object(node))
        json_object_foreach((json_t *)node, key, value)
        {
            if (strcmp(key, "$ref") == 0) {
                const char *name = strrchr(json_string_value(value), '/') + 1;
                cr_expect_not_null(json_object_get(definitions, name), "%s", name);
            }
            check_references(value, definitions);
        }
    else if (json_is_array(node))
        json_array_foreach(node, i, value) check_references(value, definitions);
}

Test(schema, of_scenarios)
{
    json_t *root = load(scenario_schema);
    json_t *definitions = json_object_get(root, "definitions");
    json_t *step = json_object_get(json_object_get(definitions, "step"), "properties");
    size_t count = 0;
    const struct act_info *acts = act_table(&count);
    for (size_t i = 0; i < count; i++)
        cr_expect_not_null(json_object_get(step, acts[i].key), "%s", acts[i].key);
    cr_expect_not_null(json_object_get(step, "prefer"));
    cr_expect_eq(json_array_size(json_object_get(root, "anyOf")), 2);
    check_references(root, definitions);
    json_decref(root);
}

Test(schema, of_targets)
{
    json_t *root = load(target_schema);
    json_t *properties = json_object_get(root, "properties");
    cr_expect_not_null(json_object_get(properties, "endpoint"));
    cr_expect_not_null(
        json_object_get(json_object_get(json_object_get(properties, "facts"), "properties"), "credentials"));
    cr_expect(json_is_false(json_object_get(root, "additionalProperties")));
    check_references(root, json_object_get(root, "definitions"));
    json_decref(root);
}

/* Each act's example is a step that loads. */
Test(schema, examples_of_acts_load)
{
    size_t count = 0;
    const struct act_info *acts = act_table(&count);
    cr_expect_eq(count, ACT_COUNT - 1);
    for (size_t i = 0; i < count; i++) {
        char text[512];
        cr_expect_eq(acts[i].act, (enum act)(i + 1));
        snprintf(text, sizeof text, "  steps:\n  - %s\n%s", acts[i].example,
                 acts[i].act == ACT_CONNECT ? "    connection: two\n" : "");
        struct library *l = sample_scenario(text);
        cr_expect_eq(sample_one(l)->steps.items[0].act, acts[i].act, "%s", acts[i].key);
        library_free(l);
    }
}
