/* What the listener and its connections share. */
#ifndef SERVER_SERVER_INTERNAL_H
#define SERVER_SERVER_INTERNAL_H

#include "maildir.h"
#include "net/net.h"
#include "server/server.h"

#include <pthread.h>
#include <stdatomic.h>

enum port_kind { PORT_SMTP, PORT_SMTPS, PORT_LMTP };

struct port {
    enum port_kind kind;
    int fd;
    const char *unix_path; /* to be removed at the end; NULL: TCP */
};

enum { PORTS_MAX = 5 };

/* One connection. State, thread and descriptor are guarded by the server's lock. */
struct slot {
    struct server *server;
    enum { SLOT_FREE, SLOT_RUNNING, SLOT_DONE } state; /* DONE: the thread waits to be joined */
    pthread_t thread;
    int fd; /* -1 as soon as the thread closes it */
    enum port_kind kind;
    uint64_t number;
};

struct server {
    struct server_options options; /* with defaults put in */
    struct session_config session; /* what all sessions have in common */
    struct net_tls *tls;
    struct maildir *maildir;
    struct port ports[PORTS_MAX];
    size_t port_count;
    struct slot *slots; /* options.connections of them */
    int wake[2];
    bool accepting; /* the acceptor runs */
    pthread_t acceptor;
    pthread_mutex_t lock;
    pthread_cond_t ended; /* a connection went to SLOT_DONE */
    pthread_mutex_t log_lock;
    atomic_bool stopping;
    /* Only under defects: */
    atomic_bool client_lost;
    pthread_mutex_t turn;
    atomic_bool dead; /* nobody is accepted any more */
    atomic_ullong messages;
    atomic_int lost_descriptor; /* only under a defect */
};

/* connection.c: serves the slot's descriptor to the end and closes it; a thread's start. */
void *connection_run(void *slot);

/* acceptor.c: takes connections in until server.stopping; a thread's start. */
void *acceptor_run(void *server);

/* A defect: the server is as good as gone until it is started anew. */
void server_die(struct server *s);

/* Gives one line to the log. */
__attribute__((format(printf, 2, 3))) void server_log(struct server *s, const char *format, ...);

#endif
