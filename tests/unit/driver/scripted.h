/* A small scripted server: a table of what it reads and what it answers, one thread for each connection. And a run of
 * scenarios, written as YAML, against it. */
#ifndef TEST_SCRIPTED_H
#define TEST_SCRIPTED_H

#include "driver/driver.h"
#include "net/net.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum after {
    GO_ON,
    DELIVER,       /* put the message into the maildir */
    DELIVER_PLAIN, /* only the messages that the harness sends for itself */
    DELIVER_FIRST, /* so many of them, see `first` */
    DELIVER_TWICE,
    CLOSE,    /* close the connection behind the answer */
    RESET,    /* reset it */
    FLOOD,    /* say it again and again, for ever */
    DIE,      /* stop listening as well: the server is gone */
    DIE_LATE, /* stop listening but go on here, and only once in the life of the process */
};

/* The first row whose `when` begins the line answers it. "" is any line; "." is the end of the message. */
struct row {
    const char *when;
    const char *answer; /* NULL: none */
    enum after after;
};

struct script {
    const char *greeting; /* NULL: none */
    const struct row *rows;
    int busy_from, busy_to; /* these connections (from 1 on) are greeted with 421 */
    int delay_ms;           /* before each answer */
    const char *maildir;    /* a message that is answered with DELIVER goes there, to new/ */
    int first;              /* DELIVER_FIRST: how many messages */
    const char *later;      /* what the others are answered; NULL: the same */
};

struct scripted {
    struct script script;
    int listener;
    int port;
    pthread_t thread;
    atomic_int connections, open, dead, files;
    pthread_mutex_t lock;
    char heard[65536]; /* all lines of all connections, LF behind each */
};

struct serving {
    struct scripted *server;
    int fd;
    int number;
};

#define EHLO_REPLY                                                                                                     \
    "250-server.test hello\r\n250-PIPELINING\r\n250-SIZE 1000\r\n250-CHUNKING\r\n250 ENHANCEDSTATUSCODES\r\n"

/* What an ordinary server answers; rows before these win. */
#define ORDINARY                                                                                                       \
    {"EHLO", EHLO_REPLY, 0}, {"HELO", "250 server.test\r\n", 0}, {"LHLO", EHLO_REPLY, 0},                              \
        {"MAIL", "250 2.1.0 Ok\r\n", 0}, {"RCPT TO:<nobody", "550 5.1.1 No\r\n", 0}, {"RCPT", "250 2.1.5 Ok\r\n", 0},  \
        {"DATA", "354 Go on\r\n", 0}, {".", "250 2.0.0 Taken\r\n", 0}, {"RSET", "250 2.0.0 Ok\r\n", 0},                \
        {"NOOP", "250 2.0.0 Ok\r\n", 0}, {"VRFY", "252 2.0.0 Maybe\r\n", 0}, {"QUIT", "221 2.0.0 Bye\r\n", CLOSE},     \
    {                                                                                                                  \
        "", "500 5.5.1 What?\r\n", 0                                                                                   \
    }

static inline const struct row *row_find(const struct script *s, const char *line)
{
    for (const struct row *r = s->rows;; r++)
        if (r->when[0] == '.' ? strcmp(line, ".") == 0 : strncasecmp(line, r->when, strlen(r->when)) == 0)
            return r;
}

static inline bool scripted_say(int fd, const char *text)
{
    return !text || send(fd, text, strlen(text), MSG_NOSIGNAL) == (ssize_t)strlen(text);
}

/* A line ends with CRLF and nothing else. */
static inline bool scripted_line(int fd, char *line, size_t size)
{
    size_t n = 0;
    char c;
    while (recv(fd, &c, 1, 0) == 1) {
        if (c == '\n' && n > 0 && line[n - 1] == '\r') {
            line[n - 1] = 0;
            return true;
        }
        if (n + 1 < size)
            line[n++] = c;
    }
    return false;
}

static inline bool scripted_chunk(int fd, const char *line)
{
    long left = atol(line + 5);
    char c;
    while (left-- > 0)
        if (recv(fd, &c, 1, 0) != 1)
            return false;
    return true;
}

static inline void scripted_die(struct scripted *s)
{
    atomic_store(&s->dead, 1);
    shutdown(s->listener, SHUT_RDWR);
    close(s->listener);
}

/* Nobody can repeat this one. */
static inline void scripted_die_once(struct scripted *s)
{
    static atomic_int died;
    if (atomic_exchange(&died, 1) == 0)
        scripted_die(s);
}

static inline void scripted_hear(struct scripted *s, const char *line)
{
    pthread_mutex_lock(&s->lock);
    size_t at = strlen(s->heard);
    snprintf(s->heard + at, sizeof s->heard - at, "%s\n", line);
    pthread_mutex_unlock(&s->lock);
}

static inline void scripted_deliver(struct scripted *s, const char *message)
{
    char from[256], to[256];
    int n = atomic_fetch_add(&s->files, 1);
    snprintf(from, sizeof from, "%s/%d", s->script.maildir, n);
    snprintf(to, sizeof to, "%s/new/%d", s->script.maildir, n);
    FILE *f = fopen(from, "w");
    if (f) {
        fputs(message, f);
        fclose(f);
        rename(from, to);
    }
}

static inline void scripted_talk(struct serving *t)
{
    const struct script *s = &t->server->script;
    char line[16384], message[16384] = "";
    bool data = false;
    if (t->number >= s->busy_from && t->number <= s->busy_to) {
        scripted_say(t->fd, "421 4.3.2 Too busy\r\n");
        return;
    }
    scripted_say(t->fd, s->greeting);
    while (scripted_line(t->fd, line, sizeof line)) {
        scripted_hear(t->server, line);
        if (data && strcmp(line, ".") != 0) {
            size_t at = strlen(message);
            snprintf(message + at, sizeof message - at, "%s\n", line[0] == '.' ? line + 1 : line);
            continue;
        }
        if (!data && strncasecmp(line, "BDAT ", 5) == 0 && !scripted_chunk(t->fd, line))
            return;
        const struct row *r = row_find(s, data ? "." : strcmp(line, ".") == 0 ? "x" : line);
        data = !data && r->answer && strncmp(r->answer, "354", 3) == 0;
        if (s->delay_ms)
            usleep((useconds_t)s->delay_ms * 1000);
        bool late = r->after == DELIVER_FIRST && atomic_load(&t->server->files) >= s->first;
        bool plain = strstr(message, "Subject: smtpspec\n");
        if (r->after == DELIVER || r->after == DELIVER_TWICE || (r->after == DELIVER_PLAIN && plain) ||
            (r->after == DELIVER_FIRST && !late))
            scripted_deliver(t->server, message);
        if (r->after == DELIVER_TWICE)
            scripted_deliver(t->server, message);
        message[0] = 0;
        if (r->after == DIE)
            scripted_die(t->server);
        if (r->after == DIE_LATE)
            scripted_die_once(t->server);
        while (r->after == FLOOD && scripted_say(t->fd, r->answer))
            ;
        if (r->after == RESET)
            setsockopt(t->fd, SOL_SOCKET, SO_LINGER, &(struct linger){1, 0}, sizeof(struct linger));
        if (!scripted_say(t->fd, late && s->later ? s->later : r->answer) || r->after == CLOSE || r->after == RESET ||
            r->after == DIE)
            return;
    }
}

static inline void *scripted_serve(void *context)
{
    struct serving *t = context;
    struct scripted *s = t->server;
    scripted_talk(t);
    close(t->fd);
    free(t);
    atomic_fetch_sub(&s->open, 1);
    return NULL;
}

static inline void *scripted_accept(void *context)
{
    struct scripted *s = context;
    int fd;
    while ((fd = accept(s->listener, NULL, NULL)) >= 0) {
        struct serving *t = malloc(sizeof *t);
        pthread_t thread;
        *t = (struct serving){s, fd, atomic_fetch_add(&s->connections, 1) + 1};
        atomic_fetch_add(&s->open, 1);
        pthread_create(&thread, NULL, scripted_serve, t);
        pthread_detach(thread);
    }
    return NULL;
}

static inline void scripted_start_on(struct scripted *s, struct script script, const char *port)
{
    struct error e;
    *s = (struct scripted){.script = script};
    s->listener = net_listen("127.0.0.1", port, &e);
    s->port = net_listen_port(s->listener);
    pthread_mutex_init(&s->lock, NULL);
    fcntl(s->listener, F_SETFL, fcntl(s->listener, F_GETFL) & ~O_NONBLOCK);
    pthread_create(&s->thread, NULL, scripted_accept, s);
}

static inline void scripted_start(struct scripted *s, struct script script)
{
    scripted_start_on(s, script, "0");
}

static inline void scripted_stop(struct scripted *s)
{
    if (!atomic_load(&s->dead))
        scripted_die(s);
    pthread_join(s->thread, NULL);
    while (atomic_load(&s->open) > 0)
        usleep(1000);
}

/* A run with what it needs. */
struct trial {
    struct library *library;
    struct target *target;
    struct run run;
    struct driver_options options;
    struct error error;
    bool ran;
};

/* Loads a suite `t` (whose `scenarios:` are given) and a target on that port with the usual facts. */
static inline void trial_begin(struct trial *t, int port, const char *target_more, const char *scenarios)
{
    char text[16384];
    *t = (struct trial){.library = library_new(), .target = target_new()};
    snprintf(text, sizeof text,
             "endpoint: smtp://127.0.0.1:%d\nfacts:\n  recipient: alice@example.test\n  recipient2: bob@example.test\n"
             "  unknown: nobody@example.test\n  credentials: {user: alice, password: secret}\n%s",
             port, target_more);
    if (!target_load_memory(t->target, "target.yaml", bytes_string(text)) || !target_finish(t->target, &t->error))
        fprintf(stderr, "target: %s\n",
                t->target->diagnostics.first ? t->target->diagnostics.first->text : t->error.text);
    snprintf(text, sizeof text, "suite: t\ntitle: t\nscenarios:\n%s", scenarios);
    library_add_memory(t->library, "t.yaml", bytes_string(text));
    if (!library_finish(t->library))
        for (const struct diagnostic *d = library_diagnostics(t->library)->first; d; d = d->next)
            fprintf(stderr, "%d:%d: %s\n", d->where.line, d->where.column, d->text);
    t->options = (struct driver_options){.jobs = 1, .timeout_ms = 400, .seed = 1, .library = t->library};
}

static inline void trial_run(struct trial *t)
{
    size_t count;
    const struct scenario *const *all = library_scenarios(t->library, &count);
    t->ran = driver_run(t->target, all, count, &t->options, &t->run, &t->error);
}

static inline void trial_end(struct trial *t)
{
    if (t->ran)
        run_free(&t->run);
    target_free(t->target);
    library_free(t->library);
}

static inline const struct check_result *trial_check(const struct trial *t, const char *name)
{
    for (size_t i = 0; i < t->run.check_count; i++)
        if (strcmp(t->run.checks[i].name, name) == 0)
            return &t->run.checks[i];
    return NULL;
}

#endif
