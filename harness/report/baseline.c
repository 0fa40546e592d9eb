#include "report/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

struct entry {
    const char *id, *reason;
    struct mark mark;
};

struct baseline {
    struct arena *arena;
    struct entry *entries;
    size_t count, room;
};

/* What loading needs at hand. */
struct loading {
    struct baseline *b;
    const char *path;
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

static bool append(struct baseline *b, const char *id, const char *reason, struct mark mark)
{
    if (b->count == b->room) {
        size_t room = b->room ? b->room * 2 : 16;
        struct entry *entries = arena_array(b->arena, room, sizeof *entries);
        if (!entries)
            return false;
        if (b->count)
            memcpy(entries, b->entries, b->count * sizeof *entries);
        b->entries = entries;
        b->room = room;
    }
    struct entry e = {arena_string(b->arena, id), arena_string(b->arena, reason), mark};
    if (!e.id || !e.reason)
        return false;
    b->entries[b->count++] = e;
    return true;
}

static void add_entry(struct loading *l, const yaml_node_t *at, const char *id, const char *reason)
{
    struct baseline *b = l->b;
    struct mark mark = mark_of(l, at);
    for (size_t i = 0; i < b->count; i++)
        if (!strcmp(b->entries[i].id, id)) {
            diagnostics_add(l->d, mark, "expected each id once, found '%s' again (first in line %d)", id,
                            b->entries[i].mark.line);
            return;
        }
    if (!*reason) {
        diagnostics_add(l->d, mark, "expected a reason for '%s', found none: say why it may fail", id);
        return;
    }
    if (!append(b, id, reason, mark))
        l->d->out_of_memory = true;
}

/* {id: ID, reason: TEXT} */
static void load_item(struct loading *l, yaml_node_t *item)
{
    const char *id = NULL, *reason = "";
    if (item->type != YAML_MAPPING_NODE) {
        diagnostics_add(l->d, mark_of(l, item), "expected {id: ID, reason: TEXT}, found %s%s",
                        scalar_text(item) ? "the text " : "a list", scalar_text(item) ? scalar_text(item) : "");
        return;
    }
    for (yaml_node_pair_t *p = item->data.mapping.pairs.start; p < item->data.mapping.pairs.top; p++) {
        yaml_node_t *key = node_at(l, p->key), *value = node_at(l, p->value);
        const char *name = scalar_text(key), *text = scalar_text(value);
        if (name && text && !strcmp(name, "id"))
            id = text;
        else if (name && text && !strcmp(name, "reason"))
            reason = text;
        else
            diagnostics_add(l->d, mark_of(l, key), "expected 'id' and 'reason', each with a text, found %s%s%s",
                            name ? "'" : "", name ? name : "a list or map", name ? "'" : "");
    }
    if (id)
        add_entry(l, item, id, reason);
    else
        diagnostics_add(l->d, mark_of(l, item), "expected the key 'id', found none");
}

static void load_map(struct loading *l, yaml_node_t *map)
{
    for (yaml_node_pair_t *p = map->data.mapping.pairs.start; p < map->data.mapping.pairs.top; p++) {
        yaml_node_t *key = node_at(l, p->key);
        const char *id = scalar_text(key), *reason = scalar_text(node_at(l, p->value));
        if (id && reason)
            add_entry(l, key, id, reason);
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

struct baseline *baseline_load(const char *path, struct diagnostics *d)
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
        struct loading l = {.b = b, .path = path, .document = &document, .d = d};
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

bool baseline_add(struct baseline *b, const char *id, const char *reason)
{
    return append(b, id, reason, (struct mark){0});
}

void baseline_free(struct baseline *b)
{
    if (!b)
        return;
    arena_free(b->arena);
    free(b);
}

const char *baseline_reason(const struct baseline *b, const char *id)
{
    for (size_t i = 0; b && i < b->count; i++)
        if (!strcmp(b->entries[i].id, id))
            return b->entries[i].reason;
    return NULL;
}

size_t baseline_count(const struct baseline *b)
{
    return b ? b->count : 0;
}

const char *baseline_id(const struct baseline *b, size_t index)
{
    return b->entries[index].id;
}
