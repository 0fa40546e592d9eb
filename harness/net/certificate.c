#include "wire.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#define DAY 86400L

static bool add_extension(X509 *certificate, int nid, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    bool ok = extension && X509_add_ext(certificate, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return ok;
}

static bool add_names(X509 *certificate, const char *host)
{
    char names[512];
    ASN1_OCTET_STRING *address = a2i_IPADDRESS(host);
    snprintf(names, sizeof names, "%s:%s", address ? "IP" : "DNS", host);
    ASN1_OCTET_STRING_free(address);
    return add_extension(certificate, NID_subject_alt_name, names) &&
           add_extension(certificate, NID_basic_constraints, "critical,CA:TRUE");
}

static bool set_serial(X509 *certificate)
{
    unsigned char octets[8];
    BIGNUM *number = NULL;
    bool ok = RAND_bytes(octets, sizeof octets) == 1 && (number = BN_bin2bn(octets, sizeof octets, NULL)) &&
              BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));
    BN_free(number);
    return ok;
}

/* A common name holds 64 characters at most (X.520); the name that counts is in the extension. */
static bool set_subject(X509 *certificate, const char *host)
{
    X509_NAME *name = X509_get_subject_name(certificate);
    const unsigned char *text = (const unsigned char *)(strlen(host) <= 64 ? host : "smtpspec");
    return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0) == 1 &&
           X509_set_issuer_name(certificate, name) == 1;
}

bool certificate_make(const char *host, X509 **certificate, EVP_PKEY **key)
{
    *certificate = X509_new();
    *key = EVP_EC_gen("P-256");
    X509 *c = *certificate;
    /* It starts a day ago: the clocks of two machines seldom agree. */
    if (c && *key && X509_set_version(c, X509_VERSION_3) == 1 && set_serial(c) &&
        X509_gmtime_adj(X509_getm_notBefore(c), -DAY) && X509_gmtime_adj(X509_getm_notAfter(c), 365 * DAY) &&
        X509_set_pubkey(c, *key) == 1 && set_subject(c, host) && add_names(c, host) &&
        X509_sign(c, *key, EVP_sha256()) > 0) {
        return true;
    }
    X509_free(*certificate);
    EVP_PKEY_free(*key);
    *certificate = NULL;
    *key = NULL;
    return false;
}
