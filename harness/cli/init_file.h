/* The target file that `smtpspec init` writes: what is known as keys, the rest as comments that say what it is for. */
#ifndef CLI_INIT_FILE_H
#define CLI_INIT_FILE_H

#include "driver/driver.h"
#include "target_options.h"

/* `address` as it was given; `probe` NULL: the server was not asked. */
void init_file(struct buffer *out, const char *address, const struct target_options *o, const struct probe *probe);
/* True when AUTH is among what the server offers, before or behind STARTTLS. */
bool init_offers_auth(const struct probe *probe);

#endif
