#include "drive.h"

#include "driver/checks.h"
#include "driver/delivery.h"
#include "life.h"

#include <pthread.h>
#include <stdlib.h>

struct pace {
    pthread_mutex_t lock;
    int64_t next_ns; /* when the next session may begin */
};

static void defaults_fill(struct drive *d)
{
    struct driver_options *o = &d->options;
    if (o->jobs <= 0)
        o->jobs = d->target->jobs > 0 ? d->target->jobs : 4;
    if (o->rate <= 0)
        o->rate = d->target->rate;
    if (o->timeout_ms <= 0)
        o->timeout_ms = 10000;
    if (o->timeout_scale <= 0)
        o->timeout_scale = 1;
    if (o->seed == 0)
        o->seed = (uint64_t)clock_ns() | 1;
}

static struct pace *pace_new(void)
{
    struct pace *p = calloc(1, sizeof *p);
    if (p && pthread_mutex_init(&p->lock, NULL) != 0) {
        free(p);
        p = NULL;
    }
    return p;
}

static struct net_tls *tls_new(const struct target *t, struct error *e)
{
    struct net_tls_options o = {.verify = t->tls.verify,
                                .ca = t->tls.ca,
                                .certificate = t->tls.certificate,
                                .key = t->tls.key,
                                .minimum = t->tls.minimum,
                                .maximum = t->tls.maximum};
    return net_tls_new(&o, e);
}

bool drive_open(struct drive *d, const struct target *t, const struct driver_options *options, struct error *e)
{
    *d = (struct drive){.target = t, .options = *options, .started_ns = clock_ns()};
    defaults_fill(d);
    d->tls = tls_new(t, e);
    if (!d->tls)
        return false;
    d->pace = pace_new();
    d->checks = checks_new();
    d->life = life_new();
    d->delivery = delivery_new(t);
    if (!d->pace || !d->checks || !d->life || !d->delivery)
        return error_set(e, "no memory to begin the run");
    return true;
}

void drive_close(struct drive *d)
{
    offers_free(&d->offers);
    delivery_free(d->delivery);
    life_free(d->life);
    checks_free(d->checks);
    if (d->pace)
        pthread_mutex_destroy(&d->pace->lock);
    free(d->pace);
    net_tls_free(d->tls);
    *d = (struct drive){0};
}

uint64_t drive_seed(const struct drive *d)
{
    return d->options.seed + d->round * UINT64_C(0x9E3779B97F4A7C15);
}

int64_t drive_ms(const struct drive *d, int64_t ms)
{
    return (int64_t)((double)ms * d->options.timeout_scale);
}

int64_t drive_deadline(const struct drive *d, int64_t ms)
{
    return clock_deadline(drive_ms(d, ms));
}

bool drive_stopped(const struct drive *d)
{
    return d->options.stop && *d->options.stop;
}

void drive_sleep(const struct drive *d, int64_t ms)
{
    int64_t deadline = drive_deadline(d, ms);
    int left;
    while ((left = clock_left(deadline)) > 0 && !drive_stopped(d))
        clock_sleep_ms(left < 100 ? left : 100);
}

void drive_pace(struct drive *d)
{
    if (d->options.rate <= 0)
        return;
    int64_t apart = (int64_t)(1e9 / d->options.rate);
    pthread_mutex_lock(&d->pace->lock);
    int64_t now = clock_ns();
    int64_t mine = d->pace->next_ns > now ? d->pace->next_ns : now;
    d->pace->next_ns = mine + apart;
    pthread_mutex_unlock(&d->pace->lock);
    /* Slept in pieces, so that a slow rate does not outlive the wish to stop. */
    while (mine > now && !drive_stopped(d)) {
        int64_t ms = (mine - now) / 1000000 + 1;
        clock_sleep_ms(ms < 100 ? ms : 100);
        now = clock_ns();
    }
}
