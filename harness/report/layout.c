#include "layout.h"

static bool begins_character(unsigned char c)
{
    return (c & 0xC0) != 0x80;
}

size_t layout_columns(struct bytes text)
{
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++)
        n += begins_character(text.data[i]);
    return n;
}

/* The octets that the first `width` characters take. */
static size_t prefix_length(struct bytes text, size_t width)
{
    size_t i = 0;
    for (size_t n = 0; i < text.len; i++)
        if (begins_character(text.data[i]) && n++ == width)
            break;
    return i;
}

void layout_cut(struct buffer *out, struct bytes text, size_t width)
{
    if (layout_columns(text) <= width) {
        buffer_add(out, text);
        return;
    }
    buffer_add(out, bytes_slice(text, 0, prefix_length(text, width > 3 ? width - 3 : 0)));
    buffer_add_string(out, "...");
}

/* Where the next line of at most `width` characters ends: at a blank where there is one. */
static size_t line_length(struct bytes text, size_t width)
{
    if (layout_columns(text) <= width)
        return text.len;
    size_t most = prefix_length(text, width);
    for (size_t i = most; i > 0; i--)
        if (text.data[i] == ' ')
            return i;
    return most;
}

void layout_field(struct buffer *out, const char *label, struct bytes text, size_t indent)
{
    size_t width = LAYOUT_WIDTH - indent;
    buffer_printf(out, "%-*s", (int)indent, label);
    do {
        size_t len = line_length(text, width);
        /* CI systems take a line that begins like this for a command, blanks before it or not. */
        if (bytes_starts(text, BYTES("::")) || bytes_starts(text, BYTES("##")))
            buffer_add_octet(out, '\\');
        buffer_add(out, bytes_slice(text, 0, len));
        buffer_add_octet(out, '\n');
        text = bytes_from(text, len);
        while (text.len && text.data[0] == ' ')
            text = bytes_from(text, 1);
        if (text.len)
            buffer_printf(out, "%*s", (int)indent, "");
    } while (text.len);
}

void layout_colour(struct buffer *out, bool on, enum colour c)
{
    static const char *const codes[] = {"", "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[34m", "\x1b[90m", "\x1b[1m"};
    if (on)
        buffer_add_string(out, codes[c]);
}

void layout_plain(struct buffer *out, bool on)
{
    if (on)
        buffer_add_string(out, "\x1b[0m");
}

void layout_word(struct buffer *out, bool on, enum colour c, const char *word)
{
    layout_colour(out, on && c != COLOUR_NONE, c);
    buffer_add_string(out, word);
    layout_plain(out, on && c != COLOUR_NONE);
}
