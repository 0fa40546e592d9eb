#include "markdown_text.h"

#include "layout.h"
#include "rows.h"

#include <string.h>

static void cut_text(struct buffer *out, const char *text, size_t most)
{
    struct buffer whole = {0};
    row_text(&whole, text);
    layout_cut(out, buffer_bytes(&whole), most ? most : SIZE_MAX);
    out->failed |= whole.failed;
    buffer_free(&whole);
}

/* What Markdown and HTML both mind. */
static bool put_markup(struct buffer *out, unsigned char c)
{
    const char *entity = c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '&' ? "&amp;" : NULL;
    buffer_add_string(out, entity ? entity : "");
    return entity != NULL;
}

void markdown_html(struct buffer *out, const char *text, size_t most)
{
    struct buffer cut = {0};
    cut_text(&cut, text, most);
    for (size_t i = 0; i < cut.len; i++)
        if (!put_markup(out, cut.data[i]))
            buffer_add_octet(out, cut.data[i]);
    out->failed |= cut.failed;
    buffer_free(&cut);
}

void markdown_words(struct buffer *out, const char *text, size_t most)
{
    struct buffer cut = {0};
    cut_text(&cut, text, most);
    for (size_t i = 0; i < cut.len; i++) {
        unsigned char c = cut.data[i];
        if (put_markup(out, c))
            continue;
        if (c == ':')
            buffer_add_string(out, "&#58;"); /* no address that becomes a link */
        else if (i >= 1 && c == '/' && cut.data[i - 1] == '/')
            buffer_add_string(out, "<!-- -->/");
        else if (i >= 3 && c == '.' && bytes_equal_nocase(bytes_of(&cut.data[i - 3], 3), BYTES("www")))
            buffer_add_string(out, "<!-- -->.");
        else if (c == '@' || c == '#')
            buffer_printf(out, "%s%c<!-- -->", c == '#' ? "\\" : "", c); /* nobody is called, no ticket named */
        else {
            if (c < 0x80 && strchr("\\`*_{}[]|~", c))
                buffer_add_octet(out, '\\');
            buffer_add_octet(out, c);
        }
    }
    out->failed |= cut.failed;
    buffer_free(&cut);
}

static size_t longest_run(struct bytes text, unsigned char octet)
{
    size_t longest = 0, run = 0;
    for (size_t i = 0; i < text.len; i++) {
        run = text.data[i] == octet ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    return longest;
}

void markdown_code(struct buffer *out, const char *text, size_t most)
{
    struct buffer cut = {0};
    cut_text(&cut, text, most);
    size_t ticks = longest_run(buffer_bytes(&cut), '`');
    const char *pad = ticks ? " " : "";
    if (cut.len) {
        buffer_add_repeated(out, BYTES("`"), ticks + 1);
        buffer_add_string(out, pad);
        for (size_t i = 0; i < cut.len; i++)
            if (cut.data[i] == '|')
                buffer_add_string(out, "\\|"); /* in a table cell this is a pipe, in a code span too */
            else
                buffer_add_octet(out, cut.data[i]);
        buffer_add_string(out, pad);
        buffer_add_repeated(out, BYTES("`"), ticks + 1);
    }
    out->failed |= cut.failed;
    buffer_free(&cut);
}
