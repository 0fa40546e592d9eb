#include "serve.h"

#include "options.h"
#include "reference.h"
#include "server/server.h"
#include "subcommand.h"

#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct values {
    struct word_list listen, tls_listen, lmtp_listen;
    const char *certificate, *key;
    bool no_tls;
    struct word_list users, mailboxes;
    const char *domain, *maildir;
    uint64_t size;
    bool clear_passwords;
    int64_t timeout_ms;
    int connections;
    const char *defect, *style;
    bool list_defects, list_styles, json, verbose;
    uint64_t seed;
};

#define AT(field) offsetof(struct values, field)

static const struct option where[] = {
    {"listen", 'l', "ADDRESS",
     "SMTP with STARTTLS here: HOST:PORT, PORT, or a path for a Unix socket; port 0: any free one", OPTION_LIST,
     AT(listen), NULL},
    {"tls-listen", 0, "ADDRESS", "SMTP with TLS at once here (as on port 465)", OPTION_LIST, AT(tls_listen), NULL},
    {"lmtp-listen", 0, "ADDRESS", "LMTP here", OPTION_LIST, AT(lmtp_listen), NULL},
    {"cert", 0, "FILE", "certificate (PEM); without it one is made at start", OPTION_TEXT, AT(certificate), NULL},
    {"key", 0, "FILE", "its private key (PEM)", OPTION_TEXT, AT(key), NULL},
    {"no-starttls", 0, NULL, "do not offer STARTTLS", OPTION_FLAG, AT(no_tls), NULL},
};

static const struct option mail[] = {
    {"domain", 0, "NAME", "the local domain, and the server's name (example.test)", OPTION_TEXT, AT(domain), NULL},
    {"mailbox", 0, "NAME", "a local part that exists there; may be given several times (alice, bob; postmaster always)",
     OPTION_LIST, AT(mailboxes), NULL},
    {"maildir", 'd', "DIR",
     "keep mail: DIR/alice is a Maildir, relayed mail is in DIR/@relay; without it mail is dropped", OPTION_TEXT,
     AT(maildir), NULL},
    {"user", 'u', "NAME:PASSWORD", "who may log in, and then relay; may be given several times (alice:secret)",
     OPTION_LIST, AT(users), NULL},
    {"plain-auth", 0, NULL, "offer PLAIN and LOGIN without TLS too", OPTION_FLAG, AT(clear_passwords), NULL},
    {"size", 0, "OCTETS", "largest message (1048576)", OPTION_NUMBER, AT(size), NULL},
};

static const struct option behaviour[] = {
    {"timeout", 0, "TIME", "421 to a client that is idle for so long (300s)", OPTION_DURATION, AT(timeout_ms), NULL},
    {"connections", 0, "N", "421 to more clients at once (256)", OPTION_INTEGER, AT(connections), NULL},
    {"defect", 0, "NAME", "be wrong in one way, to see whether a test notices", OPTION_TEXT, AT(defect), NULL},
    {"style", 0, "NAME", "be odd in one way that the RFCs allow", OPTION_TEXT, AT(style), NULL},
    {"list-defects", 0, NULL, "show the defects and stop", OPTION_FLAG, AT(list_defects), NULL},
    {"list-styles", 0, NULL, "show the styles and stop", OPTION_FLAG, AT(list_styles), NULL},
    {"json", 0, NULL, "with one of the two: as JSON", OPTION_FLAG, AT(json), NULL},
    {"seed", 0, "N", "the same challenges and message ids each time", OPTION_NUMBER, AT(seed), NULL},
    {"verbose", 'v', NULL, "log what goes either way, passwords too", OPTION_FLAG, AT(verbose), NULL},
};

static const struct option_group groups[] = {
    {"Where to listen (127.0.0.1:2525 when nothing is said)", where, sizeof where / sizeof *where, 0},
    {"Mail", mail, sizeof mail / sizeof *mail, 0},
    {"Behaviour", behaviour, sizeof behaviour / sizeof *behaviour, 0},
};

static const struct usage usage = {
    .name = "serve",
    .synopsis = "[--listen ADDRESS] [--maildir DIR] [OPTION...]",
    .about = "Runs the reference server: a complete and strict SMTP server that accepts mail for the mailboxes of one "
             "domain, and mail to anywhere from users who logged in (which it keeps and does not send). Stops on "
             "Ctrl-C.",
    .examples = "  smtpspec serve\n"
                "  smtpspec serve --listen 127.0.0.1:2525 --tls-listen 127.0.0.1:4650 --maildir /tmp/mail\n"
                "  smtpspec serve --lmtp-listen 127.0.0.1:2400 --domain example.org --mailbox jane --user jane:pass\n"
                "  smtpspec serve --defect accept-bare-lf-dot &  smtpspec test smtp://127.0.0.1:2525\n",
    .groups = groups,
    .group_count = sizeof groups / sizeof *groups,
};

static int print_json(json_t *list)
{
    bool ok = list && json_dumpf(list, stdout, JSON_INDENT(1)) == 0;
    putchar('\n');
    json_decref(list);
    return ok ? STATUS_OK : STATUS_NOTHING;
}

static int list_defects(bool as_json)
{
    size_t count;
    const struct defect_info *d = defect_table(&count);
    json_t *list = as_json ? json_array() : NULL;
    for (size_t i = 0; i < count; i++)
        if (as_json)
            json_array_append_new(list, json_pack("{s:s, s:s?, s:s}", "name", d[i].name, "requirement",
                                                  d[i].requirement, "summary", d[i].summary));
        else
            printf("%-34s %s\n%-34s %s%s\n", d[i].name, d[i].summary, "",
                   d[i].requirement ? "breaks " : "for campaigns to find", d[i].requirement ? d[i].requirement : "");
    return as_json ? print_json(list) : STATUS_OK;
}

static int list_styles(bool as_json)
{
    size_t count;
    const struct style_info *s = style_table(&count);
    json_t *list = as_json ? json_array() : NULL;
    for (size_t i = 0; i < count; i++)
        if (as_json)
            json_array_append_new(
                list, json_pack("{s:s, s:s, s:s}", "name", s[i].name, "source", s[i].source, "summary", s[i].summary));
        else
            printf("%-14s %s (%s)\n", s[i].name, s[i].summary, s[i].source);
    return as_json ? print_json(list) : STATUS_OK;
}

static int wrong(const char *text)
{
    fprintf(stderr, "smtpspec serve: %s\n", text);
    return 2;
}

/* "HOST:PORT", "[::1]:PORT", "PORT" or a path. */
struct address {
    const char *host, *port, *path;
};

static bool read_address(struct arena *a, const char *option, const struct word_list *list, struct address *out,
                         struct error *e)
{
    if (list->count == 0)
        return true;
    if (list->count > 1)
        return error_set(e, "expected --%s once, found it %zu times", option, list->count);
    struct bytes text = bytes_string(list->items[0]);
    if (bytes_starts(text, BYTES("unix:")))
        text = bytes_from(text, 5);
    if (bytes_find_octet(text, '/') != BYTES_NONE) {
        out->path = (const char *)text.data;
        return true;
    }
    const char *colon = strrchr(list->items[0], ':');
    struct bytes host = colon ? bytes_slice(text, 0, (size_t)(colon - list->items[0])) : (struct bytes){0};
    uint64_t number;
    out->port = colon ? colon + 1 : list->items[0];
    if (!bytes_to_number(bytes_string(out->port), &number) || number > 65535)
        return error_set(e, "expected HOST:PORT, a port or a path behind --%s, found \"%s\"", option, list->items[0]);
    if (bytes_starts(host, BYTES("[")) && bytes_ends(host, BYTES("]")))
        host = bytes_slice(host, 1, host.len - 2);
    out->host = host.len ? (const char *)arena_bytes(a, host).data : NULL;
    return true;
}

static bool read_users(struct arena *a, const struct word_list *list, struct server_options *o, struct error *e)
{
    struct server_account *accounts = arena_array(a, list->count + 1, sizeof *accounts);
    if (!accounts)
        return error_set(e, "out of memory");
    for (size_t i = 0; i < list->count; i++) {
        const char *colon = strchr(list->items[i], ':');
        if (!colon || colon == list->items[i])
            return error_set(e, "expected NAME:PASSWORD behind --user, found \"%s\"", list->items[i]);
        struct bytes user = bytes_of(list->items[i], (size_t)(colon - list->items[i]));
        accounts[i].user = (const char *)arena_bytes(a, user).data;
        accounts[i].password = colon + 1;
        if (!accounts[i].user)
            return error_set(e, "out of memory");
    }
    if (list->count) {
        o->accounts = accounts;
        o->account_count = list->count;
    }
    return true;
}

/* An address of the domain serves for its local part. */
static bool read_mailboxes(struct arena *a, const struct word_list *list, struct server_options *o, struct error *e)
{
    for (size_t i = 0; i < list->count; i++) {
        const char *at = strchr(list->items[i], '@');
        if (!at)
            continue;
        if (!bytes_equal_nocase(bytes_string(at + 1), bytes_string(o->domain ? o->domain : "example.test")))
            return error_set(e, "expected a mailbox of the local domain (see --domain), found \"%s\"", list->items[i]);
        list->items[i] = (const char *)arena_bytes(a, bytes_of(list->items[i], (size_t)(at - list->items[i]))).data;
        if (!list->items[i])
            return error_set(e, "out of memory");
    }
    o->mailboxes = list->count ? list->items : NULL;
    o->mailbox_count = list->count;
    return true;
}

static void print_line(void *context, const char *line)
{
    (void)context;
    printf("%s\n", line);
    fflush(stdout);
}

static bool read_values(struct arena *a, const struct values *v, struct server_options *o, struct error *e)
{
    struct address smtp = {0}, tls = {0}, lmtp = {0};
    if (!read_address(a, "listen", &v->listen, &smtp, e) || !read_address(a, "tls-listen", &v->tls_listen, &tls, e) ||
        !read_address(a, "lmtp-listen", &v->lmtp_listen, &lmtp, e))
        return false;
    if (tls.path)
        return error_set(e, "expected HOST:PORT behind --tls-listen, found a path");
    if (!reference_knows(v->defect, v->style, e))
        return false;
    if (v->size < 1 || v->timeout_ms < 1000 || v->connections < 1)
        return error_set(e, "expected --size 1, --timeout 1s, --connections 1 or more, found less");
    if (!v->certificate != !v->key)
        return error_set(e, "expected --cert and --key together, found one of them");
    *o = (struct server_options){.host = smtp.host,
                                 .port = smtp.port,
                                 .unix_path = smtp.path,
                                 .tls_host = tls.host,
                                 .tls_port = tls.port,
                                 .lmtp_host = lmtp.host,
                                 .lmtp_port = lmtp.port,
                                 .lmtp_unix_path = lmtp.path,
                                 .certificate = v->certificate,
                                 .key = v->key,
                                 .maildir = v->maildir,
                                 .domain = v->domain,
                                 .size_limit = v->size,
                                 .timeout_s = (int)((v->timeout_ms + 999) / 1000),
                                 .connections = v->connections,
                                 .defect = v->defect,
                                 .style = v->style,
                                 .log = print_line,
                                 .seed = v->seed,
                                 .clear_passwords = v->clear_passwords,
                                 .no_tls = v->no_tls,
                                 .verbose = v->verbose};
    if (v->listen.count + v->tls_listen.count + v->lmtp_listen.count == 0)
        o->port = "2525";
    return read_users(a, &v->users, o, e) && read_mailboxes(a, &v->mailboxes, o, e);
}

static void print_port(const char *what, const char *host, int port)
{
    host = host ? host : "127.0.0.1";
    if (port)
        printf(strchr(host, ':') ? "%s on [%s]:%d\n" : "%s on %s:%d\n", what, host, port);
}

static void print_start(const struct server *s, const struct server_options *o)
{
    const char *smtp = o->no_tls ? "SMTP" : "SMTP with STARTTLS";
    print_port(smtp, o->host, server_port(s));
    print_port("SMTP over TLS", o->tls_host ? o->tls_host : o->host, server_tls_port(s));
    print_port("LMTP", o->lmtp_host ? o->lmtp_host : o->host, server_lmtp_port(s));
    if (o->unix_path)
        printf("%s on %s\n", smtp, o->unix_path);
    if (o->lmtp_unix_path)
        printf("LMTP on %s\n", o->lmtp_unix_path);
    printf(o->maildir ? "mail is kept in %s\n" : "mail is dropped%s\n", o->maildir ? o->maildir : "");
    if (o->defect)
        printf("wrong on purpose: %s\n", o->defect);
    if (o->style)
        printf("odd on purpose: %s\n", o->style);
    fflush(stdout);
}

/* The signals are blocked in all threads, and waited for here. */
static int serve(const struct server_options *o)
{
    struct server *s;
    struct error e;
    sigset_t set;
    int signal_number;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    if (pthread_sigmask(SIG_BLOCK, &set, NULL) != 0)
        return wrong("signals cannot be handled");
    if (!server_start(o, &s, &e))
        return wrong(e.text);
    print_start(s, o);
    sigwait(&set, &signal_number);
    server_stop(s);
    return 0;
}

int cli_serve(int argc, char **argv)
{
    struct values v = {.size = 1048576, .timeout_ms = 300000, .connections = 256};
    struct server_options o;
    struct error e;
    int status = 2;
    struct arena *a = arena_new();
    if (!a)
        return wrong("out of memory");
    enum options_status parsed = options_parse(&usage, argc, argv, a, &v, NULL);
    if (parsed != OPTIONS_OK)
        status = options_exit(parsed);
    else if (v.list_defects)
        status = list_defects(v.json);
    else if (v.list_styles)
        status = list_styles(v.json);
    else if (v.json)
        wrong("expected --json with --list-defects or --list-styles, found it alone");
    else if (read_values(a, &v, &o, &e))
        status = serve(&o);
    else
        wrong(e.text);
    arena_free(a);
    return status;
}
