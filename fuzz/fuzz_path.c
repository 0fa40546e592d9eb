/* Octets as a path, a mailbox, a domain, xtext and UTF-8. The first octet chooses the flags (low four bits).
 *   - all parts lie in the input, the error's offset too
 *   - put together from its parts, a path is the same text
 *   - unquoting fits into the local part's length, and quoting that again names the same mailbox
 *   - what is good with a limit is good without; ASCII that is good with UTF-8 is good without */
#include "property.h"
#include "smtp/command.h"

static void unquote_holds(const struct path *p, unsigned flags)
{
    struct buffer plain = {0}, quoted = {0};
    unsigned char *room = buffer_reserve(&plain, p->local_part.len + 1);
    HOLDS(room != NULL);
    plain.len = local_part_unquote(p, room, p->local_part.len);
    HOLDS(plain.len <= p->local_part.len && local_part_unquote(p, NULL, 0) == plain.len);

    buffer_add_octet(&quoted, '"');
    for (size_t i = 0; i < plain.len; i++) {
        if (plain.data[i] == '"' || plain.data[i] == '\\')
            buffer_add_octet(&quoted, '\\');
        buffer_add_octet(&quoted, plain.data[i]);
    }
    buffer_add_string(&quoted, "\"@x");
    HOLDS(!buffer_failed(&quoted));

    struct path again;
    struct syntax_error error;
    unsigned char out[4096];
    HOLDS(mailbox_parse(buffer_bytes(&quoted), flags | PATH_NO_LENGTH_LIMIT, &again, &error));
    size_t n = local_part_unquote(&again, out, sizeof out);
    HOLDS(n == plain.len && (n > sizeof out || bytes_equal(bytes_of(out, n), buffer_bytes(&plain))));
    buffer_free(&plain);
    buffer_free(&quoted);
}

static void together(const struct path *p, struct buffer *out)
{
    buffer_add_octet(out, '<');
    if (p->route.len > 0) {
        buffer_add(out, p->route);
        buffer_add_octet(out, ':');
    }
    buffer_add(out, p->local_part);
    if (p->domain.text.len > 0) {
        buffer_add_octet(out, '@');
        buffer_add(out, p->domain.text);
    }
    buffer_add_octet(out, '>');
}

static void path_holds(struct bytes in, unsigned flags)
{
    struct path p, again;
    struct syntax_error error;
    size_t used = 0, used_again = 0;
    bool ok = path_parse(in, flags, &p, &used, &error);
    HOLDS(error_fits(ok, &error, in) && used <= in.len && (ok || used == 0));
    if (!ok)
        return;
    HOLDS(path_lies_in(&p, in) && p.text.len == used);
    struct buffer text = {0};
    together(&p, &text);
    HOLDS(!buffer_failed(&text) && bytes_equal(buffer_bytes(&text), p.text));
    HOLDS(path_parse(buffer_bytes(&text), flags, &again, &used_again, &error) && used_again == used);
    HOLDS(path_same(&p, &again));
    HOLDS(path_parse(in, flags | PATH_NO_LENGTH_LIMIT, &again, &used_again, &error) && path_same(&p, &again));
    HOLDS(utf8_valid(p.text) && (flags & PATH_UTF8 || !p.utf8));
    HOLDS(path_parse(in, flags & ~(unsigned)PATH_UTF8, &again, &used_again, &error) == !p.utf8);
    if (p.local_part.len > 0)
        unquote_holds(&p, flags);
    buffer_free(&text);
}

static void mailbox_holds(struct bytes in, unsigned flags)
{
    struct path p, inside;
    struct syntax_error error;
    size_t used = 0;
    bool ok = mailbox_parse(in, flags, &p, &error);
    HOLDS(error_fits(ok, &error, in));
    if (!ok)
        return;
    HOLDS(path_lies_in(&p, in) && bytes_equal(p.mailbox, in));
    struct buffer text = {0};
    buffer_printf(&text, "<");
    buffer_add(&text, in);
    buffer_add_octet(&text, '>');
    HOLDS(path_parse(buffer_bytes(&text), flags | PATH_NO_LENGTH_LIMIT, &inside, &used, &error));
    HOLDS(bytes_equal(inside.mailbox, in) && domain_same(&inside.domain, &p.domain));
    unquote_holds(&p, flags);
    buffer_free(&text);
}

static void domain_holds(struct bytes in, unsigned flags)
{
    struct domain d, again;
    struct syntax_error error;
    bool ok = domain_parse(in, flags, &d, &error);
    HOLDS(error_fits(ok, &error, in));
    if (!ok)
        return;
    HOLDS(domain_lies_in(&d, in) && bytes_equal(d.text, in));
    HOLDS((d.kind == DOMAIN_NAME) == (in.data[0] != '['));
    HOLDS(d.kind == DOMAIN_NAME || d.content.len > 0);
    HOLDS(domain_parse(in, flags | PATH_NO_LENGTH_LIMIT | PATH_UTF8, &again, &error) && domain_same(&d, &again));
}

static void xtext_holds(struct bytes in)
{
    struct buffer plain = {0}, coded = {0}, again = {0};
    size_t len = 0;
    unsigned char *room = buffer_reserve(&plain, in.len + 1);
    HOLDS(room != NULL);
    bool ok = xtext_decode(in, room, in.len, &len);
    HOLDS(ok == xtext_valid(in));
    if (ok) {
        HOLDS(len <= in.len);
        plain.len = len;
        for (size_t i = 0; i < len; i++)
            buffer_printf(&coded, "+%02X", plain.data[i]);
        room = buffer_reserve(&again, len + 1);
        HOLDS(room != NULL && xtext_decode(buffer_bytes(&coded), room, len, &again.len));
        HOLDS(bytes_equal(buffer_bytes(&plain), buffer_bytes(&again)));
    }
    buffer_free(&plain);
    buffer_free(&coded);
    buffer_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    unsigned flags = data[0] & (PATH_UTF8 | PATH_EMPTY | PATH_POSTMASTER | PATH_NO_LENGTH_LIMIT);
    struct bytes in = bytes_of(data + 1, size - 1);
    path_holds(in, flags);
    mailbox_holds(in, flags);
    domain_holds(in, flags);
    xtext_holds(in);
    return 0;
}
