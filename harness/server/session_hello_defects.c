/* Defects in what EHLO and HELO are answered, and in the mailboxes that VRFY and EXPN give. */
#include "session_defects.h"

static const struct {
    enum defect defect;
    const char *line;
} added[] = {
    {DEFECT_EHLO_LISTS_AUTH_EQUALS, "AUTH=PLAIN LOGIN"}, /* what some clients of 1998 were waiting for */
    {DEFECT_KEYWORD_UNREGISTERED, "FASTMAIL"},
};

void session_defect_add_lines(const struct session *s, struct buffer *text)
{
    for (size_t i = 0; i < sizeof added / sizeof *added; i++)
        if (session_has(s, added[i].defect))
            buffer_printf(text, "\n%s", added[i].line);
}

const char *session_defect_hello(const struct session *s)
{
    return session_has(s, DEFECT_HELLO_WITHOUT_NAME)    ? "Welcome, dear client"
           : session_has(s, DEFECT_EHLO_DOMAIN_IN_UTF8) ? "b\xC3\xBC\x63her.test"
                                                        : NULL;
}

/* L is the local-part, D the domain, H the host. */
static const struct {
    enum defect defect;
    enum verb verb;
    const char *form;
} forms[] = {
    {DEFECT_VRFY_WITHOUT_DOMAIN, VERB_VRFY, "<L>"},   {DEFECT_VRFY_EMPTY_BRACKETS, VERB_VRFY, "A user of ours <>"},
    {DEFECT_EXPN_WITHOUT_DOMAIN, VERB_EXPN, "<L>"},   {DEFECT_VRFY_WITHOUT_BRACKETS, VERB_VRFY, "L@D"},
    {DEFECT_VRFY_GIVES_ROUTE, VERB_VRFY, "<@H:L@D>"}, {DEFECT_VRFY_GIVES_DEAD_ADDRESS, VERB_VRFY, "<L-box@D>"},
};

bool session_defect_mailbox(const struct session *s, const char *mailbox, struct buffer *out)
{
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (!session_has(s, forms[i].defect) || s->verb != forms[i].verb)
            continue;
        for (const char *c = forms[i].form; *c; c++)
            if (*c == 'L')
                buffer_add_string(out, mailbox);
            else if (*c == 'D')
                buffer_add_string(out, s->config.domain);
            else if (*c == 'H')
                buffer_add_string(out, s->config.host);
            else
                buffer_add_octet(out, (unsigned char)*c);
        return true;
    }
    return false;
}
