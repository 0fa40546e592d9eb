#include "smtp/code.h"

#define RFC5321 "RFC 5321 section 4.2.3"
#define RFC4954 "RFC 4954 section 6"

static const struct code_info codes[] = {
    {211, ADVICE_GO, "system status, or help", NULL, RFC5321},
    {214, ADVICE_GO, "help for people", NULL, RFC5321},
    {220, ADVICE_GO, "the service is ready", "behind STARTTLS: begin the TLS handshake",
     RFC5321 ", RFC 3207 section 4"},
    {221, ADVICE_GO, "the service closes the connection, as asked", NULL, RFC5321},
    {235, ADVICE_GO, "logged in", NULL, RFC4954},
    {250, ADVICE_GO, "done", "behind the end of the message: the server has taken responsibility for it", RFC5321},
    {251, ADVICE_GO, "the user is not local, the server forwards", "behind ETRN: no messages wait",
     RFC5321 ", RFC 1985 section 5"},
    {252, ADVICE_GO, "the server does not tell whether the user exists, but takes the message",
     "behind ETRN: delivery started", RFC5321 ", RFC 1985 section 5"},
    {253, ADVICE_GO, "behind ETRN: delivery started, with the number of messages", NULL, "RFC 1985 section 5"},
    {334, ADVICE_GO, "the server waits for the next answer of the login, in base64; its text is the challenge", NULL,
     "RFC 4954 section 4"},
    {354, ADVICE_GO, "send the message now; it ends with a line that holds a dot alone", NULL, RFC5321},
    {421, ADVICE_RETRY, "the service is not available now; the server closes the connection", NULL, RFC5321},
    {432, ADVICE_FIX, "the password must be moved to this mechanism first: log in once with PLAIN over TLS", NULL,
     RFC4954},
    {450, ADVICE_RETRY, "the mailbox is not available now: busy, or held off by policy (greylisting)",
     "behind ATRN: refused for now", RFC5321 ", RFC 2645 section 7"},
    {451, ADVICE_RETRY, "an error on the server's side while processing", NULL, RFC5321},
    {452, ADVICE_RETRY,
     "storage is short now, or the recipients are too many for one message: send the rest in another", NULL,
     RFC5321 " and 4.5.3.1.10"},
    {453, ADVICE_RETRY, "behind ATRN: no mail waits", NULL, "RFC 2645 section 7"},
    {454, ADVICE_RETRY, "TLS is not available now", "behind AUTH: logging in fails for a temporary reason",
     "RFC 3207 section 4, " RFC4954},
    {455, ADVICE_RETRY, "the server cannot do now what a parameter of MAIL or RCPT asks", NULL, RFC5321},
    {458, ADVICE_RETRY, "behind ETRN: the messages cannot be queued now", NULL, "RFC 1985 section 5"},
    {459, ADVICE_FIX, "behind ETRN: this node is not allowed to ask", NULL, "RFC 1985 section 5"},
    {500, ADVICE_FIX, "the command is not known, or its line is too long", NULL, RFC5321},
    {501, ADVICE_FIX, "the argument or a parameter breaks the syntax", NULL, RFC5321},
    {502, ADVICE_FIX, "the command is known and not implemented here", NULL, RFC5321 " and 4.2.4"},
    {503, ADVICE_FIX, "the commands come in the wrong order", NULL, RFC5321},
    {504, ADVICE_FIX, "a parameter of the command is not implemented", "behind AUTH: the mechanism is not offered",
     RFC5321 ", RFC 4954 section 4"},
    {521, ADVICE_STOP, "this host takes no mail at all", NULL, "RFC 7504 section 3"},
    {523, ADVICE_FIX, "behind BURL or AUTH: encryption is needed", NULL,
     "RFC 5248 section 2.4 (as the code beside X.7.10)"},
    {524, ADVICE_FIX, "behind AUTH: encryption is needed for this mechanism", NULL,
     "RFC 5248 section 2.4 (as the code beside X.7.11)"},
    {525, ADVICE_STOP, "behind AUTH: the account is disabled", NULL,
     "RFC 5248 section 2.4 (as the code beside X.7.13)"},
    {530, ADVICE_FIX, "log in or begin TLS first", NULL, RFC4954 ", RFC 3207 section 4"},
    {534, ADVICE_FIX, "the login mechanism is too weak for this user: use a stronger one", NULL, RFC4954},
    {535, ADVICE_FIX, "user or password is wrong", NULL, RFC4954},
    {538, ADVICE_FIX, "this login mechanism needs encryption: begin TLS first (historical)", NULL, RFC4954},
    {550, ADVICE_STOP, "the mailbox is not available: not there, no access, or refused by policy", NULL, RFC5321},
    {551, ADVICE_FIX, "the user is not local; the text may name the address to use", NULL, RFC5321 " and 3.4"},
    {552, ADVICE_FIX,
     "too much for the storage: the message or the mailbox; old servers say it for too many recipients", NULL,
     RFC5321 " and 4.5.3.1.10"},
    {553, ADVICE_FIX, "the name of the mailbox is not allowed, its syntax perhaps", NULL, RFC5321},
    {554, ADVICE_FIX, "the transaction failed", "in place of a greeting: no mail service here", RFC5321},
    {555, ADVICE_FIX, "a parameter of MAIL or RCPT is not known or not implemented", NULL, RFC5321},
    {556, ADVICE_STOP, "the domain takes no mail", NULL, "RFC 7504 section 4"},
};

const struct code_info *code_table(size_t *count)
{
    *count = sizeof codes / sizeof *codes;
    return codes;
}

const struct code_info *code_find(int code)
{
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (codes[i].code == code)
            return &codes[i];
    return NULL;
}

const char *code_special(int code, struct enhanced e, enum verb to)
{
    enum { ANY = -1, PROTOCOL = 5, POLICY = 7 };
    static const struct {
        int code;
        enum verb to;
        int subject;
        const char *text;
    } table[] = {
        {220, VERB_STARTTLS, ANY, "begin the TLS handshake now (RFC 3207 section 4)"},
        {250, VERB_DATA, ANY, "the server has taken responsibility for the message (RFC 5321 section 4.2.5)"},
        {250, VERB_EHLO, ANY, "each further line names an extension (RFC 5321 section 4.1.1.1)"},
        {250, VERB_LHLO, ANY, "each further line names an extension (RFC 2033 section 4.1)"},
        {251, VERB_ETRN, ANY, "no messages wait for the node (RFC 1985 section 5)"},
        {252, VERB_ETRN, ANY, "delivery of what waits for the node has started (RFC 1985 section 5)"},
        {252, VERB_VRFY, ANY, "the server does not tell whether the user exists; it does not say that he does"},
        {450, VERB_RCPT, POLICY, "often greylisting: the first attempt is put off on purpose (RFC 6647)"},
        {451, VERB_RCPT, POLICY, "often greylisting: the first attempt is put off on purpose (RFC 6647)"},
        {454, VERB_AUTH, ANY, "logging in fails for a temporary reason; the password may be right"},
        {500, VERB_EHLO, ANY, "an old server without extensions: go on with HELO (RFC 5321 section 3.2)"},
        {502, VERB_EHLO, ANY, "an old server without extensions: go on with HELO (RFC 5321 section 3.2)"},
        {502, VERB_VRFY, ANY, "a server that hides its users should answer 252 (RFC 5321 section 7.3)"},
        {552, VERB_RCPT, PROTOCOL, "old servers mean too many recipients: then it is temporary (section 4.5.3.1.10)"},
        {504, VERB_AUTH, ANY, "the mechanism is not offered (RFC 4954 section 4)"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        bool fits = table[i].subject == ANY || !e.klass || e.subject == table[i].subject;
        if (table[i].code == code && table[i].to == to && fits)
            return table[i].text;
    }
    return NULL;
}

const char *advice_text(enum advice a)
{
    static const char *const texts[] = {
        [ADVICE_GO] = "Go on.",
        [ADVICE_RETRY] = "Temporary: try the same again later, with growing pauses, and give up after days, not hours.",
        [ADVICE_FIX] = "Change what is wrong; do not repeat the command as it is.",
        [ADVICE_STOP] = "Permanent for this address or host: stop sending to it until somebody has looked at it.",
    };
    return texts[a];
}

const char *code_class_text(int code)
{
    static const char *const texts[] = {
        [2] = "success: what was asked is done",
        [3] = "intermediate: accepted so far, the server waits for more",
        [4] = "temporary failure: nothing was done, and the same may succeed later",
        [5] = "permanent failure: nothing was done, and the same will fail again",
    };
    return code >= 200 && code <= 599 ? texts[code / 100] : NULL;
}

const char *code_category_text(int code)
{
    static const char *const texts[] = {
        "syntax, or a command that does not fit here", "information",   "the connection",
        "not specified (in use for authentication)",   "not specified", "the mail system",
    };
    int second = code / 10 % 10;
    return code >= 200 && code <= 599 && second <= 5 ? texts[second] : NULL;
}

enum advice reply_advice(int code, struct enhanced e)
{
    const struct code_info *basic = code_find(code);
    const struct enhanced_info *more = e.klass == code / 100 ? enhanced_find(e) : NULL;
    if (code < 400)
        return ADVICE_GO;
    if (code < 500)
        return basic ? basic->advice : ADVICE_RETRY;
    if (more && (more->advice == ADVICE_FIX || more->advice == ADVICE_STOP))
        return more->advice;
    /* What may pass by itself, such as a full mailbox, is no reason to give an address up for ever. */
    if (more && more->advice == ADVICE_RETRY)
        return ADVICE_FIX;
    return basic ? basic->advice : ADVICE_FIX;
}
