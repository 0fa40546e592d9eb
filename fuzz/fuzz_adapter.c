/* A session with somebody else's code, behind adapter.h. */
#include "adapter.h"

#include "base/prng.h"
#include "mutate/script.h"
#include "property.h"
#include "smtp/reply.h"

#include <string.h>

struct adapter_output {
    struct buffer said;
    size_t lines; /* line ends of the client's */
    bool payload; /* DATA or BDAT was among them: lines are no commands any more */
    bool closed;
};

int LLVMFuzzerInitialize(int *argc, char ***argv);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    if (adapter_init() != 0) {
        fprintf(stderr, "fuzz_adapter: adapter_init failed\n");
        exit(2);
    }
    return 0;
}

void adapter_say(struct adapter_output *out, const void *octets, size_t len)
{
    buffer_add(&out->said, bytes_of(octets, len));
}

/* A copy of its exact size, so that a sanitizer sees a read behind its end. */
static enum adapter_state feed(void *session, struct bytes piece, struct adapter_output *out)
{
    unsigned char *copy = malloc(piece.len);
    HOLDS(copy != NULL);
    memcpy(copy, piece.data, piece.len);
    enum adapter_state state = adapter_feed(session, copy, piece.len, out);
    free(copy);
    return state;
}

static enum adapter_state send(void *session, struct bytes octets, struct prng *cuts, struct adapter_output *out)
{
    enum adapter_state state = ADAPTER_OPEN;
    while (octets.len > 0 && state != ADAPTER_CLOSED) {
        size_t most = cuts ? 1 + (size_t)prng_below(cuts, prng_below(cuts, 2) ? 2 : 40) : octets.len;
        struct bytes piece = bytes_slice(octets, 0, most);
        state = feed(session, piece, out);
        octets = bytes_from(octets, piece.len);
    }
    return state;
}

static void count_lines(const struct script *s, struct adapter_output *out)
{
    for (size_t i = 0; i < s->count; i++) {
        struct bytes octets = s->parts[i].octets;
        enum verb verb = part_verb(&s->parts[i]);
        out->payload |= verb == VERB_DATA || verb == VERB_BDAT || s->parts[i].kind == PART_MESSAGE;
        for (size_t k = 0; k < octets.len; k++)
            out->lines += octets.data[k] == '\n' || octets.data[k] == '\r';
    }
}

static void play(const struct script *s, struct prng *cuts, struct adapter_output *out)
{
    struct buffer room = {0};
    struct act act;
    enum adapter_state state = ADAPTER_OPEN;
    void *session = adapter_open(out);
    HOLDS(session != NULL);
    for (size_t at = 0; state != ADAPTER_CLOSED && script_next(s, &at, &room, &act);) {
        if (act.kind == ACT_SEND && act.octets.len > 0) {
            state = send(session, act.octets, cuts, out);
        } else if (act.kind == ACT_TLS && state == ADAPTER_TLS) {
            adapter_tls(session);
            state = ADAPTER_OPEN;
        } else if (act.kind != ACT_SEND && act.kind != ACT_PAUSE && act.kind != ACT_TLS) {
            break;
        }
    }
    adapter_close(session);
    buffer_free(&room);
    HOLDS(!buffer_failed(&out->said));
}

static void replies_hold(const struct adapter_output *out)
{
    struct bytes rest = buffer_bytes(&out->said);
    size_t replies = 0;
    for (; rest.len > 0; replies++) {
        struct reply_reader reader = {0};
        struct reply r;
        size_t used = 0;
        HOLDS(reply_read(&reader, rest, &used) == REPLY_DONE);
        reply_parse(bytes_slice(rest, 0, used), &r);
        HOLDS(r.flaws == 0);
        rest = bytes_from(rest, used);
    }
    HOLDS(!(adapter_oracles() & ADAPTER_COUNT) || out->payload || replies <= out->lines + 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    struct adapter_output whole = {0}, cut = {0};
    struct script s;
    struct prng cuts;
    HOLDS(a != NULL && script_parse(&s, a, bytes_of(data, size)));
    count_lines(&s, &whole);
    play(&s, NULL, &whole);
    if (adapter_oracles() & (ADAPTER_REPLIES | ADAPTER_COUNT))
        replies_hold(&whole);
    if (adapter_oracles() & ADAPTER_CUTS) {
        prng_seed(&cuts, size);
        play(&s, &cuts, &cut);
        HOLDS(bytes_equal(buffer_bytes(&whole.said), buffer_bytes(&cut.said)));
    }
    buffer_free(&whole.said);
    buffer_free(&cut.said);
    arena_free(a);
    return 0;
}
