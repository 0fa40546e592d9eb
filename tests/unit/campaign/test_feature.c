/* States of a session as features, and what is rare. */
#include "corpus.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static void outcome_fill(struct outcome *out, int last_code)
{
    memset(out, 0, sizeof *out);
    out->answers[0] = (struct answer){.asked = VERB_EHLO, .code = 250, .label = 1};
    out->answers[1] = (struct answer){.asked = VERB_MAIL, .code = last_code, .label = (uint32_t)last_code};
    out->count = 2;
}

Test(feature, another_reply_is_new_and_the_same_is_not)
{
    struct outcome *out = calloc(1, sizeof *out);
    struct features f;
    struct feature_list l = {0};
    cr_assert(features_init(&f, 0));
    outcome_fill(out, 250);
    cr_assert(features_of_outcome(out, &l));
    cr_expect_eq(features_new(&f, &l), 3); /* two replies and the end */
    features_count(&f, &l);
    cr_expect_eq(features_new(&f, &l), 0);
    cr_expect_eq(f.states, 3);
    outcome_fill(out, 550);
    cr_assert(features_of_outcome(out, &l));
    cr_expect_gt(features_new(&f, &l), 0);
    feature_list_free(&l);
    features_free(&f);
    free(out);
}

Test(feature, lists_meet_in_what_both_have)
{
    uint32_t a[] = {1, 3, 5, 9}, b[] = {3, 4, 9, 12};
    struct feature_list x = {.of = a, .count = 4}, y = {.of = b, .count = 4};
    feature_list_meet(&x, &y);
    cr_expect_eq(x.count, 2);
    cr_expect_eq(x.of[0], 3);
    cr_expect_eq(x.of[1], 9);
}

/* Of two entries the one with a rare feature is chosen much oftener. */
Test(corpus, energy_goes_to_what_is_rare)
{
    struct features f;
    struct corpus c;
    struct prng prng;
    struct error e;
    uint32_t common[] = {7}, rare[] = {8};
    struct feature_list lists[] = {{.of = common, .count = 1}, {.of = rare, .count = 1}};
    cr_assert(features_init(&f, 0));
    corpus_init(&c, NULL);
    prng_seed(&prng, 1);
    for (int i = 0; i < 1000; i++)
        features_count(&f, &lists[0]);
    features_count(&f, &lists[1]);
    cr_assert(corpus_add(&c, BYTES("common"), 1, &lists[0], &f, &prng, &e));
    cr_assert(corpus_add(&c, BYTES("rare"), 1, &lists[1], &f, &prng, &e));
    int chosen = 0;
    for (int i = 0; i < 200; i++)
        chosen += corpus_choose(&c, &f, &prng)->len == 4;
    cr_expect_gt(chosen, 120, "%d of 200", chosen);
    corpus_free(&c);
    features_free(&f);
}
