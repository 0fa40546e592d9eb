#include "init_file.h"

#include "base/text.h"

#include <string.h>

/* A text as a YAML scalar: plain where nothing in it could be taken for more. */
static void put_scalar(struct buffer *out, const char *text)
{
    static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@._/+-:";
    size_t len = strlen(text);
    bool plain = len && octet_is_alpha((unsigned char)*text) && strspn(text, safe) == len && text[len - 1] != ':';
    if (plain) {
        buffer_add_string(out, text);
        return;
    }
    buffer_add_octet(out, '"');
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c < 0x20 || c == 0x7F)
            buffer_printf(out, "\\x%02x", c);
        else
            buffer_printf(out, c == '"' || c == '\\' ? "\\%c" : "%c", c);
    }
    buffer_add_octet(out, '"');
}

/* "key: value"; where there is none, as a comment with an example. */
static void put_key(struct buffer *out, const char *indent, const char *key, const char *value, const char *example,
                    const char *comment)
{
    if (comment)
        buffer_printf(out, "%s# %s\n", indent, comment);
    buffer_printf(out, "%s%s%s: ", indent, value ? "" : "# ", key);
    put_scalar(out, value ? value : example);
    buffer_add_octet(out, '\n');
}

/* Lines of a reply as comments, control octets made visible. */
static void put_reply(struct buffer *out, const char *label, struct bytes reply)
{
    for (struct bytes rest = reply, line; bytes_next_line(&rest, &line);) {
        buffer_printf(out, "# %-10s", label);
        text_visible(out, line, 160);
        buffer_add_octet(out, '\n');
        label = "";
    }
}

static bool has_keyword(struct bytes reply, struct bytes keyword)
{
    for (struct bytes rest = reply, line, word; bytes_next_line(&rest, &line);) {
        struct bytes text = bytes_from(line, 4);
        if (bytes_next_word(&text, &word) && bytes_equal_nocase(word, keyword))
            return true;
    }
    return false;
}

bool init_offers_auth(const struct probe *probe)
{
    return has_keyword(probe->ehlo, BYTES("AUTH")) || has_keyword(probe->ehlo_tls, BYTES("AUTH"));
}

static void put_head(struct buffer *out, const struct probe *probe)
{
    buffer_add_string(out, "# What smtpspec is told about a server; smtpspec-target(5) has every key.\n"
                           "# For completion in your editor: smtpspec check --schema target >target.schema.json\n"
                           "# yaml-language-server: $schema=target.schema.json\n#\n");
    if (!probe) {
        buffer_add_string(out, "# The server was not asked.\n\n");
        return;
    }
    buffer_add_string(out, "# This is what it said of itself:\n");
    put_reply(out, "greeting", probe->greeting);
    put_reply(out, "EHLO", probe->ehlo);
    put_reply(out, "under TLS", probe->ehlo_tls);
    buffer_add_octet(out, '\n');
}

static void put_credentials(struct buffer *out, const struct target_options *o, const struct probe *probe)
{
    bool known = o->user && o->password;
    buffer_printf(out, "  # To log in with%s.\n  %scredentials: {user: ",
                  probe && !init_offers_auth(probe) ? "; it does not offer AUTH" : "", known ? "" : "# ");
    put_scalar(out, known ? o->user : "alice");
    buffer_add_string(out, ", password: ");
    put_scalar(out, known ? o->password : "secret");
    buffer_add_string(out, "}\n");
}

static void put_facts(struct buffer *out, const struct target_options *o, const struct probe *probe)
{
    bool none = !o->to && !o->to2 && !o->unknown && !o->from && !o->foreign && !o->domain && !(o->user && o->password);
    buffer_add_string(out, "\n# What a client cannot find out. The more is known, the more is tested.\n");
    buffer_add_string(out, none ? "facts: {}\n# facts:\n" : "facts:\n");
    put_key(out, "  ", "recipient", o->to, "alice@example.test",
            "A recipient that accepts mail; most scenarios need one, and test messages go there.");
    put_key(out, "  ", "recipient2", o->to2, "bob@example.test", "Another one.");
    put_key(out, "  ", "unknown", o->unknown, "nobody@example.test", "One that does not exist there.");
    put_credentials(out, o, probe);
    if (o->from)
        put_key(out, "  ", "sender", o->from, "", NULL);
    if (o->foreign)
        put_key(out, "  ", "foreign", o->foreign, "", NULL);
    if (o->domain)
        put_key(out, "  ", "domain", o->domain, "", NULL);
}

/* "ADDRESS=KIND:PATH" as the option takes it. */
static void put_mailbox(struct buffer *out, struct arena *a, const char *text)
{
    char *copy = arena_string(a, text);
    char *kind = copy ? strchr(copy, '=') : NULL, *path = kind ? strchr(kind, ':') : NULL;
    if (!path) {
        out->failed |= !copy;
        return;
    }
    *kind++ = 0;
    *path++ = 0;
    buffer_add_string(out, "  ");
    put_scalar(out, copy);
    buffer_printf(out, ": {%s: ", kind);
    put_scalar(out, path);
    buffer_add_string(out, "}\n");
}

static void put_mailboxes(struct buffer *out, const struct target_options *o)
{
    struct arena *a = arena_new();
    out->failed |= !a;
    buffer_add_string(out,
                      "\n# Where mail lies when it has been delivered, so that it can be looked at: maildir, mbox, "
                      "directory or command.\n");
    bool some = o->mailboxes.count || o->settle_ms != TARGET_UNSET;
    buffer_printf(out, "%smailboxes:\n", some ? "" : "# ");
    for (size_t i = 0; a && i < o->mailboxes.count; i++)
        put_mailbox(out, a, o->mailboxes.items[i]);
    if (o->settle_ms != TARGET_UNSET)
        buffer_printf(out, "  settle: %lldms\n", (long long)o->settle_ms);
    if (!some)
        buffer_add_string(out, "#   alice@example.test: {maildir: /home/alice/Maildir}\n");
    arena_free(a);
}

void init_file(struct buffer *out, const char *address, const struct target_options *o, const struct probe *probe)
{
    put_head(out, probe);
    put_key(out, "", "name", NULL, "My server 1.0", "For reports.");
    put_key(out, "", "endpoint", address, "", NULL);
    put_key(out, "", "implicit-tls", o->implicit_tls, "smtps://127.0.0.1:465",
            "Where the same server speaks TLS at once.");
    put_facts(out, o, probe);
    put_mailboxes(out, o);
    buffer_add_string(out,
                      "\n# How it is started and stopped, where smtpspec is to do that: in CI, or to go on after a "
                      "crash.\n# launch: {start: ./start, stop: ./stop, ready-within: 10s}\n\n"
                      "# What may fail, and why: smtpspec test FILE --write-baseline known.yaml\n"
                      "# baseline: known.yaml\n");
}
