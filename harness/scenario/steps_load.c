#include "load.h"

#include "variables.h"

#include <string.h>

struct step_fields {
    struct step s;
    const struct node *capture, *replies, *when, *then, *otherwise;
    bool some; /* an act, or a key that was meant to be one */
};

static void key_split(struct reader *r, const struct node *value, const struct key *key, void *field)
{
    (void)key;
    struct step *s = field;
    s->split = reader_array(r, each_count(value), sizeof *s->split);
    if (!s->split)
        return;
    const struct node *item = value->kind == NODE_LIST ? value->first : value;
    for (; item; item = value->kind == NODE_LIST ? item->next : NULL) {
        int64_t n = 0;
        if (item->kind != NODE_TEXT || !whole_number(item->text, &n) || n == 0)
            mistake_expected(r, item, "an offset such as 3, or -2 from the end");
        else
            s->split[s->split_count++] = n;
    }
}

static const struct key step_rows[] = {
    KEY("expect", EXPECTATION, key_expectation, struct step_fields, s.expect,
        "what satisfies the requirement; else it is broken"),
    KEY("prefer", EXPECTATION, key_expectation_apart, struct step_fields, s.prefer,
        "beside expect or assume: what else is met, but with a warning"),
    KEY("assume", EXPECTATION, key_expectation, struct step_fields, s.assume,
        "a premise; else the scenario is blocked"),
    KEY("replies", RANGE, key_node, struct step_fields, replies,
        "so many replies come from this step on, those of later steps aside"),
    KEY("connection", ID, key_id, struct step_fields, s.connection, "the name of another connection"),
    KEY("dribble", BOOL, key_bool, struct step_fields, s.dribble, "true: one octet a write"),
    KEY("split", LINES, key_split, struct step_fields, s,
        "offsets at which a new write begins, negative ones from the end"),
    KEY("delay", DURATION, key_duration, struct step_fields, s.delay_ms, "between writes"),
    KEY("took", ID, key_id, struct step_fields, s.took, "keeps how long the reply took under this name, for alike"),
    KEY("capture", OPEN, key_node, struct step_fields, capture,
        "variables from the last reply: name and regular expression, first group"),
    KEY("when", EXPECTATION, key_node, struct step_fields, when,
        "a step of its own: looks at the last reply that was read"),
    KEY("then", STEPS, key_node, struct step_fields, then, "steps when it is so"),
    KEY("else", STEPS, key_node, struct step_fields, otherwise, "steps when it is not"),
};
const struct keys step_keys = {
    .what = "a step", .rows = step_rows, .count = sizeof step_rows / sizeof *step_rows, .others = true};

static const struct act_info *find_act(struct bytes key)
{
    size_t count = 0;
    const struct act_info *table = act_table(&count);
    for (size_t i = 0; i < count; i++)
        if (bytes_equal(bytes_string(table[i].key), key))
            return &table[i];
    return NULL;
}

static void unknown_key(struct reader *r, const struct node *key)
{
    size_t acts = 0;
    const struct act_info *table = act_table(&acts);
    const char **names = reader_array(r, acts + step_keys.count, sizeof *names);
    if (!names)
        return;
    for (size_t i = 0; i < acts; i++)
        names[i] = table[i].key;
    for (size_t i = 0; i < step_keys.count; i++)
        names[acts + i] = step_rows[i].name;
    mistake_name(r, key->mark, key->text, "an act or another key of a step", names, acts + step_keys.count);
}

/* The one key of the step that is an act; others are mistakes. */
static const struct node *the_act(struct reader *r, const struct node *map, bool *some)
{
    const struct node *act = NULL;
    for (const struct node *value = map->first; value; value = value->next) {
        const char *key = (const char *)value->key->text.data;
        if (keys_find(&step_keys, value->key->text))
            continue;
        *some = true;
        if (!find_act(value->key->text))
            unknown_key(r, value->key);
        else if (act)
            mistake(r, value->key->mark, "expected one act in a step, found \"%s\" beside \"%s\"", key,
                    (const char *)act->key->text.data);
        else
            act = value;
    }
    return act;
}

static bool act_sends(enum act act)
{
    return act == ACT_SEND || act == ACT_RAW || act == ACT_HEX || act == ACT_DATA || act == ACT_BDAT ||
           act == ACT_PIPELINE;
}

/* A write is made of what the acts within give; what needs a reply or another write has no place in it. */
static void check_inside(struct reader *r, const struct step *s, enum place inside)
{
    if (inside == PLACE_PIPELINE && s->act != ACT_NONE && s->act != ACT_REPEAT &&
        (!act_sends(s->act) || s->act == ACT_PIPELINE))
        mistake(r, s->mark, "expected send, raw, hex, data, bdat or repeat in a pipeline, found %s",
                act_info(s->act)->key);
    if (inside == PLACE_BRANCH && s->act != ACT_NONE)
        mistake(r, s->mark, "expected nothing but expectations after a \"when\" in a pipeline, found %s",
                act_info(s->act)->key);
    if (inside != PLACE_FREE && s->took)
        mistake(r, s->mark,
                "expected took outside of a pipeline, where a reply has a time of its own, found it within");
    if (inside != PLACE_FREE && (s->dribble || s->split_count || s->delay_ms || s->connection))
        mistake(r, s->mark, "expected dribble, split, delay and connection beside the pipeline, found them within");
}

static void check_expectations(struct reader *r, const struct step *s)
{
    bool any = s->expect.present || s->assume.present;
    if (s->expect.present && s->assume.present)
        mistake(r, s->assume.mark, "expected either expect or assume in a step, found both");
    if (s->prefer && !any)
        mistake(r, s->prefer->mark, "expected prefer beside expect or assume, found it alone");
    if (any && (s->act == ACT_CLOSE || s->act == ACT_RESET || s->act == ACT_DELIVERED || s->act == ACT_ALIKE))
        mistake(r, s->mark, "expected no reply after \"%s\", found an expectation", act_info(s->act)->key);
    if (any && s->act == ACT_STARTTLS)
        mistake(r, s->mark,
                "expected no expectation beside \"starttls\", which expects 220 by itself, found one; use raw and "
                "handshake");
}

static void check_step(struct reader *r, const struct step_fields *f, enum place inside)
{
    const struct step *s = &f->s;
    if ((s->dribble || s->split_count) && !act_sends(s->act))
        mistake(r, s->mark, "expected dribble and split beside an act that sends octets, found them without");
    if (s->dribble && s->split_count)
        mistake(r, s->mark, "expected either dribble or split, found both");
    if (s->delay_ms && !s->dribble && !s->split_count)
        mistake(r, s->mark, "expected delay beside split or dribble, found it alone");
    if (s->act == ACT_CONNECT && !s->connection)
        mistake(r, s->mark, "expected the name of a connection (connection:) beside connect, found none");
    if (f->when && (s->act != ACT_NONE || s->expect.present || s->assume.present || f->replies))
        mistake(r, s->mark, "expected \"when\" as a step of its own, found it beside others");
    if (f->when && !f->then && !f->otherwise)
        mistake(r, s->mark, "expected then or else beside \"when\", found neither");
    if (!f->when && (f->then || f->otherwise))
        mistake(r, (f->then ? f->then : f->otherwise)->key->mark, "expected \"when\" beside then and else, found none");
    if (!f->some && !f->when && !s->expect.present && !s->assume.present && !f->replies && !f->capture)
        mistake(r, s->mark, "expected an act or an expectation in a step, found neither");
    check_inside(r, s, inside);
    check_expectations(r, s);
}

static void load_captures(struct reader *r, const struct node *map, struct step *s)
{
    if (map->kind != NODE_MAP) {
        mistake_expected(r, map, "a map of names and regular expressions");
        return;
    }
    s->captures = reader_array(r, map->count, sizeof *s->captures);
    const char **known = reader_array(r, r->scope->capture_count + map->count, sizeof *known);
    if (!s->captures || !known)
        return;
    if (r->scope->capture_count)
        memcpy(known, r->scope->captures, r->scope->capture_count * sizeof *known);
    for (const struct node *n = map->first; n; n = n->next) {
        if (!variable_name_is_right(n->key->text)) {
            mistake_expected(r, n->key, "the name of a variable (letters, digits, _ and - before a letter)");
            continue;
        }
        const char *name = (const char *)n->key->text.data;
        s->captures[s->capture_count++] = (struct capture){name, read_pattern(r, n)};
        known[r->scope->capture_count + s->capture_count - 1] = name;
    }
    r->scope->captures = known;
    r->scope->capture_count += s->capture_count;
}

/* RFC 4954 section 6: 235 says that it succeeded. */
static void expect_235(struct reader *r, struct step *s)
{
    struct node code = {.kind = NODE_TEXT, .mark = s->mark, .text = BYTES("235")};
    if (s->act == ACT_AUTH && s->auth.error == AUTH_NO_ERROR && !s->expect.present && !s->assume.present)
        expectation_load(r, &code, &s->expect);
}

static void load_step(struct reader *r, const struct node *map, enum place inside, struct step *out)
{
    struct step_fields f = {.s = {.mark = map->mark}};
    if (map->kind != NODE_MAP) {
        mistake_expected(r, map, "a step: a map with an act or an expectation");
        return;
    }
    const struct node *act = the_act(r, map, &f.some);
    if (act && act->kind != NODE_BAD)
        act_load(r, act, find_act(act->key->text)->act, inside, &f.s);
    keys_read(r, &step_keys, map, &f);
    if (f.replies)
        f.s.has_replies =
            read_range(r, f.replies, "a number of replies such as 1 or 0..1", &f.s.replies_min, &f.s.replies_max);
    enum place branch = inside == PLACE_FREE ? PLACE_FREE : PLACE_BRANCH;
    if (f.when)
        key_expectation_apart(r, f.when, NULL, &f.s.when);
    if (f.then)
        steps_load(r, f.then, branch, &f.s.then);
    if (f.otherwise)
        steps_load(r, f.otherwise, branch, &f.s.otherwise);
    if (f.capture)
        load_captures(r, f.capture, &f.s);
    expect_235(r, &f.s);
    check_step(r, &f, inside);
    *out = f.s;
}

void steps_load(struct reader *r, const struct node *n, enum place inside, struct steps *out)
{
    if (n->kind != NODE_LIST) {
        mistake_expected(r, n, "a list of steps");
        return;
    }
    out->items = reader_array(r, n->count, sizeof *out->items);
    if (!out->items)
        return;
    for (const struct node *item = n->first; item; item = item->next)
        load_step(r, item, inside, &out->items[out->count++]);
}
