#include "smtp/code.h"

#define RFC5321 "RFC 5321 section 4.2.3"
#define RFC4954 "RFC 4954 section 6"

static const struct code_info codes[] = {
    {211, ADVICE_GO, "system status, or help", RFC5321},
    {214, ADVICE_GO, "help for people", RFC5321},
    {220, ADVICE_GO, "the service is ready; behind STARTTLS: begin the TLS handshake", RFC5321 ", RFC 3207 section 4"},
    {221, ADVICE_GO, "the service closes the connection, as asked", RFC5321},
    {235, ADVICE_GO, "logged in", RFC4954},
    {250, ADVICE_GO, "done; behind the end of the message: the server has taken responsibility for it", RFC5321},
    {251, ADVICE_GO, "the user is not local, the server forwards; behind ETRN: no messages wait",
     RFC5321 ", RFC 1985 section 5"},
    {252, ADVICE_GO,
     "the server does not tell whether the user exists, but takes the message; behind ETRN: delivery started",
     RFC5321 ", RFC 1985 section 5"},
    {253, ADVICE_GO, "behind ETRN: delivery started, with the number of messages", "RFC 1985 section 5"},
    {334, ADVICE_GO, "the server waits for the next answer of the login, in base64; its text is the challenge",
     "RFC 4954 section 4"},
    {354, ADVICE_GO, "send the message now; it ends with a line that holds a dot alone", RFC5321},
    {421, ADVICE_RETRY, "the service is not available now; the server closes the connection", RFC5321},
    {432, ADVICE_FIX, "the password must be moved to this mechanism first: log in once with PLAIN over TLS", RFC4954},
    {450, ADVICE_RETRY,
     "the mailbox is not available now: busy, or held off by policy (greylisting); behind ATRN: refused for now",
     RFC5321 ", RFC 2645 section 7"},
    {451, ADVICE_RETRY, "an error on the server's side while processing", RFC5321},
    {452, ADVICE_RETRY,
     "storage is short now, or the recipients are too many for one message: send the rest in another",
     RFC5321 " and 4.5.3.1.10"},
    {453, ADVICE_RETRY, "behind ATRN: no mail waits", "RFC 2645 section 7"},
    {454, ADVICE_RETRY, "TLS is not available now; behind AUTH: logging in fails for a temporary reason",
     "RFC 3207 section 4, " RFC4954},
    {455, ADVICE_RETRY, "the server cannot do now what a parameter of MAIL or RCPT asks", RFC5321},
    {458, ADVICE_RETRY, "behind ETRN: the messages cannot be queued now", "RFC 1985 section 5"},
    {459, ADVICE_FIX, "behind ETRN: this node is not allowed to ask", "RFC 1985 section 5"},
    {500, ADVICE_FIX, "the command is not known, or its line is too long", RFC5321},
    {501, ADVICE_FIX, "the argument or a parameter breaks the syntax", RFC5321},
    {502, ADVICE_FIX, "the command is known and not implemented here", RFC5321 " and 4.2.4"},
    {503, ADVICE_FIX, "the commands come in the wrong order", RFC5321},
    {504, ADVICE_FIX, "a parameter of the command is not implemented; behind AUTH: the mechanism is not offered",
     RFC5321 ", RFC 4954 section 4"},
    {521, ADVICE_STOP, "this host takes no mail at all", "RFC 7504 section 3"},
    {523, ADVICE_FIX, "behind BURL or AUTH: encryption is needed", "RFC 5248 section 2.4 (as the code beside X.7.10)"},
    {524, ADVICE_FIX, "behind AUTH: encryption is needed for this mechanism",
     "RFC 5248 section 2.4 (as the code beside X.7.11)"},
    {525, ADVICE_STOP, "behind AUTH: the account is disabled", "RFC 5248 section 2.4 (as the code beside X.7.13)"},
    {530, ADVICE_FIX, "log in or begin TLS first", RFC4954 ", RFC 3207 section 4"},
    {534, ADVICE_FIX, "the login mechanism is too weak for this user: use a stronger one", RFC4954},
    {535, ADVICE_FIX, "user or password is wrong", RFC4954},
    {538, ADVICE_FIX, "this login mechanism needs encryption: begin TLS first (historical)", RFC4954},
    {550, ADVICE_STOP, "the mailbox is not available: not there, no access, or refused by policy", RFC5321},
    {551, ADVICE_FIX, "the user is not local; the text may name the address to use", RFC5321 " and 3.4"},
    {552, ADVICE_FIX,
     "too much for the storage: the message or the mailbox; old servers say it for too many recipients",
     RFC5321 " and 4.5.3.1.10"},
    {553, ADVICE_FIX, "the name of the mailbox is not allowed, its syntax perhaps", RFC5321},
    {554, ADVICE_FIX, "the transaction failed; in place of a greeting: no mail service here", RFC5321},
    {555, ADVICE_FIX, "a parameter of MAIL or RCPT is not known or not implemented", RFC5321},
    {556, ADVICE_STOP, "the domain takes no mail", "RFC 7504 section 4"},
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
