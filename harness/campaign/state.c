/* What a campaign writes down each second, so that --resume can go on: counters, history, findings. The corpus and the
 * findings themselves are in files of their own. */
#include "campaign_internal.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char name[] = "campaign.json";

bool state_exists(const char *folder)
{
    char path[4096];
    struct stat st;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return stat(path, &st) == 0;
}

static json_t *finding_pack(const struct campaign_finding *f, const struct symptom *s)
{
    return json_pack("{s:s, s:i, s:s, s:s, s:b, s:b, s:I, s:I, s:I, s:I}", "id", f->id, "oracle", (int)s->oracle,
                     "place", s->place, "detail", s->detail, "lead", f->lead, "confirmed", f->confirmed, "seen",
                     (json_int_t)f->seen, "session", (json_int_t)f->session, "ms", (json_int_t)f->ms, "octets",
                     (json_int_t)f->octets);
}

static json_t *findings_pack(const struct campaign *c)
{
    json_t *list = json_array();
    for (size_t i = 0; i < c->finding_count; i++)
        json_array_append_new(list, finding_pack(&c->findings[i], &c->symptoms[i]));
    return list;
}

static json_t *points_pack(const struct campaign *c)
{
    json_t *list = json_array();
    for (size_t i = 0; i < c->point_count; i++) {
        const struct campaign_point *p = &c->points[i];
        json_array_append_new(list, json_pack("[I, I, I, I, I, I]", (json_int_t)p->ms, (json_int_t)p->sessions,
                                              (json_int_t)p->corpus, (json_int_t)p->states, (json_int_t)p->edges,
                                              (json_int_t)p->findings));
    }
    return list;
}

bool state_save(struct campaign *c, struct error *e)
{
    const struct campaign_state *s = &c->state;
    if (!c->o->findings)
        return true;
    json_t *all = json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:o}", "endpoint",
                            c->o->target->endpoint.text, "seed", (json_int_t)c->seed, "ms", (json_int_t)s->ms,
                            "sessions", (json_int_t)s->sessions, "inputs", (json_int_t)s->inputs, "tour",
                            (json_int_t)c->tour, "digest", (json_int_t)s->inputs_digest, "point-every-ms",
                            (json_int_t)c->point_every_ms, "findings", findings_pack(c), "points", points_pack(c));
    char *text = all ? json_dumps(all, JSON_INDENT(1)) : NULL;
    json_decref(all);
    if (!text)
        return error_set(e, "out of memory");
    bool good = file_write(c->o->findings, name, bytes_string(text), e);
    free(text);
    return good;
}

static void finding_unpack(struct campaign *c, json_t *j)
{
    const char *id, *place, *detail;
    int oracle, lead, confirmed;
    json_int_t seen, session, ms, octets;
    if (json_unpack(j, "{s:s, s:i, s:s, s:s, s:b, s:b, s:I, s:I, s:I, s:I}", "id", &id, "oracle", &oracle, "place",
                    &place, "detail", &detail, "lead", &lead, "confirmed", &confirmed, "seen", &seen, "session",
                    &session, "ms", &ms, "octets", &octets) != 0 ||
        oracle < 0 || oracle >= ORACLE_COUNT || c->finding_count == FINDINGS_MOST)
        return;
    struct campaign_finding *f = &c->findings[c->finding_count];
    struct symptom *s = &c->symptoms[c->finding_count++];
    const struct oracle_info *o = oracle_info((enum oracle)oracle);
    *f = (struct campaign_finding){.oracle = o->name,
                                   .says = o->says,
                                   .lead = lead,
                                   .confirmed = confirmed,
                                   .seen = (uint64_t)seen,
                                   .session = (uint64_t)session,
                                   .ms = ms,
                                   .octets = (size_t)octets};
    s->oracle = (enum oracle)oracle;
    snprintf(f->id, sizeof f->id, "%s", id);
    snprintf(f->detail, sizeof f->detail, "%s", detail);
    snprintf(s->place, sizeof s->place, "%s", place);
    snprintf(s->detail, sizeof s->detail, "%s", detail);
    if (lead)
        c->state.leads++;
    else
        c->state.findings++;
}

static void point_unpack(struct campaign *c, json_t *j)
{
    json_int_t v[6];
    if (c->point_count < POINTS_MOST &&
        json_unpack(j, "[I, I, I, I, I, I]", &v[0], &v[1], &v[2], &v[3], &v[4], &v[5]) == 0)
        c->points[c->point_count++] =
            (struct campaign_point){v[0], (uint64_t)v[1], (size_t)v[2], (size_t)v[3], (size_t)v[4], (size_t)v[5]};
}

static bool unpack(struct campaign *c, json_t *all)
{
    json_int_t seed, ms, sessions, inputs, digest, every, tour = 0;
    json_t *findings, *points;
    if (json_unpack(all, "{s:I, s:I, s:I, s:I, s?I, s:I, s:I, s:o, s:o}", "seed", &seed, "ms", &ms, "sessions",
                    &sessions, "inputs", &inputs, "tour", &tour, "digest", &digest, "point-every-ms", &every,
                    "findings", &findings, "points", &points) != 0 ||
        every < 1)
        return false;
    if (!c->o->seed)
        c->seed = (uint64_t)seed;
    c->before_ms = c->state.ms = ms;
    c->state.sessions = c->shown_sessions = (uint64_t)sessions;
    c->state.inputs = (uint64_t)inputs;
    c->state.inputs_digest = (uint64_t)digest;
    c->tour = (size_t)tour;
    c->point_every_ms = every;
    for (size_t i = 0; i < json_array_size(findings); i++)
        finding_unpack(c, json_array_get(findings, i));
    for (size_t i = 0; i < json_array_size(points); i++)
        point_unpack(c, json_array_get(points, i));
    return true;
}

bool state_load(struct campaign *c, struct error *e)
{
    char path[4096];
    json_error_t je;
    snprintf(path, sizeof path, "%s/%s", c->o->findings, name);
    json_t *all = json_load_file(path, 0, &je);
    if (!all)
        return error_set(e, "%s:%d: expected what a campaign wrote, found: %s", path, je.line, je.text);
    bool good = unpack(c, all);
    json_decref(all);
    return good || error_set(e, "expected what a campaign wrote in %s, found something else", path);
}
