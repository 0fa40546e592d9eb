#include "premises.h"

#include "driver/delivery.h"
#include "incident.h"
#include "sentinel.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

struct uses {
    bool mailbox, credentials;
};

static bool step_uses(const struct step *step, void *context)
{
    struct uses *uses = context;
    uses->mailbox |= step->act == ACT_DELIVERED;
    uses->credentials |= step->act == ACT_AUTH;
    return true;
}

/* What the mailbox is in the target file, with what is plainly wrong about it. */
static void mailbox_describe(const struct drive *d, const char *address, char *out, size_t size)
{
    static const char *const kinds[] = {"maildir", "mbox", "directory", "command"};
    const struct mailbox *m = target_mailbox(d->target, bytes_string(address));
    const char *path = m->kind == MAILBOX_COMMAND ? m->command[0] : m->path;
    char new[PATH_MAX];
    struct stat st;
    snprintf(new, sizeof new, m->kind == MAILBOX_MAILDIR ? "%s/new" : "%s", path);
    const char *wrong = m->kind != MAILBOX_COMMAND && stat(new, &st) != 0
                            ? m->kind == MAILBOX_MAILDIR ? ", in which there is no folder new" : ", which is not there"
                            : "";
    snprintf(out, size, "%s %.400s%s", kinds[m->kind], path, wrong);
}

static void mailbox_look(struct drive *d, const char *address, struct run *run)
{
    char what[512];
    struct store *store = address ? delivery_store(d->delivery, bytes_string(address)) : NULL;
    struct result result = {.id = "target/mailbox", .arena = arena_new()};
    int64_t began = clock_ns();
    if (!store || !result.arena) {
        arena_free(result.arena);
        return;
    }
    struct recorder recorder = {.arena = result.arena, .transcript = &result.transcript, .origin_ns = began};
    struct sentinel s = {.store = store, .to = bytes_string(address), .id = result.id, .recorder = &recorder};
    enum sentinel_fate fate = sentinel_try(d, &s);
    if (fate != SENTINEL_MISSING || drive_stopped(d)) {
        arena_free(result.arena);
        return;
    }
    mailbox_describe(d, address, what, sizeof what);
    result.expected = "a plain message arrives";
    result.reason = arena_printf(result.arena,
                                 "a plain message to %s was accepted, and did not arrive within %lld ms in %s: the "
                                 "target file names the wrong mailbox, or the server does not deliver",
                                 address, (long long)drive_ms(d, arrival_ms(d->target)), what);
    result.found = arena_string(result.arena, s.why);
    result.duration_ns = clock_ns() - began;
    incident_add(d, run, &result);
}

static void credentials_look(struct drive *d, struct run *run)
{
    struct result result = {.id = "target/credentials", .arena = arena_new()};
    if (!d->offers.credentials_refused || !result.arena) {
        arena_free(result.arena);
        return;
    }
    result.expected = "the credentials of the target file log in";
    result.found = arena_string(result.arena, d->offers.credentials_problem);
    result.reason = arena_printf(result.arena,
                                 "the credentials of user %s log in by no mechanism that is offered (%s): the target "
                                 "file names wrong ones, or the server lets nobody in",
                                 d->target->user, d->offers.credentials_problem);
    incident_add(d, run, &result);
}

void premises_look(struct drive *d, const struct scenario *const *scenarios, size_t count, struct run *run)
{
    const struct target *t = d->target;
    struct uses uses = {.credentials = t->prologue & PROLOGUE_AUTH};
    for (size_t i = 0; i < count; i++) {
        uses.credentials |= scenarios[i]->auth;
        steps_visit(&scenarios[i]->steps, step_uses, &uses);
    }
    if (uses.credentials)
        credentials_look(d, run);
    if (!uses.mailbox)
        return;
    mailbox_look(d, t->recipient, run);
    if (!drive_stopped(d) && t->recipient2 && (!t->recipient || strcmp(t->recipient, t->recipient2) != 0))
        mailbox_look(d, t->recipient2, run);
}
