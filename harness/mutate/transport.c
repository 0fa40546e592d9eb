/* Write boundaries, TLS and closes. */
#include "edit.h"
#include "make.h"
#include "operators.h"

/* Cuts part `at` behind `len` octets and puts a mark between; a line that is parted is no command any more. */
static void part_at(struct script *s, size_t at, size_t len, struct part mark)
{
    struct part front = s->parts[at], back = front;
    if (KINDS_LINE & KIND(front.kind))
        front.kind = back.kind = PART_RAW;
    front.octets = bytes_slice(front.octets, 0, len);
    back.octets = bytes_from(back.octets, len);
    s->parts[at] = front;
    script_insert(s, at + 1, mark);
    script_insert(s, at + 2, back);
}

static struct part make_mark(struct mutator *m)
{
    static const enum mark_kind kinds[] = {MARK_WRITE, MARK_WRITE, MARK_WRITE, MARK_JOIN,
                                           MARK_JOIN,  MARK_WAIT,  MARK_PAUSE, MARK_STARTTLS};
    static const unsigned pauses[] = {1, 10, 50};
    enum mark_kind kind = kinds[edit_below(m, sizeof kinds / sizeof *kinds)];
    return part_mark(kind, kind == MARK_PAUSE ? pauses[edit_below(m, sizeof pauses / sizeof *pauses)] : 0);
}

bool op_add_mark(struct script *s, struct mutator *m)
{
    size_t at = edit_pick(s, m, KINDS_OCTETS);
    struct part mark = make_mark(m);
    if (at == NOWHERE)
        return false;
    if (edit_once_in(m, 2) || s->parts[at].octets.len < 2)
        script_insert(s, at + 1, mark);
    else
        part_at(s, at, 1 + edit_below(m, s->parts[at].octets.len - 1), mark);
    return true;
}

bool op_remove_mark(struct script *s, struct mutator *m)
{
    size_t at = edit_pick(s, m, KIND(PART_MARK));
    if (at == NOWHERE)
        return false;
    script_remove(s, at, 1);
    return true;
}

bool op_move_mark(struct script *s, struct mutator *m)
{
    size_t at = edit_pick(s, m, KIND(PART_MARK));
    if (at == NOWHERE || s->count < 2)
        return false;
    struct part mark = s->parts[at];
    script_remove(s, at, 1);
    size_t to = edit_once_in(m, 2) ? edit_gap(s, m) : at ? at - 1 : at + 1;
    script_insert(s, to, mark);
    return to != at;
}

/* MARK_JOIN between some parts. */
bool op_pipeline(struct script *s, struct mutator *m)
{
    if (s->count < 2)
        return false;
    size_t first = edit_below(m, s->count - 1), count = 1 + edit_below(m, s->count - 1 - first), joined = 0;
    for (size_t at = first + count; at > first; at--)
        if (s->parts[at].kind != PART_MARK && s->parts[at - 1].kind != PART_MARK) {
            script_insert(s, at, part_mark(MARK_JOIN, 0));
            joined++;
        }
    return joined > 0;
}

bool op_lockstep(struct script *s, struct mutator *m)
{
    size_t before = s->count, kept = 0;
    (void)m;
    for (size_t i = 0; i < s->count; i++) {
        const struct part *p = &s->parts[i];
        if (p->kind != PART_MARK || (p->mark != MARK_JOIN && p->mark != MARK_WRITE))
            s->parts[kept++] = *p;
    }
    s->count = kept;
    return kept < before;
}

/* One octet a write, 16 octets at the most. */
bool op_dribble(struct script *s, struct mutator *m)
{
    enum { MOST = 16 };
    size_t at = edit_pick(s, m, KINDS_OCTETS);
    if (at == NOWHERE || s->parts[at].octets.len < 2)
        return false;
    size_t from = edit_below(m, s->parts[at].octets.len - 1);
    if (from > 0) {
        part_at(s, at, from, part_mark(MARK_WRITE, 0));
        at += 2;
    }
    for (size_t i = 0; i < MOST && s->parts[at].octets.len > 1 && !s->failed; i++, at += 2)
        part_at(s, at, 1, part_mark(MARK_WRITE, 0));
    return true;
}

bool op_starttls(struct script *s, struct mutator *m)
{
    size_t at = edit_gap(s, m);
    bool shake = !edit_once_in(m, 4);
    make_command(m, VERB_STARTTLS, edit_begin(m));
    edit_insert(s, m, at, PART_COMMAND);
    if (shake)
        script_insert(s, at + 1, part_mark(MARK_STARTTLS, 0));
    if (shake && edit_once_in(m, 2)) {
        make_command(m, VERB_EHLO, edit_begin(m));
        edit_insert(s, m, at + 2, PART_COMMAND);
    }
    return true;
}

bool op_inject_after_starttls(struct script *s, struct mutator *m)
{
    size_t at = edit_pick_verb(s, m, VERB_STARTTLS, VERB_STARTTLS);
    if (at == NOWHERE)
        return false;
    make_command(m, make_verb(m), edit_begin(m));
    edit_insert(s, m, at + 1, PART_COMMAND);
    script_insert(s, at + 1, part_mark(MARK_JOIN, 0));
    return true;
}

/* Parts before one behind which nothing is sent. */
static size_t sent_parts(const struct script *s)
{
    size_t at = 0;
    while (at < s->count && part_verb(&s->parts[at]) != VERB_QUIT &&
           !(s->parts[at].kind == PART_MARK && s->parts[at].mark >= MARK_HALF_CLOSE))
        at++;
    return at;
}

bool mutate_flood(struct script *s, struct mutator *m)
{
    struct script front = *s;
    front.count = sent_parts(s);
    size_t at = edit_pick(&front, m, KINDS_LINE);
    struct part mark = part_mark(MARK_FLOOD, 0);
    m->applied_count = 0;
    if (at == NOWHERE)
        script_insert(s, 0, mark);
    else if (edit_once_in(m, 2) || s->parts[at].octets.len < 2)
        script_insert(s, at, mark);
    else
        part_at(s, at, 1 + edit_below(m, s->parts[at].octets.len - 1), mark);
    return !s->failed;
}

bool op_end_early(struct script *s, struct mutator *m)
{
    static const enum mark_kind kinds[] = {MARK_CLOSE, MARK_HALF_CLOSE, MARK_RESET};
    size_t at = edit_pick(s, m, KINDS_OCTETS);
    struct part mark = part_mark(kinds[edit_below(m, sizeof kinds / sizeof *kinds)], 0);
    if (at == NOWHERE)
        return false;
    if (edit_once_in(m, 2) || s->parts[at].octets.len < 2)
        script_insert(s, at + 1, mark);
    else
        part_at(s, at, 1 + edit_below(m, s->parts[at].octets.len - 1), mark);
    return true;
}
