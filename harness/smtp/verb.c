#include "grammar.h"
#include "smtp/command.h"

/* The rows stand in the order of the enum, from VERB_HELO on. */
static const struct verb_info verbs[] = {
    {VERB_HELO, "HELO", "HELO SP domain",
     "The client names itself; the session begins anew, without service extensions.", "RFC 5321 section 4.1.1.1", NULL,
     "250", "501 504 550", "HELO client.test"},
    {VERB_EHLO, "EHLO", "EHLO SP ( domain / address-literal )",
     "The client names itself and asks which extensions the server has; the session begins anew.",
     "RFC 5321 section 4.1.1.1", NULL, "250, one line for each extension", "500 501 502 504 550", "EHLO client.test"},
    {VERB_LHLO, "LHLO", "LHLO SP ( domain / address-literal )",
     "The EHLO of LMTP: as EHLO, and each accepted recipient later gets a reply of its own.", "RFC 2033 section 4.1",
     NULL, "250, one line for each extension", "500 501", "LHLO client.test"},
    {VERB_MAIL, "MAIL", "MAIL FROM:<reverse-path> [SP parameters]",
     "Begins a mail transaction and says where notices of failure go; <> when nowhere.", "RFC 5321 section 4.1.1.2",
     NULL, "250", "451 452 455 501 503 530 550 552 553 555", "MAIL FROM:<carol@client.test> SIZE=1024"},
    {VERB_RCPT, "RCPT", "RCPT TO:<forward-path> [SP parameters]",
     "Adds one recipient to the transaction; each is accepted or refused by itself.", "RFC 5321 section 4.1.1.3", NULL,
     "250 251", "450 451 452 455 501 503 550 551 552 553 555", "RCPT TO:<alice@example.test> NOTIFY=FAILURE"},
    {VERB_DATA, "DATA", "DATA",
     "Asks to send the message; after 354 it follows in lines and ends with a line that holds a dot alone.",
     "RFC 5321 section 4.1.1.4", NULL, "354, then 250 after the dot", "450 451 452 501 503 550 552 554", "DATA"},
    {VERB_BDAT, "BDAT", "BDAT SP size [SP LAST]",
     "Sends a chunk of the message: so many octets follow the line at once, no dots, no end marker.",
     "RFC 3030 section 2", "CHUNKING", "250", "451 452 501 503 552 554", "BDAT 1024 LAST"},
    {VERB_RSET, "RSET", "RSET", "Drops the transaction: sender, recipients, message; the session goes on.",
     "RFC 5321 section 4.1.1.5", NULL, "250", "501", "RSET"},
    {VERB_NOOP, "NOOP", "NOOP [SP string]", "Does nothing but ask for a reply; a string is ignored.",
     "RFC 5321 section 4.1.1.9", NULL, "250", "500 501", "NOOP"},
    {VERB_HELP, "HELP", "HELP [SP string]", "Asks for text for people, perhaps on one command.",
     "RFC 5321 section 4.1.1.8", NULL, "211 214", "502 504", "HELP MAIL"},
    {VERB_VRFY, "VRFY", "VRFY SP string [SP SMTPUTF8]",
     "Asks whether a user or mailbox exists; 252 is the answer of a server that does not tell.",
     "RFC 5321 section 4.1.1.6", NULL, "250 251 252", "501 502 504 550 551 553", "VRFY alice"},
    {VERB_EXPN, "EXPN", "EXPN SP string [SP SMTPUTF8]", "Asks for the members of a mailing list.",
     "RFC 5321 section 4.1.1.7", "EXPN", "250 252", "500 501 502 504 550", "EXPN staff"},
    {VERB_QUIT, "QUIT", "QUIT", "Ends the session: the server replies and closes; an open transaction is dropped.",
     "RFC 5321 section 4.1.1.10", NULL, "221", "501", "QUIT"},
    {VERB_STARTTLS, "STARTTLS", "STARTTLS",
     "Asks to begin TLS; after 220 both shake hands, forget what was said before, and EHLO follows.",
     "RFC 3207 section 4", "STARTTLS", "220", "454 501 503", "STARTTLS"},
    {VERB_AUTH, "AUTH", "AUTH SP mechanism [SP initial-response]",
     "Logs in by a SASL mechanism; challenges and answers follow in base64, '*' gives up.", "RFC 4954 section 4",
     "AUTH", "334 as often as the mechanism asks, then 235", "432 454 500 501 503 504 534 535 538",
     "AUTH PLAIN AGFsaWNlAHNlY3JldA=="},
    {VERB_ETRN, "ETRN", "ETRN SP [\"@\" / \"#\"] node",
     "Asks the server to start delivering what it holds for a node, over a connection of its own.",
     "RFC 1985 section 5", "ETRN", "250 251 252 253", "458 459 500 501", "ETRN example.test"},
    {VERB_ATRN, "ATRN", "ATRN [SP domain *(\",\" domain)]",
     "On-demand relay: after AUTH, client and server change roles and the mail for these domains flows back.",
     "RFC 2645 section 5.2.1", "ATRN", "250, then the roles are changed", "450 451 453 502 530",
     "ATRN example.test,example.org"},
    {VERB_TURN, "TURN", "TURN", "Changes the roles of client and server without asking who it is; obsolete, unsafe.",
     "RFC 821 section 3.8; RFC 5321 appendix F.1", NULL, "250", "502 503", "TURN"},
    {VERB_SEND, "SEND", "SEND FROM:<reverse-path>", "As MAIL, for a message to the terminal of a user; obsolete.",
     "RFC 821 section 3.4; RFC 5321 appendix F.6", "SEND", "250", "451 452 500 501 502 552",
     "SEND FROM:<carol@client.test>"},
    {VERB_SOML, "SOML", "SOML FROM:<reverse-path>", "As MAIL, to the terminal of a user or the mailbox; obsolete.",
     "RFC 821 section 3.4; RFC 5321 appendix F.6", "SOML", "250", "451 452 500 501 502 552",
     "SOML FROM:<carol@client.test>"},
    {VERB_SAML, "SAML", "SAML FROM:<reverse-path>", "As MAIL, to the terminal of a user and the mailbox; obsolete.",
     "RFC 821 section 3.4; RFC 5321 appendix F.6", "SAML", "250", "451 452 500 501 502 552",
     "SAML FROM:<carol@client.test>"},
    {VERB_ONEX, "ONEX", "ONEX", "Announces that one message comes in this session; Sendmail's own, obsolete.",
     "no RFC (Sendmail); keyword registered by RFC 1869", "ONEX", "250", "500 502", "ONEX"},
    {VERB_BURL, "BURL", "BURL SP url [SP LAST]",
     "Submission: the server fetches a part of the message from an IMAP URL instead of getting it from the client.",
     "RFC 4468 section 3", "BURL", "250", "451 452 501 503 552 554",
     "BURL imap://alice@imap.test/Drafts;uid=1;urlauth=submit+alice:internal:0123456789abcdef LAST"},
    {VERB_XCLIENT, "XCLIENT", "XCLIENT 1*(SP attribute \"=\" xtext)",
     "A trusted client tells whose connection this is meant to be, for tests and proxies; the session begins anew.",
     "Postfix, XCLIENT_README", "XCLIENT", "220", "501 503 550", "XCLIENT ADDR=192.0.2.1 NAME=client.test"},
    {VERB_XFORWARD, "XFORWARD", "XFORWARD 1*(SP attribute \"=\" xtext)",
     "A trusted filter tells where the message came from, for the log only.", "Postfix, XFORWARD_README", "XFORWARD",
     "250", "501 503 550", "XFORWARD ADDR=192.0.2.1 NAME=client.test"},
};
enum { VERBS = sizeof verbs / sizeof *verbs };
_Static_assert(VERBS == VERB_COUNT - VERB_HELO, "a row for each verb");

const struct verb_info *verb_table(size_t *count)
{
    *count = VERBS;
    return verbs;
}

const struct verb_info *verb_info(enum verb verb)
{
    return verb >= VERB_HELO && verb < VERB_COUNT ? &verbs[verb - VERB_HELO] : NULL;
}

/* Names of up to eight letters as one number, so that finding a verb is comparing numbers. NULs behind a shorter one do
 * not change its number: the length must be the same too. */
#define KEY(a, b, c, d, e, f, g, h)                                                                                    \
    ((uint64_t)(a) | (uint64_t)(b) << 8 | (uint64_t)(c) << 16 | (uint64_t)(d) << 24 | (uint64_t)(e) << 32 |            \
     (uint64_t)(f) << 40 | (uint64_t)(g) << 48 | (uint64_t)(h) << 56)
#define KEY4(a, b, c, d) KEY(a, b, c, d, 0, 0, 0, 0)

enum { WORD_MOST = 8 };

static const uint64_t keys[VERBS] = {
    KEY4('H', 'E', 'L', 'O'),
    KEY4('E', 'H', 'L', 'O'),
    KEY4('L', 'H', 'L', 'O'),
    KEY4('M', 'A', 'I', 'L'),
    KEY4('R', 'C', 'P', 'T'),
    KEY4('D', 'A', 'T', 'A'),
    KEY4('B', 'D', 'A', 'T'),
    KEY4('R', 'S', 'E', 'T'),
    KEY4('N', 'O', 'O', 'P'),
    KEY4('H', 'E', 'L', 'P'),
    KEY4('V', 'R', 'F', 'Y'),
    KEY4('E', 'X', 'P', 'N'),
    KEY4('Q', 'U', 'I', 'T'),
    KEY('S', 'T', 'A', 'R', 'T', 'T', 'L', 'S'),
    KEY4('A', 'U', 'T', 'H'),
    KEY4('E', 'T', 'R', 'N'),
    KEY4('A', 'T', 'R', 'N'),
    KEY4('T', 'U', 'R', 'N'),
    KEY4('S', 'E', 'N', 'D'),
    KEY4('S', 'O', 'M', 'L'),
    KEY4('S', 'A', 'M', 'L'),
    KEY4('O', 'N', 'E', 'X'),
    KEY4('B', 'U', 'R', 'L'),
    KEY('X', 'C', 'L', 'I', 'E', 'N', 'T', 0),
    KEY('X', 'F', 'O', 'R', 'W', 'A', 'R', 'D'),
};

/* Upper and lower case differ in one bit, and no octet but a letter becomes a letter without it. */
#define UPPER UINT64_C(0xDFDFDFDFDFDFDFDF)

static uint64_t word_key(struct bytes word)
{
    const unsigned char *w = word.data;
    if (word.len == 4)
        return KEY4(w[0], w[1], w[2], w[3]) & UPPER;
    uint64_t key = 0;
    for (size_t i = 0; i < word.len; i++)
        key |= (uint64_t)w[i] << (8 * i);
    return key & UPPER;
}

static size_t key_length(uint64_t key)
{
    size_t len = 0;
    for (; key; key >>= 8)
        len++;
    return len;
}

enum verb verb_find(struct bytes word)
{
    if (word.len == 0)
        return VERB_UNKNOWN;
    if (word.len <= WORD_MOST) {
        uint64_t key = word_key(word);
        for (unsigned i = 0; i < VERBS; i++)
            if (keys[i] == key && key_length(key) == word.len)
                return (enum verb)(VERB_HELO + i);
    }
    return (word.data[0] & 0xDF) == 'X' ? VERB_PRIVATE : VERB_UNKNOWN;
}
