#include "target_keys.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

const char *target_path(struct reader *r, const char *path)
{
    if (path[0] == '/' || !r->directory || strcmp(r->directory, ".") == 0)
        return path;
    return reader_printf(r, "%s/%s", r->directory, path);
}

static void key_path(struct reader *r, const struct node *value, const struct key *key, void *field)
{
    (void)key;
    const char *path = read_line(r, value, "a path");
    if (path)
        *(const char **)field = target_path(r, path);
}

static const char *read_address(struct reader *r, const struct node *n)
{
    static const char what[] = "an address such as alice@example.test";
    if (!read_is_text(r, n, what))
        return NULL;
    if (address_is_right(n->text))
        return (const char *)n->text.data;
    mistake_expected(r, n, what);
    return NULL;
}

static void key_address(struct reader *r, const struct node *value, const struct key *key, void *field)
{
    (void)key;
    const char *address = read_address(r, value);
    if (address)
        *(const char **)field = address;
}

static void key_endpoint(struct reader *r, const struct node *value, const struct key *key, void *field)
{
    struct endpoint *out = field;
    struct error e;
    const char *text = read_line(r, value, "an endpoint such as smtp://127.0.0.1:2525");
    if (!text)
        return;
    if (!endpoint_parse(r->arena, text, out, &e)) {
        mistake(r, value->mark, "%s", e.text);
        return;
    }
    if (strcmp(key->name, "implicit-tls") == 0 && out->scheme != SCHEME_SMTPS)
        mistake_expected(r, value, "an endpoint with smtps://");
    if (out->scheme == SCHEME_UNIX)
        out->path = target_path(r, out->path);
}

/* A map within: its keys fill the same target. */
static void key_section(struct reader *r, const struct node *value, const struct key *key, void *field)
{
    keys_read(r, key->map, value, field);
}

static void take_prologue(struct reader *r, const struct node *n, void *to)
{
    static const char *const words[] = {"tls", "auth"};
    unsigned *prologue = to;
    if (!read_is_text(r, n, "tls or auth"))
        return;
    for (size_t i = 0; i < 2; i++)
        if (bytes_equal(n->text, bytes_string(words[i]))) {
            *prologue |= i ? PROLOGUE_AUTH : PROLOGUE_TLS;
            return;
        }
    mistake_name(r, n->mark, n->text, "a part of the prologue", words, 2);
}

static void key_prologue(struct reader *r, const struct node *value, const struct key *key, void *field)
{
    (void)key;
    read_each(r, value, take_prologue, field);
}

struct address_list {
    const char **items;
    size_t count;
};

static void take_address(struct reader *r, const struct node *n, void *to)
{
    struct address_list *list = to;
    const char *address = read_address(r, n);
    if (address)
        list->items[list->count++] = address;
}

static void key_recipients(struct reader *r, const struct node *value, const struct key *key, void *field)
{
    (void)key;
    struct target *t = field;
    struct address_list list = {reader_array(r, each_count(value), sizeof(char *)), 0};
    if (list.items)
        read_each(r, value, take_address, &list);
    t->recipients = list.items;
    t->recipient_count = list.count;
}

static void key_family(struct reader *r, const struct node *value, const struct key *key, void *field)
{
    unsigned word = 0;
    key_choice(r, value, key, &word);
    *(int *)field = word == 0 ? 0 : word == 1 ? 4 : 6;
}

static void key_version(struct reader *r, const struct node *value, const struct key *key, void *field)
{
    unsigned word = 0;
    key_choice(r, value, key, &word);
    *(const char **)field = key->words[word];
}

static void key_jobs(struct reader *r, const struct node *value, const struct key *key, void *field)
{
    (void)key;
    uint64_t n = 0;
    if (value->kind != NODE_TEXT || !bytes_to_number(value->text, &n) || n == 0 || n > 1024)
        mistake_expected(r, value, "a number of workers from 1 to 1024");
    else
        *(int *)field = (int)n;
}

/* "100/s", "30/m", "0.5/s". */
static void key_rate(struct reader *r, const struct node *value, const struct key *key, void *field)
{
    static const char what[] = "a rate such as 100/s or 30/m";
    (void)key;
    if (!read_is_text(r, value, what))
        return;
    const char *text = (const char *)value->text.data;
    char *end = NULL;
    double n = octet_is_digit(value->text.data[0]) ? strtod(text, &end) : 0;
    bool minutes = end && strcmp(end, "/m") == 0;
    if (n > 0 && n <= 1e6 && (minutes || strcmp(end, "/s") == 0))
        *(double *)field = minutes ? n / 60 : n;
    else
        mistake_expected(r, value, what);
}

/* Mailboxes */

static const struct key mailbox_rows[] = {
    {.name = "maildir", .shape = SHAPE_LINE, .summary = "a folder with new/ and cur/"},
    {.name = "mbox", .shape = SHAPE_LINE, .summary = "a file"},
    {.name = "directory", .shape = SHAPE_LINE, .summary = "a folder with a file for each message"},
    {.name = "command",
     .shape = SHAPE_LINES,
     .summary = "prints all messages in mbox form; words, or a line for the shell"},
};
const struct keys target_mailbox_keys = KEYS("a mailbox", mailbox_rows);

static char **load_command(struct reader *r, const struct node *n)
{
    if (n->kind != NODE_LIST) {
        const char *line = read_line(r, n, "a command");
        return line ? shell_command(r->arena, line) : NULL;
    }
    char **argv = reader_array(r, n->count + 1, sizeof *argv);
    size_t count = 0;
    for (const struct node *i = n->first; argv && i; i = i->next) {
        const char *word = read_line(r, i, "a word of a command");
        argv[count] = word ? arena_string(r->arena, word) : NULL;
        count += argv[count] != NULL;
    }
    if (n->count == 0)
        mistake(r, n->mark, "expected a command, found an empty list");
    return argv;
}

static void load_mailbox(struct reader *r, const struct node *n, struct target *t)
{
    static const char what[] = "a map with one of maildir, mbox, directory, command";
    struct mailbox m = {.address = (const char *)n->key->text.data};
    if (n->kind != NODE_MAP || n->count != 1) {
        mistake_expected(r, n, what);
        return;
    }
    const struct node *value = n->first;
    if (!mailbox_kind_find(value->key->text, &m.kind)) {
        const char *names[sizeof mailbox_rows / sizeof *mailbox_rows];
        for (size_t i = 0; i < target_mailbox_keys.count; i++)
            names[i] = mailbox_rows[i].name;
        mistake_name(r, value->key->mark, value->key->text, "a kind of mailbox", names, target_mailbox_keys.count);
        return;
    }
    if (m.kind == MAILBOX_COMMAND)
        m.command = load_command(r, value);
    else
        key_path(r, value, NULL, &m.path);
    target_mailbox_add(r, t, m);
}

static void key_mailboxes(struct reader *r, const struct node *value, const struct key *key, void *field)
{
    static const char *const words[] = {"settle"};
    (void)key;
    struct target *t = field;
    if (value->kind != NODE_MAP) {
        mistake_expected(r, value, "a map of addresses and mailboxes");
        return;
    }
    for (const struct node *n = value->first; n; n = n->next)
        if (bytes_equal(n->key->text, BYTES("settle")))
            key_duration(r, n, NULL, &t->settle_ms);
        else if (address_is_right(n->key->text))
            load_mailbox(r, n, t);
        else
            mistake_name(r, n->key->mark, n->key->text, "an address, or settle", words, 1);
}

/* Tables */

static const char *const version_words[] = {"1.0", "1.1", "1.2", "1.3", NULL};
static const struct key tls_rows[] = {
    KEY("verify", BOOL, key_bool, struct target, tls.verify,
        "true: a certificate that cannot be verified is an error; default false"),
    KEY("ca", LINE, key_path, struct target, tls.ca, "file with authorities; default the system's"),
    KEY("name", LINE, key_line, struct target, tls.name, "SNI, and the name to verify"),
    KEY("certificate", LINE, key_path, struct target, tls.certificate, "client certificate, PEM"),
    KEY("key", LINE, key_path, struct target, tls.key, "its key, PEM"),
    KEY("minimum", CHOICE, key_version, struct target, tls.minimum, "lowest TLS version", .words = version_words),
    KEY("maximum", CHOICE, key_version, struct target, tls.maximum, "highest TLS version", .words = version_words),
};
static const struct keys tls_keys = KEYS("tls", tls_rows);

static const struct key launch_rows[] = {
    KEY("start", LINE, key_line, struct target, launch_start, "shell command", .required = true),
    KEY("stop", LINE, key_line, struct target, launch_stop, "shell command"),
    KEY("ready-within", DURATION, key_duration, struct target, ready_within_ms, "it greets in this time; default 10s"),
};
static const struct keys launch_keys = KEYS("launch", launch_rows);

static const struct key credential_rows[] = {
    KEY("user", LINE, key_line, struct target, user, "the name to log in with", .required = true),
    KEY("password", LINE, key_line, struct target, password, "its password", .required = true),
};
static const struct keys credential_keys = KEYS("credentials", credential_rows);

static const struct key fact_rows[] = {
    KEY("sender", LINE, key_address, struct target, sender, "default carol@client.test"),
    KEY("recipient", LINE, key_address, struct target, recipient, "accepts mail"),
    KEY("recipient2", LINE, key_address, struct target, recipient2, "accepts mail too"),
    KEY_ALL("recipients", LINES, key_recipients, "more that accept mail"),
    KEY("unknown", LINE, key_address, struct target, unknown, "does not exist"),
    KEY("foreign", LINE, key_address, struct target, foreign, "must not be relayed to; default someone@elsewhere.test"),
    KEY("domain", LINE, key_line, struct target, domain, "default: the recipient's"),
    KEY_ALL("credentials", MAP, key_section, "to log in with", .map = &credential_keys),
    KEY("hello", LINE, key_line, struct target, hello_name, "what EHLO says; default client.test"),
};
static const struct keys fact_keys = KEYS("facts", fact_rows);

static const struct key pace_rows[] = {
    KEY("jobs", NUMBER, key_jobs, struct target, jobs, "sessions at once"),
    KEY("rate", LINE, key_rate, struct target, rate, "new sessions at most: 100/s, 30/m"),
};
static const struct keys pace_keys = KEYS("pace", pace_rows);

static const char *const family_words[] = {"any", "4", "6", NULL};
static const char *const proxy_words[] = {"none", "v1", "v2", NULL};
static const char *const prologue_words[] = {"tls", "auth", NULL};

static const struct key target_rows[] = {
    KEY("name", LINE, key_line, struct target, name, "for reports"),
    KEY("endpoint", LINE, key_endpoint, struct target, endpoint,
        "smtp://HOST:PORT, smtps://, lmtp://, unix:PATH, exec:COMMAND, lmtp+unix:, lmtp+exec:", .required = true),
    KEY("implicit-tls", LINE, key_endpoint, struct target, implicit_tls, "smtps://HOST:PORT"),
    KEY_ALL("tls", MAP, key_section, "how TLS is done", .map = &tls_keys),
    KEY("prologue", LINES, key_prologue, struct target, prologue, "what this server wants before anything",
        .words = prologue_words),
    KEY_ALL("launch", MAP, key_section, "how it is started and stopped", .map = &launch_keys),
    KEY_ALL("facts", MAP, key_section, "what a client cannot find out", .map = &fact_keys),
    KEY_ALL("mailboxes", OPEN, key_mailboxes, "address and where its mail lies; settle: how long mail takes at most",
            .map = &target_mailbox_keys),
    KEY_ALL("pace", MAP, key_section, "how hard it is pressed", .map = &pace_keys),
    KEY("baseline", LINE, key_path, struct target, baseline, "file with what is excused"),
    KEY("source-address", LINE, key_line, struct target, source_address, "address to connect from"),
    KEY("family", CHOICE, key_family, struct target, family, "IP version", .words = family_words),
    KEY("proxy", CHOICE, key_choice, struct target, proxy, "PROXY protocol", .words = proxy_words),
    KEY("proxy-source", LINE, key_line, struct target, proxy_source,
        "address that PROXY and XCLIENT tell; default 192.0.2.1"),
    KEY("xclient", BOOL, key_bool, struct target, xclient, "true: XCLIENT after the first EHLO"),
};
const struct keys target_keys = KEYS("a target", target_rows);

static const char *folder_of(struct reader *r, const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return ".";
    return slash == path ? "/" : reader_printf(r, "%.*s", (int)(slash - path), path);
}

bool target_load_memory(struct target *t, const char *name, struct bytes content)
{
    struct reader r = {.arena = t->arena, .d = &t->diagnostics};
    size_t before = t->diagnostics.count;
    t->file = reader_printf(&r, "%s", name);
    t->directory = r.directory = t->file ? folder_of(&r, t->file) : NULL;
    struct node *root = t->file ? tree_load(&t->diagnostics, t->file, content) : NULL;
    if (root)
        keys_read(&r, &target_keys, root, t);
    diagnostics_sort(&t->diagnostics);
    return root && t->diagnostics.count == before && !t->diagnostics.out_of_memory;
}

bool target_load_file(struct target *t, const char *path)
{
    struct reader r = {.arena = t->arena, .d = &t->diagnostics};
    struct bytes content = {0};
    const char *name = reader_printf(&r, "%s", path);
    return name && tree_read_file(&t->diagnostics, name, &content) && target_load_memory(t, name, content);
}
