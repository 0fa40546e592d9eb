/* The operators: each changes one thing of a script. False: nothing here that it could change. The table stands in
 * operators.c, the functions in one file for each kind of thing. */
#ifndef MUTATE_OPERATORS_H
#define MUTATE_OPERATORS_H

#include "mutate/mutate.h"

typedef bool operator_function(struct script *s, struct mutator *m);

/* sequence.c: which parts, in which order */
operator_function op_insert_command, op_replace_command, op_delete_part, op_delete_run, op_double_part, op_double_run,
    op_repeat_part, op_swap_parts, op_move_part, op_truncate, op_jump, op_jump_into_payload, op_insert_transaction,
    op_splice, op_splice_part;
/* verb.c */
operator_function op_other_verb, op_verb_case, op_spacing, op_verb_octet, op_foreign_line;
/* address.c */
operator_function op_known_address, op_odd_path, op_odd_domain, op_odd_local, op_long_local, op_long_domain, op_route,
    op_path_octet;
/* parameter.c */
operator_function op_add_parameter, op_double_parameter, op_remove_parameter, op_swap_parameters, op_parameter_value,
    op_parameter_form, op_many_parameters, op_true_size;
/* framing.c: line ends, dots, the end of a message */
operator_function op_line_end, op_end_of_message, op_smuggle, op_line_end_in_payload, op_dots, op_part_message;
/* chunk.c: BDAT */
operator_function op_bdat_number, op_bdat_true_number, op_bdat_last, op_chunk_resize, op_chunk_part,
    op_message_to_chunks, op_chunks_to_message;
/* length.c */
operator_function op_stretch, op_number, op_long_line;
/* login.c: AUTH */
operator_function op_login, op_break_base64, op_answer, op_cancel;
/* transport.c: write boundaries, TLS, closes */
operator_function op_add_mark, op_remove_mark, op_move_mark, op_pipeline, op_lockstep, op_dribble, op_starttls,
    op_inject_after_starttls, op_end_early;
/* octets.c: bytes of one part */
operator_function op_octets, op_token, op_word, op_copy_octets;
/* field.c: the message's header */
operator_function op_field, op_repeat_field;

#endif
