/* What the files of the campaign share. */
#ifndef CAMPAIGN_CAMPAIGN_INTERNAL_H
#define CAMPAIGN_CAMPAIGN_INTERNAL_H

#include "campaign/campaign.h"
#include "corpus.h"
#include "expand.h"
#include "farewell.h"
#include "finding.h"
#include "journal.h"
#include "mutate/mutate.h"
#include "pace.h"
#include "post.h"
#include "recent.h"

#include <pthread.h>

enum { POINTS_MOST = 512, FINDINGS_MOST = 512, DOUBTS_MOST = 64 };

/* Something that did not show again. */
struct doubt {
    struct symptom symptom;
    uint64_t times;
};

struct campaign {
    const struct campaign_options *o;
    struct link *link;
    uint64_t seed;
    struct mutate_facts facts;

    /* Held for reading while a session is played, for writing while a finding is confirmed: then nobody else talks to
     * the server. */
    pthread_rwlock_t quiet;
    pthread_mutex_t server; /* of a server that workers share */

    pthread_mutex_t lock; /* of all below */
    struct features features;
    struct corpus corpus;
    struct expand expand;
    size_t tour; /* sessions of tour.h that were played */
    struct recent recent;
    struct rival *rivals; /* as many as o->against_count: against.h */
    struct post *post;    /* under `quiet` for writing; NULL: the target names no mailboxes */
    struct campaign_state state;
    int64_t began_ms, before_ms; /* on the clock; what an earlier part took */
    int64_t shown_ms, point_ms, point_every_ms;
    uint64_t shown_sessions;
    char phase[96];
    struct campaign_point *points;
    size_t point_count;
    struct campaign_finding *findings;
    size_t finding_count;
    struct symptom *symptoms; /* of the findings, in their order */
    struct doubt doubts[DOUBTS_MOST];
    size_t doubt_count;
    bool failed, gone;
    struct error error;
    struct worker *workers;
    int jobs;
};

struct worker {
    struct campaign *c;
    int number;
    bool shared;          /* other workers talk to the same server */
    struct target target; /* as the campaign's, but for the port */
    struct link *link;
    struct watch *server;
    struct coverage *coverage;
    struct prng prng;
    uint64_t turn;
    struct mutator mutator;
    struct pace pace;
    struct outcome outcome;
    struct farewells farewells;
    struct trouble trouble;
    struct feature_list features, again;
    char port[16];
    struct buffer text, other, mutant, report;
    struct net *kept; /* a connection that the next session may go on with */
    unsigned kept_sessions;
    struct buffer history; /* the scripts that were played on it, in one */
    int64_t late_ms;       /* what is looked into kills the server within so long; 0: at once */
    struct buffer before;  /* ... when something was suspected */
    struct buffer closing; /* what was sent then behind the script, to go on with the connection */
    struct growth *growth;
    uint64_t quits, quits_held;
    uint64_t mutants, floods; /* tried; lines without an end among them */
    struct mail *mail;
    struct journal *journal; /* NULL: none is wanted */
};

/* worker.c */
bool worker_open(struct worker *w, struct campaign *c, int number, struct error *e);
void worker_close(struct worker *w);
/* Plays seeds, then mutants, until the campaign ends. */
void worker_run(struct worker *w);

/* play.c: one session and what there is to say about it. */
enum play_flags {
    PLAY_FRESH = 1,     /* on a connection of its own */
    PLAY_SURE = 2,      /* with the time that certainty needs */
    PLAY_SLOWLY = 4,    /* with a moment before each write, in which a close is seen that was on its way */
    PLAY_HASTY = 64,    /* PLAY_SURE but for the time that a reply is waited for */
    PLAY_AGAINST = 32,  /* and at the servers to compare with */
    PLAY_MAIL = 16,     /* and the mailboxes are looked at; only where nobody else talks to the server */
    PLAY_TO_THE_END = 8 /* until the server greets again or is seen to be gone: what it dies of is this session */
};
/* How to play it, for a server with this pace. */
struct exchange_options exchange_options_of(const struct worker *w, const struct pace *pace, unsigned flags,
                                            struct buffer *record);
/* w->outcome, w->trouble and w->features are set. `record` may be NULL. */
void play(struct worker *w, struct bytes text, unsigned flags, struct buffer *record, struct symptoms *found);

/* Plain sessions, one after the other, until the server is seen to be gone (w->trouble) or time is up; how long it
 * took. */
int64_t play_await_end(struct worker *w, int64_t within_ms);

/* suspect.c: a session showed something. Confirms, makes small, writes. */
void suspect(struct worker *w, struct bytes text, const struct symptoms *found);
/* For what was confirmed elsewhere, growth, of which `symptom` and `input` are known: makes it small and documents it,
 * ... */
void suspect_small(struct worker *w, struct finding *f);
/* ... and writes and registers it. */
void suspect_keep(struct worker *w, struct finding *f);
bool suspect_known(struct campaign *c, const struct symptom *s);
/* The verb of the last command in an input: what tells one leak from another. */
void last_command(struct bytes text, char *out, size_t size);
/* The server is alive, or was started again. False: the campaign is over. */
bool suspect_revive(struct worker *w);

/* A server that no session has touched yet, where it can be had; else one that is there. False: the campaign is over.
 */
bool suspect_fresh_server(struct worker *w);

/* late.c: the session of those kept that the server dies of a while later, into f->input and f->smallest; sets
 * w->late_ms. False: there is none. */
bool late_find(struct worker *w, struct finding *f);

/* growth.c: memory and descriptors of the server over many sessions. */
struct growth *growth_new(void);
void growth_free(struct growth *g);
/* Notes an input; looks now and then, and finds out which input it is where something grows. */
void growth_follow(struct worker *w, struct bytes text);
/* True when playing it over and over grows what `o` stands for; `detail` says how much. */
bool growth_shows(struct worker *w, enum oracle o, struct bytes text, char *detail, size_t size);

/* campaign.c */
bool campaign_over(struct campaign *c);
/* The user asked to stop, or it cannot go on: even a finding is not made smaller any more. */
bool campaign_stopped(struct campaign *c);
int64_t campaign_ms(const struct campaign *c);
void campaign_fail(struct campaign *c, const struct error *e); /* the campaign ends */
/* Under the lock: a session was played; tells progress where it is time for it. */
void campaign_tick(struct campaign *c, bool now);
void campaign_phase(struct campaign *c, const char *phase);

/* state.c */
bool state_save(struct campaign *c, struct error *e);
bool state_load(struct campaign *c, struct error *e);
bool state_exists(const char *folder);

#endif
