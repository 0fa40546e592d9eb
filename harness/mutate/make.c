#include "make.h"

#include "base/base64.h"
#include "smtp/sasl.h"

enum verb make_verb(struct mutator *m)
{
    static const enum verb usual[] = {VERB_EHLO, VERB_MAIL, VERB_RCPT, VERB_RCPT, VERB_DATA, VERB_RSET, VERB_NOOP};
    if (edit_once_in(m, 2))
        return usual[edit_below(m, sizeof usual / sizeof *usual)];
    return (enum verb)(VERB_HELO + (int)edit_below(m, VERB_COUNT - VERB_HELO));
}

struct bytes make_mailbox(struct mutator *m, bool recipient)
{
    const struct mutate_facts *f = m->facts;
    const struct bytes all[] = {f->recipient, f->recipient2, f->unknown, f->foreign, f->sender};
    if (edit_once_in(m, 3))
        return all[edit_below(m, sizeof all / sizeof *all)];
    return recipient ? f->recipient : f->sender;
}

static void add_mail_parameters(struct mutator *m, struct buffer *out)
{
    static const char *const some[] = {" BODY=8BITMIME", " BODY=BINARYMIME", " SMTPUTF8", " SIZE=1000", " RET=HDRS"};
    if (edit_once_in(m, 3))
        buffer_add_string(out, some[edit_below(m, sizeof some / sizeof *some)]);
}

static void add_initial_response(struct mutator *m, struct buffer *out)
{
    struct buffer message = {0};
    buffer_add_octet(&message, 0);
    buffer_add(&message, m->facts->user);
    buffer_add_octet(&message, 0);
    buffer_add(&message, m->facts->password);
    base64_encode(out, buffer_bytes(&message));
    out->failed |= buffer_failed(&message);
    buffer_free(&message);
}

void make_command(struct mutator *m, enum verb verb, struct buffer *out)
{
    const struct verb_info *info = verb_info(verb);
    switch (verb) {
    case VERB_HELO:
    case VERB_EHLO:
    case VERB_LHLO:
        buffer_printf(out, "%s ", info->name);
        buffer_add(out, m->facts->hello);
        break;
    case VERB_MAIL:
    case VERB_RCPT:
        buffer_add_string(out, verb == VERB_MAIL ? "MAIL FROM:<" : "RCPT TO:<");
        buffer_add(out, make_mailbox(m, verb == VERB_RCPT));
        buffer_add_octet(out, '>');
        if (verb == VERB_MAIL)
            add_mail_parameters(m, out);
        break;
    case VERB_VRFY:
        buffer_add_string(out, "VRFY ");
        buffer_add(out, make_mailbox(m, true));
        break;
    case VERB_AUTH:
        buffer_add_string(out, "AUTH PLAIN ");
        add_initial_response(m, out);
        break;
    case VERB_BDAT:
        buffer_add_string(out, "BDAT 0 LAST");
        break;
    default:
        buffer_add_string(out, info->example);
        break;
    }
    buffer_add_string(out, "\r\n");
}

enum { FIELDS_MOST = 4 };

void make_message(struct mutator *m, struct buffer *out)
{
    static const char *const bodies[] = {"body\r\n", "..dot\r\n", "\r\n\r\n", ".\r.\r\n", "a\r\n..\r\nb\r\n", ""};
    for (size_t n = edit_below(m, FIELDS_MOST + 1); n > 0; n--)
        buffer_add(out, edit_word(m, WORDS_FIELD));
    buffer_add_string(out, "Subject: a\r\n");
    buffer_add_string(out, "\r\n");
    buffer_add_string(out, bodies[edit_below(m, sizeof bodies / sizeof *bodies)]);
}

static void insert_command(struct script *s, struct mutator *m, size_t at, enum verb verb)
{
    make_command(m, verb, edit_begin(m));
    edit_insert(s, m, at, PART_COMMAND);
}

static size_t insert_chunks(struct script *s, struct mutator *m, size_t at)
{
    struct buffer text = {0};
    size_t first = at;
    bool two = edit_once_in(m, 2);
    make_message(m, &text);
    for (int i = 0; i < (two ? 2 : 1); i++) {
        bool last = i == (two ? 1 : 0);
        buffer_printf(edit_begin(m), "BDAT %zu%s\r\n", text.len, last ? " LAST" : "");
        edit_insert(s, m, at++, PART_COMMAND);
        buffer_add(edit_begin(m), buffer_bytes(&text));
        edit_insert(s, m, at++, PART_CHUNK);
    }
    s->failed |= buffer_failed(&text);
    buffer_free(&text);
    return at - first;
}

size_t make_transaction(struct script *s, struct mutator *m, size_t at)
{
    size_t first = at;
    if (at == 0)
        insert_command(s, m, at++, VERB_EHLO);
    insert_command(s, m, at++, VERB_MAIL);
    for (size_t n = 1 + edit_below(m, 3); n > 0; n--)
        insert_command(s, m, at++, VERB_RCPT);
    if (edit_once_in(m, 3))
        return at + insert_chunks(s, m, at) - first;
    insert_command(s, m, at++, VERB_DATA);
    struct buffer *b = edit_begin(m);
    make_message(m, b);
    buffer_add_string(b, ".\r\n");
    edit_insert(s, m, at++, PART_MESSAGE);
    return at - first;
}

size_t make_gap(const struct script *s, struct mutator *m)
{
    size_t fits = 0, at = edit_gap(s, m);
    enum phase here = PHASE_START;
    bool anywhere = edit_once_in(m, 4);
    for (size_t i = 0; !anywhere && i <= s->count; i++) {
        if (here <= PHASE_HELLO && edit_once_in(m, (unsigned)++fits))
            at = i;
        if (i < s->count)
            here = phase_after(here, &s->parts[i]);
    }
    return at;
}

size_t make_payload(struct script *s, struct mutator *m, unsigned kinds)
{
    size_t chosen = edit_pick(s, m, kinds);
    if (chosen != NOWHERE && !edit_once_in(m, 3))
        return chosen;
    size_t from = make_gap(s, m), count = make_transaction(s, m, from);
    for (size_t at = from; at < from + count && at < s->count; at++)
        if (KIND(s->parts[at].kind) & kinds)
            return at;
    return chosen == NOWHERE || chosen < from ? chosen : chosen + count;
}

/* The answers of a client that knows user and password, before base64; NULL ends a row. SCRAM's proof would need the
 * server's nonce: its exchange ends refused. */
static const struct exchange {
    enum sasl_mechanism mechanism;
    const char *answers[3];
} exchanges[] = {
    {SASL_PLAIN, {"%0%u%0%p", NULL}},
    {SASL_LOGIN, {"%u", "%p", NULL}},
    {SASL_CRAM_MD5, {"%u 0123456789abcdef0123456789abcdef", NULL}},
    {SASL_SCRAM_SHA_256, {"n,,n=%u,r=abcdefghijklmnop", "c=biws,r=abcdefghijklmnop,p=AAAA", NULL}},
    {SASL_XOAUTH2, {"user=%u%1auth=Bearer %p%1%1", NULL}},
    {SASL_OAUTHBEARER, {"n,a=%u,%1auth=Bearer %p%1%1", NULL}},
};

static void expand(const struct mutate_facts *f, const char *format, struct buffer *out)
{
    for (; *format; format++) {
        if (*format != '%') {
            buffer_add_octet(out, (unsigned char)*format);
            continue;
        }
        switch (*++format) {
        case 'u':
            buffer_add(out, f->user);
            break;
        case 'p':
            buffer_add(out, f->password);
            break;
        default:
            buffer_add_octet(out, (unsigned char)(*format - '0'));
            break;
        }
    }
}

static void add_answer(struct mutator *m, const char *format, struct buffer *out)
{
    struct buffer message = {0};
    expand(m->facts, format, &message);
    base64_encode(out, buffer_bytes(&message));
    out->failed |= buffer_failed(&message);
    buffer_free(&message);
}

size_t make_login(struct script *s, struct mutator *m, size_t at)
{
    const struct exchange *x = &exchanges[edit_below(m, sizeof exchanges / sizeof *exchanges)];
    size_t first = at, answer = 0;
    struct buffer *b = edit_begin(m);
    buffer_printf(b, "AUTH %s", sasl_name(x->mechanism));
    if (sasl_client_first(x->mechanism) && edit_once_in(m, 2)) {
        buffer_add_octet(b, ' ');
        add_answer(m, x->answers[answer++], b);
    }
    buffer_add_string(b, "\r\n");
    edit_insert(s, m, at++, PART_COMMAND);
    for (; x->answers[answer]; answer++) {
        b = edit_begin(m);
        add_answer(m, x->answers[answer], b);
        buffer_add_string(b, "\r\n");
        edit_insert(s, m, at++, PART_ANSWER);
    }
    return at - first;
}
