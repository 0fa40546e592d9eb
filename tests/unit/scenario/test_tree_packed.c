/* What was read as YAML when the program was built is the same when it starts. */
#include "tree_packed.h"

#include <criterion/criterion.h>
#include <string.h>

static bool same_nodes(const struct node *a, const struct node *b)
{
    if (!a || !b)
        return a == b;
    bool same = a->kind == b->kind && a->plain == b->plain && a->count == b->count && a->mark.line == b->mark.line &&
                a->mark.column == b->mark.column && !strcmp(a->mark.file, b->mark.file) &&
                bytes_equal(a->text, b->text) && !a->cut == !b->cut && (!a->cut || !strcmp(a->cut, b->cut)) &&
                (a->kind != NODE_TEXT || b->text.data[b->text.len] == 0);
    const struct node *x = a->first, *y = b->first;
    for (; same && x && y; x = x->next, y = y->next)
        same = same_nodes(x->key, y->key) && same_nodes(x, y);
    return same && !x && !y;
}

static const char *const files[] = {
    "a: b\n",
    "- [1, 2, {x: y, z: }]\n- |\n  lines\n  more\n- \"\\0\\x01 \\u00e4\"\n- ''\n",
    "suite: s\nscenarios:\n  - {send: NOOP, expect: 250 | 5xx}\n  - raw: cut # a comment\n  - raw: two\n      lines\n",
    "- raw: blanks  \n- raw: none\n",
    "\xc3\xa4: \xe2\x82\xac\n",
    "[]\n",
    "text\n",
};

Test(tree_packed, gives_the_tree_again)
{
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct diagnostics d = {.arena = arena_new()};
        struct buffer packed = {0};
        const struct node *read = tree_load(&d, "f.yaml", bytes_string(files[i]));
        cr_assert_not_null(read, "%s", files[i]);
        cr_assert(tree_pack("f.yaml", bytes_string(files[i]), &packed));
        cr_expect(same_nodes(read, tree_unpack(d.arena, "f.yaml", buffer_bytes(&packed))), "%s", files[i]);
        buffer_free(&packed);
        arena_free(d.arena);
    }
}

/* Mistakes have to be told with their place, which only the text has. */
Test(tree_packed, nothing_for_a_file_with_mistakes)
{
    static const char *const wrong[] = {"a: [b\n", "a: !tag b\n", "a: 1\na: 2\n", "", "\xff"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct buffer packed = {0};
        cr_expect(tree_pack("f.yaml", bytes_string(wrong[i]), &packed));
        cr_expect_eq(packed.len, 0, "%s", wrong[i]);
        buffer_free(&packed);
    }
}

/* Whatever the octets are: a tree or none, within bounds. */
Test(tree_packed, broken_octets_do_no_harm)
{
    struct buffer packed = {0};
    size_t refused = 0, tries = 0;
    cr_assert(tree_pack("f.yaml", bytes_string(files[1]), &packed));
    for (size_t len = 0; len < packed.len; len++) {
        struct diagnostics d = {.arena = arena_new()};
        unsigned char *exact = malloc(len + 1);
        memcpy(exact, packed.data, len);
        cr_expect_null(tree_unpack(d.arena, "f.yaml", bytes_of(exact, len)), "%zu octets", len);
        free(exact);
        arena_free(d.arena);
    }
    for (size_t i = 0; i < packed.len; i++)
        for (int bit = 0; bit < 8; bit++) {
            struct diagnostics d = {.arena = arena_new()};
            packed.data[i] ^= (unsigned char)(1 << bit);
            refused += !tree_unpack(d.arena, "f.yaml", buffer_bytes(&packed));
            packed.data[i] ^= (unsigned char)(1 << bit);
            tries++;
            arena_free(d.arena);
        }
    cr_expect(refused > tries / 4, "%zu of %zu", refused, tries);
    buffer_free(&packed);
}
