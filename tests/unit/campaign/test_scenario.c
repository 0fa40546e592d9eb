/* A finding's scenario is one that the loader takes. */
#include "finding.h"
#include "seeds.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

/* Declared here: the headers of scenario/ and mutate/ have names in common. */
struct library;
struct library *library_new(void);
void library_free(struct library *l);
void library_add_memory(struct library *l, const char *name, struct bytes content);
bool library_finish(struct library *l);

static void scenario_of(enum oracle o, const char *input, struct outcome *out, struct buffer *text)
{
    struct target *t = target_new();
    struct finding f = {.symptom = {.oracle = o, .place = "here"}};
    cr_assert_not_null(t);
    buffer_add_string(&f.smallest, input);
    symptom_id(&f.symptom, f.id, sizeof f.id);
    cr_assert(finding_scenario(&f, &(struct finding_context){.target = t, .outcome = out}, text));
    finding_free(&f);
    target_free(t);
}

Test(finding, every_oracle_gives_a_scenario_that_loads)
{
    static const char input[] = "EHLO a\r\nRCPT TO:<\"\\$${x}\t\x01@b>\r\n#!pause 20\n#!half-close\n";
    for (int o = 0; o < ORACLE_COUNT; o++) {
        struct outcome *out = calloc(1, sizeof *out);
        struct buffer text = {0};
        struct library *l = library_new();
        out->answers[0] = (struct answer){.asked = VERB_EHLO, .code = 250, .act = 0};
        out->answers[1] = (struct answer){.asked = VERB_RCPT, .code = 250, .act = 1};
        out->count = 2;
        out->acts = 4;
        out->order_act = out->surplus_act = 1;
        out->owed = 1;
        out->fin = true;
        scenario_of((enum oracle)o, input, out, &text);
        library_add_memory(l, "finding.yaml", buffer_bytes(&text));
        cr_expect(library_finish(l), "%s:\n%s", oracle_info((enum oracle)o)->name, buffer_string(&text));
        cr_expect(strstr(buffer_string(&text), "hex: \"01\"") != NULL, "%s", buffer_string(&text));
        library_free(l);
        buffer_free(&text);
        free(out);
    }
}

Test(finding, a_line_without_an_end_is_to_be_cut_off)
{
    struct outcome *out = calloc(1, sizeof *out);
    struct buffer text = {0};
    struct library *l = library_new();
    out->answers[0] = (struct answer){.asked = VERB_EHLO, .code = 250, .act = 0};
    out->count = 1;
    out->acts = 3;
    scenario_of(ORACLE_HOARD, "EHLO a\r\nMA#!flood\nQUIT\r\n", out, &text);
    library_add_memory(l, "finding.yaml", buffer_bytes(&text));
    cr_expect(library_finish(l), "%s", buffer_string(&text));
    cr_expect(strstr(buffer_string(&text), "expect: 4xx | 5xx | close") != NULL, "%s", buffer_string(&text));
    cr_expect(strstr(buffer_string(&text), "QUIT") == NULL, "%s", buffer_string(&text));
    library_free(l);
    buffer_free(&text);
    free(out);
}

Test(finding, a_reply_too_many_has_time_to_come_before_the_clients_fin)
{
    static const enum oracle surplus[] = {ORACLE_DESYNC, ORACLE_TLS, ORACLE_SURPLUS};
    struct outcome *out = calloc(1, sizeof *out);
    out->answers[0] = (struct answer){.asked = VERB_DATA, .code = 354, .act = 0};
    out->answers[1] = (struct answer){.asked = ASKED_NOTHING, .code = 250, .act = 1};
    out->count = out->acts = 2;
    out->surplus_act = 1;
    out->fin = true;
    for (size_t i = 0; i < sizeof surplus / sizeof *surplus; i++) {
        struct buffer text = {0};
        scenario_of(surplus[i], "DATA\r\na\n.\r\n", out, &text);
        const char *pause = strstr(buffer_string(&text), "- pause: ");
        const char *fin = strstr(buffer_string(&text), "- half-close:");
        cr_expect(pause && fin && pause < fin, "%s", buffer_string(&text));
        buffer_free(&text);
    }
    free(out);
}

Test(finding, a_death_that_comes_late_is_waited_for)
{
    struct target *t = target_new();
    struct outcome *out = calloc(1, sizeof *out);
    struct finding f = {.symptom = {.oracle = ORACLE_DIED, .place = "here"}, .late_ms = 1000};
    struct buffer text = {0};
    struct library *l = library_new();
    out->answers[0] = (struct answer){.asked = VERB_EXPN, .code = 252, .act = 0};
    out->count = out->acts = 1;
    symptom_id(&f.symptom, f.id, sizeof f.id);
    buffer_add_string(&f.smallest, "EXPN a\r\n");
    cr_assert(finding_scenario(&f, &(struct finding_context){.target = t, .outcome = out}, &text));
    library_add_memory(l, "finding.yaml", buffer_bytes(&text));
    cr_expect(library_finish(l), "%s", buffer_string(&text));
    cr_expect(strstr(buffer_string(&text), "reconnect:") != NULL, "%s", buffer_string(&text));
    cr_expect(strstr(buffer_string(&text), "alive: true") != NULL, "%s", buffer_string(&text));
    cr_expect(strstr(buffer_string(&text), "- expect:") == NULL, "nothing more is owed: %s", buffer_string(&text));
    library_free(l);
    buffer_free(&text);
    finding_free(&f);
    target_free(t);
    free(out);
}

Test(seeds, all_are_made_where_the_facts_are_known)
{
    struct target *t = target_new();
    t->recipient = "alice@example.test";
    for (size_t i = 0; i < seeds_count(); i++) {
        struct buffer text = {0};
        cr_expect(seeds_print(i, t, &text), "%zu", i);
        cr_expect(bytes_find(buffer_bytes(&text), BYTES("{")) == BYTES_NONE, "%s", buffer_string(&text));
        buffer_free(&text);
    }
    t->recipient = NULL;
    struct buffer text = {0};
    cr_expect_not(seeds_print(0, t, &text));
    buffer_free(&text);
    target_free(t);
}
