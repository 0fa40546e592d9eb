/* Scenario and catalogue files from hostile hands: the first octet says which. Whatever is read, nothing
 * crashes, all that is handed out is whole, and reading it again gives the same. */
#include "loaded.h"

#include "scenario/library.h"

#include <string.h>

static const char catalogue[] = "catalogue: a\nrfc: \"5321\"\nrequirements:\n"
                                "  - {id: r, section: \"3.3\", level: MUST, text: t}\n"
                                "  - {id: s, section: \"3.4\", level: SHOULD, text: t}\n";

static bool find_variable(void *context, struct bytes name, struct bytes *value)
{
    (void)context;
    (void)name;
    *value = BYTES("7");
    return true;
}

static void try_expectation(const struct expectation *x)
{
    static const char raw[] = "250-host\r\n250-SIZE 100\r\n250 AUTH PLAIN\r\n";
    const struct variables v = {.find = find_variable};
    struct reply reply;
    struct buffer why = {0};
    if (!x || !x->present)
        return;
    HOLDS(x->source && x->source[0]);
    reply_parse(bytes_of(raw, sizeof raw - 1), &reply);
    struct observation seen[] = {{OBSERVED_REPLY, &reply, 1}, {OBSERVED_FIN, NULL, 1}, {OBSERVED_SILENCE, NULL, 60000}};
    for (size_t i = 0; i < sizeof seen / sizeof *seen; i++) {
        buffer_clear(&why);
        bool met = expectation_met(x, &seen[i], &v, &why);
        HOLDS(met || why.len > 0);
    }
    buffer_free(&why);
    for (size_t i = 0; i < x->each_count; i++)
        try_expectation(&x->each[i]);
}

static bool check_step(const struct step *step, void *context)
{
    const struct extent *e = context;
    check_mark(step->mark, *e);
    HOLDS((int)step->act >= ACT_NONE && step->act < ACT_COUNT);
    HOLDS(step->octets.count == 0 || step->octets.parts);
    HOLDS(step->replies_min <= step->replies_max);
    try_expectation(&step->expect);
    try_expectation(step->prefer);
    try_expectation(&step->assume);
    try_expectation(step->when);
    return true;
}

static void check_scenarios(const struct library *l, struct extent e)
{
    size_t count = 0;
    const struct scenario *const *all = library_scenarios(l, &count);
    for (size_t i = 0; i < count; i++) {
        const struct scenario *s = all[i];
        HOLDS(s->id && s->id[0] && s->suite && s->title && s->file && s->reference);
        HOLDS(s->requirement && s->requirement->id && s->requirement->text);
        HOLDS(s->start < START_COUNT && s->line >= 1 && s->line <= e.lines);
        HOLDS(s->steps.count > 0 && select_matches(s->id, s));
        for (size_t k = 0; k < s->need_count; k++)
            HOLDS(s->needs[k].name && s->needs[k].name[0]);
        steps_visit(&s->steps, check_step, &e);
    }
}

static struct library *load(struct bytes content, bool with_catalogue)
{
    struct library *l = library_new();
    HOLDS(l);
    if (with_catalogue)
        library_add_memory(l, "catalogue.yaml", bytes_string(catalogue));
    library_add_memory(l, "input.yaml", content);
    library_finish(l);
    return l;
}

static void try_library(struct bytes content, bool with_catalogue)
{
    struct extent e = extent_of(content);
    struct library *a = load(content, with_catalogue), *b = load(content, with_catalogue);
    size_t first = 0, second = 0;
    check_diagnostics(library_diagnostics(a), e);
    HOLDS(same_diagnostics(library_diagnostics(a), library_diagnostics(b)));
    check_scenarios(a, e);
    const struct scenario *const *x = library_scenarios(a, &first), *const *y = library_scenarios(b, &second);
    HOLDS(first == second);
    for (size_t i = 0; i < first; i++)
        HOLDS(strcmp(x[i]->id, y[i]->id) == 0 && x[i]->steps.count == y[i]->steps.count);
    library_free(a);
    library_free(b);
}

/* As the value of `expect:` and `send:` in a scenario that is right otherwise. */
static void try_value(struct bytes content)
{
    struct buffer b = {0};
    buffer_add_string(
        &b, "suite: a\nscenarios:\n- id: b\n  title: c\n  requirement: r\n  steps:\n  - send: x\n    expect: ");
    buffer_add(&b, content);
    buffer_add_string(&b, "\n  - send: ");
    buffer_add(&b, content);
    buffer_add_octet(&b, '\n');
    HOLDS(!buffer_failed(&b));
    try_library(buffer_bytes(&b), true);
    buffer_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    struct bytes content = bytes_of(data + 1, size - 1);
    switch (data[0]) {
    case 'v':
        try_value(content);
        break;
    case 'c':
        try_library(content, false);
        break;
    default:
        try_library(content, true);
        break;
    }
    return 0;
}
