#include "target_options.h"

#include "base/text.h"
#include "print.h"

#include <string.h>
#include <sys/stat.h>

#define AT(field) offsetof(struct target_options, field)

static bool set_prologue(void *values, const char *argument, struct error *e)
{
    struct target_options *o = values;
    struct bytes rest = bytes_string(argument);
    o->prologue = 0;
    while (rest.len) {
        size_t comma = bytes_find_octet(rest, ',');
        struct bytes word = bytes_slice(rest, 0, comma);
        if (bytes_equal(word, BYTES("tls")))
            o->prologue |= PROLOGUE_TLS;
        else if (bytes_equal(word, BYTES("auth")))
            o->prologue |= PROLOGUE_AUTH;
        else if (!bytes_equal(word, BYTES("none")))
            return error_set(e, "--prologue: expected tls, auth, tls,auth or none, found '%s'", argument);
        rest = comma == BYTES_NONE ? bytes_of(NULL, 0) : bytes_from(rest, comma + 1);
    }
    return true;
}

static bool set_proxy(void *values, const char *argument, struct error *e)
{
    struct target_options *o = values;
    if (strcmp(argument, "v1") != 0 && strcmp(argument, "v2") != 0)
        return error_set(e, "--proxy: expected v1 or v2, found '%s'", argument);
    o->proxy = argument[1] == '1' ? PROXY_V1 : PROXY_V2;
    return true;
}

static bool set_family(struct target_options *o, int family, struct error *e)
{
    if (o->family && o->family != family)
        return error_set(e, "expected --ipv4 or --ipv6, found both");
    o->family = family;
    return true;
}

static bool set_ipv4(void *values, const char *argument, struct error *e)
{
    (void)argument;
    return set_family(values, 4, e);
}

static bool set_ipv6(void *values, const char *argument, struct error *e)
{
    (void)argument;
    return set_family(values, 6, e);
}

struct option_group target_option_facts(size_t offset)
{
    static const struct option table[] = {
        {"to", 0, "ADDRESS", "a recipient that accepts mail; most scenarios need one", OPTION_TEXT, AT(to), NULL},
        {"to2", 0, "ADDRESS", "another recipient that accepts mail", OPTION_TEXT, AT(to2), NULL},
        {"from", 0, "ADDRESS", "the sender (carol@client.test)", OPTION_TEXT, AT(from), NULL},
        {"unknown", 0, "ADDRESS", "a recipient that does not exist there", OPTION_TEXT, AT(unknown), NULL},
        {"foreign", 0, "ADDRESS", "a recipient that the server must not relay to (someone@elsewhere.test)", OPTION_TEXT,
         AT(foreign), NULL},
        {"domain", 0, "NAME", "the server's own domain (that of --to)", OPTION_TEXT, AT(domain), NULL},
        {"user", 0, "NAME", "user for AUTH", OPTION_TEXT, AT(user), NULL},
        {"password", 0, "TEXT", "password for AUTH; with OAuth the token", OPTION_TEXT, AT(password), NULL},
        {"mailbox", 0, "ADDRESS=KIND:PATH",
         "where mail to ADDRESS is delivered, so that it can be looked at; KIND is maildir, mbox, directory or command",
         OPTION_LIST, AT(mailboxes), NULL},
        {"settle", 0, "TIME", "how long a delivery may take after a later one arrived (2s)", OPTION_WAIT, AT(settle_ms),
         NULL},
    };
    return (struct option_group){"What the target knows", table, sizeof table / sizeof *table, offset};
}

struct option_group target_option_connection(size_t offset)
{
    static const struct option table[] = {
        {"implicit-tls", 0, "URL", "where the same server speaks TLS at once: smtps://HOST:465", OPTION_TEXT,
         AT(implicit_tls), NULL},
        {"prologue", 0, "LIST", "what the server wants before anything else: tls, auth or tls,auth", OPTION_CALL, 0,
         set_prologue},
        {"lmtp", 0, NULL, "speak LMTP to this address", OPTION_FLAG, AT(lmtp), NULL},
        {"hello", 0, "NAME", "the name told in EHLO", OPTION_TEXT, AT(hello), NULL},
        {"ipv4", '4', NULL, "connect over IPv4 only", OPTION_CALL, 0, set_ipv4},
        {"ipv6", '6', NULL, "connect over IPv6 only", OPTION_CALL, 0, set_ipv6},
        {"source", 0, "ADDRESS", "local address to connect from", OPTION_TEXT, AT(source), NULL},
        {"proxy", 0, "v1|v2", "send a PROXY protocol header", OPTION_CALL, 0, set_proxy},
        {"proxy-source", 0, "ADDRESS", "the client address that PROXY and XCLIENT tell (192.0.2.1)", OPTION_TEXT,
         AT(proxy_source), NULL},
        {"xclient", 0, NULL, "send XCLIENT after the first EHLO", OPTION_FLAG, AT(xclient), NULL},
        {"tls-verify", 0, NULL, "verify the server's certificate (off: a test bench has no CA)", OPTION_FLAG,
         AT(verify), NULL},
        {"ca", 0, "FILE", "CA certificates to verify with, PEM (the system's)", OPTION_TEXT, AT(ca), NULL},
        {"sni", 0, "NAME", "server name for TLS (the host)", OPTION_TEXT, AT(sni), NULL},
        {"cert", 0, "FILE", "client certificate, PEM", OPTION_TEXT, AT(certificate), NULL},
        {"key", 0, "FILE", "its private key, PEM", OPTION_TEXT, AT(key), NULL},
        {"tls-min", 0, "VERSION", "lowest TLS version to offer: 1.0 to 1.3", OPTION_TEXT, AT(tls_minimum), NULL},
        {"tls-max", 0, "VERSION", "highest TLS version to offer", OPTION_TEXT, AT(tls_maximum), NULL},
    };
    return (struct option_group){"How to reach the target", table, sizeof table / sizeof *table, offset};
}

static bool has_scheme(struct bytes word)
{
    static const char *const schemes[] = {"smtp:", "smtps:", "lmtp:", "unix:", "exec:", "lmtp+unix:", "lmtp+exec:"};
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (bytes_starts_nocase(word, bytes_string(schemes[i])))
            return true;
    return false;
}

/* "localhost:25", "[::1]:25" */
static bool is_host_and_port(struct bytes word)
{
    size_t digits = 0;
    while (digits < word.len && octet_is_digit(word.data[word.len - 1 - digits]))
        digits++;
    return digits && digits + 1 < word.len && word.data[word.len - 1 - digits] == ':' &&
           bytes_find_octet(word, '/') == BYTES_NONE;
}

bool target_file_is(const char *path)
{
    struct stat st;
    char line[512];
    bool found = false;
    FILE *f = stat(path, &st) == 0 && S_ISREG(st.st_mode) ? fopen(path, "rb") : NULL;
    while (f && !found && fgets(line, sizeof line, f))
        found = !strncmp(line, "endpoint:", 9);
    if (f)
        fclose(f);
    return found;
}

bool target_looks_like(const char *word)
{
    struct bytes b = bytes_string(word);
    return has_scheme(b) || is_host_and_port(b) || target_file_is(word);
}

/* Options of the same kind: a text that replaces the target's when it was given. */
static void apply_texts(struct target *t, const struct target_options *o)
{
    const struct {
        const char *given;
        const char **to;
    } texts[] = {
        {o->to, &t->recipient},
        {o->to2, &t->recipient2},
        {o->from, &t->sender},
        {o->unknown, &t->unknown},
        {o->foreign, &t->foreign},
        {o->domain, &t->domain},
        {o->user, &t->user},
        {o->password, &t->password},
        {o->hello, &t->hello_name},
        {o->ca, &t->tls.ca},
        {o->sni, &t->tls.name},
        {o->certificate, &t->tls.certificate},
        {o->key, &t->tls.key},
        {o->tls_minimum, &t->tls.minimum},
        {o->tls_maximum, &t->tls.maximum},
        {o->source, &t->source_address},
        {o->proxy_source, &t->proxy_source},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i].given)
            *texts[i].to = texts[i].given;
}

static bool check_addresses(const struct target_options *o, struct error *e)
{
    const struct {
        const char *option, *given;
    } addresses[] = {
        {"to", o->to}, {"to2", o->to2}, {"from", o->from}, {"unknown", o->unknown}, {"foreign", o->foreign}};
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
        const char *given = addresses[i].given;
        if (!given || address_is_right(bytes_string(given)))
            continue;
        struct buffer shown = {0};
        text_visible(&shown, bytes_string(given), 120);
        error_set(e, "--%s: expected an address LOCAL@DOMAIN, found '%s'", addresses[i].option, buffer_string(&shown));
        buffer_free(&shown);
        return false;
    }
    return true;
}

static bool apply(struct target *t, const struct target_options *o, struct error *e)
{
    if (!check_addresses(o, e))
        return false;
    apply_texts(t, o);
    if (o->implicit_tls && !endpoint_parse(t->arena, o->implicit_tls, &t->implicit_tls, e))
        return false;
    for (size_t i = 0; i < o->mailboxes.count; i++)
        if (!target_add_mailbox(t, o->mailboxes.items[i], e))
            return false;
    if (o->settle_ms != TARGET_UNSET)
        t->settle_ms = o->settle_ms;
    if (o->prologue != TARGET_UNSET)
        t->prologue = (unsigned)o->prologue;
    if (o->family)
        t->family = o->family;
    if (o->proxy != PROXY_NONE)
        t->proxy = o->proxy;
    t->tls.verify |= o->verify;
    t->xclient |= o->xclient;
    t->endpoint.lmtp |= o->lmtp;
    return target_finish(t, e);
}

struct target *target_build(const char *word, const struct target_options *o, struct target *base)
{
    struct error e = {0};
    struct target *t = base ? base : target_new();
    if (!t) {
        print_problem("out of memory");
        return NULL;
    }
    bool ok = true;
    if (word && target_file_is(word)) {
        ok = target_load_file(t, word);
        print_mistakes(&t->diagnostics);
    } else if (word && !endpoint_parse(t->arena, word, &t->endpoint, &e)) {
        print_error(&e);
        ok = false;
    }
    if (ok && !apply(t, o, &e)) {
        print_error(&e);
        ok = false;
    }
    if (ok)
        return t;
    target_free(t);
    return NULL;
}
