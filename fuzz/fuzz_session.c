/* A whole session with the reference server's session engine (docs/fuzzing-format.md has the form of an input).
 *   - everything that the judge says (judge.h)
 *   - cutting the same octets at other places changes nothing of what is said and delivered (looked at for every
 *     eighth input: it costs as much as all the rest)
 * The variables SMTPSPEC_DEFECT and SMTPSPEC_STYLE name a defect or style of the server (smtpspec serve
 * --list-defects): with a defect something must not hold, which shows that this target can find it. SMTPSPEC_SHOW
 * prints, before it is judged, what was said. */
#include "base/text.h"
#include "judge.h"
#include "property.h"

#include <string.h>

struct fuzz {
    struct arena *arena;
    struct judge *judge;
    struct play whole, cut;
    enum defect defect;
    enum style style;
    bool show, unjudged;
};

/* Memory that is kept from input to input, and what the environment says. */
static struct fuzz fuzz;

int LLVMFuzzerInitialize(int *argc, char ***argv);

static int unknown(const char *what, const char *name)
{
    fprintf(stderr, "fuzz_session: there is no %s named '%s'\n", what, name);
    exit(2);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const char *defect = getenv("SMTPSPEC_DEFECT"), *style = getenv("SMTPSPEC_STYLE");
    (void)argc, (void)argv;
    if (defect && (fuzz.defect = defect_find(bytes_string(defect))) == DEFECT_NONE)
        return unknown("defect", defect);
    if (style && (fuzz.style = style_find(bytes_string(style))) == STYLE_NONE)
        return unknown("style", style);
    fuzz.show = getenv("SMTPSPEC_SHOW") != NULL;
    fuzz.unjudged = fuzz.whole.unjudged = getenv("SMTPSPEC_UNJUDGED") != NULL;
    return 0;
}

static void show(const char *what, struct bytes octets)
{
    struct buffer text = {0};
    struct bytes line;
    while (bytes_next_line(&octets, &line))
        buffer_printf(&text, "%s ", what), text_visible(&text, line, 200), buffer_add_string(&text, "\n");
    fputs(buffer_string(&text), stderr);
    buffer_free(&text);
}

/* Of an input, so that the same one is always cut alike. */
static uint64_t hash_of(struct bytes input)
{
    uint64_t hash = input.len;
    for (size_t i = 0; i < input.len; i += 1 + input.len / 64)
        hash = hash * 31 + input.data[i];
    return hash;
}

static void cuts_change_nothing(const struct script *s, uint64_t hash)
{
    const struct play *whole = &fuzz.whole;
    struct play *cut = &fuzz.cut;
    struct prng cuts;
    prng_seed(&cuts, hash);
    play_begin(cut, s, fuzz.defect, fuzz.style);
    play_script(cut, s, &cuts);
    HOLDS(bytes_equal(buffer_bytes(&whole->output), buffer_bytes(&cut->output)));
    HOLDS(bytes_equal(buffer_bytes(&whole->deliveries), buffer_bytes(&cut->deliveries)));
    HOLDS(bytes_equal(buffer_bytes(&whole->notifications), buffer_bytes(&cut->notifications)));
    HOLDS(whole->closed == cut->closed && whole->messages == cut->messages);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes input = bytes_of(data, size);
    struct script s;
    if (!fuzz.arena) {
        fuzz.arena = arena_new();
        fuzz.judge = judge_new();
        HOLDS(fuzz.arena != NULL);
    }
    HOLDS(script_parse(&s, fuzz.arena, input));
    play_begin(&fuzz.whole, &s, fuzz.defect, fuzz.style);
    play_script(&fuzz.whole, &s, NULL);
    if (fuzz.show) {
        show("C:", buffer_bytes(&fuzz.whole.input));
        show("S:", buffer_bytes(&fuzz.whole.output));
        show("D:", buffer_bytes(&fuzz.whole.deliveries));
    }
    if (!fuzz.unjudged)
        judge_play(fuzz.judge, &fuzz.whole);
    uint64_t hash = hash_of(input);
    if (hash % 8 == 0 && !fuzz.unjudged)
        cuts_change_nothing(&s, hash);
    arena_clear(fuzz.arena);
    return 0;
}
