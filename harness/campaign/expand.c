#include "expand.h"

#include "seeds.h"

/* In the form of seeds.h. */
static const char *const commands[] = {
    "RSET\n",
    "{hello} client.test\n",
    "HELO client.test\n",
    "MAIL FROM:<{sender}>\n",
    "MAIL FROM:<>\n",
    "RCPT TO:<{recipient}>\n",
    "RCPT TO:<{recipient2}> X=1\n",
    "RCPT TO:<{unknown}>\n",
    "DATA\nSubject: a\n\nb\n.\n",
    "DATA\n.\n",
    "BDAT 0\n",
    "BDAT 0 LAST\n",
    "BDAT 3\na\n",
    "BDAT 3 LAST\na\n",
    "NOOP\n",
    "VRFY {recipient}\n",
    "EXPN {recipient}\n",
    "HELP\n",
    "HELP MAIL\n",
    "ETRN {domain}\n",
    "AUTH PLAIN {plain}\n",
    "AUTH PLAIN\n*\n",
    "AUTH CRAM-MD5\n*\n",
    "*\n",
    "STARTTLS\n#!starttls\n{hello} client.test\n",
    "\n",
};
enum { COMMANDS = sizeof commands / sizeof *commands };

void expand_free(struct expand *x)
{
    for (size_t i = 0; i < EXPAND_WAITING; i++) {
        buffer_free(&x->waiting[i].begin);
        buffer_free(&x->waiting[i].rest);
    }
    *x = (struct expand){0};
}

/* Most refusals change nothing: only what was taken is a state, and an exchange that was broken off. */
static bool is_state(const struct answer *a)
{
    int class = a->code / 100;
    bool taken = class == 2 || class == 3, broken_off = a->asked == ASKED_SASL;
    return a->certain && a->asked >= 0 && a->asked < EXPAND_ASKED && (taken || (broken_off && class == 5)) &&
           a->asked != VERB_QUIT && a->asked != ASKED_NOTHING;
}

/* Behind act `wanted`. */
static void part(struct bytes text, size_t wanted, struct parted *out)
{
    struct script s;
    struct act act;
    struct buffer room = {0};
    size_t at = 0;
    struct arena *a = arena_new();
    buffer_clear(&out->begin);
    buffer_clear(&out->rest);
    if (a && script_parse(&s, a, text)) {
        for (size_t n = 0; n <= wanted && script_next(&s, &at, &room, &act); n++)
            ;
        struct script begin = s, rest = s;
        begin.count = at;
        rest.parts = s.parts + at;
        rest.count = s.count - at;
        script_print(&begin, &out->begin);
        script_print(&rest, &out->rest);
    }
    buffer_free(&room);
    arena_free(a);
}

void expand_note(struct expand *x, struct bytes text, const struct outcome *out)
{
    for (size_t i = 0; i < out->count && x->count < EXPAND_WAITING; i++) {
        const struct answer *a = &out->answers[i];
        int class = a->code / 100;
        if (!is_state(a) || (i + 1 < out->count && out->answers[i + 1].act == a->act) ||
            x->known[a->asked][class][a->tls])
            continue;
        x->known[a->asked][class][a->tls] = true;
        part(text, a->act, &x->waiting[(x->first + x->count++) % EXPAND_WAITING]);
    }
}

bool expand_next(struct expand *x, const struct target *t, struct buffer *out)
{
    buffer_clear(out);
    while (x->count > 0) {
        const struct parted *p = &x->waiting[x->first];
        size_t command = x->command++;
        if (x->command == COMMANDS) {
            x->command = 0;
            x->first = (x->first + 1) % EXPAND_WAITING;
            x->count--;
        }
        buffer_add(out, buffer_bytes(&p->begin));
        if (seed_print(commands[command], t, out)) {
            buffer_add(out, buffer_bytes(&p->rest));
            return true;
        }
        buffer_clear(out);
    }
    return false;
}
