#include "server_internal.h"

#include "base/clock.h"
#include "smtp/path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static const char *const default_mailboxes[] = {"alice", "bob"};
static const struct server_account default_accounts[] = {{"alice", "secret"}};

enum { STOP_PATIENCE_MS = 1000 };

void server_log(struct server *s, const char *format, ...)
{
    if (!s->options.log)
        return;
    char line[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    pthread_mutex_lock(&s->log_lock);
    s->options.log(s->options.log_context, line);
    pthread_mutex_unlock(&s->log_lock);
}

static void put_defaults(struct server_options *o)
{
    if (!o->host)
        o->host = "127.0.0.1";
    if (!o->domain)
        o->domain = "example.test";
    if (!o->mailboxes) {
        o->mailboxes = default_mailboxes;
        o->mailbox_count = sizeof default_mailboxes / sizeof *default_mailboxes;
    }
    if (!o->accounts) {
        o->accounts = default_accounts;
        o->account_count = sizeof default_accounts / sizeof *default_accounts;
    }
    if (!o->size_limit)
        o->size_limit = 1048576;
    if (!o->recipient_limit)
        o->recipient_limit = 1000;
    if (o->timeout_s <= 0)
        o->timeout_s = 300;
    if (o->connections <= 0)
        o->connections = 256;
    if (!o->seed && getrandom(&o->seed, sizeof o->seed, GRND_NONBLOCK) != sizeof o->seed)
        o->seed = (uint64_t)clock_ns();
}

/* A mailbox becomes a folder, and stands in replies. */
static bool mailbox_name_good(const char *name)
{
    static const char wrong[] = "/@<>\"\\ ";
    if (!name[0] || name[0] == '.' || strlen(name) > 64)
        return false;
    for (const char *c = name; *c; c++)
        if (!octet_is_print((unsigned char)*c) || strchr(wrong, *c))
            return false;
    return true;
}

static bool check_names(struct server *s, struct error *e)
{
    const struct server_options *o = &s->options;
    struct domain domain;
    struct syntax_error syntax;
    if (o->defect && !(s->session.defect = defect_find(bytes_string(o->defect))))
        return error_set(e, "expected the name of a defect (--list-defects shows them), found \"%s\"", o->defect);
    if (o->style && !(s->session.style = style_find(bytes_string(o->style))))
        return error_set(e, "expected the name of a style (--list-styles shows them), found \"%s\"", o->style);
    if (!domain_parse(bytes_string(o->domain), 0, &domain, &syntax) || domain.kind != DOMAIN_NAME)
        return error_set(e, "expected a domain name as the local domain, found \"%s\"", o->domain);
    for (size_t i = 0; i < o->mailbox_count; i++)
        if (!mailbox_name_good(o->mailboxes[i]))
            return error_set(e, "expected a local part for a mailbox, without domain, \"/\" or blanks, found \"%s\"",
                             o->mailboxes[i]);
    return true;
}

static void fill_session(struct server *s)
{
    const struct server_options *o = &s->options;
    s->session.starttls = s->tls && !o->no_tls;
    s->session.clear_passwords = o->clear_passwords;
    s->session.host = s->session.domain = o->domain;
    s->session.mailboxes = o->mailboxes;
    s->session.mailbox_count = o->mailbox_count;
    s->session.accounts = o->accounts;
    s->session.account_count = o->account_count;
    s->session.size_limit = o->size_limit;
    s->session.recipient_limit = o->recipient_limit;
    if (s->session.defect == DEFECT_IDLE_LIMIT_60S)
        s->options.timeout_s = 60;
}

static bool open_maildir(struct server *s, struct error *e)
{
    const struct server_options *o = &s->options;
    if (!o->maildir)
        return true;
    const char **names = calloc(o->mailbox_count + 1, sizeof *names);
    if (!names)
        return error_set(e, "out of memory");
    for (size_t i = 0; i < o->mailbox_count; i++)
        names[i] = o->mailboxes[i];
    names[o->mailbox_count] = "postmaster";
    s->maildir = maildir_open(o->maildir, names, o->mailbox_count + 1, e);
    free(names);
    return s->maildir != NULL;
}

static bool open_tls(struct server *s, struct error *e)
{
    struct net_tls_options t = {.server = true,
                                .maximum = s->session.defect == DEFECT_TLS_OF_YESTERDAY ? "1.1" : NULL,
                                .certificate = s->options.certificate,
                                .key = s->options.key,
                                .host = s->options.domain};
    if (s->options.no_tls && !s->options.tls_port)
        return true;
    s->tls = net_tls_new(&t, e);
    return s->tls != NULL;
}

static bool add_port(struct server *s, enum port_kind kind, const char *host, const char *port, const char *unix_path,
                     struct error *e)
{
    if (!port && !unix_path)
        return true;
    int fd = port ? net_listen(host ? host : s->options.host, port, e) : net_listen_unix(unix_path, e);
    if (fd < 0)
        return false;
    s->ports[s->port_count++] = (struct port){kind, fd, port ? NULL : unix_path};
    /* A client that is gone again between poll and accept must not block the acceptor. */
    if (fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) < 0)
        return error_set(e, "the listening socket cannot be used: %s", strerror(errno));
    return true;
}

static bool open_ports(struct server *s, struct error *e)
{
    const struct server_options *o = &s->options;
    return add_port(s, PORT_SMTP, NULL, o->port, NULL, e) &&
           add_port(s, PORT_SMTPS, o->tls_host, o->tls_port, NULL, e) &&
           add_port(s, PORT_LMTP, o->lmtp_host, o->lmtp_port, NULL, e) &&
           add_port(s, PORT_SMTP, NULL, NULL, o->unix_path, e) &&
           add_port(s, PORT_LMTP, NULL, NULL, o->lmtp_unix_path, e);
}

static bool start_acceptor(struct server *s, struct error *e)
{
    s->slots = calloc((size_t)s->options.connections, sizeof *s->slots);
    if (!s->slots)
        return error_set(e, "out of memory");
    if (pipe2(s->wake, O_CLOEXEC) != 0)
        return error_set(e, "no pipe: %s", strerror(errno));
    s->accepting = pthread_create(&s->acceptor, NULL, acceptor_run, s) == 0;
    return s->accepting || error_set(e, "no thread for the listener");
}

bool server_start(const struct server_options *o, struct server **out, struct error *e)
{
    struct server *s = calloc(1, sizeof *s);
    *out = NULL;
    if (!s)
        return error_set(e, "out of memory");
    s->options = *o;
    s->wake[0] = s->wake[1] = -1;
    pthread_mutex_init(&s->lock, NULL);
    pthread_mutex_init(&s->log_lock, NULL);
    pthread_mutex_init(&s->turn, NULL);
    pthread_cond_init(&s->ended, NULL);
    put_defaults(&s->options);
    if (!check_names(s, e) || !open_tls(s, e) || !open_maildir(s, e) || !open_ports(s, e))
        goto fail;
    fill_session(s);
    if (!start_acceptor(s, e))
        goto fail;
    *out = s;
    return true;
fail:
    server_stop(s);
    return false;
}

static int port_of(const struct server *s, enum port_kind kind)
{
    for (size_t i = 0; i < s->port_count; i++)
        if (s->ports[i].kind == kind && !s->ports[i].unix_path)
            return net_listen_port(s->ports[i].fd);
    return 0;
}

int server_port(const struct server *s)
{
    return port_of(s, PORT_SMTP);
}

int server_tls_port(const struct server *s)
{
    return port_of(s, PORT_SMTPS);
}

int server_lmtp_port(const struct server *s)
{
    return port_of(s, PORT_LMTP);
}

uint64_t server_messages(const struct server *s)
{
    return atomic_load(&s->messages);
}

static size_t shut_down(struct server *s, int how)
{
    size_t running = 0;
    for (int i = 0; i < s->options.connections; i++)
        if (s->slots[i].state == SLOT_RUNNING) {
            running++;
            if (s->slots[i].fd >= 0)
                shutdown(s->slots[i].fd, how);
        }
    return running;
}

/* Readers wake up at once and say 421; who is stuck in a write is cut off after a second. */
static void end_sessions(struct server *s)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += STOP_PATIENCE_MS / 1000;
    pthread_mutex_lock(&s->lock);
    size_t running = shut_down(s, SHUT_RD);
    while (running > 0 && pthread_cond_timedwait(&s->ended, &s->lock, &until) == 0)
        running = shut_down(s, SHUT_RD);
    shut_down(s, SHUT_RDWR);
    pthread_mutex_unlock(&s->lock);
    for (int i = 0; i < s->options.connections; i++) {
        pthread_mutex_lock(&s->lock);
        bool join = s->slots[i].state != SLOT_FREE;
        pthread_mutex_unlock(&s->lock);
        if (join)
            pthread_join(s->slots[i].thread, NULL);
    }
}

void server_die(struct server *s)
{
    atomic_store(&s->dead, true);
    (void)!write(s->wake[1], "", 1);
}

static void close_ports(struct server *s)
{
    for (size_t i = 0; i < s->port_count; i++) {
        if (s->ports[i].fd >= 0)
            close(s->ports[i].fd);
        if (s->ports[i].unix_path)
            unlink(s->ports[i].unix_path);
    }
    for (int i = 0; i < 2; i++)
        if (s->wake[i] >= 0)
            close(s->wake[i]);
}

void server_stop(struct server *s)
{
    if (!s)
        return;
    atomic_store(&s->stopping, true);
    if (s->accepting) {
        (void)!write(s->wake[1], "", 1);
        pthread_join(s->acceptor, NULL);
        end_sessions(s);
    }
    close_ports(s);
    net_tls_free(s->tls);
    maildir_free(s->maildir);
    free(s->slots);
    pthread_mutex_destroy(&s->lock);
    pthread_mutex_destroy(&s->log_lock);
    pthread_mutex_destroy(&s->turn);
    pthread_cond_destroy(&s->ended);
    free(s);
}
