#include "server_internal.h"

#include "base/clock.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

/* No room: 421 in clear (section 3.8); under TLS at once there is nothing to say it in. */
static void turn_away(struct server *s, int fd, enum port_kind kind)
{
    char text[320];
    int len =
        snprintf(text, sizeof text, "421 4.3.2 %s has too many connections, try again later\r\n", s->session.host);
    if (kind != PORT_SMTPS && len > 0)
        (void)!send(fd, text, (size_t)len, MSG_DONTWAIT | MSG_NOSIGNAL);
    shutdown(fd, SHUT_WR);
    close(fd);
    server_log(s, "connection refused: %d are open", s->options.connections);
}

/* A free slot, the thread of its last connection joined; NULL when all run. */
static struct slot *find_slot(struct server *s)
{
    struct slot *found = NULL;
    bool join = false;
    pthread_mutex_lock(&s->lock);
    for (int i = 0; i < s->options.connections && !found; i++)
        if (s->slots[i].state != SLOT_RUNNING) {
            found = &s->slots[i];
            join = found->state == SLOT_DONE;
            found->state = SLOT_FREE;
        }
    pthread_mutex_unlock(&s->lock);
    if (join)
        pthread_join(found->thread, NULL);
    return found;
}

/* Under a defect: the oldest session pays for the crowd. */
static void end_oldest(struct server *s)
{
    struct slot *oldest = NULL;
    pthread_mutex_lock(&s->lock);
    for (int i = 0; i < s->options.connections; i++)
        if (s->slots[i].state == SLOT_RUNNING && s->slots[i].fd >= 0 &&
            (!oldest || s->slots[i].number < oldest->number))
            oldest = &s->slots[i];
    if (oldest)
        shutdown(oldest->fd, SHUT_RDWR);
    pthread_mutex_unlock(&s->lock);
}

static void serve(struct server *s, int fd, enum port_kind kind, uint64_t number)
{
    struct slot *slot = find_slot(s);
    if (!slot) {
        if (s->session.defect == DEFECT_CROWD_ENDS_SESSION)
            end_oldest(s);
        turn_away(s, fd, kind);
        return;
    }
    pthread_mutex_lock(&s->lock);
    slot->server = s;
    slot->fd = fd;
    slot->kind = kind;
    slot->number = number;
    slot->state = SLOT_RUNNING;
    bool started = pthread_create(&slot->thread, NULL, connection_run, slot) == 0;
    if (!started)
        slot->state = SLOT_FREE;
    pthread_mutex_unlock(&s->lock);
    if (!started)
        turn_away(s, fd, kind);
}

static void accept_one(struct server *s, const struct port *p, uint64_t *number)
{
    int fd = accept4(p->fd, NULL, NULL, SOCK_CLOEXEC);
    if (fd >= 0)
        serve(s, fd, p->kind, ++*number);
    else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS)
        clock_sleep_ms(10); /* nothing to do but to wait until a session ends */
}

void *acceptor_run(void *argument)
{
    struct server *s = argument;
    uint64_t number = 0;
    struct pollfd polled[PORTS_MAX + 1] = {{.fd = s->wake[0], .events = POLLIN}};
    for (size_t i = 0; i < s->port_count; i++)
        polled[i + 1] = (struct pollfd){.fd = s->ports[i].fd, .events = POLLIN};
    while (!atomic_load(&s->stopping) && !atomic_load(&s->dead)) {
        if (poll(polled, s->port_count + 1, -1) < 0 && errno != EINTR)
            break;
        for (size_t i = 0; i < s->port_count && !atomic_load(&s->stopping); i++)
            if (polled[i + 1].revents & POLLIN)
                accept_one(s, &s->ports[i], &number);
    }
    for (size_t i = 0; i < s->port_count && atomic_load(&s->dead); i++) {
        close(s->ports[i].fd);
        s->ports[i].fd = -1;
    }
    return NULL;
}
