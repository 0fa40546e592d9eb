#include "tree.h"

#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <yaml.h>

struct source {
    struct diagnostics *d;
    const char *name;
    struct bytes content;
    yaml_parser_t parser;
    /* libyaml counts characters; a cursor that only moves forward turns them into octets, where they are not the same.
     */
    bool ascii;
    size_t character, octet;
    int lines;
};

/* At the end of the file libyaml is one line too far. */
static struct mark mark_of(const struct source *s, yaml_mark_t m)
{
    if ((int)m.line >= s->lines)
        return (struct mark){s->name, s->lines, 1};
    return (struct mark){s->name, (int)m.line + 1, (int)m.column + 1};
}

/* Octets of the UTF-8 character at the start of `b`, 0 when it is none. */
static size_t character_length(struct bytes b)
{
    unsigned char c = b.data[0];
    size_t len = c < 0x80 ? 1 : c >= 0xc2 && c < 0xe0 ? 2 : c >= 0xe0 && c < 0xf0 ? 3 : c >= 0xf0 && c < 0xf5 ? 4 : 0;
    if (len > b.len)
        return 0;
    for (size_t i = 1; i < len; i++)
        if ((b.data[i] & 0xc0) != 0x80)
            return 0;
    if ((c == 0xe0 && b.data[1] < 0xa0) || (c == 0xed && b.data[1] > 0x9f) || (c == 0xf0 && b.data[1] < 0x90) ||
        (c == 0xf4 && b.data[1] > 0x8f))
        return 0;
    return len;
}

/* libyaml reports these without a place. */
static bool octets_are_text(struct diagnostics *d, const char *name, struct bytes content)
{
    struct mark m = {name, 1, 1};
    for (size_t i = 0; i < content.len;) {
        unsigned char c = content.data[i];
        size_t len = c < 0x80 ? 1 : character_length(bytes_from(content, i));
        if (len == 0) {
            diagnostics_add(d, m, "expected UTF-8, found the octet \\x%02x; write octets above 0x7F with hex:", c);
            return false;
        }
        if ((c < 0x20 && c != '\n' && c != '\r' && c != '\t') || c == 0x7f) {
            diagnostics_add(
                d, m, "expected text, found the control octet \\x%02x; write it as an escape in double quotes", c);
            return false;
        }
        m.column++;
        if (c == '\n') {
            m.line++;
            m.column = 1;
        }
        i += len;
    }
    return true;
}

/* At least as many lines as libyaml sees: it also takes CR and some characters above U+007F as line ends. */
static int count_lines(struct bytes content, bool *ascii)
{
    int lines = 1;
    unsigned char all = 0;
    for (size_t i = 0; i < content.len; i++) {
        all |= content.data[i];
        lines += content.data[i] == '\n' || content.data[i] == '\r' || content.data[i] >= 0x80;
    }
    *ascii = all < 0x80;
    return lines;
}

static size_t octet_offset(struct source *s, size_t character)
{
    if (s->ascii)
        return character < s->content.len ? character : s->content.len;
    while (s->character < character && s->octet < s->content.len) {
        size_t len = character_length(bytes_from(s->content, s->octet));
        s->octet += len ? len : 1;
        s->character++;
    }
    return s->octet;
}

/* What YAML cut in silence behind a plain text that ends at `end`. */
static const char *text_cut(struct source *s, const yaml_event_t *event)
{
    struct bytes rest = bytes_from(s->content, octet_offset(s, event->end_mark.index));
    size_t blanks = 0;
    while (blanks < rest.len && (rest.data[blanks] == ' ' || rest.data[blanks] == '\t'))
        blanks++;
    if (event->start_mark.line != event->end_mark.line)
        return TREE_CUT_LINES;
    if (blanks == 0)
        return NULL;
    if (blanks == rest.len || rest.data[blanks] == '\n' || rest.data[blanks] == '\r')
        return TREE_CUT_BLANKS;
    return rest.data[blanks] == '#' ? TREE_CUT_COMMENT : NULL;
}

/* `at`: the octet where libyaml gave up, 0 at the end. */
static const char *advice_for(const char *problem, unsigned char at)
{
    static const struct {
        const char *problem, *advice;
    } known[] = {
        {"mapping values are not allowed", "; a text with a colon and a blank in it is quoted"},
        {"cannot start any token",
         "; a text that begins with @, %, ` or a tab is quoted, and lines are indented with blanks"},
        {"alphabetic or numeric character", "; a text that begins with * or & is quoted"},
        {"unknown escape", "; in double quotes a backslash is written twice"},
        {"unexpected end of stream", "; a quote is not closed"},
        {"',' or ']'", "; a text with , or ] in it is quoted"},
        {"',' or '}'", "; a text with , or } in it is quoted"},
        {"expected key", "; look at the indentation, and quote a text that goes on after its quotes"},
    };
    if (strstr(problem, "cannot start any token") && (at == '>' || at == '|'))
        return "; within { } and [ ] a text that holds one of { } [ ] , is quoted: \"RCPT TO:<${recipient}>\"";
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strstr(problem, known[i].problem))
            return known[i].advice;
    return "";
}

static bool next_event(struct source *s, yaml_event_t *event)
{
    if (yaml_parser_parse(&s->parser, event))
        return true;
    if (s->parser.error == YAML_MEMORY_ERROR) {
        s->d->out_of_memory = true;
        return false;
    }
    const char *problem = s->parser.problem ? s->parser.problem : "it cannot be read";
    const char *context = s->parser.context ? s->parser.context : "";
    size_t at = octet_offset(s, s->parser.problem_mark.index);
    diagnostics_add(s->d, mark_of(s, s->parser.problem_mark), "expected YAML: %s%s%s%s", context, *context ? ", " : "",
                    problem, advice_for(problem, at < s->content.len ? s->content.data[at] : 0));
    return false;
}

static struct node *node_new(struct source *s, enum node_kind kind, yaml_mark_t m)
{
    struct node *n = arena_alloc(s->d->arena, sizeof *n);
    if (!n) {
        s->d->out_of_memory = true;
        return NULL;
    }
    n->kind = kind;
    n->mark = mark_of(s, m);
    return n;
}

/* Tags and anchors. The node is read as if they were not there, so that what else is wrong is told too. */
static void refuse_properties(struct source *s, const yaml_event_t *event)
{
    const yaml_char_t *tag = NULL, *anchor = NULL;
    if (event->type == YAML_SCALAR_EVENT) {
        tag = event->data.scalar.tag;
        anchor = event->data.scalar.anchor;
    } else if (event->type == YAML_SEQUENCE_START_EVENT) {
        tag = event->data.sequence_start.tag;
        anchor = event->data.sequence_start.anchor;
    } else if (event->type == YAML_MAPPING_START_EVENT) {
        tag = event->data.mapping_start.tag;
        anchor = event->data.mapping_start.anchor;
    }
    if (tag)
        diagnostics_add(
            s->d, mark_of(s, event->start_mark),
            "expected no YAML tag, found %.60s; quote a text that begins with !, and write \"not 2xx\" for any "
            "other reply",
            (const char *)tag);
    if (anchor)
        diagnostics_add(s->d, mark_of(s, event->start_mark),
                        "expected no YAML anchor, found &%.60s; quote a text that begins with &", (const char *)anchor);
}

static struct node *text_node(struct source *s, const yaml_event_t *event)
{
    struct node *n = node_new(s, NODE_TEXT, event->start_mark);
    if (!n)
        return NULL;
    n->text = arena_bytes(s->d->arena, bytes_of(event->data.scalar.value, event->data.scalar.length));
    if (!n->text.data) {
        s->d->out_of_memory = true;
        return NULL;
    }
    n->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    if (n->plain)
        n->cut = text_cut(s, event);
    return n;
}

static struct node *read_node(struct source *s, const yaml_event_t *event, int depth);

static void node_append(struct node *parent, struct node **last, struct node *child)
{
    if (*last)
        (*last)->next = child;
    else
        parent->first = child;
    *last = child;
    parent->count++;
}

static bool read_list(struct source *s, struct node *list, int depth)
{
    struct node *last = NULL;
    for (;;) {
        yaml_event_t event;
        if (!next_event(s, &event))
            return false;
        bool end = event.type == YAML_SEQUENCE_END_EVENT;
        struct node *item = end ? NULL : read_node(s, &event, depth);
        yaml_event_delete(&event);
        if (end)
            return true;
        if (!item)
            return false;
        node_append(list, &last, item);
    }
}

static bool key_is_right(struct source *s, const struct node *map, const struct node *key)
{
    if (key->kind == NODE_BAD)
        return false;
    if (key->kind != NODE_TEXT) {
        diagnostics_add(s->d, key->mark, "expected a word as key, found a %s", key->kind == NODE_LIST ? "list" : "map");
        return false;
    }
    for (const struct node *other = map->first; other; other = other->next)
        if (other->key && bytes_equal(other->key->text, key->text)) {
            struct buffer shown = {0};
            text_visible(&shown, key->text, 60);
            diagnostics_add(s->d, key->mark, "expected each key once, found \"%s\" again; it stands in line %d already",
                            buffer_string(&shown), other->key->mark.line);
            buffer_free(&shown);
            return false;
        }
    return true;
}

static bool read_map(struct source *s, struct node *map, int depth)
{
    struct node *last = NULL, *key = NULL;
    for (;;) {
        yaml_event_t event;
        if (!next_event(s, &event))
            return false;
        bool end = event.type == YAML_MAPPING_END_EVENT;
        struct node *n = end ? NULL : read_node(s, &event, depth);
        yaml_event_delete(&event);
        if (end)
            return true;
        if (!n)
            return false;
        if (!key) {
            key = n;
            continue;
        }
        if (map->count == TREE_KEY_LIMIT) {
            diagnostics_add(s->d, key->mark, "expected at most %d keys in a map, found more", TREE_KEY_LIMIT);
            return false;
        }
        if (key_is_right(s, map, key)) {
            n->key = key;
            node_append(map, &last, n);
        }
        key = NULL;
    }
}

/* NULL: the file cannot be read on. */
static struct node *read_node(struct source *s, const yaml_event_t *event, int depth)
{
    refuse_properties(s, event);
    if (event->type == YAML_ALIAS_EVENT) {
        diagnostics_add(s->d, mark_of(s, event->start_mark),
                        "expected no YAML alias, found *%.60s; quote a text that begins with *",
                        (const char *)event->data.alias.anchor);
        return node_new(s, NODE_BAD, event->start_mark);
    }
    if (event->type == YAML_SCALAR_EVENT)
        return text_node(s, event);
    if (depth == TREE_DEPTH_LIMIT) {
        diagnostics_add(s->d, mark_of(s, event->start_mark),
                        "expected at most %d lists and maps within each other, found more", TREE_DEPTH_LIMIT);
        return NULL;
    }
    bool list = event->type == YAML_SEQUENCE_START_EVENT;
    struct node *n = node_new(s, list ? NODE_LIST : NODE_MAP, event->start_mark);
    if (!n)
        return NULL;
    return (list ? read_list(s, n, depth + 1) : read_map(s, n, depth + 1)) ? n : NULL;
}

/* The one document of the stream. */
static struct node *read_document(struct source *s)
{
    struct node *root = NULL;
    bool more = true, good = true;
    while (more && good) {
        yaml_event_t event;
        if (!next_event(s, &event))
            return NULL;
        if (event.type == YAML_STREAM_END_EVENT) {
            more = false;
        } else if (event.type == YAML_DOCUMENT_START_EVENT && root) {
            diagnostics_add(s->d, mark_of(s, event.start_mark), "expected one YAML document in a file, found another");
            good = false;
        } else if (event.type != YAML_STREAM_START_EVENT && event.type != YAML_DOCUMENT_START_EVENT &&
                   event.type != YAML_DOCUMENT_END_EVENT) {
            root = read_node(s, &event, 0);
            good = root != NULL;
        }
        yaml_event_delete(&event);
    }
    return good ? root : NULL;
}

struct node *tree_load(struct diagnostics *d, const char *name, struct bytes content)
{
    struct source s = {.d = d, .name = name, .content = content};
    struct mark start = {name, 1, 1};
    if (content.len > TREE_FILE_LIMIT) {
        diagnostics_add(d, start, "expected at most %u octets in a file, found %zu", TREE_FILE_LIMIT, content.len);
        return NULL;
    }
    if (bytes_starts(content, BYTES("\xef\xbb\xbf")))
        s.content = content = bytes_from(content, 3);
    if (!octets_are_text(d, name, content))
        return NULL;
    s.lines = count_lines(content, &s.ascii);
    if (!yaml_parser_initialize(&s.parser)) {
        d->out_of_memory = true;
        return NULL;
    }
    yaml_parser_set_encoding(&s.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&s.parser, content.data ? content.data : (const unsigned char *)"", content.len);
    size_t before = d->count;
    struct node *root = read_document(&s);
    yaml_parser_delete(&s.parser);
    if (!root && d->count == before && !d->out_of_memory)
        diagnostics_add(d, start, "expected a map, found an empty file");
    return root;
}

const struct node *node_child(const struct node *map, const char *key)
{
    if (!map || map->kind != NODE_MAP)
        return NULL;
    for (const struct node *n = map->first; n; n = n->next)
        if (bytes_equal(n->key->text, bytes_string(key)))
            return n;
    return NULL;
}

bool node_is_nothing(const struct node *n)
{
    return n->kind == NODE_TEXT && n->plain &&
           (n->text.len == 0 || bytes_equal(n->text, BYTES("~")) || bytes_equal(n->text, BYTES("null")));
}

static bool read_stream(struct diagnostics *d, const char *path, FILE *in, struct bytes *content)
{
    struct mark where = {path, 0, 0};
    struct buffer b = {0};
    bool good = false;
    while (b.len <= TREE_FILE_LIMIT) {
        unsigned char *to = buffer_reserve(&b, 65536);
        size_t got = to ? fread(to, 1, 65536, in) : 0;
        b.len += got;
        if (got == 0)
            break;
    }
    if (ferror(in)) {
        diagnostics_add(d, where, "expected a file that can be read, found: %s", strerror(errno));
    } else if (b.len > TREE_FILE_LIMIT) {
        diagnostics_add(d, where, "expected at most %u octets in a file, found more", TREE_FILE_LIMIT);
    } else {
        *content = arena_bytes(d->arena, buffer_bytes(&b));
        good = !buffer_failed(&b) && content->data;
        d->out_of_memory = d->out_of_memory || !good;
    }
    buffer_free(&b);
    return good;
}

bool tree_read_file(struct diagnostics *d, const char *path, struct bytes *content)
{
    struct mark where = {path, 0, 0};
    struct stat st;
    /* A pipe or a device would block, or never end. */
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
        diagnostics_add(d, where, "expected a file, found %s", S_ISDIR(st.st_mode) ? "a folder" : "something else");
        return false;
    }
    FILE *in = fopen(path, "rb");
    if (!in) {
        diagnostics_add(d, where, "expected a file that can be read, found: %s", strerror(errno));
        return false;
    }
    bool good = read_stream(d, path, in, content);
    fclose(in);
    return good;
}
