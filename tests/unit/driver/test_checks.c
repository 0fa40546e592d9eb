#include "driver/checks.h"
#include "driver/dialog.h"
#include "driver/driver.h"

#include <criterion/criterion.h>
#include <string.h>

struct judging {
    const char *check;
    const char *raw;
    int asked;
    unsigned facts; /* bits below */
    enum judged judged;
};
enum { UNCERTAIN = 1, ENHANCED = 2, UTF8 = 4, PAYLOAD = 8 };

static enum judged judge(const struct judging *j)
{
    size_t count;
    const struct check *rules = check_rules(&count);
    struct reply reply;
    reply_parse(bytes_string(j->raw), &reply);
    struct check_context c = {.reply = &reply,
                              .asked = j->asked,
                              .certain = !(j->facts & UNCERTAIN),
                              .payload = j->facts & PAYLOAD,
                              .utf8 = j->facts & UTF8,
                              .enhanced_offered = j->facts & ENHANCED};
    for (size_t i = 0; i < count; i++)
        if (strcmp(rules[i].info->name, j->check) == 0)
            return rules[i].judge(&c);
    cr_expect_fail("no check %s", j->check);
    return JUDGED_NOT;
}

Test(checks, each_judges_what_its_sentence_says)
{
    const struct judging all[] = {
        {"reply-form", "250 Ok\r\n", VERB_NOOP, 0, JUDGED_GOOD},
        {"reply-form", "250\r\n", VERB_NOOP, 0, JUDGED_GOOD},
        {"reply-form", "250-a\r\n250 b\r\n", VERB_NOOP, 0, JUDGED_GOOD},
        {"reply-form", "hello\r\n", VERB_NOOP, 0, JUDGED_BROKEN},
        {"reply-form", "250_Ok\r\n", VERB_NOOP, 0, JUDGED_BROKEN},
        {"reply-bare-line-ends", "250 Ok\r\n", VERB_NOOP, 0, JUDGED_GOOD},
        {"reply-bare-line-ends", "250 Ok\n", VERB_NOOP, 0, JUDGED_BROKEN},
        {"reply-bare-line-ends", "250 O\rk\r\n", VERB_NOOP, 0, JUDGED_BROKEN},
        {"reply-code-range", "559 a\r\n", VERB_NOOP, 0, JUDGED_GOOD},
        {"reply-code-range", "150 a\r\n", VERB_NOOP, 0, JUDGED_BROKEN},
        {"reply-code-range", "560 a\r\n", VERB_NOOP, 0, JUDGED_BROKEN},
        {"reply-code-range", "hello\r\n", VERB_NOOP, 0, JUDGED_NOT},
        {"reply-code-agrees", "250-a\r\n250 b\r\n", VERB_NOOP, 0, JUDGED_GOOD},
        {"reply-code-agrees", "250-a\r\n251 b\r\n", VERB_NOOP, 0, JUDGED_BROKEN},
        {"reply-code-agrees", "250 b\r\n", VERB_NOOP, 0, JUDGED_NOT},
        {"reply-text-printable", "250 a\tb\r\n", VERB_NOOP, 0, JUDGED_GOOD},
        {"reply-text-printable", "250 a\001b\r\n", VERB_NOOP, 0, JUDGED_BROKEN},
        {"reply-text-printable", "250 a\001b\r\n", VERB_EHLO, 0, JUDGED_NOT},
        {"reply-text-printable", "250 \xc3\xa4\r\n", VERB_VRFY, 0, JUDGED_BROKEN},
        {"reply-text-printable", "250 \xc3\xa4\r\n", VERB_VRFY, UTF8, JUDGED_GOOD},
        {"reply-text-printable", "250 \xe4\r\n", VERB_VRFY, UTF8, JUDGED_BROKEN},
        {"reply-unasked", "250 a\r\n", VERB_NOOP, 0, JUDGED_GOOD},
        {"reply-unasked", "250 a\r\n", ASKED_NOTHING, 0, JUDGED_BROKEN},
        {"reply-unasked", "421 a\r\n", ASKED_NOTHING, 0, JUDGED_NOT},
        {"reply-unasked", "552 a\r\n", ASKED_NOTHING, PAYLOAD, JUDGED_NOT},
        {"reply-unasked", "250 a\r\n", ASKED_NOTHING, UNCERTAIN, JUDGED_NOT},
        {"reply-intermediate", "354 a\r\n", VERB_DATA, 0, JUDGED_NOT},
        {"reply-intermediate", "250 a\r\n", VERB_MAIL, 0, JUDGED_GOOD},
        {"reply-intermediate", "354 a\r\n", VERB_MAIL, 0, JUDGED_BROKEN},
        {"reply-intermediate", "334 a\r\n", VERB_PRIVATE, 0, JUDGED_NOT},
        {"ehlo-form", "250 a.test\r\n", VERB_EHLO, 0, JUDGED_GOOD},
        {"ehlo-form", "250-a.test hello there\r\n250-SIZE 10\r\n250 X-A-1\r\n", VERB_EHLO, 0, JUDGED_GOOD},
        {"ehlo-form", "250-[192.0.2.1] hello\r\n250 SIZE\r\n", VERB_EHLO, 0, JUDGED_GOOD},
        {"ehlo-form", "250 Hello, client\r\n", VERB_EHLO, 0, JUDGED_BROKEN},
        {"ehlo-form", "250-a.test\r\n250 AUTH=PLAIN\r\n", VERB_EHLO, 0, JUDGED_BROKEN},
        {"ehlo-form", "250-a.test\r\n250 SIZE  10\r\n", VERB_EHLO, 0, JUDGED_BROKEN},
        {"ehlo-form", "250-a.test\r\n250 -A\r\n", VERB_EHLO, 0, JUDGED_BROKEN},
        {"ehlo-form", "250 Hello, client\r\n", VERB_HELO, 0, JUDGED_NOT},
        {"ehlo-form", "550 Hello, client\r\n", VERB_EHLO, 0, JUDGED_NOT},
        {"enhanced-present", "250 2.0.0 a\r\n", VERB_NOOP, ENHANCED, JUDGED_GOOD},
        {"enhanced-present", "250 a\r\n", VERB_NOOP, ENHANCED, JUDGED_BROKEN},
        {"enhanced-present", "250 a\r\n", VERB_NOOP, 0, JUDGED_NOT},
        {"enhanced-present", "250 a\r\n", VERB_EHLO, ENHANCED, JUDGED_NOT},
        {"enhanced-present", "220 a\r\n", ASKED_GREETING, ENHANCED, JUDGED_NOT},
        {"enhanced-present", "354 a\r\n", VERB_DATA, ENHANCED, JUDGED_NOT},
        {"enhanced-present", "250 a\r\n", VERB_NOOP, ENHANCED | UNCERTAIN, JUDGED_NOT},
        {"enhanced-class", "250 2.0.0 a\r\n", VERB_NOOP, ENHANCED, JUDGED_GOOD},
        {"enhanced-class", "250 5.0.0 a\r\n", VERB_NOOP, ENHANCED, JUDGED_BROKEN},
        {"enhanced-class", "250 5.0.0 a\r\n", VERB_NOOP, 0, JUDGED_NOT},
        {"enhanced-same", "250-2.0.0 a\r\n250 2.0.0 b\r\n", VERB_NOOP, ENHANCED, JUDGED_GOOD},
        {"enhanced-same", "250-2.0.0 a\r\n250 2.1.0 b\r\n", VERB_NOOP, ENHANCED, JUDGED_BROKEN},
        {"enhanced-same", "250-2.0.0 a\r\n250 b\r\n", VERB_NOOP, ENHANCED, JUDGED_BROKEN},
        {"enhanced-form", "250 2.0.0 a\r\n", VERB_NOOP, ENHANCED, JUDGED_GOOD},
        {"enhanced-form", "250 2.00.0 a\r\n", VERB_NOOP, ENHANCED, JUDGED_BROKEN},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        cr_expect_eq(judge(&all[i]), all[i].judged, "%s on %s", all[i].check, all[i].raw);
}

Test(checks, long_lines)
{
    char raw[700] = "250 ";
    struct judging j = {"reply-line-length", raw, VERB_NOOP, 0, JUDGED_GOOD};
    memset(raw + 4, 'a', 506);
    strcpy(raw + 510, "\r\n");
    cr_expect_eq(judge(&j), JUDGED_GOOD, "512 octets");
    strcpy(raw + 510, "a\r\n");
    cr_expect_eq(judge(&j), JUDGED_BROKEN, "513 octets");
}

Test(checks, names_are_known_and_different)
{
    size_t count;
    const struct check_info *infos = check_table(&count);
    cr_assert_gt(count, 10);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            cr_expect(strcmp(infos[i].name, infos[j].name) != 0);
}

Test(checks, the_first_that_broke_it_is_the_first_in_order)
{
    struct checks *c = checks_new();
    struct check_tally late = {.judged = {3}, .broken = {1}, .found = {"late"}};
    struct check_tally early = {.judged = {2}, .broken = {2}, .found = {"early"}};
    struct result results[3] = {{.id = "a"}, {.id = "b"}, {.id = "c"}};
    struct run run = {.results = results, .count = 3, .arena = arena_new(), .plain_first = {.id = "plain/first"}};
    checks_add(c, &late, 2);
    checks_add(c, &early, 1);
    cr_assert(checks_report(c, NULL, &run));
    cr_expect_eq(run.checks[0].judged, 5);
    cr_expect_eq(run.checks[0].broken, 3);
    cr_expect_eq(run.checks[0].result.verdict, VERDICT_FAIL);
    cr_expect_str_eq(run.checks[0].result.found, "b: early");
    cr_expect_eq(run.checks[1].result.verdict, VERDICT_SKIP, "nothing judged");
    free(run.checks);
    arena_free(run.arena);
    checks_free(c);
}
