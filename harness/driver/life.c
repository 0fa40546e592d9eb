#include "life.h"

#include "connection.h"
#include "driver/launch.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

struct life {
    pthread_mutex_t lock;
    bool alive_once; /* it greeted some time */
    bool dead;
    int unanswered; /* NOOP or QUIT at an end that got no reply */
    struct launched launched;
};

enum { LOOK_AGAIN_MS = 50, GREETING_WAIT_MS = 2000, UNANSWERED_MANY = 8, LITTLE_PATIENCE_MS = 1000 };

struct life *life_new(void)
{
    struct life *l = calloc(1, sizeof *l);
    if (l && pthread_mutex_init(&l->lock, NULL) != 0) {
        free(l);
        l = NULL;
    }
    return l;
}

void life_free(struct life *l)
{
    if (!l)
        return;
    pthread_mutex_destroy(&l->lock);
    free(l);
}

static void state_set(struct drive *d, bool alive)
{
    pthread_mutex_lock(&d->life->lock);
    if (alive)
        d->life->alive_once = true;
    d->life->dead = !alive && d->life->alive_once;
    pthread_mutex_unlock(&d->life->lock);
}

bool life_is_dead(const struct drive *d)
{
    pthread_mutex_lock(&d->life->lock);
    bool dead = d->life->dead;
    pthread_mutex_unlock(&d->life->lock);
    return dead;
}

int64_t life_patience(struct drive *d)
{
    pthread_mutex_lock(&d->life->lock);
    bool little = d->life->unanswered >= UNANSWERED_MANY && d->options.timeout_ms > LITTLE_PATIENCE_MS;
    pthread_mutex_unlock(&d->life->lock);
    return little ? LITTLE_PATIENCE_MS : d->options.timeout_ms;
}

void life_unanswered(struct drive *d)
{
    pthread_mutex_lock(&d->life->lock);
    d->life->unanswered++;
    pthread_mutex_unlock(&d->life->lock);
}

static enum greeted greeting_read(struct connection *c, bool implicit, int64_t deadline, char *why)
{
    struct error e = {0};
    if (implicit && connection_tls_at_once(c, &e) != NET_OK) {
        snprintf(why, WHY_SIZE, "the TLS handshake failed: %.200s", e.text);
        return REFUSED;
    }
    switch (connection_take(c, deadline)) {
    case TAKEN_REPLY:
        return GREETED;
    case TAKEN_CLOSE:
        snprintf(why, WHY_SIZE, "the connection was closed without a greeting");
        return REFUSED;
    case TAKEN_ENDLESS:
        snprintf(why, WHY_SIZE, "what it sends has no line ends");
        return SILENT;
    case TAKEN_TIMEOUT:
        break;
    }
    snprintf(why, WHY_SIZE, "it accepted the connection and sent no greeting");
    return SILENT;
}

enum greeted life_greeted(struct drive *d, int64_t within_ms, int64_t *took_ms, char *why)
{
    char ignored[WHY_SIZE];
    struct error e = {0};
    enum net_status status;
    int64_t began = clock_ms();
    bool implicit = d->target->endpoint.scheme == SCHEME_SMTPS;
    why = why ? why : ignored;
    struct connection *c = connection_open(d, implicit, NULL, NULL, NULL, &status, &e);
    if (!c) {
        snprintf(why, WHY_SIZE, "%s", e.text);
        return REFUSED;
    }
    enum greeted greeted = greeting_read(c, implicit, drive_deadline(d, within_ms), why);
    if (took_ms)
        *took_ms = clock_ms() - began;
    /* Some servers hold their 221 back for a while unless our FIN is there too (Exim: 200 ms). */
    if (greeted == GREETED && connection_command(c, "QUIT")) {
        net_half_close(c->net, drive_deadline(d, GREETING_WAIT_MS));
        connection_take(c, drive_deadline(d, GREETING_WAIT_MS));
    }
    connection_close(c);
    connection_free(c);
    return greeted;
}

bool life_look(struct drive *d)
{
    if (life_is_dead(d))
        return false;
    int64_t deadline = drive_deadline(d, LOOK_MS);
    for (;;) {
        enum greeted greeted = life_greeted(d, d->options.timeout_ms, NULL, NULL);
        if (greeted == GREETED) {
            state_set(d, true);
            return true;
        }
        if (greeted == SILENT || clock_left(deadline) == 0 || drive_stopped(d))
            break;
        clock_sleep_ms(LOOK_AGAIN_MS);
    }
    state_set(d, false);
    return false;
}

/* Waits for the greeting of what was launched; ends early when the command failed. */
static bool await_ready(struct drive *d, struct error *e)
{
    char why[WHY_SIZE] = "";
    int64_t within = d->target->ready_within_ms > 0 ? d->target->ready_within_ms : 10000;
    int64_t deadline = drive_deadline(d, within);
    for (;;) {
        if (life_greeted(d, 1000, NULL, why) == GREETED) {
            state_set(d, true);
            return true;
        }
        if (!launched_check(&d->life->launched, e))
            return false;
        if (clock_left(deadline) == 0 || drive_stopped(d))
            return error_set(e, "expected a greeting within %lld ms after launch.start, found: %s",
                             (long long)drive_ms(d, within), why);
        clock_sleep_ms(LOOK_AGAIN_MS);
    }
}

bool life_begin(struct drive *d, bool *answers, char why[WHY_SIZE], struct error *e)
{
    *answers = life_greeted(d, d->options.timeout_ms, NULL, why) == GREETED;
    if (*answers) {
        state_set(d, true);
        return true;
    }
    if (!d->target->launch_start)
        return true;
    if (!launched_start(&d->life->launched, d->target, NULL, e) || !await_ready(d, e))
        return false;
    *answers = true;
    return true;
}

bool life_revive(struct drive *d, struct error *e)
{
    if (!d->target->launch_start)
        return error_set(e, "the target file has no launch.start");
    launched_stop(&d->life->launched, d->target);
    return launched_start(&d->life->launched, d->target, NULL, e) && await_ready(d, e);
}

void life_end(struct drive *d)
{
    if (d->life)
        launched_stop(&d->life->launched, d->target);
}
