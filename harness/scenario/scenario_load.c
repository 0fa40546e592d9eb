#include "suite.h"

#include <string.h>

struct scenario_fields {
    struct scenario s;
    const char *id, *requirement, *reference;
    unsigned level;
    const struct node *level_node, *requirement_node, *id_node, *cve, *tags, *over, *needs, *cases, *steps;
    const struct node *alive;
};

static const char *const start_words[] = {"nothing", "connect", "hello", "ehlo", "mail", "rcpt", "data", NULL};
_Static_assert(sizeof start_words / sizeof *start_words == START_COUNT + 1, "a word for each start");
static const char *const over_words[] = {"plain", "tls", NULL};
static const char *const level_words[] = {"MUST", "SHOULD", "MAY", "security", NULL};

const char *start_name(enum start s)
{
    return start_words[s];
}

static const struct key scenario_rows[] = {
    KEY("id", ID, key_id, struct scenario_fields, id, "a word that never changes", .required = true),
    KEY("title", LINE, key_line, struct scenario_fields, s.title, "one line", .required = true),
    KEY("requirement", ID, key_node, struct scenario_fields, requirement_node, "id of a row of the catalogue"),
    KEY("level", CHOICE, key_node, struct scenario_fields, level_node, "with reference, instead of requirement",
        .words = level_words),
    KEY("reference", LINE, key_line, struct scenario_fields, reference, "with level, instead of requirement"),
    KEY("cve", LINES, key_node, struct scenario_fields, cve, "CVE-2023-51764, or a list"),
    KEY("tags", LINES, key_node, struct scenario_fields, tags, "words to select by"),
    KEY("note", LINE, key_line, struct scenario_fields, s.note, "what a reader should know"),
    KEY("start", CHOICE, key_choice, struct scenario_fields, s.start, "how far the prologue goes",
        .words = start_words),
    KEY("over", LINES, key_node, struct scenario_fields, over, "plain, tls: a result for each", .words = over_words),
    KEY("auth", BOOL, key_bool, struct scenario_fields, s.auth, "true: log in after EHLO"),
    KEY("needs", LINES, key_node, struct scenario_fields, needs, "what must be there, else it is skipped"),
    KEY("intrusive", BOOL, key_bool, struct scenario_fields, s.intrusive, "may exhaust or crash a server"),
    KEY("lockout", BOOL, key_bool, struct scenario_fields, s.lockout, "sends wrong passwords"),
    KEY("slow", BOOL, key_bool, struct scenario_fields, s.slow, "takes minutes by its nature"),
    KEY("alive", BOOL, key_node, struct scenario_fields, alive, "at the end a new connection must be greeted"),
    KEY("cases", MAPS, key_node, struct scenario_fields, cases, "sets of variables, a result for each",
        .map = &case_keys),
    KEY("steps", STEPS, key_node, struct scenario_fields, steps, "what is done", .required = true),
};
const struct keys scenario_keys = KEYS("a scenario", scenario_rows);

struct lines {
    const char **items;
    size_t count;
};

static void take_line(struct reader *r, const struct node *n, void *to)
{
    struct lines *list = to;
    const char *line = read_line(r, n, "a word");
    if (line)
        list->items[list->count++] = line;
}

static void load_tags(struct reader *r, const struct node *const *from, size_t from_count, struct scenario *s)
{
    struct lines list = {0};
    size_t most = 0;
    for (size_t i = 0; i < from_count; i++)
        most += from[i] ? each_count(from[i]) : 0;
    list.items = reader_array(r, most, sizeof *list.items);
    for (size_t i = 0; list.items && i < from_count; i++)
        if (from[i])
            read_each(r, from[i], take_line, &list);
    s->tags = list.items;
    s->tag_count = list.count;
}

static const char *load_cve(struct reader *r, const struct node *n)
{
    struct lines list = {reader_array(r, each_count(n), sizeof(char *)), 0};
    struct buffer b = {0};
    if (list.items)
        read_each(r, n, take_line, &list);
    for (size_t i = 0; i < list.count; i++)
        buffer_printf(&b, i ? ", %s" : "%s", list.items[i]);
    const char *text = reader_printf(r, "%s", buffer_string(&b));
    buffer_free(&b);
    return text;
}

static void check_basis(struct reader *r, const struct node *n, const struct scenario_fields *f)
{
    if (f->requirement && (f->level_node || f->reference))
        mistake(r, (f->level_node ? f->level_node : n)->mark,
                "expected either requirement, or level and reference, found both");
    else if (!f->requirement && !f->requirement_node && (!f->level_node || !f->reference))
        mistake(r, n->mark, "expected a requirement, or level and reference, found neither");
}

/* What stands where no row is cited. */
static void make_requirement(struct reader *r, const struct scenario_fields *f, struct scenario *s)
{
    struct requirement *row = reader_array(r, 1, sizeof *row);
    if (!row)
        return;
    *row = (struct requirement){.id = s->id,
                                .rfc = "",
                                .section = "",
                                .level = (enum level)f->level,
                                .applies = "always",
                                .text = s->title,
                                .mark = f->id_node->mark};
    s->requirement = row;
    s->reference = f->reference;
}

static bool disconnects(const struct step *step, void *context)
{
    bool *found = context;
    *found = *found || step->act == ACT_CLOSE || step->act == ACT_HALF_CLOSE || step->act == ACT_RESET ||
             (step->act == ACT_AUTH && step->auth.error == AUTH_DISCONNECT);
    return !*found;
}

/* Messages without a nonce of their own cannot be told from those of others. */
static void set_alone(struct steps *steps, bool nonce_sent, bool *alone)
{
    for (size_t i = 0; i < steps->count; i++) {
        struct step *step = &steps->items[i];
        set_alone(&step->steps, nonce_sent, alone);
        set_alone(&step->then, nonce_sent, alone);
        set_alone(&step->otherwise, nonce_sent, alone);
        if (step->act != ACT_DELIVERED)
            continue;
        bool marked = step->delivered.contains_count == 0;
        for (size_t k = 0; k < step->delivered.contains_count; k++)
            marked = marked || bytes_find(step->delivered.contains[k].source, BYTES("${nonce}")) != BYTES_NONE;
        step->delivered.alone = !nonce_sent || !marked;
        *alone = *alone || step->delivered.alone;
    }
}

/* Without `contains:` a message belongs to the result when it has the nonce, where one is sent. */
static void set_contains(struct reader *r, struct steps *steps)
{
    for (size_t i = 0; i < steps->count; i++) {
        struct step *step = &steps->items[i];
        set_contains(r, &step->steps);
        set_contains(r, &step->then);
        set_contains(r, &step->otherwise);
        struct delivered *d = &step->delivered;
        if (step->act != ACT_DELIVERED || d->contains_count || d->alone)
            continue;
        d->contains = reader_array(r, 1, sizeof *d->contains);
        if (d->contains)
            d->contains[d->contains_count++] =
                (struct text){.source = BYTES("${nonce}"), .mark = step->mark, .has_variables = true};
    }
}

static void load_steps(struct loading *l, struct scenario_fields *f)
{
    struct reader *r = l->r;
    if (f->steps->kind == NODE_LIST && f->steps->count == 0)
        mistake(r, f->steps->mark, "expected a list of steps, found an empty list");
    steps_load(r, f->steps, PLACE_FREE, &f->s.steps);
    set_alone(&f->s.steps, r->scope->nonce_sent, &f->s.alone);
    set_contains(r, &f->s.steps);
    f->s.alive = f->s.intrusive;
    steps_visit(&f->s.steps, disconnects, &f->s.alive);
    if (f->alive)
        key_bool(r, f->alive, NULL, &f->s.alive);
}

static void load_needs(struct loading *l, const struct scenario_fields *f, struct scenario *s)
{
    struct need_list list = {0};
    if (l->suite->needs)
        needs_load(l->r, l->suite->needs, &list);
    if (f->needs)
        needs_load(l->r, f->needs, &list);
    if (l->c.needs)
        needs_load(l->r, l->c.needs, &list);
    needs_derive(l->r, s, &list);
    s->needs = list.items;
    s->need_count = list.count;
}

static void add_result(struct loading *l, const struct scenario_fields *f, enum over over)
{
    static const char *const behind[] = {"", "@plain", "@tls"};
    struct loaded *made = reader_array(l->r, 1, sizeof *made);
    if (!made)
        return;
    *made = (struct loaded){.s = f->s, .cited = f->requirement, .id_mark = f->id_node->mark};
    if (f->requirement_node)
        made->cited_mark = f->requirement_node->mark;
    if (l->case_node)
        made->id_mark = node_child(l->case_node, "id")->mark;
    made->s.over = over;
    if (f->id)
        made->s.id = l->case_node ? reader_printf(l->r, "%s/%s/%s%s", l->suite->suite, f->id, l->c.id, behind[over])
                                  : reader_printf(l->r, "%s/%s%s", l->suite->suite, f->id, behind[over]);
    made->s.file = l->suite->file;
    made->s.line = made->id_mark.line;
    made->s.suite = l->suite->suite;
    load_needs(l, f, &made->s);
    made->broken = l->r->mistakes > l->mistakes || !made->s.id;
    if (!made->cited && made->s.id)
        make_requirement(l->r, f, &made->s);
    pointer_list_add(l->r, l->out, made);
}

/* One result for each transport. */
static unsigned load_over(struct reader *r, const struct node *n)
{
    unsigned over = 0;
    const struct key key = {.name = "over", .words = over_words};
    const struct node *item = n->kind == NODE_LIST ? n->first : n;
    if (n->kind == NODE_LIST && n->count == 0)
        mistake(r, n->mark, "expected plain, tls or both, found an empty list");
    for (; item; item = n->kind == NODE_LIST ? item->next : NULL) {
        unsigned word = 2;
        key_choice(r, item, &key, &word);
        if (word < 2 && over & 1u << word)
            mistake(r, item->mark, "expected each transport once, found %s again", over_words[word]);
        over |= word < 2 ? 1u << word : 0;
    }
    return over;
}

static void load_basis(struct loading *l, const struct node *n, struct scenario_fields *f)
{
    static const struct key level_key = {.name = "level", .words = level_words};
    if (l->c.requirement_node)
        f->requirement_node = l->c.requirement_node;
    if (f->requirement_node)
        f->requirement = read_id(l->r, f->requirement_node);
    if (f->level_node)
        key_choice(l->r, f->level_node, &level_key, &f->level);
    check_basis(l->r, n, f);
}

/* A scenario with its case's variables put in. */
void scenario_load(struct loading *l, const struct node *n)
{
    struct reader *r = l->r;
    struct scope scope = {.case_ = l->c.id};
    struct scenario_fields f = {.s = {.start = START_EHLO}};
    l->mistakes = r->mistakes;
    r->scope = &scope;
    keys_read(r, &scenario_keys, n, &f);
    f.id_node = node_child(n, "id");
    if (!f.id_node)
        f.id_node = n;
    load_basis(l, n, &f);
    const struct node *tags[] = {l->suite->tags, f.tags, l->c.tags};
    load_tags(r, tags, 3, &f.s);
    if (f.cve)
        f.s.cve = load_cve(r, f.cve);
    if (l->c.title && f.s.title)
        f.s.title = reader_printf(r, "%s: %s", f.s.title, l->c.title);
    f.s.note = l->c.note ? l->c.note : f.s.note;
    if (f.steps)
        load_steps(l, &f);
    unsigned over = f.over ? load_over(r, f.over) : 0;
    if (!l->suite->suite)
        return;
    if (over == 0)
        add_result(l, &f, OVER_DEFAULT);
    if (over & 1)
        add_result(l, &f, OVER_PLAIN);
    if (over & 2)
        add_result(l, &f, OVER_TLS);
}
