/* Service extensions by their EHLO keyword: the registry that `needs:`, `probe`, `explain` and the reference server
 * share. */
#ifndef SMTP_EXTENSION_H
#define SMTP_EXTENSION_H

#include "base/bytes.h"

struct extension_info {
    const char *keyword;
    const char *source;     /* "RFC 1870" */
    const char *summary;    /* one sentence */
    const char *parameters; /* what stands behind the keyword, as ABNF in words; NULL: nothing */
};
const struct extension_info *extension_table(size_t *count);
const struct extension_info *extension_find(struct bytes keyword); /* any case; NULL: not registered */

#endif
