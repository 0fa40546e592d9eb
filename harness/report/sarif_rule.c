#include "sarif_rule.h"

#include "json_result.h"

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
static void add_help_uri(json_t *rule, const struct requirement *q)
{
    struct buffer uri = {0};
    if (!q || !is_number(q->rfc))
        return;
    buffer_printf(&uri, "https://www.rfc-editor.org/rfc/rfc%s", q->rfc);
    /* A section is digits, letters and dots; anything else in a file that somebody wrote is left out. */
    if (q->section && *q->section && octet_is_alnum((unsigned char)*q->section)) {
        size_t len = 0;
        while (octet_is_alnum((unsigned char)q->section[len]) || q->section[len] == '.')
            len++;
        if (!q->section[len])
            buffer_printf(&uri, "#%s%s", octet_is_digit((unsigned char)*q->section) ? "section-" : "appendix-",
                          q->section);
    }
    json_object_set_new(rule, "helpUri", json_text(buffer_string(&uri)));
    buffer_free(&uri);
}

/* "MUST, RFC 5321 section 3.3: the words". */
static json_t *put_help(const struct row *row, const char *words)
{
    char source[128];
    struct buffer text = {0};
    const char *from = row_source(row, source, sizeof source);
    buffer_printf(&text, "%s%s%s: %s", level_name(row_level(row)), *from ? ", " : "", from, words);
    json_t *out = json_pack("{s:o}", "text", json_text(buffer_string(&text)));
    buffer_free(&text);
    return out;
}

/* GitHub sorts by these: a severity from 0 to 10 makes a rule one of security. */
static json_t *put_properties(const struct row *row)
{
    bool security = row_level(row) == LEVEL_SECURITY;
    json_t *tags = json_pack("[s, s]", "smtp", level_name(row_level(row)));
    json_t *out = json_pack("{s:o, s:s}", "tags", tags, "problem.severity",
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
    json_t *rule =
        json_pack("{s:o, s:{s:o}, s:{s:o}, s:o, s:{s:s}, s:o}", "id", json_text(sarif_rule_id(row)), "shortDescription",
                  "text", json_text(words), "fullDescription", "text", json_text(words), "help", put_help(row, words),
                  "defaultConfiguration", "level", sarif_rule_level(row), "properties", put_properties(row));
    if (rule)
        add_help_uri(rule, q);
    return rule;
}
