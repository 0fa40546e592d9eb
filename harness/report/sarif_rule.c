#include "sarif_rule.h"

#include "json_result.h"
#include "layout.h"
#include "markdown_text.h"

const char *sarif_rule_id(const struct row *row)
{
    return row->requirement && row->requirement->id ? row->requirement->id : row->id;
}

const char *sarif_rule_level(const struct row *row)
{
    static const char *const levels[] = {
        [LEVEL_MUST] = "error", [LEVEL_SHOULD] = "warning", [LEVEL_MAY] = "note", [LEVEL_SECURITY] = "error"};
    return levels[row_level(row)];
}

static bool is_number(const char *text)
{
    uint64_t n;
    return text && bytes_to_number(bytes_string(text), &n);
}

/* Where the sentence can be read; nothing for what rests on no RFC. */
static void put_uri(struct buffer *uri, const struct requirement *q)
{
    if (!q || !is_number(q->rfc))
        return;
    buffer_printf(uri, "https://www.rfc-editor.org/rfc/rfc%s", q->rfc);
    /* A section is digits, letters and dots; anything else in a file that somebody wrote is left out. */
    if (q->section && *q->section && octet_is_alnum((unsigned char)*q->section)) {
        size_t len = 0;
        while (octet_is_alnum((unsigned char)q->section[len]) || q->section[len] == '.')
            len++;
        if (!q->section[len])
            buffer_printf(uri, "#%s%s", octet_is_digit((unsigned char)*q->section) ? "section-" : "appendix-",
                          q->section);
    }
}

/* "MUST, RFC 5321 section 3.3: the words", and the same with a link there. */
static json_t *put_help(const struct row *row, const char *words, const char *uri)
{
    char source[128];
    struct buffer text = {0}, markdown = {0};
    const char *from = row_source(row, source, sizeof source);
    buffer_printf(&text, "%s%s%s: %s", level_name(row_level(row)), *from ? ", " : "", from, words);
    buffer_printf(&markdown, "**%s**%s%s", level_name(row_level(row)), *from ? ", " : "", *uri ? "[" : "");
    markdown_words(&markdown, from, 0);
    buffer_printf(&markdown, "%s%s%s: ", *uri ? "](" : "", uri, *uri ? ")" : "");
    markdown_words(&markdown, words, 0);
    json_t *out = json_pack("{s:o, s:o}", "text", json_text(buffer_string(&text)), "markdown",
                            json_text(buffer_string(&markdown)));
    buffer_free(&text);
    buffer_free(&markdown);
    return out;
}

/* GitHub takes descriptions of 1024 characters. */
static json_t *put_description(const char *words)
{
    enum { MOST = 1024 };
    struct buffer text = {0};
    layout_cut(&text, bytes_string(words), MOST);
    json_t *out = json_pack("{s:o}", "text", json_text(buffer_string(&text)));
    buffer_free(&text);
    return out;
}

/* GitHub sorts by these: a severity from 0 to 10 makes a rule one of security. */
static json_t *put_properties(const struct row *row)
{
    bool security = row_level(row) == LEVEL_SECURITY;
    json_t *tags = json_pack("[s, s]", "smtp", level_name(row_level(row)));
    json_t *out = json_pack("{s:o, s:s, s:s}", "tags", tags, "precision", "very-high", "problem.severity",
                            row_level(row) == LEVEL_MAY ? "recommendation" : sarif_rule_level(row));
    if (security)
        json_object_set_new(out, "security-severity", json_string("8.0"));
    return out;
}

json_t *sarif_rule(const struct row *row)
{
    const struct requirement *q = row->requirement;
    const char *words = q && q->text && *q->text ? q->text : row_title(row);
    if (!*words)
        words = row->id;
    struct buffer uri = {0};
    put_uri(&uri, q);
    json_t *rule = json_pack("{s:o, s:o, s:o, s:o, s:{s:s}, s:o}", "id", json_text(sarif_rule_id(row)),
                             "shortDescription", put_description(words), "fullDescription", put_description(words),
                             "help", put_help(row, words, buffer_string(&uri)), "defaultConfiguration", "level",
                             sarif_rule_level(row), "properties", put_properties(row));
    if (rule && uri.len)
        json_object_set_new(rule, "helpUri", json_text(buffer_string(&uri)));
    buffer_free(&uri);
    return rule;
}
