#include "target_keys.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { READY_WITHIN_MS = 10000, SETTLE_MS = 2000 };

struct target *target_new(void)
{
    struct target *t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    *t = (struct target){.ready_within_ms = READY_WITHIN_MS,
                         .settle_ms = SETTLE_MS,
                         .sender = "carol@client.test",
                         .foreign = "someone@elsewhere.test",
                         .arena = arena_new()};
    t->diagnostics.arena = t->arena;
    if (!t->arena) {
        free(t);
        return NULL;
    }
    return t;
}

void target_free(struct target *t)
{
    if (!t)
        return;
    arena_free(t->arena);
    free(t);
}

bool address_is_right(struct bytes address)
{
    size_t at = bytes_find_octet(address, '@');
    for (size_t i = 0; i < address.len; i++)
        if (address.data[i] < 0x20 || address.data[i] == 0x7f || address.data[i] == '<' || address.data[i] == '>')
            return false;
    return at != BYTES_NONE && at > 0 && at + 1 < address.len;
}

static const char *const mailbox_kinds[] = {"maildir", "mbox", "directory", "command"};

bool mailbox_kind_find(struct bytes name, enum mailbox_kind *out)
{
    for (size_t i = 0; i < sizeof mailbox_kinds / sizeof *mailbox_kinds; i++)
        if (bytes_equal(name, bytes_string(mailbox_kinds[i]))) {
            *out = (enum mailbox_kind)i;
            return true;
        }
    return false;
}

char **shell_command(struct arena *a, const char *command)
{
    char **argv = arena_array(a, 4, sizeof *argv);
    if (!argv)
        return NULL;
    argv[0] = arena_string(a, "/bin/sh");
    argv[1] = arena_string(a, "-c");
    argv[2] = arena_string(a, command);
    return argv[0] && argv[1] && argv[2] ? argv : NULL;
}

void target_mailbox_add(struct reader *r, struct target *t, struct mailbox m)
{
    struct mailbox *all = reader_array(r, t->mailbox_count + 1, sizeof *all);
    if (!all)
        return;
    if (t->mailbox_count)
        memcpy(all, t->mailboxes, t->mailbox_count * sizeof *all);
    all[t->mailbox_count++] = m;
    t->mailboxes = all;
}

bool target_add_mailbox(struct target *t, const char *text, struct error *e)
{
    static const char form[] = "ADDRESS=KIND:PATH with maildir, mbox, directory or command as KIND";
    struct bytes all = bytes_string(text);
    size_t equals = bytes_find_octet(all, '=');
    struct bytes rest = bytes_from(all, equals == BYTES_NONE ? all.len : equals + 1);
    size_t colon = bytes_find_octet(rest, ':');
    struct mailbox m = {0};
    if (equals == BYTES_NONE || colon == BYTES_NONE || colon + 1 == rest.len ||
        !mailbox_kind_find(bytes_slice(rest, 0, colon), &m.kind) || !address_is_right(bytes_slice(all, 0, equals)))
        return error_set(e, "expected %s, found \"%s\"", form, text);
    m.address = (const char *)arena_bytes(t->arena, bytes_slice(all, 0, equals)).data;
    m.path = (const char *)arena_bytes(t->arena, bytes_from(rest, colon + 1)).data;
    if (m.path && m.kind == MAILBOX_COMMAND) {
        m.command = shell_command(t->arena, m.path);
        m.path = NULL;
    }
    if (!m.address || (!m.path && !m.command))
        return error_set(e, "no memory");
    struct reader r = {.arena = t->arena, .d = &t->diagnostics};
    target_mailbox_add(&r, t, m);
    return !t->diagnostics.out_of_memory || error_set(e, "no memory");
}

const struct mailbox *target_mailbox(const struct target *t, struct bytes address)
{
    /* The last one wins, so that the command line overrides the file. */
    for (size_t i = t->mailbox_count; i-- > 0;)
        if (bytes_equal_nocase(bytes_string(t->mailboxes[i].address), address))
            return &t->mailboxes[i];
    return NULL;
}

bool target_finish(struct target *t, struct error *e)
{
    if (!t->endpoint.present)
        return error_set(e, "expected an endpoint such as smtp://127.0.0.1:2525, found none");
    if (t->tls.certificate && !t->tls.key)
        return error_set(e, "expected a key beside the client certificate, found none");
    if (t->tls.minimum && t->tls.maximum && strcmp(t->tls.minimum, t->tls.maximum) > 0)
        return error_set(e, "expected a lowest TLS version up to the highest one, found %s and %s", t->tls.minimum,
                         t->tls.maximum);
    if (t->user && !t->password)
        return error_set(e, "expected a password beside the user, found none");
    const char *at = t->recipient ? strrchr(t->recipient, '@') : NULL;
    if (!t->domain && at)
        t->domain = at + 1;
    if (!t->hello_name)
        t->hello_name = "client.test";
    if (!t->name)
        t->name = t->endpoint.text;
    return true;
}
