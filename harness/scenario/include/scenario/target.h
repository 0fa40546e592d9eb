/* The target: endpoint, facts, mailboxes, how to launch it; from a file or from the command line. */
#ifndef SCENARIO_TARGET_H
#define SCENARIO_TARGET_H

#include "base/buffer.h"
#include "scenario/diagnostics.h"

enum scheme { SCHEME_SMTP, SCHEME_SMTPS, SCHEME_LMTP, SCHEME_UNIX, SCHEME_EXEC };

/* smtp://host[:25] smtps://host[:465] lmtp://host[:24] unix:PATH exec:COMMAND; lmtp+unix:PATH and lmtp+exec:COMMAND
 * speak LMTP there; lmtp+unix reads the path. An address without scheme is smtp. IPv6 hosts stand in brackets. */
struct endpoint {
    bool present;
    enum scheme scheme;
    bool lmtp;
    const char *text; /* as written */
    const char *host; /* SMTP SMTPS LMTP */
    const char *port;
    const char *path; /* UNIX: path; EXEC: command for /bin/sh -c */
};
bool endpoint_parse(struct arena *a, const char *text, struct endpoint *out, struct error *e);
/* 127.0.0.0/8, ::1, "localhost", unix: and exec: (no name is looked up). */
bool endpoint_is_loopback(const struct endpoint *e);

enum mailbox_kind { MAILBOX_MAILDIR, MAILBOX_MBOX, MAILBOX_DIRECTORY, MAILBOX_COMMAND };
struct mailbox {
    const char *address;
    enum mailbox_kind kind;
    const char *path; /* MAILDIR (the folder with new/ and cur/), MBOX, DIRECTORY */
    char **command;   /* COMMAND: prints all messages of the mailbox in mbox form; argv, NULL-terminated */
};

enum prologue { PROLOGUE_TLS = 1, PROLOGUE_AUTH = 2 };
enum proxy { PROXY_NONE, PROXY_V1, PROXY_V2 };

struct tls_settings {
    bool verify;             /* default false: a test bench has no CA */
    const char *ca;          /* file; NULL: the system's */
    const char *name;        /* SNI and the name to verify; NULL: the host */
    const char *certificate; /* client certificate and key, PEM; NULL: none */
    const char *key;
    const char *minimum, *maximum; /* "1.2", "1.3"; NULL: OpenSSL's */
};

struct target {
    const char *name;      /* for reports; the endpoint's text when the file gives none */
    const char *file;      /* NULL: command line only */
    const char *directory; /* of the file; launch and exec commands run there */
    struct endpoint endpoint, implicit_tls;
    struct tls_settings tls;
    unsigned prologue;                      /* enum prologue */
    const char *launch_start, *launch_stop; /* shell commands; NULL: none */
    int64_t ready_within_ms;                /* default 10 s */
    const char *sender, *recipient, *recipient2, *unknown, *foreign, *domain, *hello_name; /* NULL: not given */
    const char **recipients; /* more that accept mail, for {recipients: N} */
    size_t recipient_count;
    const char *user, *password;
    struct mailbox *mailboxes;
    size_t mailbox_count;
    int64_t settle_ms;          /* default 2 s */
    int jobs;                   /* 0: not said */
    double rate;                /* sessions a second; 0: no limit */
    const char *baseline;       /* path; NULL: none */
    const char *source_address; /* local address to connect from; NULL: any */
    int family;                 /* 0: any, 4, 6 */
    enum proxy proxy;
    const char *proxy_source; /* address that PROXY and XCLIENT tell; NULL: 192.0.2.1 */
    bool xclient;             /* send XCLIENT after the first EHLO */
    struct diagnostics diagnostics;
    struct arena *arena; /* owns all of it */
};

/* A target with nothing but defaults: sender carol@client.test, foreign someone@elsewhere.test, domain from the
 * recipient. NULL: no memory. */
struct target *target_new(void);
void target_free(struct target *t);
/* Reads a file into it; false: see t->diagnostics. */
bool target_load_file(struct target *t, const char *path);
bool target_load_memory(struct target *t, const char *name, struct bytes content);
/* ADDRESS=KIND:PATH, KIND one of maildir, mbox, directory, command. */
bool target_add_mailbox(struct target *t, const char *text, struct error *e);
/* Fills what follows from the rest (domain, hello name); call after file and options. */
bool target_finish(struct target *t, struct error *e);
const struct mailbox *target_mailbox(const struct target *t, struct bytes address); /* any case; NULL: none */
/* local@domain without octets that would break a command line. */
bool address_is_right(struct bytes address);
bool target_schema(struct buffer *out); /* JSON Schema */

#endif
