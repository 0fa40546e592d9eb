#include "session_internal.h"

static const char postmaster[] = "postmaster"; /* there always is one (section 4.5.1) */

bool mailbox_domain_is_local(const struct session_config *c, const struct domain *d)
{
    return bytes_equal_nocase(d->text, bytes_string(c->domain)) || bytes_equal_nocase(d->text, bytes_string(c->host));
}

const char *mailbox_find_name(const struct session_config *c, struct bytes local_part)
{
    for (size_t i = 0; i < c->mailbox_count; i++)
        if (c->style == STYLE_CASE_SENSITIVE ? bytes_equal(local_part, bytes_string(c->mailboxes[i]))
                                             : bytes_equal_nocase(local_part, bytes_string(c->mailboxes[i])))
            return c->mailboxes[i];
    return bytes_equal_nocase(local_part, bytes_string(postmaster)) ? postmaster : NULL;
}

const char *mailbox_find(const struct session_config *c, const struct path *p)
{
    unsigned char name[256];
    size_t len = local_part_unquote(p, NULL, 0);
    if (len > sizeof name)
        return NULL;
    local_part_unquote(p, name, sizeof name);
    return mailbox_find_name(c, bytes_of(name, len));
}
