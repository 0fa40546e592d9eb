/* Base64 as SASL over SMTP uses it: RFC 4648 section 4, canonical, one line. OpenSSL's decoder takes what
 * RFC 4954 section 4 tells a server to refuse (misplaced padding, stray octets), hence our own. */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include "base/buffer.h"
#include "base/bytes.h"

/* Appends the encoding, without line ends. */
void base64_encode(struct buffer *out, struct bytes octets);
/* Appends the decoding. False, with nothing appended, when `text` is not canonical base64. */
bool base64_decode(struct buffer *out, struct bytes text);

#endif
