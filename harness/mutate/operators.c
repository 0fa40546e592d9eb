#include "operators.h"

#include "edit.h"

#include <stdio.h>

/* Weights within a group follow what found most in servers of this kind; the groups' sums are about: sequence 25, verb
 * 6, address 14, parameter 12, framing 14, chunk 9, length 6, login 5, transport 9, octets 7, header 2. */
static const struct operator_row {
    const char *name;
    unsigned weight;
    operator_function *apply;
    const char *summary;
} rows[] = {
    {"insert-command", 4, op_insert_command, "a command, well-formed, anywhere"},
    {"replace-command", 2, op_replace_command, "another command in place of one"},
    {"delete-part", 3, op_delete_part, "one part gone"},
    {"delete-run", 1, op_delete_run, "some parts gone"},
    {"double-part", 2, op_double_part, "one part twice"},
    {"double-run", 2, op_double_run, "two to five parts twice"},
    {"repeat-part", 1, op_repeat_part, "one part 2 to 1000 times"},
    {"swap-parts", 2, op_swap_parts, "two parts change places"},
    {"move-part", 1, op_move_part, "one part elsewhere"},
    {"truncate", 1, op_truncate, "all behind a place gone"},
    {"jump", 3, op_jump, "RSET, EHLO, STARTTLS, AUTH, QUIT anywhere"},
    {"jump-into-payload", 1, op_jump_into_payload, "a command within a message or chunk"},
    {"insert-transaction", 2, op_insert_transaction, "a whole mail transaction, by DATA or BDAT"},
    {"splice", 2, op_splice, "some parts of another script, from where it was equally far"},
    {"splice-part", 1, op_splice_part, "one part of another script in place of one"},

    {"other-verb", 2, op_other_verb, "the same argument under another verb"},
    {"verb-case", 1, op_verb_case, "letters of a verb in another case"},
    {"spacing", 2, op_spacing, "blanks and tabs added, doubled, removed"},
    {"verb-octet", 1, op_verb_octet, "a letter of a verb missing, doubled, another"},
    {"foreign-line", 1, op_foreign_line, "a line of another protocol or of a private extension"},

    {"known-address", 3, op_known_address, "an address that the server knows, or refuses"},
    {"odd-path", 3, op_odd_path, "a path from a list of right and wrong ones"},
    {"odd-domain", 2, op_odd_domain, "a domain or literal from a list"},
    {"odd-local", 2, op_odd_local, "a local part from a list"},
    {"long-local", 1, op_long_local, "a local part of 63, 64, 65, 255, 256 and more octets"},
    {"long-domain", 1, op_long_domain, "a domain of 255 and more octets, labels of 63 and 64"},
    {"route", 1, op_route, "a source route in front of a mailbox"},
    {"path-octet", 2, op_path_octet, "NUL, 8-bit, a bracket or quote within a path"},

    {"add-parameter", 3, op_add_parameter, "a parameter, known or not, at MAIL, RCPT or where none belongs"},
    {"double-parameter", 1, op_double_parameter, "one parameter twice"},
    {"remove-parameter", 1, op_remove_parameter, "one parameter gone"},
    {"swap-parameters", 1, op_swap_parameters, "two parameters change places"},
    {"parameter-value", 3, op_parameter_value, "another value"},
    {"parameter-form", 1, op_parameter_form, "= missing, doubled, with blanks; a value where none belongs"},
    {"many-parameters", 1, op_many_parameters, "10 to 1000 parameters"},
    {"true-size", 1, op_true_size, "SIZE= as the message is, or at odds with it by little"},

    {"line-end", 3, op_line_end, "another line end behind a command or answer"},
    {"end-of-message", 3, op_end_of_message, "another end of the message"},
    {"smuggle", 3, op_smuggle, "a false end of the message and commands behind it"},
    {"line-end-in-payload", 2, op_line_end_in_payload, "another line end within a payload"},
    {"dots", 2, op_dots, "a dot added or taken at the start of a line"},
    {"part-message", 1, op_part_message, "a write boundary next to a dot or line end of a payload"},

    {"bdat-number", 2, op_bdat_number, "another size in BDAT"},
    {"bdat-true-number", 1, op_bdat_true_number, "the size as the chunk is, or at odds with it by little"},
    {"bdat-last", 1, op_bdat_last, "LAST added, taken, doubled, misspelt"},
    {"chunk-resize", 1, op_chunk_resize, "a chunk longer or shorter than BDAT says"},
    {"chunk-part", 2, op_chunk_part, "one chunk in two"},
    {"message-to-chunks", 1, op_message_to_chunks, "DATA and its message as BDAT"},
    {"chunks-to-message", 1, op_chunks_to_message, "BDAT and its chunk as DATA"},

    {"stretch", 3, op_stretch, "a word repeated to a length at an edge (64 to 65536)"},
    {"number", 2, op_number, "a number at an edge in place of one"},
    {"long-line", 1, op_long_line, "a command line filled up to 510, 511, 512, 998, 1000, 4096 and more"},

    {"login", 2, op_login, "AUTH and its exchange, right or wrong"},
    {"break-base64", 1, op_break_base64, "padding, alphabet or length of base64 broken"},
    {"answer", 1, op_answer, "another answer in a SASL exchange, one too many or too few"},
    {"cancel", 1, op_cancel, "* in a SASL exchange"},

    {"add-mark", 2, op_add_mark, "a write boundary, wait or pause anywhere, also within a line"},
    {"remove-mark", 1, op_remove_mark, "a mark gone"},
    {"move-mark", 1, op_move_mark, "a mark elsewhere"},
    {"pipeline", 1, op_pipeline, "some commands in one write"},
    {"lockstep", 1, op_lockstep, "every command in a write of its own"},
    {"dribble", 1, op_dribble, "some octets each in a write of its own"},
    {"starttls", 1, op_starttls, "STARTTLS with the handshake, or without"},
    {"inject", 1, op_inject_after_starttls, "commands in clear behind STARTTLS"},
    {"end-early", 1, op_end_early, "close, half-close or reset"},

    {"octets", 4, op_octets, "bytes of one part changed"},
    {"token", 2, op_token, "a token of the dictionary put in"},
    {"word", 1, op_word, "a word that means something somewhere put in"},
    {"copy-octets", 1, op_copy_octets, "octets of one part within another"},

    {"field", 2, op_field, "a header field, odd or not"},
    {"repeat-field", 1, op_repeat_field, "a header field 2 to 200 times"},
};

enum { ROWS = sizeof rows / sizeof *rows };

size_t operator_count(void)
{
    return ROWS;
}

struct operator_info operator_info(size_t at)
{
    return (struct operator_info){rows[at].name, rows[at].weight, rows[at].summary};
}

void mutator_init(struct mutator *m, uint64_t seed)
{
    enum { MOST = 65536 };
    *m = (struct mutator){.facts = mutate_facts_default(), .most = MOST};
    prng_seed(&m->prng, seed);
}

void mutator_seed(struct mutator *m, uint64_t seed)
{
    prng_seed(&m->prng, seed);
}

void mutator_free(struct mutator *m)
{
    buffer_free(&m->scratch);
}

static const struct operator_row *pick(struct mutator *m)
{
    unsigned sum = 0;
    for (size_t i = 0; i < ROWS; i++)
        sum += rows[i].weight;
    size_t at = edit_below(m, sum), row = 0;
    while (at >= rows[row].weight)
        at -= rows[row++].weight;
    return &rows[row];
}

static void note(struct mutator *m, const char *name)
{
    if (m->applied_count < MUTATE_LOG)
        m->applied[m->applied_count++] = name;
}

/* Takes off the end what is over the limit. */
static void cut(struct script *s, const struct mutator *m)
{
    size_t octets = script_octets(s);
    while (s->count > 0 && octets > m->most) {
        struct part *p = &s->parts[s->count - 1];
        size_t over = octets - m->most;
        if (p->octets.len > over) {
            p->octets = bytes_slice(p->octets, 0, p->octets.len - over);
            return;
        }
        octets -= p->octets.len;
        s->count--;
    }
}

/* One change in half of the cases, two in a quarter, and so on. */
static size_t changes(struct mutator *m)
{
    size_t n = 1;
    while (n < MUTATE_LOG && edit_once_in(m, 2))
        n++;
    return n;
}

bool mutate_script(struct script *s, struct mutator *m)
{
    enum { TRIES = 20 };
    size_t wanted = changes(m);
    m->applied_count = 0;
    if (s->count == 0) {
        op_insert_transaction(s, m);
        note(m, "insert-transaction");
    }
    for (size_t tries = 0; m->applied_count < wanted && tries < TRIES && !s->failed; tries++) {
        const struct operator_row *row = pick(m);
        if (row->apply(s, m))
            note(m, row->name);
    }
    cut(s, m);
    return !s->failed;
}

const char *mutate_describe(const struct mutator *m, char *out, size_t size)
{
    size_t len = 0;
    if (size > 0)
        out[0] = 0;
    for (size_t i = 0; i < m->applied_count && len < size; i++) {
        int n = snprintf(out + len, size - len, "%s%s", i ? "," : "", m->applied[i]);
        len += n < 0 ? 0 : (size_t)n;
    }
    return out;
}
