#include "reading.h"

#include "rows.h"

#include <limits.h>
#include <string.h>

enum { MISTAKES_MOST = 40, SHOWN = 60 };

static void put_path(struct buffer *out, const struct place *at)
{
    if (!at)
        return;
    put_path(out, at->up);
    if (!at->key)
        buffer_printf(out, "[%zu]", at->index);
    else
        buffer_printf(out, "%s%s", out->len ? "." : "", at->key);
}

/* What stands there, short, and with nothing in it that a terminal could mind. */
static void put_value(struct buffer *out, const json_t *found)
{
    static const char *const kinds[] = {
        [JSON_OBJECT] = "an object", [JSON_ARRAY] = "an array", [JSON_STRING] = "a text", [JSON_INTEGER] = "a number",
        [JSON_REAL] = "a fraction",  [JSON_TRUE] = "true",      [JSON_FALSE] = "false",   [JSON_NULL] = "null"};
    if (!found) {
        buffer_add_string(out, "nothing");
    } else if (json_is_string(found)) {
        char cut[SHOWN + 1];
        snprintf(cut, sizeof cut, "%s", json_string_value(found));
        buffer_add_octet(out, '\'');
        row_text(out, cut);
        buffer_add_string(out, json_string_length(found) > SHOWN ? "...'" : "'");
    } else if (json_is_integer(found)) {
        buffer_printf(out, "%lld", (long long)json_integer_value(found));
    } else {
        buffer_add_string(out, kinds[json_typeof(found)]);
    }
}

void reading_wrong(struct reading *r, const struct place *at, const char *expected, const json_t *found)
{
    const struct mark where = {r->file, 0, 0};
    r->mistakes++;
    if (r->mistakes > MISTAKES_MOST)
        return;
    if (r->mistakes == MISTAKES_MOST) {
        diagnostics_add(r->d, where, "and more of that kind");
        return;
    }
    struct buffer path = {0}, value = {0};
    put_path(&path, at);
    put_value(&value, found);
    diagnostics_add(r->d, where, "%s: expected %s, found %s", path.len ? buffer_string(&path) : "the whole", expected,
                    buffer_string(&value));
    buffer_free(&path);
    buffer_free(&value);
}

static const json_t *member_of(struct reading *r, const struct place *at, const json_t *object, const char *key,
                               bool (*is)(const json_t *), const char *expected)
{
    const json_t *value = json_object_get(object, key);
    if (value && is(value))
        return value;
    reading_wrong(r, &(struct place){at, key, 0}, expected, value);
    return NULL;
}

/* Jansson's are macros. */
static bool is_text(const json_t *value)
{
    return json_is_string(value);
}
static bool is_text_or_null(const json_t *value)
{
    return json_is_string(value) || json_is_null(value);
}
static bool is_integer(const json_t *value)
{
    return json_is_integer(value);
}
static bool is_number(const json_t *value)
{
    return json_is_number(value);
}
static bool is_flag(const json_t *value)
{
    return json_is_boolean(value);
}
static bool is_object(const json_t *value)
{
    return json_is_object(value);
}
static bool is_object_or_null(const json_t *value)
{
    return json_is_object(value) || json_is_null(value);
}
static bool is_array(const json_t *value)
{
    return json_is_array(value);
}

static const char *keep(struct reading *r, const json_t *value)
{
    if (!json_is_string(value))
        return NULL;
    const char *copy = arena_string(r->arena, json_string_value(value));
    r->d->out_of_memory |= !copy;
    return copy;
}

const char *reading_text(struct reading *r, const struct place *at, const json_t *object, const char *key)
{
    const char *text = keep(r, member_of(r, at, object, key, is_text, "a text"));
    return text ? text : "";
}

const char *reading_text_or_null(struct reading *r, const struct place *at, const json_t *object, const char *key)
{
    return keep(r, member_of(r, at, object, key, is_text_or_null, "a text or null"));
}

int64_t reading_integer(struct reading *r, const struct place *at, const json_t *object, const char *key, int64_t least,
                        int64_t most)
{
    const json_t *value = member_of(r, at, object, key, is_integer, "a whole number");
    int64_t number = json_integer_value(value);
    if (!value || (number >= least && number <= most))
        return value ? number : least;
    char expected[80];
    snprintf(expected, sizeof expected, "a whole number from %lld to %lld", (long long)least, (long long)most);
    reading_wrong(r, &(struct place){at, key, 0}, expected, value);
    return least;
}

int64_t reading_integer_if_there(struct reading *r, const struct place *at, const json_t *object, const char *key,
                                 int64_t absent)
{
    return json_object_get(object, key) ? reading_integer(r, at, object, key, 0, INT_MAX) : absent;
}

double reading_fraction(struct reading *r, const struct place *at, const json_t *object, const char *key)
{
    return json_number_value(member_of(r, at, object, key, is_number, "a number"));
}

bool reading_flag(struct reading *r, const struct place *at, const json_t *object, const char *key)
{
    return json_is_true(member_of(r, at, object, key, is_flag, "true or false"));
}

int reading_word(struct reading *r, const struct place *at, const json_t *object, const char *key,
                 const char *(*name)(int), int count)
{
    const json_t *value = json_object_get(object, key);
    struct buffer expected = {0};
    for (int i = 0; i < count; i++) {
        if (json_is_string(value) && !strcmp(json_string_value(value), name(i))) {
            buffer_free(&expected);
            return i;
        }
        buffer_printf(&expected, "%s%s", i == 0 ? "" : i + 1 < count ? ", " : " or ", name(i));
    }
    reading_wrong(r, &(struct place){at, key, 0}, buffer_string(&expected), value);
    buffer_free(&expected);
    return 0;
}

const json_t *reading_object(struct reading *r, const struct place *at, const json_t *object, const char *key)
{
    return member_of(r, at, object, key, is_object, "an object");
}

const json_t *reading_object_or_null(struct reading *r, const struct place *at, const json_t *object, const char *key)
{
    const json_t *value = member_of(r, at, object, key, is_object_or_null, "an object or null");
    return json_is_object(value) ? value : NULL;
}

const json_t *reading_array(struct reading *r, const struct place *at, const json_t *object, const char *key)
{
    return member_of(r, at, object, key, is_array, "an array");
}

const json_t *reading_item(struct reading *r, const struct place *at, const json_t *array, size_t index)
{
    const json_t *value = json_array_get(array, index);
    if (json_is_object(value))
        return value;
    reading_wrong(r, &(struct place){at, NULL, index}, "an object", value);
    return NULL;
}
