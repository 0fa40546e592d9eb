#include "report/html_text.h"

#include "layout.h"
#include "rows.h"

#include <string.h>

static void put_octet(struct buffer *out, unsigned char c)
{
    switch (c) {
    case '<':
        buffer_add_string(out, "&lt;");
        break;
    case '>':
        buffer_add_string(out, "&gt;");
        break;
    case '&':
        buffer_add_string(out, "&amp;");
        break;
    case '"':
        buffer_add_string(out, "&quot;");
        break;
    default:
        buffer_add_octet(out, c);
    }
}

void html_lines(struct buffer *out, struct bytes text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.data[i] >= 0x20 || text.data[i] == '\n')
            put_octet(out, text.data[i]);
}

void html_text_cut(struct buffer *out, const char *text, size_t most)
{
    struct buffer safe = {0}, cut = {0};
    row_text(&safe, text);
    layout_cut(&cut, buffer_bytes(&safe), most);
    html_lines(out, buffer_bytes(&cut));
    out->failed |= safe.failed || cut.failed;
    buffer_free(&safe);
    buffer_free(&cut);
}

void html_text(struct buffer *out, const char *text)
{
    html_text_cut(out, text, SIZE_MAX);
}

/* No blank may stand in an id. */
static void safe_id(struct buffer *out, const char *id)
{
    row_text(out, id);
    for (size_t i = 0; i < out->len; i++)
        if (out->data[i] == ' ')
            out->data[i] = '_';
}

void html_id(struct buffer *out, const char *id)
{
    struct buffer safe = {0};
    safe_id(&safe, id);
    html_lines(out, buffer_bytes(&safe));
    out->failed |= safe.failed;
    buffer_free(&safe);
}

void html_link(struct buffer *out, const char *id)
{
    struct buffer safe = {0};
    safe_id(&safe, id);
    buffer_add_octet(out, '#');
    for (size_t i = 0; i < safe.len; i++) {
        unsigned char c = safe.data[i];
        if (octet_is_alnum(c) || strchr("/@:._-", c))
            buffer_add_octet(out, c);
        else
            buffer_printf(out, "%%%02X", c);
    }
    out->failed |= safe.failed;
    buffer_free(&safe);
}

/* How control octets are set apart, and whether the rest is escaped. */
struct form {
    const char *begin, *end;
    bool markup;
};
static const struct form as_markup = {"<b>", "</b>", true}, as_text = {"\x01", "\x02", false};

/* The control octet that `b` begins with, and what belongs to it. */
static size_t put_control(struct buffer *out, struct bytes b, const struct form *f)
{
    size_t n = 0;
    buffer_add_string(out, f->begin);
    if (b.data[0] == '\n' || b.data[0] == '\r') {
        buffer_printf(out, "%s%s%s", b.data[0] == '\n' ? "LF" : "CR", f->end, b.data[0] == '\n' ? "\n" : "");
        return 1;
    }
    for (; n < b.len && !octet_is_print(b.data[n]) && b.data[n] != '\n' && b.data[n] != '\r'; n++) {
        if (b.data[n] == 0)
            buffer_add_string(out, "NUL");
        else if (b.data[n] == '\t')
            buffer_add_string(out, "TAB");
        else
            buffer_printf(out, "\\x%02x", b.data[n]);
    }
    buffer_add_string(out, f->end);
    return n;
}

static void put_octets(struct buffer *out, struct bytes octets, size_t most, const struct form *f)
{
    size_t left_out = octets.len > most ? octets.len - most : 0;
    for (struct bytes rest = bytes_slice(octets, 0, most); rest.len;) {
        size_t used = 1;
        if (bytes_equal(rest, BYTES("\r\n")) && !left_out)
            break; /* the end of the last line */
        if (bytes_starts(rest, BYTES("\r\n"))) {
            buffer_add_octet(out, '\n');
            used = 2;
        } else if (!octet_is_print(rest.data[0])) {
            used = put_control(out, rest, f);
        } else if (f->markup) {
            put_octet(out, rest.data[0]);
        } else {
            buffer_add_octet(out, rest.data[0]);
        }
        rest = bytes_from(rest, used);
    }
    if (left_out)
        buffer_printf(out, "%s%zu more octets%s", f->begin, left_out, f->end);
}

void html_octets(struct buffer *out, struct bytes octets, size_t most)
{
    put_octets(out, octets, most, &as_markup);
}

void html_octets_plain(struct buffer *out, struct bytes octets, size_t most)
{
    put_octets(out, octets, most, &as_text);
}
