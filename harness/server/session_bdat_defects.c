/* Defects of BDAT (RFC 3030): wrong lengths, chunks that are looked into, octets that are left over. */
#include "session_internal.h"

bool session_defect_refuses_chunk(const struct session *s, const struct command *c)
{
    return (session_has(s, DEFECT_SECOND_CHUNKED_REFUSED) && s->messages > 0) ||
           (session_has(s, DEFECT_FIRST_WAY_FOR_ALL) && s->flaws.used_data) ||
           (session_has(s, DEFECT_EMPTY_LAST_REFUSED) && c->size == 0 && c->last) ||
           (session_has(s, DEFECT_LAST_IN_CAPITALS) && c->last && !bytes_ends(c->line, BYTES("LAST")));
}

static uint64_t read_octal(struct bytes word)
{
    uint64_t n = 0;
    for (size_t i = 0; i < word.len && octet_is_digit(word.data[i]); i++)
        n = n * 8 + (uint64_t)(word.data[i] - '0');
    return n;
}

bool session_defect_chunk_size(const struct session *s, const struct command *c, uint64_t *size)
{
    struct bytes rest = c->argument, word = {0};
    bytes_next_word(&rest, &word);
    if (session_has(s, DEFECT_BAD_LENGTH_WAITS) && s->syntax && !c->size_overflow)
        *size = UINT64_MAX / 2; /* as a signed number that went wrong */
    else if (session_has(s, DEFECT_LENGTH_OVERFLOW_IS_ZERO) && c->size_overflow)
        *size = 0;
    else if (session_has(s, DEFECT_LENGTH_IS_OCTAL) && word.len > 1 && word.data[0] == '0')
        *size = read_octal(word);
    else
        return false;
    return true;
}

uint64_t session_defect_chunk_left(const struct session *s, uint64_t size)
{
    bool refused = s->chunk_verdict.code != 0;
    if (refused && (session_has(s, DEFECT_BDAT_NOT_SWALLOWED) || session_has(s, DEFECT_REFUSED_CHUNK_RUN)))
        return 0;
    if (s->transaction.broken && session_has(s, DEFECT_LATER_CHUNKS_NOT_SWALLOWED))
        return 0;
    if (size == 0 && session_has(s, DEFECT_EMPTY_CHUNK_WAITS))
        return 1;
    if (session_has(s, DEFECT_CHUNK_TWO_SHORT))
        return size > 2 ? size - 2 : 0;
    return size;
}

/* Looks for the end of a message where there is none to be looked for. */
static size_t scan(struct session *s, struct bytes in)
{
    for (size_t i = 0; i < in.len; i++)
        if (session_data_octet(s, in.data[i])) {
            s->chunk_left = i + 1;
            return i + 1;
        }
    return in.len;
}

size_t session_defect_chunk_take(struct session *s, struct bytes in)
{
    size_t len = in.len;
    if (session_has(s, DEFECT_CHUNK_SCANNED) || session_has(s, DEFECT_CHUNK_ENDS_AT_DOT))
        len = scan(s, in);
    else if (session_has(s, DEFECT_CHUNK_IN_ONE_READ))
        s->chunk_left = len;
    else if (!s->chunk_verdict.code)
        session_message_add(s, in);
    return len;
}

void session_defect_chunk_done(struct session *s)
{
    struct transaction *t = &s->transaction;
    if (session_has(s, DEFECT_CHUNKS_JOINED_BY_CRLF))
        session_message_add(s, BYTES("\r\n"));
    if (session_has(s, DEFECT_CHUNK_RSET_RUN) &&
        bytes_find(buffer_bytes(&t->message), BYTES("\r\nRSET\r\n")) != BYTES_NONE)
        session_reply(s, 250, "2.0.0", "Reset");
    if (session_has(s, DEFECT_CHUNK_TO_LINE_END) && !bytes_ends(buffer_bytes(&t->message), BYTES("\n")))
        s->flaws.eats_line = true;
}
