#include "smtp/command.h"

static const struct parameter_info parameters[] = {
    {"SIZE", VERB_MAIL, true, "SIZE", "1*20DIGIT: octets of the message", "RFC 1870 section 4"},
    {"BODY", VERB_MAIL, true, "8BITMIME", "7BIT / 8BITMIME, and BINARYMIME with that extension",
     "RFC 6152 section 2, RFC 3030 section 3"},
    {"RET", VERB_MAIL, true, "DSN", "FULL / HDRS: what a failure notice returns of the message",
     "RFC 3461 section 4.3"},
    {"ENVID", VERB_MAIL, true, "DSN", "xtext, at most 100 octets: the sender's name for this envelope",
     "RFC 3461 section 4.4"},
    {"AUTH", VERB_MAIL, true, "AUTH", "xtext of a mailbox or of <>: who submitted the message", "RFC 4954 section 5"},
    {"SMTPUTF8", VERB_MAIL, false, "SMTPUTF8", "no value: addresses or header fields may be UTF-8",
     "RFC 6531 section 3.4"},
    {"REQUIRETLS", VERB_MAIL, false, "REQUIRETLS", "no value: every further hop needs verified TLS",
     "RFC 8689 section 4.1"},
    {"BY", VERB_MAIL, true, "DELIVERBY",
     "seconds \";\" (\"N\" / \"R\") [\"T\"]: deliver in that time, or notify or return", "RFC 2852 section 4"},
    {"HOLDFOR", VERB_MAIL, true, "FUTURERELEASE", "seconds, 1 to 999999999: keep the message so long",
     "RFC 4865 section 4"},
    {"HOLDUNTIL", VERB_MAIL, true, "FUTURERELEASE", "date and time in UTC (RFC 3339): keep the message until then",
     "RFC 4865 section 4"},
    {"MT-PRIORITY", VERB_MAIL, true, "MT-PRIORITY", "-9 to 9: how urgent the message is", "RFC 6710 section 4.1"},
    {"SOLICIT", VERB_MAIL, true, "NO-SOLICITING", "solicitation keywords with commas between", "RFC 3865 section 2.4"},
    {"MTRK", VERB_MAIL, true, "MTRK", "base64 [\":\" seconds]: certifier for tracking the message",
     "RFC 3885 section 4.1"},
    {"NOTIFY", VERB_RCPT, true, "DSN", "NEVER, or SUCCESS, FAILURE, DELAY with commas between", "RFC 3461 section 4.1"},
    {"ORCPT", VERB_RCPT, true, "DSN", "address-type \";\" xtext, at most 500 octets: the address first meant",
     "RFC 3461 section 4.2"},
    {"RRVS", VERB_RCPT, true, "RRVS", "date-time [\";\" (\"C\" / \"R\")]: the owner must not have changed since",
     "RFC 7293 section 3.1"},
};

const struct parameter_info *parameter_table(size_t *count)
{
    *count = sizeof parameters / sizeof *parameters;
    return parameters;
}
