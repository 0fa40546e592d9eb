#include "keys.h"

#include "variables.h"

#include "base/text.h"

const struct key *keys_find(const struct keys *keys, struct bytes name)
{
    for (size_t i = 0; i < keys->count; i++)
        if (bytes_equal(bytes_string(keys->rows[i].name), name))
            return &keys->rows[i];
    return NULL;
}

static void unknown_key(struct reader *r, const struct keys *keys, const struct node *key)
{
    const char **names = reader_array(r, keys->count, sizeof *names);
    const char *what = reader_printf(r, "a key of %s", keys->what);
    if (!names || !what)
        return;
    for (size_t i = 0; i < keys->count; i++)
        names[i] = keys->rows[i].name;
    mistake_name(r, key->mark, key->text, what, names, keys->count);
}

/* A key that is misspelt was told already; it is not missing as well. */
static bool stands_misspelt(const struct keys *keys, const struct node *map, const char *name)
{
    for (const struct node *value = map->first; value; value = value->next)
        if (!keys_find(keys, value->key->text) && text_nearest(value->key->text, &name, 1))
            return true;
    return false;
}

bool keys_read(struct reader *r, const struct keys *keys, const struct node *map, void *out)
{
    if (map->kind != NODE_MAP) {
        mistake_expected(r, map, keys->what);
        return false;
    }
    for (const struct node *value = map->first; value; value = value->next) {
        const struct key *key = keys_find(keys, value->key->text);
        if (!key && !keys->others)
            unknown_key(r, keys, value->key);
        else if (key && value->kind != NODE_BAD)
            key->read(r, value, key, (char *)out + key->offset);
    }
    for (size_t i = 0; i < keys->count; i++)
        if (keys->rows[i].required && !node_child(map, keys->rows[i].name) &&
            !stands_misspelt(keys, map, keys->rows[i].name))
            mistake(r, map->mark, "expected the key \"%s\" in %s, found none", keys->rows[i].name, keys->what);
    return true;
}

void key_line(struct reader *r, const struct node *value, const struct key *key, void *field)
{
    (void)key;
    *(const char **)field = read_line(r, value, "a text");
}

void key_id(struct reader *r, const struct node *value, const struct key *key, void *field)
{
    (void)key;
    *(const char **)field = read_id(r, value);
}

void key_bool(struct reader *r, const struct node *value, const struct key *key, void *field)
{
    (void)key;
    bool yes = value->kind == NODE_TEXT && bytes_equal(value->text, BYTES("true"));
    if (!yes && !(value->kind == NODE_TEXT && bytes_equal(value->text, BYTES("false"))))
        mistake_expected(r, value, "true or false");
    *(bool *)field = yes;
}

void key_choice(struct reader *r, const struct node *value, const struct key *key, void *field)
{
    const char *what = reader_printf(r, "a word for \"%s\"", key->name);
    size_t count = 0;
    while (key->words[count])
        count++;
    if (!what || !read_is_text(r, value, what))
        return;
    for (size_t i = 0; i < count; i++)
        if (bytes_equal(value->text, bytes_string(key->words[i]))) {
            *(unsigned *)field = (unsigned)i;
            return;
        }
    mistake_name(r, value->mark, value->text, what, key->words, count);
}

void key_duration(struct reader *r, const struct node *value, const struct key *key, void *field)
{
    (void)key;
    int64_t ms = 0;
    if (value->kind != NODE_TEXT || !text_duration(value->text, &ms))
        mistake_expected(r, value, "a time such as 500ms, 10s or 2m");
    *(int64_t *)field = ms;
}

void key_text(struct reader *r, const struct node *value, const struct key *key, void *field)
{
    (void)key;
    *(struct text *)field = read_text(r, value, "a text");
}

void key_number(struct reader *r, const struct node *value, const struct key *key, void *field)
{
    static const char what[] = "a whole number";
    struct text t = read_text(r, value, what);
    int64_t n = 0;
    (void)key;
    if (t.source.data && !t.has_variables && (!whole_number(t.source, &n) || n < 0)) {
        mistake_expected(r, value, what);
        t.source = (struct bytes){0};
    }
    *(struct text *)field = t;
}

void key_node(struct reader *r, const struct node *value, const struct key *key, void *field)
{
    (void)r;
    (void)key;
    *(const struct node **)field = value;
}
