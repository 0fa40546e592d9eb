#include "load.h"

#include "variables.h"

#include <string.h>

static struct text text_default(struct reader *r, const struct node *n, const char *source)
{
    struct node written = {.kind = NODE_TEXT, .mark = n->mark, .text = bytes_string(source)};
    return read_text(r, &written, "a text");
}

/* BDAT */

struct bdat_nodes {
    const struct node *octets, *size;
    bool last;
};
static const struct key bdat_rows[] = {
    KEY("octets", OCTETS, key_node, struct bdat_nodes, octets, "the chunk; none when left out"),
    KEY("size", LINE, key_node, struct bdat_nodes, size, "what stands behind the verb; the true size when left out"),
    KEY("last", BOOL, key_bool, struct bdat_nodes, last, "true: LAST stands behind the size"),
};
static const struct keys bdat_keys = KEYS("bdat (octets, size, last)", bdat_rows);

static void load_bdat(struct reader *r, const struct node *value, struct step *step)
{
    struct bdat_nodes b = {0};
    keys_read(r, &bdat_keys, value, &b);
    if (b.octets)
        octets_load(r, b.octets, PART_TEXT, &step->octets);
    step->has_size = b.size != NULL;
    if (b.size)
        step->size = read_text(r, b.size, "what stands behind BDAT");
    step->last = b.last;
}

/* AUTH */

static const char *const initial_words[] = {"default", "true", "false", "empty", NULL};
static const char *const error_words[] = {"none",           "cancel",       "bad-base64", "bad-padding", "empty",
                                          "wrong-password", "unknown-user", "truncated",  "oversized",   "extra-field",
                                          "wrong-nonce",    "disconnect",   NULL};
_Static_assert(sizeof error_words / sizeof *error_words == AUTH_DISCONNECT + 2, "a word for each auth_error");
_Static_assert(sizeof initial_words / sizeof *initial_words == AUTH_INITIAL_EMPTY + 2, "a word for each auth_initial");

static const struct key auth_rows[] = {
    KEY("mechanism", LINE, key_line, struct auth, mechanism, "default: the best offered"),
    KEY("user", LINE, key_text, struct auth, user, "default ${user}"),
    KEY("password", LINE, key_text, struct auth, password, "default ${password}"),
    KEY("authzid", LINE, key_text, struct auth, authzid, "default none"),
    KEY("initial", CHOICE, key_choice, struct auth, initial,
        "initial response with the command; empty: =", .words = initial_words),
    KEY("error", CHOICE, key_choice, struct auth, error, "what is wrong on purpose", .words = error_words),
};
static const struct keys auth_keys = KEYS("auth (mechanism, user, password, authzid, initial, error)", auth_rows);

static void load_auth(struct reader *r, const struct node *value, struct step *step)
{
    if (!node_is_nothing(value))
        keys_read(r, &auth_keys, value, &step->auth);
    if (!step->auth.user.source.data)
        step->auth.user = text_default(r, value, "${user}");
    if (!step->auth.password.source.data)
        step->auth.password = text_default(r, value, "${password}");
}

/* Delivery */

struct delivered_nodes {
    const struct node *count, *contains, *absent, *text, *no_text, *body;
};
struct delivered_fields {
    struct delivered d;
    struct delivered_nodes n;
};
static const struct key delivered_rows[] = {
    KEY("to", LINE, key_text, struct delivered_fields, d.to, "the mailbox; default ${recipient}"),
    KEY("count", RANGE, key_node, struct delivered_fields, n.count, "how many messages; default 1"),
    KEY("contains", LINES, key_node, struct delivered_fields, n.contains,
        "a message belongs to the result when it has all of these; default ${nonce}"),
    KEY("absent", LINES, key_node, struct delivered_fields, n.absent, "what no such message may contain"),
    KEY("text", LINES, key_node, struct delivered_fields, n.text,
        "regular expressions, each of which matches every such message"),
    KEY("no-text", LINES, key_node, struct delivered_fields, n.no_text,
        "regular expressions, none of which matches any such message"),
    KEY("body", OCTETS, key_node, struct delivered_fields, n.body, "the message as sent"),
    KEY("exact", BOOL, key_bool, struct delivered_fields, d.exact, "true: compare octet by octet"),
    KEY("optional", BOOL, key_bool, struct delivered_fields, d.optional,
        "true: pass over it where the target names no mailbox"),
};
static const struct keys delivered_keys =
    KEYS("delivered (to, count, contains, absent, text, no-text, body, exact, optional)", delivered_rows);

struct text_list {
    struct text *items;
    size_t count;
};

static void take_text(struct reader *r, const struct node *n, void *to)
{
    struct text_list *list = to;
    struct text t = read_text(r, n, "a text");
    if (t.source.data)
        list->items[list->count++] = t;
}

static void take_pattern(struct reader *r, const struct node *n, void *to)
{
    struct text_list *list = to;
    struct text t = read_pattern(r, n);
    if (t.source.data)
        list->items[list->count++] = t;
}

/* No node: nothing. */
static void load_texts(struct reader *r, const struct node *n,
                       void (*take)(struct reader *, const struct node *, void *), struct text **items, size_t *count)
{
    struct text_list list = {0};
    if (!n)
        return;
    list.items = reader_array(r, each_count(n), sizeof *list.items);
    if (list.items)
        read_each(r, n, take, &list);
    *items = list.items;
    *count = list.count;
}

static void load_delivered(struct reader *r, const struct node *value, struct step *step)
{
    struct delivered_fields f = {.d = {.count_min = 1, .count_max = 1}};
    bool sending = r->scope->sending;
    r->scope->sending = false;
    keys_read(r, &delivered_keys, value, &f);
    if (!f.d.to.source.data)
        f.d.to = text_default(r, value, "${recipient}");
    if (f.n.count)
        read_range(r, f.n.count, "a number of messages such as 1 or 0..1", &f.d.count_min, &f.d.count_max);
    load_texts(r, f.n.contains, take_text, &f.d.contains, &f.d.contains_count);
    load_texts(r, f.n.absent, take_text, &f.d.absent, &f.d.absent_count);
    load_texts(r, f.n.text, take_pattern, &f.d.patterns, &f.d.pattern_count);
    load_texts(r, f.n.no_text, take_pattern, &f.d.forbidden, &f.d.forbidden_count);
    f.d.has_body = f.n.body != NULL;
    if (f.n.body)
        octets_load(r, f.n.body, PART_TEXT, &f.d.body);
    r->scope->sending = sending;
    step->delivered = f.d;
}

/* Time */

static const struct key alike_rows[] = {
    KEY("first", ID, key_id, struct alike, first, "the name beside took of one kind of replies", .required = true),
    KEY("second", ID, key_id, struct alike, second, "and of the other", .required = true),
    KEY("apart", DURATION, key_duration, struct alike, apart_ms, "how far apart both may be", .required = true),
};
static const struct keys alike_keys = KEYS("alike (first, second, apart)", alike_rows);

/* Repetition */

struct repeat_nodes {
    const struct node *times, *steps;
};
static const struct key repeat_rows[] = {
    KEY("times", NUMBER, key_node, struct repeat_nodes, times, "how often", .required = true),
    KEY("steps", STEPS, key_node, struct repeat_nodes, steps, "what is done", .required = true),
};
static const struct keys repeat_keys = KEYS("repeat (times, steps)", repeat_rows);
static const struct key crowd_rows[] = {
    KEY("times", NUMBER, key_node, struct repeat_nodes, times, "how many connections", .required = true),
    KEY("steps", STEPS, key_node, struct repeat_nodes, steps, "what is done meanwhile", .required = true),
};
static const struct keys crowd_keys = KEYS("crowd (times, steps)", crowd_rows);

static void load_repeat(struct reader *r, const struct node *value, const struct keys *keys, enum place inside,
                        struct step *step)
{
    struct repeat_nodes n = {0};
    keys_read(r, keys, value, &n);
    if (n.times)
        key_number(r, n.times, &repeat_rows[0], &step->times);
    if (n.steps)
        steps_load(r, n.steps, inside, &step->steps);
}

/* Words */

static void load_handshake(struct reader *r, const struct node *value, struct step *step)
{
    if (value->kind == NODE_TEXT) {
        struct bytes rest = value->text, word;
        bool bar = false, good = true;
        while (good && bytes_next_word(&rest, &word)) {
            if (bar)
                good = bytes_equal(word, BYTES("|"));
            else if (bytes_equal(word, BYTES("ok")))
                step->handshake |= HANDSHAKE_OK;
            else if (bytes_equal(word, BYTES("modern")))
                step->handshake |= HANDSHAKE_OK | HANDSHAKE_MODERN;
            else if (bytes_equal(word, BYTES("refused")))
                step->handshake |= HANDSHAKE_REFUSED;
            else
                good = false;
            bar = !bar;
        }
        if (good && bar)
            return;
    }
    mistake_expected(r, value, "ok, modern, refused or ok | refused");
}

static void load_nothing(struct reader *r, const struct node *value, const char *key)
{
    if (!node_is_nothing(value) && !(value->kind == NODE_TEXT && value->text.len == 0)) {
        const char *what = reader_printf(r, "nothing behind \"%s:\"", key);
        if (what)
            mistake_expected(r, value, what);
    }
}

const struct act_info *act_info(enum act act)
{
    size_t count = 0;
    const struct act_info *table = act_table(&count);
    for (size_t i = 0; i < count; i++)
        if (table[i].act == act)
            return &table[i];
    return NULL;
}

const struct keys *act_keys(enum act act)
{
    static const struct keys *const keys[ACT_COUNT] = {
        [ACT_BDAT] = &bdat_keys,     [ACT_AUTH] = &auth_keys,   [ACT_DELIVERED] = &delivered_keys,
        [ACT_REPEAT] = &repeat_keys, [ACT_CROWD] = &crowd_keys, [ACT_ALIKE] = &alike_keys};
    return keys[act];
}

static void load_map(struct reader *r, const struct node *value, enum act act, enum place inside, struct step *step)
{
    if (act == ACT_REPEAT || act == ACT_CROWD)
        load_repeat(r, value, act_keys(act), inside, step);
    else if (act == ACT_BDAT)
        load_bdat(r, value, step);
    else if (act == ACT_AUTH)
        load_auth(r, value, step);
    else if (act == ACT_ALIKE)
        keys_read(r, &alike_keys, value, &step->alike);
    else
        load_delivered(r, value, step);
}

void act_load(struct reader *r, const struct node *value, enum act act, enum place inside, struct step *step)
{
    const struct act_info *info = act_info(act);
    step->act = act;
    r->scope->sending = true;
    switch (info->form) {
    case FORM_OCTETS:
        octets_load(r, value, act == ACT_HEX ? PART_HEX : PART_TEXT, &step->octets);
        break;
    case FORM_STEPS:
        steps_load(r, value, PLACE_PIPELINE, &step->steps);
        break;
    case FORM_MAP:
        load_map(r, value, act, inside, step);
        break;
    case FORM_WORD:
        load_handshake(r, value, step);
        break;
    case FORM_DURATION:
        key_duration(r, value, NULL, &step->pause_ms);
        break;
    case FORM_NOTHING:
        load_nothing(r, value, info->key);
        break;
    }
    if (act == ACT_STARTTLS)
        step->handshake = HANDSHAKE_OK;
    r->scope->sending = false;
}
