/* What the files of the session engine share: its state and the functions between them. */
#ifndef SERVER_SESSION_INTERNAL_H
#define SERVER_SESSION_INTERNAL_H

#include "base/arena.h"
#include "base/prng.h"
#include "server/session.h"
#include "smtp/command.h"
#include "smtp/sasl.h"

enum {
    COMMAND_LIMIT = 2046, /* octets of a command line without CRLF; section 4.5.3.1.4 asks for 510 */
    AUTH_LIMIT = 12288,   /* octets of a SASL response without CRLF (RFC 4954 section 4) */
    OUTPUT_LIMIT = 65536, /* of replies held back before they must be written */
    HOP_LIMIT = 100,      /* Received fields that mean a loop (section 6.3) */
    NONCE_SIZE = 24,
    DATE_SIZE = 64,
    CIPHER_SIZE = 64
};

enum state {
    STATE_COMMAND,
    STATE_AUTH,  /* a SASL response is due */
    STATE_DATA,  /* after 354 */
    STATE_CHUNK, /* within the octets of BDAT */
    STATE_TLS,   /* 220 to STARTTLS was said, the handshake is due */
    STATE_CLOSED
};

enum hello { HELLO_NONE, HELLO_HELO, HELLO_EHLO };

/* Where the reader of a message stands within a line (sections 4.1.1.4 and 4.5.2). */
enum data_at { AT_START, AT_DOT, AT_DOT_CR, AT_TEXT, AT_CR };

/* A reply that waits: for the end of a refused chunk, or for the end of a message. */
struct verdict {
    int code; /* 0: none */
    const char *enhanced;
    const char *text;
};

/* What the session is about to say. */
struct said {
    int code;
    const char *enhanced; /* NULL: none */
    struct bytes text;
};

struct transaction {
    bool open;
    bool chunked; /* a chunk was taken: DATA is out of order */
    bool broken;  /* a chunk failed: only RSET helps (RFC 3030 section 2) */
    struct arena *arena;
    struct envelope envelope;
    size_t room; /* of envelope.recipients */
    struct buffer message;
    bool too_big;            /* the message went over the limit and is not kept any more */
    bool bare;               /* a CR or LF on its own is in it */
    size_t asked;            /* RCPT commands that were well-formed */
    bool missing;            /* under a style: a recipient was taken that does not exist */
    struct verdict deferred; /* under a style: what is wrong with MAIL and not said yet */
    size_t refused;          /* recipients; only defects look at it */
};

/* What defects have to remember. A sound server never looks at it. */
struct session_flaws {
    struct buffer plaintext; /* what came in clear behind STARTTLS */
    struct buffer chunks;    /* dropped by RSET, and not gone */
    struct buffer kept;      /* replies that come too late */
    bool greeted_once;       /* a HELO or EHLO was answered */
    unsigned failed_logins;
    bool xclient_said;
    bool user_unknown; /* in the running SASL exchange */
    bool used_data, used_bdat;
    bool chunk_answered;           /* before it was there */
    enum sasl_mechanism mechanism; /* of the running exchange */
    bool eats_line;                /* the next line is not looked at */
    bool eats_lf;                  /* a LF that comes next belongs to the CR before it */
    unsigned errors;               /* 5yz replies so far */
    unsigned mails;                /* MAIL commands so far */
    bool mail_refused, rcpt_refused, was_reset;
    const char *old_mailbox; /* of a recipient from before RSET */
    struct transaction held; /* a message that was accepted, and waits */
    struct buffer line;      /* a command line that was changed */
    bool watched;            /* the octets of the data are looked at one by one: */
    unsigned char tail[16];  /* the last ones */
    size_t tail_len;
    size_t line_octets;
};

struct session {
    struct session_config config;
    struct prng prng;
    enum state state;
    enum hello hello;
    struct buffer hello_name;
    bool tls;
    char cipher[CIPHER_SIZE]; /* empty: not known */
    bool lost;                /* memory for something that cannot be left out is gone */
    uint64_t progress, messages;

    struct buffer line;      /* the part of a line that came so far */
    unsigned char line_last; /* the octet before the next one, 0 at the start of a line */
    bool line_long;          /* over the limit: no longer kept */
    unsigned pieces;         /* under defects: reads that this line or message took so far */

    struct transaction transaction;
    enum data_at data_at;
    uint64_t chunk_left;
    bool chunk_last;
    struct verdict chunk_verdict;

    struct sasl_server *sasl;
    struct sasl_config sasl_config;
    unsigned char nonce[NONCE_SIZE];
    bool authenticated;

    unsigned refused, failed_logins; /* 5yz and 535 replies so far */

    enum verb verb;                    /* of the last command; UNKNOWN before the first */
    const struct syntax_error *syntax; /* of the running command; NULL: it is well-formed */
    struct buffer *out;                /* of the running call */
    bool flush;                        /* replies must go out before more input is looked at */
    struct session_flaws flaws;
    struct lost *planted; /* only under defects that leak */
    unsigned cancelled;   /* SASL exchanges, for a defect */
};

static inline bool session_has(const struct session *s, enum defect d)
{
    return s->config.defect == d;
}

static inline bool session_styled(const struct session *s, enum style y)
{
    return s->config.style == y;
}

/* session_reply.c. Text is one line, or several parted by LF; a line is cut to what section 4.5.3.1.5 allows.
 * `enhanced` NULL: none (greeting, EHLO, 3yz). */
__attribute__((format(printf, 4, 5))) void session_reply(struct session *s, int code, const char *enhanced,
                                                         const char *format, ...);
void session_reply_text(struct session *s, int code, const char *enhanced, struct bytes text);

/* session_defects.c. The parameter of an EHLO keyword, `sound` where no defect changes it; NULL: not listed. */
const char *session_defect_keyword(const struct session *s, const char *keyword, const char *sound);
bool session_defect_parameter_unknown(const struct session *s, const char *keyword);
/* Changes what is about to be said. False: nothing is, the server dies. */
bool session_defect_reply(struct session *s, struct said *said);
/* Keeps back the reply that begins at `reply` in the output, and gives out what was kept before. */
void session_defect_keep_reply(struct session *s, size_t reply);
/* After a piece of input was taken in `before`, the replies to it begin at `reply`: true when the rest is thrown away.
 */
bool session_defect_drops_input(struct session *s, enum state before, size_t reply);
bool session_defect_dies_of(const struct session *s, struct bytes line);

/* session_relay_defects.c: true when the recipient is relayed though it must not be. */
bool session_defect_relays(const struct session *s, const struct path *p);

/* session_line.c: cuts the next line off `in`. False: more input is needed, all was taken. `*too_long`: the line went
 * over the limit, its octets are gone. Call session_line_done when `*line` has been used. */
bool session_line(struct session *s, struct bytes in, size_t *used, struct bytes *line, bool *too_long);
void session_line_done(struct session *s);

/* session_commands.c */
void session_command(struct session *s, struct bytes line);

/* session_planted.c: what goes wrong under the defects of defects_crash.def. True: the command gets no reply. */
bool session_planted(struct session *s, const struct command *c);
/* A SASL exchange was cancelled. */
void session_planted_cancel(struct session *s);

/* session.c: forgets all that the client said. */
void session_forget(struct session *s);
void session_random(struct session *s, unsigned char *out, size_t len); /* letters and digits */

/* 501 with what was expected where; for commands that look at `syntax` themselves. */
void session_syntax_error(struct session *s, const struct command *c, const char *enhanced);

/* One function for each verb. */
void session_hello(struct session *s, const struct command *c);
void session_mail(struct session *s, const struct command *c);
void session_rcpt(struct session *s, const struct command *c);
void session_data(struct session *s, const struct command *c);
void session_bdat(struct session *s, const struct command *c);
void session_rset(struct session *s, const struct command *c);
void session_noop(struct session *s, const struct command *c);
void session_help(struct session *s, const struct command *c);
void session_vrfy(struct session *s, const struct command *c);
void session_expn(struct session *s, const struct command *c);
void session_quit(struct session *s, const struct command *c);
void session_starttls(struct session *s, const struct command *c);
void session_auth(struct session *s, const struct command *c);
void session_etrn(struct session *s, const struct command *c);
void session_atrn(struct session *s, const struct command *c);

/* session_style.c. What the style says to a command instead of carrying it out: `first`, before its order and syntax
 * are looked at, or behind. Code 0: nothing. */
struct verdict session_style_answer(const struct session *s, const struct command *c, bool first);
/* Code 0: the session may begin. */
struct verdict session_style_greeting(const struct session *s);
/* Sets the limits and the name that the style has. */
void session_style_limits(struct session_config *config);
/* What it has against a message that came whole. */
struct verdict session_style_end(const struct session *s);
/* True where it keeps back, until RCPT or DATA, what is wrong with a sender; then session_style_deferred says it. */
bool session_style_defers(struct session *s, struct verdict v);
struct verdict session_style_deferred(const struct session *s, enum verb verb);
/* Whether the extension of that EHLO keyword is there under the style. */
bool session_offers(const struct session *s, const char *keyword);
/* Replies; 421 and 521 close. */
void session_verdict(struct session *s, struct verdict v);

/* session_ehlo.c: true when AUTH with that mechanism may be used now. */
bool session_offers_mechanism(const struct session *s, enum sasl_mechanism m);

/* session_parameters.c: takes all ESMTP parameters into the envelope (MAIL) or `r` (RCPT). False: refused, the reply is
 * said. */
bool session_parameters(struct session *s, const struct command *c, struct recipient *r);

/* session_data.c and session_bdat.c: payload. Each takes what belongs to it and says how much. */
size_t session_data_take(struct session *s, struct bytes in);
size_t session_chunk_take(struct session *s, struct bytes in);
/* One octet of a message where it may matter. True: the message is whole. */
bool session_data_octet(struct session *s, unsigned char c);
/* Adds octets to the message, which stays within the limit. */
void session_message_add(struct session *s, struct bytes octets);

/* session_auth.c: a line of a SASL exchange. */
void session_auth_line(struct session *s, struct bytes line, bool too_long);
void session_auth_forget(struct session *s);

/* session_bdat_defects.c: whether a chunk is refused that should not be; false, or a wrong size; what is left to read
 * of `size`; takes octets in the place of session_chunk_take; what happens at a chunk's end. */
bool session_defect_refuses_chunk(const struct session *s, const struct command *c);
bool session_defect_chunk_size(const struct session *s, const struct command *c, uint64_t *size);
uint64_t session_defect_chunk_left(const struct session *s, uint64_t size);
size_t session_defect_chunk_take(struct session *s, struct bytes in);
void session_defect_chunk_done(struct session *s);

/* session_auth_defects.c: true when a failed exchange logs the client in all the same. */
bool session_defect_logs_in(const struct session *s);
/* What a defect makes of a message before the mechanism sees it. */
enum sasl_defect { SASL_DEFECT_NONE, SASL_DEFECT_LOGS_IN, SASL_DEFECT_MALFORMED, SASL_DEFECT_CRASHES };
enum sasl_defect session_defect_sasl(struct session *s, struct buffer *message);
/* Changes a challenge; false: the exchange fails instead. */
bool session_defect_challenge(const struct session *s, struct buffer *octets);
/* AUTH refused, or answered by itself, before anything else: true when it was. */
bool session_defect_auth(struct session *s, const struct command *c);
/* The user is there, and a password will be compared with the right one. */
void session_defect_think(const struct session *s);

/* session_deliver.c: the message is whole. Judges and delivers it, replies, ends the transaction. `refused` with a
 * code: it is lost already. */
void session_message_end(struct session *s, struct verdict refused);
/* Delivers what there is of a message whose client went away: a defect. */
void session_deliver_half(struct session *s);
/* Hands the message over for recipients `first` to `first + count - 1`. A verdict without code: done. */
struct verdict session_deliver(struct session *s, size_t first, size_t count);
/* Date and time for fields. */
void session_date(const struct session *s, char *out, size_t size);

/* session_notify.c: tells the sender of what was delivered, where the recipients' NOTIFY asks for it. */
void session_notify(struct session *s, const struct delivery *d);

/* transaction.c. False: no memory. */
bool transaction_begin(struct transaction *t);
/* `r->path` is kept already, the rest is copied. */
bool transaction_add(struct transaction *t, const struct recipient *r);
void transaction_clear(struct transaction *t);
/* For the end of the session. */
void transaction_free(struct transaction *t);
/* A copy of octets that lives as long as the transaction; `*out` is empty for empty input. False: no memory. */
bool transaction_keep(struct transaction *t, struct bytes octets, struct bytes *out);
/* "<local-part@domain>": the path without its source route, kept. */
bool transaction_keep_path(struct transaction *t, const struct path *p, struct bytes *out);

/* mailbox.c: who is local. */
bool mailbox_domain_is_local(const struct session_config *c, const struct domain *d);
/* The configured name of a local mailbox ("postmaster" is always there); NULL: unknown. */
const char *mailbox_find(const struct session_config *c, const struct path *p);
const char *mailbox_find_name(const struct session_config *c, struct bytes local_part);

#endif
