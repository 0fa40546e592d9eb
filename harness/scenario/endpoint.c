#include "scenario/target.h"

#include "base/text.h"

#include <string.h>

static const struct {
    const char *name; /* with what ends it */
    enum scheme scheme;
    bool lmtp;
    const char *port; /* NULL: what stands behind is a path or a command */
} schemes[] = {
    {"smtp://", SCHEME_SMTP, false, "25"},   {"smtps://", SCHEME_SMTPS, false, "465"},
    {"lmtp://", SCHEME_LMTP, true, "24"},    {"unix:", SCHEME_UNIX, false, NULL},
    {"exec:", SCHEME_EXEC, false, NULL},     {"lmtp+unix:", SCHEME_UNIX, true, NULL},
    {"lmtp+exec:", SCHEME_EXEC, true, NULL},
};
enum { SCHEMES = sizeof schemes / sizeof *schemes };

static bool endpoint_refuse(struct error *e, const char *what, struct bytes found)
{
    struct buffer shown = {0};
    text_visible(&shown, found, 100);
    error_set(e, "expected %s, found \"%s\"", what, buffer_string(&shown));
    buffer_free(&shown);
    return false;
}

static bool host_is_right(struct bytes host)
{
    for (size_t i = 0; i < host.len; i++)
        if (!octet_is_alnum(host.data[i]) && !strchr("-._:%", host.data[i]))
            return false;
    return host.len > 0 && host.len < 256;
}

/* HOST, HOST:PORT, [ADDRESS], [ADDRESS]:PORT; one slash behind is passed over. */
static bool parse_authority(struct arena *a, struct bytes text, const char *port, struct endpoint *out, struct error *e)
{
    static const char form[] = "a host or host:port, an IPv6 address in brackets";
    struct bytes rest = bytes_ends(text, BYTES("/")) ? bytes_slice(text, 0, text.len - 1) : text;
    struct bytes host, number = bytes_string(port);
    bool bracket = bytes_starts(rest, BYTES("["));
    size_t end = bytes_find_octet(rest, bracket ? ']' : ':');
    if (bracket && end == BYTES_NONE)
        return endpoint_refuse(e, form, text);
    host = bracket ? bytes_slice(rest, 1, end - 1) : bytes_slice(rest, 0, end == BYTES_NONE ? rest.len : end);
    rest = bracket ? bytes_from(rest, end + 1) : bytes_from(rest, host.len);
    if (rest.len) {
        uint64_t n = 0;
        number = bytes_from(rest, 1);
        if (rest.data[0] != ':' || !bytes_to_number(number, &n) || n == 0 || n > 65535)
            return endpoint_refuse(e, form, text);
    }
    if (!host_is_right(host) || (!bracket && bytes_find_octet(host, ':') != BYTES_NONE))
        return endpoint_refuse(e, form, text);
    out->host = (const char *)arena_bytes(a, host).data;
    out->port = (const char *)arena_bytes(a, number).data;
    return (out->host && out->port) || error_set(e, "no memory");
}

static bool unknown_scheme(struct bytes text, struct error *e)
{
    size_t colon = bytes_find(text, BYTES("://"));
    return colon != BYTES_NONE &&
           !endpoint_refuse(e, "smtp://, smtps://, lmtp://, unix:, exec:, lmtp+unix: or lmtp+exec:", text);
}

bool endpoint_parse(struct arena *a, const char *text, struct endpoint *out, struct error *e)
{
    struct bytes all = bytes_string(text);
    size_t i = 0;
    *out = (struct endpoint){.text = arena_string(a, text)};
    if (!out->text)
        return error_set(e, "no memory");
    while (i < SCHEMES && !bytes_starts_nocase(all, bytes_string(schemes[i].name)))
        i++;
    struct bytes rest = i < SCHEMES ? bytes_from(all, strlen(schemes[i].name)) : all;
    if (i == SCHEMES && unknown_scheme(all, e))
        return false;
    i = i < SCHEMES ? i : 0;
    out->scheme = schemes[i].scheme;
    out->lmtp = schemes[i].lmtp;
    if (schemes[i].port) {
        if (!parse_authority(a, rest, schemes[i].port, out, e))
            return false;
    } else {
        if (rest.len == 0)
            return endpoint_refuse(e, "a path or a command behind the scheme", all);
        out->path = (const char *)arena_bytes(a, rest).data;
        if (!out->path)
            return error_set(e, "no memory");
    }
    out->present = true;
    return true;
}

bool endpoint_is_loopback(const struct endpoint *e)
{
    if (e->scheme == SCHEME_UNIX || e->scheme == SCHEME_EXEC)
        return true;
    struct bytes host = bytes_string(e->host);
    if (bytes_equal_nocase(host, BYTES("localhost")) || bytes_equal(host, BYTES("::1")))
        return true;
    if (!bytes_starts(host, BYTES("127.")))
        return false;
    /* "127.example" is a name like any other. */
    size_t dots = 0;
    for (size_t i = 0; i < host.len; i++) {
        if (!octet_is_digit(host.data[i]) && host.data[i] != '.')
            return false;
        dots += host.data[i] == '.';
    }
    return dots == 3;
}
