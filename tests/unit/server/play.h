/* Plays a script to the session engine and notes what it says and delivers. A script is text in which LF stands for
 * CRLF, or raw octets; octet 0x01 stands where a TLS handshake is done, if one is due. */
#ifndef TEST_SERVER_PLAY_H
#define TEST_SERVER_PLAY_H

#include "base/prng.h"
#include "server/session.h"
#include "smtp/reply.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TLS "\x01"

struct play {
    struct session_config config;
    enum { CUT_NONE, CUT_OCTETS, CUT_RANDOM } cut;
    struct prng prng;           /* of CUT_RANDOM */
    enum delivery_status store; /* what the delivery hook says */
    /* What came of it: */
    struct buffer out;       /* all replies */
    struct buffer delivered; /* "<a@b>,<c@d>\n" and the content of each delivery, "--\n" behind */
    struct buffer received;  /* the Received fields */
    size_t deliveries;
    enum session_event last;
    bool tls_due;
};

static const char *const play_mailboxes[] = {"alice", "bob"};
static const struct server_account play_accounts[] = {{"alice", "secret"}};

static inline enum delivery_status play_store(void *context, const struct delivery *d)
{
    struct play *p = context;
    for (size_t i = d->first; i < d->first + d->count; i++) {
        buffer_add(&p->delivered, d->envelope->recipients[i].path);
        buffer_add_string(&p->delivered, i + 1 < d->first + d->count ? "," : "\n");
    }
    buffer_add(&p->delivered, d->content);
    buffer_add_string(&p->delivered, "--\n");
    buffer_add(&p->received, d->return_path);
    buffer_add(&p->received, d->received);
    p->deliveries++;
    return p->store;
}

static inline void play_init(struct play *p)
{
    *p = (struct play){.config = {.starttls = true,
                                  .host = "mx.example.test",
                                  .domain = "example.test",
                                  .mailboxes = play_mailboxes,
                                  .mailbox_count = 2,
                                  .accounts = play_accounts,
                                  .account_count = 1,
                                  .peer = "[192.0.2.1]",
                                  .size_limit = 100000,
                                  .recipient_limit = 100,
                                  .seed = 1,
                                  .deliver = play_store}};
    prng_seed(&p->prng, 7);
}

static inline void play_free(struct play *p)
{
    buffer_free(&p->out);
    buffer_free(&p->delivered);
    buffer_free(&p->received);
}

static inline void play_piece(struct play *p, struct session *s, struct bytes piece)
{
    /* A copy of exact size, so that the sanitizer sees a read behind it. */
    unsigned char *copy = malloc(piece.len ? piece.len : 1);
    memcpy(copy, piece.data, piece.len);
    struct bytes rest = bytes_of(copy, piece.len);
    while (rest.len) {
        size_t used;
        enum session_event event = session_feed(s, rest, &used, &p->out);
        cr_assert(used > 0, "no input was taken");
        if (event == SESSION_READ || event == SESSION_TLS || event == SESSION_CLOSE)
            cr_assert(used == rest.len, "input was left");
        if (event == SESSION_TLS)
            p->tls_due = true;
        p->last = event;
        rest = bytes_from(rest, used);
    }
    free(copy);
}

static inline void play_segment(struct play *p, struct session *s, struct bytes in)
{
    while (in.len) {
        size_t len = in.len;
        if (p->cut == CUT_OCTETS)
            len = 1;
        else if (p->cut == CUT_RANDOM)
            len = 1 + (size_t)prng_below(&p->prng, prng_below(&p->prng, 3) ? 12 : 3000);
        struct bytes piece = bytes_slice(in, 0, len);
        play_piece(p, s, piece);
        in = bytes_from(in, piece.len);
    }
}

/* Plays octets, from the greeting on. */
static inline void play_octets(struct play *p, struct bytes in)
{
    p->config.context = p;
    struct session *s = session_new(&p->config);
    cr_assert_not_null(s);
    session_greet(s, &p->out);
    while (in.len) {
        size_t mark = bytes_find_octet(in, 1);
        play_segment(p, s, bytes_slice(in, 0, mark));
        in = mark == BYTES_NONE ? (struct bytes){0} : bytes_from(in, mark + 1);
        if (mark != BYTES_NONE && p->tls_due) {
            p->tls_due = false;
            p->last = session_tls_started(s, &p->out);
        }
    }
    session_free(s);
}

/* Text with LF for CRLF. */
static inline void play_text(struct play *p, const char *text)
{
    struct buffer octets = {0};
    for (; *text; text++) {
        if (*text == '\n')
            buffer_add_octet(&octets, '\r');
        buffer_add_octet(&octets, (unsigned char)*text);
    }
    play_octets(p, buffer_bytes(&octets));
    buffer_free(&octets);
}

/* The replies as "220 250:2.1.0 354"; a reply that is not well-formed shows as "BAD". */
static inline void play_codes(const struct play *p, struct buffer *codes)
{
    struct bytes rest = buffer_bytes(&p->out);
    buffer_clear(codes);
    while (rest.len) {
        struct reply_reader reader = {0};
        struct reply reply;
        size_t used = 0;
        enum reply_status status = reply_read(&reader, rest, &used);
        if (status != REPLY_DONE)
            used = rest.len;
        reply_parse(bytes_slice(rest, 0, used), &reply);
        if (codes->len)
            buffer_add_octet(codes, ' ');
        if (status != REPLY_DONE || reply.flaws)
            buffer_add_string(codes, "BAD");
        else
            buffer_printf(codes, "%d", reply.code);
        if (reply.enhanced.klass)
            buffer_printf(codes, ":%d.%d.%d", reply.enhanced.klass, reply.enhanced.subject, reply.enhanced.detail);
        rest = bytes_from(rest, used);
    }
}

/* Compares word by word; a word without an enhanced code leaves it open. */
static inline bool play_codes_match(const char *expected, const char *found)
{
    struct bytes e = bytes_string(expected), f = bytes_string(found), want, have;
    for (;;) {
        bool more = bytes_next_word(&e, &want), got = bytes_next_word(&f, &have);
        if (!more || !got)
            return more == got;
        if (bytes_find_octet(want, ':') == BYTES_NONE)
            have = bytes_slice(have, 0, bytes_find_octet(have, ':'));
        if (!bytes_equal(want, have))
            return false;
    }
}

#endif
