/* Settings of TLS that connections and threads share. */
#ifndef NET_TLS_SETTINGS_H
#define NET_TLS_SETTINGS_H

#include "net/net.h"

#include <openssl/ssl.h>

struct net_tls {
    SSL_CTX *context;
    bool server;
    bool verify;
};

/* Sets "what: reason" from OpenSSL's queue of errors, and empties it. Returns false. */
bool tls_error(struct error *e, const char *what);

#endif
