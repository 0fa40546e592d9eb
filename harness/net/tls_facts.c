#include "wire.h"

#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static void print_name(const X509_NAME *name, char *out, size_t size)
{
    char *text = X509_NAME_oneline(name, NULL, 0);
    snprintf(out, size, "%s", text ? text : "");
    OPENSSL_free(text);
}

static void add_name(struct buffer *out, const GENERAL_NAME *name)
{
    int kind = 0;
    const ASN1_STRING *value = GENERAL_NAME_get0_value(name, &kind);
    if (kind != GEN_DNS && kind != GEN_IPADD) {
        return;
    }
    if (out->len > 0) {
        buffer_add_octet(out, ' ');
    }
    const unsigned char *data = ASN1_STRING_get0_data(value);
    int len = ASN1_STRING_length(value);
    for (int i = 0; i < len; i++) {
        if (kind == GEN_DNS) {
            buffer_add_octet(out, octet_is_print(data[i]) ? data[i] : '?');
        } else if (len == 4) {
            buffer_printf(out, i ? ".%u" : "%u", data[i]);
        } else {
            buffer_printf(out, i && i % 2 == 0 ? ":%02x" : "%02x", data[i]);
        }
    }
}

static void print_names(const X509 *certificate, char *out, size_t size)
{
    struct buffer text = {0};
    GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
        add_name(&text, sk_GENERAL_NAME_value(names, i));
    }
    snprintf(out, size, "%s", buffer_string(&text));
    buffer_free(&text);
    GENERAL_NAMES_free(names);
}

static void print_expiry(const X509 *certificate, struct net_tls_facts *out)
{
    struct tm when;
    int days = 0;
    int seconds = 0;
    const ASN1_TIME *end = X509_get0_notAfter(certificate);
    if (ASN1_TIME_to_tm(end, &when) == 1) {
        strftime(out->not_after, sizeof out->not_after, "%Y-%m-%dT%H:%M:%SZ", &when);
    }
    if (ASN1_TIME_diff(&days, &seconds, NULL, end) == 1) {
        out->days_left = days;
    }
}

bool net_tls_facts(const struct net *n, struct net_tls_facts *out)
{
    memset(out, 0, sizeof *out);
    if (!n->ssl) {
        return false;
    }
    const char *cipher = SSL_get_cipher_name(n->ssl);
    out->version = SSL_get_version(n->ssl);
    out->cipher = cipher ? cipher : "";
    snprintf(out->ending, sizeof out->ending, "%s", n->tls_end);
    X509 *certificate = SSL_get1_peer_certificate(n->ssl);
    if (!certificate) {
        snprintf(out->verified, sizeof out->verified, "no certificate");
        return true;
    }
    print_name(X509_get_subject_name(certificate), out->subject, sizeof out->subject);
    print_name(X509_get_issuer_name(certificate), out->issuer, sizeof out->issuer);
    print_names(certificate, out->names, sizeof out->names);
    print_expiry(certificate, out);
    long verified = SSL_get_verify_result(n->ssl);
    snprintf(out->verified, sizeof out->verified, "%s", X509_verify_cert_error_string(verified));
    X509_free(certificate);
    return true;
}
