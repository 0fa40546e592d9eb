#include "rows.h"

#include <string.h>

static struct row row_check(const struct check_result *c)
{
    struct row row = {.group = ROW_CHECK, .id = c->name, .result = &c->result, .check = c};
    row.requirement = c->requirement ? c->requirement : c->result.requirement;
    return row;
}

struct row row_of(const struct result *r)
{
    return (struct row){
        .group = r->scenario ? ROW_SCENARIO : ROW_EXTRA, .id = r->id, .requirement = r->requirement, .result = r};
}

static struct row row_in(const struct result *r, enum row_group group)
{
    struct row row = row_of(r);
    row.group = group;
    return row;
}

bool row_next(const struct run *r, size_t *next, struct row *out)
{
    size_t i = (*next)++;
    if (i == 0) {
        *out = row_in(&r->plain_first, ROW_PLAIN);
        return r->plain_first.id || row_next(r, next, out);
    }
    i--;
    if (i < r->count) {
        *out = row_in(&r->results[i], ROW_SCENARIO);
        return true;
    }
    i -= r->count;
    if (i < r->check_count) {
        *out = row_check(&r->checks[i]);
        return true;
    }
    i -= r->check_count;
    if (i < r->extra_count) {
        *out = row_in(&r->extra[i], ROW_EXTRA);
        return true;
    }
    *out = row_in(&r->plain_last, ROW_PLAIN);
    return i == r->extra_count && r->plain_last.id;
}

size_t row_suite_length(const char *id)
{
    return strcspn(id, "/");
}

bool row_same_suite(const char *id, const char *other)
{
    size_t len = row_suite_length(id);
    return len == row_suite_length(other) && !memcmp(id, other, len);
}

bool row_present(const struct run *r, const char *id)
{
    struct row row;
    for (size_t next = 0; row_next(r, &next, &row);)
        if (!strcmp(row.id, id))
            return true;
    return false;
}

enum level row_level(const struct row *row)
{
    return row->requirement ? row->requirement->level : LEVEL_MUST;
}

const char *row_source(const struct row *row, char *out, size_t size)
{
    const struct scenario *s = row->result->scenario;
    if (s && s->reference)
        return s->reference;
    return row->requirement ? requirement_source(row->requirement, out, size) : "";
}

const char *row_title(const struct row *row)
{
    const struct scenario *s = row->result->scenario;
    if (s && s->title)
        return s->title;
    return row->requirement && row->requirement->text ? row->requirement->text : "";
}

const char *row_reason(const struct row *row)
{
    return row->result->reason ? row->result->reason : "";
}

const char *row_found(const struct row *row)
{
    static const char word[] = "found ";
    const char *found = row->result->found;
    return found && !strncmp(found, word, sizeof word - 1) ? found + sizeof word - 1 : found;
}

const char *row_excuse(const struct row *row, const struct baseline *b)
{
    enum verdict v = row->result->verdict;
    return v == VERDICT_FAIL || v == VERDICT_WARN ? baseline_reason(b, row->id) : NULL;
}

bool row_gates(const struct row *row, enum fail_on fail_on)
{
    enum level level = row_level(row);
    if (row->result->verdict == VERDICT_FAIL)
        return level == LEVEL_SECURITY || fail_on >= FAIL_ON_MUST;
    if (row->result->verdict == VERDICT_WARN)
        return fail_on == FAIL_ON_WARN || (fail_on == FAIL_ON_SHOULD && level == LEVEL_SHOULD);
    return false;
}

/* The octets of the UTF-8 character at the start of `b`, 0 when there is none or when it is better not shown: controls
 * and what changes the direction of writing. */
static size_t character_length(struct bytes b)
{
    static const uint32_t least[] = {0, 0, 0xA0, 0x800, 0x10000};
    unsigned char lead = b.data[0];
    size_t len = lead >= 0xF0 && lead <= 0xF4 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
    if (!len || lead > 0xF4 || len > b.len)
        return 0;
    uint32_t c = lead & (0xFFu >> (len + 1));
    for (size_t i = 1; i < len; i++) {
        if ((b.data[i] & 0xC0) != 0x80)
            return 0;
        c = c << 6 | (b.data[i] & 0x3Fu);
    }
    bool odd = (c >= 0xD800 && c <= 0xDFFF) || (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
               (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c & 0xFFFE) == 0xFFFE || c > 0x10FFFF;
    return c < least[len] || odd ? 0 : len;
}

void row_text(struct buffer *out, const char *text)
{
    struct bytes rest = bytes_string(text);
    /* A folded YAML text ends with a line end. */
    while (rest.len && strchr(" \n\t", rest.data[rest.len - 1]))
        rest.len--;
    while (rest.len) {
        unsigned char c = rest.data[0];
        size_t len = 1;
        if (octet_is_print(c))
            buffer_add_octet(out, c);
        else if (c == '\n' || c == '\t')
            buffer_add_octet(out, ' ');
        else if (c >= 0x80 && (len = character_length(rest)) > 0)
            buffer_add(out, bytes_slice(rest, 0, len));
        else {
            buffer_printf(out, "\\x%02x", c);
            len = 1;
        }
        rest = bytes_from(rest, len);
    }
}
