/* Named deviations of the reference server: with one of them it is wrong in exactly one way, so that a test can show
 * that the scenarios of a requirement fail when they should. One row here, one `session_has` at the place where the
 * server goes wrong, one line in tests/unit/server/test_defect.c. */
#ifndef SERVER_DEFECT_H
#define SERVER_DEFECT_H

#include "base/bytes.h"

/* X(identifier, name, requirement of the catalogue that it breaks, what it does) */
#define DEFECT_TABLE(X)                                                                                                \
    X(BARE_LF_ENDS_DATA, "accept-bare-lf-dot", "5321-4.1.1.4-only-crlf-dot-crlf",                                      \
      "takes LF . LF and LF . CRLF as the end of the message (smuggling)")                                             \
    X(LF_ENDS_DATA_AFTER_DOT, "accept-crlf-dot-lf", "5321-4.1.1.4-only-crlf-dot-crlf",                                 \
      "takes CRLF . LF as the end of the message")                                                                     \
    X(LF_ENDS_COMMAND, "accept-lf-commands", "5321-2.3.8-only-crlf-ends-a-line",                                       \
      "takes a bare LF as the end of a command line")                                                                  \
    X(STARTTLS_KEEPS_PLAINTEXT, "starttls-keeps-plaintext", "3207-4.2-discard",                                        \
      "runs commands that stood in clear behind STARTTLS once TLS is up (injection)")                                  \
    X(STARTTLS_KEEPS_STATE, "starttls-keeps-state", "3207-4.2-initial-state",                                          \
      "remembers EHLO and the transaction from before the handshake")                                                  \
    X(STARTTLS_OFFERED_AGAIN, "starttls-offered-under-tls", "3207-4.2-not-offered-after",                              \
      "still lists STARTTLS when TLS is up")                                                                           \
    X(RCPT_WITHOUT_MAIL, "rcpt-without-mail", "5321-3.3-rcpt-needs-mail", "accepts RCPT when no MAIL came before")     \
    X(DATA_WITHOUT_RECIPIENT, "data-without-recipient", "2920-3.2-data-needs-recipient",                               \
      "answers DATA with 354 when no recipient was accepted, and says 250 after the dot")                              \
    X(DOTS_STAY_STUFFED, "drop-dot-unstuffing", "5321-4.5.2-leading-dot-removed",                                      \
      "keeps the first dot of lines that begin with two")                                                              \
    X(NO_REPLY_TO_NOOP, "no-reply-to-noop", "5321-4.2-one-reply", "does not answer NOOP")                              \
    X(WRONG_CODE_IN_MULTILINE, "wrong-code-in-multiline", "5321-4.2.1-multiline-same-code",                            \
      "the last line of the EHLO reply carries another code than the ones before")                                     \
    X(LONG_REPLY_LINES, "long-reply-lines", "5321-4.5.3.1.5-reply-line-512", "reply lines have more than 512 octets")  \
    X(BDAT_NOT_SWALLOWED, "bdat-refused-chunk-not-swallowed", "3030-2-chunk-follows-anyway",                           \
      "reads the octets of a refused chunk as commands")                                                               \
    X(BDAT_THEN_DATA, "data-after-bdat", "3030-2-data-after-bdat-503", "accepts DATA when a chunk came already")       \
    X(SIZE_IGNORED, "size-ignored", "1870-7-over-limit-552", "accepts any declared size in MAIL")                      \
    X(AUTH_TWICE, "auth-twice-accepted", "4954-4-once-503", "accepts a second AUTH after a successful one")            \
    X(AUTH_IN_TRANSACTION, "auth-in-transaction", "4954-4-in-transaction-503", "accepts AUTH within a transaction")    \
    X(AUTH_CANCEL_IGNORED, "auth-cancel-ignored", "4954-4-cancel-501", "takes the cancelling * as an empty response")  \
    X(PLAIN_IN_CLEAR, "plain-without-tls", "4954-4-plaintext-needs-protection", "offers PLAIN and LOGIN without TLS")  \
    X(TOKENS_IN_CLEAR, "oauthbearer-without-tls", "7628-3-tls", "offers XOAUTH2 and OAUTHBEARER without TLS")          \
    X(OPEN_RELAY, "open-relay", "smtpspec-foreign-refused", "relays for anybody")                                      \
    X(RSET_KEEPS_TRANSACTION, "rset-keeps-transaction", "5321-4.1.1.5-rset-aborts", "RSET changes nothing")            \
    X(EHLO_KEEPS_TRANSACTION, "ehlo-keeps-transaction", "5321-4.1.4-ehlo-resets", "a second EHLO changes nothing")     \
    X(QUIT_CLOSES_SILENTLY, "quit-without-reply", "5321-4.1.1.10-quit-221", "closes on QUIT without a reply")          \
    X(VRFY_CONFIRMS_ALL, "vrfy-confirms-anything", "5321-3.5.3-250-only-if-verified",                                  \
      "answers 250 to VRFY for names that do not exist")

enum defect {
    DEFECT_NONE,
#define DEFECT_ENUM(id, name, requirement, summary) DEFECT_##id,
    DEFECT_TABLE(DEFECT_ENUM)
#undef DEFECT_ENUM
        DEFECT_COUNT
};

struct defect_info {
    const char *name;
    const char *requirement; /* id of its row in the catalogue */
    const char *summary;
};

/* Rows in the order of `enum defect`, DEFECT_NONE left out: the row of `d` is at d - 1. */
const struct defect_info *defect_table(size_t *count);
/* DEFECT_NONE when there is none of that name. */
enum defect defect_find(struct bytes name);

#endif
