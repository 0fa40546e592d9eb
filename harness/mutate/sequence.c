/* Which parts there are, and in which order. */
#include "make.h"
#include "operators.h"

#include <string.h>

bool op_insert_command(struct script *s, struct mutator *m)
{
    make_command(m, make_verb(m), edit_begin(m));
    edit_insert(s, m, edit_gap(s, m), PART_COMMAND);
    return true;
}

bool op_replace_command(struct script *s, struct mutator *m)
{
    size_t at = edit_pick(s, m, KIND(PART_COMMAND));
    if (at == NOWHERE)
        return false;
    make_command(m, make_verb(m), edit_begin(m));
    return edit_replace(s, m, at);
}

bool op_delete_part(struct script *s, struct mutator *m)
{
    if (s->count < 2)
        return false;
    script_remove(s, edit_below(m, s->count), 1);
    return true;
}

bool op_delete_run(struct script *s, struct mutator *m)
{
    if (s->count < 3)
        return false;
    size_t at = edit_below(m, s->count), most = s->count - at;
    script_remove(s, at, 1 + edit_below(m, most < s->count ? most : most - 1));
    return true;
}

/* Repeats part `at` where it stands. */
static bool repeat(struct script *s, struct mutator *m, size_t at, size_t times)
{
    enum { PARTS = 20000 };
    size_t each = s->parts[at].octets.len ? s->parts[at].octets.len : 1, room = edit_room(s, m) / each;
    times = times < room ? times : room;
    if (times == 0 || s->count + times > PARTS)
        return false;
    struct part *copies = arena_array(s->arena, times, sizeof *copies);
    if (!copies) {
        s->failed = true;
        return false;
    }
    for (size_t i = 0; i < times; i++)
        copies[i] = s->parts[at];
    script_insert_parts(s, at, copies, times);
    return true;
}

bool op_double_part(struct script *s, struct mutator *m)
{
    return s->count > 0 && repeat(s, m, edit_below(m, s->count), 1);
}

bool op_repeat_part(struct script *s, struct mutator *m)
{
    static const size_t times[] = {2, 2, 3, 3, 10, 10, 100, 1000};
    return s->count > 0 && repeat(s, m, edit_below(m, s->count), times[edit_below(m, sizeof times / sizeof *times)]);
}

/* What it takes two of (an exchange, a transaction) comes again behind itself. */
bool op_double_run(struct script *s, struct mutator *m)
{
    enum { RUN_MOST = 5 };
    struct part run[RUN_MOST];
    if (s->count < 2)
        return false;
    size_t most = s->count < RUN_MOST ? s->count : RUN_MOST;
    size_t len = 2 + edit_below(m, most - 1), from = edit_below(m, s->count - len + 1);
    memcpy(run, &s->parts[from], len * sizeof *run);
    script_insert_parts(s, from + len, run, len);
    return true;
}

bool op_swap_parts(struct script *s, struct mutator *m)
{
    if (s->count < 2)
        return false;
    size_t a = edit_below(m, s->count), b = edit_once_in(m, 2) ? edit_below(m, s->count) : (a + 1) % s->count;
    struct part p = s->parts[a];
    s->parts[a] = s->parts[b];
    s->parts[b] = p;
    return a != b;
}

bool op_move_part(struct script *s, struct mutator *m)
{
    if (s->count < 2)
        return false;
    size_t from = edit_below(m, s->count);
    struct part p = s->parts[from];
    script_remove(s, from, 1);
    size_t to = edit_gap(s, m);
    script_insert(s, to, p);
    return from != to;
}

bool op_truncate(struct script *s, struct mutator *m)
{
    if (s->count < 2)
        return false;
    s->count = 1 + edit_below(m, s->count - 1);
    return true;
}

static void insert_verb(struct script *s, struct mutator *m, size_t at, enum verb verb)
{
    make_command(m, verb, edit_begin(m));
    edit_insert(s, m, at, PART_COMMAND);
}

static size_t insert_jump(struct script *s, struct mutator *m, size_t at)
{
    static const enum verb verbs[] = {VERB_RSET, VERB_EHLO, VERB_HELO, VERB_STARTTLS, VERB_AUTH,
                                      VERB_MAIL, VERB_DATA, VERB_QUIT, VERB_NOOP};
    enum verb verb = verbs[edit_below(m, sizeof verbs / sizeof *verbs)];
    if (verb == VERB_AUTH)
        return make_login(s, m, at);
    insert_verb(s, m, at, verb);
    if (verb != VERB_STARTTLS || edit_once_in(m, 4))
        return 1;
    script_insert(s, at + 1, part_mark(MARK_STARTTLS, 0));
    return 2;
}

bool op_jump(struct script *s, struct mutator *m)
{
    insert_jump(s, m, edit_gap(s, m));
    return true;
}

bool op_jump_into_payload(struct script *s, struct mutator *m)
{
    size_t at = edit_pick(s, m, KINDS_PAYLOAD);
    if (at == NOWHERE)
        return false;
    struct part p = s->parts[at];
    size_t cut = edit_below(m, p.octets.len + 1);
    s->parts[at].octets = bytes_slice(p.octets, 0, cut);
    size_t count = insert_jump(s, m, at + 1);
    p.octets = bytes_from(p.octets, cut);
    script_insert(s, at + 1 + count, p);
    return true;
}

bool op_insert_transaction(struct script *s, struct mutator *m)
{
    make_transaction(s, m, make_gap(s, m));
    return true;
}

/* From where in `from` parts may follow what came before part `at` of `s`: where its session is equally far. */
static size_t fitting(const struct script *from, struct mutator *m, enum phase phase)
{
    size_t fits = 0, chosen = NOWHERE;
    enum phase here = PHASE_START;
    for (size_t i = 0; i < from->count; here = phase_after(here, &from->parts[i++]))
        if (here == phase && edit_once_in(m, (unsigned)++fits))
            chosen = i;
    return chosen;
}

bool op_splice(struct script *s, struct mutator *m)
{
    enum { LONGEST = 200 };
    if (!m->other || m->other->count == 0 || m->other->count > LONGEST)
        return false;
    size_t at = edit_gap(s, m), from = fitting(m->other, m, script_phase(s, at));
    if (from == NOWHERE || edit_once_in(m, 4))
        from = edit_below(m, m->other->count);
    size_t count = 1 + edit_below(m, m->other->count - from);
    if (edit_once_in(m, 2))
        s->count = at;
    for (size_t i = 0; i < count; i++) {
        struct part p = m->other->parts[from + i];
        p.octets = script_keep(s, p.octets);
        script_insert(s, at + i, p);
    }
    return true;
}

bool op_splice_part(struct script *s, struct mutator *m)
{
    if (!m->other || m->other->count == 0 || s->count == 0)
        return false;
    struct part p = m->other->parts[edit_below(m, m->other->count)];
    size_t at = edit_below(m, s->count);
    p.octets = script_keep(s, p.octets);
    s->parts[at] = p;
    return true;
}

static void append(struct script *out, const struct script *from, size_t first, size_t count)
{
    for (size_t i = 0; i < count; i++)
        script_insert(out, out->count, from->parts[first + i]);
}

bool mutate_cross(struct script *out, const struct script *a, const struct script *b, struct mutator *m)
{
    size_t at = edit_gap(a, m);
    size_t from = edit_once_in(m, 5) ? NOWHERE : fitting(b, m, script_phase(a, at));
    m->applied_count = 1;
    m->applied[0] = "cross";
    append(out, a, 0, at);
    if (from == NOWHERE)
        from = edit_gap(b, m);
    append(out, b, from, b->count - from);
    return !out->failed;
}
