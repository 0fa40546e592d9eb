#include "session_defects.h"

#include <string.h>

static bool takes_passwords_in_clear(const struct session *s)
{
    return session_has(s, DEFECT_PLAIN_IN_CLEAR) || session_has(s, DEFECT_PLAIN_TAKEN_IN_CLEAR) ||
           session_has(s, DEFECT_LISTED_AND_538) || session_has(s, DEFECT_PASSWORDS_WITHOUT_STARTTLS) ||
           session_has(s, DEFECT_HINT_IN_CLEAR) || session_has(s, DEFECT_HIDDEN_PLAIN);
}

bool session_offers_mechanism(const struct session *s, enum sasl_mechanism m)
{
    switch (m) {
    case SASL_PLAIN:
    case SASL_LOGIN: /* RFC 4954 section 4: no configuration should show passwords to who listens */
        return s->tls || s->config.clear_passwords || takes_passwords_in_clear(s);
    case SASL_XOAUTH2:
    case SASL_OAUTHBEARER: /* RFC 7628 section 3: never without TLS */
        return s->tls || session_has(s, DEFECT_TOKENS_IN_CLEAR);
    default:
        return true;
    }
}

/* `front` and a number, at the end of the room. */
static const char *with_number(const char *front, uint64_t n, char *out, size_t size)
{
    size_t len = strlen(front);
    char *at = out + size - 1;
    *at = 0;
    do
        *--at = (char)('0' + n % 10);
    while (n /= 10);
    return memcpy(at - len, front, len);
}

/* What stands behind a keyword; "" for nothing, NULL: the keyword is not offered now. */
static const char *size_parameter(const struct session *s, char *out, size_t size)
{
    if (session_styled(s, STYLE_SIZE_BARE))
        return "";
    if (session_styled(s, STYLE_SIZE_ZERO))
        return " 0";
    return with_number(" ", s->config.size_limit, out, size);
}

static const char *auth_parameter(const struct session *s, char *out, size_t size)
{
    size_t used = 0;
    for (int m = 0; m < SASL_MECHANISM_COUNT; m++) {
        struct bytes name = bytes_string(sasl_name((enum sasl_mechanism)m));
        if (!session_offers_mechanism(s, (enum sasl_mechanism)m) || used + name.len + 2 > size)
            continue;
        out[used] = ' ';
        memcpy(out + used + 1, name.data, name.len);
        used += 1 + name.len;
        out[used] = 0;
    }
    return used ? out : NULL;
}

static const char *starttls_parameter(const struct session *s, char *out, size_t size)
{
    (void)out, (void)size;
    /* RFC 3207 section 4.2: not under TLS. */
    return s->config.starttls && (!s->tls || session_has(s, DEFECT_STARTTLS_OFFERED_AGAIN)) ? "" : NULL;
}

/* RFC 8689 section 2: within TLS. */
static const char *requiretls_parameter(const struct session *s, char *out, size_t size)
{
    (void)out, (void)size;
    return s->tls ? "" : NULL;
}

/* RFC 9422 section 4.2. */
static const char *limits_parameter(const struct session *s, char *out, size_t size)
{
    return with_number(" RCPTMAX=", s->config.recipient_limit, out, size);
}

/* BURL takes an IMAP server to fetch from, and FUTURERELEASE is for submission alone (RFC 4865 section 4.2): only
 * defects list them. */
static const char *not_offered(const struct session *s, char *out, size_t size)
{
    (void)s, (void)out, (void)size;
    return NULL;
}

static const char *smtp_parameter(const struct session *s, char *out, size_t size)
{
    (void)out, (void)size;
    return s->config.lmtp ? NULL : ""; /* turning queues around makes no sense where there are none */
}

#define ROW(name, parameter)                                                                                           \
    {                                                                                                                  \
        name, {(const unsigned char *)("\r\n250-" name), sizeof("\r\n250-" name) - 1}, parameter                       \
    }
static const struct keyword_row {
    const char *name;
    struct bytes line; /* of the reply, as far as it is the same each time, behind the end of the one before */
    const char *(*parameter)(const struct session *s, char *out, size_t size); /* NULL: no parameter, always offered */
} rows[] = {
    ROW("PIPELINING", NULL),
    ROW("SIZE", size_parameter),
    ROW("8BITMIME", NULL),
    ROW("SMTPUTF8", NULL),
    ROW("CHUNKING", NULL),
    ROW("BINARYMIME", NULL),
    ROW("ENHANCEDSTATUSCODES", NULL),
    ROW("DSN", NULL),
    ROW("STARTTLS", starttls_parameter),
    ROW("AUTH", auth_parameter),
    ROW("ETRN", smtp_parameter),
    ROW("ATRN", smtp_parameter),
    ROW("REQUIRETLS", requiretls_parameter),
    ROW("DELIVERBY", NULL),
    ROW("MT-PRIORITY", NULL),
    ROW("LIMITS", limits_parameter),
    ROW("BURL", not_offered),
    ROW("FUTURERELEASE", not_offered),
    ROW("EXPN", NULL),
    ROW("VRFY", NULL),
    ROW("HELP", NULL),
};
#undef ROW
enum { ROWS = sizeof rows / sizeof *rows };

static void add_mixed(struct buffer *text, const char *name)
{
    for (size_t i = 0; name[i]; i++) {
        unsigned char c = (unsigned char)name[i];
        buffer_add_octet(text, i % 2 ? octet_lower(c) : c);
    }
}

static void add_keyword(const struct session *s, struct buffer *text, const struct keyword_row *row)
{
    if (!session_offers(s, row->name))
        return;
    char parameter[160];
    const char *behind = row->parameter ? row->parameter(s, parameter, sizeof parameter) : "";
    if (s->config.defect != DEFECT_NONE)
        behind = session_defect_keyword(s, row->name, behind);
    if (!behind)
        return;
    buffer_add(text, BYTES("\n"));
    if (session_styled(s, STYLE_MIXED_CASE))
        add_mixed(text, row->name);
    else
        buffer_add_string(text, row->name);
    buffer_add_string(text, behind);
}

static const char private_keywords[] =
    "\nX-ANONYMOUSTLS\nXEXPS GSSAPI NTLM\nXEXCH50\nXRDST\nXSHADOW\nX-LINK2STATE\nx-lower"
    "\nX-1 2 3\nX\nXREMOTEQUEUE one=1;two=2,three\nX-TEXT !#$%&'*+/=?^`{|}~\nXADR";

enum { USUAL_SIZE = 500, LINE_LIMIT = 510 }; /* octets of a reply to EHLO: room that is had at once */

/* The reply of a server without defect or style, straight into the output: most of what a short session costs. */
static void reply_sound(struct session *s)
{
    struct buffer *out = s->out;
    size_t line = out->len;
    char parameter[160];
    buffer_reserve(out, USUAL_SIZE);
    buffer_add(out, BYTES("250-"));
    buffer_add_string(out, s->config.host);
    buffer_add(out, BYTES(" greets "));
    buffer_add(out, buffer_bytes(&s->hello_name));
    buffer_truncate(out, line + LINE_LIMIT);
    for (size_t i = 0; i < ROWS; i++) {
        const char *behind = rows[i].parameter ? rows[i].parameter(s, parameter, sizeof parameter) : "";
        if (!behind)
            continue;
        line = out->len + 2;
        buffer_add(out, rows[i].line);
        if (*behind)
            buffer_add_string(out, behind);
    }
    buffer_add(out, BYTES("\r\n"));
    if (!buffer_failed(out))
        out->data[line + 3] = ' '; /* the last one */
}

static void reply_ehlo(struct session *s)
{
    struct buffer text = {0};
    const char *wrong = session_defect_hello(s);
    if (s->config.defect == DEFECT_NONE && s->config.style == STYLE_NONE) {
        reply_sound(s);
        return;
    }
    buffer_reserve(&text, USUAL_SIZE);
    buffer_add_string(&text, wrong ? wrong : s->config.host);
    if (!session_styled(s, STYLE_BARE_NAME) && !wrong) {
        buffer_add_string(&text, " greets ");
        buffer_add(&text, buffer_bytes(&s->hello_name));
    }
    for (size_t i = 0; i < ROWS; i++)
        add_keyword(s, &text, &rows[session_styled(s, STYLE_REVERSED) ? ROWS - 1 - i : i]);
    if (session_styled(s, STYLE_PRIVATE_KEYWORDS))
        buffer_add_string(&text, private_keywords);
    session_defect_add_lines(s, &text);
    if (buffer_failed(&text))
        s->lost = true;
    session_reply_text(s, 250, NULL, buffer_bytes(&text));
    buffer_free(&text);
}

/* Defects: the handshake, or that TLS was there at once, makes EHLO come too late. */
static bool refuses(const struct session *s)
{
    return s->tls && (session_has(s, DEFECT_HELLO_REFUSED_AFTER_STARTTLS) ||
                      (s->config.tls && session_has(s, DEFECT_HELLO_REFUSED_IN_TLS)));
}

void session_hello(struct session *s, const struct command *c)
{
    const char *wrong = session_defect_hello(s);
    bool again = s->hello != HELLO_NONE;
    if (refuses(s)) {
        session_reply(s, 503, "5.5.1", "Duplicate hello");
        return;
    }
    s->hello = c->verb == VERB_HELO ? HELLO_HELO : HELLO_EHLO;
    buffer_clear(&s->hello_name);
    buffer_add(&s->hello_name, c->domain.text);
    if (buffer_failed(&s->hello_name))
        s->lost = true;
    /* Section 4.1.4: as if RSET had come. */
    bool keeps = session_has(s, s->hello == HELLO_HELO ? DEFECT_HELO_KEEPS_TRANSACTION : DEFECT_EHLO_KEEPS_TRANSACTION);
    if (!(again && keeps) && !(s->tls && session_has(s, DEFECT_STARTTLS_KEEPS_TRANSACTION)))
        transaction_clear(&s->transaction);
    if (s->hello == HELLO_EHLO || session_has(s, DEFECT_HELO_LISTS_EXTENSIONS))
        reply_ehlo(s);
    else /* the name is owed: no style takes it away */
        session_reply_text(s, 250, NULL, bytes_string(wrong ? wrong : s->config.host));
}
