#include "offers.h"
#include "runner.h"

#include <stdio.h>
#include <string.h>

void nonce_make(uint64_t seed, const char *id, char out[NONCE_LENGTH + 1])
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    struct prng p;
    prng_seed(&p, seed ^ prng_hash(id));
    for (size_t i = 0; i < NONCE_LENGTH; i++)
        out[i] = letters[prng_below(&p, sizeof letters - 1)];
    out[NONCE_LENGTH] = 0;
}

static bool captured_find(const struct runner *r, struct bytes name, struct bytes *value)
{
    for (const struct captured *c = r->captures; c; c = c->next)
        if (bytes_equal(bytes_string(c->name), name)) {
            *value = c->value;
            return true;
        }
    return false;
}

/* "case-id" of "suite/id/case-id@tls". */
static bool case_find(const struct runner *r, struct bytes *value)
{
    const char *id = strchr(r->scenario->id, '/');
    const char *at = id ? strchr(id + 1, '/') : NULL;
    *value = at ? bytes_of(at + 1, strcspn(at + 1, "@")) : (struct bytes){0};
    return at;
}

static bool size_find(struct runner *r, struct bytes *value)
{
    uint64_t limit;
    struct bytes ehlo = r->current ? buffer_bytes(&r->current->ehlo) : (struct bytes){0};
    if (!offers_size(ehlo, &limit) && !offers_size(offers_on(&r->drive->offers, &r->route), &limit))
        return false;
    *value = bytes_string(arena_printf(r->result->arena, "%llu", (unsigned long long)limit));
    return value->data;
}

/* recipient.0 is the first of the target's list of further recipients. */
static bool recipient_find(const struct target *t, struct bytes number, struct bytes *value)
{
    uint64_t n;
    if (!bytes_to_number(number, &n) || n >= t->recipient_count)
        return false;
    *value = bytes_string(t->recipients[n]);
    return true;
}

static bool fact_find(const struct runner *r, struct bytes name, struct bytes *value)
{
    const struct target *t = r->drive->target;
    const struct {
        const char *name, *value;
    } facts[] = {{"sender", t->sender},   {"recipient", t->recipient}, {"recipient2", t->recipient2},
                 {"unknown", t->unknown}, {"foreign", t->foreign},     {"domain", t->domain},
                 {"user", t->user},       {"password", t->password},   {"hello", t->endpoint.lmtp ? "LHLO" : "EHLO"},
                 {"nonce", r->nonce}};
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        if (bytes_equal(bytes_string(facts[i].name), name) && facts[i].value) {
            *value = bytes_string(facts[i].value);
            return true;
        }
    return false;
}

static bool variable_find(void *context, struct bytes name, struct bytes *value)
{
    struct runner *r = context;
    if (captured_find(r, name, value) || fact_find(r, name, value))
        return true;
    if (bytes_equal(name, BYTES("size")))
        return size_find(r, value);
    if (bytes_equal(name, BYTES("case")))
        return case_find(r, value);
    return bytes_starts(name, BYTES("recipient.")) &&
           recipient_find(r->drive->target, bytes_from(name, sizeof "recipient." - 1), value);
}

void variables_begin(struct runner *r)
{
    prng_seed(&r->prng, drive_seed(r->drive) ^ prng_hash(r->scenario->id));
    nonce_make(drive_seed(r->drive), r->scenario->id, r->nonce);
    r->variables = (struct variables){.find = variable_find, .context = r, .prng = &r->prng};
}
