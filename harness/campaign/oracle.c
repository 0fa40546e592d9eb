#include "oracle.h"

#include "base/prng.h"

#include <stdio.h>
#include <string.h>

static const struct oracle_info table[ORACLE_COUNT] = {
    [ORACLE_CRASH] = {"crash", "security", false, "a process of the server crashed", "memory safety"},
    [ORACLE_DIED] = {"died", "security", false, "the server ended", "RFC 5321 section 3.8"},
    [ORACLE_HANG] = {"hang", "MUST", false, "a complete command gets no reply", "RFC 5321 section 4.2"},
    [ORACLE_DROPPED] = {"dropped", "MUST", false, "the connection is closed where a reply is owed",
                        "RFC 5321 section 3.8"},
    [ORACLE_MUTE] = {"mute", "security", false, "a new connection is not greeted any more", "RFC 5321 section 3.1"},
    [ORACLE_MEMORY] = {"memory", "security", false, "memory grows with each session and is not given back",
                       "denial of service"},
    [ORACLE_DESCRIPTORS] = {"descriptors", "security", false, "descriptors stay open behind each session",
                            "denial of service"},
    [ORACLE_HOARD] = {"hoard", "security", false, "a line without an end is kept in memory, however long it gets",
                      "RFC 5321 section 4.5.3.1, denial of service"},
    [ORACLE_DESYNC] = {"desync", "security", false, "octets of a message are answered as commands",
                       "RFC 5321 section 4.1.1.4, RFC 3030 section 2"},
    [ORACLE_TLS] = {"tls", "security", false, "what came in clear behind STARTTLS is answered inside TLS",
                    "RFC 3207 section 4.2"},
    [ORACLE_SURPLUS] = {"surplus", "MUST", false, "a reply comes that no command asked for", "RFC 5321 section 4.2"},
    [ORACLE_ORDER] = {"order", "MUST", false, "a command is accepted that is out of order", "RFC 5321 section 4.1.4"},
    [ORACLE_CHECK] = {"check", "MUST", false, "a reply has not the form that it must have", "RFC 5321 section 4.2"},
    [ORACLE_LINGERS] = {"lingers", "MUST", true, "the connection stays open behind QUIT or the client's FIN",
                        "RFC 5321 section 4.1.1.10"},
    [ORACLE_REFUSED] = {"refused", "security", false, "mail is delivered to a recipient that was refused",
                        "RFC 5321 section 3.3"},
    [ORACLE_DIFFERENT] = {"different", "MUST", true, "another server does something else with the same octets",
                          "no rule: two servers differ"},
    [ORACLE_MAILBOX] = {"mailbox", "MUST", false, "what is in the mailbox is not what was acknowledged",
                        "RFC 5321 section 4.2.5"},
};

const struct oracle_info *oracle_info(enum oracle o)
{
    return &table[o];
}

bool symptom_same(const struct symptom *a, const struct symptom *b)
{
    return a->oracle == b->oracle && !strcmp(a->place, b->place);
}

bool symptom_has_stack(const struct symptom *s)
{
    return strncmp(s->place, "SIG", 3) != 0 && s->oracle == ORACLE_CRASH;
}

bool symptom_alike(const struct symptom *a, const struct symptom *b)
{
    bool ended = a->oracle == b->oracle && (a->oracle == ORACLE_CRASH || a->oracle == ORACLE_DIED);
    if (symptom_same(a, b) || !ended || symptom_has_stack(a) || symptom_has_stack(b))
        return symptom_same(a, b);
    size_t len = strcspn(a->place, " ");
    return !strncmp(a->place, b->place, len) && (!b->place[len] || b->place[len] == ' ');
}

void symptom_id(const struct symptom *s, char *out, size_t size)
{
    char word[24] = "";
    size_t n = 0;
    for (const char *c = s->place; *c && n < sizeof word - 1; c++) {
        unsigned char lower = octet_lower((unsigned char)*c);
        bool good = octet_is_alnum(lower);
        if (good)
            word[n++] = (char)lower;
        else if (n > 0 && word[n - 1] != '-')
            word[n++] = '-';
    }
    while (n > 0 && word[n - 1] == '-')
        n--;
    word[n] = 0;
    snprintf(out, size, "%s%s%s-%08x", table[s->oracle].name, word[0] ? "-" : "", word,
             (unsigned)(prng_hash(s->place) & 0xffffffffu));
}

void symptoms_add(struct symptoms *s, enum oracle o, const char *place, const char *detail)
{
    struct symptom *one = &s->of[s->count];
    if (s->count == SYMPTOMS_MOST)
        return;
    one->oracle = o;
    snprintf(one->place, sizeof one->place, "%s", place);
    snprintf(one->detail, sizeof one->detail, "%s", detail);
    if (!symptoms_find(s, one))
        s->count++;
}

const struct symptom *symptoms_find_alike(const struct symptoms *s, const struct symptom *wanted)
{
    for (size_t i = 0; i < s->count; i++)
        if (symptom_alike(&s->of[i], wanted))
            return &s->of[i];
    return NULL;
}

const struct symptom *symptoms_find(const struct symptoms *s, const struct symptom *wanted)
{
    for (size_t i = 0; i < s->count; i++)
        if (symptom_same(&s->of[i], wanted))
            return &s->of[i];
    return NULL;
}

static void trouble_judge(const struct trouble *t, const struct outcome *out, struct symptoms *found)
{
    char place[192], detail[256];
    const char *where = t->place[0] ? t->place : out->ending == ENDING_DROPPED ? asked_name(out->asked) : "";
    if (t->kind == TROUBLE_NONE)
        return;
    snprintf(place, sizeof place, "%s%s%s", t->what, where[0] ? " " : "", where);
    snprintf(detail, sizeof detail, "%s%s%s", t->what, t->place[0] ? " in " : "", t->place);
    symptoms_add(found, t->kind == TROUBLE_ENDED ? ORACLE_DIED : ORACLE_CRASH, place, detail);
}

/* A server that has had enough drops whatever comes next: that is one thing, not one for each command. */
static bool refused_last(const struct outcome *out)
{
    return out->count > 0 && out->answers[out->count - 1].code >= 400;
}

static void ending_judge(const struct outcome *out, struct symptoms *found)
{
    char detail[256];
    const char *asked = asked_name(out->asked);
    switch (out->ending) {
    case ENDING_MISSING:
        snprintf(detail, sizeof detail,
                 out->asked == ASKED_NOTHING ? "the server does not read any more" : "%s gets no reply", asked);
        symptoms_add(found, ORACLE_HANG, asked, detail);
        break;
    case ENDING_DROPPED:
        snprintf(detail, sizeof detail, "closed where the reply to %s was due", asked);
        symptoms_add(found, ORACLE_DROPPED, refused_last(out) ? "behind a refusal" : asked, detail);
        break;
    case ENDING_NOBODY:
        symptoms_add(found, ORACLE_DIED, "no connection", out->reason);
        break;
    case ENDING_MUTE:
        symptoms_add(found, ORACLE_MUTE, "", out->reason);
        break;
    case ENDING_LINGERS:
        symptoms_add(found, ORACLE_LINGERS, "", "not closed");
        break;
    case ENDING_CLOSED:
    case ENDING_EARLY:
    case ENDING_LEFT:
        break;
    }
}

static void surplus_judge(const struct outcome *out, struct symptoms *found)
{
    char detail[256];
    if (!out->surplus)
        return;
    enum oracle o = out->surplus_tls ? ORACLE_TLS : out->surplus_payload ? ORACLE_DESYNC : ORACLE_SURPLUS;
    snprintf(detail, sizeof detail, "more replies than commands behind %s", asked_name(out->surplus_asked));
    /* What the surplus reply stood behind is a matter of the session, not of the defect. */
    symptoms_add(found, o,
                 o == ORACLE_DESYNC && out->surplus_asked == VERB_BDAT ? "BDAT"
                 : o == ORACLE_DESYNC                                  ? "message"
                                                                       : "",
                 detail);
}

static void hoard_judge(const struct outcome *out, struct symptoms *found)
{
    char detail[256];
    if (!out->hoarded_kib)
        return;
    snprintf(detail, sizeof detail, "%llu KiB more memory behind %llu KiB of one line, and no reply",
             (unsigned long long)out->hoarded_kib, (unsigned long long)(out->flooded / 1024));
    symptoms_add(found, ORACLE_HOARD, "", detail);
}

static void checks_judged(const struct outcome *out, struct symptoms *found)
{
    size_t count;
    const struct check *rules = check_rules(&count);
    for (size_t i = 0; i < count; i++)
        if (out->tally.broken[i] && rules[i].level != LEVEL_SHOULD && rules[i].level != LEVEL_MAY &&
            strcmp(rules[i].info->name, "reply-unasked") != 0)
            symptoms_add(found, ORACLE_CHECK, rules[i].info->name, out->tally.found[i]);
}

void oracle_judge(const struct outcome *out, const struct trouble *t, struct symptoms *found)
{
    found->count = 0;
    trouble_judge(t, out, found);
    /* A process that died explains why its connection ended. */
    if (t->kind == TROUBLE_NONE)
        ending_judge(out, found);
    surplus_judge(out, found);
    hoard_judge(out, found);
    if (out->order)
        symptoms_add(found, ORACLE_ORDER, out->order, sequence_rule_text(out->order));
    checks_judged(out, found);
}
