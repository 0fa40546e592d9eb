/* A scenario cut out of its file. It is done by lines and columns, not by YAML: comments and the way it was written are
 * what a person wants to see. */
#include "reproduce.h"

#include <string.h>

static struct bytes next_line(struct bytes *rest)
{
    size_t lf = bytes_find_octet(*rest, '\n');
    struct bytes line = bytes_slice(*rest, 0, lf == BYTES_NONE ? rest->len : lf + 1);
    *rest = bytes_from(*rest, line.len);
    return line;
}

static size_t indent_of(struct bytes line)
{
    size_t n = 0;
    while (n < line.len && line.data[n] == ' ')
        n++;
    return n;
}

static bool is_blank(struct bytes line)
{
    struct bytes text = bytes_from(line, indent_of(line));
    return !text.len || text.data[0] == '\n' || text.data[0] == '\r' || text.data[0] == '#';
}

/* "relay-made-end" of "smuggling/relay-made-end/lf-dot-lf@tls". */
static struct bytes scenario_name(const struct scenario *s)
{
    struct bytes id = bytes_string(s->id);
    struct bytes name = bytes_from(id, bytes_find_octet(id, '/') == BYTES_NONE ? 0 : bytes_find_octet(id, '/') + 1);
    size_t end = 0;
    while (end < name.len && name.data[end] != '/' && name.data[end] != '@')
        end++;
    return bytes_slice(name, 0, end);
}

/* The item of the list of scenarios that the line is in (a case has a line of its own): with all lines that are
 * indented further than its dash. */
static struct bytes cut_item(struct bytes file, int number)
{
    struct bytes rest = file, line = {0}, item = {0};
    size_t indent = SIZE_MAX;
    bool in_list = false, inside = false;
    for (int i = 1; rest.len; i++) {
        line = next_line(&rest);
        bool dash = in_list && bytes_starts(bytes_from(line, indent_of(line)), BYTES("- "));
        if (dash && (indent == SIZE_MAX || indent_of(line) == indent)) {
            if (i > number)
                break;
            indent = indent_of(line);
            item = line;
            inside = true;
        } else if (inside && !is_blank(line) && indent_of(line) > indent) {
            item.len = (size_t)(line.data + line.len - item.data);
        } else if (inside && !is_blank(line)) {
            inside = false;
            if (i > number)
                break;
        }
        in_list |= bytes_starts(line, BYTES("scenarios:"));
    }
    return item;
}

static bool names_it(struct bytes item, struct bytes name)
{
    for (size_t at; (at = bytes_find(item, BYTES("id:"))) != BYTES_NONE;) {
        item = bytes_from(item, at + 3);
        item = bytes_from(item, indent_of(item));
        if (bytes_starts(item, name) && (item.len == name.len || strchr("\r\n ,}\"'#", item.data[name.len])))
            return true;
    }
    return false;
}

/* The keys above the list, which hold for all its scenarios, but for the suite's name. */
static void put_head(struct buffer *out, const struct scenario *s, struct bytes file)
{
    buffer_printf(out, "suite: %s-copy\n", s->suite);
    for (struct bytes rest = file; rest.len;) {
        struct bytes line = next_line(&rest);
        if (bytes_starts(line, BYTES("scenarios:")))
            break;
        if (!is_blank(line) && !bytes_starts(line, BYTES("suite:")))
            buffer_add(out, line);
    }
    buffer_add_string(out, "scenarios:\n");
}

bool reproduce_scenario(const struct scenario *s, struct bytes file, struct buffer *out)
{
    struct bytes item = s->suite && s->line > 0 ? cut_item(file, s->line) : bytes_of(NULL, 0);
    if (!item.len || !names_it(item, scenario_name(s)))
        return false;
    put_head(out, s, file);
    buffer_add(out, item);
    if (!bytes_ends(item, BYTES("\n")))
        buffer_add_octet(out, '\n');
    return true;
}

void reproduce_id(const struct scenario *s, struct buffer *out)
{
    struct bytes id = bytes_string(s->id);
    size_t slash = bytes_find_octet(id, '/');
    buffer_add(out, bytes_slice(id, 0, slash == BYTES_NONE ? id.len : slash));
    buffer_add_string(out, "-copy");
    buffer_add(out, slash == BYTES_NONE ? bytes_of(NULL, 0) : bytes_from(id, slash));
}
