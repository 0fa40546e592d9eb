/* One rule for each verb that the server knows. */
#include "judge_internal.h"
#include "smtp/reply.h"

static bool printable(struct bytes b)
{
    for (size_t i = 0; i < b.len; i++)
        if (!octet_is_print(b.data[i]))
            return false;
    return true;
}

/* Nothing is offered that must not be: STARTTLS under TLS, passwords in clear. */
static void offers_hold(const struct judge *j, const struct reply *r)
{
    struct bytes rest = r->raw;
    struct keyword k;
    struct bytes words, word;
    for (bool first = true; ehlo_next_keyword(&rest, &first, &k);) {
        HOLDS(!word_is(k.name, "STARTTLS") || !j->tls);
        HOLDS(!word_is(k.name, "SIZE") || bytes_equal(k.parameters, BYTES("3000")));
        words = k.parameters;
        while (word_is(k.name, "AUTH") && bytes_next_word(&words, &word))
            HOLDS(judge_mechanism(j, word));
    }
}

/* The reply to EHLO is most of what a session says, and behind its first line, which has the client's name, nearly
 * always the same octets: those that were found good are known again. */
static bool answer_is_known(struct judge *j)
{
    struct bytes known = buffer_bytes(&j->answers[j->tls]), rest = j->out;
    struct reply_line first;
    bool same = known.len > 0 && reply_next_line(&rest, &first) && first.flaws == 0 && first.code == 250 &&
                !first.last && bytes_starts(rest, known);
    if (same)
        j->out = bytes_from(rest, known.len);
    return same;
}

static void keep_answer(struct judge *j, struct bytes raw)
{
    struct reply_line first;
    buffer_clear(&j->answers[j->tls]);
    if (reply_next_line(&raw, &first))
        buffer_add(&j->answers[j->tls], raw);
}

/* False: the command was refused. */
static bool judge_answer(struct judge *j, bool extended)
{
    if (extended && answer_is_known(j))
        return true;
    struct reply r = judge_reply(j);
    HOLDS(r.code == 250 || (r.code >= 500 && r.enhanced.klass == 5));
    if (r.code == 250 && extended) {
        offers_hold(j, &r);
        keep_answer(j, r.raw);
    }
    return r.code == 250;
}

static void judge_hello(struct judge *j, const struct asked *a)
{
    bool extended = !word_is(a->word, "HELO"), lmtp = word_is(a->word, "LHLO");
    if (!judge_answer(j, extended))
        return;
    HOLDS(a->argument.len > 1 && lmtp == j->lmtp);
    j->hello = true;
    j->extended = extended;
    judge_end_transaction(j);
}

/* The value of a parameter; no octets when it is not there. */
static struct bytes parameter(struct bytes argument, struct bytes path, const char *name)
{
    struct bytes rest = bytes_from(argument, (size_t)(path.data - argument.data) + path.len), word;
    while (bytes_next_word(&rest, &word)) {
        size_t equals = bytes_find_octet(word, '=');
        if (equals != BYTES_NONE && word_is(bytes_slice(word, 0, equals), name))
            return bytes_from(word, equals + 1);
    }
    return (struct bytes){0};
}

static void judge_mail(struct judge *j, const struct asked *a)
{
    struct reply r = judge_reply_to(j, true);
    if (r.code != 250)
        return;
    struct bytes path = judge_path(a->argument);
    uint64_t size = 0;
    HOLDS(j->hello && !j->open && path.len >= 2);
    struct bytes declared = parameter(a->argument, path, "SIZE");
    HOLDS(declared.len == 0 || (bytes_to_number(declared, &size) && size <= PLAY_SIZE_LIMIT));
    bool parameters = path.data + path.len < a->argument.data + a->argument.len;
    HOLDS(!parameters || j->extended);
    judge_end_transaction(j);
    j->open = true;
    j->binary = word_is(parameter(a->argument, path, "BODY"), "BINARYMIME");
}

static void judge_rcpt(struct judge *j, const struct asked *a)
{
    struct reply r = judge_reply_to(j, true);
    bool local;
    if (r.code != 250)
        return;
    struct bytes path = judge_path(a->argument);
    HOLDS(j->open && !j->chunked && !j->broken && path.len > 2 && j->count < PLAY_RECIPIENT_LIMIT);
    HOLDS(judge_mailbox(path, &local) || (!local && j->authenticated)); /* no open relay */
    j->recipients[j->count++] = path;
}

static void judge_rset(struct judge *j, const struct asked *a)
{
    struct reply r = judge_reply_to(j, true);
    HOLDS((r.code == 250) == (a->argument.len == 0));
    if (r.code == 250)
        judge_end_transaction(j);
}

static void judge_noop(struct judge *j, const struct asked *a)
{
    struct reply r = judge_reply_to(j, true);
    HOLDS((r.code == 250) == printable(a->argument));
}

static void judge_quit(struct judge *j, const struct asked *a)
{
    struct reply r = judge_reply_to(j, true);
    j->closed = a->argument.len == 0;
    HOLDS((r.code == 221) == j->closed);
}

static void judge_starttls(struct judge *j, const struct asked *a)
{
    struct reply r = judge_reply_to(j, true);
    HOLDS((r.code == 220) == (j->extended && !j->tls && a->argument.len == 0));
    if (r.code == 220)
        judge_handshake(j);
}

/* Only names that are there are confirmed. */
static void judge_verify(struct judge *j, const struct asked *a)
{
    struct reply r = judge_reply_to(j, true);
    struct bytes asked = bytes_from(a->argument, 1);
    bool local = false;
    size_t utf8 = asked.len > 9 && word_is(bytes_from(asked, asked.len - 9), " SMTPUTF8") ? 9 : 0;
    bool known = asked.len > utf8 && judge_mailbox(bytes_slice(asked, 0, asked.len - utf8), &local);
    HOLDS(r.code != 250 || known);
    HOLDS(r.code != 252 || (j->authenticated && !local));
    HOLDS(r.code == 250 || r.code == 252 || r.code >= 500);
}

static void judge_help(struct judge *j, const struct asked *a)
{
    struct reply r = judge_reply_to(j, true);
    HOLDS(r.code == 214 || (a->argument.len > 0 && r.code >= 500));
}

static void judge_etrn(struct judge *j, const struct asked *a)
{
    struct reply r = judge_reply_to(j, true);
    (void)a;
    HOLDS(r.code >= 400 || (r.code == 251 && j->extended && !j->open && !j->lmtp));
}

static void judge_atrn(struct judge *j, const struct asked *a)
{
    struct reply r = judge_reply_to(j, true);
    (void)a;
    HOLDS(r.code >= 500 || ((r.code == 450 || r.code == 453) && j->authenticated && !j->open));
}

const struct rule *judge_rules(size_t *count)
{
#define RULE(verb, judge)                                                                                              \
    {                                                                                                                  \
        {(const unsigned char *)(verb), sizeof(verb) - 1}, judge                                                       \
    }
    static const struct rule rules[] = {
        RULE("EHLO", judge_hello),        RULE("HELO", judge_hello),  RULE("LHLO", judge_hello),
        RULE("MAIL", judge_mail),         RULE("RCPT", judge_rcpt),   RULE("DATA", judge_data),
        RULE("BDAT", judge_bdat),         RULE("RSET", judge_rset),   RULE("NOOP", judge_noop),
        RULE("QUIT", judge_quit),         RULE("VRFY", judge_verify), RULE("EXPN", judge_verify),
        RULE("HELP", judge_help),         RULE("ETRN", judge_etrn),   RULE("ATRN", judge_atrn),
        RULE("STARTTLS", judge_starttls), RULE("AUTH", judge_auth),
    };
#undef RULE
    *count = sizeof rules / sizeof *rules;
    return rules;
}
