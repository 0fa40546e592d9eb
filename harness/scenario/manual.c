#include "scenario/manual.h"

#include "files.h"
#include "scenario/library.h"
#include "target_keys.h"

#include <string.h>

void manual_text(struct buffer *out, const char *text)
{
    for (; *text; text++) {
        if (strchr("\\*_`#<>~", *text))
            buffer_add_octet(out, '\\');
        buffer_add_octet(out, (unsigned char)*text);
    }
}

/* What a value looks like, in a word. */
static const char *shape_word(enum shape shape)
{
    static const char *const words[] = {[SHAPE_LINE] = "text",         [SHAPE_ID] = "id",
                                        [SHAPE_CHOICE] = "word",       [SHAPE_BOOL] = "true|false",
                                        [SHAPE_NUMBER] = "number",     [SHAPE_RANGE] = "number, range",
                                        [SHAPE_DURATION] = "time",     [SHAPE_OCTETS] = "octets",
                                        [SHAPE_STEPS] = "steps",       [SHAPE_EXPECTATION] = "expectation",
                                        [SHAPE_LINES] = "text, list",  [SHAPE_MAP] = "map",
                                        [SHAPE_MAPS] = "list of maps", [SHAPE_OPEN] = "map",
                                        [SHAPE_KEYWORD] = "text, map", [SHAPE_EXPECTATIONS] = "expectation, list"};
    return words[shape];
}

static void put_choices(struct buffer *out, const char *const *words)
{
    for (size_t i = 0; words && words[i]; i++) {
        buffer_add_string(out, i ? ", " : " One of: ");
        manual_text(out, words[i]);
    }
    buffer_add_string(out, words ? "." : "");
}

static bool ends_sentence(const char *text)
{
    size_t len = strlen(text);
    return len > 0 && strchr(".!?", text[len - 1]);
}

/* "*start* (word)", and below it what it is for. */
static void put_key(struct buffer *out, const struct key *key)
{
    buffer_add_octet(out, '*');
    manual_text(out, key->name);
    buffer_printf(out, "* (%s%s)\n\t", shape_word(key->shape), key->required ? ", required" : "");
    manual_text(out, key->summary);
    buffer_add_string(out, ends_sentence(key->summary) ? "" : ".");
    put_choices(out, key->words);
    buffer_add_string(out, "\n\n");
}

/* "a scenario" becomes the heading "KEYS OF A SCENARIO"; what stands in brackets is left to the list below it. */
static void put_heading(struct buffer *out, const char *what)
{
    size_t len = strcspn(what, "(");
    while (len && what[len - 1] == ' ')
        len--;
    buffer_add_string(out, "# KEYS OF ");
    for (size_t i = 0; i < len; i++)
        buffer_add_octet(out, octet_upper((unsigned char)what[i]));
    buffer_add_string(out, "\n\n");
}

static void put_keys(struct buffer *out, const struct keys *keys)
{
    put_heading(out, keys->what);
    for (size_t i = 0; i < keys->count; i++)
        put_key(out, &keys->rows[i]);
}

/* The keys, then those of each map within, in the order in which they are named. */
static void put_tree(struct buffer *out, const struct keys *keys, size_t depth)
{
    put_keys(out, keys);
    for (size_t i = 0; depth && i < keys->count; i++)
        if (keys->rows[i].map)
            put_tree(out, keys->rows[i].map, depth - 1);
}

static void put_acts(struct buffer *out)
{
    size_t count;
    const struct act_info *table = act_table(&count);
    buffer_add_string(out, "# ACTS\n\nA step has at most one of these, and beside it the keys of a step.\n\n");
    for (size_t i = 0; i < count; i++) {
        buffer_printf(out, "*%s*\n\t", table[i].key);
        manual_text(out, table[i].summary);
        buffer_add_string(out, "\n\n\t");
        manual_text(out, table[i].example);
        buffer_add_string(out, "\n\n");
    }
    for (size_t i = 0; i < count; i++)
        if (act_keys(table[i].act))
            put_keys(out, act_keys(table[i].act));
}

static void put_facts(struct buffer *out)
{
    size_t count;
    const struct fact_info *table = fact_table(&count);
    buffer_add_string(
        out, "# FACTS AND VARIABLES\n\nNames for *needs*; those with a dollar sign may stand in texts too.\n\n");
    for (size_t i = 0; i < count; i++) {
        buffer_printf(out, table[i].variable ? "*${%s}*\n\t" : "*%s*\n\t", table[i].name);
        manual_text(out, table[i].summary);
        buffer_add_string(out, table[i].always ? " (always known)\n\n" : "\n\n");
    }
}

static const char scenario_head[] =
    "smtpspec-scenario(5)\n\n# NAME\n\nsmtpspec-scenario - the language of smtpspec's scenarios\n\n# DESCRIPTION\n\n"
    "A scenario says what a client sends to an SMTP server and which answers satisfy one requirement. It is YAML; a "
    "file "
    "is a suite of scenarios. *smtpspec check* _FILE_ finds every mistake with line and column, *smtpspec check "
    "--schema "
    "scenario* prints a JSON Schema for an editor.\n\n```\nsuite: mine\ntitle: What our server promises\nscenarios:\n"
    "  - id: vrfy-is-closed\n    title: VRFY tells nobody who exists\n    level: MUST\n"
    "    reference: our security policy, rule 7\n    steps:\n"
    "      - {send: \"VRFY ${recipient}\", expect: 252 | 502}\n```\n\n"
    "An expectation is a code (250), a class (2xx, 50x), alternatives (250 | 5xx), *not* and one of them, *close*, "
    "*fin*, "
    "*rst*, *silence 500ms*, or a map with the keys of an expectation. Octets are a text, or a list of texts and "
    "parts.\n\n";

static const char target_head[] =
    "smtpspec-target(5)\n\n# NAME\n\nsmtpspec-target - the file that tells smtpspec about a server\n\n# DESCRIPTION\n\n"
    "A target file has the address of a server and the facts that a client cannot find out: who takes mail there, who "
    "does "
    "not exist, how to log in, where mail is delivered, how it is started. Paths in it are relative to it. *smtpspec "
    "init* "
    "writes one, *smtpspec check* _FILE_ finds its mistakes, *smtpspec check --schema target* prints a JSON Schema for "
    "an "
    "editor.\n\n```\nendpoint: smtp://127.0.0.1:2525\nfacts:\n  recipient: alice@example.test\n"
    "  credentials: {user: alice, password: secret}\nmailboxes:\n"
    "  alice@example.test: {maildir: /home/alice/Maildir}\n```\n\n";

static const char tail[] = "# SEE ALSO\n\n*smtpspec*(1), *smtpspec-scenario*(5), *smtpspec-target*(5)\n";

bool scenario_manual(struct buffer *out)
{
    buffer_add_string(out, scenario_head);
    put_tree(out, &suite_keys, 2);
    put_acts(out);
    put_keys(out, &step_keys);
    put_tree(out, &expectation_keys, 1);
    put_keys(out, &part_keys);
    put_facts(out);
    buffer_add_string(out, tail);
    return !buffer_failed(out);
}

bool target_manual(struct buffer *out)
{
    buffer_add_string(out, target_head);
    put_tree(out, &target_keys, 2);
    buffer_add_string(out,
                      "# KEYS OF MAILBOXES\n\n*settle* (time)\n\tHow long mail takes at most. Every other key is an "
                      "address, its value a mailbox.\n\n");
    buffer_add_string(out, tail);
    return !buffer_failed(out);
}
