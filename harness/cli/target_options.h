/* The options that say what the target is; test, probe and whoever else connects share them. */
#ifndef CLI_TARGET_OPTIONS_H
#define CLI_TARGET_OPTIONS_H

#include "options.h"
#include "scenario/target.h"

struct target_options {
    const char *to, *to2, *from, *unknown, *foreign, *domain, *user, *password, *hello;
    const char *implicit_tls, *ca, *sni, *certificate, *key, *tls_minimum, *tls_maximum, *source, *proxy_source;
    struct word_list mailboxes;
    int64_t settle_ms; /* TARGET_UNSET: not given */
    int prologue;      /* enum prologue; TARGET_UNSET: not given */
    int family;
    enum proxy proxy;
    bool verify, lmtp, xclient;
};
enum { TARGET_UNSET = -1 };
/* What stands in the values before options_parse. */
#define TARGET_OPTIONS_NONE                                                                                            \
    {                                                                                                                  \
        .settle_ms = TARGET_UNSET, .prologue = TARGET_UNSET                                                            \
    }

/* The groups for a usage; `offset`: of the struct target_options within the values. */
struct option_group target_option_facts(size_t offset);
struct option_group target_option_connection(size_t offset);

/* True when a word can be nothing but a target: it has a scheme, or is host:port, or an existing file with the key
 * `endpoint`. */
bool target_looks_like(const char *word);
/* True when the file's first keys are those of a target: `endpoint:` at the start of a line. */
bool target_file_is(const char *path);

/* Makes a target of an address or a file, and of what the options add. `base` (may be NULL) is a target with facts and
 * endpoint set already; it is taken over. NULL: the mistakes were printed. */
struct target *target_build(const char *word, const struct target_options *o, struct target *base);

#endif
