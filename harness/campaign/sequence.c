#include "sequence.h"

#include "driver/dialog.h"

#include <string.h>

static const struct {
    const char *name, *text;
} rules[] = {
    {"rcpt-without-mail", "RCPT is accepted only within a transaction that MAIL began (RFC 5321 section 3.3)"},
    {"nested-mail", "MAIL within a transaction is refused (RFC 5321 section 4.1.4)"},
    {"message-without-recipient",
     "a message is taken over only for recipients that were accepted (RFC 5321 section 3.3, RFC 3030 section 2)"},
    {"auth-twice", "AUTH after a successful AUTH is refused (RFC 4954 section 4)"},
    {"auth-in-transaction", "AUTH within a mail transaction is refused (RFC 4954 section 4)"},
};

const char *sequence_rule_text(const char *rule)
{
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (!strcmp(rules[i].name, rule))
            return rules[i].text;
    return "";
}

static void transaction_end(struct sequence *s)
{
    s->mail = s->refused_some = false;
    s->accepted = 0;
}

void sequence_tls(struct sequence *s)
{
    transaction_end(s);
    s->authenticated = s->unknown = false;
}

static const char *mail_answered(struct sequence *s, bool good)
{
    const char *broken = good && s->mail ? "nested-mail" : NULL;
    if (good) {
        transaction_end(s);
        s->mail = true;
    }
    return broken;
}

static const char *rcpt_answered(struct sequence *s, bool good)
{
    if (!good) {
        s->refused_some = true;
        return NULL;
    }
    s->accepted++;
    return s->mail ? NULL : "rcpt-without-mail";
}

/* LMTP answers for each recipient, so the transaction ends with the next MAIL there. */
static const char *message_answered(struct sequence *s, bool good)
{
    const char *broken = good && s->accepted == 0 ? "message-without-recipient" : NULL;
    if (!s->lmtp)
        transaction_end(s);
    else
        s->mail = false;
    return broken;
}

static const char *auth_answered(struct sequence *s, int code)
{
    if (code != 235)
        return NULL;
    const char *broken = s->authenticated ? "auth-twice" : s->mail ? "auth-in-transaction" : NULL;
    s->authenticated = true;
    return broken;
}

static const char *answered(struct sequence *s, int asked, int code)
{
    bool good = code / 100 == 2;
    if (asked == VERB_MAIL)
        return mail_answered(s, good);
    if (asked == VERB_RCPT)
        return rcpt_answered(s, good);
    if (asked == ASKED_END_OF_DATA || asked == ASKED_LAST_CHUNK)
        return message_answered(s, good);
    if (asked == VERB_AUTH || asked == ASKED_SASL)
        return auth_answered(s, code);
    if (good && (asked == VERB_RSET || asked_hello(asked)))
        transaction_end(s);
    return NULL;
}

const char *sequence_follow(struct sequence *s, int asked, int code)
{
    bool good = code / 100 == 2;
    const char *broken = answered(s, asked, code);
    if ((asked == VERB_BDAT || asked == ASKED_LAST_CHUNK) && !good)
        s->unknown = true;
    else if (good && (asked == VERB_RSET || asked_hello(asked)))
        s->unknown = false;
    return s->unknown ? NULL : broken;
}
