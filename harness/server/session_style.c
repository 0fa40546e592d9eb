/* Styles (server/style.h) that answer a command in another way, or offer other extensions: tables, so that the code of
 * the commands need not know them. */
#include "session_internal.h"

#define V(name)        (UINT32_C(1) << VERB_##name)
#define ALL_BUT(verbs) (~(verbs))
_Static_assert(VERB_COUNT <= 32, "a bit for each verb");

static bool always(const struct session *s, const struct command *c)
{
    (void)s, (void)c;
    return true;
}

static bool in_clear(const struct session *s, const struct command *c)
{
    (void)c;
    return !s->tls;
}

static bool from_stranger(const struct session *s, const struct command *c)
{
    (void)c;
    return !s->authenticated;
}

static bool routed(const struct session *s, const struct command *c)
{
    (void)s;
    return c->path.route.len > 0;
}

static bool first_recipient(const struct session *s, const struct command *c)
{
    (void)c;
    return s->transaction.asked == 0;
}

static bool http(const struct session *s, const struct command *c)
{
    static const char *const words[] = {"GET", "POST", "PUT", "HEAD", "OPTIONS", "CONNECT", "DELETE", "HOST:"};
    (void)s;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (bytes_equal_nocase(c->word, bytes_string(words[i])))
            return true;
    return false;
}

/* What answers `verbs` instead of the command's own function: before its order and syntax are looked at, or behind. */
static const struct answer {
    enum style style;
    bool first;
    uint32_t verbs;
    bool (*when)(const struct session *s, const struct command *c);
    struct verdict verdict;
} answers[] = {
    {STYLE_NEEDS_TLS,
     true,
     ALL_BUT(V(NOOP) | V(EHLO) | V(LHLO) | V(STARTTLS) | V(QUIT)),
     in_clear,
     {530, "5.7.0", "Must issue a STARTTLS command first"}},
    {STYLE_NEEDS_AUTH,
     true,
     ALL_BUT(V(AUTH) | V(EHLO) | V(HELO) | V(LHLO) | V(STARTTLS) | V(NOOP) | V(RSET) | V(QUIT)),
     from_stranger,
     {530, "5.7.0", "Authentication required"}},
    {STYLE_NEEDS_BOTH,
     true,
     ALL_BUT(V(NOOP) | V(EHLO) | V(LHLO) | V(STARTTLS) | V(QUIT)),
     in_clear,
     {530, "5.7.0", "Must issue a STARTTLS command first"}},
    {STYLE_NEEDS_BOTH,
     true,
     ALL_BUT(V(AUTH) | V(EHLO) | V(HELO) | V(LHLO) | V(STARTTLS) | V(NOOP) | V(RSET) | V(QUIT)),
     from_stranger,
     {530, "5.7.0", "Authentication required"}},
    {STYLE_GREETING_554, true, ALL_BUT(V(QUIT)), always, {503, "5.5.1", "Bad sequence of commands"}},
    {STYLE_GREETING_521, true, ALL_BUT(V(QUIT)), always, {521, "5.3.2", "Server does not accept mail"}},
    {STYLE_FORBIDDEN_VERBS, true, V(UNKNOWN), http, {421, "4.7.0", "This is no HTTP server"}},
    {STYLE_VRFY_502, true, V(VRFY) | V(EXPN), always, {502, "5.5.1", "Command not implemented"}},
    {STYLE_TLS_LATER, false, V(STARTTLS), always, {454, "4.7.0", "TLS not available for now"}},
    {STYLE_AUTH_LATER, false, V(AUTH), always, {454, "4.7.0", "Temporary authentication failure"}},
    {STYLE_NO_SENDER, false, V(MAIL), always, {550, "5.7.1", "Sender refused"}},
    {STYLE_NO_SENDER_YET, false, V(MAIL), always, {451, "4.7.1", "Sender not known yet, try again later"}},
    {STYLE_GREYLISTING, false, V(RCPT), always, {450, "4.7.1", "Greylisted, try again later"}},
    {STYLE_FIRST_450, false, V(RCPT), first_recipient, {450, "4.2.1", "Mailbox busy, try again"}},
    {STYLE_ROUTES_550, false, V(MAIL) | V(RCPT), routed, {550, "5.7.1", "No source routes here"}},
    {STYLE_NO_DATA_YET, false, V(DATA) | V(BDAT), always, {451, "4.3.0", "Local error, try again later"}},
};

struct verdict session_style_answer(const struct session *s, const struct command *c, bool first)
{
    for (size_t i = 0; s->config.style != STYLE_NONE && i < sizeof answers / sizeof *answers; i++) {
        const struct answer *a = &answers[i];
        if (session_styled(s, a->style) && a->first == first && a->verbs >> c->verb & 1 && a->when(s, c))
            return a->verdict;
    }
    return (struct verdict){0};
}

void session_verdict(struct session *s, struct verdict v)
{
    bool host = v.code == 421; /* the name is a part of it (section 4.2.3) */
    session_reply(s, v.code, v.enhanced, "%s%s%s", host ? s->config.host : "", host ? " " : "", v.text);
    if (v.code == 421 || v.code == 521)
        s->state = STATE_CLOSED;
}

struct verdict session_style_end(const struct session *s)
{
    const struct transaction *t = &s->transaction;
    if (session_styled(s, STYLE_NO_MESSAGE))
        return (struct verdict){550, "5.7.1", "Content refused"};
    if (session_styled(s, STYLE_NO_MESSAGE_YET))
        return (struct verdict){451, "4.7.1", "Greylisted, try again later"};
    if (session_styled(s, STYLE_BARE_CLOSES) && t->bare)
        return (struct verdict){421, "4.7.0", "CR or LF on its own"};
    if (t->missing)
        return (struct verdict){550, "5.1.1", "A recipient does not exist"};
    return (struct verdict){0};
}

bool session_style_defers(struct session *s, struct verdict v)
{
    bool defers = session_styled(s, STYLE_SENDER_AT_RCPT) || session_styled(s, STYLE_SENDER_AT_DATA);
    if (defers && !s->transaction.deferred.code)
        s->transaction.deferred = v;
    return defers;
}

struct verdict session_style_deferred(const struct session *s, enum verb verb)
{
    if (verb == VERB_RCPT ? session_styled(s, STYLE_SENDER_AT_RCPT) : session_styled(s, STYLE_SENDER_AT_DATA))
        return s->transaction.deferred;
    return (struct verdict){0};
}

/* Extensions by their keyword: the ones that a style leaves out, or with `only` the ones that it keeps. */
static const struct offer {
    enum style style;
    bool only;
    const char *keywords;
} offers[] = {
    {STYLE_BARE, true, ""},
    {STYLE_TERSE, true, "SIZE 8BITMIME EXPN HELP"},
    {STYLE_CODE_ONLY, false, "ENHANCEDSTATUSCODES"},
    {STYLE_NO_CODES, false, "ENHANCEDSTATUSCODES"},
    {STYLE_NO_PIPELINING, false, "PIPELINING"},
    {STYLE_NO_8BITMIME, false, "8BITMIME BINARYMIME SMTPUTF8"}, /* RFC 6531 section 3.1 item 8 */
    {STYLE_NO_CHUNKING, false, "CHUNKING BINARYMIME"},          /* RFC 3030 section 3 */
    {STYLE_NO_BINARYMIME, false, "BINARYMIME"},
    {STYLE_NO_SMTPUTF8, false, "SMTPUTF8"},
    {STYLE_NO_DSN, false, "DSN"},
    {STYLE_NO_SIZE, false, "SIZE"},
    {STYLE_NO_STARTTLS, false, "STARTTLS"},
    {STYLE_NO_AUTH, false, "AUTH ATRN"}, /* RFC 2645 section 5.1.1 */
    {STYLE_NO_HELP, false, "HELP"},
    {STYLE_NO_EXPN, false, "EXPN"},
    {STYLE_VRFY_502, false, "VRFY EXPN"},
    {STYLE_NEEDS_AUTH, false, "ETRN ATRN"}, /* RFC 6409 section 7 */
    {STYLE_NEEDS_BOTH, false, "ETRN ATRN"},
};

static bool has_word(const char *words, const char *word)
{
    struct bytes rest = bytes_string(words), next;
    while (bytes_next_word(&rest, &next))
        if (bytes_equal_nocase(next, bytes_string(word)))
            return true;
    return false;
}

/* RFC 2033 section 5: LMTP must have these. */
static bool needed_in_lmtp(const char *keyword)
{
    return has_word("PIPELINING ENHANCEDSTATUSCODES", keyword);
}

bool session_offers(const struct session *s, const char *keyword)
{
    if (s->config.style == STYLE_NONE || (s->config.lmtp && needed_in_lmtp(keyword)))
        return true;
    if (session_styled(s, STYLE_AUTH_UNDER_TLS) && !s->tls && has_word("AUTH ATRN", keyword))
        return false;
    for (size_t i = 0; i < sizeof offers / sizeof *offers; i++)
        if (session_styled(s, offers[i].style))
            return has_word(offers[i].keywords, keyword) == offers[i].only;
    return true;
}

struct verdict session_style_greeting(const struct session *s)
{
    static const struct {
        enum style style;
        struct verdict verdict;
    } greetings[] = {
        {STYLE_GREETING_554, {554, NULL, "No SMTP service here for you; see RFC 5321 section 3.1"}},
        {STYLE_GREETING_521, {521, NULL, "Server does not accept mail"}},
        {STYLE_GREETING_421, {421, NULL, "Service not available, closing transmission channel"}},
    };
    for (size_t i = 0; i < sizeof greetings / sizeof *greetings; i++)
        if (session_styled(s, greetings[i].style))
            return greetings[i].verdict;
    return (struct verdict){0};
}

void session_style_limits(struct session_config *config)
{
    if (config->style == STYLE_SIZE_SMALL && config->size_limit > 65536)
        config->size_limit = 65536; /* the least that section 4.5.3.1.7 allows */
    if (config->style == STYLE_RECIPIENTS_100 && config->recipient_limit > 100)
        config->recipient_limit = 100;
    if (config->style == STYLE_LITERAL_NAME)
        config->host = "[127.0.0.1]";
}
