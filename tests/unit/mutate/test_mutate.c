/* The mutator: repeatable, within its limit, every operator of use, and dictionaries. */
#include "mutate/mutate.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static const char rich[] =
    "EHLO client.test\r\nAUTH LOGIN\r\nYWxpY2U=\r\nc2VjcmV0\r\nSTARTTLS\r\n#!starttls\nEHLO client.test\r\n"
    "MAIL FROM:<carol@client.test> SIZE=100 BODY=8BITMIME\r\n#!join\nRCPT TO:<alice@example.test> NOTIFY=NEVER\r\n"
    "DATA\r\nSubject: a\r\n\r\nb\r\n..c\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<bob@example.test>\r\nBDAT 8\r\na\r\nb\r\nc\r"
    "BDAT 1 LAST\r\n\nNOOP 17\r\nQUIT\r\n";

static const char other[] = "EHLO other.test\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nVRFY alice\r\nRSET\r\nQUIT\r\n";

struct round {
    struct arena *arena;
    struct script script, other;
    struct mutator m;
};

static void round_begin(struct round *r, uint64_t seed)
{
    r->arena = arena_new();
    cr_assert(script_parse(&r->script, r->arena, bytes_string(rich)));
    cr_assert(script_parse(&r->other, r->arena, bytes_string(other)));
    mutator_init(&r->m, seed);
    r->m.other = &r->other;
}

static void round_end(struct round *r)
{
    mutator_free(&r->m);
    arena_free(r->arena);
}

Test(mutate, the_same_seed_gives_the_same)
{
    for (uint64_t seed = 0; seed < 2000; seed++) {
        struct buffer text[2] = {{0}, {0}};
        char log[2][512];
        for (int i = 0; i < 2; i++) {
            struct round r;
            round_begin(&r, seed);
            cr_assert(mutate_script(&r.script, &r.m));
            script_print(&r.script, &text[i]);
            mutate_describe(&r.m, log[i], sizeof log[i]);
            round_end(&r);
        }
        cr_assert(bytes_equal(buffer_bytes(&text[0]), buffer_bytes(&text[1])), "seed %d", (int)seed);
        cr_assert_str_eq(log[0], log[1]);
        buffer_free(&text[0]);
        buffer_free(&text[1]);
    }
}

/* With one change alone, the text is another one: no operator says that it did something and did nothing. */
Test(mutate, every_operator_changes_something)
{
    struct arena *words = arena_new();
    struct dictionary d;
    size_t *used = calloc(operator_count(), sizeof *used), *idle = calloc(operator_count(), sizeof *idle);
    cr_assert(dictionary_make(&d, words));
    for (uint64_t seed = 0; seed < 60000; seed++) {
        struct round r;
        struct buffer text = {0};
        round_begin(&r, seed);
        r.m.dictionary = &d;
        cr_assert(mutate_script(&r.script, &r.m));
        script_print(&r.script, &text);
        bool same = bytes_equal(buffer_bytes(&text), bytes_string(rich));
        for (size_t k = 0; r.m.applied_count == 1 && k < operator_count(); k++)
            if (strcmp(operator_info(k).name, r.m.applied[0]) == 0) {
                used[k]++;
                idle[k] += same;
            }
        buffer_free(&text);
        round_end(&r);
    }
    for (size_t k = 0; k < operator_count(); k++) {
        cr_expect_gt(used[k], 20, "%s was used %zu times", operator_info(k).name, used[k]);
        cr_expect_lt(idle[k] * 4, used[k], "%s did nothing in %zu of %zu times", operator_info(k).name, idle[k],
                     used[k]);
    }
    free(used);
    free(idle);
    arena_free(words);
}

Test(mutate, mutants_stay_within_the_limit)
{
    static const size_t limits[] = {0, 1, 100, 400, 5000};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        for (uint64_t seed = 0; seed < 2000; seed++) {
            struct round r;
            round_begin(&r, seed);
            r.m.most = limits[i];
            for (int k = 0; k < 5; k++)
                cr_assert(mutate_script(&r.script, &r.m));
            cr_assert_leq(script_octets(&r.script), limits[i]);
            round_end(&r);
        }
}

/* Nothing that went out before it is lost, and it is read again as what it is. */
Test(mutate, a_flood_is_put_in_once)
{
    for (uint64_t seed = 0; seed < 200; seed++) {
        struct round r;
        struct buffer text = {0};
        struct script again;
        round_begin(&r, seed);
        size_t octets = script_octets(&r.script), floods = 0;
        cr_assert(mutate_flood(&r.script, &r.m));
        cr_expect_eq(script_octets(&r.script), octets);
        script_print(&r.script, &text);
        cr_assert(script_parse(&again, r.arena, buffer_bytes(&text)));
        for (size_t i = 0; i < again.count; i++)
            floods += again.parts[i].kind == PART_MARK && again.parts[i].mark == MARK_FLOOD;
        cr_expect_eq(floods, 1, "seed %d", (int)seed);
        buffer_free(&text);
        round_end(&r);
    }
}

Test(mutate, an_empty_script_gets_a_session)
{
    struct round r;
    round_begin(&r, 1);
    script_init(&r.script, r.arena);
    cr_assert(mutate_script(&r.script, &r.m));
    cr_expect_gt(script_octets(&r.script), 20);
    round_end(&r);
}

static size_t upper(void *context, unsigned char *data, size_t len, size_t size)
{
    ++*(int *)context;
    cr_assert_leq(len, size);
    for (size_t i = 0; i < len; i++)
        data[i] = octet_upper(data[i]);
    return len;
}

Test(mutate, the_engines_own_mutations_are_used)
{
    int calls = 0;
    for (uint64_t seed = 0; seed < 1000; seed++) {
        struct round r;
        round_begin(&r, seed);
        r.m.octets = upper;
        r.m.context = &calls;
        cr_assert(mutate_script(&r.script, &r.m));
        round_end(&r);
    }
    cr_expect_gt(calls, 10);
}

/* Known names are used, no others: what is sent to a server on the net stays with its own addresses. */
Test(mutate, facts_are_used)
{
    struct mutate_facts facts = *mutate_facts_default();
    size_t found = 0;
    facts.recipient = BYTES("eve@mx.test");
    for (uint64_t seed = 0; seed < 500; seed++) {
        struct round r;
        struct buffer text = {0};
        round_begin(&r, seed);
        script_init(&r.script, r.arena);
        r.m.facts = &facts;
        r.m.other = NULL;
        cr_assert(mutate_script(&r.script, &r.m));
        script_print(&r.script, &text);
        found += bytes_find(buffer_bytes(&text), BYTES("<eve@mx.test>")) != BYTES_NONE;
        buffer_free(&text);
        round_end(&r);
    }
    cr_expect_gt(found, 300);
}

Test(mutate, cross_goes_on_where_both_are_equally_far)
{
    size_t fitting = 0, rounds = 2000;
    for (uint64_t seed = 0; seed < rounds; seed++) {
        struct round r;
        struct script out;
        size_t at = 0, from;
        round_begin(&r, seed);
        script_init(&out, r.arena);
        cr_assert(mutate_cross(&out, &r.script, &r.other, &r.m));
        while (at < out.count && at < r.script.count && out.parts[at].octets.data == r.script.parts[at].octets.data)
            at++;
        from = r.other.count - (out.count - at);
        fitting += script_phase(&r.script, at) == script_phase(&r.other, from);
        round_end(&r);
    }
    cr_expect_gt(fitting, rounds / 2);
}

Test(dictionary, is_read_as_it_was_printed)
{
    struct arena *a = arena_new();
    struct dictionary made, read;
    struct buffer text = {0};
    struct error e;
    cr_assert(dictionary_make(&made, a));
    dictionary_print(&made, &text);
    cr_assert(dictionary_parse(&read, a, "x.dict", buffer_bytes(&text), &e), "%s", e.text);
    cr_assert_eq(read.count, made.count);
    cr_expect_gt(made.count, 250);
    for (size_t i = 0; i < made.count; i++)
        cr_expect(bytes_equal(made.tokens[i].octets, read.tokens[i].octets));
    buffer_free(&text);
    arena_free(a);
}

Test(dictionary, names_and_mistakes)
{
    static const struct {
        const char *text;
        int wrong; /* line, 0: none */
        const char *first;
    } rows[] = {
        {"# a\n\nname=\"x\\x41\\\\\\\"\"\n", 0, "xA\\\""},
        {"\"a\" b\n", 1, NULL},
        {"\"a\"\n\"\\q\"\n", 2, NULL},
        {"\"a\n", 1, NULL},
        {"\"\"\n", 1, NULL},
        {"word\n", 1, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *a = arena_new();
        struct dictionary d;
        struct error e = {0};
        bool good = dictionary_parse(&d, a, "x", bytes_string(rows[i].text), &e);
        cr_expect_eq(good, rows[i].wrong == 0, "%s", rows[i].text);
        cr_expect_eq(good ? 0 : e.where.line, rows[i].wrong, "%s", rows[i].text);
        if (good)
            cr_expect(bytes_equal(d.tokens[0].octets, bytes_string(rows[i].first)));
        arena_free(a);
    }
}

/* What the fuzzers are given is what the tables say: else scripts/dictionary is due. */
Test(dictionary, the_file_is_up_to_date)
{
    struct arena *a = arena_new();
    struct dictionary made, read;
    struct buffer text = {0};
    struct error e;
    FILE *f = fopen(SOURCE_DIR "/fuzz/smtp.dict", "rb");
    cr_assert_not_null(f);
    for (int c; (c = getc(f)) != EOF;)
        buffer_add_octet(&text, (unsigned char)c);
    fclose(f);
    cr_assert(dictionary_parse(&read, a, "fuzz/smtp.dict", buffer_bytes(&text), &e), "%s", e.text);
    cr_assert(dictionary_make(&made, a));
    cr_assert_eq(made.count, read.count, "run scripts/dictionary");
    for (size_t i = 0; i < made.count; i++)
        cr_assert(bytes_equal(made.tokens[i].octets, read.tokens[i].octets), "run scripts/dictionary: token %zu", i);
    buffer_free(&text);
    arena_free(a);
}
