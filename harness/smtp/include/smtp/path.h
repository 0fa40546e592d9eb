/* Reverse-path, forward-path, mailbox, domain and address literal by the ABNF of RFC 5321 section 4.1.2 and 4.1.3,
 * with the addresses of RFC 6531 section 3.3 when asked. No I/O, no allocation: results point into the input. */
#ifndef SMTP_PATH_H
#define SMTP_PATH_H

#include "base/bytes.h"

/* What is wrong with an argument, and where. */
struct syntax_error {
    const char *expected; /* static text: "a domain", "'>'"; NULL: nothing is wrong */
    size_t offset;        /* from the start of the parsed octets */
};

enum path_flags {
    PATH_UTF8 = 1,           /* RFC 6531: UTF-8 in local part and domain */
    PATH_EMPTY = 2,          /* <> is allowed (reverse-path) */
    PATH_POSTMASTER = 4,     /* <Postmaster>, any case, without a domain (forward-path) */
    PATH_NO_LENGTH_LIMIT = 8 /* do not refuse what is longer than section 4.5.3.1 asks to accept */
};

enum domain_kind { DOMAIN_NAME, DOMAIN_IPV4, DOMAIN_IPV6, DOMAIN_GENERAL };

struct domain {
    enum domain_kind kind;
    struct bytes text;    /* with the brackets of a literal */
    struct bytes tag;     /* of a general literal: the Standardized-tag */
    struct bytes content; /* of a literal: the address without brackets and tag */
};

struct path {
    struct bytes text;       /* with its angle brackets */
    struct bytes route;      /* source route "@a,@b" without the colon; empty when there is none */
    struct bytes mailbox;    /* local part, @, domain; the word alone for <Postmaster>; empty for <> */
    struct bytes local_part; /* as written, with quotes */
    struct domain domain;    /* text is empty for <> and <Postmaster> */
    bool quoted;             /* the local part is a quoted string */
    bool utf8;               /* an octet above 0x7F is in it */
};

/* Parses one path at the start of `in`; `*used` octets belong to it. False: `*error` (may be NULL) has what was
 * expected and where, and `*out` is not to be used. So for the parsers below. */
bool path_parse(struct bytes in, unsigned flags, struct path *out, size_t *used, struct syntax_error *error);
/* Parses the whole of `in` as Local-part "@" ( Domain / address-literal ). */
bool mailbox_parse(struct bytes in, unsigned flags, struct path *out, struct syntax_error *error);
/* Parses the whole of `in` as Domain or address-literal. */
bool domain_parse(struct bytes in, unsigned flags, struct domain *out, struct syntax_error *error);
/* The local part without quotes and backslashes, written to `out` (local_part.len octets are enough). Returns the
 * length; `out` may be NULL to measure. Two spellings of one mailbox give the same octets (section 4.1.2). */
size_t local_part_unquote(const struct path *p, unsigned char *out, size_t size);
/* Valid UTF-8 by RFC 3629, without surrogates and overlong forms. */
bool utf8_valid(struct bytes in);

#endif
