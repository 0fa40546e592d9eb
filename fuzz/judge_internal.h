/* What the files of the judge share. */
#ifndef FUZZ_JUDGE_INTERNAL_H
#define FUZZ_JUDGE_INTERNAL_H

#include "judge.h"
#include "property.h"
#include "smtp/reply.h"

struct judge {
    struct bytes in, out, handshakes; /* what is left of each */
    size_t at;                        /* offset of `in` in the input */
    uint64_t messages;
    bool lmtp, tls, hello, extended, authenticated, closed;

    bool open;                                     /* MAIL was accepted */
    bool chunked;                                  /* a chunk was accepted: DATA is out of order */
    bool broken;                                   /* a chunk was refused: only RSET helps (RFC 3030 section 2) */
    bool binary;                                   /* BINARYMIME: DATA is out of order (section 3) */
    struct bytes recipients[PLAY_RECIPIENT_LIMIT]; /* mailbox as sent, with its route */
    size_t count;
    struct buffer message;
    struct buffer deliveries, path;
    struct buffer answers[2]; /* to EHLO, in clear and under TLS, behind the first line: the last good ones */
};

struct asked {
    struct bytes line, word, argument; /* the argument with the blanks in front */
};

struct rule {
    struct bytes verb;
    void (*judge)(struct judge *j, const struct asked *a);
};
const struct rule *judge_rules(size_t *count);

/* Any case. */
static inline bool word_is(struct bytes word, const char *name)
{
    return bytes_equal_nocase(word, bytes_string(name));
}

/* The next reply, well-formed; `enhanced`: with an enhanced code if it is 2yz, 4yz or 5yz, else without. */
struct reply judge_reply(struct judge *j);
struct reply judge_reply_to(struct judge *j, bool enhanced);
/* The next line up to CRLF, without it. */
bool judge_line(struct judge *j, struct bytes *line);
void judge_skip(struct judge *j, size_t octets);
void judge_handshake(struct judge *j);
void judge_end_transaction(struct judge *j);

/* judge_message.c */
void judge_data(struct judge *j, const struct asked *a);
void judge_bdat(struct judge *j, const struct asked *a);
/* judge_login.c */
void judge_auth(struct judge *j, const struct asked *a);
bool judge_mechanism(const struct judge *j, struct bytes name);
/* judge_address.c: the local mailbox that a path or text names; NULL: none. `*local`: its domain is ours. */
const char *judge_mailbox(struct bytes path, bool *local);
/* Path from "<" to ">" in an argument; empty when there is none. */
struct bytes judge_path(struct bytes argument);
/* The same without its source route. */
void judge_add_path(struct buffer *out, struct bytes path);

#endif
