#include "rfc_title.h"

#include <stddef.h>
#include <string.h>

const char *rfc_title(const char *rfc)
{
    static const struct {
        const char *rfc, *title;
    } table[] = {
        {"1870", "SIZE"},
        {"1985", "ETRN"},
        {"2033", "LMTP"},
        {"2034", "Enhanced status codes"},
        {"2195", "CRAM-MD5"},
        {"2645", "ATRN, mail on demand"},
        {"2852", "DELIVERBY"},
        {"2920", "PIPELINING"},
        {"3030", "CHUNKING and BINARYMIME"},
        {"3207", "STARTTLS"},
        {"3461", "DSN"},
        {"3463", "Enhanced codes, their meaning"},
        {"4468", "BURL"},
        {"4616", "SASL PLAIN"},
        {"4865", "FUTURERELEASE"},
        {"4954", "AUTH"},
        {"5248", "Enhanced codes, the registry"},
        {"5321", "Simple Mail Transfer Protocol"},
        {"5802", "SCRAM"},
        {"6152", "8BITMIME"},
        {"6409", "Submission"},
        {"6531", "SMTPUTF8"},
        {"6710", "MT-PRIORITY"},
        {"7504", "No service: 521 and 556"},
        {"7628", "OAUTHBEARER"},
        {"7677", "SCRAM-SHA-256"},
        {"8314", "TLS for submission"},
        {"8689", "REQUIRETLS"},
        {"9422", "LIMITS"},
        {"draft-murchison-sasl-login-00", "SASL LOGIN"},
        {"smtpspec", "Security: rules of this suite"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (!strcmp(table[i].rfc, rfc))
            return table[i].title;
    return "";
}
