#include "suite.h"

#include "variables.h"

static const struct key case_rows[] = {
    KEY("id", ID, key_id, struct case_fields, id, "last part of the result's id", .required = true),
    KEY("title", LINE, key_line, struct case_fields, title, "put behind the scenario's"),
    KEY("requirement", ID, key_node, struct case_fields, requirement_node, "instead of the scenario's"),
    KEY("needs", LINES, key_node, struct case_fields, needs, "beside the scenario's"),
    KEY("tags", LINES, key_node, struct case_fields, tags, "beside the scenario's"),
    KEY("note", LINE, key_line, struct case_fields, note, "instead of the scenario's"),
};
const struct keys case_keys = {.what = "a case (a map with an id and variables)",
                               .rows = case_rows,
                               .count = sizeof case_rows / sizeof *case_rows,
                               .others = true};

static const struct key suite_rows[] = {
    KEY("suite", ID, key_id, struct suite_fields, suite, "name of the suite", .required = true),
    KEY("title", LINE, key_line, struct suite_fields, title, "one line"),
    KEY("tags", LINES, key_node, struct suite_fields, tags, "tags that every scenario gets"),
    KEY("needs", LINES, key_node, struct suite_fields, needs, "needs that every scenario gets"),
    KEY("scenarios", MAPS, key_node, struct suite_fields, scenarios, "the list", .required = true,
        .map = &scenario_keys),
};
const struct keys suite_keys = KEYS("a suite", suite_rows);

static bool uses_variable(const struct node *n, struct bytes name)
{
    struct piece p;
    struct bytes rest = n->text;
    if (n->kind == NODE_TEXT)
        for (enum piece_kind kind; (kind = piece_next(&rest, &p)) != PIECE_END;)
            if (kind == PIECE_VARIABLE && bytes_equal(p.name, name))
                return true;
    for (const struct node *child = n->first; child; child = child->next)
        if (uses_variable(child, name))
            return true;
    return false;
}

/* A misspelt key of a case would pass for a variable that nobody uses. */
static void check_case_variables(struct reader *r, const struct node *scenario, const struct node *case_map)
{
    const char *names[sizeof case_rows / sizeof *case_rows];
    for (size_t i = 0; i < case_keys.count; i++)
        names[i] = case_rows[i].name;
    for (const struct node *n = case_map->first; n; n = n->next) {
        if (keys_find(&case_keys, n->key->text))
            continue;
        bool used = false;
        for (const struct node *child = scenario->first; child && !used; child = child->next)
            used = !bytes_equal(child->key->text, BYTES("cases")) && uses_variable(child, n->key->text);
        if (!variable_name_is_right(n->key->text))
            mistake_expected(r, n->key, "the name of a variable (letters, digits, _ and - before a letter)");
        else if (!used)
            mistake_name(r, n->key->mark, n->key->text, "a variable that the scenario uses, or a key of a case", names,
                         case_keys.count);
    }
}

/* The scenario without `cases`, so that a case's values are not put into cases. */
static struct node without_cases(const struct node *scenario, struct node *copies)
{
    struct node trimmed = *scenario;
    struct node *last = NULL;
    trimmed.first = NULL;
    for (const struct node *n = scenario->first; n; n = n->next) {
        if (bytes_equal(n->key->text, BYTES("cases")))
            continue;
        *copies = *n;
        copies->next = NULL;
        if (last)
            last->next = copies;
        else
            trimmed.first = copies;
        last = copies++;
    }
    return trimmed;
}

static void load_case(struct loading *l, const struct node *scenario, const struct node *trimmed, const struct node *n)
{
    size_t before = l->r->mistakes;
    l->c = (struct case_fields){0};
    l->r->scope = NULL;
    if (!keys_read(l->r, &case_keys, n, &l->c) || !l->c.id)
        return;
    check_case_variables(l->r, scenario, n);
    if (l->r->mistakes > before)
        return;
    l->case_node = n;
    const struct node *made = case_substitute(l->r, trimmed, n, l->c.id);
    if (made)
        scenario_load(l, made);
}

static void load_scenario(struct loading *l, const struct node *n)
{
    const struct node *cases = node_child(n, "cases");
    l->case_node = NULL;
    l->c = (struct case_fields){0};
    if (n->kind != NODE_MAP || !cases) {
        if (n->kind != NODE_MAP)
            mistake_expected(l->r, n, "a scenario: a map with id, title and steps");
        else
            scenario_load(l, n);
        return;
    }
    if (cases->kind != NODE_LIST || cases->count == 0) {
        mistake_expected(l->r, cases, "a list of cases, one at least");
        return;
    }
    struct node *copies = reader_array(l->r, n->count, sizeof *copies);
    if (!copies)
        return;
    struct node trimmed = without_cases(n, copies);
    for (const struct node *c = cases->first; c; c = c->next)
        load_case(l, n, &trimmed, c);
}

void suite_load(struct reader *r, const struct node *root, const char *file, struct pointer_list *out)
{
    struct suite_fields suite = {.file = file};
    struct loading l = {.r = r, .suite = &suite, .out = out};
    if (!keys_read(r, &suite_keys, root, &suite) || !suite.scenarios)
        return;
    if (suite.scenarios->kind != NODE_LIST) {
        mistake_expected(r, suite.scenarios, "a list of scenarios");
        return;
    }
    for (const struct node *n = suite.scenarios->first; n; n = n->next)
        load_scenario(&l, n);
    r->scope = NULL;
}
