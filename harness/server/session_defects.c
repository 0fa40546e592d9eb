/* Defects that are a matter of words: what the EHLO reply lists, what answers a command, which parameters are known.
 * Each is a row here, so that the rest of the engine reads as if there were none. */
#include "session_internal.h"

#define FUTURE " 604800 2099-12-31T23:59:59Z"

/* `parameter` stands behind the keyword in place of what belongs there; NULL: it is not listed. */
static const struct keyword_defect {
    enum defect defect;
    const char *keyword;
    const char *parameter;
} keywords[] = {
    {DEFECT_SIZE_IN_UNITS, "SIZE", " 1M"},
    {DEFECT_ETRN_PARAMETER, "ETRN", " 1985"},
    {DEFECT_ENHANCED_PARAMETER, "ENHANCEDSTATUSCODES", " RFC2034"},
    {DEFECT_PIPELINING_PARAMETER, "PIPELINING", " 100"},
    {DEFECT_CHUNKING_PARAMETER, "CHUNKING", " 65536"},
    {DEFECT_BINARYMIME_PARAMETER, "BINARYMIME", " yes"},
    {DEFECT_BINARYMIME_ALONE, "CHUNKING", NULL},
    {DEFECT_STARTTLS_PARAMETER, "STARTTLS", " TLSv1.3"},
    {DEFECT_DSN_PARAMETER, "DSN", " RET NOTIFY"},
    {DEFECT_8BITMIME_PARAMETER, "8BITMIME", " BINARY"},
    {DEFECT_SMTPUTF8_PARAMETER, "SMTPUTF8", " NFC"},
    {DEFECT_SMTPUTF8_WITHOUT_8BITMIME, "8BITMIME", NULL},
    {DEFECT_BURL_WITHOUT_8BITMIME, "BURL", " imap"},
    {DEFECT_BURL_WITHOUT_8BITMIME, "8BITMIME", NULL},
    {DEFECT_LMTP_WITHOUT_PIPELINING, "PIPELINING", NULL},
    {DEFECT_LMTP_WITHOUT_ENHANCED, "ENHANCEDSTATUSCODES", NULL},
    {DEFECT_LMTP_WITHOUT_8BITMIME, "8BITMIME", NULL},
    {DEFECT_ATRN_WITHOUT_AUTH, "AUTH", NULL},
    {DEFECT_AUTH_BY_COMMAS, "AUTH", " CRAM-MD5,SCRAM-SHA-256"},
    {DEFECT_CHALLENGE_IN_CLEAR, "AUTH",
     " PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256 XOAUTH2 OAUTHBEARER DIGEST-MD5 SCRAM-SHA-1"},
    {DEFECT_HIDDEN_AUTH, "AUTH", NULL},
    {DEFECT_HIDDEN_PLAIN, "AUTH", " CRAM-MD5 SCRAM-SHA-256"},
    {DEFECT_HINT_IN_CLEAR, "AUTH", NULL},
    {DEFECT_PASSWORDS_WITHOUT_STARTTLS, "STARTTLS", NULL},
    {DEFECT_REQUIRETLS_IN_CLEAR_CRASHES, "REQUIRETLS", ""},
    {DEFECT_DELIVERBY_IN_HOURS, "DELIVERBY", " 1h"},
    {DEFECT_FUTURERELEASE_WITHOUT_DATE, "FUTURERELEASE", " 604800"},
    {DEFECT_FUTURERELEASE_UNKNOWN, "FUTURERELEASE", FUTURE},
    {DEFECT_HOLD_REFUSED_555, "FUTURERELEASE", FUTURE},
    {DEFECT_HOLD_OF_ANY_LENGTH, "FUTURERELEASE", FUTURE},
    {DEFECT_HOLDS_TWO, "FUTURERELEASE", FUTURE},
    {DEFECT_HOLD_IGNORED, "FUTURERELEASE", FUTURE},
    {DEFECT_HOLD_REFUSED_5_5_0, "FUTURERELEASE", FUTURE},
    {DEFECT_HOLD_BEHIND_BY, "FUTURERELEASE", FUTURE},
    {DEFECT_LIMITS_EMPTY, "LIMITS", ""},
    {DEFECT_LIMITS_ZERO, "LIMITS", " RCPTMAX=0 MAILMAX=unlimited"},
    {DEFECT_MAILMAX_TOO_MUCH, "LIMITS", " MAILMAX=10"},
    {DEFECT_RCPTMAX_TOO_MUCH, "LIMITS", " RCPTMAX=10"},
    {DEFECT_EIGHT_BIT_MIME_MISSING, "8BITMIME", NULL},
    {DEFECT_EIGHT_BIT_ADDRESSES_TAKEN, "SMTPUTF8", NULL},
    {DEFECT_HELP_UNIMPLEMENTED, "HELP", NULL},
    {DEFECT_HELP_NOT_LISTED, "HELP", NULL},
    {DEFECT_EXPN_UNIMPLEMENTED, "EXPN", NULL},
    {DEFECT_EXPN_NOT_LISTED, "EXPN", NULL},
    {DEFECT_VRFY_UNIMPLEMENTED, "VRFY", NULL},
};

/* Their MAIL and RCPT parameters are not known, though the extension is listed. */
static const struct parameter_defect {
    enum defect defect;
    const char *keyword;
} parameters[] = {
    {DEFECT_SIZE_UNKNOWN, "SIZE"},      {DEFECT_BODY_UNKNOWN, "BODY"},
    {DEFECT_RET_UNKNOWN, "RET"},        {DEFECT_RET_UNKNOWN, "ENVID"},
    {DEFECT_NOTIFY_UNKNOWN, "NOTIFY"},  {DEFECT_NOTIFY_UNKNOWN, "ORCPT"},
    {DEFECT_MAIL_AUTH_UNKNOWN, "AUTH"}, {DEFECT_SMTPUTF8_UNKNOWN, "SMTPUTF8"},
    {DEFECT_BY_UNKNOWN, "BY"},          {DEFECT_REQUIRETLS_UNKNOWN, "REQUIRETLS"},
};

enum { ANY = 0, SAME = 0, CLOSE = -1 };

/* When the sound server answers `verb` with `code` and a text that holds `part`, this one says something else; or
 * dies and says nothing (CLOSE). The end of a message belongs to DATA or BDAT, a SASL exchange to AUTH. */
static const struct reply_defect {
    enum defect defect;
    enum verb verb;
    int code;                    /* ANY */
    const char *part;            /* NULL: any */
    int to;                      /* SAME, CLOSE */
    const char *enhanced, *text; /* NULL: as they are; "": none */
} replies[] = {
    {DEFECT_SIZE_OVER_LIMIT_452, VERB_MAIL, 552, NULL, 452, "4.3.1", NULL},
    {DEFECT_BAD_SIZE_CRASHES, VERB_MAIL, 501, "Parameter SIZE is malformed", CLOSE, NULL, NULL},
    {DEFECT_BAD_SIZE_CRASHES, VERB_MAIL, 501, "Syntax", CLOSE, NULL, NULL},
    {DEFECT_SIZE_TWICE_CRASHES, VERB_MAIL, 501, "Parameter SIZE stands twice", CLOSE, NULL, NULL},
    {DEFECT_OVERSIZE_ACCEPTED, VERB_DATA, 552, NULL, 250, "2.6.0", NULL},

    {DEFECT_ETRN_OTHER_CODE, VERB_ETRN, 251, NULL, 354, "", NULL},
    {DEFECT_ETRN_OTHER_CODE, VERB_ETRN, 459, NULL, 354, "", NULL},
    {DEFECT_ETRN_QUEUE_CRASHES, VERB_ETRN, 458, NULL, CLOSE, NULL, NULL},
    {DEFECT_ETRN_SYNTAX_554, VERB_ETRN, 501, NULL, 554, "5.5.0", NULL},
    {DEFECT_ETRN_IN_TRANSACTION, VERB_ETRN, 503, NULL, 250, "2.0.0", NULL},

    {DEFECT_LHLO_REFUSED, VERB_LHLO, 250, NULL, 502, NULL, NULL},
    {DEFECT_LMTP_HELO_502, VERB_HELO, 500, NULL, 502, NULL, NULL},
    {DEFECT_LMTP_HELO_502, VERB_EHLO, 500, NULL, 502, NULL, NULL},
    {DEFECT_LMTP_TAKES_HELO, VERB_HELO, 500, NULL, 250, "2.0.0", NULL},
    {DEFECT_LMTP_TAKES_HELO, VERB_EHLO, 500, NULL, 250, "2.0.0", NULL},
    {DEFECT_LMTP_DATA_554, VERB_DATA, 503, NULL, 554, "5.5.1", NULL},

    {DEFECT_ENHANCED_MISSING, VERB_RCPT, ANY, NULL, SAME, "", NULL},
    {DEFECT_ENHANCED_MISSING, VERB_DATA, ANY, NULL, SAME, "", NULL},
    {DEFECT_ENHANCED_MISSING, VERB_QUIT, ANY, NULL, SAME, "", NULL},
    {DEFECT_ENHANCED_OTHER_CLASS, VERB_RCPT, 550, NULL, SAME, "2.1.1", NULL},
    {DEFECT_ENHANCED_LEADING_ZERO, VERB_NOOP, 250, NULL, SAME, "2.00.0", NULL},

    {DEFECT_ATRN_UNAUTHENTICATED, VERB_ATRN, 530, NULL, 250, "2.0.0", NULL},
    {DEFECT_ATRN_FOR_OTHERS, VERB_ATRN, 450, NULL, 250, "2.0.0", NULL},
    {DEFECT_ATRN_NOTHING_550, VERB_ATRN, 453, NULL, 550, "5.0.0", NULL},
    {DEFECT_ATRN_SYNTAX_ACCEPTED, VERB_ATRN, 501, NULL, 250, "2.0.0", NULL},

    {DEFECT_BAD_BY_CRASHES, VERB_MAIL, 501, "Parameter BY is malformed", CLOSE, NULL, NULL},
    {DEFECT_BAD_BY_CRASHES, VERB_MAIL, 501, "Syntax", CLOSE, NULL, NULL},

    {DEFECT_RETURN_WITHOUT_TIME_5_5_0, VERB_MAIL, 501, "Parameter BY", SAME, "5.5.0", NULL},
    {DEFECT_BY_UNKNOWN, VERB_MAIL, 555, NULL, 501, "5.5.4", NULL},

    {DEFECT_CHUNK_354, VERB_BDAT, 250, NULL, 354, "", NULL},
    {DEFECT_BDAT_AFTER_LAST, VERB_BDAT, 503, "Send MAIL first", 250, "2.0.0", NULL},

    {DEFECT_STARTTLS_250, VERB_STARTTLS, 220, NULL, 250, NULL, NULL},
    {DEFECT_STARTTLS_ARGUMENT, VERB_STARTTLS, 501, NULL, 250, "2.0.0", NULL},
    {DEFECT_STARTTLS_WITHIN_TLS, VERB_STARTTLS, 503, NULL, 220, "2.0.0", NULL},
    {DEFECT_STARTTLS_BROKEN, VERB_STARTTLS, 220, NULL, 502, "5.5.1", "Command not implemented"},

    {DEFECT_BAD_RET_ACCEPTED, VERB_MAIL, 501, "Parameter RET is malformed", 250, "2.1.0", NULL},
    {DEFECT_BAD_RET_ACCEPTED, VERB_MAIL, 501, "Parameter ENVID is malformed", 250, "2.1.0", NULL},
    {DEFECT_BAD_RET_ACCEPTED, VERB_MAIL, 501, "Syntax", 250, "2.1.0", NULL},
    {DEFECT_BAD_ENVID_CRASHES, VERB_MAIL, 501, "Parameter RET is malformed", CLOSE, NULL, NULL},
    {DEFECT_BAD_ENVID_CRASHES, VERB_MAIL, 501, "Parameter ENVID is malformed", CLOSE, NULL, NULL},
    {DEFECT_BAD_ENVID_CRASHES, VERB_MAIL, 501, "Syntax", CLOSE, NULL, NULL},
    {DEFECT_BAD_XTEXT_554, VERB_MAIL, 501, "Parameter ENVID is malformed", 554, "5.5.4", NULL},
    {DEFECT_RET_TWICE_ACCEPTED, VERB_MAIL, 501, "Parameter RET stands twice", 250, "2.1.0", NULL},
    {DEFECT_RET_TWICE_ACCEPTED, VERB_MAIL, 501, "Parameter ENVID stands twice", 250, "2.1.0", NULL},
    {DEFECT_BAD_NOTIFY_ACCEPTED, VERB_RCPT, 501, NULL, 250, "2.1.5", NULL},
    {DEFECT_NOTIFY_TWICE_ACCEPTED, VERB_RCPT, 501, "stands twice", 250, "2.1.5", NULL},

    {DEFECT_AUTH_SUCCESS_250, VERB_AUTH, 235, NULL, 250, NULL, NULL},
    {DEFECT_AUTH_SUCCESS_2_0_0, VERB_AUTH, 235, NULL, SAME, "2.0.0", NULL},
    {DEFECT_AUTH_WITHOUT_MECHANISM, VERB_AUTH, 501, "Syntax", 334, "", ""},
    {DEFECT_UNKNOWN_MECHANISM_334, VERB_AUTH, 504, NULL, 334, "", ""},
    {DEFECT_UNKNOWN_MECHANISM_5_0_0, VERB_AUTH, 504, NULL, SAME, "5.0.0", NULL},
    {DEFECT_UNKNOWN_MECHANISM_LOGS_IN, VERB_AUTH, 504, NULL, 235, "2.7.0", NULL},
    {DEFECT_HIDDEN_AUTH, VERB_AUTH, ANY, NULL, 235, "2.7.0", NULL},
    {DEFECT_HINT_IN_CLEAR, VERB_AUTH, 235, NULL, 538, "5.7.11", "Encryption required"},
    {DEFECT_INITIAL_RESPONSE_LOGS_IN, VERB_AUTH, 501, "The server begins", 235, "2.7.0", NULL},
    {DEFECT_INITIAL_RESPONSE_535, VERB_AUTH, 501, "The server begins", 535, "5.7.8", NULL},
    {DEFECT_INITIAL_RESPONSE_5_5_4, VERB_AUTH, 501, "The server begins", SAME, "5.5.4", NULL},
    {DEFECT_AUTH_CANCEL_535, VERB_AUTH, 501, "cancelled", 535, "5.7.8", NULL},
    {DEFECT_BAD_BASE64_334, VERB_AUTH, 501, "Not base64", 334, "", ""},
    {DEFECT_BAD_BASE64_334, VERB_AUTH, 501, "Syntax", 334, "", ""},
    {DEFECT_BAD_BASE64_535, VERB_AUTH, 501, "Syntax", 535, "5.7.8", NULL},
    {DEFECT_BAD_BASE64_535, VERB_AUTH, 501, "Not base64", 535, "5.7.8", NULL},
    {DEFECT_LONG_RESPONSE_334, VERB_AUTH, 500, NULL, 334, "", ""},
    {DEFECT_MALFORMED_SASL_LOGS_IN, VERB_AUTH, 501, "Malformed", 235, "2.7.0", NULL},
    {DEFECT_MALFORMED_SASL_CRASHES, VERB_AUTH, 501, "Malformed", CLOSE, NULL, NULL},
    {DEFECT_BAD_BASE64_5_5_4, VERB_AUTH, 501, "Not base64", SAME, "5.5.4", NULL},
    {DEFECT_WRONG_PASSWORD_5_7_0, VERB_AUTH, 535, NULL, SAME, "5.7.0", NULL},
    {DEFECT_WRONG_PASSWORD_550, VERB_AUTH, 535, NULL, 550, "5.7.1", NULL},

    {DEFECT_BAD_BODY_CRASHES, VERB_MAIL, 501, "Parameter BODY is malformed", CLOSE, NULL, NULL},
    {DEFECT_BAD_BODY_CRASHES, VERB_MAIL, 501, "Syntax", CLOSE, NULL, NULL},
    {DEFECT_BODY_TWICE_CRASHES, VERB_MAIL, 501, "Parameter BODY stands twice", CLOSE, NULL, NULL},
    {DEFECT_SMTPUTF8_VALUE_CRASHES, VERB_MAIL, 501, "Parameter SMTPUTF8", CLOSE, NULL, NULL},
    {DEFECT_SMTPUTF8_VALUE_CRASHES, VERB_MAIL, 501, "Syntax", CLOSE, NULL, NULL},
    {DEFECT_UTF8_UNANNOUNCED_CRASHES, VERB_MAIL, 550, "needs SMTPUTF8", CLOSE, NULL, NULL},
    {DEFECT_BAD_UTF8_CRASHES, VERB_MAIL, 501, "Syntax", CLOSE, NULL, NULL},
    {DEFECT_VRFY_IN_UTF8, VERB_VRFY, ANY, NULL, SAME, NULL, "gepr\xC3\xBC\x66t"},
    {DEFECT_REPLIES_IN_UTF8, VERB_MAIL, ANY, NULL, SAME, NULL, "gepr\xC3\xBC\x66t"},
    {DEFECT_REPLIES_IN_UTF8, VERB_RCPT, ANY, NULL, SAME, NULL, "gepr\xC3\xBC\x66t"},

    {DEFECT_BAD_PRIORITY_ACCEPTED, VERB_MAIL, 501, "Parameter MT-PRIORITY", 250, "2.1.0", NULL},
    {DEFECT_BAD_PRIORITY_ACCEPTED, VERB_MAIL, 501, "Syntax", 250, "2.1.0", NULL},
    {DEFECT_BAD_PRIORITY_CRASHES, VERB_MAIL, 501, "Parameter MT-PRIORITY", CLOSE, NULL, NULL},
    {DEFECT_BAD_PRIORITY_CRASHES, VERB_MAIL, 501, "Syntax", CLOSE, NULL, NULL},
    {DEFECT_521_SERVES, VERB_UNKNOWN, 220, NULL, 521, NULL, NULL},
    {DEFECT_521_QUIT_REFUSED, VERB_UNKNOWN, 220, NULL, 521, NULL, NULL},
    {DEFECT_521_QUIT_REFUSED, VERB_QUIT, 221, NULL, 521, "5.3.2", NULL},
    {DEFECT_521_FOR_RECIPIENTS, VERB_RCPT, 550, NULL, 521, NULL, NULL},
    {DEFECT_REQUIRETLS_VALUE_CRASHES, VERB_MAIL, 501, "Parameter REQUIRETLS", CLOSE, NULL, NULL},
    {DEFECT_REQUIRETLS_VALUE_CRASHES, VERB_MAIL, 501, "Syntax", CLOSE, NULL, NULL},

    {DEFECT_REQUIRETLS_IN_CLEAR_CRASHES, VERB_MAIL, 555, "REQUIRETLS", CLOSE, NULL, NULL},

    {DEFECT_HOLD_REFUSED_5_5_0, VERB_MAIL, 555, "HOLD", 501, "5.5.0", NULL},
    {DEFECT_HOLDS_TWO, VERB_MAIL, 501, "stands twice", 250, "2.1.0", NULL},
    {DEFECT_ODD_PARAMETERS_CRASH, VERB_MAIL, 501, NULL, CLOSE, NULL, NULL},
    {DEFECT_ODD_PARAMETERS_CRASH, VERB_MAIL, 555, NULL, CLOSE, NULL, NULL},
    {DEFECT_RELAY_WHAT_IS_NO_PATH, VERB_RCPT, 501, NULL, 250, "2.1.5", NULL},
    {DEFECT_HTTP_ANSWERED, VERB_UNKNOWN, 500, NULL, 250, "2.0.0", NULL},
    {DEFECT_PROXY_FROM_STRANGERS, VERB_UNKNOWN, 500, NULL, 250, "2.0.0", NULL},
    {DEFECT_XCLIENT_FROM_STRANGERS, VERB_XCLIENT, 500, NULL, 220, "2.0.0", NULL},
    {DEFECT_XCLIENT_FROM_STRANGERS, VERB_XFORWARD, 500, NULL, 250, "2.0.0", NULL},

    {DEFECT_HELP_334, VERB_HELP, ANY, NULL, 334, "", NULL},

    {DEFECT_GREETING_250, VERB_UNKNOWN, 220, NULL, 250, NULL, NULL},
    {DEFECT_GREETING_200, VERB_UNKNOWN, 220, NULL, 200, NULL, NULL},
    {DEFECT_GREETING_554_THEN_SERVES, VERB_UNKNOWN, 220, NULL, 554, NULL, NULL},
    {DEFECT_GREETING_554_THEN_CLOSES, VERB_UNKNOWN, 220, NULL, 554, NULL, NULL},
    {DEFECT_MAIL_ANSWERED_251, VERB_MAIL, 250, NULL, 251, NULL, NULL},
    {DEFECT_MAIL_ANSWERED_500, VERB_MAIL, 250, NULL, 500, "5.0.0", NULL},
    {DEFECT_MAIL_ANSWERED_502, VERB_MAIL, 250, NULL, 502, "5.0.0", NULL},
    {DEFECT_UNKNOWN_PARAMETER_501, VERB_MAIL, 555, NULL, 501, NULL, NULL},
    {DEFECT_UNKNOWN_PARAMETER_501, VERB_RCPT, 555, NULL, 501, NULL, NULL},
    {DEFECT_RCPT_ANSWERED_252, VERB_RCPT, 250, NULL, 252, NULL, NULL},
    {DEFECT_DATA_ANSWERED_250, VERB_DATA, 354, NULL, 250, NULL, NULL},
    {DEFECT_MESSAGE_ANSWERED_251, VERB_DATA, 250, NULL, 251, NULL, NULL},
    {DEFECT_MESSAGE_ANSWERED_252, VERB_DATA, 250, NULL, 252, NULL, NULL},
    {DEFECT_RSET_ANSWERED_251, VERB_RSET, 250, NULL, 251, NULL, NULL},
    {DEFECT_RSET_ANSWERED_220, VERB_RSET, 250, NULL, 220, NULL, NULL},
    {DEFECT_NOOP_ANSWERED_200, VERB_NOOP, 250, NULL, 200, NULL, NULL},
    {DEFECT_NOOP_ANSWERED_211, VERB_NOOP, 250, NULL, 211, NULL, NULL},
    {DEFECT_NOOP_ANSWERED_650, VERB_NOOP, 250, NULL, 650, NULL, NULL},
    {DEFECT_QUIT_ANSWERED_250, VERB_QUIT, 221, NULL, 250, NULL, NULL},
    {DEFECT_QUIT_ANSWERED_220, VERB_QUIT, 221, NULL, 220, NULL, NULL},
    {DEFECT_HELP_ANSWERED_250, VERB_HELP, 214, NULL, 250, NULL, NULL},
    {DEFECT_VRFY_UNKNOWN_554, VERB_VRFY, 550, NULL, 554, NULL, NULL},
    {DEFECT_EXPN_ANSWERED_251, VERB_EXPN, 250, NULL, 251, NULL, NULL},
    {DEFECT_UNKNOWN_COMMAND_502, VERB_UNKNOWN, 500, NULL, 502, NULL, NULL},
    {DEFECT_PRIVATE_COMMAND_502, VERB_PRIVATE, 500, NULL, 502, NULL, NULL},
};

const char *session_defect_keyword(const struct session *s, const char *keyword, const char *sound)
{
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
        if (session_has(s, keywords[i].defect) && bytes_equal(bytes_string(keyword), bytes_string(keywords[i].keyword)))
            return keywords[i].parameter;
    return sound;
}

bool session_defect_parameter_unknown(const struct session *s, const char *keyword)
{
    for (size_t i = 0; i < sizeof parameters / sizeof *parameters; i++)
        if (session_has(s, parameters[i].defect) &&
            bytes_equal(bytes_string(keyword), bytes_string(parameters[i].keyword)))
            return true;
    return false;
}

static bool applies(const struct session *s, const struct reply_defect *row, const struct said *said)
{
    return session_has(s, row->defect) && row->verb == s->verb && (row->code == ANY || row->code == said->code) &&
           (!row->part || bytes_find(said->text, bytes_string(row->part)) != BYTES_NONE);
}

bool session_defect_reply(struct session *s, struct said *said)
{
    for (size_t i = 0; i < sizeof replies / sizeof *replies; i++) {
        const struct reply_defect *row = &replies[i];
        if (!applies(s, row, said))
            continue;
        if (row->to == CLOSE) {
            s->lost = true;
            return false;
        }
        if (row->to != SAME)
            said->code = row->to;
        if (row->enhanced)
            said->enhanced = *row->enhanced ? row->enhanced : NULL;
        if (row->text)
            said->text = bytes_string(row->text);
        return true;
    }
    return true;
}

/* Commands whose answer waits until the next one comes, other than at the beginning of a session. */
static bool answer_waits(const struct session *s)
{
    switch (s->verb) {
    case VERB_RSET:
    case VERB_MAIL:
    case VERB_RCPT:
        return session_has(s, DEFECT_GROUP_REPLIES_KEPT);
    case VERB_UNKNOWN:
    case VERB_PRIVATE:
        return session_has(s, DEFECT_UNKNOWN_REPLY_KEPT);
    case VERB_ETRN:
        return session_has(s, DEFECT_ETRN_REPLY_KEPT);
    default:
        return session_has(s, DEFECT_LAST_REPLY_KEPT);
    }
}

void session_defect_keep_reply(struct session *s, size_t reply)
{
    struct buffer now = {0};
    buffer_add(&now, bytes_from(buffer_bytes(s->out), reply));
    buffer_truncate(s->out, reply);
    buffer_add(s->out, buffer_bytes(&s->flaws.kept));
    buffer_clear(&s->flaws.kept);
    buffer_add(answer_waits(s) && s->hello != HELLO_NONE && s->flaws.greeted_once ? &s->flaws.kept : s->out,
               buffer_bytes(&now));
    s->flaws.greeted_once = s->hello != HELLO_NONE;
    buffer_free(&now);
}

bool session_defect_drops_input(struct session *s, enum state before, size_t reply)
{
    bool replied = s->out->len > reply;
    bool error = replied && (s->out->data[reply] == '4' || s->out->data[reply] == '5');
    if (error && session_has(s, DEFECT_ERROR_EATS_LINE))
        s->flaws.eats_line = true;
    if (before == STATE_DATA && s->state != STATE_DATA && session_has(s, DEFECT_INPUT_BEHIND_DOT_LOST))
        return true;
    return error && session_has(s, DEFECT_ERROR_DROPS_INPUT);
}

static bool holds_any(struct bytes line, struct bytes octets)
{
    for (size_t i = 0; i < octets.len; i++)
        if (bytes_find_octet(line, octets.data[i]) != BYTES_NONE)
            return true;
    return false;
}

/* Arguments that end up in another language, and end the server there. */
bool session_defect_dies_of(const struct session *s, struct bytes line)
{
    bool path = s->verb == VERB_MAIL || s->verb == VERB_RCPT;
    return (path && session_has(s, DEFECT_QUOTES_CRASH) && holds_any(line, BYTES("\""))) ||
           (path && session_has(s, DEFECT_SHELL_CHARACTERS_CRASH) && holds_any(line, BYTES(";`$|%'*/"))) ||
           (s->verb == VERB_ETRN && session_has(s, DEFECT_ETRN_ARGUMENT_CRASHES) && holds_any(line, BYTES(";'%@#/")));
}
