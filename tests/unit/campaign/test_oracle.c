/* What a session's outcome is taken for. */
#include "oracle.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static struct outcome *outcome_new(void)
{
    struct outcome *out = calloc(1, sizeof *out);
    cr_assert_not_null(out);
    return out;
}

static enum oracle first(const struct outcome *out, struct trouble t)
{
    struct symptoms found;
    oracle_judge(out, &t, &found);
    return found.count ? found.of[0].oracle : ORACLE_COUNT;
}

Test(oracle, endings)
{
    static const struct {
        enum ending ending;
        enum oracle oracle;
    } rows[] = {{ENDING_CLOSED, ORACLE_COUNT},    {ENDING_EARLY, ORACLE_COUNT},  {ENDING_LEFT, ORACLE_COUNT},
                {ENDING_DROPPED, ORACLE_DROPPED}, {ENDING_MISSING, ORACLE_HANG}, {ENDING_LINGERS, ORACLE_LINGERS},
                {ENDING_NOBODY, ORACLE_DIED},     {ENDING_MUTE, ORACLE_MUTE}};
    struct outcome *out = outcome_new();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        out->ending = rows[i].ending;
        cr_expect_eq(first(out, (struct trouble){0}), rows[i].oracle, "%s", ending_name(rows[i].ending));
    }
    free(out);
}

Test(oracle, a_death_explains_the_ending)
{
    struct outcome *out = outcome_new();
    struct symptoms found;
    out->ending = ENDING_DROPPED;
    oracle_judge(out, &(struct trouble){.kind = TROUBLE_SIGNAL, .what = "SIGSEGV"}, &found);
    cr_expect_eq(found.count, 1);
    cr_expect_eq(found.of[0].oracle, ORACLE_CRASH);
    free(out);
}

Test(oracle, replies_too_many)
{
    struct outcome *out = outcome_new();
    out->surplus = true;
    cr_expect_eq(first(out, (struct trouble){0}), ORACLE_SURPLUS);
    out->surplus_payload = true;
    cr_expect_eq(first(out, (struct trouble){0}), ORACLE_DESYNC);
    out->surplus_tls = true;
    cr_expect_eq(first(out, (struct trouble){0}), ORACLE_TLS);
    free(out);
}

Test(oracle, a_line_that_is_kept)
{
    struct outcome *out = outcome_new();
    out->ending = ENDING_LEFT;
    out->flooded = 8u << 20;
    cr_expect_eq(first(out, (struct trouble){0}), ORACLE_COUNT);
    out->hoarded_kib = 8192;
    cr_expect_eq(first(out, (struct trouble){0}), ORACLE_HOARD);
    free(out);
}

Test(oracle, names_are_stable_and_tell_apart)
{
    struct symptom a = {.oracle = ORACLE_HANG, .place = "NOOP"}, b = {.oracle = ORACLE_HANG, .place = "RSET"};
    char x[80], y[80];
    symptom_id(&a, x, sizeof x);
    symptom_id(&b, y, sizeof y);
    cr_expect(!strncmp(x, "hang-noop-", 10));
    cr_expect_str_neq(x, y);
    cr_expect_not(symptom_same(&a, &b));
}

Test(oracle, deaths_without_a_stack_are_alike)
{
    struct symptom a = {.oracle = ORACLE_CRASH, .place = "SIGSEGV EHLO"};
    struct symptom b = {.oracle = ORACLE_CRASH, .place = "SIGSEGV"};
    struct symptom c = {.oracle = ORACLE_CRASH, .place = "SIGABRT EHLO"};
    struct symptom d = {.oracle = ORACLE_CRASH, .place = "heap-buffer-overflow f < g"};
    struct symptom e = {.oracle = ORACLE_CRASH, .place = "heap-buffer-overflow h"};
    cr_expect(symptom_alike(&a, &b));
    cr_expect_not(symptom_alike(&a, &c));
    cr_expect_not(symptom_alike(&d, &e));
}
