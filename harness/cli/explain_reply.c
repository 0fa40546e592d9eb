#include "explain_text.h"

#include "base/text.h"
#include "smtp/code.h"
#include "smtp/extension.h"

#include <stdio.h>
#include <string.h>

enum { LABEL = 13, WIDTH = 100, QUOTED = 200 };

void explain_field(struct buffer *out, const char *label, const char *text)
{
    int column = 2 + LABEL;
    struct bytes rest = bytes_string(text), word;
    buffer_printf(out, "  %-*s", LABEL - 1, label);
    if (strlen(label) >= LABEL)
        buffer_printf(out, "\n%*s", 1 + LABEL, "");
    while (bytes_next_word(&rest, &word)) {
        if (column > 2 + LABEL && column + 1 + (int)word.len > WIDTH) {
            buffer_printf(out, "\n%*s", 1 + LABEL, "");
            column = 2 + LABEL;
        }
        buffer_add_octet(out, ' ');
        buffer_add(out, word);
        column += 1 + (int)word.len;
    }
    buffer_add_octet(out, '\n');
}

void explain_quote(struct buffer *out, const char *prefix, struct bytes octets)
{
    buffer_add_string(out, prefix);
    text_visible(out, octets, QUOTED);
    buffer_add_octet(out, '\n');
}

static void put_basic(struct buffer *out, int code)
{
    char label[16], text[400];
    const struct code_info *info = code_find(code);
    const char *klass = code_class_text(code), *category = code_category_text(code);
    snprintf(label, sizeof label, "%03d", code);
    if (info) {
        snprintf(text, sizeof text, "%s%s%s (%s)", info->meaning, info->elsewhere ? "; " : "",
                 info->elsewhere ? info->elsewhere : "", info->source);
        explain_field(out, label, text);
    } else if (klass) {
        explain_field(out, label,
                      "not a registered code; a client goes by its first digit (RFC 5321 section 4.2, 4.3.2)");
    } else {
        explain_field(
            out, label,
            "no SMTP reply code: they begin with 2, 3, 4 or 5; a client should take it for a fatal error and end "
            "the transaction (RFC 5321 section 4.2)");
        return;
    }
    snprintf(text, sizeof text, "%s; about: %s (RFC 5321 section 4.2.1)", klass,
             category ? category : "nothing known, the second digit is not in use");
    explain_field(out, "class", text);
}

static const char *enhanced_class_text(unsigned klass)
{
    static const char *const texts[] = {[2] = "success", [4] = "temporary failure", [5] = "permanent failure"};
    return klass < sizeof texts / sizeof *texts && texts[klass] ? texts[klass] : "any class";
}

static void put_enhanced(struct buffer *out, struct enhanced e)
{
    char label[24], text[500];
    const struct enhanced_info *info = enhanced_find(e);
    const char *subject = enhanced_subject_text(e.subject);
    if (e.klass)
        snprintf(label, sizeof label, "%d.%d.%d", e.klass, e.subject, e.detail);
    else
        snprintf(label, sizeof label, "X.%d.%d", e.subject, e.detail);
    if (info)
        snprintf(text, sizeof text, "%s; about: %s; registered as \"%s\" (%s)", info->meaning, subject, info->name,
                 info->source);
    else if (subject)
        snprintf(text, sizeof text, "not a registered detail; about: %s (RFC 3463 section 2)", subject);
    else
        snprintf(text, sizeof text, "not a registered code, its subject is not defined (RFC 3463 section 2)");
    explain_field(out, label, text);
}

void explain_enhanced(struct buffer *out, struct enhanced e)
{
    char text[200];
    const struct enhanced_info *info = enhanced_find(e);
    put_enhanced(out, e);
    snprintf(text, sizeof text, "%s (RFC 3463 section 2)", enhanced_class_text(e.klass));
    explain_field(out, "class", text);
    if (info && e.klass && !strchr(info->classes, '0' + e.klass))
        explain_field(out, "odd", "this code is not meant for this class");
    if (e.klass)
        explain_field(out, "do", advice_text(reply_advice(e.klass * 100, e)));
}

/* Each flaw that is the server's; line ends were lost when the text was logged. */
static void put_flaws(struct buffer *out, unsigned flaws)
{
    flaws &= ~(unsigned)(REPLY_BARE_LF | REPLY_CUT);
    for (unsigned flaw = 1; flaw <= REPLY_CUT; flaw <<= 1)
        if (flaws & flaw)
            explain_field(out, "odd", reply_flaw_text((enum reply_flaw)flaw));
}

/* True when the keyword was explained before; notes it. */
static bool is_seen(struct buffer *seen, struct bytes name)
{
    if (!seen)
        return false;
    for (size_t at = 0; at < seen->len;) {
        struct bytes rest = bytes_from(buffer_bytes(seen), at);
        struct bytes one = bytes_slice(rest, 0, bytes_find_octet(rest, 0));
        if (bytes_equal_nocase(one, name))
            return true;
        at += one.len + 1;
    }
    buffer_add(seen, name);
    buffer_add_octet(seen, 0);
    return false;
}

static void put_keywords(struct buffer *out, struct bytes raw, struct buffer *seen)
{
    struct keyword k;
    for (bool first = true; ehlo_next_keyword(&raw, &first, &k);) {
        struct bytes name = k.name;
        if (bytes_ends(name, BYTES("=")))
            name.len--;
        if (is_seen(seen, name))
            continue;
        const struct extension_info *info = extension_find(name);
        struct buffer label = {0}, text = {0};
        text_visible(&label, k.name, 24);
        if (info)
            buffer_printf(&text, "%s (%s)", info->summary, info->source);
        else
            buffer_add_string(&text, "not a registered keyword that this program knows");
        explain_field(out, buffer_string(&label), buffer_string(&text));
        out->failed |= label.failed || text.failed;
        buffer_free(&label);
        buffer_free(&text);
    }
}

static void put_lines(struct buffer *out, struct bytes raw, const char *prefix)
{
    struct bytes line;
    while (bytes_next_line(&raw, &line))
        explain_quote(out, prefix ? prefix : "", line);
}

/* Success in one line: class, meaning, source, and what an enhanced code adds. */
static void put_brief(struct buffer *out, const struct reply *r, const char *special)
{
    char label[24];
    struct buffer text = {0};
    const struct code_info *info = code_find(r->code);
    const struct enhanced_info *more = r->enhanced.klass ? enhanced_find(r->enhanced) : NULL;
    snprintf(label, sizeof label, "%d", r->code);
    buffer_add_string(&text, r->code < 300 ? "success: " : "so far accepted: ");
    if (special)
        buffer_add_string(&text, special);
    else if (info)
        buffer_printf(&text, "%s (%s)", info->meaning, info->source);
    else
        buffer_add_string(&text, "not a registered code; the first digit says so (RFC 5321 section 4.3.2)");
    if (more && more->detail)
        buffer_printf(&text, "; %d.%d.%d: %s (%s)", r->enhanced.klass, r->enhanced.subject, r->enhanced.detail,
                      more->meaning, more->source);
    explain_field(out, label, buffer_string(&text));
    out->failed |= text.failed;
    buffer_free(&text);
}

static void put_full(struct buffer *out, const struct reply *r, const char *special)
{
    put_basic(out, r->code);
    if (r->enhanced.klass)
        put_enhanced(out, r->enhanced);
    if (special)
        explain_field(out, "here", special);
    if (code_class_text(r->code))
        explain_field(out, "do", advice_text(reply_advice(r->code, r->enhanced)));
}

void explain_reply(struct buffer *out, struct bytes raw, const struct explain_view *v)
{
    struct reply r;
    reply_parse(raw, &r);
    put_lines(out, raw, v->prefix);
    if (r.lines == 0 || (r.code == 0 && (r.flaws & REPLY_NO_CODE))) {
        explain_field(out, "no reply", "a reply begins with three digits (RFC 5321 section 4.2)");
        return;
    }
    const char *special = code_special(r.code, r.enhanced, v->to);
    if (v->brief && r.code >= 200 && r.code < 400)
        put_brief(out, &r, special);
    else
        put_full(out, &r, special);
    if (r.code == 250 && (v->to == VERB_EHLO || v->to == VERB_LHLO))
        put_keywords(out, raw, v->seen);
    put_flaws(out, r.flaws);
}
