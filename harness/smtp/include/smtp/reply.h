/* Replies: RFC 5321 section 4.2, enhanced status codes of RFC 2034. The reader finds the end of a reply in a stream
 * that may be cut anywhere; the parser then looks at the whole octets. No I/O, no allocation. Nothing a server sends
 * is refused: what is odd about it is told as flaws, for the checks to judge. */
#ifndef SMTP_REPLY_H
#define SMTP_REPLY_H

#include "base/bytes.h"

enum reply_flaw {
    REPLY_BARE_LF = 1 << 0,          /* a line ends with LF alone */
    REPLY_BARE_CR = 1 << 1,          /* CR not followed by LF */
    REPLY_CONTROL = 1 << 2,          /* a control octet other than HT in the text, NUL too */
    REPLY_EIGHT_BIT = 1 << 3,        /* an octet above 0x7F */
    REPLY_NO_CODE = 1 << 4,          /* a line that does not begin with three digits */
    REPLY_CODE_RANGE = 1 << 5,       /* outside 2yz to 5yz, or second digit above 5 (section 4.2 ABNF) */
    REPLY_SEPARATOR = 1 << 6,        /* the code is followed by neither SP, "-" nor the line end */
    REPLY_CODES_DIFFER = 1 << 7,     /* lines of one reply carry different codes (section 4.2.1) */
    REPLY_LONG_LINE = 1 << 8,        /* more than 512 octets with its CRLF (section 4.5.3.1.5) */
    REPLY_ENHANCED_CLASS = 1 << 9,   /* class of the enhanced code and first digit differ (RFC 2034 section 4) */
    REPLY_ENHANCED_FORM = 1 << 10,   /* looks like an enhanced code and is none (leading zeros, four digits) */
    REPLY_ENHANCED_DIFFER = 1 << 11, /* lines of one reply carry different enhanced codes, or some none */
    REPLY_CUT = 1 << 12              /* ended by the reader's limit or by the end of the connection */
};
/* "a line ends with LF alone" for one flaw. */
const char *reply_flaw_text(enum reply_flaw flaw);

enum reply_status {
    REPLY_MORE, /* all octets belong to a reply that has not ended */
    REPLY_DONE, /* the reply ends at `*used` */
    REPLY_LIMIT /* line or reply got longer than the limit at `*used`: nothing after it can be understood */
};

#define REPLY_LINE_LIMIT  65536   /* octets of a line that the reader takes */
#define REPLY_TOTAL_LIMIT 1048576 /* octets of one reply that the reader takes */

/* State between pieces; a zeroed struct begins a reply. A line that is not code-and-separator ends a reply when it is
 * the first line, and belongs to it when it stands among continuation lines. A line ends with LF, alone or after CR. */
struct reply_reader {
    size_t total;
    size_t line;
    unsigned char start[4]; /* first octets of the current line */
    bool inside;            /* a continuation line came */
};
/* Takes the next piece of the stream. After REPLY_DONE the reader is ready for the next reply. */
enum reply_status reply_read(struct reply_reader *r, struct bytes in, size_t *used);

/* class.subject.detail of RFC 3463; klass 0: none. */
struct enhanced {
    unsigned char klass;
    unsigned short subject;
    unsigned short detail;
};
/* Parses an enhanced code at the start of `text`, followed by SP or the end; `*used` counts the SP. */
bool enhanced_parse(struct bytes text, struct enhanced *out, size_t *used);

struct reply {
    int code; /* of the first line; 0 when it has none */
    size_t lines;
    unsigned flaws;
    struct enhanced enhanced; /* of the first line */
    struct bytes raw;
    struct bytes text; /* of the first line, behind code and separator, with the enhanced code */
};
/* Looks at one whole reply. Never fails: see flaws. */
void reply_parse(struct bytes raw, struct reply *out);

struct reply_line {
    int code;          /* 0: none */
    bool last;         /* no "-" behind the code */
    struct bytes text; /* behind code and separator; the whole line when there is no code */
    unsigned flaws;
};
/* Cuts the next line off `*rest` (begin with reply.raw). False at the end. */
bool reply_next_line(struct bytes *rest, struct reply_line *out);

/* The EHLO (LHLO) reply: one keyword with its parameters for each line after the first. */
struct keyword {
    struct bytes name;
    struct bytes parameters; /* behind the keyword, without the space; "AUTH=LOGIN" of old servers has name AUTH= */
};
/* Cuts the next keyword off `*rest`; begin with reply.raw, the first line is passed over by itself when
 * `*rest` begins at it (`first` true on the first call). False at the end. */
bool ehlo_next_keyword(struct bytes *rest, bool *first, struct keyword *out);
/* Finds a keyword, any case. */
bool ehlo_find(struct bytes raw, struct bytes name, struct keyword *out);
/* True when `word` (any case) is among the blank-separated parameters of a keyword. */
bool keyword_has(const struct keyword *k, struct bytes word);

#endif
