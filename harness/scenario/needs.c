#include "facts.h"
#include "load.h"

#include <string.h>

static const char *const transports[] = {"tcp",      "tls",    "implicit-tls", "smtp",      "lmtp",
                                         "loopback", "launch", "stranger",     "submission"};
enum { TRANSPORTS = sizeof transports / sizeof *transports };

static bool same_name(const char *a, const char *b)
{
    return a == b || (a && b && bytes_equal_nocase(bytes_string(a), bytes_string(b)));
}

static void add_need(struct reader *r, struct need_list *list, struct need need)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct need *have = &list->items[i];
        if (have->kind == need.kind && same_name(have->name, need.name) && same_name(have->parameter, need.parameter))
            return;
        /* What is derived gives way to what is written. */
        if (need.mark.line == 0 && need.kind == NEED_EXTENSION && have->kind == NEED_NO_EXTENSION &&
            same_name(have->name, need.name))
            return;
    }
    if (list->count == list->room) {
        size_t room = list->room ? list->room * 2 : 8;
        struct need *items = reader_array(r, room, sizeof *items);
        if (!items)
            return;
        if (list->count)
            memcpy(items, list->items, list->count * sizeof *items);
        list->items = items;
        list->room = room;
    }
    list->items[list->count++] = need;
}

static const char *copy_word(struct reader *r, struct bytes word)
{
    const char *copy = (const char *)arena_bytes(r->arena, word).data;
    if (!copy)
        r->d->out_of_memory = true;
    return copy;
}

static bool is_keyword(struct bytes word)
{
    for (size_t i = 0; i < word.len; i++)
        if (!octet_is_alnum(word.data[i]) && word.data[i] != '-')
            return false;
    return word.len > 0 && (octet_is_digit(word.data[0]) || octet_upper(word.data[0]) == word.data[0]);
}

static void unknown_need(struct reader *r, const struct node *n)
{
    static const char *const names[] = {"recipient", "recipient2", "unknown",  "foreign",      "credentials", "mailbox",
                                        "size",      "tcp",        "tls",      "implicit-tls", "smtp",        "lmtp",
                                        "loopback",  "launch",     "stranger", "submission"};
    mistake_name(r, n->mark, n->text, "an extension in capitals, no EXTENSION, or a fact or transport in small letters",
                 names, sizeof names / sizeof *names);
}

static void take_need(struct reader *r, const struct node *n, void *to)
{
    struct bytes rest = n->text, word, parameter = {0}, behind;
    struct need need = {.mark = n->mark};
    if (!read_is_text(r, n, "a need such as CHUNKING, no STARTTLS or recipient"))
        return;
    bool good = bytes_next_word(&rest, &word);
    if (good && bytes_equal(word, BYTES("no"))) {
        need.kind = NEED_NO_EXTENSION;
        good = bytes_next_word(&rest, &word) && is_keyword(word);
    } else if (good && is_keyword(word)) {
        need.kind = NEED_EXTENSION;
        bytes_next_word(&rest, &parameter);
    } else if (good && fact_is_need(word)) {
        need.kind = NEED_FACT;
    } else {
        good = false;
        for (size_t i = 0; i < TRANSPORTS && !good; i++)
            good = bytes_equal(word, bytes_string(transports[i]));
        need.kind = NEED_TRANSPORT;
    }
    if (!good || bytes_next_word(&rest, &behind)) {
        unknown_need(r, n);
        return;
    }
    need.name = copy_word(r, word);
    need.parameter = parameter.len ? copy_word(r, parameter) : NULL;
    if (need.name)
        add_need(r, to, need);
}

void needs_load(struct reader *r, const struct node *n, struct need_list *list)
{
    read_each(r, n, take_need, list);
}

struct derivation {
    struct reader *r;
    struct need_list *list;
};

static void derive(struct derivation *d, enum need_kind kind, const char *name, const char *parameter)
{
    add_need(d->r, d->list, (struct need){.kind = kind, .name = name, .parameter = parameter});
}

static bool derive_step(const struct step *step, void *context)
{
    struct derivation *d = context;
    if (step->act == ACT_PIPELINE)
        derive(d, NEED_EXTENSION, "PIPELINING", NULL);
    if (step->act == ACT_STARTTLS || step->act == ACT_HANDSHAKE)
        derive(d, NEED_EXTENSION, "STARTTLS", NULL);
    if (step->act == ACT_AUTH)
        derive(d, NEED_EXTENSION, "AUTH", step->auth.mechanism);
    if (step->act == ACT_DELIVERED && !step->delivered.optional)
        derive(d, NEED_FACT, "mailbox", NULL);
    return true;
}

void needs_derive(struct reader *r, const struct scenario *s, struct need_list *list)
{
    struct derivation d = {r, list};
    steps_visit(&s->steps, derive_step, &d);
    if (s->auth) {
        derive(&d, NEED_EXTENSION, "AUTH", NULL);
        derive(&d, NEED_FACT, "credentials", NULL);
    }
    if (s->over == OVER_TLS)
        derive(&d, NEED_TRANSPORT, "tls", NULL);
    if (s->start >= START_RCPT)
        derive(&d, NEED_FACT, "recipient", NULL);
    const char *fact;
    for (size_t i = 0; (fact = fact_needed(r->scope->facts, i)); i++)
        derive(&d, NEED_FACT, fact, NULL);
}
