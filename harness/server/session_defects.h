/* Defects that are more than one condition at one place: tables by command (session_command_defects.c, session_when.h),
 * what EHLO and VRFY say (session_hello_defects.c), octets of the data (session_data_defects.c) and message
 * (session_message_defects.c). The engine asks each in one line; without a defect they say no, or give back what they
 * got. */
#ifndef SERVER_SESSION_DEFECTS_H
#define SERVER_SESSION_DEFECTS_H

#include "session_internal.h"

/* The command line as the server reads it; valid until the next one. */
struct bytes session_defect_line(struct session *s, struct bytes line);
/* A command is about to run, perhaps with bad syntax (session.syntax). True: it was answered wrong, or not at all, and
 * does not run. False: it runs, perhaps changed. */
bool session_defect_command(struct session *s, struct command *c);
/* A reply was said: what follows on it. */
void session_defect_replied(struct session *s, int code);

/* Lines of the answer to EHLO that are none. */
void session_defect_add_lines(const struct session *s, struct buffer *text);
/* What stands in the place of the host's name in the answer to EHLO and HELO; NULL: the name. */
const char *session_defect_hello(const struct session *s);
/* What VRFY or EXPN say of a mailbox. False: what is right. */
bool session_defect_mailbox(const struct session *s, const char *mailbox, struct buffer *out);

/* DATA is about to run. */
void session_defect_data_begin(struct session *s);
/* Where session.flaws.watched says so, for each octet of the data: true when it is taken for the last. */
bool session_defect_data_octet(struct session *s, unsigned char octet);
/* True: the dot at the start of a line is text. */
bool session_defect_dot_is_text(const struct session *s);

/* What is said to be wrong with a message that came whole. */
struct verdict session_defect_judge(const struct session *s, struct verdict right);
/* True: what is refused is delivered all the same. */
bool session_defect_deliver_refused(const struct session *s);
/* True: what is accepted is lost. */
bool session_defect_lose(const struct session *s);
/* Recipients that the envelope does not have. False: no memory. */
bool session_defect_add_recipients(struct session *s);
/* The message as it is stored. False: as it came. */
bool session_defect_change(const struct session *s, struct buffer *out);
/* Changes the date of a trace record, "Thu, 01 Jan 1970 00:00:00 +0000". */
void session_defect_trace_date(const struct session *s, char *date, size_t size);
/* True: the message is accepted and put by; it is delivered by a command that comes later. */
bool session_defect_hold(struct session *s);
void session_defect_release(struct session *s, enum verb verb);

#endif
