/* The header section of a message, as far as a server has to look into it. RFC 5322 section 2.2. */
#ifndef SERVER_HEADER_H
#define SERVER_HEADER_H

#include "base/bytes.h"

/* All up to the empty line, which is not part of it; the whole message when there is none. */
struct bytes header_section(struct bytes message);
/* Cuts the next field with its folded lines and line ends off `*rest` (begin with a header section). False at the end.
 */
bool header_next_field(struct bytes *rest, struct bytes *field);
/* `name` ends with the colon; any case. */
bool header_field_is(struct bytes field, struct bytes name);

#endif
