#include "grammar.h"

/* RFC 5321 section 4.5.3.1.1 and 4.5.3.1.3. */
enum { LOCAL_PART_MOST = 64, PATH_MOST = 256 };

/* Takes one UTF-8 character of a local part. */
static bool local_utf8(struct cursor *c, unsigned flags, struct path *out)
{
    if (!(flags & PATH_UTF8))
        return cursor_fail(c, "ASCII (UTF-8 needs SMTPUTF8)");
    size_t n = utf8_sequence(c->at, c->end);
    if (n == 0)
        return cursor_fail(c, "valid UTF-8");
    c->at += n;
    out->utf8 = true;
    return true;
}

static bool quoted_take(struct cursor *c, unsigned flags, struct path *out)
{
    out->quoted = true;
    c->at++;
    for (;;) {
        cursor_skip(c, GRAMMAR_QTEXT);
        if (cursor_done(c))
            return cursor_fail(c, "'\"' at the end of the quoted string");
        if (*c->at == '"') {
            c->at++;
            return true;
        }
        if (*c->at == '\\') {
            c->at++;
            if (cursor_done(c) || !grammar_is(*c->at, GRAMMAR_PRINT))
                return cursor_fail(c, "a printable character behind '\\'");
            c->at++;
        } else if (*c->at >= 0x80) {
            if (!local_utf8(c, flags, out))
                return false;
        } else {
            return cursor_fail(c, "a printable character");
        }
    }
}

static bool dot_string_take(struct cursor *c, unsigned flags, struct path *out)
{
    for (;;) {
        const unsigned char *atom = c->at;
        for (;;) {
            cursor_skip(c, GRAMMAR_ATEXT);
            if (cursor_done(c) || *c->at < 0x80)
                break;
            if (!local_utf8(c, flags, out))
                return false;
        }
        if (c->at == atom)
            return cursor_fail(c, atom == out->local_part.data ? "a local part" : "a character behind '.'");
        if (!cursor_sees(c, '.'))
            return true;
        c->at++;
    }
}

static bool local_part_take(struct cursor *c, unsigned flags, struct path *out)
{
    const unsigned char *from = c->at;
    out->local_part.data = from;
    bool ok = cursor_sees(c, '"') ? quoted_take(c, flags, out) : dot_string_take(c, flags, out);
    if (!ok)
        return false;
    out->local_part = cursor_since(c, from);
    if (out->local_part.len > LOCAL_PART_MOST && !(flags & PATH_NO_LENGTH_LIMIT)) {
        c->at = from + LOCAL_PART_MOST;
        return cursor_fail(c, "a local part of at most 64 octets");
    }
    return true;
}

static bool mailbox_take(struct cursor *c, unsigned flags, struct path *out)
{
    const unsigned char *from = c->at;
    if (!local_part_take(c, flags, out) || !cursor_take(c, '@', "'@'") ||
        !domain_take(c, flags, &out->domain, &out->utf8))
        return false;
    out->mailbox = cursor_since(c, from);
    return true;
}

/* At-domain *( "," At-domain ) ":"; section 4.1.2: has to be accepted, and is ignored by whoever uses the path. */
static bool route_take(struct cursor *c, unsigned flags, struct path *out)
{
    const unsigned char *from = c->at;
    do {
        if (!cursor_take(c, '@', "'@' before a domain of the source route") || !domain_name_take(c, flags, &out->utf8))
            return false;
    } while (cursor_sees(c, ',') && c->at++);
    out->route = cursor_since(c, from);
    return cursor_take(c, ':', "',' or ':' behind the source route");
}

/* "<Postmaster>" without a domain (section 4.1.1.3). */
static bool postmaster_take(struct cursor *c, struct path *out)
{
    const struct bytes postmaster = BYTES("postmaster");
    struct bytes rest = {c->at, (size_t)(c->end - c->at)};
    if (rest.len <= postmaster.len || rest.data[postmaster.len] != '>' || !bytes_starts_nocase(rest, postmaster))
        return false;
    out->local_part = out->mailbox = bytes_slice(rest, 0, postmaster.len);
    c->at += postmaster.len;
    return true;
}

static bool path_content(struct cursor *c, unsigned flags, struct path *out)
{
    if (cursor_sees(c, '>')) {
        if (flags & PATH_EMPTY)
            return true;
        return cursor_fail(c, "a mailbox: the null path is for the sender only");
    }
    if ((flags & PATH_POSTMASTER) && postmaster_take(c, out))
        return true;
    if (cursor_sees(c, '@') && !route_take(c, flags, out))
        return false;
    return mailbox_take(c, flags, out);
}

bool path_take(struct cursor *c, unsigned flags, struct path *out)
{
    const unsigned char *from = c->at;
    if (!cursor_take(c, '<', "'<'") || !path_content(c, flags, out) || !cursor_take(c, '>', "'>'"))
        return false;
    out->text = cursor_since(c, from);
    if (out->text.len > PATH_MOST && !(flags & PATH_NO_LENGTH_LIMIT)) {
        c->at = from + PATH_MOST;
        return cursor_fail(c, "a path of at most 256 octets");
    }
    return true;
}

bool path_parse(struct bytes in, unsigned flags, struct path *out, size_t *used, struct syntax_error *error)
{
    struct cursor c = cursor_open(in, error);
    path_clear(out);
    *used = 0;
    if (!path_take(&c, flags, out))
        return false;
    *used = (size_t)(c.at - c.begin);
    return true;
}

bool mailbox_parse(struct bytes in, unsigned flags, struct path *out, struct syntax_error *error)
{
    struct cursor c = cursor_open(in, error);
    path_clear(out);
    if (!mailbox_take(&c, flags, out))
        return false;
    out->text = out->mailbox;
    return cursor_done(&c) || cursor_fail(&c, "the end of the mailbox");
}

size_t local_part_unquote(const struct path *p, unsigned char *out, size_t size)
{
    struct bytes in = p->local_part;
    if (p->quoted)
        in = bytes_slice(in, 1, in.len - 2);
    size_t n = 0;
    for (size_t i = 0; i < in.len; i++) {
        if (p->quoted && in.data[i] == '\\' && i + 1 < in.len)
            i++;
        if (out && n < size)
            out[n] = in.data[i];
        n++;
    }
    return n;
}
