#include "probe_print.h"

#include "base/text.h"
#include "print.h"
#include "report/report.h"
#include "smtp/extension.h"
#include "smtp/reply.h"

#include <jansson.h>

enum { LABEL = 14 };

static void add_line(struct buffer *out, const char *label, struct bytes value)
{
    buffer_printf(out, "%-*s", LABEL, label);
    text_visible(out, value, 400);
    buffer_add_octet(out, '\n');
}

static void add_text(struct buffer *out, const char *label, const char *value)
{
    if (value)
        add_line(out, label, bytes_string(value));
}

static void add_reply(struct buffer *out, const char *label, struct bytes raw)
{
    struct reply_line line;
    for (bool first = true; reply_next_line(&raw, &line); first = false) {
        char code[8] = "";
        if (line.code)
            snprintf(code, sizeof code, "%d ", line.code);
        buffer_printf(out, "%-*s%s", LABEL, first ? label : "", code);
        text_visible(out, line.text, 400);
        buffer_add_octet(out, '\n');
    }
}

/* One keyword as sent, and what it is for. */
static void add_keyword(struct buffer *out, const struct keyword *k)
{
    enum { WIDTH = 24 };
    const struct extension_info *info = extension_find(k->name);
    struct buffer shown = {0}, text = {0};
    text_visible(&shown, k->name, 200);
    if (k->parameters.len) {
        buffer_add_octet(&shown, ' ');
        text_visible(&shown, k->parameters, 400);
    }
    buffer_printf(out, "  %s%*s", buffer_string(&shown), shown.len < WIDTH ? (int)(WIDTH - shown.len) : 0, "");
    if (shown.len >= WIDTH)
        buffer_printf(out, "\n  %*s", WIDTH, "");
    buffer_printf(&text, info ? "%s (%s)" : "not registered", info ? info->summary : "", info ? info->source : "");
    print_wrap(out, buffer_string(&text), WIDTH + 2, WIDTH + 2);
    buffer_free(&shown);
    buffer_free(&text);
}

/* True when the reply `ehlo` offers the very same. */
static bool is_offered(struct bytes ehlo, const struct keyword *k)
{
    struct keyword other;
    return ehlo_find(ehlo, k->name, &other) && bytes_equal(k->parameters, other.parameters);
}

/* The keywords of `ehlo` that `other` does not offer alike; with `other` empty, all. Returns how many. */
static size_t add_extensions(struct buffer *out, struct bytes ehlo, struct bytes other)
{
    struct keyword k;
    bool first = true;
    size_t count = 0;
    while (ehlo.len && ehlo_next_keyword(&ehlo, &first, &k))
        if (!other.len || !is_offered(other, &k)) {
            add_keyword(out, &k);
            count++;
        }
    return count;
}

/* In TLS only what is not as it was in clear. */
static void add_all_extensions(struct buffer *out, const struct probe *p)
{
    if (p->ehlo.len) {
        buffer_printf(out, "\nExtensions (%s)\n", p->implicit_tls ? "in TLS" : "in clear");
        if (!add_extensions(out, p->ehlo, bytes_of(NULL, 0)))
            buffer_add_string(out, "  none\n");
    }
    if (!p->ehlo_tls.len)
        return;
    if (!p->ehlo.len) {
        buffer_add_string(out, "\nExtensions (in TLS)\n");
        if (!add_extensions(out, p->ehlo_tls, p->ehlo))
            buffer_add_string(out, "  none\n");
        return;
    }
    buffer_add_string(out, "\nExtensions (in TLS): as in clear, but for\n");
    size_t changed = add_extensions(out, p->ehlo_tls, p->ehlo);
    struct keyword k, other;
    bool first = true;
    for (struct bytes rest = p->ehlo; ehlo_next_keyword(&rest, &first, &k);)
        if (!ehlo_find(p->ehlo_tls, k.name, &other)) {
            buffer_add_string(out, "  no ");
            text_visible(out, k.name, 200);
            buffer_add_octet(out, '\n');
            changed++;
        }
    if (!changed)
        buffer_add_string(out, "  nothing\n");
}

static void add_certificate(struct buffer *out, const struct probe *p)
{
    if (!p->certificate_subject && !p->certificate_names)
        return;
    add_text(out, "certificate", p->certificate_subject);
    add_text(out, "  names", p->certificate_names);
    add_text(out, "  issuer", p->certificate_issuer);
    if (p->certificate_not_after)
        buffer_printf(out, "%-*s%s (%d days left)\n", LABEL, "  until", p->certificate_not_after,
                      p->certificate_days_left);
    add_text(out, "  verified", p->certificate_verified);
}

static void add_tls(struct buffer *out, const struct probe *p)
{
    const char *how = p->implicit_tls       ? "at once"
                      : p->starttls_done    ? "after STARTTLS"
                      : p->starttls_offered ? "STARTTLS is offered, the handshake was not done"
                                            : "not offered";
    add_text(out, "TLS", how);
    add_text(out, "  version", p->tls_version);
    add_text(out, "  cipher", p->tls_cipher);
    add_text(out, "  problem", p->tls_problem);
    add_certificate(out, p);
}

static struct bytes best_ehlo(const struct probe *p)
{
    return p->ehlo_tls.len ? p->ehlo_tls : p->ehlo;
}

static void add_mechanisms(struct buffer *out, const struct probe *p)
{
    struct keyword before = {0}, after = {0};
    bool plain = ehlo_find(p->ehlo, BYTES("AUTH"), &before), tls = ehlo_find(p->ehlo_tls, BYTES("AUTH"), &after);
    if (plain)
        add_line(out, p->implicit_tls ? "AUTH" : "AUTH in clear", before.parameters);
    if (tls)
        add_line(out, "AUTH in TLS", after.parameters);
    if (!plain && !tls)
        add_text(out, "AUTH", "not offered");
}

static void add_limits(struct buffer *out, const struct probe *p)
{
    struct keyword size = {0}, limits = {0};
    if (ehlo_find(best_ehlo(p), BYTES("SIZE"), &size))
        add_line(out, "largest mail", size.parameters.len ? size.parameters : BYTES("SIZE without a number"));
    else
        add_text(out, "largest mail", "not told (no SIZE)");
    if (ehlo_find(best_ehlo(p), BYTES("LIMITS"), &limits))
        add_line(out, "limits", limits.parameters);
}

bool probe_print(const struct target *t, const struct probe *p, bool transcript)
{
    struct buffer out = {0};
    add_text(&out, "target", t->endpoint.text);
    add_reply(&out, "greeting", p->greeting);
    /* Where no session came about, nobody knows what is not offered. */
    if (!p->problem || p->implicit_tls || p->tls_problem)
        add_tls(&out, p);
    if (!p->problem) {
        add_mechanisms(&out, p);
        add_limits(&out, p);
        add_all_extensions(&out, p);
    }
    if (transcript) {
        buffer_add_octet(&out, '\n');
        report_transcript(&p->transcript, 0, false, &out);
    }
    bool ok = !buffer_failed(&out);
    if (ok)
        fwrite(out.data, 1, out.len, stdout);
    else
        print_problem("out of memory");
    buffer_free(&out);
    return ok;
}

static json_t *json_visible(struct bytes octets)
{
    struct buffer text = {0};
    text_visible(&text, octets, 0);
    json_t *out = buffer_failed(&text) ? NULL : json_string(buffer_string(&text));
    buffer_free(&text);
    return out;
}

static json_t *json_word(const char *text)
{
    return text ? json_visible(bytes_string(text)) : json_null();
}

static json_t *json_extensions(struct bytes ehlo)
{
    struct keyword k;
    bool first = true;
    if (!ehlo.len)
        return json_null();
    json_t *list = json_array();
    while (ehlo_next_keyword(&ehlo, &first, &k))
        json_array_append_new(list,
                              json_pack("{s:o, s:o, s:b}", "keyword", json_visible(k.name), "parameters",
                                        json_visible(k.parameters), "registered", extension_find(k.name) != NULL));
    return list;
}

static struct bytes without_end(struct bytes reply)
{
    while (reply.len && (reply.data[reply.len - 1] == '\n' || reply.data[reply.len - 1] == '\r'))
        reply.len--;
    return reply;
}

bool probe_print_json(const struct target *t, const struct probe *p)
{
    json_t *certificate = json_null();
    if (p->certificate_subject || p->certificate_names)
        certificate = json_pack("{s:o, s:o, s:o, s:o, s:i, s:o}", "subject", json_word(p->certificate_subject), "names",
                                json_word(p->certificate_names), "issuer", json_word(p->certificate_issuer),
                                "not_after", json_word(p->certificate_not_after), "days_left", p->certificate_days_left,
                                "verified", json_word(p->certificate_verified));
    json_t *tls =
        json_pack("{s:b, s:b, s:b, s:o, s:o, s:o, s:o}", "implicit", p->implicit_tls, "starttls_offered",
                  p->starttls_offered, "starttls_done", p->starttls_done, "version", json_word(p->tls_version),
                  "cipher", json_word(p->tls_cipher), "problem", json_word(p->tls_problem), "certificate", certificate);
    json_t *root = json_pack("{s:s, s:i, s:o, s:o, s:o, s:o, s:o, s:o}", "format", "smtpspec-probe", "version", 1,
                             "target", json_word(t->endpoint.text), "problem", json_word(p->problem), "greeting",
                             json_visible(without_end(p->greeting)), "tls", tls, "extensions", json_extensions(p->ehlo),
                             "extensions_tls", json_extensions(p->ehlo_tls));
    bool ok = root && json_dumpf(root, stdout, JSON_INDENT(1)) == 0;
    if (ok)
        putchar('\n');
    else if (!ferror(stdout))
        print_problem("out of memory");
    json_decref(root);
    return ok;
}
