/* The judge of a session: reads what the client sent and what the server said side by side, with a small reader of its
 * own (none of the server's code), and stops the program where they do not go together:
 *   - every reply has the form of RFC 5321 section 4.2, and its enhanced code where one is due
 *   - one reply for each command, one for each message (in LMTP one for each recipient), none too many at the end
 *   - no command is accepted out of order: MAIL without EHLO, RCPT without MAIL, DATA without recipient or after BDAT,
 *     anything after RSET, EHLO or TLS as if they had not come, AUTH twice or within a transaction
 *   - nobody relays who did not log in, nobody logs in who does not know the password, and passwords are not asked for
 *     in clear
 *   - what is in order and well-formed is accepted: DATA, BDAT, RSET, NOOP, QUIT, STARTTLS, a good message
 *   - what is delivered is what was sent, unstuffed, to those recipients that were accepted, and nothing else */
#ifndef FUZZ_JUDGE_H
#define FUZZ_JUDGE_H

#include "play.h"

struct judge; /* opaque */

struct judge *judge_new(void);
/* Judges one play. Memory is kept from one to the next. */
void judge_play(struct judge *j, const struct play *p);

#endif
