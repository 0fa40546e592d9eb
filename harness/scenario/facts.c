#include "facts.h"

#include "scenario/library.h"

#include <string.h>

static const struct fact_info facts[] = {
    {"sender", "an address that mail comes from", true, true, "--from"},
    {"recipient", "an address that accepts mail", true, false, "--to"},
    {"recipient2", "another address that accepts mail", true, false, "--to2"},
    {"unknown", "an address in the target's domain that does not exist", true, false, "--unknown"},
    {"foreign", "an address that the target must not relay to", true, true, "--foreign"},
    {"domain", "the target's mail domain, from the recipient", true, false, "--domain"},
    {"user", "the name to log in with", true, false, "--user"},
    {"password", "its password", true, false, "--password"},
    {"size", "the limit that SIZE advertises", true, false, NULL},
    {"hello", "EHLO, or LHLO in LMTP", true, true, NULL},
    {"nonce", "letters and digits that are unique for each result", true, true, NULL},
    {"case", "the id of the case", true, true, NULL},
    {"credentials", "user and password", false, false, "--user, --password"},
    {"mailbox", "a mailbox that the target file tells how to read", false, false, "--mailbox"},
};
enum { FACTS = sizeof facts / sizeof *facts };

/* Variables that come with another fact. */
static const char *fact_behind(const char *name)
{
    if (strcmp(name, "user") == 0 || strcmp(name, "password") == 0)
        return "credentials";
    return strcmp(name, "domain") == 0 ? "recipient" : name;
}

const struct fact_info *fact_table(size_t *count)
{
    *count = FACTS;
    return facts;
}

const char *fact_option(const char *name)
{
    for (size_t i = 0; i < FACTS; i++)
        if (strcmp(facts[i].name, name) == 0)
            return facts[i].option;
    return NULL;
}

static size_t fact_number(struct bytes name)
{
    size_t i = 0;
    while (i < FACTS && !bytes_equal(bytes_string(facts[i].name), name))
        i++;
    return i;
}

bool fact_use(struct bytes name, uint64_t *used)
{
    size_t i = fact_number(name);
    if (i == FACTS || !facts[i].variable)
        return false;
    if (!facts[i].always)
        *used |= UINT64_C(1) << fact_number(bytes_string(fact_behind(facts[i].name)));
    return true;
}

const char *fact_needed(uint64_t used, size_t number)
{
    for (size_t i = 0; i < FACTS; i++)
        if (used >> i & 1 && number-- == 0)
            return facts[i].name;
    return NULL;
}

const char **fact_variables(struct reader *r, const char *const *more, size_t more_count, size_t *count)
{
    const char **names = reader_array(r, FACTS + more_count, sizeof *names);
    size_t n = 0;
    if (!names)
        return NULL;
    for (size_t i = 0; i < FACTS; i++)
        if (facts[i].variable)
            names[n++] = facts[i].name;
    for (size_t i = 0; i < more_count; i++)
        names[n++] = more[i];
    *count = n;
    return names;
}

bool fact_is_need(struct bytes name)
{
    static const char *const needs[] = {"recipient",   "recipient2", "unknown", "foreign",
                                        "credentials", "mailbox",    "size"};
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
        if (bytes_equal(name, bytes_string(needs[i])))
            return true;
    return false;
}
