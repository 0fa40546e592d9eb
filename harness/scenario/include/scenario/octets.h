/* The octets that a step sends, as written: parts put together, variables put in at run time. */
#ifndef SCENARIO_OCTETS_H
#define SCENARIO_OCTETS_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/prng.h"

/* Text with ${variables}, as it stands in the file after case variables were put in. Its names were checked when it was
 * loaded. */
struct text {
    struct bytes source;
    struct mark mark;
    bool has_variables;
};

/* Where values come from at run time. `find` gives false for what is not known now. */
struct variables {
    bool (*find)(void *context, struct bytes name, struct bytes *value);
    void *context;
    struct prng *prng; /* for {random: N} */
};

enum part_kind { PART_TEXT, PART_HEX, PART_REPEAT, PART_BASE64, PART_RANDOM, PART_RECIPIENTS };

struct octets;
struct part {
    enum part_kind kind;
    struct mark mark;
    struct text text;     /* PART_TEXT; PART_HEX: hexadecimal digits, blanks ignored */
    struct octets *inner; /* PART_REPEAT, PART_BASE64 */
    struct text count;    /* PART_REPEAT, PART_RANDOM, PART_RECIPIENTS: a whole number or arithmetic */
};
struct octets {
    struct part *parts;
    size_t count;
    struct mark mark;
};

/* Appends the text with its variables put in; ${name}, ${name+1}, ${name-1}, ${name*2}, and $${ for ${. */
bool text_expand(const struct text *t, const struct variables *v, struct buffer *out, struct error *e);
/* The text as a whole number. */
bool text_number(const struct text *t, const struct variables *v, int64_t *out, struct error *e);
/* Appends what the parts give. {recipients: N} gives N lines "RCPT TO:<...>" with CRLF between them and none at the
 * end, over the variables recipient.0, recipient.1 ... as far as they are known, over again, else ${recipient}. Random
 * octets are printable ASCII letters and digits. Refuses to grow beyond 256 MiB. */
bool octets_expand(const struct octets *o, const struct variables *v, struct buffer *out, struct error *e);

#endif
