#include "runner.h"

bool act_sends(enum act act)
{
    return act == ACT_SEND || act == ACT_RAW || act == ACT_HEX || act == ACT_DATA || act == ACT_BDAT;
}

bool act_times(struct runner *r, const struct step *s, int64_t *times)
{
    struct error e = {0};
    if (text_number(&s->times, &r->variables, times, &e))
        return true;
    return runner_end(r, VERDICT_ERROR, &s->mark, NULL, NULL, "%s", e.text);
}

/* LF becomes CRLF (a CRLF stays one), a dot at the beginning of a line is doubled, a missing line end and the final
 * dot are added: RFC 5321 section 4.5.2. */
static void message_add(struct buffer *out, struct bytes text)
{
    while (text.len > 0) {
        size_t end = bytes_find_octet(text, '\n');
        struct bytes line = bytes_slice(text, 0, end);
        text = bytes_from(text, line.len + 1);
        if (line.len > 0 && line.data[0] == '.')
            buffer_add_octet(out, '.');
        buffer_add(out, line);
        bool has_cr = end != BYTES_NONE && line.len > 0 && line.data[line.len - 1] == '\r';
        buffer_add_string(out, has_cr ? "\n" : "\r\n");
    }
    buffer_add_string(out, ".\r\n");
}

static bool chunk_add(struct runner *r, const struct step *s, struct bytes chunk, struct buffer *out, struct error *e)
{
    buffer_add_string(out, "BDAT ");
    if (!s->has_size)
        buffer_printf(out, "%zu", chunk.len);
    else if (!text_expand(&s->size, &r->variables, out, e))
        return false;
    buffer_add_string(out, s->last ? " LAST\r\n" : "\r\n");
    buffer_add(out, chunk);
    return true;
}

bool octets_make(struct runner *r, const struct step *s, struct buffer *out)
{
    struct buffer octets = {0};
    struct error e = {0};
    bool good = octets_expand(&s->octets, &r->variables, &octets, &e);
    struct bytes made = buffer_bytes(&octets);
    if (good && s->act == ACT_DATA) {
        message_add(out, made);
    } else if (good && s->act == ACT_BDAT) {
        good = chunk_add(r, s, made, out, &e);
    } else if (good) {
        buffer_add(out, made);
        if (s->act == ACT_SEND)
            buffer_add_string(out, "\r\n");
    }
    buffer_free(&octets);
    if (!good)
        return runner_end(r, VERDICT_ERROR, &s->mark, NULL, NULL, "what to send cannot be made: %s", e.text);
    if (buffer_failed(out))
        return runner_end(r, VERDICT_ERROR, &s->mark, NULL, NULL, "no memory for what is to be sent");
    return true;
}
