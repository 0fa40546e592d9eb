#include "session_internal.h"

enum {
    ENVID_LIMIT = 100, /* RFC 3461 section 4.4 */
    ORCPT_LIMIT = 500, /* section 4.2 */
    SIZE_DIGITS = 20,  /* RFC 1870 section 3 */
    BY_DIGITS = 9      /* RFC 2852 section 4 */
};

/* What one parameter may fill. */
struct target {
    struct session *s;
    struct envelope *envelope;
    struct recipient *recipient; /* NULL in MAIL */
};

static bool all_digits(struct bytes b)
{
    for (size_t i = 0; i < b.len; i++)
        if (!octet_is_digit(b.data[i]))
            return false;
    return b.len > 0;
}

static bool all_printable(struct bytes b)
{
    for (size_t i = 0; i < b.len; i++)
        if (!octet_is_print(b.data[i]) && b.data[i] != '\t')
            return false;
    return true;
}

/* RFC 3461 section 4 has upper case hexadecimal digits only; the xtext of RFC 4954 section 8 has either. */
static bool upper_hex(struct bytes value)
{
    for (size_t plus; (plus = bytes_find_octet(value, '+')) != BYTES_NONE; value = bytes_from(value, plus + 1))
        for (size_t i = plus + 1; i < value.len && i <= plus + 2; i++)
            if (value.data[i] >= 'a')
                return false;
    return true;
}

/* Decodes xtext to `out`; false when it is none or does not fit. */
static bool decode(struct bytes value, unsigned char *out, size_t size, struct bytes *decoded)
{
    size_t len;
    if (!xtext_decode(value, out, size, &len))
        return false;
    *decoded = bytes_of(out, len);
    return true;
}

/* Each says whether the value is right by its RFC. What is too large is for the caller to see. */
static bool take_size(struct target *t, const struct parameter *p)
{
    if (!p->has_value || !all_digits(p->value) || p->value.len > SIZE_DIGITS)
        return false;
    if (session_has(t->s, DEFECT_SIZE_IN_32_BITS) && bytes_to_number(p->value, &t->envelope->declared_size))
        t->envelope->declared_size = (uint32_t)t->envelope->declared_size;
    else if (!bytes_to_number(p->value, &t->envelope->declared_size))
        t->envelope->declared_size = UINT64_MAX; /* above 2^64 is too large like anything over the limit */
    return true;
}

static bool take_body(struct target *t, const struct parameter *p)
{
    static const struct {
        const char *name;
        enum body_type type;
    } values[] = {{"7BIT", BODY_7BIT}, {"8BITMIME", BODY_8BITMIME}, {"BINARYMIME", BODY_BINARYMIME}};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        if (p->has_value && bytes_equal_nocase(p->value, bytes_string(values[i].name)) &&
            !session_has(t->s, DEFECT_BODY_VALUES_REFUSED)) {
            t->envelope->body = values[i].type;
            return values[i].type != BODY_BINARYMIME || session_offers(t->s, "BINARYMIME");
        }
    return false;
}

static bool take_smtputf8(struct target *t, const struct parameter *p)
{
    t->envelope->smtputf8 = true;
    return !p->has_value;
}

/* RFC 4954 section 5: a mailbox or "<>" as xtext. Nobody is trusted to vouch for others: it is only kept. */
static bool take_auth(struct target *t, const struct parameter *p)
{
    unsigned char octets[COMMAND_LIMIT];
    struct bytes decoded;
    struct path path;
    struct syntax_error error;
    unsigned flags = t->envelope->smtputf8 ? PATH_UTF8 : 0;
    t->envelope->auth = p->value;
    if (session_has(t->s, DEFECT_XTEXT_INTO_HEADER))
        return true;
    return p->has_value && decode(p->value, octets, sizeof octets, &decoded) &&
           (bytes_equal(decoded, BYTES("<>")) || mailbox_parse(decoded, flags, &path, &error));
}

static bool take_ret(struct target *t, const struct parameter *p)
{
    t->envelope->ret = p->value;
    if (session_has(t->s, DEFECT_RET_IN_CAPITALS))
        return bytes_equal(p->value, BYTES("FULL")) || bytes_equal(p->value, BYTES("HDRS"));
    return p->has_value && (bytes_equal_nocase(p->value, BYTES("FULL")) || bytes_equal_nocase(p->value, BYTES("HDRS")));
}

static bool take_envid(struct target *t, const struct parameter *p)
{
    unsigned char octets[ENVID_LIMIT];
    struct bytes decoded;
    t->envelope->envid = p->value;
    if (session_has(t->s, DEFECT_XTEXT_INTO_HEADER))
        return true;
    if (session_has(t->s, DEFECT_ENVID_SHORT) && p->value.len > ENVID_LIMIT / 2)
        return false;
    return p->has_value && p->value.len <= ENVID_LIMIT && decode(p->value, octets, sizeof octets, &decoded) &&
           upper_hex(p->value) && all_printable(decoded);
}

static bool take_notify(struct target *t, const struct parameter *p)
{
    static const struct {
        const char *name;
        unsigned flag;
    } values[] = {
        {"NEVER", NOTIFY_NEVER}, {"SUCCESS", NOTIFY_SUCCESS}, {"FAILURE", NOTIFY_FAILURE}, {"DELAY", NOTIFY_DELAY}};
    struct bytes rest = p->value;
    for (bool more = p->has_value; more;) {
        size_t comma = bytes_find_octet(rest, ',');
        struct bytes word = bytes_slice(rest, 0, comma);
        unsigned flag = 0;
        for (size_t i = 0; i < sizeof values / sizeof *values; i++)
            if (session_has(t->s, DEFECT_NOTIFY_IN_CAPITALS) ? bytes_equal(word, bytes_string(values[i].name))
                                                             : bytes_equal_nocase(word, bytes_string(values[i].name)))
                flag = values[i].flag;
        if (!flag)
            return false;
        t->recipient->notify |= flag;
        more = comma != BYTES_NONE;
        rest = more ? bytes_from(rest, comma + 1) : rest;
    }
    /* NEVER stands alone. */
    return p->has_value && (!(t->recipient->notify & NOTIFY_NEVER) || t->recipient->notify == NOTIFY_NEVER);
}

/* addr-type ";" xtext. RFC 6533 section 3 adds the type utf-8, which may have UTF-8 in the clear after SMTPUTF8. */
static bool take_orcpt(struct target *t, const struct parameter *p)
{
    unsigned char octets[ORCPT_LIMIT];
    struct bytes decoded;
    size_t semicolon = p->has_value ? bytes_find_octet(p->value, ';') : BYTES_NONE;
    if (semicolon == BYTES_NONE || semicolon == 0 || p->value.len > ORCPT_LIMIT)
        return false;
    struct bytes type = bytes_slice(p->value, 0, semicolon), address = bytes_from(p->value, semicolon + 1);
    for (size_t i = 0; i < type.len; i++)
        if (!octet_is_alnum(type.data[i]) && bytes_find_octet(BYTES("!#$%&'*+-/=?^_`{|}~"), type.data[i]) == BYTES_NONE)
            return false;
    t->recipient->orcpt = p->value;
    if (session_has(t->s, DEFECT_XTEXT_INTO_HEADER))
        return true;
    if (session_has(t->s, DEFECT_ORCPT_SHORT) && p->value.len > ORCPT_LIMIT / 2)
        return false;
    if (bytes_equal_nocase(type, BYTES("utf-8")) && t->envelope->smtputf8)
        return address.len > 0 && utf8_valid(address);
    return address.len > 0 && decode(address, octets, sizeof octets, &decoded) && upper_hex(address) &&
           all_printable(decoded);
}

/* [sign] 1*9DIGIT ";" ("N" / "R") ["T"]: RFC 2852 section 4. What is delivered at once is late only when its time was
 * over before it came; with R that is an error. */
static bool take_by(struct target *t, const struct parameter *p)
{
    size_t semicolon = p->has_value ? bytes_find_octet(p->value, ';') : BYTES_NONE;
    if (semicolon == BYTES_NONE)
        return false;
    struct bytes time = bytes_slice(p->value, 0, semicolon), mode = bytes_from(p->value, semicolon + 1);
    bool negative = bytes_starts(time, BYTES("-"));
    uint64_t seconds;
    if (negative || bytes_starts(time, BYTES("+")))
        time = bytes_from(time, 1);
    if (!all_digits(time) || time.len > BY_DIGITS || !bytes_to_number(time, &seconds))
        return false;
    bool notify = bytes_equal_nocase(mode, BYTES("N")) || bytes_equal_nocase(mode, BYTES("NT"));
    bool give_back = bytes_equal_nocase(mode, BYTES("R")) || bytes_equal_nocase(mode, BYTES("RT"));
    bool over = negative || seconds == 0;
    t->envelope->late = notify && over;
    return notify || (give_back && (!over || session_has(t->s, DEFECT_RETURN_WITHOUT_TIME)));
}

/* RFC 6710 sections 4.1 and 7: -9 to 9. Nobody gets more than normal who did not log in. */
static bool take_priority(struct target *t, const struct parameter *p)
{
    bool negative = bytes_starts(p->value, BYTES("-"));
    struct bytes digit = bytes_from(p->value, negative ? 1 : 0);
    if (!p->has_value || !all_digits(digit) || digit.len != 1 || (negative && digit.data[0] == '0'))
        return false;
    int priority = digit.data[0] - '0';
    t->envelope->has_priority = true;
    t->envelope->priority = negative ? -priority : t->s->authenticated ? priority : 0;
    t->envelope->priority_lowered = !negative && priority > 0 && !t->s->authenticated;
    return true;
}

/* FUTURERELEASE is not offered; defects that list it take any hold, and deliver at once. */
static bool take_hold(struct target *t, const struct parameter *p)
{
    (void)t;
    return p->has_value;
}

static bool takes_holds(const struct session *s)
{
    return session_has(s, DEFECT_HOLD_OF_ANY_LENGTH) || session_has(s, DEFECT_HOLDS_TWO) ||
           session_has(s, DEFECT_HOLD_IGNORED) || session_has(s, DEFECT_HOLD_BEHIND_BY);
}

/* RFC 8689 section 2: no value. In clear it is not known (find). */
static bool take_requiretls(struct target *t, const struct parameter *p)
{
    t->envelope->require_tls = true;
    return !p->has_value;
}

static const struct row {
    const char *keyword;
    enum verb verb;
    bool (*take)(struct target *t, const struct parameter *p);
    const char *extension;
} rows[] = {
    {"SMTPUTF8", VERB_MAIL, take_smtputf8, "SMTPUTF8"},
    {"SIZE", VERB_MAIL, take_size, "SIZE"},
    {"BODY", VERB_MAIL, take_body, "8BITMIME"},
    {"AUTH", VERB_MAIL, take_auth, "AUTH"},
    {"RET", VERB_MAIL, take_ret, "DSN"},
    {"ENVID", VERB_MAIL, take_envid, "DSN"},
    {"NOTIFY", VERB_RCPT, take_notify, "DSN"},
    {"ORCPT", VERB_RCPT, take_orcpt, "DSN"},
    {"BY", VERB_MAIL, take_by, "DELIVERBY"},
    {"MT-PRIORITY", VERB_MAIL, take_priority, "MT-PRIORITY"},
    {"HOLDFOR", VERB_MAIL, take_hold, "FUTURERELEASE"},
    {"HOLDUNTIL", VERB_MAIL, take_hold, "FUTURERELEASE"},
    {"REQUIRETLS", VERB_MAIL, take_requiretls, "REQUIRETLS"},
};

static bool known(const struct session *s, const struct row *row)
{
    if ((row->take == take_requiretls && !s->tls) || (row->take == take_hold && !takes_holds(s)))
        return false;
    return session_offers(s, row->extension) && !session_defect_parameter_unknown(s, row->keyword);
}

static const struct row *find(const struct session *s, enum verb verb, struct bytes keyword)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].verb == verb && bytes_equal_nocase(keyword, bytes_string(rows[i].keyword)))
            return known(s, &rows[i]) ? &rows[i] : NULL;
    return NULL;
}

/* Whether `c` has the keyword of parameter `at` before it too: each may stand once only. */
static bool repeated(const struct command *c, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (bytes_equal_nocase(c->parameters[i].keyword, c->parameters[at].keyword))
            return true;
    return false;
}

static bool keep_values(struct transaction *t)
{
    struct envelope *e = &t->envelope;
    return transaction_keep(t, e->auth, &e->auth) && transaction_keep(t, e->ret, &e->ret) &&
           transaction_keep(t, e->envid, &e->envid);
}

static bool take_one(struct target *t, const struct command *c, size_t at)
{
    struct session *s = t->s;
    const struct parameter *p = &c->parameters[at];
    const struct row *row = s->hello == HELLO_EHLO ? find(s, c->verb, p->keyword) : NULL;
    if (s->hello == HELLO_HELO && session_has(s, DEFECT_HELO_PARAMETERS_CRASH)) {
        s->lost = true;
        return false;
    }
    if (!row)
        session_reply(s, 555, "5.5.4", "Parameter %.*s not recognized", BYTES_ARG(p->keyword));
    else if (repeated(c, at))
        session_reply(s, 501, "5.5.4", "Parameter %s stands twice", row->keyword);
    else if (!row->take(t, p))
        session_reply(s, 501, "5.5.4", "Parameter %s is malformed", row->keyword);
    else
        return true;
    return false;
}

bool session_parameters(struct session *s, const struct command *c, struct recipient *r)
{
    struct target t = {s, &s->transaction.envelope, r};
    if (!r) /* other parameters may hold UTF-8 when it is there, in whatever order */
        t.envelope->smtputf8 = command_parameter(c, "SMTPUTF8") != NULL;
    for (size_t i = 0; i < c->parameter_count; i++)
        if (!take_one(&t, c, i))
            return false;
    if (r)
        return true;
    if (t.envelope->smtputf8 && command_parameter(c, "BODY") && session_has(s, DEFECT_SMTPUTF8_WITHOUT_BODY)) {
        session_reply(s, 501, "5.5.4", "SMTPUTF8 stands alone");
        return false;
    }
    struct verdict too_big = {552, "5.3.4", "Message too big"};
    if (t.envelope->declared_size > s->config.size_limit && !session_has(s, DEFECT_SIZE_IGNORED) &&
        !session_style_defers(s, too_big)) {
        session_reply(s, 552, "5.3.4", "Message too big, the limit is %llu octets",
                      (unsigned long long)s->config.size_limit);
        return false;
    }
    if (!keep_values(&s->transaction)) {
        session_reply(s, 452, "4.3.1", "Out of memory");
        return false;
    }
    return true;
}
