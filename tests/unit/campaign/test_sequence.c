/* Rules about the order of commands. */
#include "driver/dialog.h"
#include "sequence.h"

#include <criterion/criterion.h>
#include <string.h>

struct reply_to {
    int asked, code;
};

static const char *follow(bool lmtp, const struct reply_to *replies, size_t count)
{
    struct sequence s = {.lmtp = lmtp};
    const char *broken = NULL;
    for (size_t i = 0; i < count && !broken; i++)
        broken = sequence_follow(&s, replies[i].asked, replies[i].code);
    return broken;
}

#define FOLLOW(lmtp, ...)                                                                                              \
    follow(lmtp, (const struct reply_to[]){__VA_ARGS__},                                                               \
           sizeof((const struct reply_to[]){__VA_ARGS__}) / sizeof(struct reply_to))

Test(sequence, a_right_session_breaks_nothing)
{
    cr_expect_null(FOLLOW(false, {VERB_EHLO, 250}, {VERB_MAIL, 250}, {VERB_RCPT, 250}, {VERB_RCPT, 550},
                          {VERB_DATA, 354}, {ASKED_END_OF_DATA, 250}, {VERB_MAIL, 250}, {VERB_RSET, 250},
                          {VERB_AUTH, 334}, {ASKED_SASL, 235}, {VERB_MAIL, 250}, {VERB_MAIL, 503}, {VERB_QUIT, 221}));
}

Test(sequence, each_rule_can_be_broken)
{
    cr_expect_str_eq(FOLLOW(false, {VERB_RCPT, 250}), "rcpt-without-mail");
    cr_expect_str_eq(FOLLOW(false, {VERB_MAIL, 250}, {VERB_RSET, 250}, {VERB_RCPT, 250}), "rcpt-without-mail");
    cr_expect_str_eq(FOLLOW(false, {VERB_MAIL, 250}, {VERB_EHLO, 250}, {VERB_RCPT, 250}), "rcpt-without-mail");
    cr_expect_str_eq(FOLLOW(false, {VERB_MAIL, 250}, {VERB_MAIL, 250}), "nested-mail");
    cr_expect_str_eq(FOLLOW(false, {VERB_MAIL, 250}, {VERB_RCPT, 550}, {VERB_DATA, 354}, {ASKED_END_OF_DATA, 250}),
                     "message-without-recipient");
    cr_expect_str_eq(FOLLOW(false, {VERB_AUTH, 235}, {VERB_AUTH, 235}), "auth-twice");
    cr_expect_str_eq(FOLLOW(false, {VERB_MAIL, 250}, {VERB_AUTH, 334}, {ASKED_SASL, 235}), "auth-in-transaction");
}

Test(sequence, behind_a_failed_chunk_nothing_is_out_of_order_until_rset)
{
    cr_expect_null(FOLLOW(false, {VERB_MAIL, 250}, {ASKED_LAST_CHUNK, 503}, {VERB_RCPT, 250}));
    cr_expect_null(FOLLOW(false, {VERB_MAIL, 250}, {VERB_BDAT, 503}, {VERB_MAIL, 250}));
    cr_expect_str_eq(FOLLOW(false, {VERB_MAIL, 250}, {VERB_BDAT, 503}, {VERB_RSET, 250}, {VERB_RCPT, 250}),
                     "rcpt-without-mail");
}

Test(sequence, lmtp_answers_for_each_recipient)
{
    cr_expect_null(FOLLOW(true, {VERB_MAIL, 250}, {VERB_RCPT, 250}, {VERB_RCPT, 250}, {VERB_DATA, 354},
                          {ASKED_END_OF_DATA, 250}, {ASKED_END_OF_DATA, 250}, {VERB_MAIL, 250}));
}

Test(sequence, every_rule_has_its_sentence)
{
    cr_expect(strstr(sequence_rule_text("nested-mail"), "5321") != NULL);
    cr_expect_str_empty(sequence_rule_text("no such rule"));
}
