#include "files.h"

static const char *const level_words[] = {"MUST", "SHOULD", "MAY", "security", NULL};

struct catalogue_fields {
    const char *name, *rfc;
    const struct node *requirements;
};

static void key_applies(struct reader *r, const struct node *value, const struct key *key, void *field)
{
    static const char *const words[] = {"always", "submission", "lmtp", "relay", "delivery"};
    static const char what[] = "always, submission, lmtp, relay, delivery or extension NAME";
    (void)key;
    if (!read_is_text(r, value, what))
        return;
    struct bytes rest = value->text, word, name, behind;
    bool good = false;
    for (size_t i = 0; i < sizeof words / sizeof *words && !good; i++)
        good = bytes_equal(value->text, bytes_string(words[i]));
    if (!good)
        good = bytes_next_word(&rest, &word) && bytes_equal(word, BYTES("extension")) &&
               bytes_next_word(&rest, &name) && !bytes_next_word(&rest, &behind);
    if (good)
        *(const char **)field = (const char *)value->text.data;
    else
        mistake_expected(r, value, what);
}

static const struct key requirement_rows[] = {
    KEY("id", ID, key_id, struct requirement, id, "unique over all catalogues", .required = true),
    KEY("rfc", LINE, key_line, struct requirement, rfc, "default: the file's"),
    KEY("section", LINE, key_line, struct requirement, section, "section of the RFC"),
    KEY("level", CHOICE, key_choice, struct requirement, level, "how much it binds", .required = true,
        .words = level_words),
    KEY("applies", LINE, key_applies, struct requirement, applies, "when it binds; default always"),
    KEY("text", LINE, key_line, struct requirement, text, "the requirement in own words", .required = true),
    KEY("unobservable", LINE, key_line, struct requirement, unobservable, "why no client can see it"),
    KEY("check", ID, key_id, struct requirement, check, "the driver's check that tests it"),
};
const struct keys requirement_keys = KEYS("a requirement", requirement_rows);

static const struct key catalogue_rows[] = {
    KEY("catalogue", ID, key_id, struct catalogue_fields, name, "name of the catalogue", .required = true),
    KEY("rfc", LINE, key_line, struct catalogue_fields, rfc, "default for the rows"),
    KEY("requirements", MAPS, key_node, struct catalogue_fields, requirements, "the rows", .required = true,
        .map = &requirement_keys),
};
const struct keys catalogue_keys = KEYS("a catalogue", catalogue_rows);

static void load_row(struct reader *r, const struct node *n, const char *rfc, struct pointer_list *out)
{
    size_t before = r->mistakes;
    struct requirement *row = reader_array(r, 1, sizeof *row);
    if (!row)
        return;
    *row = (struct requirement){.rfc = rfc, .section = "", .applies = "always", .mark = n->mark};
    if (!keys_read(r, &requirement_keys, n, row))
        return;
    if (!row->rfc && r->mistakes == before)
        mistake(r, n->mark, "expected the key \"rfc\" in the row or the catalogue, found none");
    if (row->id && row->rfc && row->section && row->text && row->applies)
        pointer_list_add(r, out, row);
}

void catalogue_load(struct reader *r, const struct node *root, struct pointer_list *out)
{
    struct catalogue_fields f = {0};
    if (!keys_read(r, &catalogue_keys, root, &f) || !f.requirements)
        return;
    if (f.requirements->kind != NODE_LIST) {
        mistake_expected(r, f.requirements, "a list of requirements");
        return;
    }
    for (const struct node *n = f.requirements->first; n; n = n->next)
        load_row(r, n, f.rfc, out);
}
