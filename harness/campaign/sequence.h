/* Rules about the order of commands that no server may break, told from what was accepted: RFC 5321 section 4.1.4, RFC
 * 4954 section 4. Fed with each reply and what it answers; only where that is certain. */
#ifndef CAMPAIGN_SEQUENCE_H
#define CAMPAIGN_SEQUENCE_H

#include <stdbool.h>

struct sequence {
    bool lmtp, mail, authenticated;
    bool unknown;      /* a BDAT failed: the state is indeterminate (RFC 3030 section 2), so nothing is out of order */
    bool refused_some; /* a recipient of this transaction was refused */
    unsigned accepted; /* recipients of this transaction */
};
/* NULL, or the name of the rule that this reply breaks ("rcpt-without-mail"). */
const char *sequence_follow(struct sequence *s, int asked, int code);
/* The handshake of STARTTLS: all is forgotten (RFC 3207 section 4.2). */
void sequence_tls(struct sequence *s);
/* What a rule says, in a sentence. */
const char *sequence_rule_text(const char *rule);

#endif
