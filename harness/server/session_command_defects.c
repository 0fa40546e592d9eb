/* Defects that answer a command otherwise than they should, or do something else before it runs. */
#include "session_when.h"

enum { ANY = VERB_COUNT };

enum deed {
    SAY,                /* answers so, and does not run it */
    SAY_FIRST,          /* answers so, then runs it: two replies */
    SAY_AND_FORGET,     /* answers so, and ends the transaction */
    SAY_FOR_POSTMASTER, /* answers so, and makes postmaster a recipient in its place */
    NO_ANSWER,
    CLOSE,         /* without an answer */
    FORGET,        /* ends the transaction, then runs it */
    NOBODY,        /* drops the recipients, then runs it */
    TO_POSTMASTER, /* makes postmaster a recipient, of a transaction of its own if there is none; then runs it */
    TO_PATH,       /* makes the path a recipient, then runs it */
    KEEP,          /* remembers the recipient, then runs it */
    TO_KEPT,       /* makes that one a recipient, then runs it */
    NO_ARGUMENT    /* runs it as if it had none */
};

typedef bool when_function(const struct session *s, const struct command *c);
#define OK                                                                                                             \
    {                                                                                                                  \
        250, "2.0.0", "Ok"                                                                                             \
    }
#define UNKNOWN_COMMAND                                                                                                \
    {                                                                                                                  \
        500, "5.5.1", "Command not recognized"                                                                         \
    }
#define SYNTAX_ERROR                                                                                                   \
    {                                                                                                                  \
        501, "5.5.4", "Syntax error"                                                                                   \
    }
#define NOT_IMPLEMENTED                                                                                                \
    {                                                                                                                  \
        502, "5.5.1", "Command not implemented"                                                                        \
    }
#define BAD_SEQUENCE                                                                                                   \
    {                                                                                                                  \
        503, "5.5.1", "Bad sequence of commands"                                                                       \
    }
#define NO_USER                                                                                                        \
    {                                                                                                                  \
        550, "5.1.1", "No such user here"                                                                              \
    }
#define BAD_NAME                                                                                                       \
    {                                                                                                                  \
        553, "5.1.8", "Name not acceptable"                                                                            \
    }
#define FAILED                                                                                                         \
    {                                                                                                                  \
        554, "5.5.0", "Failed"                                                                                         \
    }

/* The first row of the defect that fits decides. */
static const struct row {
    enum defect defect;
    int verb;
    when_function *when; /* NULL: always */
    enum deed deed;
    struct verdict say;
} rows[] = {
    /* EHLO and HELO */
    {DEFECT_EHLO_UNKNOWN, VERB_EHLO, NULL, SAY, NOT_IMPLEMENTED},
    {DEFECT_HELO_UNKNOWN, VERB_HELO, NULL, SAY, NOT_IMPLEMENTED},
    {DEFECT_HELO_GONE, VERB_HELO, NULL, SAY, UNKNOWN_COMMAND},
    {DEFECT_GREETING_554_THEN_CLOSES, ANY, NULL, CLOSE, {0}},
    {DEFECT_HELO_REFUSES_HYPHENS, VERB_HELO, when_hyphen_in_domain, SAY, SYNTAX_ERROR},
    {DEFECT_HELO_TAKES_NO_MAIL, VERB_MAIL, when_after_helo, SAY, BAD_SEQUENCE},
    {DEFECT_EHLO_REFUSES_DIGIT_FIRST, VERB_EHLO, when_digit_first, SAY, SYNTAX_ERROR},
    {DEFECT_EHLO_REFUSES_CAPITALS, VERB_EHLO, when_upper_case_domain, SAY, SYNTAX_ERROR},
    {DEFECT_HELO_SYNTAX_UNANSWERED, VERB_HELO, when_with_bad_argument, NO_ANSWER, {0}},
    {DEFECT_EHLO_TEXT_AFTER_LITERAL_CLOSES, VERB_EHLO, when_text_after_literal, CLOSE, {0}},
    {DEFECT_EHLO_SECOND_503, VERB_EHLO, when_after_hello, SAY, BAD_SEQUENCE},
    {DEFECT_EHLO_BAD_NAME_553, VERB_EHLO, when_with_bad_argument, SAY, BAD_NAME},
    {DEFECT_EHLO_NO_NAME_503, VERB_EHLO, when_without_argument, SAY, BAD_SEQUENCE},
    {DEFECT_EHLO_NO_NAME_503, VERB_HELO, when_without_argument, SAY, BAD_SEQUENCE},
    {DEFECT_EHLO_LONG_LABEL_553, VERB_EHLO, when_long_label, SAY, BAD_NAME},
    {DEFECT_EHLO_BAD_NAME_554, VERB_EHLO, when_malformed, SAY, FAILED},
    {DEFECT_EHLO_REFUSED_ENDS_TRANSACTION, VERB_EHLO, when_malformed, FORGET, {0}},
    {DEFECT_EHLO_OTHERS_LITERAL_CLOSES, VERB_EHLO, when_literal_of_somebody, CLOSE, {0}},
    {DEFECT_EHLO_TAKES_ANY_OCTETS, VERB_EHLO, when_strange_octets, SAY, OK},
    {DEFECT_LITERAL_STRANGE_553, VERB_EHLO, when_strange_literal, SAY, BAD_NAME},
    {DEFECT_LITERAL_OUT_OF_RANGE_553, VERB_EHLO, when_out_of_range, SAY, BAD_NAME},
    {DEFECT_LITERAL_BAD_SENDER_UNANSWERED, VERB_MAIL, when_bad_literal, NO_ANSWER, {0}},
    {DEFECT_LITERAL_IPV4_500, VERB_EHLO, when_ipv4_literal, SAY, UNKNOWN_COMMAND},
    {DEFECT_LITERAL_IPV4_500, VERB_MAIL, when_ipv4_literal, SAY, UNKNOWN_COMMAND},
    {DEFECT_LITERAL_IPV4_500, VERB_RCPT, when_ipv4_literal, SAY, UNKNOWN_COMMAND},
    {DEFECT_LITERAL_IPV6_500, VERB_EHLO, when_ipv6_literal, SAY, UNKNOWN_COMMAND},
    {DEFECT_LITERAL_IPV6_500, VERB_MAIL, when_ipv6_literal, SAY, UNKNOWN_COMMAND},
    {DEFECT_LITERAL_IPV6_500, VERB_RCPT, when_ipv6_literal, SAY, UNKNOWN_COMMAND},
    {DEFECT_NUMBER_LITERAL_CLOSES, VERB_EHLO, when_number_sign, CLOSE, {0}},
    {DEFECT_NUMBER_LITERAL_CLOSES, VERB_MAIL, when_number_sign, CLOSE, {0}},
    {DEFECT_DOMAIN_LIMIT_200, VERB_EHLO, when_long_domain, SAY, SYNTAX_ERROR},

    /* Any command */
    {DEFECT_VERBS_IN_CAPITALS_ONLY, ANY, when_lower_case_verb, SAY, UNKNOWN_COMMAND},
    {DEFECT_EIGHT_BIT_COMMANDS_TAKEN, ANY, when_eight_bit, SAY, OK},
    {DEFECT_BLANK_BEHIND_REFUSED, ANY, when_blank_behind, SAY, SYNTAX_ERROR},
    {DEFECT_BLANK_BEFORE_UNANSWERED, ANY, when_blank_before, NO_ANSWER, {0}},
    {DEFECT_NUL_UNANSWERED, ANY, when_nul, NO_ANSWER, {0}},
    {DEFECT_UNKNOWN_COMMAND_CLOSES, VERB_UNKNOWN, NULL, CLOSE, {0}},
    {DEFECT_UNKNOWN_COMMAND_CLOSES, VERB_PRIVATE, NULL, CLOSE, {0}},
    {DEFECT_UNKNOWN_COMMAND_UNANSWERED, VERB_UNKNOWN, NULL, NO_ANSWER, {0}},
    {DEFECT_UNKNOWN_COMMAND_ENDS_TRANSACTION, VERB_UNKNOWN, NULL, FORGET, {0}},
    {DEFECT_THIRD_ERROR_CLOSES, ANY, when_third_unknown, CLOSE, {0}},
    {DEFECT_FOURTH_ERROR_UNANSWERED, ANY, when_fourth_error, NO_ANSWER, {0}},
    {DEFECT_OBSOLETE_COMMAND_501, VERB_TURN, NULL, SAY, SYNTAX_ERROR},
    {DEFECT_OBSOLETE_COMMAND_501, VERB_SEND, NULL, SAY, SYNTAX_ERROR},
    {DEFECT_TURN_CARRIED_OUT, VERB_TURN, NULL, SAY, OK},
    {DEFECT_SEND_UNANSWERED, VERB_SEND, NULL, NO_ANSWER, {0}},
    {DEFECT_SEND_NOT_LISTED, VERB_SEND, NULL, SAY, OK},
    {DEFECT_SEND_NOT_LISTED, VERB_SOML, NULL, SAY, OK},
    {DEFECT_SEND_NOT_LISTED, VERB_SAML, NULL, SAY, OK},

    /* MAIL */
    {DEFECT_FROM_TO_IN_CAPITALS_ONLY, VERB_MAIL, when_lower_case_from_to, SAY, SYNTAX_ERROR},
    {DEFECT_FROM_TO_IN_CAPITALS_ONLY, VERB_RCPT, when_lower_case_from_to, SAY, SYNTAX_ERROR},
    {DEFECT_PARAMETERS_IN_CAPITALS_ONLY, VERB_MAIL, when_lower_case_parameter, SAY, SYNTAX_ERROR},
    {DEFECT_BLANK_AT_COLON_UNANSWERED, VERB_MAIL, when_blank_at_colon, NO_ANSWER, {0}},
    {DEFECT_BLANK_AT_COLON_UNANSWERED, VERB_RCPT, when_blank_at_colon, NO_ANSWER, {0}},
    {DEFECT_MAIL_BAD_SENDER_CLOSES, VERB_MAIL, when_bad_in_brackets, CLOSE, {0}},
    {DEFECT_MAIL_BAD_PATH_UNANSWERED, VERB_MAIL, when_bad_in_brackets, NO_ANSWER, {0}},
    {DEFECT_MAIL_NO_BRACKETS_CLOSES, VERB_MAIL, when_no_bracket, CLOSE, {0}},
    {DEFECT_MAIL_BAD_503, VERB_MAIL, when_malformed, SAY, BAD_SEQUENCE},
    {DEFECT_MAIL_BAD_554, VERB_MAIL, when_malformed, SAY, FAILED},
    {DEFECT_MAIL_ONE_LETTER_501, VERB_MAIL, when_one_letter, SAY, SYNTAX_ERROR},
    {DEFECT_MAIL_NULL_SENDER_501, VERB_MAIL, when_null_sender, SAY, SYNTAX_ERROR},
    {DEFECT_MAIL_WITHOUT_ARGUMENT, VERB_MAIL, when_no_path, SAY, OK},
    {DEFECT_MAIL_PLUS_501, VERB_MAIL, when_plus_sign, SAY, SYNTAX_ERROR},
    {DEFECT_MAIL_RARE_CHARACTERS_500, VERB_MAIL, when_rare_characters, SAY, UNKNOWN_COMMAND},
    {DEFECT_QUOTED_LOCAL_PART_500, VERB_MAIL, when_quoted, SAY, UNKNOWN_COMMAND},
    {DEFECT_QUOTED_LOCAL_PART_500, VERB_RCPT, when_quoted, SAY, UNKNOWN_COMMAND},
    {DEFECT_EMPTY_QUOTES_UNANSWERED, VERB_MAIL, when_empty_quotes, NO_ANSWER, {0}},
    {DEFECT_MAIL_HYPHEN_IN_DOMAIN_501, VERB_MAIL, when_hyphen_in_domain, SAY, SYNTAX_ERROR},
    {DEFECT_MAIL_ROUTE_501, VERB_MAIL, when_route, SAY, SYNTAX_ERROR},
    {DEFECT_MAIL_ROUTE_OF_TWO_501, VERB_MAIL, when_route_of_two, SAY, SYNTAX_ERROR},
    {DEFECT_MAIL_BAD_PARAMETER_CLOSES, VERB_MAIL, when_bad_parameter, CLOSE, {0}},
    {DEFECT_MAIL_HELO_PARAMETER_UNANSWERED, VERB_MAIL, when_parameter_after_helo, NO_ANSWER, {0}},
    {DEFECT_MAIL_BEFORE_HELLO_500, VERB_MAIL, when_before_hello, SAY, UNKNOWN_COMMAND},
    {DEFECT_MAIL_NESTED_KEEPS_RECIPIENTS, VERB_MAIL, when_in_transaction, SAY, OK},
    {DEFECT_MAIL_NESTED_501, VERB_MAIL, when_in_transaction, SAY, SYNTAX_ERROR},
    {DEFECT_MAIL_NESTED_ENDS_TRANSACTION, VERB_MAIL, when_in_transaction, SAY_AND_FORGET, BAD_SEQUENCE},
    {DEFECT_MAIL_REFUSED_NEEDS_RSET, VERB_MAIL, when_after_refused_mail, SAY, BAD_SEQUENCE},
    {DEFECT_MAIL_ONE_A_SESSION, VERB_MAIL, when_after_message, SAY, BAD_SEQUENCE},
    {DEFECT_RSET_NEEDS_HELLO, VERB_MAIL, when_after_rset, SAY, BAD_SEQUENCE},
    {DEFECT_LOCAL_PART_LIMIT_63, VERB_MAIL, when_long_local_part, SAY, SYNTAX_ERROR},
    {DEFECT_LOCAL_PART_LIMIT_63, VERB_RCPT, when_long_local_part, SAY, SYNTAX_ERROR},
    {DEFECT_PATH_LIMIT_255, VERB_MAIL, when_long_path, SAY, SYNTAX_ERROR},
    {DEFECT_PATH_LIMIT_255, VERB_RCPT, when_long_path, SAY, SYNTAX_ERROR},
    {DEFECT_TLS_WANTED_FOR_MAIL, VERB_MAIL, when_in_clear, SAY, {530, "5.7.0", "Must issue a STARTTLS command first"}},
    {DEFECT_TLS_WANTED_5_7_1, VERB_MAIL, when_in_clear, SAY, {530, "5.7.1", "Must issue a STARTTLS command first"}},
    {DEFECT_MAILMAX_TOO_MUCH, VERB_MAIL, when_eighth_mail, SAY, {452, "4.5.3", "Too many messages"}},
    {DEFECT_PATH_TOO_LONG_CLOSES, VERB_MAIL, when_too_long_path, CLOSE, {0}},

    /* RCPT */
    {DEFECT_RCPT_BEFORE_MAIL_550, VERB_RCPT, when_no_transaction, SAY, NO_USER},
    {DEFECT_RCPT_EARLY_NEEDS_RSET, VERB_MAIL, when_after_refused_rcpt, SAY, BAD_SEQUENCE},
    {DEFECT_RCPT_WITHOUT_ARGUMENT, VERB_RCPT, when_no_path, SAY, OK},
    {DEFECT_RCPT_BAD_PATH_UNANSWERED, VERB_RCPT, when_malformed, NO_ANSWER, {0}},
    {DEFECT_RCPT_BAD_DROPS_RECIPIENTS, VERB_RCPT, when_malformed, NOBODY, {0}},
    {DEFECT_RCPT_REPLACES_RECIPIENT, VERB_RCPT, when_known, NOBODY, {0}},
    {DEFECT_RCPT_DOTS_501, VERB_RCPT, when_many_dots, SAY, SYNTAX_ERROR},
    {DEFECT_RCPT_RARE_CHARACTERS_500, VERB_RCPT, when_rare_characters, SAY, UNKNOWN_COMMAND},
    {DEFECT_RCPT_QUOTES_COUNT, VERB_RCPT, when_quoted, SAY, NO_USER},
    {DEFECT_RCPT_UNKNOWN_CLOSES, VERB_RCPT, when_unknown, CLOSE, {0}},
    {DEFECT_RCPT_UNKNOWN_TAKEN, VERB_RCPT, when_unknown, SAY, OK},
    {DEFECT_RCPT_UNKNOWN_554, VERB_RCPT, when_unknown, SAY, FAILED},
    {DEFECT_RCPT_SECOND_TRY_TAKEN, VERB_RCPT, when_unknown_again, SAY, OK},
    {DEFECT_RCPT_FOREIGN_CLOSES, VERB_RCPT, when_foreign, CLOSE, {0}},
    {DEFECT_RCPT_FOREIGN_554, VERB_RCPT, when_foreign, SAY, {554, "5.7.1", "Relaying denied"}},
    {DEFECT_RELAY_FOR_NAMESAKES, VERB_RCPT, when_foreign_from_hello_domain, SAY, OK},
    {DEFECT_RCPT_REFUSED_ENDS_TRANSACTION, VERB_RCPT, when_refused_recipient, SAY_AND_FORGET, NO_USER},
    {DEFECT_RCPT_TWICE_UNANSWERED, VERB_RCPT, when_there_already, NO_ANSWER, {0}},
    {DEFECT_RCPT_FORGOTTEN, VERB_RCPT, when_known, SAY, OK},
    {DEFECT_RCPT_REFUSED_PARAMETER_ADDS, VERB_RCPT, when_unknown_parameter, TO_PATH, {0}},
    {DEFECT_POSTMASTER_NEEDS_DOMAIN, VERB_RCPT, when_is_bare, SAY, NO_USER},
    {DEFECT_POSTMASTER_LOWER_CASE_ONLY, VERB_RCPT, when_upper_case_postmaster, SAY, NO_USER},
    {DEFECT_POSTMASTER_MISSING, VERB_RCPT, when_postmaster_with_domain, SAY, NO_USER},
    {DEFECT_NULL_SENDER_RCPT_503, VERB_RCPT, when_from_null_sender, SAY, BAD_SEQUENCE},
    {DEFECT_ROUTE_501, VERB_RCPT, when_route, SAY, SYNTAX_ERROR},
    {DEFECT_ROUTE_OF_TWO_501, VERB_RCPT, when_route_of_two, SAY, SYNTAX_ERROR},
    {DEFECT_ROUTE_OF_THREE_UNANSWERED, VERB_RCPT, when_route_of_three, NO_ANSWER, {0}},
    {DEFECT_ROUTE_THROUGH_US_501, VERB_RCPT, when_route_through_us, SAY, SYNTAX_ERROR},
    {DEFECT_ROUTE_DECLINED, VERB_RCPT, when_route, SAY, {550, "5.7.1", "No source routes"}},
    {DEFECT_ROUTE_CLOSES, VERB_RCPT, when_route, CLOSE, {0}},
    {DEFECT_ROUTE_553, VERB_RCPT, when_route, SAY, {553, "5.1.3", "No source routes"}},
    {DEFECT_ROUTE_LOSES_MESSAGE, VERB_RCPT, when_route, SAY_FOR_POSTMASTER, OK},
    {DEFECT_RCPTMAX_TOO_MUCH, VERB_RCPT, when_above_7, SAY, {452, "4.5.3", "Too many recipients"}},
    {DEFECT_RECIPIENTS_LIMIT_50, VERB_RCPT, when_above_50, SAY, {452, "4.5.3", "Too many recipients"}},
    {DEFECT_RECIPIENTS_ABOVE_100_CLOSE, VERB_RCPT, when_above_100, CLOSE, {0}},
    {DEFECT_RECIPIENTS_ABOVE_LIMIT_UNANSWERED, VERB_RCPT, when_above_limit, NO_ANSWER, {0}},

    /* DATA */
    {DEFECT_DATA_WITHOUT_MAIL, VERB_DATA, when_no_transaction, TO_POSTMASTER, {0}},
    {DEFECT_DATA_FOR_NOBODY_TO_POSTMASTER, VERB_DATA, when_without_recipient, TO_POSTMASTER, {0}},
    {DEFECT_DATA_EARLY_502, VERB_DATA, when_no_transaction, SAY, NOT_IMPLEMENTED},
    {DEFECT_DATA_EARLY_550, VERB_DATA, when_without_recipient, SAY, NO_USER},
    {DEFECT_DATA_EARLY_ENDS_TRANSACTION, VERB_DATA, when_without_recipient, FORGET, {0}},
    {DEFECT_DATA_ARGUMENT_IGNORED, VERB_DATA, when_with_argument, NO_ARGUMENT, {0}},

    /* RSET, QUIT, NOOP */
    {DEFECT_RSET_KEEPS_RECIPIENTS, VERB_RSET, when_with_recipient, KEEP, {0}},
    {DEFECT_RSET_KEEPS_RECIPIENTS, VERB_DATA, when_after_kept, TO_KEPT, {0}},
    {DEFECT_RSET_NEEDS_TRANSACTION, VERB_RSET, when_no_transaction, SAY, BAD_SEQUENCE},
    {DEFECT_RSET_ARGUMENT_IGNORED, VERB_RSET, when_with_argument, NO_ARGUMENT, {0}},
    {DEFECT_QUIT_ARGUMENT_IGNORED, VERB_QUIT, when_with_argument, NO_ARGUMENT, {0}},
    {DEFECT_QUIT_ANSWERED_TWICE, VERB_QUIT, NULL, SAY_FIRST, {221, "2.0.0", "Goodbye"}},
    {DEFECT_QUIT_KEEPS_CONNECTION, VERB_QUIT, when_right, SAY, {221, "2.0.0", "Goodbye"}},
    {DEFECT_QUIT_NOT_IN_TRANSACTION, VERB_QUIT, when_in_transaction, SAY, BAD_SEQUENCE},
    {DEFECT_QUIT_NEEDS_HELLO, VERB_QUIT, when_before_hello, SAY, BAD_SEQUENCE},
    {DEFECT_NOOP_ARGUMENT_501, VERB_NOOP, when_with_argument, SAY, SYNTAX_ERROR},
    {DEFECT_NOOP_ENDS_TRANSACTION, VERB_NOOP, NULL, FORGET, {0}},
    {DEFECT_NOOP_ANSWERED_TWICE, VERB_NOOP, NULL, SAY_FIRST, OK},
    {DEFECT_ALL_NEED_HELLO, VERB_NOOP, when_before_hello, SAY, BAD_SEQUENCE},
    {DEFECT_ALL_NEED_HELLO, VERB_RSET, when_before_hello, SAY, BAD_SEQUENCE},
    {DEFECT_ALL_NEED_HELLO, VERB_HELP, when_before_hello, SAY, BAD_SEQUENCE},
    {DEFECT_ALL_NEED_HELLO, VERB_VRFY, when_before_hello, SAY, BAD_SEQUENCE},
    {DEFECT_ALL_NEED_HELLO, VERB_EXPN, when_before_hello, SAY, BAD_SEQUENCE},

    /* HELP, VRFY, EXPN */
    {DEFECT_HELP_UNIMPLEMENTED, VERB_HELP, NULL, SAY, NOT_IMPLEMENTED},
    {DEFECT_HELP_LISTED_AND_MISSING, VERB_HELP, NULL, SAY, NOT_IMPLEMENTED},
    {DEFECT_HELP_ENDS_TRANSACTION, VERB_HELP, NULL, FORGET, {0}},
    {DEFECT_HELP_ARGUMENT_CLOSES, VERB_HELP, when_with_argument, CLOSE, {0}},
    {DEFECT_VRFY_UNIMPLEMENTED, VERB_VRFY, NULL, SAY, NOT_IMPLEMENTED},
    {DEFECT_VRFY_CLOSES, VERB_VRFY, NULL, CLOSE, {0}},
    {DEFECT_VRFY_UNANSWERED, VERB_VRFY, NULL, NO_ANSWER, {0}},
    {DEFECT_VRFY_DISABLED_250, VERB_VRFY, when_right, SAY, {250, "2.0.0", "VRFY is disabled here, but send some mail"}},
    {DEFECT_VRFY_ENDS_TRANSACTION, VERB_VRFY, NULL, FORGET, {0}},
    {DEFECT_VRFY_WITHOUT_ARGUMENT, VERB_VRFY, when_without_argument, SAY, OK},
    {DEFECT_VRFY_NEEDS_DOMAIN, VERB_VRFY, when_bare_name, SAY, SYNTAX_ERROR},
    {DEFECT_VRFY_TAKES_NAMES_ONLY, VERB_VRFY, when_address, SAY, SYNTAX_ERROR},
    {DEFECT_EXPN_UNIMPLEMENTED, VERB_EXPN, NULL, SAY, NOT_IMPLEMENTED},
    {DEFECT_EXPN_ENDS_TRANSACTION, VERB_EXPN, NULL, FORGET, {0}},
    {DEFECT_EXPN_WITHOUT_ARGUMENT, VERB_EXPN, when_without_argument, SAY, OK},
};

static void add_recipient(struct session *s, struct bytes path, const char *mailbox)
{
    struct transaction *t = &s->transaction;
    struct recipient r = {.mailbox = mailbox};
    if (!t->open) {
        if (!transaction_begin(t))
            return;
        t->open = true;
        t->envelope.reverse_path = BYTES("<>");
    }
    if (transaction_keep(t, path, &r.path))
        transaction_add(t, &r);
}

/* True: the command does not run. */
static bool carry_out(struct session *s, const struct row *row, struct command *c)
{
    switch (row->deed) {
    case SAY_AND_FORGET:
        transaction_clear(&s->transaction);
        session_verdict(s, row->say);
        return true;
    case SAY_FOR_POSTMASTER:
        add_recipient(s, BYTES("<postmaster>"), "postmaster");
        session_verdict(s, row->say);
        return true;
    case SAY:
        session_verdict(s, row->say);
        return true;
    case SAY_FIRST:
        session_verdict(s, row->say);
        return false;
    case CLOSE:
        s->state = STATE_CLOSED;
        return true;
    case NO_ANSWER:
        return true;
    case FORGET:
        transaction_clear(&s->transaction);
        return false;
    case NOBODY:
        s->transaction.envelope.count = 0;
        return false;
    case TO_POSTMASTER:
        add_recipient(s, BYTES("<postmaster>"), "postmaster");
        return false;
    case TO_PATH:
        add_recipient(s, c->path.text, mailbox_find(&s->config, &c->path));
        return false;
    case KEEP:
        s->flaws.old_mailbox = s->transaction.envelope.recipients[0].mailbox;
        return false;
    case TO_KEPT:
        add_recipient(s, BYTES("<old>"), s->flaws.old_mailbox);
        return false;
    case NO_ARGUMENT:
        c->argument.len = 0;
        s->syntax = NULL;
        return false;
    }
    return false;
}

bool session_defect_command(struct session *s, struct command *c)
{
    bool taken = false;
    if (s->config.defect == DEFECT_NONE)
        return false;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *row = &rows[i];
        if (row->defect != s->config.defect || (row->verb != ANY && row->verb != (int)c->verb) ||
            (row->when && !row->when(s, c)))
            continue;
        taken = carry_out(s, row, c);
        break;
    }
    if (c->verb == VERB_RSET) {
        s->flaws.errors = 0;
        s->flaws.mail_refused = s->flaws.rcpt_refused = false;
    }
    if (c->verb == VERB_RSET || c->verb == VERB_EHLO || c->verb == VERB_HELO)
        s->flaws.was_reset = c->verb == VERB_RSET;
    if (c->verb == VERB_DATA)
        session_defect_data_begin(s);
    s->flaws.mails += c->verb == VERB_MAIL;
    return taken;
}

/* Octets that a domain may not have, and that a server may overlook. */
static bool is_odd_in_domain(unsigned char c)
{
    return c && strchr("_!%/*;", c);
}

/* The octet in place of `c`, which stands at `at`; the domain begins behind `sign`. -1: none. */
static int changed_octet(const struct session *s, unsigned char c, size_t at, size_t sign)
{
    if (session_has(s, DEFECT_SENDER_IN_SMALL_LETTERS))
        return octet_lower(c);
    if (session_has(s, DEFECT_MAIL_CONTROLS_DROPPED) && octet_is_control(c))
        return -1;
    return session_has(s, DEFECT_MAIL_ODD_DOMAINS_TAKEN) && at > sign && is_odd_in_domain(c) ? 'x' : c;
}

struct bytes session_defect_line(struct session *s, struct bytes line)
{
    if (s->config.defect == DEFECT_NONE || !bytes_starts_nocase(line, BYTES("MAIL")))
        return line;
    size_t sign = bytes_find_octet(line, '@');
    buffer_clear(&s->flaws.line);
    for (size_t i = 0; i < line.len; i++) {
        int c = changed_octet(s, line.data[i], i, sign);
        if (c >= 0)
            buffer_add_octet(&s->flaws.line, (unsigned char)c);
    }
    return buffer_bytes(&s->flaws.line);
}

void session_defect_replied(struct session *s, int code)
{
    struct session_flaws *f = &s->flaws;
    if (s->config.defect == DEFECT_NONE)
        return;
    f->errors += code / 100 == 5;
    f->mail_refused |= s->verb == VERB_MAIL && code / 100 == 5;
    f->rcpt_refused |= s->verb == VERB_RCPT && code / 100 == 5;
    if ((code == 503 && session_has(s, DEFECT_BAD_SEQUENCE_CLOSES)) ||
        (s->verb == VERB_RSET && session_has(s, DEFECT_RSET_CLOSES)))
        s->state = STATE_CLOSED;
}
