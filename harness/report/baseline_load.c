#include "baseline.h"
#include "baseline_date.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

/* What loading needs at hand. */
struct loading {
    struct baseline *b;
    const char *path, *today;
    yaml_document_t *document;
    struct diagnostics *d;
};

static struct mark mark_of(const struct loading *l, const yaml_node_t *node)
{
    return (struct mark){l->path, (int)node->start_mark.line + 1, (int)node->start_mark.column + 1};
}

static yaml_node_t *node_at(const struct loading *l, int index)
{
    return yaml_document_get_node(l->document, index);
}

static const char *scalar_text(const yaml_node_t *node)
{
    return node && node->type == YAML_SCALAR_NODE ? (const char *)node->data.scalar.value : NULL;
}

static bool is_pattern(const char *id)
{
    return strpbrk(id, "*?") != NULL;
}

/* False after a mistake. */
static bool check_entry(struct loading *l, struct mark mark, const struct baseline_entry *e)
{
    const struct baseline *b = l->b;
    for (size_t i = 0; i < b->count; i++)
        if (!strcmp(b->entries[i].id, e->id)) {
            diagnostics_add(l->d, mark, "expected each id once, found '%s' again (first in line %d)", e->id,
                            b->entries[i].mark.line);
            return false;
        }
    if (!e->id[strspn(e->id, "*?/")])
        diagnostics_add(l->d, mark, "expected an id, or a pattern that excuses less than everything, found '%s'",
                        e->id);
    else if (!*e->reason)
        diagnostics_add(l->d, mark, "expected a reason for '%s', found none: say why it may fail", e->id);
    else if (e->until && !date_is_right(e->until))
        diagnostics_add(l->d, mark, "expected a day such as until: 2027-01-31, found '%s'", e->until);
    else
        return true;
    return false;
}

static bool make_room(struct baseline *b)
{
    if (b->count < b->room)
        return true;
    size_t room = b->room ? b->room * 2 : 16;
    struct baseline_entry *entries = arena_array(b->arena, room, sizeof *entries);
    if (!entries)
        return false;
    if (b->count)
        memcpy(entries, b->entries, b->count * sizeof *entries);
    b->entries = entries;
    b->room = room;
    return true;
}

/* Copies the texts. False: no memory. */
static bool append(struct baseline *b, struct baseline_entry e)
{
    bool ends = e.until != NULL;
    e.id = arena_string(b->arena, e.id);
    e.reason = arena_string(b->arena, e.reason);
    e.until = ends ? arena_string(b->arena, e.until) : NULL;
    if (!e.id || !e.reason || (ends && !e.until) || !make_room(b))
        return false;
    b->entries[b->count++] = e;
    return true;
}

bool baseline_add(struct baseline *b, const char *id, const char *reason)
{
    return append(b, (struct baseline_entry){.id = id, .reason = reason});
}

/* Takes an entry whose texts are the document's. */
static void add_entry(struct loading *l, const yaml_node_t *at, struct baseline_entry e)
{
    e.mark = mark_of(l, at);
    if (!check_entry(l, e.mark, &e))
        return;
    e.pattern = is_pattern(e.id);
    if (e.until && l->today && date_is_over(e.until, l->today))
        e.state = BASELINE_EXPIRED;
    if (!append(l->b, e))
        l->d->out_of_memory = true;
}

/* {id: ID, reason: TEXT, until: DAY} */
static void load_item(struct loading *l, yaml_node_t *item)
{
    struct baseline_entry e = {.reason = ""};
    if (item->type != YAML_MAPPING_NODE) {
        diagnostics_add(l->d, mark_of(l, item), "expected {id: ID, reason: TEXT}, found %s%s",
                        scalar_text(item) ? "the text " : "a list", scalar_text(item) ? scalar_text(item) : "");
        return;
    }
    for (yaml_node_pair_t *p = item->data.mapping.pairs.start; p < item->data.mapping.pairs.top; p++) {
        yaml_node_t *key = node_at(l, p->key), *value = node_at(l, p->value);
        const char *name = scalar_text(key), *text = scalar_text(value);
        if (name && text && !strcmp(name, "id"))
            e.id = text;
        else if (name && text && !strcmp(name, "reason"))
            e.reason = text;
        else if (name && text && !strcmp(name, "until"))
            e.until = text;
        else
            diagnostics_add(l->d, mark_of(l, key),
                            "expected 'id', 'reason' and 'until', each with a text, found %s%s%s", name ? "'" : "",
                            name ? name : "a list or map", name ? "'" : "");
    }
    if (e.id)
        add_entry(l, item, e);
    else
        diagnostics_add(l->d, mark_of(l, item), "expected the key 'id', found none");
}

static void load_map(struct loading *l, yaml_node_t *map)
{
    for (yaml_node_pair_t *p = map->data.mapping.pairs.start; p < map->data.mapping.pairs.top; p++) {
        yaml_node_t *key = node_at(l, p->key);
        const char *id = scalar_text(key), *reason = scalar_text(node_at(l, p->value));
        if (id && reason)
            add_entry(l, key, (struct baseline_entry){.id = id, .reason = reason});
        else
            diagnostics_add(l->d, mark_of(l, key), "expected ID: REASON, found %s%s", id ? id : "a list or map",
                            id ? " without a text" : "");
    }
}

static void load_root(struct loading *l, yaml_node_t *root)
{
    if (root->type == YAML_MAPPING_NODE) {
        yaml_node_pair_t *p = root->data.mapping.pairs.start;
        const char *key = p < root->data.mapping.pairs.top ? scalar_text(node_at(l, p->key)) : NULL;
        if (key && !strcmp(key, "baseline") && node_at(l, p->value)->type != YAML_SCALAR_NODE)
            root = node_at(l, p->value);
    }
    if (root->type == YAML_MAPPING_NODE) {
        load_map(l, root);
    } else if (root->type == YAML_SEQUENCE_NODE) {
        for (yaml_node_item_t *i = root->data.sequence.items.start; i < root->data.sequence.items.top; i++)
            load_item(l, node_at(l, *i));
    } else if (*scalar_text(root)) {
        diagnostics_add(l->d, mark_of(l, root), "expected a list of {id: ID, reason: TEXT}, found the text %s",
                        scalar_text(root));
    }
}

static void load_stream(struct loading *l, FILE *file, yaml_document_t *document)
{
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser)) {
        l->d->out_of_memory = true;
        return;
    }
    yaml_parser_set_input_file(&parser, file);
    if (yaml_parser_load(&parser, document)) {
        yaml_node_t *root = yaml_document_get_root_node(document);
        if (root)
            load_root(l, root);
        yaml_document_delete(document);
    } else {
        struct mark where = {l->path, (int)parser.problem_mark.line + 1, (int)parser.problem_mark.column + 1};
        diagnostics_add(l->d, where, "expected YAML, found a mistake: %s", parser.problem ? parser.problem : "?");
    }
    yaml_parser_delete(&parser);
}

struct baseline *baseline_new(void)
{
    struct baseline *b = calloc(1, sizeof *b);
    if (b && !(b->arena = arena_new())) {
        free(b);
        b = NULL;
    }
    return b;
}

struct baseline *baseline_load(const char *path, const char *today, struct diagnostics *d)
{
    size_t before = d->count;
    struct mark where = {path, 0, 0};
    struct baseline *b = baseline_new();
    FILE *file = NULL;
    if (!b) {
        d->out_of_memory = true;
        return NULL;
    }
    if ((file = fopen(path, "rb"))) {
        yaml_document_t document;
        struct loading l = {.b = b, .path = path, .today = today, .document = &document, .d = d};
        load_stream(&l, file, &document);
        fclose(file);
    } else {
        diagnostics_add(d, where, "expected a baseline, found: %s", strerror(errno));
    }
    if (d->count == before && !d->out_of_memory)
        return b;
    baseline_free(b);
    return NULL;
}
