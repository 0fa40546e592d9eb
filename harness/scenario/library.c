#include "scenario/library.h"

#include "files.h"
#include "tree_packed.h"

#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { FOLDER_DEPTH_LIMIT = 16, BUDGET = 128 << 20 };

struct library {
    struct arena *arena;
    struct arena *nodes; /* of the file that is loaded */
    struct diagnostics diagnostics;
    struct pointer_list loaded;             /* struct loaded */
    struct pointer_list requirements;       /* struct requirement */
    struct pointer_list noted[NOTED_COUNT]; /* names of files of other kinds in folders, const char */
    const struct scenario **scenarios;
    size_t scenario_count;
    struct requirement **by_id; /* sorted, once finished */
};

struct library *library_new(void)
{
    struct library *l = calloc(1, sizeof *l);
    if (!l)
        return NULL;
    l->arena = arena_new();
    l->nodes = arena_new();
    if (!l->arena || !l->nodes) {
        library_free(l);
        return NULL;
    }
    l->diagnostics.arena = l->arena;
    return l;
}

void library_free(struct library *l)
{
    if (!l)
        return;
    arena_free(l->nodes);
    arena_free(l->arena);
    free(l);
}

bool pointer_list_add(struct reader *r, struct pointer_list *list, void *item)
{
    if (list->count == list->room) {
        size_t room = list->room ? list->room * 2 : 64;
        void **items = reader_array(r, room, sizeof *items);
        if (!items)
            return false;
        if (list->count)
            memcpy(items, list->items, list->count * sizeof *items);
        list->items = items;
        list->room = room;
    }
    list->items[list->count++] = item;
    return true;
}

static struct reader reader_of(struct library *l)
{
    return (struct reader){.arena = l->arena, .nodes = l->nodes, .d = &l->diagnostics, .budget = BUDGET};
}

static bool is_target_file(const struct node *root)
{
    return node_child(root, "endpoint") && !node_child(root, "suite") && !node_child(root, "scenarios");
}

static bool is_baseline(const struct node *root)
{
    const struct node *inner = node_child(root, "baseline");
    if (root->kind == NODE_LIST)
        return root->first && node_child(root->first, "reason");
    return inner && inner->kind != NODE_TEXT && root->count == 1;
}

static enum noted noted_of(const struct node *root)
{
    return is_target_file(root) ? NOTED_TARGET : is_baseline(root) ? NOTED_BASELINE : NOTED_COUNT;
}

/* What is of another kind and lies in a folder among scenarios is no mistake; what was named as scenarios is. */
static void add_tree(struct library *l, const char *file, const struct node *root, bool in_folder)
{
    struct reader r = reader_of(l);
    if (!root)
        return;
    if (node_child(root, "catalogue"))
        catalogue_load(&r, root, &l->requirements);
    else if (in_folder && noted_of(root) != NOTED_COUNT)
        pointer_list_add(&r, &l->noted[noted_of(root)], (void *)file);
    else if (is_baseline(root))
        diagnostics_add(&l->diagnostics, root->mark,
                        "expected scenarios, found a baseline: it is given as --baseline %s", file);
    else
        suite_load(&r, root, file, &l->loaded);
    arena_clear(l->nodes);
}

static void add_content(struct library *l, const char *name, struct bytes content, bool in_folder)
{
    struct reader r = reader_of(l);
    const char *file = reader_printf(&r, "%s", name);
    if (file)
        add_tree(l, file, tree_load(&l->diagnostics, file, content), in_folder);
}

void library_add_packed(struct library *l, const char *name, struct bytes content, struct bytes packed)
{
    struct reader r = reader_of(l);
    const char *file = reader_printf(&r, "%s", name);
    const struct node *root = file ? tree_unpack(l->nodes, file, packed) : NULL;
    if (root)
        add_tree(l, file, root, false);
    else
        add_content(l, name, content, false);
}

bool library_pack(const char *name, struct bytes content, struct buffer *out)
{
    return tree_pack(name, content, out);
}

void library_add_memory(struct library *l, const char *name, struct bytes content)
{
    add_content(l, name, content, false);
}

static void add_file(struct library *l, const char *path, bool in_folder)
{
    struct reader r = reader_of(l);
    struct bytes content = {0};
    const char *name = reader_printf(&r, "%s", path);
    if (name && tree_read_file(&l->diagnostics, name, &content))
        add_content(l, name, content, in_folder);
}

void library_add_file(struct library *l, const char *path)
{
    add_file(l, path, false);
}

static bool is_yaml(const char *name)
{
    struct bytes b = bytes_string(name);
    return bytes_ends(b, BYTES(".yaml")) || bytes_ends(b, BYTES(".yml"));
}

static int not_hidden(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* Octet by octet, whatever the locale says. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void add_folder(struct library *l, const char *path, int depth);

static void add_entry(struct library *l, const char *folder, const char *name, int depth)
{
    struct reader r = reader_of(l);
    struct stat st;
    size_t len = strlen(folder);
    const char *path = reader_printf(&r, len && folder[len - 1] == '/' ? "%s%s" : "%s/%s", folder, name);
    if (!path)
        return;
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        add_folder(l, path, depth + 1);
    else if (is_yaml(name))
        add_file(l, path, true);
}

/* Links may go in circles, hence the depth. */
static void add_folder(struct library *l, const char *path, int depth)
{
    struct reader r = reader_of(l);
    struct dirent **entries = NULL;
    if (depth > FOLDER_DEPTH_LIMIT) {
        mistake(&r, (struct mark){path, 0, 0}, "expected at most %d folders within each other, found more",
                FOLDER_DEPTH_LIMIT);
        return;
    }
    int count = scandir(path, &entries, not_hidden, by_name);
    if (count < 0) {
        mistake(&r, (struct mark){path, 0, 0}, "expected a folder that can be read, found: %s", strerror(errno));
        return;
    }
    for (int i = 0; i < count; i++) {
        add_entry(l, path, entries[i]->d_name, depth);
        free(entries[i]);
    }
    free(entries);
}

void library_add_path(struct library *l, const char *path)
{
    struct reader r = reader_of(l);
    struct stat st;
    const char *name = reader_printf(&r, "%s", path);
    if (name && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        add_folder(l, name, 0);
    else if (name)
        library_add_file(l, name);
}

static int requirement_order(const void *a, const void *b)
{
    return strcmp((*(struct requirement *const *)a)->id, (*(struct requirement *const *)b)->id);
}

static int id_order(const void *key, const void *row)
{
    return strcmp(key, (*(struct requirement *const *)row)->id);
}

const struct requirement *library_requirement(const struct library *l, const char *id)
{
    if (!l->by_id || !l->requirements.count)
        return NULL;
    struct requirement *const *found = bsearch(id, l->by_id, l->requirements.count, sizeof(void *), id_order);
    return found ? *found : NULL;
}

/* The mark that stands later in its file is the one to complain about; over files either will do. */
static void tell_double(struct reader *r, struct mark a, struct mark b, const char *what, const char *id)
{
    bool swap = a.file && b.file && strcmp(a.file, b.file) == 0 && a.line > b.line;
    struct mark first = swap ? b : a, second = swap ? a : b;
    mistake(r, second, "expected an id of its own for each %s, found \"%s\" again; it stands in %s:%d already", what,
            id, first.file ? first.file : "?", first.line);
}

static void sort_requirements(struct library *l, struct reader *r)
{
    l->by_id = reader_array(r, l->requirements.count, sizeof(void *));
    if (!l->by_id)
        return;
    for (size_t i = 0; i < l->requirements.count; i++)
        l->by_id[i] = l->requirements.items[i];
    if (l->requirements.count)
        qsort(l->by_id, l->requirements.count, sizeof(void *), requirement_order);
    for (size_t i = 1; i < l->requirements.count; i++)
        if (strcmp(l->by_id[i - 1]->id, l->by_id[i]->id) == 0)
            tell_double(r, l->by_id[i - 1]->mark, l->by_id[i]->mark, "requirement", l->by_id[i]->id);
}

static void resolve(struct library *l, struct reader *r, struct loaded *item)
{
    if (!item->cited)
        return;
    struct requirement *row = (struct requirement *)library_requirement(l, item->cited);
    if (!row) {
        const char **names = reader_array(r, l->requirements.count, sizeof *names);
        for (size_t i = 0; names && i < l->requirements.count; i++)
            names[i] = l->by_id[i]->id;
        if (names)
            mistake_name(r, item->cited_mark, bytes_string(item->cited), "a requirement of the catalogue", names,
                         l->requirements.count);
        return;
    }
    char source[200];
    row->scenarios++;
    item->s.requirement = row;
    item->s.reference = reader_printf(r, "%s", requirement_source(row, source, sizeof source));
}

static int loaded_order(const void *a, const void *b)
{
    const struct loaded *x = *(struct loaded *const *)a, *y = *(struct loaded *const *)b;
    return strcmp(x->s.id, y->s.id);
}

static void check_ids(struct library *l, struct reader *r)
{
    struct loaded **sorted = reader_array(r, l->loaded.count, sizeof(void *));
    if (!sorted || !l->loaded.count)
        return;
    size_t count = 0;
    for (size_t i = 0; i < l->loaded.count; i++) {
        sorted[count] = l->loaded.items[i];
        count += sorted[count]->s.id != NULL;
    }
    qsort(sorted, count, sizeof(void *), loaded_order);
    for (size_t i = 1; i < count; i++)
        if (strcmp(sorted[i - 1]->s.id, sorted[i]->s.id) == 0)
            tell_double(r, sorted[i - 1]->id_mark, sorted[i]->id_mark, "result", sorted[i]->s.id);
}

bool library_finish(struct library *l)
{
    struct reader r = reader_of(l);
    sort_requirements(l, &r);
    check_ids(l, &r);
    l->scenarios = reader_array(&r, l->loaded.count, sizeof(void *));
    for (size_t i = 0; l->by_id && l->scenarios && i < l->loaded.count; i++) {
        struct loaded *item = l->loaded.items[i];
        resolve(l, &r, item);
        if (item->s.requirement && !item->broken)
            l->scenarios[l->scenario_count++] = &item->s;
    }
    diagnostics_sort(&l->diagnostics);
    if (l->diagnostics.out_of_memory)
        diagnostics_add(&l->diagnostics, (struct mark){0}, "no memory");
    return l->diagnostics.count == 0 && !l->diagnostics.out_of_memory;
}

const struct diagnostics *library_diagnostics(const struct library *l)
{
    return &l->diagnostics;
}

const struct scenario *const *library_scenarios(const struct library *l, size_t *count)
{
    *count = l->scenario_count;
    return l->scenarios;
}

const struct requirement *const *library_requirements(const struct library *l, size_t *count)
{
    *count = l->requirements.count;
    return (const struct requirement *const *)l->requirements.items;
}

const char *const *library_noted(const struct library *l, enum noted kind, size_t *count)
{
    *count = l->noted[kind].count;
    return (const char *const *)l->noted[kind].items;
}

bool scenario_has_tag(const struct scenario *s, const char *tag)
{
    for (size_t i = 0; i < s->tag_count; i++)
        if (strcmp(s->tags[i], tag) == 0)
            return true;
    return false;
}
