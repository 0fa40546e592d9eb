/* Defects that relay for strangers: each believes in something that any client can say. */
#include "session_internal.h"

#include <string.h>

static bool anybody(const struct session *s, const struct path *p)
{
    (void)s, (void)p;
    return true;
}

/* The percent hack: user%host@here means user@host. */
static bool by_percent(const struct session *s, const struct path *p)
{
    (void)s;
    return bytes_find_octet(p->local_part, '%') != BYTES_NONE;
}

static bool by_bang(const struct session *s, const struct path *p)
{
    (void)s;
    return bytes_find_octet(p->local_part, '!') != BYTES_NONE;
}

static bool by_route(const struct session *s, const struct path *p)
{
    (void)s;
    return p->route.len > 0;
}

static bool by_quoted_at(const struct session *s, const struct path *p)
{
    (void)s;
    return bytes_find_octet(p->local_part, '@') != BYTES_NONE;
}

static bool by_literal(const struct session *s, const struct path *p)
{
    (void)s;
    return p->domain.text.len > 0 && p->domain.text.data[0] == '[';
}

static bool ends_with_any(struct bytes text, const char *const *ends, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (bytes_ends(text, bytes_string(ends[i])))
            return true;
    return false;
}

/* The sender is one of us, or nobody, or the recipient: RFC 5321 section 7.1 says what that proves. */
static bool by_sender(const struct session *s, const struct path *p)
{
    const char *const ours[] = {"<>", "@localhost>", "@[127.0.0.1]>"};
    struct bytes sender = s->transaction.envelope.reverse_path;
    return ends_with_any(sender, ours, sizeof ours / sizeof *ours) || s->transaction.envelope.sender_mailbox ||
           bytes_find(sender, p->mailbox) != BYTES_NONE;
}

static bool by_hello(const struct session *s, const struct path *p)
{
    struct bytes name = buffer_bytes(&s->hello_name);
    (void)p;
    return bytes_equal_nocase(name, BYTES("localhost")) || bytes_equal(name, BYTES("[127.0.0.1]")) ||
           bytes_equal_nocase(name, bytes_string(s->config.domain));
}

static bool by_mail_auth(const struct session *s, const struct path *p)
{
    (void)p;
    return s->transaction.envelope.auth.len > 0;
}

static bool behind_local(const struct session *s, const struct path *p)
{
    (void)p;
    return s->transaction.envelope.count > 0;
}

static bool after_xclient(const struct session *s, const struct path *p)
{
    (void)p;
    return s->flaws.xclient_said;
}

static const struct {
    enum defect defect;
    bool (*believes)(const struct session *s, const struct path *p);
} rows[] = {
    {DEFECT_RELAY_BY_PERCENT, by_percent},
    {DEFECT_RELAY_BY_BANG, by_bang},
    {DEFECT_RELAY_BY_ROUTE, by_route},
    {DEFECT_RELAY_BY_QUOTED_AT, by_quoted_at},
    {DEFECT_RELAY_TO_LITERALS, by_literal},
    {DEFECT_RELAY_BY_SENDER, by_sender},
    {DEFECT_RELAY_BY_HELLO, by_hello},
    {DEFECT_RELAY_BY_MAIL_AUTH, by_mail_auth},
    {DEFECT_RELAY_BEHIND_LOCAL, behind_local},
    {DEFECT_RELAY_AFTER_XCLIENT, after_xclient},
    {DEFECT_OPEN_RELAY, anybody},
};

bool session_defect_relays(const struct session *s, const struct path *p)
{
    if (mailbox_find(&s->config, p) && mailbox_domain_is_local(&s->config, &p->domain))
        return false;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (session_has(s, rows[i].defect))
            return rows[i].believes(s, p);
    return false;
}
