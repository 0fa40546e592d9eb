#include "tour.h"

#include "mutate/words.h"
#include "seeds.h"

#define HELLO "{hello} client.test\n"
#define MAIL  HELLO "MAIL FROM:<{sender}>\n"
#define RCPT  MAIL "RCPT TO:<{recipient}>\n"
#define DATA  RCPT "DATA\n"
#define QUIT  "\nQUIT\n"

/* One octet more than a limit that is written down somewhere, or than a power of two that many buffers have. */
static const size_t lengths[] = {65, 256, 513, 999, 2049, 4097, 16385};

enum { LENGTHS = WORDS_COUNT }; /* a run of letters instead of a word */

/* A session in the form of seeds.h, in two: a word stands between. */
static const struct place {
    unsigned words; /* enum words, or LENGTHS */
    size_t at_once; /* words that are taken each time it is this place's turn */
    const char *before, *behind;
} places[] = {
    {WORDS_FIELD, 3, DATA, "Subject: a\n\nb\n.\nQUIT\n"},
    {WORDS_FINISH, 3, DATA "a", "MAIL FROM:<{sender}>\nRCPT TO:<{recipient}>\nDATA\nb\n.\nQUIT\n"},
    {WORDS_PATH, 2, HELLO "MAIL FROM:", "\nRCPT TO:<{recipient}>\nQUIT\n"},
    {WORDS_PATH, 2, MAIL "RCPT TO:", QUIT},
    {WORDS_DOMAIN, 1, "{hello} ", QUIT},
    {WORDS_DOMAIN, 1, MAIL "RCPT TO:<a@", ">" QUIT},
    {WORDS_LOCAL, 1, MAIL "RCPT TO:<", "@{domain}>" QUIT},
    {WORDS_OCTETS, 1, MAIL "RCPT TO:<a", "b@{domain}>" QUIT},
    {WORDS_NUMBER, 1, HELLO "MAIL FROM:<{sender}> SIZE=", QUIT},
    {WORDS_NUMBER, 1, RCPT "BDAT ", " LAST\na\nQUIT\n"},
    {WORDS_VALUE, 1, HELLO "MAIL FROM:<{sender}> ENVID=", QUIT},
    {WORDS_VALUE, 1, MAIL "RCPT TO:<{recipient}> NOTIFY=", QUIT},
    {WORDS_VALUE, 1, MAIL "RCPT TO:<{recipient}> ORCPT=", QUIT},
    {WORDS_BASE64, 1, HELLO "AUTH PLAIN ", QUIT},
    {WORDS_BASE64, 1, HELLO "AUTH LOGIN\n", QUIT},
    {WORDS_END, 1, HELLO "NOOP", "NOOP" QUIT},
    {WORDS_END, 1, DATA "a", "b\n.\nQUIT\n"},
    {WORDS_VERB, 1, HELLO, QUIT},
    {LENGTHS, 1, "{hello} ", QUIT},
    {LENGTHS, 1, "HELO ", QUIT},
    {LENGTHS, 1, HELLO "MAIL FROM:<", "@client.test>" QUIT},
    {LENGTHS, 1, HELLO "MAIL FROM:<a@", ">" QUIT},
    {LENGTHS, 1, HELLO "MAIL FROM:<{sender}> ", QUIT},
    {LENGTHS, 1, MAIL "RCPT TO:<", "@{domain}>" QUIT},
    {LENGTHS, 1, MAIL "RCPT TO:<a@", ">" QUIT},
    {LENGTHS, 1, HELLO "VRFY ", QUIT},
    {LENGTHS, 1, HELLO "EXPN ", QUIT},
    {LENGTHS, 1, HELLO "HELP ", QUIT},
    {LENGTHS, 1, HELLO "NOOP ", QUIT},
    {LENGTHS, 1, HELLO "ETRN ", QUIT},
    {LENGTHS, 1, HELLO "RSET ", QUIT},
    {LENGTHS, 1, HELLO "STARTTLS ", QUIT},
    {LENGTHS, 1, HELLO "AUTH ", QUIT},
    {LENGTHS, 1, HELLO "AUTH PLAIN ", QUIT},
    {LENGTHS, 1, HELLO "AUTH LOGIN\n", QUIT},
    {LENGTHS, 1, RCPT "DATA ", QUIT},
    {LENGTHS, 1, RCPT "BDAT 0 ", QUIT},
    {LENGTHS, 1, HELLO "QUIT ", QUIT},
    {LENGTHS, 1, HELLO, QUIT},
    {LENGTHS, 1, DATA, "\n.\nQUIT\n"},
    {LENGTHS, 1, DATA, ": a\n\nb\n.\nQUIT\n"},
};
enum { PLACES = sizeof places / sizeof *places };

static size_t words_at(const struct place *p)
{
    size_t count = sizeof lengths / sizeof *lengths;
    if (p->words != LENGTHS)
        words_of((enum words)p->words, &count);
    return count;
}

static void put_word(const struct place *p, size_t number, struct buffer *out)
{
    size_t count;
    if (p->words == LENGTHS)
        buffer_add_repeated(out, BYTES("a"), lengths[number]);
    else
        buffer_add(out, words_of((enum words)p->words, &count)[number]);
}

/* The place and its word that session `at` is about. */
static const struct place *place_of(size_t at, size_t *number)
{
    bool more = true;
    for (size_t round = 0; more; round++) {
        more = false;
        for (size_t i = 0; i < PLACES; i++) {
            const struct place *p = &places[i];
            size_t from = round * p->at_once, count = words_at(p);
            size_t here = from >= count ? 0 : count - from < p->at_once ? count - from : p->at_once;
            if (at < here) {
                *number = from + at;
                return p;
            }
            at -= here;
            more |= here > 0;
        }
    }
    return NULL;
}

bool tour_print(size_t at, const struct target *t, struct buffer *out)
{
    size_t number = 0, len = out->len;
    const struct place *p = place_of(at, &number);
    if (!p)
        return false;
    bool good = seed_print(p->before, t, out);
    put_word(p, number, out);
    if (!good || !seed_print(p->behind, t, out))
        out->len = len;
    return true;
}
