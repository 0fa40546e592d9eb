#include "marks.h"

#include <string.h>

/* "pause 250": a number without leading zero, so that there is one way to write it. */
static bool pause_parse(struct bytes word, unsigned *ms)
{
    uint64_t n;
    if (!bytes_starts(word, BYTES("pause ")))
        return false;
    word = bytes_from(word, sizeof "pause " - 1);
    if (word.len == 0 || word.data[0] == '0' || !bytes_to_number(word, &n) || n > MARK_PAUSE_MOST)
        return false;
    *ms = (unsigned)n;
    return true;
}

static bool word_parse(struct bytes word, struct part *mark)
{
    unsigned ms = 0;
    if (pause_parse(word, &ms)) {
        *mark = part_mark(MARK_PAUSE, ms);
        return true;
    }
    for (enum mark_kind k = 0; k < MARK_COUNT; k++)
        if (k != MARK_PAUSE && bytes_equal(word, bytes_string(mark_name(k)))) {
            *mark = part_mark(k, 0);
            return true;
        }
    return false;
}

/* Whether `in`, which begins with "#!", begins with a mark or a quoted one. */
static bool mark_at(struct bytes in, struct mark_found *found)
{
    enum { LONGEST = 16 };
    size_t bangs = 1;
    while (1 + bangs < in.len && in.data[1 + bangs] == '!')
        bangs++;
    struct bytes rest = bytes_slice(in, 1 + bangs, LONGEST);
    size_t lf = bytes_find_octet(rest, '\n');
    if (lf == BYTES_NONE || !word_parse(bytes_slice(rest, 0, lf), &found->mark))
        return false;
    found->quotes = bangs - 1;
    found->len = 1 + bangs + lf + 1;
    return true;
}

bool mark_find(struct bytes in, struct mark_found *found)
{
    for (size_t from = 0; from < in.len;) {
        const unsigned char *hash = memchr(in.data + from, '#', in.len - from);
        if (!hash)
            return false;
        found->at = (size_t)(hash - in.data);
        from = found->at + 1;
        if (from < in.len && in.data[from] == '!' && mark_at(bytes_from(in, found->at), found))
            return true;
    }
    return false;
}
