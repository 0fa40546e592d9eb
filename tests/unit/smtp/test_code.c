/* The tables of codes and extensions: sorted, complete, of one mind with themselves. */
#include "smtp/code.h"
#include "smtp/extension.h"

#include <criterion/criterion.h>
#include <string.h>

Test(code, table)
{
    size_t count = 0;
    const struct code_info *table = code_table(&count);
    for (size_t i = 0; i < count; i++) {
        cr_expect(i == 0 || table[i].code > table[i - 1].code, "%d is out of order", table[i].code);
        cr_expect_eq(code_find(table[i].code), &table[i]);
        cr_expect(table[i].meaning && strstr(table[i].source, "RFC "), "%d", table[i].code);
        cr_expect_not_null(code_class_text(table[i].code));
        cr_expect_not_null(code_category_text(table[i].code));
        /* 2yz and 3yz go on; 4yz may be retried, but for what no repetition mends; 5yz is never retried as it is. */
        int klass = table[i].code / 100;
        cr_expect_eq(table[i].advice == ADVICE_GO, klass <= 3, "%d", table[i].code);
        cr_expect(klass != 5 || table[i].advice != ADVICE_RETRY, "%d", table[i].code);
    }
}

/* All of RFC 5321 section 4.2.3 and what the extensions add. */
Test(code, nothing_is_missing)
{
    static const int codes[] = {211, 214, 220, 221, 235, 250, 251, 252, 253, 334, 354, 421, 432,
                                450, 451, 452, 453, 454, 455, 458, 459, 500, 501, 502, 503, 504,
                                521, 530, 534, 535, 538, 550, 551, 552, 553, 554, 555, 556};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        cr_expect_not_null(code_find(codes[i]), "%d", codes[i]);
    static const int unknown[] = {0, 199, 255, 353, 499, 599, 1000, -1};
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
        cr_expect_null(code_find(unknown[i]), "%d", unknown[i]);
}

Test(code, digits_speak_for_unknown_codes)
{
    static const struct {
        int code;
        bool known;
    } table[] = {{200, true},  {299, true},  {459, true}, {559, true}, {599, true},
                 {199, false}, {600, false}, {0, false},  {-1, false}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        cr_expect_eq(code_class_text(table[i].code) != NULL, table[i].known, "%d", table[i].code);
    cr_expect_null(code_category_text(269));
    cr_expect_null(code_category_text(571));
    cr_expect_not_null(code_category_text(259));
    cr_expect_str_neq(code_class_text(450), code_class_text(550));
    for (int a = ADVICE_GO; a <= ADVICE_STOP; a++)
        cr_expect_not_null(advice_text((enum advice)a));
}

Test(code, advice_for_a_reply)
{
    static const struct {
        int code;
        struct enhanced e;
        enum advice advice;
    } table[] = {
        {250, {0, 0, 0}, ADVICE_GO},    {354, {0, 0, 0}, ADVICE_GO},    {299, {0, 0, 0}, ADVICE_GO},
        {451, {4, 7, 1}, ADVICE_RETRY}, {450, {4, 2, 1}, ADVICE_RETRY}, {432, {4, 7, 12}, ADVICE_FIX},
        {499, {0, 0, 0}, ADVICE_RETRY}, {550, {0, 0, 0}, ADVICE_STOP},  {550, {5, 1, 1}, ADVICE_STOP},
        {550, {5, 7, 26}, ADVICE_FIX},  {554, {5, 7, 1}, ADVICE_STOP},  {552, {5, 2, 2}, ADVICE_FIX},
        {550, {5, 2, 2}, ADVICE_FIX},   {554, {4, 7, 1}, ADVICE_FIX},   {554, {5, 0, 0}, ADVICE_FIX},
        {554, {5, 9, 9}, ADVICE_FIX},   {599, {0, 0, 0}, ADVICE_FIX},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        cr_expect_eq(reply_advice(table[i].code, table[i].e), table[i].advice, "row %zu", i);
}

Test(enhanced, table)
{
    /* Highest detail of each subject in the registry. */
    static const unsigned last[] = {0, 10, 4, 6, 7, 6, 10, 30};
    size_t count = 0, wanted = 0;
    const struct enhanced_info *table = enhanced_table(&count);
    for (unsigned subject = 0; subject < sizeof last / sizeof *last; subject++) {
        cr_expect_not_null(enhanced_subject_text(subject));
        for (unsigned detail = 0; detail <= last[subject]; detail++, wanted++) {
            struct enhanced e = {5, (unsigned short)subject, (unsigned short)detail};
            const struct enhanced_info *found = enhanced_find(e);
            cr_assert_not_null(found, "X.%u.%u", subject, detail);
            cr_expect(found->subject == subject && found->detail == detail);
        }
    }
    cr_expect_eq(count, wanted);
    cr_expect_null(enhanced_subject_text(8));
    cr_expect_null(enhanced_find((struct enhanced){5, 1, 11}));
    for (size_t i = 0; i < count; i++) {
        cr_expect(*table[i].classes && strspn(table[i].classes, "245") == strlen(table[i].classes));
        cr_expect(*table[i].name && *table[i].meaning && *table[i].source);
        cr_expect(table[i].advice == ADVICE_GO || strpbrk(table[i].classes, "45"), "X.%d.%d", table[i].subject,
                  table[i].detail);
    }
}

Test(extension, table)
{
    size_t count = 0;
    const struct extension_info *table = extension_table(&count);
    for (size_t i = 0; i < count; i++) {
        cr_expect(i == 0 || strcmp(table[i].keyword, table[i - 1].keyword) > 0, "%s is out of order", table[i].keyword);
        cr_expect_eq(extension_find(bytes_string(table[i].keyword)), &table[i]);
        cr_expect(table[i].source && table[i].summary);
    }
    cr_expect_str_eq(extension_find(BYTES("chunking"))->source, "RFC 3030 section 2");
    cr_expect_null(extension_find(BYTES("CHUNK")));
    cr_expect_null(extension_find((struct bytes){NULL, 0}));
}
