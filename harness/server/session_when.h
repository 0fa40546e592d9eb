/* When a defect of session_command_defects.c shows: a condition for each name. */
#ifndef SERVER_SESSION_WHEN_H
#define SERVER_SESSION_WHEN_H

#include "session_defects.h"

typedef bool when_function(const struct session *s, const struct command *c);

static inline bool octet_is_control(unsigned char c)
{
    return c < 32 || c == 127;
}

/* session_when_syntax.c: what the command says. */
when_function when_malformed;
when_function when_right;
when_function when_without_argument;
when_function when_with_argument;
when_function when_with_bad_argument;
when_function when_lower_case_verb;
when_function when_lower_case_from_to;
when_function when_lower_case_parameter;
when_function when_blank_behind;
when_function when_blank_before;
when_function when_blank_at_colon;
when_function when_eight_bit;
when_function when_nul;
when_function when_strange_octets;
when_function when_number_sign;
when_function when_ipv4_literal;
when_function when_ipv6_literal;
when_function when_bad_literal;
when_function when_out_of_range;
when_function when_strange_literal;
when_function when_literal_of_somebody;
when_function when_text_after_literal;
when_function when_hyphen_in_domain;
when_function when_upper_case_domain;
when_function when_digit_first;
when_function when_long_label;
when_function when_long_domain;
when_function when_no_path;
when_function when_no_bracket;
when_function when_bad_in_brackets;
when_function when_bad_parameter;
when_function when_unknown_parameter;
when_function when_parameter_after_helo;
when_function when_null_sender;
when_function when_one_letter;
when_function when_plus_sign;
when_function when_many_dots;
when_function when_rare_characters;
when_function when_quoted;
when_function when_empty_quotes;
when_function when_long_local_part;
when_function when_long_path;
when_function when_too_long_path;
when_function when_route;
when_function when_route_of_two;
when_function when_route_of_three;
when_function when_route_through_us;
when_function when_upper_case_postmaster;
when_function when_bare_name;
when_function when_address;

/* session_when_state.c: where the session stands. */
when_function when_is_bare;
when_function when_known;
when_function when_unknown;
when_function when_foreign;
when_function when_refused_recipient;
when_function when_foreign_from_hello_domain;
when_function when_postmaster_with_domain;
when_function when_there_already;
when_function when_above_7;
when_function when_above_50;
when_function when_above_100;
when_function when_above_limit;
when_function when_before_hello;
when_function when_after_hello;
when_function when_after_helo;
when_function when_in_transaction;
when_function when_no_transaction;
when_function when_with_recipient;
when_function when_without_recipient;
when_function when_from_null_sender;
when_function when_after_message;
when_function when_after_kept;
when_function when_after_refused_mail;
when_function when_after_refused_rcpt;
when_function when_unknown_again;
when_function when_after_rset;
when_function when_third_unknown;
when_function when_fourth_error;
when_function when_eighth_mail;
when_function when_in_clear;

#endif
