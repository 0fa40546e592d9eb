#include "scenario/catalogue.h"

#include <stdio.h>

static const char *const levels[] = {"MUST", "SHOULD", "MAY", "security"};

const char *level_name(enum level l)
{
    return levels[l];
}

bool level_find(struct bytes name, enum level *out)
{
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
        if (bytes_equal_nocase(name, bytes_string(levels[i]))) {
            *out = (enum level)i;
            return true;
        }
    return false;
}

const char *requirement_source(const struct requirement *r, char *out, size_t size)
{
    const char *rfc = r->rfc[0] && octet_is_digit((unsigned char)r->rfc[0]) ? "RFC " : "";
    if (r->section[0])
        snprintf(out, size, "%s%s section %s", rfc, r->rfc, r->section);
    else
        snprintf(out, size, "%s%s", rfc, r->rfc);
    return out;
}
