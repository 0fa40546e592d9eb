#include "load.h"

#include <string.h>

/* A part that is a map has exactly one of these, `repeat` with `times` beside it. */
struct part_nodes {
    const struct node *repeat, *times, *hex, *base64, *random, *recipients;
};

static const struct key part_rows[] = {
    KEY("repeat", OCTETS, key_node, struct part_nodes, repeat, "octets that come `times` times"),
    KEY("times", NUMBER, key_node, struct part_nodes, times, "how often `repeat` comes"),
    KEY("hex", LINE, key_node, struct part_nodes, hex, "octets as hexadecimal digits, blanks ignored"),
    KEY("base64", OCTETS, key_node, struct part_nodes, base64, "octets that are encoded"),
    KEY("random", NUMBER, key_node, struct part_nodes, random, "so many letters and digits from the run's seed"),
    KEY("recipients", NUMBER, key_node, struct part_nodes, recipients, "so many lines RCPT TO:<...>"),
};
const struct keys part_keys = KEYS("a part of octets (repeat with times, hex, base64, random, recipients)", part_rows);

static void check_hex(struct reader *r, const struct node *n)
{
    size_t digits = 0;
    for (size_t i = 0; i < n->text.len; i++) {
        unsigned char c = n->text.data[i];
        if (c == ' ' || c == '\n')
            continue;
        if (octet_hex(c) < 0) {
            mistake_expected(r, n, "hexadecimal digits");
            return;
        }
        digits++;
    }
    if (digits % 2)
        mistake_expected(r, n, "two hexadecimal digits for each octet");
}

static void text_part(struct reader *r, const struct node *n, enum part_kind kind, struct part *out)
{
    if (node_is_nothing(n)) {
        mistake(r, n->mark, "expected octets, found nothing; write \"\" for none");
        return;
    }
    if (n->cut && kind == PART_TEXT)
        mistake(r, n->mark, "expected quotes around what is sent, found a plain text behind which YAML cuts off %s",
                n->cut);
    out->kind = kind;
    out->text = read_text(r, n, kind == PART_HEX ? "hexadecimal digits" : "a text");
    if (kind == PART_HEX && out->text.source.data && !out->text.has_variables)
        check_hex(r, n);
}

static void inner_octets(struct reader *r, const struct node *n, struct part *out)
{
    out->inner = reader_array(r, 1, sizeof *out->inner);
    if (out->inner)
        octets_load(r, n, PART_TEXT, out->inner);
}

static void counted_part(struct reader *r, const struct node *n, enum part_kind kind, struct part *out)
{
    out->kind = kind;
    key_number(r, n, &part_rows[0], &out->count);
    if (kind == PART_RECIPIENTS && r->scope) {
        struct node recipient = {.kind = NODE_TEXT, .mark = n->mark, .text = BYTES("${recipient}")};
        read_text(r, &recipient, "a text");
    }
}

static void map_part(struct reader *r, const struct node *n, struct part *out)
{
    struct part_nodes p = {0};
    if (!keys_read(r, &part_keys, n, &p))
        return;
    if ((p.repeat != NULL) + (p.hex != NULL) + (p.base64 != NULL) + (p.random != NULL) + (p.recipients != NULL) != 1 ||
        (p.repeat != NULL) != (p.times != NULL)) {
        mistake_expected(r, n, "one of repeat with times, hex, base64, random, recipients");
    } else if (p.repeat) {
        counted_part(r, p.times, PART_REPEAT, out);
        inner_octets(r, p.repeat, out);
    } else if (p.hex) {
        text_part(r, p.hex, PART_HEX, out);
    } else if (p.base64) {
        out->kind = PART_BASE64;
        inner_octets(r, p.base64, out);
    } else {
        counted_part(r, p.random ? p.random : p.recipients, p.random ? PART_RANDOM : PART_RECIPIENTS, out);
    }
}

void octets_load(struct reader *r, const struct node *n, enum part_kind text_kind, struct octets *out)
{
    out->mark = n->mark;
    if (n->kind == NODE_MAP) {
        mistake_expected(r, n, "octets: a text, or a list of texts and parts");
        return;
    }
    out->parts = reader_array(r, each_count(n), sizeof *out->parts);
    if (!out->parts)
        return;
    const struct node *item = n->kind == NODE_LIST ? n->first : n;
    for (; item; item = n->kind == NODE_LIST ? item->next : NULL) {
        struct part *part = &out->parts[out->count++];
        part->mark = item->mark;
        if (item->kind == NODE_TEXT)
            text_part(r, item, text_kind, part);
        else if (item->kind == NODE_MAP)
            map_part(r, item, part);
        else
            mistake_expected(r, item, "a text or a part of octets");
    }
}

void key_octets(struct reader *r, const struct node *value, const struct key *key, void *field)
{
    (void)key;
    octets_load(r, value, PART_TEXT, field);
}
