#include "tls_settings.h"

#include "wire.h"

#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    int number;
} versions[] = {
    {"1.0", TLS1_VERSION},
    {"1.1", TLS1_1_VERSION},
    {"1.2", TLS1_2_VERSION},
    {"1.3", TLS1_3_VERSION},
};

bool tls_error(struct error *e, const char *what)
{
    unsigned long code = ERR_peek_error();
    const char *reason = code ? ERR_reason_error_string(code) : NULL;
    ERR_clear_error();
    return error_set(e, "%s: %s", what, reason ? reason : "no reason given");
}

static bool version_number(const char *name, int *out, struct error *e)
{
    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
        if (strcmp(versions[i].name, name) == 0) {
            *out = versions[i].number;
            return true;
        }
    }
    return error_set(e, "expected a TLS version 1.0, 1.1, 1.2 or 1.3, got \"%s\"", name);
}

/* Without verification this side takes whatever an old test server offers: the system's own floor (openssl.cnf)
 * and level do not count then. */
static bool set_versions(SSL_CTX *c, const struct net_tls_options *o, struct error *e)
{
    int lowest = o->verify ? TLS1_2_VERSION : TLS1_VERSION;
    int highest = 0;
    if ((o->minimum && !version_number(o->minimum, &lowest, e)) ||
        (o->maximum && !version_number(o->maximum, &highest, e))) {
        return false;
    }
    if (!o->verify) {
        SSL_CTX_set_security_level(c, 0);
        SSL_CTX_set_options(c, SSL_OP_LEGACY_SERVER_CONNECT);
    }
    if (highest && !o->minimum && highest < lowest) {
        lowest = highest;
    }
    return (SSL_CTX_set_min_proto_version(c, lowest) == 1 && SSL_CTX_set_max_proto_version(c, highest) == 1) ||
           tls_error(e, "setting the TLS versions");
}

static bool set_trust(SSL_CTX *c, const struct net_tls_options *o, struct error *e)
{
    if (o->ca && SSL_CTX_load_verify_file(c, o->ca) != 1) {
        error_set(e, "%s", o->ca);
        return tls_error(e, "expected a PEM file with certificate authorities");
    }
    /* The folder is searched when a certificate comes; the system's one file of all authorities takes 60 ms to load,
     * too much where nothing depends on it. */
    if (!o->ca && (o->verify ? SSL_CTX_set_default_verify_paths(c) : SSL_CTX_set_default_verify_dir(c)) != 1) {
        return tls_error(e, "loading the system's certificate authorities");
    }
    SSL_CTX_set_verify(c, o->verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, NULL);
    return true;
}

static bool use_made_certificate(SSL_CTX *c, const char *host, struct error *e)
{
    X509 *certificate = NULL;
    EVP_PKEY *key = NULL;
    bool ok = certificate_make(host ? host : "localhost", &certificate, &key) &&
              SSL_CTX_use_certificate(c, certificate) == 1 && SSL_CTX_use_PrivateKey(c, key) == 1;
    X509_free(certificate);
    EVP_PKEY_free(key);
    return ok || tls_error(e, "making a certificate");
}

static bool set_certificate(SSL_CTX *c, const struct net_tls_options *o, struct error *e)
{
    char what[400];
    if (!o->certificate) {
        return !o->server || use_made_certificate(c, o->host, e);
    }
    const char *key = o->key ? o->key : o->certificate;
    if (SSL_CTX_use_certificate_chain_file(c, o->certificate) != 1) {
        snprintf(what, sizeof what, "expected a PEM certificate in %s", o->certificate);
        return tls_error(e, what);
    }
    if (SSL_CTX_use_PrivateKey_file(c, key, SSL_FILETYPE_PEM) != 1 || SSL_CTX_check_private_key(c) != 1) {
        snprintf(what, sizeof what, "expected the certificate's PEM key in %s", key);
        return tls_error(e, what);
    }
    return true;
}

struct net_tls *net_tls_new(const struct net_tls_options *o, struct error *e)
{
    struct net_tls *t = calloc(1, sizeof *t);
    if (!t || !(t->context = SSL_CTX_new(o->server ? TLS_server_method() : TLS_client_method()))) {
        error_set(e, "no memory for TLS");
        free(t);
        return NULL;
    }
    t->server = o->server;
    t->verify = o->verify;
    SSL_CTX_set_mode(t->context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(t->context, SSL_SESS_CACHE_OFF);
    /* Tickets that a client never reads would turn its close into a reset. */
    SSL_CTX_set_num_tickets(t->context, 0);
    SSL_CTX_set_options(t->context, SSL_OP_NO_TICKET);
    if (!set_versions(t->context, o, e) || !set_trust(t->context, o, e) || !set_certificate(t->context, o, e)) {
        net_tls_free(t);
        return NULL;
    }
    return t;
}

void net_tls_free(struct net_tls *t)
{
    if (t) {
        SSL_CTX_free(t->context);
        free(t);
    }
}
