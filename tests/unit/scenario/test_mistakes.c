/* What is wrong in a file, where it is told, and in which words. */
#include "sample.h"

struct row {
    const char *steps; /* behind `steps:` in line 6; its first line is line 7, and column 3 is its first */
    const char *told;
};

static const struct row in_steps[] = {
    {"- sned: NOOP", "7:5: expected an act or another key of a step, found \"sned\"; did you mean \"send\"?\n"},
    {"- {send: NOOP, raw: NOOP}", "7:18: expected one act in a step, found \"raw\" beside \"send\"\n"},
    {"- just words", "7:5: expected a step: a map with an act or an expectation, found \"just words\"\n"},
    {"- {}", "7:5: expected an act or an expectation in a step, found neither\n"},
    {"- send:", "7:10: expected octets, found nothing; write \"\" for none\n"},
    {"- send: NOOP # why", "7:11: expected quotes around what is sent, found a plain text behind which YAML cuts off a "
                           "comment\n"},
    {"- raw: NOOP  ",
     "7:10: expected quotes around what is sent, found a plain text behind which YAML cuts off trailing "
     "blanks\n"},
    {"- send: VRFY\n      a",
     "7:11: expected quotes around what is sent, found a plain text behind which YAML cuts off the "
     "ends of its lines\n"},
    {"- data: [a, b ] # fine", ""},
    {"- {send: NOOP}   # fine", ""},
    {"- send: *",
     "7:12: expected YAML: while scanning an alias, did not find expected alphabetic or numeric character; a "
     "text that begins with * or & is quoted\n"},
    {"- send: *a", "7:11: expected no YAML alias, found *a; quote a text that begins with *\n"},
    {"- send: &a b", "7:11: expected no YAML anchor, found &a; quote a text that begins with &\n"},
    {"- {send: a, expect: !2xx }",
     "7:23: expected no YAML tag, found !2xx; quote a text that begins with !, and write \"not "
     "2xx\" for any other reply\n"
     "7:23: expected a code such as 250, a class such as 5xx, not 2xx, close, fin, rst or silence "
     "500ms, with | between alternatives, found \"\"\n"},
    {"- {send: a, send: b}", "7:15: expected each key once, found \"send\" again; it stands in line 7 already\n"},
    {"- send: MAIL FROM: a",
     "7:20: expected YAML: mapping values are not allowed in this context; a text with a colon and a "
     "blank in it is quoted\n"},
    {"- {send: RCPT TO:<${recipient}>, expect: 250}",
     "7:33: expected YAML: while scanning for the next token, found character that cannot start any token; within { } "
     "and [ ] a text that holds one of { } [ ] , is quoted: \"RCPT TO:<${recipient}>\"\n"},
    {"- expect: 25",
     "7:13: expected a code such as 250, a class such as 5xx, not 2xx, close, fin, rst or silence 500ms, "
     "with | between alternatives, found \"25\"\n"},
    {"- expect: 250 |",
     "7:13: expected a code such as 250, a class such as 5xx, not 2xx, close, fin, rst or silence 500ms, "
     "with | between alternatives, found \"250 |\"\n"},
    {"- expect: not close",
     "7:13: expected a code such as 250, a class such as 5xx, not 2xx, close, fin, rst or silence "
     "500ms, with | between alternatives, found \"not close\"\n"},
    {"- {expect: {enhanced: 5.5}}", "7:25: expected an enhanced code such as 5.1.1, 5.5.x or x.7.x, found \"5.5\"\n"},
    {"- {expect: {text: \"a(\"}}", "7:21: expected a regular expression, found a mistake in it at character 3: missing "
                                   "closing parenthesis\n"},
    {"- {expect: {lines: 3..2}}", "7:22: expected a number of lines such as 1 or 2..10, found \"3..2\"\n"},
    {"- {expect: {within: soon}}", "7:23: expected a time such as 500ms, 10s or 2m, found \"soon\"\n"},
    {"- {expect: {keyword: {nmae: SIZE}}}",
     "7:25: expected a key of an EHLO keyword (name, value), found \"nmae\"; did you "
     "mean \"name\"?\n"},
    {"- {expect: {text: a, no-text: b}}", "7:24: expected either text or no-text, found both\n"},
    {"- {expect: {each: [250], code: 250}}",
     "7:14: expected each alone in an expectation, found other keys beside it\n"},
    {"- {expect: {each: [{each: [250]}]}}", "7:22: expected what one reply is like, found each or times within each\n"},
    {"- {expect: 250, assume: 250}", "7:27: expected either expect or assume in a step, found both\n"},
    {"- {prefer: 250}", "7:5: expected an act or an expectation in a step, found neither\n"
                        "7:14: expected prefer beside expect or assume, found it alone\n"},
    {"- {send: a, replies: 2..1}", "7:24: expected a number of replies such as 1 or 0..1, found \"2..1\"\n"},
    {"- {send: \"${recipent}\"}", "7:12: expected a variable that is known here, found \"recipent\"; did you mean "
                                  "\"recipient\"?\n"},
    {"- {send: \"${recipient.1}\"}",
     "7:12: expected ${name}, ${name+1}, ${name-1} or ${name*2}, found ${recipient.1}; write "
     "$${ for a literal ${\n"},
    {"- {send: \"a ${b\"}",
     "7:12: expected ${name}, ${name+1}, ${name-1} or ${name*2}, found ${b; write $${ for a literal "
     "${\n"},
    {"- {hex: 0d0}", "7:11: expected two hexadecimal digits for each octet, found \"0d0\"\n"},
    {"- {send: [{hex: 0x}]}", "7:19: expected hexadecimal digits, found \"0x\"\n"},
    {"- {send: [{repeat: a}]}",
     "7:13: expected one of repeat with times, hex, base64, random, recipients, found a map\n"},
    {"- {send: [{random: -1}]}", "7:22: expected a whole number, found \"-1\"\n"},
    {"- {send: {hex: 00}}", "7:12: expected octets: a text, or a list of texts and parts, found a map\n"},
    {"- {bdat: {octets: a, szie: 3}}",
     "7:24: expected a key of bdat (octets, size, last), found \"szie\"; did you mean "
     "\"size\"?\n"},
    {"- {bdat: {last: yes}}", "7:19: expected true or false, found \"yes\"\n"},
    {"- {auth: {error: cancle}}", "7:20: expected a word for \"error\", found \"cancle\"; did you mean \"cancel\"?\n"},
    {"- {handshake: maybe}", "7:17: expected ok, modern, refused or ok | refused, found \"maybe\"\n"},
    {"- {handshake: ok |}", "7:17: expected ok, modern, refused or ok | refused, found \"ok |\"\n"},
    {"- {close: now}", "7:13: expected nothing behind \"close:\", found \"now\"\n"},
    {"- {pause: 5}", "7:13: expected a time such as 500ms, 10s or 2m, found \"5\"\n"},
    {"- delivered:",
     "7:15: expected delivered (to, count, contains, absent, text, no-text, body, exact, optional), found nothing\n"},
    {"- delivered: {text: [a, \"(\"]}",
     "7:27: expected a regular expression, found a mistake in it at character 2: missing closing parenthesis\n"},
    {"- {alike: {first: a, apart: 1s}}",
     "7:13: expected the key \"second\" in alike (first, second, apart), found none\n"},
    {"- {pipeline: [{send: a, expect: 250, took: b}]}",
     "7:17: expected took outside of a pipeline, where a reply has a time of its own, found it within\n"},
    {"- {repeat: {times: 2}}", "7:14: expected the key \"steps\" in repeat (times, steps), found none\n"},
    {"- {when: 250}", "7:5: expected then or else beside \"when\", found neither\n"},
    {"- {then: [{send: a}]}", "7:5: expected an act or an expectation in a step, found neither\n"
                              "7:6: expected \"when\" beside then and else, found none\n"},
    {"- {send: a, when: 250, then: []}", "7:5: expected \"when\" as a step of its own, found it beside others\n"},
    {"- {pipeline: [{pause: 1s}]}", "7:17: expected send, raw, hex, data, bdat or repeat in a pipeline, found pause\n"},
    {"- {pipeline: [{when: 250, then: [{send: a}]}]}", "7:36: expected nothing but expectations after a \"when\" in a "
                                                       "pipeline, found send\n"},
    {"- {pipeline: [{send: a, dribble: true}]}",
     "7:17: expected dribble, split, delay and connection beside the pipeline, "
     "found them within\n"},
    {"- {pause: 1s, dribble: true}", "7:5: expected dribble and split beside an act that sends octets, found them "
                                     "without\n"},
    {"- {send: a, delay: 1s}", "7:5: expected delay beside split or dribble, found it alone\n"},
    {"- {send: a, split: [0]}", "7:23: expected an offset such as 3, or -2 from the end, found \"0\"\n"},
    {"- connect:", "7:5: expected the name of a connection (connection:) beside connect, found none\n"},
    {"- {close: , expect: 250}", "7:5: expected no reply after \"close\", found an expectation\n"},
    {"- {starttls: , expect: 220}",
     "7:5: expected no expectation beside \"starttls\", which expects 220 by itself, found one; "
     "use raw and handshake\n"},
    {"- {send: a, capture: {1a: x}}",
     "7:25: expected the name of a variable (letters, digits, _ and - before a letter), found "
     "\"1a\"\n"},
    {"- {send: \"${n}\", capture: {n: x}}",
     "7:12: expected a variable that is known here (sender, recipient, recipient2, "
     "unknown, foreign, domain, user, password, size, hello, nonce, case), found "
     "\"n\"\n"},
    {"- {send: a, capture: {n: x}}\n  - {send: \"${n}\"}", ""},
};

Test(mistakes, in_steps)
{
    for (size_t i = 0; i < COUNT(in_steps); i++) {
        char text[512];
        struct buffer told = {0};
        snprintf(text, sizeof text, "  steps:\n  %s\n", in_steps[i].steps);
        struct library *l = sample_scenario(text);
        sample_mistakes(library_diagnostics(l), &told);
        cr_expect_str_eq(buffer_string(&told), in_steps[i].told, "%s\ngot:  %swant: %s", in_steps[i].steps,
                         buffer_string(&told), in_steps[i].told);
        buffer_free(&told);
        library_free(l);
    }
}

struct whole {
    const char *text;
    const char *told;
};

#define HEAD  "suite: s\nscenarios:\n- id: a\n  title: t\n"
#define BASIS "  requirement: own-row\n"
#define STEPS "  steps: [{send: a}]\n"

static const struct whole in_files[] = {
    {"", "1:1: expected a map, found an empty file\n"},
    {"# nothing\n", "1:1: expected a map, found an empty file\n"},
    {"suite", "1:1: expected a suite, found \"suite\"\n"},
    {"siute: a\nscenarios: []\n", "1:1: expected a key of a suite, found \"siute\"; did you mean \"suite\"?\n"},
    {"suite: A\nscenarios: []\n", "1:8: expected an id of the characters a-z 0-9 - ., found \"A\"\n"},
    {"suite: a\n---\nsuite: b\n", "2:1: expected one YAML document in a file, found another\n"},
    {"suite: \"a\n",
     "2:1: expected YAML: while scanning a quoted scalar, found unexpected end of stream; a quote is not "
     "closed\n"},
    {"suite: a\nscenarios: {}\n", "2:12: expected a list of scenarios, found a map\n"},
    {"suite: a\nx: \x80\n", "2:4: expected UTF-8, found the octet \\x80; write octets above 0x7F with hex:\n"},
    {"suite: a\nx: \x01\n",
     "2:4: expected text, found the control octet \\x01; write it as an escape in double quotes\n"},
    {HEAD STEPS, "3:3: expected a requirement, or level and reference, found neither\n"},
    {HEAD "  level: MUST\n" STEPS, "3:3: expected a requirement, or level and reference, found neither\n"},
    {HEAD BASIS "  level: MUST\n  reference: own\n" STEPS,
     "6:10: expected either requirement, or level and reference, found "
     "both\n"},
    {HEAD "  level: must\n  reference: own\n" STEPS,
     "5:10: expected a word for \"level\", found \"must\"; did you mean "
     "\"MUST\"?\n"},
    {HEAD "  requirement: 5321-3.3-need-mail\n" STEPS,
     "5:16: expected a requirement of the catalogue, found "
     "\"5321-3.3-need-mail\"; did you mean \"5321-3.3-needs-mail\"?\n"},
    {HEAD BASIS, "3:3: expected the key \"steps\" in a scenario, found none\n"},
    {HEAD BASIS "  stpes: []\n", "6:3: expected a key of a scenario, found \"stpes\"; did you mean \"steps\"?\n"},
    {HEAD BASIS "  steps: []\n", "6:10: expected a list of steps, found an empty list\n"},
    {HEAD BASIS "  start: mial\n" STEPS,
     "6:10: expected a word for \"start\", found \"mial\"; did you mean \"mail\"?\n"},
    {HEAD BASIS "  over: [plain, tsl]\n" STEPS,
     "6:17: expected a word for \"over\", found \"tsl\"; did you mean \"tls\"?\n"},
    {HEAD BASIS "  over: [tls, tls]\n" STEPS, "6:15: expected each transport once, found tls again\n"},
    {HEAD BASIS "  needs: [recipeint]\n" STEPS,
     "6:11: expected an extension in capitals, no EXTENSION, or a fact or transport "
     "in small letters, found \"recipeint\"; did you mean \"recipient\"?\n"},
    {HEAD BASIS "  cases: []\n" STEPS, "6:10: expected a list of cases, one at least, found a list\n"},
    {HEAD BASIS "  cases: [{x: 1}]\n" STEPS,
     "6:11: expected the key \"id\" in a case (a map with an id and variables), found "
     "none\n"},
    {HEAD BASIS "  cases: [{id: b, titel: c}]\n" STEPS,
     "6:19: expected a variable that the scenario uses, or a key of a case, "
     "found \"titel\"; did you mean \"title\"?\n"},
    {HEAD BASIS "  cases: [{id: b, x: 1}, {id: c}]\n  steps: [{send: \"${x}\"}]\n",
     "7:18: expected a variable that is known here (in case \"c\") (sender, recipient, recipient2, unknown, foreign, "
     "domain, "
     "user, password, size, hello, nonce, case), found \"x\"\n"},
    {HEAD BASIS "  cases: [{id: b, x: [1]}]\n  steps: [{send: \"a ${x}\"}]\n",
     "6:22: expected a text, since other text stands around the variable, found a list\n"},
    {HEAD BASIS "  cases: [{id: b, x: y}]\n  steps: [{send: \"${x*2}\"}]\n",
     "7:18: expected a whole number in ${x} to calculate with (in case \"b\")\n"},
    {HEAD BASIS STEPS "- id: a\n  title: t\n" BASIS STEPS,
     "7:7: expected an id of its own for each result, found \"s/a\" "
     "again; it stands in t.yaml:3 already\n"},
    {"catalogue: c\nrequirements:\n- {id: a, level: MUST, text: b}\n",
     "3:3: expected the key \"rfc\" in the row or the catalogue, found none\n"},
    {"catalogue: c\nrfc: x\nrequirements:\n- {id: another, level: MUST, text: b, applies: sometimes}\n",
     "4:48: expected always, submission, lmtp, relay, delivery or extension NAME, found \"sometimes\"\n"},
};

Test(mistakes, in_files)
{
    for (size_t i = 0; i < COUNT(in_files); i++) {
        struct buffer told = {0};
        struct library *l = sample_load(in_files[i].text);
        sample_mistakes(library_diagnostics(l), &told);
        cr_expect_str_eq(buffer_string(&told), in_files[i].told, "%s\ngot:  %swant: %s", in_files[i].text,
                         buffer_string(&told), in_files[i].told);
        buffer_free(&told);
        library_free(l);
    }
}

/* Ten in one file, each told, in the order of their places, and the scenario without mistakes is there. */
Test(mistakes, all_of_a_file_are_told)
{
    struct library *l = sample_load("suite: s\nscenarios:\n"
                                    "- id: A\n  title: t\n  requirement: nothing\n  start: x\n  needs: [y]\n"
                                    "  steps:\n  - snd: a\n  - expect: 1\n  - pause: z\n  - {send: \"${q}\"}\n"
                                    "  - {hex: z}\n  - handshake: z\n"
                                    "- id: good\n  title: t\n  requirement: own-row\n  steps: [{send: a}]\n");
    const struct diagnostics *d = library_diagnostics(l);
    cr_expect_eq(d->count, 10);
    int line = 0;
    for (const struct diagnostic *i = d->first; i; i = i->next) {
        cr_expect_gt(i->where.line, line);
        cr_expect_str_eq(i->where.file, "t.yaml");
        line = i->where.line;
    }
    size_t count = 0;
    const struct scenario *const *all = library_scenarios(l, &count);
    cr_assert_eq(count, 1);
    cr_expect_str_eq(all[0]->id, "s/good");
    library_free(l);
}

/* Every case has the mistake: it is told once, and no case runs. */
Test(mistakes, of_all_cases_are_told_once)
{
    struct library *l = sample_scenario("  cases: [{id: x}, {id: y}, {id: z}]\n  steps: [{sned: a}]\n");
    size_t count = 1;
    cr_expect_eq(library_diagnostics(l)->count, 1);
    library_scenarios(l, &count);
    cr_expect_eq(count, 0);
    library_free(l);
}

static void expect_mistake(const char *name, const char *text, size_t len, const char *part)
{
    struct library *l = library_new();
    struct buffer told = {0};
    library_add_memory(l, "t.yaml", bytes_of(text, len));
    cr_expect_not(library_finish(l), "%s", name);
    sample_mistakes(library_diagnostics(l), &told);
    cr_expect_not_null(strstr(buffer_string(&told), part), "%s: %.300s", name, buffer_string(&told));
    buffer_free(&told);
    library_free(l);
}

Test(mistakes, hostile_files)
{
    struct buffer b = {0};
    buffer_add_repeated(&b, BYTES("["), 100000);
    expect_mistake("flow depth", buffer_string(&b), b.len, "at most 40 lists and maps within each other");
    buffer_clear(&b);
    for (size_t i = 0; i < 300; i++) {
        buffer_add_repeated(&b, BYTES(" "), i);
        buffer_add_string(&b, "a:\n");
    }
    expect_mistake("block depth", buffer_string(&b), b.len, "at most 40 lists and maps within each other");
    buffer_clear(&b);
    for (size_t i = 0; i < 100000; i++)
        buffer_printf(&b, "k%zu: a\n", i);
    expect_mistake("keys", buffer_string(&b), b.len, "at most 200 keys");
    buffer_clear(&b);
    buffer_add_string(&b, "suite: s\nscenarios: &a [1]\nx: [*a, *a, *a]\n");
    expect_mistake("aliases", buffer_string(&b), b.len, "expected no YAML alias");
    buffer_clear(&b);
    buffer_add_repeated(&b, BYTES("#23456789012345\n"), 100u << 16);
    expect_mistake("100 MiB", buffer_string(&b), b.len, "expected at most 4194304 octets in a file, found 104857600");
    buffer_free(&b);
    expect_mistake("NUL", "suite: \0", 8, "control octet \\x00");
    expect_mistake("NUL in quotes", "suite: \"a\\0\"\n", 13, "an id of the characters");
}

/* A thousand cases of a large value: told, not tried. */
Test(mistakes, cases_that_grow_without_end)
{
    struct buffer b = {0};
    buffer_add_string(&b, "suite: s\nscenarios:\n- id: a\n  title: t\n  requirement: r\n  cases:\n");
    for (size_t i = 0; i < 1000; i++) {
        buffer_printf(&b, "  - {id: c%zu, x: ", i);
        buffer_add_repeated(&b, BYTES("a"), 2000);
        buffer_add_string(&b, "}\n");
    }
    buffer_add_string(&b, "  steps:\n");
    for (size_t i = 0; i < 1000; i++)
        buffer_add_string(&b, "  - send: \"a ${x}\"\n");
    expect_mistake("growth", buffer_string(&b), b.len, "expected fewer or smaller cases");
    buffer_free(&b);
}
